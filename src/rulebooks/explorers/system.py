"""One system, several rulebooks: which coded provisions a system meets, from what is known of it."""

from __future__ import annotations

import json
from typing import Any

from rulebooks import scenario
from rulebooks.explorers.compiled import Compiled, choice, citations, source_links
from rulebooks.explorers.regimes import heading, rectangles, row_id
from rulebooks.record import Record

KIND = "one_system"
JUDGED = ["verdict", "enforceable", "met", "applies", "reason", "facts", "deciding", "change", "date_reason"]
KEPT = ["jurisdiction", "instrument", "pinpoint", "modality", "bearer", "content", "source"]
FIELDS = ["provision", "cohort", *KEPT[:-1], *JUDGED, "source"]
COLUMNS = [
    {"id": "heading", "as": "heading", "label": "Provision"},
    {"id": "content", "as": "sentence", "label": "Content"},
    {"id": "verdict", "as": "text", "label": "Meets it"},
    {"id": "reason", "as": "text", "label": "Why"},
    {"id": "deciding", "as": "text", "label": "To find out"},
    {"id": "change", "as": "text", "label": "What would change it"},
    {"id": "date_reason", "as": "text", "label": "Dates"},
    {"id": "enforceable", "as": "text", "label": "Enforceable"},
    {"id": "bearer", "as": "term", "label": "Bearer"},
    {"id": "modality", "as": "term", "label": "Form"},
    {"id": "group", "as": "text", "label": "For"},
    {"id": "sources", "as": "sources", "label": "Source"},
]
LINES = [
    {"value": "yes", "label": "Meets it"},
    {"value": "cannot tell", "label": "Cannot tell"},
    {"value": "no", "label": "No coded provision met"},
]
GROUPS = {
    "system": "The system",
    "use": "Its use",
    "maker": "Who makes and offers it",
    "reach": "Where it reaches",
    "model": "The model",
    "output": "What it puts out",
    "people": "The people it meets",
    "dates": "Dates",
    "money": "Money and size",
}


def compiled(record: Record) -> Compiled:
    """Compile the record for this kind of explorer."""
    boxes = rectangles(record)
    rules = scenario.Rules(record, _pairs(boxes))
    formulas = Formulas(rules)
    rows = _rows(record, rules, formulas)
    used = {row["law"] for row in rows} | {node["law"] for node in formulas.nodes if "law" in node}
    definition = {**_definition(record, rows), "formulas": formulas.text(record)}
    kept = {each: boxes[each] for each in boxes if each in used}
    return Compiled(KIND, "One system, several rulebooks", definition, rows, kept, citations(record, rows), rules)


def _pairs(boxes: dict) -> list[tuple[str, str]]:
    """Return the provisions and cohorts that have statements, silences left out."""
    pairs = []
    for key, held in boxes.items():
        provision, _, cohort = key.partition(":")
        if not any(box[5] == "silence" for box in held["verdict"]):
            pairs.append((provision, cohort or "all"))
    return pairs


def control_of(fact: str) -> str:
    """Return the control of a fact: its id as Python writes a keyword."""
    return fact.replace("-", "_")


class Formulas:
    """The formulas of the rules as a list of parts, each shared part once, for the browser."""

    def __init__(self, rules: scenario.Rules) -> None:
        self.rules = rules
        self.nodes: list[dict] = []
        self.places: dict[str, int] = {}
        self.samples: list[list] = []

    def add(self, node: scenario.Node) -> int:
        """Return the place of a part, entering it and its own parts first; equal parts share a place."""
        entry: dict[str, Any] = {"kind": node.kind}
        if node.kind in ("and", "or", "not"):
            entry["parts"] = [self.add(part) for part in node.parts]
        if node.condition:
            entry |= {"fact": node.condition.fact, "op": node.condition.op, "value": _plain(node.condition.value)}
        if node.law:
            entry["law"] = row_id(*node.law)
        if node.text:
            entry["text"] = node.text
        if node.named:
            entry["named"] = list(node.named)
        text = json.dumps(entry, sort_keys=True)
        if text not in self.places:
            self.places[text] = len(self.nodes)
            self.nodes.append(entry)
        return self.places[text]

    def drawn(self, node: scenario.Node) -> list[list]:
        """Return the facts of a formula, each with the place of its answers."""
        found = []
        for fact, samples in self.rules.drawn(node):
            answers = [[_plain(each.value), each.label] for each in samples]
            if answers not in self.samples:
                self.samples.append(answers)
            found.append([fact, self.samples.index(answers)])
        return found

    def text(self, record: Record) -> dict:
        """Return what the browser reads."""
        facts = {
            row["id"]: {"control": control_of(row["id"]), "place": place, "options": scenario.options(row)}
            for place, row in enumerate(record.facts.to_dict("records"))
        }
        return {"nodes": self.nodes, "facts": facts, "samples": self.samples}


def _plain(value: object) -> object:
    """Return an answer as a control holds it: yes or no for a bool, a whole number without a point."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return list(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def known(record: Record, state: dict) -> dict:
    """Return what a state knows of the system, as :func:`rulebooks.scenario.meet` takes it."""
    answers = {fact: state[control_of(fact)] for fact in record.facts["id"]}
    return scenario.read_facts(record, answers)


def _rows(record: Record, rules: scenario.Rules, formulas: Formulas) -> list[dict]:
    instruments = record.instruments.set_index("id").to_dict("index")
    groups = dict(zip(record.cohorts["id"], record.cohorts["definition"], strict=True))
    rows = []
    for provision in record.provisions.to_dict("records"):
        for cohort in rules.cohorts(provision["id"]):
            node = rules.formula(provision["id"], cohort)
            rows.append(
                {
                    "id": row_id(provision["id"], cohort),
                    "law": row_id(provision["id"], cohort),
                    "provision": provision["id"],
                    "cohort": cohort,
                    **{name: provision[name] for name in KEPT},
                    "heading": heading(provision, instruments.get(provision["instrument"])),
                    "group": "" if cohort == "all" else groups.get(cohort, cohort),
                    "formula": formulas.add(node),
                    "drawn": formulas.drawn(node),
                    "untested": rules.untested(provision["id"]),
                    "sources": source_links(record, provision["source"]),
                }
            )
    return rows


def _definition(record: Record, rows: list[dict]) -> dict:
    day = record.as_of.isoformat()
    held = {row["jurisdiction"] for row in rows}
    orders = [
        {"value": row.id, "label": row.name}
        for row in record.jurisdictions[["id", "name"]].itertuples(index=False)
        if row.id in held
    ]
    facts = record.facts.to_dict("records")
    dates = [
        {"id": "as_of", "label": "As of", "help": "The day asked about, as YYYY-MM-DD."},
        {"id": "known_on", "label": "Known on", "help": f"The day on which one stands, up to {day}.", "maximum": day},
    ]
    return {
        "intro": f"{scenario.CAVEAT} What is not known stays unknown: it never counts as no.",
        "caption": "Coded provisions that the system meets",
        "nothing": "no coded provision is met, or what is to be shown is left out; answer more, choose other orders, "
        "or start again.",
        "controls": [
            _scenarios(record),
            {
                "id": "jurisdictions",
                "kind": "choices",
                "label": "Jurisdictions",
                "value": [each["value"] for each in orders],
                "options": orders,
            },
            {
                "id": "show",
                "kind": "choices",
                "label": "Show",
                "value": ["yes", "cannot tell"],
                "options": [
                    {"value": "yes", "label": "met"},
                    {"value": "cannot tell", "label": "cannot tell"},
                    {"value": "no", "label": "not met"},
                ],
            },
            *({**each, "kind": "date", "value": day, "example": day} for each in dates),
            *(_asked(fact, day) for fact in facts),
        ],
        "predicates": [
            {"op": "any-of", "column": "jurisdiction", "control": "jurisdictions"},
            {"op": "meets", "column": "id", "control": ["as_of", "known_on"]},
            {"op": "any-of", "column": "verdict", "control": "show"},
        ],
        "columns": COLUMNS,
        "fields": FIELDS,
        "layout": {
            "kind": "matrix",
            "full": False,
            "control": "jurisdictions",
            "across": "jurisdiction",
            "down": "verdict",
            "lines": LINES,
            "corner": "This system",
        },
    }


def _scenarios(record: Record) -> dict:
    """Return the ready scenarios: each sets every fact, those that it does not know to nothing."""
    controls = [control_of(fact) for fact in record.facts["id"]]
    sets = {}
    for each in record.scenarios["id"]:
        answers = {control_of(fact): _plain(value) for fact, value in scenario.scenario_facts(record, each).items()}
        sets[each] = {control: answers.get(control) for control in controls}
    options = [
        {"value": row.id, "label": row.title} for row in record.scenarios[["id", "title"]].itertuples(index=False)
    ]
    return {**choice("scenario", "Ready scenario", "My own answers", options), "sets": sets}


def _asked(fact: dict, day: str) -> dict:
    """Return the control of a fact."""
    control = {
        "id": control_of(fact["id"]),
        "label": fact["question"],
        "help": f"{fact['help']} [{fact['id']}]".strip(),
        "any": "Don't know",
        "value": None,
        "group": GROUPS.get(fact["group"], fact["group"]),
    }
    if fact["type"] == "bool":
        return {**control, "kind": "choice", "options": [{"value": each, "label": each} for each in ("yes", "no")]}
    if fact["type"] == "choice":
        options = [{"value": each, "label": each.replace("-", " ")} for each in scenario.options(fact)]
        return {**control, "kind": "choice", "options": options}
    if fact["type"] == "number":
        return {**control, "kind": "number", "help": f"{control['help']} Unit: {fact['unit']}."}
    return {**control, "kind": "date", "example": day}
