"""The grammar of explorers: what a control may hold, and which rows a state selects.

``explorer.js`` has the same rules; a test holds the two together.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from traitlets import TraitError, TraitType

from rulebooks.law import ALL
from rulebooks.scenario import Rules, Said, Values, read_answer

DAY = re.compile(r"[1-9]\d{3}-\d\d-\d\d")
LONGEST = 100
LARGEST = 1e30


class ControlValue(TraitType):
    """A trait that holds what its control may hold."""

    def __init__(self, control: dict) -> None:
        self.control = control
        super().__init__(default_value=control["value"])

    def validate(self, obj: object, value: object) -> object:
        """Return the value as the control stores it, or raise TraitError."""
        return checked(self.control, value)


def checked(control: dict, value: object) -> object:
    """Return a value as its control stores it.

    Raises
    ------
    TraitError
        If the control may not hold it; one line that names the control, the value and the mend.
    """
    if value is None and control.get("any"):
        return None
    return KINDS[control["kind"]](control, value)


def opening(controls: list[dict]) -> dict[str, object]:
    """Return the state in which an explorer opens."""
    return {control["id"]: control["value"] for control in controls}


def settled(controls: list[dict], wanted: Mapping[str, object]) -> dict[str, object]:
    """Return the whole state that a part of one means.

    A control whose options set others (a scenario) is worked out first; where the state then parts from what the
    option set, the control is empty, for the answers are the reader's own.
    """
    state = opening(controls)
    for control in controls:
        state |= preset(control, wanted.get(control["id"]))
    state |= wanted
    for control in controls:
        if any(state[each] != value for each, value in preset(control, state[control["id"]]).items()):
            state[control["id"]] = None
    return state


def preset(control: dict, value: object) -> dict[str, object]:
    """Return what an option sets in other controls."""
    return control["sets"].get(value, {}) if "sets" in control else {}


def _choice(control: dict, value: object) -> object:
    _offered(control, value)
    return value


def _choices(control: dict, value: object) -> list:
    wanted = list(value) if isinstance(value, list | tuple | set) else [value]
    for each in wanted:
        _offered(control, each)
    return [option["value"] for option in control["options"] if option["value"] in wanted]


def _flag(control: dict, value: object) -> bool:
    if not isinstance(value, bool):
        raise TraitError(f"{control['id']}: {value!r} is neither True nor False")
    return value


def _number(control: dict, value: object) -> float:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LARGEST
    if not fits:
        raise TraitError(
            f"{control['id']}: {value!r} is not a number from 0 to {LARGEST:g}; write it as 25000000 or 1e26"
        )
    return value


def _text(control: dict, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise TraitError(f"{control['id']}: {value!r} is not a text of at most {LONGEST} characters")
    return value


def _offered(control: dict, value: object) -> None:
    names = [option["value"] for option in control["options"]]
    if value in names:
        return
    nearest = difflib.get_close_matches(str(value), names, n=3, cutoff=0.4)
    hint = f"nearest: {', '.join(nearest)}" if nearest else f"options: {', '.join(names)}"
    raise TraitError(f"{control['id']}: {value!r} is not among the options; {hint}")


def _day(control: dict, value: object) -> str:
    text = value.isoformat()[:10] if isinstance(value, date) else value
    try:
        if not DAY.fullmatch(text):
            raise ValueError
        date.fromisoformat(text)
    except (TypeError, ValueError):
        raise TraitError(f"{control['id']}: {value!r} is not a day; write it as {control['example']!r}") from None
    latest = control.get("maximum", "")
    if latest and text > latest:
        raise TraitError(f"{control['id']}: {text} is after the record's date; choose {latest} or an earlier day")
    return text


def within(day: str, start: str, end: str) -> bool:
    """Say whether a day lies in a half-open interval of ISO days; an empty bound is no bound."""
    return (not start or start <= day) and (not end or day < end)


def answer(compiled: dict, as_of: str, known_on: str) -> dict | None:
    """Return what compiled rectangles say of one row, or None where the law then has no more to say."""
    stage = next((each for each in compiled["stages"] if within(known_on, each[0], each[1])), None)
    if stage is None or as_of >= stage[4]:
        return None
    said = boxed(compiled, as_of, known_on)
    status = "law" if said["verdict"] == "no" else said["verdict"]
    return {"status": status, **said, "applies_from": stage[2], "applies_until": stage[3]}


def boxed(compiled: dict, as_of: str, known_on: str) -> dict[str, str]:
    """Return what the boxes say of a day, as known on another; before any of them is known there is no law."""
    side = "future" if as_of > known_on else "past"
    found = {}
    for name, unheard in (("verdict", f"not law on {known_on}"), ("enforceable", "")):
        boxes = (
            box[5:]
            for box in compiled[name]
            if within(as_of, box[0], box[1]) and within(known_on, box[2], box[3]) and box[4] in ("", side)
        )
        found[name] = next(boxes, ["no", unheard])
    return {
        "verdict": found["verdict"][0],
        "enforceable": found["enforceable"][0],
        "reason": "; ".join(reason for _, reason in found.values() if reason),
    }


KINDS = {"choice": _choice, "choices": _choices, "date": _day, "flag": _flag, "number": _number, "text": _text}


def any_of(cells: object, wanted: object) -> bool:
    """Say whether a cell, or one of a list of cells, is what is wanted, or one of what is wanted."""
    cells = cells if isinstance(cells, list) else [cells]
    wanted = wanted if isinstance(wanted, list) else [wanted]
    return any(cell in wanted for cell in cells)


def plain(text: str) -> str:
    """Return a text as it is searched: small letters without marks, so that ``suànfǎ`` is found as ``suanfa``.

    The form is Unicode's NFKD without the marks (UAX 15).
    """
    split = unicodedata.normalize("NFKD", text)
    return "".join(each for each in split if not unicodedata.category(each).startswith("M")).lower()


def contains(cell: str, wanted: str) -> bool:
    """Say whether a cell that is already plain has every word of a query."""
    return all(word in cell for word in plain(wanted).split())


def unshared(chosen: list[dict], column: str, across: str, options: list[str]) -> list[dict]:
    """Return the rows whose kind is not found under every option chosen."""
    held = defaultdict(set)
    for row in chosen:
        held[row[column]].add(row[across])
    return [row for row in chosen if len(options) < 2 or not held[row[column]].issuperset(options)]


def _values(definition: dict, rectangles: dict, state: Mapping[str, object], rules: Rules) -> Values:
    """Return the values of the formulas: what the state knows of the facts, and what the boxes say of its days."""
    days = next([state[each] for each in one["control"]] for one in definition["predicates"] if one["op"] == "meets")
    facts = definition["formulas"]["facts"]
    known = {
        fact: read_answer(rules.facts[fact], state[facts[fact]["control"]])
        for fact in facts
        if state[facts[fact]["control"]] is not None
    }
    said = {}
    for key in rectangles:
        provision, _, cohort = key.partition(":")
        said[provision, cohort or ALL] = Said(**boxed(rectangles[key], *days))
    return Values(known, said)


def select(
    definition: dict, rows: list[dict], rectangles: dict, state: Mapping[str, object], rules: Rules | None = None
) -> list[dict]:
    """Return the rows that a state selects, in their order, each with what the rectangles and the facts say of it."""
    predicates = definition["predicates"]
    chosen = []
    values = _values(definition, rectangles, state, rules) if rules else None
    for row in rows:
        kept: dict | None = row
        for predicate in predicates:
            name, column, control = predicate["op"], predicate["column"], predicate["control"]
            if name == "in-force":
                found = answer(rectangles[row[column]], *(state[each] for each in control))
                dropped = found is None or found["verdict"] in predicate.get("leaves-out", [])
                kept = None if dropped else {**kept, **found}
            elif name == "meets":
                kept = {**kept, **rules.judge(row["provision"], row["cohort"], values)}
            elif name == "any-of":
                wanted = state[control]
                if wanted is not None and wanted != predicate.get("every") and not any_of(kept[column], wanted):
                    kept = None
            elif name == "contains" and not contains(row[column], state[control]):
                kept = None
            if kept is None:
                break
        else:
            chosen.append(kept)
    for predicate in predicates:
        if predicate["op"] == "unshared" and state[predicate["control"][0]]:
            chosen = unshared(chosen, predicate["column"], predicate["across"], state[predicate["control"][1]])
    return chosen
