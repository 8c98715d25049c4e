"""One system, several rulebooks: which coded provisions a system meets, from what is known of it.

Every provision and cohort with rows in ``triggers`` is a formula over facts: it is met where triggers and (not
defeats or restores), each effect being an or of cases and each case an and of conditions. An exemption that is a
provision of its own defeats what it subtracts from while it is in force. The formula is joined to what the law says
of the day. All of it is three-valued: a fact that is not known never counts as no.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from rulebooks.law import ALL, ANSWERS, NO, YES, answers, days, known_id
from rulebooks.record import Record

CAVEAT = (
    "Only coded provisions are tested. The absence of a row is not the absence of a duty, "
    "and nothing here is legal advice."
)
EFFECTS = ("triggers", "defeats", "restores")
OPS = {
    "bool": ("is", "is-not"),
    "choice": ("is", "is-not", "in"),
    "number": ("at-least", "below"),
    "date": ("on-or-after", "before"),
}
UNKNOWN = YES | NO
MEET_COLUMNS = [
    "jurisdiction",
    "instrument",
    "provision",
    "cohort",
    "verdict",
    "enforceable",
    "met",
    "applies",
    "reason",
    "facts",
    "deciding",
    "change",
    "date_reason",
    "pinpoint",
    "modality",
    "bearer",
    "content",
    "source",
]
NAMED = {
    "exemption": {YES: "taken out by", NO: "not taken out by", UNKNOWN: "perhaps taken out by"},
    "cohort": {YES: "in the cohort", NO: "not in the cohort", UNKNOWN: "perhaps in the cohort"},
}
_MASKS = {text: mask for mask, text in ANSWERS.items()}

Value = bool | float | str | tuple[str, ...]


class Condition(NamedTuple):
    """One test of one fact."""

    fact: str
    op: str
    value: Value

    def __str__(self) -> str:
        """Write the condition as words."""
        value = self.value
        if isinstance(value, bool):
            value = "yes" if value else "no"
        elif isinstance(value, float):
            value = f"{value:.15g}"
        elif isinstance(value, tuple):
            value = ", ".join(value)
        return f"{self.fact} {self.op.replace('-', ' ')} {value}"

    def test(self, known: Mapping[str, Value]) -> int:
        """Say whether the condition holds."""
        answer = known.get(self.fact)
        if answer is None:
            return UNKNOWN
        if self.op in ("at-least", "on-or-after"):
            held = answer >= self.value
        elif self.op in ("below", "before"):
            held = answer < self.value
        elif self.op == "in":
            held = answer in self.value
        else:
            held = (answer == self.value) is (self.op == "is")
        return YES if held else NO


class Sample(NamedTuple):
    """One answer that stands for all answers that no condition tells apart from it."""

    value: Value
    label: str


def meet(
    record: Record,
    facts: Mapping[str, object],
    jurisdictions: str | Iterable[str] | None = None,
    as_of: date | str | None = None,
    known_on: date | str | None = None,
) -> pd.DataFrame:
    """Say which coded provisions a system meets on a day.

    Parameters
    ----------
    record : Record
    facts : mapping of str to object
        What is known of the system: ids of ``record.facts`` to True or False (or "yes", "no"), a number, a day or
        an option. A fact left out, or given as None, is not known.
    jurisdictions : str or list of str, optional
        Ids of ``record.jurisdictions``. Default: all.
    as_of, known_on : date or str, optional
        The day asked about and the day on which one stands, as in :func:`rulebooks.in_force`.

    Returns
    -------
    pandas.DataFrame
        One row for each coded provision and cohort. ``verdict`` joins ``met`` (do the facts bring the system under
        it) and ``applies`` (does it apply on the day): "yes", "no" or "cannot tell"; ``enforceable`` joins ``met``
        with the law's own answer. ``facts`` are those that decided; ``deciding`` are the unknown facts that could
        settle a "cannot tell", or all that are in play where none does so alone; ``change`` says which single answer
        would change the verdict. Provisions without rows in ``triggers`` are not coded and have no row.

    Notes
    -----
    A system meets a provision when it comes under it: it owes the duty, has the right, or falls under the definition
    or exemption. It meets a ban on a practice by that practice, and a ban on content by offering what could make it.

    Raises
    ------
    ValueError
        If a fact, jurisdiction or day is unknown, or an answer does not fit its fact.
    """
    known = read_facts(record, facts)
    if jurisdictions is None:
        orders = list(record.jurisdictions["id"])
    else:
        orders = [jurisdictions] if isinstance(jurisdictions, str) else list(jurisdictions)
        for order in orders:
            known_id(order, record.jurisdictions["id"], "jurisdiction")
    law = {
        (each.provision, each.cohort): Said(each.verdict, each.enforceable, each.reason)
        for each in answers(record, *days(record, as_of, known_on))
    }
    rules, values = Rules(record, law), Values(known, law)
    rows = []
    for provision in record.provisions.to_dict("records"):
        if provision["jurisdiction"] in orders:
            for cohort in rules.cohorts(provision["id"]):
                judged = rules.judge(provision["id"], cohort, values)
                row = {**provision, **judged, "provision": provision["id"], "cohort": cohort}
                rows.append([row[column] for column in MEET_COLUMNS])
    rows.sort(key=lambda row: orders.index(row[0]))
    return pd.DataFrame(rows, columns=MEET_COLUMNS, dtype="object")


def coverage(record: Record) -> pd.DataFrame:
    """Count the provisions that have triggers, by jurisdiction.

    Parameters
    ----------
    record : Record

    Returns
    -------
    pandas.DataFrame
        Columns ``jurisdiction``, ``coded``, ``provisions``, silences excluded.
    """
    spoken = record.provisions[record.provisions["modality"] != "silence"]
    coded = spoken["id"].isin(set(record.triggers["target"]))
    counted = coded.groupby(spoken["jurisdiction"], sort=False).agg(["sum", "count"]).astype(int).reset_index()
    counted.columns = ["jurisdiction", "coded", "provisions"]
    return counted


def scenario_facts(record: Record, scenario: str) -> dict[str, Value]:
    """Return what is known of a scenario, as :func:`meet` takes it.

    Parameters
    ----------
    record : Record
    scenario : str
        An id of ``record.scenarios``.

    Returns
    -------
    dict of str to object

    Raises
    ------
    ValueError
        If there is no such scenario.
    """
    known_id(scenario, record.scenarios["id"], "scenario")
    rows = record.scenario_facts[record.scenario_facts["scenario"] == scenario]
    return read_facts(record, dict(zip(rows["fact"], rows["answer"], strict=True)))


def read_facts(record: Record, facts: Mapping[str, object]) -> dict[str, Value]:
    """Hold answers against the table of facts and return those that are known, typed.

    Raises
    ------
    ValueError
        If a fact is unknown or its answer does not fit it.
    """
    table = {row["id"]: row for row in record.facts.to_dict("records")}
    known = {}
    for fact, answer in facts.items():
        known_id(fact, list(table), "fact")
        if answer is not None:
            known[fact] = read_answer(table[fact], answer)
    return known


def read_answer(fact: Mapping[str, str], answer: object) -> Value:
    """Return one answer in the type of its fact, or raise ValueError.

    Parameters
    ----------
    fact : mapping
        A row of ``facts``.
    answer : object
        A bool or "yes" or "no"; a number or its text; a day or its text; an option.
    """
    kind, name = fact["type"], f"fact {fact['id']!r}"
    if kind == "bool":
        if isinstance(answer, bool):
            return answer
        if answer in ("yes", "no"):
            return answer == "yes"
        raise ValueError(f"{name} is answered yes or no, not {answer!r}; leave it out if it is not known")
    if kind == "number":
        try:
            number = math.nan if isinstance(answer, bool) else float(answer)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f"{name} is a number ({fact['unit']}), not {answer!r}; leave it out if it is not known")
        return number
    if kind == "date":
        try:
            day = answer.isoformat()[:10] if isinstance(answer, date) else date.fromisoformat(answer).isoformat()
        except (TypeError, ValueError):
            day = ""
        if not day or (isinstance(answer, str) and answer != day):
            raise ValueError(f"{name} is a day, not {answer!r}; write it as YYYY-MM-DD")
        return day
    known_id(str(answer), options(fact), f"answer to {name}")
    return str(answer)


def options(fact: Mapping[str, str]) -> list[str]:
    """Return the options of a row of ``facts``."""
    return [item for item in (part.strip() for part in fact["options"].split(";")) if item]


def read_condition(fact: Mapping[str, str], op: str, value: str) -> Condition:
    """Return the condition of one row of ``triggers``, or raise ValueError.

    Parameters
    ----------
    fact : mapping
        The row of ``facts`` that it tests.
    op, value : str
        As in the table.
    """
    if op not in OPS.get(fact["type"], ()):
        raise ValueError(f"{op!r} does not fit a {fact['type']}; use one of: {', '.join(OPS.get(fact['type'], ()))}")
    if op == "in":
        chosen = tuple(part.strip() for part in value.split(";"))
        return Condition(fact["id"], op, tuple(str(read_answer(fact, each)) for each in chosen))
    return Condition(fact["id"], op, read_answer(fact, value))


def compiled(record: Record) -> dict[str, dict[str, list[list[Condition]]]]:
    """Return the triggers as nested lists.

    Returns
    -------
    dict
        Target to effect to cases; a case is a list of conditions (fact, op, value), which JSON writes as lists.
    """
    table = {row["id"]: row for row in record.facts.to_dict("records")}
    cases: dict[str, dict[str, dict[str, list[Condition]]]] = {}
    rows = zip(*(record.triggers[name] for name in ("target", "effect", "case", "fact", "op", "value")), strict=True)
    for target, effect, case, fact, op, value in rows:
        effects = cases.setdefault(target, {each: {} for each in EFFECTS})
        effects[effect].setdefault(case, []).append(read_condition(table[fact], op, value))
    return {
        target: {effect: list(found.values()) for effect, found in effects.items()} for target, effects in cases.items()
    }


def samples(record: Record) -> dict[str, list[Sample]]:
    """Return for each fact one answer from each range that the triggers tell apart.

    Returns
    -------
    dict of str to list of Sample
        Both answers of a bool, all options of a choice, and a value from each interval of a number or date.
    """
    cuts: dict[str, set[Value]] = defaultdict(set)
    for effects in compiled(record).values():
        for cases in effects.values():
            for condition in (each for case in cases for each in case):
                cuts[condition.fact].add(condition.value)
    return {row["id"]: samples_of(row, cuts[row["id"]]) for row in record.facts.to_dict("records")}


def samples_of(fact: Mapping[str, str], cuts: Iterable[Value]) -> list[Sample]:
    """Return one answer from each range of a fact that the values of its conditions tell apart."""
    if fact["type"] == "bool":
        return [Sample(True, "yes"), Sample(False, "no")]
    if fact["type"] == "choice":
        return [Sample(option, option) for option in options(fact)]
    points = sorted(cuts)
    if not points:
        return []
    dated = fact["type"] == "date"
    first = points[0]
    below = (date.fromisoformat(first) - timedelta(days=1)).isoformat() if dated else math.nextafter(first, -math.inf)
    words = ("before", "on or after") if dated else ("below", "at least")
    shown = [each if dated else f"{each:.15g}" for each in points]
    between = [
        Sample(point, f"{start} to {words[0]} {end}")
        for point, (start, end) in zip(points[:-1], pairwise(shown), strict=True)
    ]
    return [Sample(below, f"{words[0]} {shown[0]}"), *between, Sample(points[-1], f"{words[1]} {shown[-1]}")]


class Said(NamedTuple):
    """What the law says of a day about one provision and cohort."""

    verdict: str
    enforceable: str
    reason: str


class Node:
    """One part of a formula: a test of a fact, what the law says, something unknown, or and, or, not of other parts.

    Attributes
    ----------
    kind : str
        "test", "law", "unknown", "and", "or" or "not".
    parts : tuple of Node
    condition : Condition or None
        Of a test.
    law : tuple of str or None
        Provision and cohort about which the law is asked.
    text : str
        Why something is unknown.
    named : tuple of str or None
        The exemption or cohort that the part stands for: a key of ``NAMED`` and a name.
    cuts : frozenset
        Facts and values that the part tells apart.
    facts : frozenset of str
        Facts that the part asks for.
    """

    __slots__ = ("condition", "cuts", "facts", "kind", "law", "named", "parts", "text")

    def __init__(
        self,
        kind: str,
        parts: Iterable[Node] = (),
        condition: Condition | None = None,
        law: tuple[str, str] | None = None,
        text: str = "",
        named: tuple[str, str] | None = None,
    ) -> None:
        self.kind, self.parts, self.condition = kind, tuple(parts), condition
        self.law, self.text, self.named = law, text, named
        own = {(condition.fact, condition.value)} if condition else set()
        self.cuts: frozenset[tuple[str, Value]] = frozenset(own.union(*(part.cuts for part in self.parts)))
        self.facts = frozenset(fact for fact, _ in self.cuts)

    def evaluate(self, values: Values) -> int:
        """Return the answers that are possible."""
        if self.kind == "test":
            return self.condition.test(values.known)
        if self.kind == "law":
            return _MASKS[values.law[self.law].verdict]
        if self.kind == "unknown":
            return UNKNOWN
        if self.kind == "not":
            return _not(values[self.parts[0]])
        return (_all if self.kind == "and" else _any)(values[part] for part in self.parts)

    def grounds(self, values: Values, place: str = "") -> Iterator[tuple[Node, int, str]]:
        """Yield the tests that make the value, each with its own value and the named part in which it stands.

        An or that holds rests on its first part that holds, an and that fails on its first part that fails; what
        is not known rests on every part that is not known.
        """
        value = values[self]
        if self.named:
            kind, name = self.named
            place = f"{NAMED[kind][value]} {name}"
        if not self.parts:
            yield self, value, place
            return
        chosen = self.parts
        if self.kind != "not":
            chosen = tuple(part for part in self.parts if values[part] == value)
            if value == (YES if self.kind == "or" else NO):
                chosen = chosen[:1]
        for part in chosen:
            yield from part.grounds(values, place)


class Values:
    """The value of every part of every formula under some answers, each worked out once.

    Parameters
    ----------
    known : mapping
        Facts that are known, typed.
    law : mapping of (str, str) to Said
        What the law says of the day, by provision and cohort.
    base, fact
        The answers are those of the base but for one fact: only what asks for that fact is worked out anew.
    """

    def __init__(
        self,
        known: Mapping[str, Value],
        law: Mapping[tuple[str, str], Said],
        base: Values | None = None,
        fact: str = "",
    ) -> None:
        self.known, self.law, self.base, self.fact = known, law, base, fact
        self.found: dict[Node, int] = {}
        self.others: dict[tuple[str, Value], Values] = {}

    def __getitem__(self, node: Node) -> int:
        """Return the value of a part."""
        if self.base is not None and self.fact not in node.facts:
            return self.base[node]
        value = self.found.get(node)
        if value is None:
            value = self.found[node] = node.evaluate(self)
        return value

    def other(self, fact: str, answer: Value) -> Values:
        """Return the values under one other answer."""
        key = fact, answer
        if key not in self.others:
            self.others[key] = Values({**self.known, fact: answer}, self.law, self, fact)
        return self.others[key]


def _all(values: Iterable[int]) -> int:
    """Return the possible answers to an and."""
    result = YES
    for value in values:
        result = (result & value & YES) | ((result | value) & NO)
    return result


def _any(values: Iterable[int]) -> int:
    """Return the possible answers to an or."""
    result = NO
    for value in values:
        result = (result & value & NO) | ((result | value) & YES)
    return result


def _not(value: int) -> int:
    """Return the possible answers to a not."""
    return (YES if value & NO else 0) | (NO if value & YES else 0)


class Rules:
    """The formulas of a record: one for each coded provision and cohort, the same on every day.

    Parameters
    ----------
    record : Record
    pairs : iterable of (str, str)
        The provisions and cohorts that have statements of application.
    """

    def __init__(self, record: Record, pairs: Iterable[tuple[str, str]]) -> None:
        self.targets = compiled(record)
        self.facts = {row["id"]: row for row in record.facts.to_dict("records")}
        self.order = {fact: place for place, fact in enumerate(record.facts["id"])}
        self.parents = dict(zip(record.cohorts["id"], record.cohorts["parent"], strict=True))
        self.pinpoints = dict(zip(record.provisions["id"], record.provisions["pinpoint"], strict=True))
        self.groups: dict[str, list[str]] = defaultdict(list)
        for provision, cohort in pairs:
            self.groups[provision].append(cohort)
        self.exemptions: dict[str, list[str]] = defaultdict(list)
        for exemption, cut in zip(record.provisions["id"], record.provisions["subtracts_from"], strict=True):
            for provision in (part.strip() for part in cut.split(";") if part.strip()):
                self.exemptions[provision].append(exemption)
        self.built: dict[str, Node] = {}

    def cohorts(self, provision: str) -> list[str]:
        """Return the cohorts of a coded provision; none where it is not coded."""
        return self.groups.get(provision, []) if provision in self.targets else []

    def formula(self, provision: str, cohort: str) -> Node:
        """Return the formula of a provision for a cohort."""
        key = f"{provision} for {cohort}"
        if key not in self.built:
            self.built[key] = Node("and", [self.cohort(provision, cohort), self.own(provision)])
        return self.built[key]

    def untested(self, provision: str) -> list[str]:
        """Return the exemptions of a provision that have no triggers."""
        return [each for each in self.exemptions.get(provision, ()) if each not in self.targets]

    def drawn(self, met: Node) -> list[tuple[str, list[Sample]]]:
        """Return each fact of a formula, in order, with one answer from each range that the formula tells apart."""
        cuts: dict[str, set[Value]] = defaultdict(set)
        for fact, cut in met.cuts:
            cuts[fact].add(cut)
        return [(fact, samples_of(self.facts[fact], cuts[fact])) for fact in self.in_order(met.facts)]

    def own(self, target: str) -> Node:
        """Return the formula of a target, exemptions of their own among its defeats."""
        if target not in self.built:
            effects = self.targets[target]
            cut = [self.exempt(exemption) for exemption in self.exemptions.get(target, ()) if exemption in self.targets]
            triggers = _cases(effects["triggers"])
            lost = Node("or", [*_cases(effects["defeats"]).parts, *cut])
            kept = Node("or", [Node("not", [lost]), *_cases(effects["restores"]).parts])
            self.built[target] = Node("and", [triggers, kept])
        return self.built[target]

    def exempt(self, exemption: str) -> Node:
        """Return the formula for an exemption that is met and in force."""
        key = f"{exemption} in force"
        if key not in self.built:
            parts = [
                Node("and", [Node("law", law=(exemption, cohort)), self.cohort(exemption, cohort), self.own(exemption)])
                for cohort in self.groups.get(exemption, ())
            ]
            self.built[key] = Node("or", parts, named=("exemption", self.pinpoints[exemption]))
        return self.built[key]

    def cohort(self, provision: str, cohort: str) -> Node:
        """Return the formula for being in a cohort of a provision and in none that it singles out further."""
        inner = [
            other
            for other in self.groups[provision]
            if other != cohort and (cohort == ALL or cohort in self.chain(other))
        ]
        parts = [self.member(each) for each in self.chain(cohort)]
        return Node("and", [*parts, *(Node("not", [self.cohort(provision, other)]) for other in inner)])

    def chain(self, cohort: str) -> list[str]:
        """Return a cohort and its parents."""
        found = []
        while cohort and cohort != ALL and cohort not in found:
            found.append(cohort)
            cohort = self.parents.get(cohort, "")
        return found

    def member(self, cohort: str) -> Node:
        """Return the formula of a cohort; nobody can tell who is in one that is not coded."""
        if cohort not in self.targets:
            return Node("unknown", text=f"the cohort {cohort} is not coded")
        key = f"cohort {cohort}"
        if key not in self.built:
            self.built[key] = Node("and", [self.own(cohort)], named=("cohort", cohort))
        return self.built[key]

    def judge(self, provision: str, cohort: str, values: Values) -> dict[str, str]:
        """Say whether a provision is met and applies, why, and what would change that: columns of :func:`meet`."""
        said = values.law[provision, cohort]
        met = self.formula(provision, cohort)
        verdict = _all([_MASKS[said.verdict], values[met]])
        reason, used = self.reason(provision, met, values)
        deciding, change = self.turning(met, _MASKS[said.verdict], verdict, values)
        if not change and values[met] == YES and verdict != YES:
            change = f"another day: {said.reason}"
        return {
            "verdict": ANSWERS[verdict],
            "enforceable": ANSWERS[_all([_MASKS[said.enforceable], values[met]])],
            "met": ANSWERS[values[met]],
            "applies": said.verdict,
            "reason": reason,
            "facts": "; ".join(used),
            "deciding": "; ".join(deciding),
            "change": change,
            "date_reason": said.reason,
        }

    def reason(self, provision: str, met: Node, values: Values) -> tuple[str, list[str]]:
        """Say in words why the facts do or do not bring the system under a provision, and name those facts."""
        groups: dict[str, dict[str, None]] = {}
        used = set()
        for node, held, place in met.grounds(values):
            texts = groups.setdefault(place, {})
            words = values.law[node.law].reason if node.law else node.text
            if words and held != YES:
                texts[words] = None
            elif node.condition:
                fact = node.condition.fact
                used.add(fact)
                answer = f"{fact} is not known" if held == UNKNOWN else f"{fact} = {_shown(values.known[fact])}"
                texts[answer] = None
        places: dict[str, list[str]] = {}
        for place, texts in groups.items():
            if texts:
                places.setdefault(", ".join(texts), []).append(place)
        parts = [f"{_joined(named)}: {texts}" if any(named) else texts for texts, named in places.items()]
        if self.untested(provision) and values[met] != NO:
            parts.append(f"not tested, for want of triggers: {', '.join(self.untested(provision))}")
        return "; ".join(parts), self.in_order(used)

    def turning(self, met: Node, law: int, verdict: int, values: Values) -> tuple[list[str], str]:
        """Return the deciding facts of a verdict that cannot be told, and the single answers that change a verdict."""
        settles, changes = [], []
        if law == NO:
            return [], ""
        for fact, drawn in self.drawn(met):
            found: dict[int, list[str]] = {}
            for sample in drawn:
                other = _all([law, values.other(fact, sample.value)[met]])
                if other != verdict:
                    found.setdefault(other, []).append(sample.label)
            if fact not in values.known and set(found) & {YES, NO}:
                settles.append(fact)
            changes.extend(
                f"{fact} = {_listed(labels, options(self.facts[fact]))}: {ANSWERS[other]}"
                for other, labels in found.items()
            )
        if verdict != UNKNOWN:
            return [], "; ".join(changes)
        asked = {node.condition.fact for node, held, _ in met.grounds(values) if node.condition and held == UNKNOWN}
        return settles or self.in_order(asked), "; ".join(changes)

    def in_order(self, facts: Iterable[str]) -> list[str]:
        """Return facts in the order of their table."""
        return sorted(facts, key=self.order.__getitem__)


def _cases(cases: list[list[Condition]]) -> Node:
    """Return an or of ands."""
    return Node("or", [Node("and", [Node("test", condition=each) for each in case]) for case in cases])


def _joined(places: list[str]) -> str:
    """Write places in a row, saying once what they share."""
    shared = NAMED["exemption"][NO]
    if len(places) > 1 and all(place.startswith(shared) for place in places):
        return f"{shared} {', '.join(place.removeprefix(shared).strip() for place in places)}"
    return ", ".join(place for place in places if place)


def _listed(labels: list[str], choices: list[str]) -> str:
    """Write answers in a row, or, where most options are among them, those that are not."""
    if not choices or len(labels) <= max(len(choices) // 2, 2):
        return " or ".join(labels)
    return f"other than {' or '.join(choice for choice in choices if choice not in labels)}"


def _shown(value: Value) -> str:
    """Write an answer as the table of scenarios does."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
