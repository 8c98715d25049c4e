"""Compare regimes: the provisions of several orders on one question, on one day, as known on another."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from rulebooks import law
from rulebooks.comparison import BY_INSTRUMENT
from rulebooks.explorers.compiled import Compiled, citations, coded, source_links
from rulebooks.record import Record

KIND = "compare_regimes"
FIELDS = [
    "provision",
    "cohort",
    "jurisdiction",
    "instrument",
    "pinpoint",
    "modality",
    "legal_effect",
    "bearer",
    "content",
    "verdict",
    "enforceable",
    "reason",
    "applies_from",
    "applies_until",
    "source",
]
SHOWN = ["jurisdiction", "instrument", "pinpoint", "modality", "legal_effect", "bearer", "content", "source"]
COLUMNS = [
    {"id": "heading", "as": "heading", "label": "Provision"},
    {"id": "content", "as": "sentence", "label": "Content"},
    {"id": "verdict", "as": "text", "label": "Applies"},
    {"id": "dates", "as": "dates", "label": "Dates"},
    {"id": "enforceable", "as": "text", "label": "Enforceable"},
    {"id": "reason", "as": "text", "label": "Why"},
    {"id": "group", "as": "text", "label": "For"},
    {"id": "bearer", "as": "term", "label": "Bearer"},
    {"id": "modality", "as": "term", "label": "Form"},
    {"id": "legal_effect", "as": "term", "label": "Legal effect"},
    {"id": "sources", "as": "sources", "label": "Source"},
]
LINES = [
    {"value": "yes", "label": "Applies"},
    {"value": "cannot tell", "label": "Cannot tell"},
    {"value": "law", "label": "Law, but does not apply on this day"},
    {"value": "silence", "label": "Silence: searched, none found"},
]


def compiled(record: Record) -> Compiled:
    """Compile the record for this kind of explorer."""
    boxes = rectangles(record)
    rows = _rows(record, boxes)
    return Compiled(KIND, "Compare regimes", _definition(record, rows), rows, boxes, citations(record, rows))


def row_id(provision: str, cohort: str) -> str:
    """Return the id of a row: the provision's, with its cohort where it is not everybody."""
    return provision if cohort == law.ALL else f"{provision}:{cohort}"


def _definition(record: Record, rows: list[dict]) -> dict:
    day = record.as_of.isoformat()
    asked = {dimension for row in rows for dimension in row["dimensions"]}
    orders = {row["jurisdiction"] for row in rows}
    dimensions = [
        {"value": row.id, "label": row.name}
        for row in record.dimensions[["id", "name"]].itertuples(index=False)
        if row.id in asked and row.id not in BY_INSTRUMENT
    ]
    jurisdictions = [
        {"value": row.id, "label": row.name}
        for row in record.jurisdictions[["id", "name"]].itertuples(index=False)
        if row.id in orders
    ]
    opening = [option["value"] for option in jurisdictions if option["value"] in record.compared]
    return {
        "intro": "Each provision on one question, with what the law said about one day, as the public could know it on "
        "another.",
        "caption": "Provisions side by side",
        "nothing": "choose another question, order, kind of rule or day, or start again.",
        "controls": [
            {
                "id": "dimension",
                "kind": "choice",
                "label": "Dimension",
                "any": "All dimensions",
                "value": dimensions[0]["value"] if dimensions else None,
                "options": dimensions,
            },
            {
                "id": "jurisdictions",
                "kind": "choices",
                "label": "Jurisdictions",
                "value": opening,
                "options": jurisdictions,
            },
            coded(
                "legal_effect",
                "Legal effect",
                "Any legal effect",
                {row["legal_effect"] for row in rows},
                record,
                "provisions",
            ),
            coded("modality", "Modality", "Any modality", {row["modality"] for row in rows}, record, "provisions"),
            coded(
                "bearer", "Bearer", "Any bearer", {row["bearer"] for row in rows if row["bearer"]}, record, "provisions"
            ),
            {
                "id": "as_of",
                "kind": "date",
                "label": "As of",
                "help": "The day asked about, as YYYY-MM-DD.",
                "value": day,
                "example": day,
            },
            {
                "id": "known_on",
                "kind": "date",
                "label": "Known on",
                "help": f"The day on which one stands, up to the record's date, {day}.",
                "value": day,
                "example": day,
                "maximum": day,
            },
            {
                "id": "only_differences",
                "kind": "flag",
                "label": "Only differences",
                "help": "Leaves out each kind of rule (a modality laid on a bearer) that every chosen order has here.",
                "value": False,
            },
        ],
        "predicates": [
            {"op": "any-of", "column": "dimensions", "control": "dimension"},
            {"op": "any-of", "column": "jurisdiction", "control": "jurisdictions"},
            {"op": "any-of", "column": "legal_effect", "control": "legal_effect"},
            {"op": "any-of", "column": "modality", "control": "modality"},
            {"op": "any-of", "column": "bearer", "control": "bearer"},
            {"op": "in-force", "column": "id", "control": ["as_of", "known_on"]},
            {
                "op": "unshared",
                "column": "kind_of_rule",
                "across": "jurisdiction",
                "control": ["only_differences", "jurisdictions"],
            },
        ],
        "columns": COLUMNS,
        "fields": FIELDS,
        "layout": {
            "kind": "matrix",
            "full": True,
            "control": "jurisdictions",
            "across": "jurisdiction",
            "down": "status",
            "lines": LINES,
            "corner": "On this day",
        },
    }


def _rows(record: Record, boxes: dict) -> list[dict]:
    cohorts = defaultdict(list)
    for key in boxes:
        provision, _, cohort = key.partition(":")
        cohorts[provision].append(cohort or law.ALL)
    instruments = record.instruments.set_index("id").to_dict("index")
    groups = dict(zip(record.cohorts["id"], record.cohorts["definition"], strict=True))
    rows = []
    for provision in record.provisions.to_dict("records"):
        name = heading(provision, instruments.get(provision["instrument"]))
        shown = {name: provision[name] for name in SHOWN}
        links = source_links(record, provision["source"])
        dimensions = [each for each in provision["dimensions"].split("; ") if each]
        for cohort in cohorts[provision["id"]]:
            rows.append(
                {
                    "id": row_id(provision["id"], cohort),
                    "provision": provision["id"],
                    "cohort": cohort,
                    **shown,
                    "dimensions": dimensions,
                    "heading": name,
                    "kind_of_rule": f"{provision['modality']} {provision['bearer']}",
                    "group": "" if cohort == law.ALL else groups.get(cohort, cohort),
                    "sources": links,
                }
            )
    return rows


def heading(provision: dict, instrument: dict | None) -> str:
    """Return what a provision is called: its instrument, with the original title in Chinese, and its pinpoint."""
    if provision["modality"] == "silence" or instrument is None:
        return "No provision found"
    title, original = instrument["title"], instrument["title_original"]
    if instrument["language"].startswith("zh") and original:
        title += f" ({original})"
    return f"{title}, {provision['pinpoint']}" if provision["pinpoint"] else title


def rectangles(record: Record) -> dict:
    """Return for each row the rectangles of both answers, and what the deciding statement says, as known."""
    boxes: dict[str, dict[str, list]] = {}
    for box in law.rectangles(record).itertuples(index=False):
        held = boxes.setdefault(row_id(box.provision, box.cohort), {"verdict": [], "enforceable": [], "stages": []})
        held[box.answer].append(
            [box.valid_from, box.valid_until, box.known_from, box.known_until, box.side, box.value, box.reason]
        )
    for row in law.stages(record).itertuples(index=False):
        boxes[row_id(row.provision, row.cohort)]["stages"].append(list(row[2:]))
    provisions = record.provisions
    silences = provisions[provisions["modality"] == "silence"]
    for provision, checked in zip(silences["id"], silences["checked"], strict=True):
        boxes[provision] = _silence(checked)
    return boxes


def _silence(checked: str) -> dict[str, list]:
    """Return the rectangles of a silence: it is known for the day on which it was searched, and for no other."""
    after = (date.fromisoformat(checked) + timedelta(days=1)).isoformat()
    unknown = ["", "cannot tell", f"searched on {checked}"]
    return {
        "verdict": [
            ["", checked, "", "", *unknown],
            [after, "", "", "", *unknown],
            [checked, after, "", checked, *unknown],
            [checked, after, checked, "", "", "silence", f"searched on {checked}: none found"],
        ],
        "enforceable": [["", "", "", "", "", "", ""]],
        "stages": [["", "", "", "", law.OPEN_END]],
    }
