"""Claims: what serious people say of a contested sentence, and on which rows of the record they rely."""

from __future__ import annotations

from rulebooks.explorers.compiled import Compiled, choice, citations, coded, names_of, source_links
from rulebooks.record import Record

KIND = "claims_and_readings"
KEPT = ["claim", "position", "holder", "holder_kind", "language", "summary", "rows", "source"]
FIELDS = ["reading", *KEPT]
COLUMNS = [
    {"id": "sentence", "as": "text", "label": "Claim"},
    {"id": "position", "as": "text", "label": "Position"},
    {"id": "holder", "as": "text", "label": "Holder"},
    {"id": "holder_kind", "as": "term", "label": "Kind of holder"},
    {"id": "summary", "as": "text", "label": "Reading"},
    {"id": "relies_on", "as": "text", "label": "Rows it relies on"},
    {"id": "sources", "as": "sources", "label": "Source"},
]


def compiled(record: Record) -> Compiled:
    """Compile the record for this kind of explorer."""
    names = names_of(record)
    claims = dict(zip(record.claims["id"], record.claims["claim"], strict=True))
    order = {claim: place for place, claim in enumerate(claims)}
    rows = [
        {
            "id": row["id"],
            "reading": row["id"],
            **{name: row[name] for name in KEPT},
            "sentence": claims[row["claim"]],
            "relies_on": "; ".join(names.get(each.strip(), each.strip()) for each in row["rows"].split(";")),
            "sources": source_links(record, row["source"]),
        }
        for row in sorted(record.readings.to_dict("records"), key=lambda row: order[row["claim"]])
    ]
    return Compiled(KIND, "Claims", _definition(record, rows, claims), rows, {}, citations(record, rows))


def _definition(record: Record, rows: list[dict], claims: dict[str, str]) -> dict:
    read = {row["claim"] for row in rows}
    positions = [{"value": each, "label": each} for each in dict.fromkeys(row["position"] for row in rows)]
    return {
        "intro": "A claim is shown as a claim: each line is one serious reading of it, with its holder and the rows of "
        "the record on which it rests.",
        "caption": "Readings of claims",
        "nothing": "choose another claim, position or kind of holder, or start again.",
        "controls": [
            choice(
                "claim",
                "Claim",
                "All claims",
                [{"value": each, "label": sentence} for each, sentence in claims.items() if each in read],
            ),
            choice("position", "Position", "Any position", positions),
            coded("holder_kind", "Holder", "Any holder", {row["holder_kind"] for row in rows}, record, "readings"),
        ],
        "predicates": [
            {"op": "any-of", "column": "claim", "control": "claim"},
            {"op": "any-of", "column": "position", "control": "position"},
            {"op": "any-of", "column": "holder_kind", "control": "holder_kind"},
        ],
        "columns": COLUMNS,
        "fields": FIELDS,
        "layout": {"kind": "list"},
    }
