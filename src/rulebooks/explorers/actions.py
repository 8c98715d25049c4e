"""Law in action: filings, fines, judgments, stays and orders, by legal order, kind, posture and year."""

from __future__ import annotations

from rulebooks.explorers.compiled import Compiled, citations, coded, names_of, source_links
from rulebooks.record import Record

KIND = "law_in_action"
KEPT = ["date", "jurisdiction", "instrument", "kind", "posture", "title", "summary", "amount", "currency", "source"]
FIELDS = ["action", *KEPT]
COLUMNS = [
    {"id": "title", "as": "text", "label": "Action"},
    {"id": "date", "as": "text", "label": "Date"},
    {"id": "order", "as": "text", "label": "Jurisdiction"},
    {"id": "kind", "as": "term", "label": "Kind"},
    {"id": "posture", "as": "term", "label": "Posture"},
    {"id": "sum", "as": "text", "label": "Amount or count"},
    {"id": "summary", "as": "text", "label": "What happened"},
    {"id": "power", "as": "text", "label": "Under"},
    {"id": "sources", "as": "sources", "label": "Source"},
]


def compiled(record: Record) -> Compiled:
    """Compile the record for this kind of explorer."""
    names = names_of(record)
    orders = dict(zip(record.jurisdictions["id"], record.jurisdictions["name"], strict=True))
    rows = [
        {
            "id": row["id"],
            "action": row["id"],
            **{name: row[name] for name in KEPT},
            "year": row["date"][:4],
            "order": orders[row["jurisdiction"]],
            "power": names.get(row["instrument"], row["instrument"]),
            "sum": f"{_grouped(row['amount'])} {row['currency']}".strip(),
            "sources": source_links(record, row["source"]),
        }
        for row in sorted(record.actions.to_dict("records"), key=lambda row: (row["date"], row["id"]))
    ]
    return Compiled(KIND, "Law in action", _definition(record, rows, orders), rows, {}, citations(record, rows))


def _grouped(amount: str) -> str:
    """Return a number with its thousands set apart."""
    return f"{int(amount):,}" if amount.isdigit() else amount


def _definition(record: Record, rows: list[dict], orders: dict[str, str]) -> dict:
    held = {row["jurisdiction"] for row in rows}
    return {
        "intro": "What was done with the powers that the rules give. The record holds what was found, not all that "
        "happened; a pending case shows its posture.",
        "caption": "Actions",
        "nothing": "choose another order, kind, posture or year, or start again.",
        "controls": [
            {
                "id": "jurisdictions",
                "kind": "choices",
                "label": "Jurisdictions",
                "value": [each for each in orders if each in held],
                "options": [{"value": each, "label": name} for each, name in orders.items() if each in held],
            },
            coded("kind", "Kind", "Any kind", {row["kind"] for row in rows}, record, "actions"),
            coded("posture", "Posture", "Any posture", {row["posture"] for row in rows}, record, "actions"),
            {
                "id": "years",
                "kind": "choices",
                "label": "Years",
                "help": "None ticked means all.",
                "none": "all",
                "value": [],
                "options": [{"value": year, "label": year} for year in sorted({row["year"] for row in rows})],
            },
        ],
        "predicates": [
            {"op": "any-of", "column": "jurisdiction", "control": "jurisdictions"},
            {"op": "any-of", "column": "kind", "control": "kind"},
            {"op": "any-of", "column": "posture", "control": "posture"},
            {"op": "any-of", "column": "year", "control": "years", "every": []},
        ],
        "columns": COLUMNS,
        "fields": FIELDS,
        "layout": {"kind": "list"},
    }
