"""Charts of the record: pure functions from the record to an Altair chart.

Each chart has a title, a description in sentences, colours that go with shapes or words, and its data as a table.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from . import theme
from .comparison import BY_INSTRUMENT
from .comparison import matrix as count_matrix
from .law import in_force
from .record import Record

theme.enable()

EFFECTS = [
    "general",
    "state-bodies",
    "addressee",
    "parties",
    "by-contract",
    "presumption",
    "persuasive",
    "political",
    "none",
]


def _finish(chart, title: str, description: str, columns: dict[str, str], subtitle: str | None = None):
    heading = {"text": title, "subtitle": subtitle} if subtitle else title
    return chart.properties(
        title=heading, description=description, usermeta={"table": [list(pair) for pair in columns.items()]}
    )


def _starts(record: Record, instrument: str, day: str) -> pd.DataFrame:
    """Return the first day of each provision and cohort of one instrument, as known on one day."""
    law = in_force(record, known_on=day)
    provisions = record.provisions.set_index("id")
    law = law[law["provision"].map(provisions["instrument"]) == instrument]
    law = law[law["applies_from"].str.len() == 10]
    return law.set_index(["provision", "cohort"])["applies_from"]


def _label(pinpoints: list[str], cohort: str) -> str:
    """Name a group of provisions by its first pinpoints and the cohort that it concerns."""
    more = f" and {len(pinpoints) - 2} more" if len(pinpoints) > 2 else ""
    return f"{', '.join(pinpoints[:2])}{more}{'' if cohort == 'all' else f' ({cohort})'}"


def calendar(
    record: Record,
    instrument: str = "eu-aia",
    known_on: str | None = None,
    compare_with: str = "2026-07-01",
    since: str = "2025-01-01",
) -> alt.LayerChart:
    """Draw when the provisions of an instrument start to apply, as seen from two days.

    Parameters
    ----------
    record : Record
    instrument : str
        Id of an instrument.
    known_on : str, optional
        The day from which the calendar is read; the record's date by default.
    compare_with : str
        The second day, drawn as a hollow mark.
    since : str
        Leave out what started before this day under both readings.

    Returns
    -------
    alt.LayerChart
        One line for provisions that share cohort and dates: a filled circle for `known_on`, a hollow diamond for
        `compare_with`, a dashed line where they differ; a check box leaves only the dates that moved.

    Raises
    ------
    ValueError
        If the instrument is unknown or has no dated provision.
    """
    known_on = known_on or record.as_of.isoformat()
    acts = record.instruments.set_index("id")
    if instrument not in acts.index:
        raise ValueError(f"unknown instrument {instrument!r}: see record.instruments.id")
    both = pd.concat(
        {"applies_from": _starts(record, instrument, known_on), "before": _starts(record, instrument, compare_with)},
        axis=1,
    ).fillna("")
    both = both[(both["applies_from"] >= since) | (both["before"] >= since)].reset_index()
    if both.empty:
        raise ValueError(f"{instrument}: no provision with a date from {since}")
    both["pinpoint"] = both["provision"].map(record.provisions.set_index("id")["pinpoint"])
    moved = both[both[["before", "applies_from"]].ne("").all(axis=1) & (both["before"] != both["applies_from"])]
    groups = [
        {
            "label": _label(list(group["pinpoint"]), cohort),
            "before": before or None,
            "applies_from": now or None,
            "moved": bool(before and now and before != now),
            "pinpoints": ", ".join(group["pinpoint"]),
            "count": len(group),
        }
        for (now, before, cohort), group in both.groupby(["applies_from", "before", "cohort"])
    ]
    groups.sort(key=lambda group: (group["applies_from"] or group["before"], group["label"]))
    both_count, count = len(both), len(moved)

    only = alt.param(name="moved", value=False, bind=alt.binding_checkbox(name="Only dates that moved "))
    y = alt.Y("label:N", sort=[group["label"] for group in groups], title=None)
    base = alt.Chart(alt.Data(values=groups)).transform_filter("!moved || datum.moved")
    line = base.mark_rule(strokeDash=[4, 3], color=theme.OTHERS).encode(y=y, x="before:T", x2="applies_from:T")
    tooltip = [
        alt.Tooltip("pinpoints:N", title="Provisions"),
        alt.Tooltip("before:T", title=f"As known on {compare_with}", format="%-d %B %Y"),
        alt.Tooltip("applies_from:T", title=f"As known on {known_on}", format="%-d %B %Y"),
    ]
    hollow = base.mark_point(shape="diamond", size=90, filled=False, color=theme.OTHERS, strokeWidth=2).encode(
        y=y, x="before:T", tooltip=tooltip
    )
    filled = base.mark_point(shape="circle", size=60, filled=True, color=theme.COLOURS[1], opacity=1).encode(
        y=y,
        x=alt.X("applies_from:T", title="Applies from", axis=alt.Axis(format="%b %Y")),
        tooltip=tooltip,
    )
    title = acts.loc[instrument, "title"]
    return _finish(
        alt.layer(line, hollow, filled).add_params(only).properties(height=alt.Step(20)),
        f"{title}: first days of application, seen from two days",
        f"Of {both_count} dated provisions and cohorts shown, {count} have another first day as known on {known_on} "
        f"than as known on {compare_with}.",
        {
            "label": "Provision",
            "before": f"As known on {compare_with}",
            "applies_from": f"As known on {known_on}",
        },
        f"Circle: as known on {known_on}. Diamond: as known on {compare_with}.",
    )


def matrix(record: Record, as_of: str | None = None, known_on: str | None = None) -> alt.LayerChart:
    """Draw how many provisions of each power answer each dimension on a day.

    Returns
    -------
    alt.LayerChart
        Dimensions down, powers across, the number in each cell; a dash where a search found none.
    """
    names = record.dimensions.set_index("id")["name"].drop(list(BY_INSTRUMENT))
    counts = count_matrix(record, dimensions=names.index, as_of=as_of, known_on=known_on)
    counts = counts.stack().rename("provisions").reset_index()
    counts = counts.assign(question=counts["dimension"].map(names))
    counts["shown"] = counts["provisions"].map(lambda n: str(n) if n else "–")
    day = as_of or record.as_of.isoformat()
    base = alt.Chart(counts).encode(
        x=alt.X("jurisdiction:N", title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("question:N", title=None, sort=list(dict.fromkeys(counts["question"]))),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("provisions:Q", title="Provisions that apply", scale=alt.Scale(scheme="blues", domainMin=0))
    )
    half = int(counts["provisions"].max()) / 2
    text = base.mark_text(fontSize=12).encode(
        text="shown:N",
        color=alt.condition(f"datum.provisions > {half}", alt.value("white"), alt.value("black")),
    )
    empty = counts[counts["provisions"] == 0]
    said = (
        f"In {len(empty)} cells no provision applies and the record holds the search that found none."
        if len(empty)
        else "Every cell has a provision that applies."
    )
    return _finish(
        (cells + text).properties(width=300, height=alt.Step(22)),
        f"Provisions that apply on {day}, by question and power",
        f"{len(names)} questions are asked of each power; rank, durability and bearers are answered from instruments "
        f"and not counted here. {said}",
        {"question": "Question", "jurisdiction": "Power", "provisions": "Provisions that apply"},
        "A dash: searched, none found. The number counts rows, not weight.",
    )


def timeline(record: Record, jurisdictions: list[str] | None = None) -> alt.Chart:
    """Draw the instruments and initiatives of the powers by the day they were adopted or launched.

    Returns
    -------
    alt.Chart
        One lane for each power and kind of text; a list box picks one power.
    """
    powers = jurisdictions or theme.POWERS
    laws = record.instruments[record.instruments["jurisdiction"].isin(powers)]
    laws = pd.DataFrame(
        {
            "day": laws["adopted"].where(laws["adopted"] != "", laws["published"]),
            "power": laws["jurisdiction"],
            "title": laws["title"],
            "what": "instrument",
        }
    )
    texts = record.initiatives[record.initiatives["proposer"].isin(powers)]
    texts = pd.DataFrame(
        {"day": texts["launched"], "power": texts["proposer"], "title": texts["title"], "what": "initiative"}
    )
    both = pd.concat([laws, texts])
    rows = both[both["day"] >= "2017"].sort_values(["day", "title"])
    rows["lane"] = rows["power"] + " " + rows["what"] + "s"
    pick = alt.selection_point(
        name="power",
        fields=["power"],
        bind=alt.binding_select(options=[None, *powers], labels=["All", *powers], name="Power "),
    )
    chart = (
        alt.Chart(rows)
        .mark_point(size=70, filled=True, opacity=0.75)
        .encode(
            x=alt.X("day:T", title=None),
            y=alt.Y("lane:N", title=None),
            color=theme.colour("power", "Power"),
            shape=theme.shape("power", "Power"),
            tooltip=[
                alt.Tooltip("title:N", title="Text"),
                alt.Tooltip("day:N", title="Day"),
                alt.Tooltip("what:N", title="Kind"),
            ],
        )
        .add_params(pick)
        .transform_filter(pick)
        .properties(height=alt.Step(34))
    )
    first, last = rows["day"].iloc[0], rows["day"].iloc[-1]
    return _finish(
        chart,
        f"Instruments and initiatives: {', '.join(powers)}",
        f"{int((rows['what'] == 'instrument').sum())} instruments and {int((rows['what'] == 'initiative').sum())} "
        f"initiatives in the record, from {first} to {last}; {len(both) - len(rows)} older or undated texts are left "
        "out.",
        {"day": "Day", "power": "Power", "what": "Kind", "title": "Text"},
    )


def ladder(record: Record, initiatives: list[str] | None = None) -> alt.Chart:
    """Draw the legal effect of the points of initiatives, from binding on all to none.

    Parameters
    ----------
    record : Record
    initiatives : list of str, optional
        Ids; by default every initiative of China, the EU and the US that has points.

    Returns
    -------
    alt.Chart
        Rungs of legal effect down, powers across, the number of points in each.

    Raises
    ------
    ValueError
        If an id is unknown.
    """
    known = record.initiatives.set_index("id")
    for each in initiatives or []:
        if each not in known.index:
            raise ValueError(f"unknown initiative {each!r}: see record.initiatives.id")
    points = record.points.assign(power=record.points["initiative"].map(known["proposer"]))
    chosen = points["initiative"].isin(initiatives) if initiatives else points["power"].isin(theme.POWERS)
    points = points[chosen]
    counts = points.groupby(["power", "legal_effect"]).size().reset_index(name="points")
    rungs = [effect for effect in EFFECTS if effect in set(counts["legal_effect"])]
    counts["rung"] = counts["legal_effect"].map(EFFECTS.index)
    counts = counts.sort_values(["rung", "power"])
    base = alt.Chart(counts).encode(
        y=alt.Y("legal_effect:N", title=None, sort=rungs),
        x=alt.X("power:N", title=None, axis=alt.Axis(labelAngle=0)),
    )
    circles = base.mark_point(filled=True, opacity=0.8).encode(
        size=alt.Size("points:Q", title="Points", scale=alt.Scale(range=[60, 1500]), legend=None),
        color=theme.colour("power").legend(None),
        shape=theme.shape("power").legend(None),
    )
    numbers = base.mark_text(dx=30, fontSize=12).encode(text="points:Q", color=alt.value("#6b6b6b"))
    soft = int(counts.loc[counts["legal_effect"].isin(["political", "none", "persuasive"]), "points"].sum())
    total = int(counts["points"].sum())
    return _finish(
        (circles + numbers).properties(width=360, height=alt.Step(52)),
        "What force the points have",
        f"Of {total} points, {soft} have political, persuasive or no legal effect and {total - soft} bind somebody.",
        {"legal_effect": "Legal effect", "power": "Power", "points": "Points"},
    )
