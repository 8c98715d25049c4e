"""Rows that are due to be held against their sources again, by the rules that the descriptor gives each table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from rulebooks.check import is_date
from rulebooks.law import bounds
from rulebooks.record import DESCRIPTOR, Record, RecordError


class Due(NamedTuple):
    """One row that is due.

    Attributes
    ----------
    day : str
        The day since which it is due, empty if it was never checked.
    file : str
        Folder and name of the table.
    row : int
        Place in the file, the header being 1.
    key : str
        The cells by which the table tells its rows apart.
    reason : str
        Why it is due.
    """

    day: str
    file: str
    row: int
    key: str
    reason: str

    def __str__(self) -> str:
        """Write the row on one line."""
        return f"{self.day or 'never read'}: {self.file}, row {self.row}, {self.key}: {self.reason}"


def due(record: Record, on: date | None = None) -> list[Due]:
    """List the rows that are due for review.

    A table of the descriptor may carry ``review``: ``days``, after which a row is due, counted from ``checked``;
    ``sooner``, shorter terms for rows with some value in some column; and ``arrives``, columns with a date of the law:
    once that day has come a row checked before it is due, because what was foretold has happened or has not.

    Parameters
    ----------
    record : Record
    on : datetime.date, optional
        The day of the list. Default: today, since a review is about the world and not about the record's day.

    Returns
    -------
    list of Due
        The longest due first; rows that were never checked come before all others.

    Raises
    ------
    RecordError
        If a rule of the descriptor cannot be followed.
    """
    today = (on or date.today()).isoformat()
    found = []
    for resource in record.descriptor["resources"]:
        rule = resource.get("review")
        if rule is None:
            continue
        frame = record.table(resource["name"])
        try:
            terms = [({**each, "values": set(each["values"])}, int(each["days"])) for each in rule.get("sooner", [])]
            days, arrives = int(rule["days"]), list(rule.get("arrives", []))
            named = {"checked", *arrives, *(term["column"] for term, _ in terms)}
        except (KeyError, TypeError, ValueError) as error:
            place = f"{record.directory / DESCRIPTOR}: table {resource['name']!r}"
            raise RecordError(f"{place}: `review` cannot be read ({error!r}); give it days, sooner, arrives") from None
        if not named <= set(frame.columns):
            missing = sorted(named - set(frame.columns))[0]
            place = f"{record.directory / DESCRIPTOR}: table {resource['name']!r}"
            raise RecordError(f"{place}: `review` names no column {missing!r}; mend the name")
        for number, row in enumerate(frame.to_dict("records"), start=2):
            day, reason = _since(row, days, terms, arrives)
            if day <= today:
                file = f"{record.directory.name}/{resource['path']}"
                key = " ".join(row[column] for column in resource["schema"]["primaryKey"])
                found.append(Due(day, file, number, key, reason))
    return sorted(found, key=lambda each: each.day)


def _since(row: dict[str, str], days: int, terms: list[tuple[dict, int]], arrives: list[str]) -> tuple[str, str]:
    """Return the day from which a row is due, and why; the first day of several."""
    checked = row["checked"]
    if not is_date(checked):
        return "", "no source of it was read; find one, or say why not in notes"
    start = date.fromisoformat(checked)
    whys = [(start + timedelta(days), f"checked {checked}, {days} days before")]
    for term, sooner in terms:
        if row[term["column"]] in term["values"]:
            why = f"{term['column']} is {row[term['column']]}, checked {checked}, {sooner} days before"
            whys.append((start + timedelta(sooner), why))
    for column in arrives:
        if is_date(row[column]) and bounds(row[column])[0] > checked:
            day = date.fromisoformat(bounds(row[column])[0])
            whys.append((day, f"{column} {row[column]} has come since it was checked on {checked}"))
    day, reason = min(whys)
    return day.isoformat(), reason
