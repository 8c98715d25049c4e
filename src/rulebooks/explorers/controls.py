"""The grammar of explorers: what a control may hold, and which rows a state selects.

``explorer.js`` has the same rules; a test holds the two together.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import date

from traitlets import TraitError, TraitType

DAY = re.compile(r"[1-9]\d{3}-\d\d-\d\d")


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
    if control["kind"] == "date":
        return _day(control, value)
    if control["kind"] == "choices":
        wanted = (
            [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple | set) else [value]
        )
        for each in wanted:
            _offered(control, each)
        return [option["value"] for option in control["options"] if option["value"] in wanted]
    if value is not None or not control.get("any"):
        _offered(control, value)
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
    side = "future" if as_of > known_on else "past"
    found = {
        name: next(
            box
            for box in compiled[name]
            if within(as_of, box[0], box[1]) and within(known_on, box[2], box[3]) and box[4] in ("", side)
        )
        for name in ("verdict", "enforceable")
    }
    verdict = found["verdict"][5]
    return {
        "status": "law" if verdict == "no" else verdict,
        "verdict": verdict,
        "enforceable": found["enforceable"][5],
        "reason": "; ".join(box[6] for box in found.values() if box[6]),
        "applies_from": stage[2],
        "applies_until": stage[3],
    }


def _contains_any(cells: list[str], value: str | list[str]) -> bool:
    wanted = value if isinstance(value, list) else [value]
    return any(cell in wanted for cell in cells)


PREDICATES: dict[str, Callable[[object, object], bool]] = {
    "equals": lambda cell, value: cell == value,
    "in": lambda cell, values: cell in values,
    "contains-any": _contains_any,
}


def select(predicates: list[dict], rows: list[dict], rectangles: dict, state: Mapping[str, object]) -> list[dict]:
    """Return the rows that a state selects, in their order, each with what the rectangles say of it."""
    chosen = []
    for row in rows:
        kept: dict | None = row
        for predicate in predicates:
            name, column, control = predicate["op"], predicate["column"], predicate["control"]
            if name == "in-force":
                found = answer(rectangles[row[column]], *(state[each] for each in control))
                kept = None if found is None else {**kept, **found}
            elif state[control] is not None and not PREDICATES[name](row[column], state[control]):
                kept = None
            if kept is None:
                break
        else:
            chosen.append(kept)
    return chosen
