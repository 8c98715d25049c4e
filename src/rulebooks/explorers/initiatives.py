"""Read the initiatives: what each point urges, opposes, supports, commits to or requires, of whom, with what effect."""

from __future__ import annotations

from rulebooks.explorers.compiled import Compiled, source_links
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
    return Compiled(KIND, "Read the initiatives", _definition(record, rows), rows, {}, FIELDS)


def _powers(proposer: str, record: Record) -> list[str]:
    named = [power for power in record.descriptor["compared"] if power in proposer.split("; ")]
    return named or [OTHERS["value"]]


def _rows(record: Record) -> list[dict]:
    initiatives = record.initiatives.set_index("id").to_dict("index")
    themes = dict(zip(record.themes["id"], record.themes["name"], strict=True))
    rows = []
    for point in record.points.to_dict("records"):
        initiative = initiatives[point["initiative"]]
        powers = _powers(initiative["proposer"], record)
        original = f" ({initiative['title_original']})" if initiative["title_original"] else ""
        rows.append(
            {
                "id": point["id"],
                "point": point["id"],
                **{name: point[name] for name in KEPT},
                "power": "; ".join(powers),
                "powers": powers,
                "heading": f"{initiative['title']}{original}, {point['number']}",
                "theme_name": themes.get(point["theme"], point["theme"]),
                "sources": source_links(record, point["source"]),
            }
        )
    return rows


def _definition(record: Record, rows: list[dict]) -> dict:
    names = dict(zip(record.jurisdictions["id"], record.jurisdictions["name"], strict=True))
    held = {power for row in rows for power in row["powers"]}
    powers = [
        {"value": power, "label": names.get(power, power)} for power in record.descriptor["compared"] if power in held
    ]
    if OTHERS["value"] in held:
        powers.append(OTHERS)
    labels = {power["value"]: power["label"] for power in powers}
    coded_initiatives = {row["initiative"]: row["powers"] for row in rows}
    initiatives = [
        {
            "value": row.id,
            "label": row.title,
            "group": " and ".join(labels[power] for power in coded_initiatives[row.id]),
        }
        for row in record.initiatives[["id", "title"]].itertuples(index=False)
        if row.id in coded_initiatives
    ]
    used = {row["theme"] for row in rows}
    themes = [
        {"value": row.id, "label": row.name}
        for row in record.themes[["id", "name"]].itertuples(index=False)
        if row.id in used
    ]
    return {
        "intro": "Each point of an initiative under one coding: who is addressed, by what kind of speech, with what "
        "legal effect.",
        "caption": "Points of initiatives",
        "nothing": "choose another power, initiative or theme.",
        "controls": [
            {
                "id": "power",
                "kind": "choices",
                "label": "Power",
                "value": [power["value"] for power in powers],
                "options": powers,
            },
            {
                "id": "initiative",
                "kind": "choice",
                "label": "Initiative",
                "any": "All initiatives",
                "value": None,
                "options": initiatives,
            },
            {
                "id": "theme",
                "kind": "choice",
                "label": "Theme",
                "any": "All themes",
                "value": None,
                "options": themes,
            },
        ],
        "predicates": [
            {"op": "contains-any", "column": "powers", "control": "power"},
            {"op": "equals", "column": "initiative", "control": "initiative"},
            {"op": "equals", "column": "theme", "control": "theme"},
        ],
        "columns": COLUMNS,
        "layout": {"kind": "list"},
    }
