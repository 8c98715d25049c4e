"""Initiatives and their points, and how alike states are in what they join."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import combinations

import pandas as pd

from rulebooks.law import bounds, days, known_id
from rulebooks.record import Record

JOINED = frozenset(
    {
        "proposed",
        "signed",
        "endorsed",
        "adhered",
        "cosponsored",
        "adopted-by-consensus",
        "voted-for",
        "ratified",
        "member",
    }
)
LEFT = frozenset({"withdrew", "dissociated"})
SIMILARITY_COLUMNS = ["state", "other", "initiatives", "both", "one", "neither", "agreement", "jaccard", "pi"]


def points(record: Record, initiative: str | None = None) -> pd.DataFrame:
    """Return the coded points, of one initiative or of all, in the order of the record.

    Parameters
    ----------
    record : Record
    initiative : str, optional
        An id of ``record.initiatives``; another one raises ValueError.

    Returns
    -------
    pandas.DataFrame
        The columns of ``points``.
    """
    rows = record.points
    if initiative is not None:
        known_id(initiative, record.initiatives["id"], "initiative")
        rows = rows[rows["initiative"] == initiative]
    return rows.reset_index(drop=True)


def similarity(
    record: Record,
    states: Iterable[str] | None = None,
    initiatives: Iterable[str] | None = None,
    until: date | str | None = None,
) -> pd.DataFrame:
    """Say how alike states are in what they joined, over complete rosters only.

    A state has joined an initiative that it proposed, signed, endorsed, adhered to, cosponsored, adopted, voted for,
    ratified or is a member of, unless it withdrew or dissociated itself. Whoever is not on a complete roster has not
    joined, which says little where nobody could: of declarations of two states, or of clubs, choose none.

    Parameters
    ----------
    record : Record
    states : list of str, optional
        Ids of ``record.states``. Default: those that joined one of the initiatives.
    initiatives : list of str, optional
        Ids of ``record.initiatives``. Default: all with a complete roster.
    until : date or str, optional
        Count what was certainly launched and done by this day. Default: the record's day.

    Returns
    -------
    pandas.DataFrame
        One row for each pair of states: the number of initiatives that both, one or neither joined; ``agreement``, the
        share of those on which they agree; ``jaccard``, both by both and one [1]_; ``pi``, agreement beyond what
        chance would give two states that join as often as these two on average: Scott's pi [2]_, as [3]_ proposes for
        states, since most joined little and thereby agree. 1 is full agreement, 0 that of chance. A measure that is
        not defined (both joined nothing, or everything) is missing.

    Raises
    ------
    ValueError
        If an id is unknown, a roster is not complete, or no initiative is left.

    References
    ----------
    .. [1] P. Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11 (1912).
    .. [2] W. A. Scott, "Reliability of content analysis: the case of nominal scale coding", Public Opinion Quarterly
       19 (1955) 321-325.
    .. [3] F. M. Häge, "Choice or circumstance? Adjusting measures of foreign policy similarity for chance agreement",
       Political Analysis 19 (2011) 287-305.
    """
    last, _ = days(record, until, None)
    chosen = _complete(record, initiatives, last)
    joined = _joined(record, set(chosen), last)
    if states is None:
        asked = [state for state in record.states["id"] if state in joined]
    else:
        asked = list(dict.fromkeys(states))
        for state in asked:
            known_id(state, record.states["id"], "state")
    rows = []
    for state, other in combinations(asked, 2):
        mine, theirs = joined.get(state, set()), joined.get(other, set())
        both, one = len(mine & theirs), len(mine ^ theirs)
        rows.append((state, other, len(chosen), both, one, len(chosen) - both - one))
    found = pd.DataFrame(rows, columns=SIMILARITY_COLUMNS[:6])
    share = (2 * found["both"] + found["one"]) / (2 * found["initiatives"])
    chance = share**2 + (1 - share) ** 2
    found["agreement"] = (found["both"] + found["neither"]) / found["initiatives"]
    found["jaccard"] = (found["both"] / (found["both"] + found["one"])).astype(float)
    found["pi"] = ((found["agreement"] - chance) / (1 - chance)).where(chance < 1)
    return found


def _complete(record: Record, initiatives: Iterable[str] | None, last: str) -> list[str]:
    """Return the initiatives asked for that were launched by a day, or raise ValueError if a roster is not complete."""
    table = record.initiatives
    complete = dict(zip(table["id"], table["roster_complete"] == "true", strict=True))
    launched = dict(zip(table["id"], table["launched"], strict=True))
    asked = (
        [each for each, whole in complete.items() if whole] if initiatives is None else [*dict.fromkeys(initiatives)]
    )
    for each in asked:
        known_id(each, list(complete), "initiative")
    partial = [each for each in asked if not complete[each]]
    if partial:
        raise ValueError(
            f"the roster of {', '.join(partial)} is not complete, so who is not on it may have joined; "
            "leave it out, or read the official list and set roster_complete"
        )
    chosen = [each for each in asked if launched[each] and bounds(launched[each])[1] <= last]
    if not chosen:
        raise ValueError(f"no initiative with a complete roster was launched by {last}; ask for a later day or others")
    return chosen


def possible_days(day: str, checked: str) -> tuple[str, str]:
    """Return the first and last possible day of an act: a partial date ends where somebody had already read of it.

    Parameters
    ----------
    day : str
        The day of the act, known to the day, month or year.
    checked : str
        The day on which the row was last held against its source; empty where nothing was read.
    """
    first, last = bounds(day)
    return first, min(last, checked) if checked >= first else last


def _joined(record: Record, initiatives: set[str], last: str) -> dict[str, set[str]]:
    """Return what each state had joined by a day; an act without a date counts from the launch."""
    joined: dict[str, set[str]] = {}
    left: set[tuple[str, str]] = set()
    columns = (record.participation[name] for name in ("state", "initiative", "act", "date", "checked"))
    for state, initiative, act, day, checked in zip(*columns, strict=True):
        if initiative not in initiatives or (day and possible_days(day, checked)[1] > last):
            continue
        if act in JOINED:
            joined.setdefault(state, set()).add(initiative)
        elif act in LEFT:
            left.add((state, initiative))
    for state, initiative in left:
        joined.get(state, set()).discard(initiative)
    return {state: found for state, found in joined.items() if found}
