"""Changes in the law: every statement that moved a date, and the versions of a provision side by side."""

from __future__ import annotations

import altair as alt
import pandas as pd

from . import theme
from .law import ALL, SUSPENSIONS, bounds
from .record import Record

DRAFTS = ("bill", "proposal")
MOVED = [
    "known_from",
    "jurisdiction",
    "act",
    "event",
    "certainty",
    "concerns",
    "provision",
    "pinpoint",
    "before",
    "after",
]
SORTS = {
    "postponed": "moved to another day",
    "advanced": "moved to another day",
    "repealed": "ended",
    "expired": "ended",
    "vacated": "ended",
    "annulled": "ended",
    "re-enacted": "enacted again or revived",
    "revived": "enacted again or revived",
    **dict.fromkeys(SUSPENSIONS, "suspended"),
}
SORT_SHAPES = ["circle", "cross", "square", "triangle-up"]
SORT_COLOURS = ["#1a6fb5", "#c4500c", "#8a6bb8", "#0b8a63"]


def changes(record: Record, since: str | None = None) -> pd.DataFrame:
    """Return every change of date, newest first: who made it, when the public could know, from what to what.

    Parameters
    ----------
    record : Record
    since : str, optional
        Leave out what became known before this day.

    Returns
    -------
    pandas.DataFrame
        One row for each act, event and pair of dates. Columns ``known_from``, ``jurisdiction``, ``act``, ``event``,
        ``certainty`` (law, or only proposed, agreed or adopted), ``concerns`` (the type of date), ``provisions`` (how
        many), ``pinpoints``, ``before`` and ``after``.
    """
    moved = _moved(record, since)
    columns = ["known_from", "jurisdiction", "act", "event", "certainty", "concerns"]
    groups = moved.groupby([*columns, "before", "after"], sort=False)
    found = groups.agg(provisions=("provision", "nunique"), pinpoints=("pinpoint", _some)).reset_index()
    found = found.sort_values(["known_from", "jurisdiction", "act"], ascending=[False, True, True], kind="stable")
    return found[[*columns, "provisions", "pinpoints", "before", "after"]].reset_index(drop=True)


def versions(record: Record, step: str | None = None) -> pd.DataFrame:
    """Return provisions that replace others, each beside the text that it replaced.

    Parameters
    ----------
    record : Record
    step : str, optional
        "draft to final", "amended" (the same instrument) or "another act".

    Returns
    -------
    pandas.DataFrame
        Columns ``step``, ``jurisdiction``, ``instrument``, and pinpoint, modality, bearer and content of both, with
        the suffixes ``_before`` and ``_after``.

    Raises
    ------
    ValueError
        If the step is none of the three.
    """
    steps = ("draft to final", "amended", "another act")
    if step is not None and step not in steps:
        raise ValueError(f"unknown step {step!r}: one of {', '.join(steps)}")
    acts = record.instruments.set_index("id")
    shown = ["id", "instrument", "pinpoint", "modality", "bearer", "content"]
    later = record.provisions[record.provisions["replaces"] != ""]
    pairs = later[["jurisdiction", "replaces", *shown]].merge(
        record.provisions[shown], left_on="replaces", right_on="id", suffixes=("_after", "_before")
    )
    draft = pairs["instrument_before"].map(acts["kind"]).isin(DRAFTS)
    same = pairs["instrument_before"] == pairs["instrument_after"]
    pairs["step"] = draft.map({True: steps[0], False: ""}).mask(~draft & same, steps[1]).mask(~draft & ~same, steps[2])
    pairs["instrument"] = pairs["instrument_after"].map(acts["title"])
    if step is not None:
        pairs = pairs[pairs["step"] == step]
    both = [f"{name}_{when}" for name in shown[2:] for when in ("before", "after")]
    return pairs[["step", "jurisdiction", "instrument", *both]].reset_index(drop=True)


def chart(record: Record, since: str = "2022-01-01") -> alt.Chart:
    """Draw the changes that became law, by order and by the day on which the public could know them.

    Returns
    -------
    alt.Chart
        A mark for each act and sort of change; the larger, the more provisions it touched.
    """
    names = record.jurisdictions.set_index("id")["name"]
    moved = _moved(record, since)
    law = moved[moved["certainty"] == "law"]
    law = law.assign(sort=law["event"].map(SORTS), order=law["jurisdiction"].map(names))
    summed = law.groupby(["known_from", "order", "act", "sort"], sort=True)["provision"].nunique()
    summed = summed.rename("provisions").reset_index()
    sorts = [each for each in dict.fromkeys(SORTS.values()) if each in set(summed["sort"])]
    drawn = (
        alt.Chart(summed)
        .mark_point(filled=True, opacity=0.75)
        .encode(
            x=alt.X("known_from:T", title="Known from"),
            y=alt.Y("order:N", title=None, sort=list(names)),
            color=alt.Color("sort:N", title="Change", scale=alt.Scale(domain=sorts, range=SORT_COLOURS[: len(sorts)])),
            shape=alt.Shape("sort:N", title="Change", scale=alt.Scale(domain=sorts, range=SORT_SHAPES[: len(sorts)])),
            size=alt.Size("provisions:Q", title="Provisions", scale=alt.Scale(range=[60, 600])),
            tooltip=[
                alt.Tooltip("act:N", title="Act"),
                alt.Tooltip("known_from:N", title="Known from"),
                alt.Tooltip("sort:N", title="Change"),
                alt.Tooltip("provisions:Q", title="Provisions"),
            ],
        )
    )
    columns = {"known_from": "Known from", "order": "Order", "act": "Act", "sort": "Change", "provisions": "Provisions"}
    return drawn.properties(
        height=alt.Step(30),
        title=f"Changes of dates that became law since {since[:4]}",
        description=f"{len(summed)} changes by {summed['act'].nunique()} acts in {summed['order'].nunique()} orders, "
        "each on the day on which the public could first know it. Proposals and deals are left out.",
        usermeta={"table": [list(pair) for pair in columns.items()]},
    )


def _moved(record: Record, since: str | None) -> pd.DataFrame:
    """Return one row for each statement that is not the first of its act."""
    about = record.provisions.set_index("id")[["jurisdiction", "pinpoint"]]
    titles = _titles(record)
    law: dict[str, list[dict[str, str]]] = {}
    for row in record.application.to_dict("records"):
        if row["certainty"] == "law" and row["event"] not in SUSPENSIONS:
            law.setdefault(row["provision"], []).append(row)
    rows = [
        {
            "known_from": row["known_from"],
            "jurisdiction": about.at[row["provision"], "jurisdiction"],
            "act": titles.get(row["set_by"], row["set_by"]),
            "event": row["event"],
            "certainty": row["certainty"],
            "concerns": row["date_type"],
            "provision": row["provision"],
            "pinpoint": about.at[row["provision"], "pinpoint"],
            "before": _dates(_before(row, law.get(row["provision"], []))),
            "after": _dates(row),
        }
        for row in record.application.to_dict("records")
        if row["event"] != "enacted" and (not since or bounds(row["known_from"])[1] >= since)
    ]
    return pd.DataFrame(rows, columns=MOVED)


def _titles(record: Record) -> dict[str, str]:
    """Return the titles of whatever can set a date."""
    tables = (record.instruments, record.actions, record.events)
    return {row: title for table in tables for row, title in zip(table["id"], table["title"], strict=True)}


def _before(changed: dict[str, str], law: list[dict[str, str]]) -> dict[str, str] | None:
    """Return the latest law on the question of a statement that the public knew before it."""
    day = bounds(changed["known_from"])[0]
    earlier = [row for row in law if bounds(row["known_from"])[1] < day]
    earlier.sort(key=lambda row: bounds(row["known_from"])[0])
    for cohort in (changed["cohort"], ALL):
        for types in ((changed["date_type"],), ("applies", "transition-ends")):
            found = [row for row in earlier if row["cohort"] == cohort and row["date_type"] in types]
            if found:
                return found[-1]
    return None


def _dates(row: dict[str, str] | None) -> str:
    """Write the dates of a statement in words and ISO days."""
    if row is None:
        return "no date"
    if not row["applies_from"]:
        return {"never": "never", "conditional": f"when: {row['condition']}"}.get(row["date_status"], "no day named")
    said = f"from {row['applies_from']}"
    return f"{said} until {row['applies_until']}" if row["applies_until"] else said


def _some(cells: pd.Series) -> str:
    """Name the first pinpoints and count the rest."""
    pinpoints = list(dict.fromkeys(cells))
    more = f" and {len(pinpoints) - 3} more" if len(pinpoints) > 3 else ""
    return f"{', '.join(pinpoints[:3])}{more}"


theme.enable()
