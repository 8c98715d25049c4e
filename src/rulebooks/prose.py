"""Numbers and dates in prose, each followed by the expression that gives it.

A chapter writes ``11<!--= len(points(record, "gaigi")) -->``: the value is literal, so that every reader and every
viewer sees it, and the comment holds the Python that gives it in the notebook's own kernel.
"""

from __future__ import annotations

import datetime
import json
import operator
import re
from dataclasses import dataclass

MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(MONTHS)
_VALUE = rf"(?:\d{{1,2}} (?:{_MONTH}) \d{{4}}|(?:{_MONTH}) \d{{4}}|\d{{4}}-\d\d(?:-\d\d)?|\d[\d,]*(?:\.\d+)?)"
COMPUTED = re.compile(rf"(?P<value>{_VALUE})<!--= (?P<expression>[^|]+?) -->")
_OPENING = re.compile(r"<!--=")


@dataclass(frozen=True)
class Computed:
    """One computed value in a text: what is printed, and the expression that must give it."""

    value: str
    expression: str


def find(text: str) -> list[Computed]:
    """Return the computed values of a text, in order.

    Raises
    ------
    ValueError
        If an expression does not stand right behind a number or a date, or holds ``|`` or ``--``.
    """
    found = [Computed(m["value"], m["expression"]) for m in COMPUTED.finditer(text)]
    if len(found) != len(_OPENING.findall(text)):
        start = next(m.start() for m in _OPENING.finditer(text) if not _ends_a_value(text, m.start()))
        shown = text[max(0, start - 30) : start + 60].replace("\n", " ")
        raise ValueError(f"an expression must follow a number or a date at once and hold no | or --: …{shown}…")
    for each in found:
        if "--" in each.expression:
            raise ValueError(f"an expression may not hold --: {each.expression}")
    return found


def _ends_a_value(text: str, position: int) -> bool:
    return any(m.start() <= position < m.end() for m in COMPUTED.finditer(text))


def replace(text: str, answers: list[object]) -> str:
    """Return the text with each computed value rewritten from `answers`, in order."""
    remaining = iter(answers)

    def rewrite(match: re.Match) -> str:
        return f"{format_value(next(remaining), like=match['value'])}<!--= {match['expression']} -->"

    return COMPUTED.sub(rewrite, text)


def format_value(value: object, like: str = "") -> str:
    """Write a number or a date as prose writes it.

    Whole numbers take commas from 10,000; dates are written as ``24 July 2026``, or in ISO form where the text has
    that form already (`like`).

    Raises
    ------
    ValueError
        If the value is neither a number nor a date.
    """
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        value = value.isoformat()
    if isinstance(value, str):
        return _format_text(value, like)
    if isinstance(value, bool):
        raise ValueError(f"a number or a date is wanted, not {value!r}")
    try:
        whole = operator.index(value)
    except TypeError:
        if not isinstance(value, float):
            raise ValueError(f"a number or a date is wanted, not {value!r}") from None
        return f"{value:,}" if abs(value) >= 10_000 else f"{value}"
    return f"{whole:,}" if abs(whole) >= 10_000 else str(whole)


def _format_text(value: str, like: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", value):
        if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", like):
            return value
        year, month, *day = value.split("-")
        named = f"{MONTHS[int(month) - 1]} {year}"
        return f"{int(day[0])} {named}" if day else named
    if re.fullmatch(_VALUE, value):
        return value
    raise ValueError(f"a number or a date is wanted, not {value!r}")


def answer(expressions: list[str], namespace: dict) -> None:
    """Print, as JSON, what each expression gives in a notebook's namespace (run inside the kernel by `refresh`)."""
    answers = []
    for expression in expressions:
        value = eval(expression, namespace)
        if isinstance(value, (datetime.date, datetime.datetime)):
            value = value.isoformat()[:10]
        elif not isinstance(value, (str, bool, float)):
            value = operator.index(value)
        elif isinstance(value, float):
            value = float(value)
        answers.append(value)
    print(json.dumps(answers))
