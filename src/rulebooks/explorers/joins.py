"""Who joins what: the acts of states towards initiatives, up to a day."""

from __future__ import annotations

from rulebooks import law
from rulebooks.diplomacy import possible_days
from rulebooks.explorers.compiled import Compiled, citations, coded, source_links
from rulebooks.record import Record

KIND = "who_joins_what"
FIELDS = ["state", "initiative", "act", "date", "verdict", "source"]
COLUMNS = [
    {"id": "state_name", "as": "text", "label": "State"},
    {"id": "initiative_title", "as": "text", "label": "Initiative"},
    {"id": "act", "as": "term", "label": "Act"},
    {"id": "date", "as": "text", "label": "Date"},
    {"id": "verdict", "as": "text", "label": "Done by then"},
    {"id": "roster", "as": "text", "label": "Whole roster read"},
    {"id": "sources", "as": "sources", "label": "Source"},
]


def compiled(record: Record) -> Compiled:
    """Compile the record for this kind of explorer."""
    rows = _rows(record)
    rectangles = {row["id"]: _done(row["date"], row["checked"]) for row in rows}
    return Compiled(KIND, "Who joins what", _definition(record, rows), rows, rectangles, citations(record, rows))


def _rows(record: Record) -> list[dict]:
    names = dict(zip(record.states["id"], record.states["name"], strict=True))
    initiatives = record.initiatives.set_index("id")
    rows = [
        {
            "id": f"{row['state']}:{row['initiative']}:{row['act']}",
            **{name: row[name] for name in ("state", "initiative", "act", "date", "source", "checked")},
            "state_name": names.get(row["state"], row["state"]),
            "initiative_title": initiatives.at[row["initiative"], "title"],
            "roster": "yes" if initiatives.at[row["initiative"], "roster_complete"] == "true" else "no",
            "sources": source_links(record, row["source"]),
        }
        for row in record.participation.to_dict("records")
    ]
    return sorted(rows, key=lambda row: (row["state_name"], row["date"], row["initiative_title"], row["act"]))


def _done(day: str, checked: str) -> dict:
    """Return the rectangles of an act: not yet, then done; between the possible days of a partial date, cannot tell."""
    first, last = possible_days(day, checked) if day else ("", "")
    said = f"the day is known as {day}" if day else "no day is known"
    boxes = [["", first, "", "", "", "no", ""], [last, "", "", "", "", "yes", ""]]
    if first != last:
        boxes.insert(1, [first, last, "", "", "", "cannot tell", said])
    return {
        "verdict": boxes,
        "enforceable": [["", "", "", "", "", "", ""]],
        "stages": [["", "", day, "", law.OPEN_END]],
    }


def _definition(record: Record, rows: list[dict]) -> dict:
    day = record.as_of.isoformat()
    states = sorted({(row["state_name"], row["state"]) for row in rows})
    titles = dict(zip(record.initiatives["id"], record.initiatives["title"], strict=True))
    held = {row["initiative"] for row in rows}
    return {
        "intro": "What each state did about each initiative: proposed, joined, voted, stayed away. Where the whole "
        "roster was not read, a state that is missing may still have joined.",
        "caption": "Acts of states",
        "nothing": "choose other states, initiatives or acts, or a later day, or start again.",
        "controls": [
            {
                "id": "states",
                "kind": "choices",
                "label": "States",
                "help": "None ticked means all.",
                "none": "all",
                "value": [],
                "options": [{"value": state, "label": name} for name, state in states],
            },
            {
                "id": "initiatives",
                "kind": "choices",
                "label": "Initiatives",
                "help": "None ticked means all.",
                "none": "all",
                "value": [],
                "options": [{"value": each, "label": titles[each]} for each in titles if each in held],
            },
            coded("act", "Act", "Any act", {row["act"] for row in rows}, record, "participation"),
            {
                "id": "until",
                "kind": "date",
                "label": "Until",
                "help": "Acts up to this day, as YYYY-MM-DD.",
                "value": day,
                "example": day,
                "maximum": day,
            },
        ],
        "predicates": [
            {"op": "any-of", "column": "state", "control": "states", "every": []},
            {"op": "any-of", "column": "initiative", "control": "initiatives", "every": []},
            {"op": "any-of", "column": "act", "control": "act"},
            {"op": "in-force", "column": "id", "control": ["until", "until"], "leaves-out": ["no"]},
        ],
        "columns": COLUMNS,
        "fields": FIELDS,
        "layout": {"kind": "list"},
    }
