"""Read the initiatives: what each point urges, opposes, supports, commits to or requires, of whom, with what effect."""

from __future__ import annotations

from rulebooks.explorers.compiled import Compiled, choice, citations, source_links
from rulebooks.record import Record

KIND = "read_initiatives"
KEPT = ["initiative", "number", "theme", "speech_act", "addressee", "legal_effect", "summary", "source"]
FIELDS = ["point", "power", *KEPT]
COLUMNS = [
    {"id": "heading", "as": "text", "label": "Initiative and point"},
    {"id": "summary", "as": "text", "label": "Summary"},
    {"id": "speech_act", "as": "term", "label": "Speech act"},
    {"id": "addressee", "as": "term", "label": "Addressee"},
    {"id": "legal_effect", "as": "term", "label": "Legal effect"},
    {"id": "theme_name", "as": "text", "label": "Theme"},
    {"id": "sources", "as": "sources", "label": "Source"},
]
OTHERS = {"value": "others", "label": "Others and joint"}


def compiled(record: Record) -> Compiled:
    """Compile the record for this kind of explorer."""
    rows = _rows(record)
    return Compiled(KIND, "Read the initiatives", _definition(record, rows), rows, {}, citations(record, rows))


def powers(proposer: str, record: Record) -> list[str]:
    """Return the compared powers among the proposers, or that there is none."""
    named = [power for power in record.compared if power in proposer.split("; ")]
    return named or [OTHERS["value"]]


def _rows(record: Record) -> list[dict]:
    initiatives = record.initiatives.set_index("id").to_dict("index")
    themes = dict(zip(record.themes["id"], record.themes["name"], strict=True))
    rows = []
    for point in record.points.to_dict("records"):
        initiative = initiatives[point["initiative"]]
        held = powers(initiative["proposer"], record)
        rows.append(
            {
                "id": point["id"],
                "point": point["id"],
                **{name: point[name] for name in KEPT},
                "power": "; ".join(held),
                "powers": held,
                "heading": heading(initiative, point["number"]),
                "theme_name": themes.get(point["theme"], point["theme"]),
                "sources": source_links(record, point["source"]),
            }
        )
    return rows


def heading(initiative: dict, number: str) -> str:
    """Return what a point is called: its initiative, with the original title, and its number."""
    original = f" ({initiative['title_original']})" if initiative["title_original"] else ""
    return f"{initiative['title']}{original}, {number}"


def controls(record: Record, rows: list[dict]) -> list[dict]:
    """Return the controls that every explorer of points has: power, initiative and theme."""
    options = _power_options(record, rows)
    used = {row["theme"] for row in rows}
    themes = [
        {"value": row.id, "label": row.name}
        for row in record.themes[["id", "name"]].itertuples(index=False)
        if row.id in used
    ]
    return [
        {
            "id": "power",
            "kind": "choices",
            "label": "Power",
            "value": [power["value"] for power in options],
            "options": options,
        },
        choice("initiative", "Initiative", "All initiatives", _initiative_options(record, rows, options)),
        choice("theme", "Theme", "All themes", themes),
    ]


def _power_options(record: Record, rows: list[dict]) -> list[dict]:
    """Return the powers that have rows, as options; what is nobody's alone comes last."""
    names = dict(zip(record.jurisdictions["id"], record.jurisdictions["name"], strict=True))
    held = {power for row in rows for power in row["powers"]}
    options = [{"value": power, "label": names.get(power, power)} for power in record.compared if power in held]
    return [*options, OTHERS] if OTHERS["value"] in held else options


def _initiative_options(record: Record, rows: list[dict], options: list[dict]) -> list[dict]:
    """Return the initiatives that have rows, as options under their powers."""
    labels = {power["value"]: power["label"] for power in options}
    coded_initiatives = {row["initiative"]: row["powers"] for row in rows}
    return [
        {
            "value": row.id,
            "label": row.title,
            "group": " and ".join(labels[power] for power in coded_initiatives[row.id]),
        }
        for row in record.initiatives[["id", "title"]].itertuples(index=False)
        if row.id in coded_initiatives
    ]


def _definition(record: Record, rows: list[dict]) -> dict:
    return {
        "intro": "Each point of an initiative under one coding: who is addressed, by what kind of speech, with what "
        "legal effect.",
        "caption": "Points of initiatives",
        "nothing": "choose another power, initiative or theme, or start again.",
        "controls": [
            *controls(record, rows),
        ],
        "predicates": [
            {"op": "any-of", "column": "powers", "control": "power"},
            {"op": "any-of", "column": "initiative", "control": "initiative"},
            {"op": "any-of", "column": "theme", "control": "theme"},
        ],
        "columns": COLUMNS,
        "fields": FIELDS,
        "layout": {"kind": "list"},
    }
