"""Charts of the record: pure functions from the record to an Altair chart.

Each chart has a title, a description in sentences, colours that go with shapes or words, and its data as a table.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from itertools import pairwise

import altair as alt
import pandas as pd

from . import diplomacy, index_lab, theme
from . import penalties as money
from .comparison import BY_INSTRUMENT
from .comparison import matrix as count_matrix
from .law import bounds, in_force, known_id
from .law import calendar as law_calendar
from .law import days as law_days
from .record import Record

theme.enable()

DAY = "%-d %B %Y"
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


# A telephone has room for about this many characters beside a chart; longer labels are folded.
LABEL = 32
LINES = "split(datum.label, '\\n')"


def _finish(chart, title: str, description: str, columns: dict[str, str], subtitle: str | None = None):
    heading = {"text": title, "subtitle": subtitle} if subtitle else title
    return chart.properties(
        title=heading, description=description, usermeta={"table": [list(pair) for pair in columns.items()]}
    )


def _on(field: str, title: str | None = None, axis: alt.Axis | None = None, clock: str = ":T") -> alt.X:
    """Return the horizontal axis of a day: a day is the same in every time zone."""
    axis = axis or alt.Axis(format="%b %Y")
    return alt.X(f"{field}{clock}", title=title, scale=alt.Scale(type="utc"), axis=axis)


def _said(field: str) -> str:
    """Return the Vega expression that writes a day in words, or nothing where there is none."""
    return f"datum.{field} ? utcFormat(toDate(datum.{field}), '{DAY}') : ''"


def _short(titles: pd.Series) -> pd.Series:
    """Cut titles to two lines of an axis, or to more where two would then be the same."""
    short = titles.map(lambda title: _folded(title, 2))
    for lines in (3, 4, 5):
        same = short.duplicated(keep=False)
        short[same] = titles[same].map(lambda title, lines=lines: _folded(title, lines))
    return short


def _holders(numbers: pd.Series, value: float) -> str:
    """Name all that share a value, in words."""
    names = list(numbers.index[numbers == value])
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"


def _pick(name: str, label: str, options: list, value, labels: list[str] | None = None) -> alt.Parameter:
    """Return a named list box, in the specification itself."""
    labels = labels or [str(each) for each in options]
    return alt.param(name=name, value=value, bind=alt.binding_select(options=options, labels=labels, name=f"{label} "))


def _nothing(rows: alt.Chart, message: str) -> alt.Chart:
    """Return a sentence that stands where no row is ``kept``: an empty picture says why, and the way back."""
    return (
        rows.transform_joinaggregate(left="sum(kept)")
        .transform_window(row="row_number()")
        .transform_filter("datum.left == 0 && datum.row == 1")
        .mark_text(fontSize=12)
        .encode(text=alt.value(textwrap.wrap(message, 44)))
    )


def _heat(rows: pd.DataFrame, x: alt.X, y: alt.Y, value: str, title: str, filters: list[str] | None = None):
    """Return a table of coloured cells with the number in each; a dash stands for none."""
    rows = rows.assign(shown=[f"{n}" if n else "–" for n in rows[value]])
    top = int(rows[value].max())
    base = alt.Chart(rows)
    for each in filters or []:
        base = base.transform_filter(each)
    base = base.encode(x=x, y=y)
    cells = base.mark_rect().encode(
        color=alt.Color(f"{value}:Q", title=title, scale=alt.Scale(scheme="blues", domain=[0, max(top, 1)]))
    )
    text = base.mark_text(fontSize=12).encode(
        text="shown:N",
        color=alt.condition(f"datum.{value} > {top / 2}", alt.value("white"), alt.value("black")),
    )
    return cells + text


def _starts(record: Record, instrument: str, day: str) -> pd.DataFrame:
    """Return the first day of each provision and cohort of one instrument, as known on one day."""
    law = in_force(record, known_on=day)
    provisions = record.provisions.set_index("id")
    law = law[law["provision"].map(provisions["instrument"]) == instrument]
    law = law[law["applies_from"].str.len() == 10]
    return law.set_index(["provision", "cohort"])["applies_from"]


def _label(pinpoints: list[str], cohort: str) -> str:
    """Name a group of provisions by its first pinpoints and, on a line of its own, the cohort that it concerns."""
    both = ", ".join(pinpoints)
    if len(pinpoints) > 2 or len(both) > LABEL:
        both = pinpoints[0] + (f" and {len(pinpoints) - 1} more" if len(pinpoints) > 1 else "")
    group = "" if cohort == "all" else f"\n({_words(cohort)})"
    return _folded(both) + group


def _words(slug: str) -> str:
    """Write an id as words, its dates left whole."""
    return re.sub("(?<=[a-z])-|-(?=[a-z])", " ", slug)


def _folded(label: str, lines: int | None = None) -> str:
    """Break a long label into lines, at most so many."""
    return "\n".join(textwrap.wrap(label, LABEL, break_long_words=False, max_lines=lines, placeholder=" ..."))


def _lines(labels: list[str], step: int) -> alt.Step:
    """Return the step of an axis of folded labels: at least as asked, and room for the longest label."""
    return alt.Step(max(step, 15 * max(label.count("\n") + 1 for label in labels)))


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
    labels = [group["label"] for group in groups]
    y = alt.Y("label:N", sort=labels, title=None, axis=alt.Axis(labelExpr=LINES))
    base = (
        alt.Chart(alt.Data(values=groups))
        .transform_filter("!moved || datum.moved")
        .transform_calculate(said_now=_said("applies_from"), said_before=_said("before"))
        .transform_calculate(
            spoken=f"datum.pinpoints + '; as known on {compare_with}: ' + (datum.said_before || 'none') + "
            f"'; as known on {known_on}: ' + (datum.said_now || 'none')"
        )
        .encode(description="spoken:N")
    )
    line = base.mark_rule(strokeDash=[4, 3], color=theme.OTHERS).encode(
        y=y, x=_on("before", "Applies from"), x2="applies_from:T"
    )
    tooltip = [
        alt.Tooltip("pinpoints:N", title="Provisions"),
        alt.Tooltip("said_before:N", title=f"As known on {compare_with}"),
        alt.Tooltip("said_now:N", title=f"As known on {known_on}"),
    ]
    hollow = base.mark_point(shape="diamond", size=90, filled=False, color=theme.OTHERS, strokeWidth=2).encode(
        y=y, x=_on("before", "Applies from"), tooltip=tooltip
    )
    filled = base.mark_point(shape="circle", size=60, filled=True, color=theme.COLOURS[1], opacity=1).encode(
        y=y, x=_on("applies_from", "Applies from"), tooltip=tooltip
    )
    title = acts.loc[instrument, "title"]
    return _finish(
        alt.layer(line, hollow, filled).add_params(only).properties(height=_lines(labels, 20)),
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
        Dimensions down, powers across, the number in each cell; a dash where nothing applies.
    """
    names = record.dimensions.set_index("id")["name"].drop(list(BY_INSTRUMENT))
    counts = count_matrix(record, dimensions=names.index, as_of=as_of, known_on=known_on)
    counts = counts.stack().rename("provisions").reset_index()
    counts = counts.assign(question=counts["dimension"].map(names).map(_folded))
    questions = list(dict.fromkeys(counts["question"]))
    day = as_of or record.as_of.isoformat()
    chart = _heat(
        counts,
        alt.X("jurisdiction:N", title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        alt.Y("question:N", title=None, sort=questions, axis=alt.Axis(labelExpr=LINES)),
        "provisions",
        "Provisions that apply",
    )
    empty = counts[counts["provisions"] == 0]
    silences = record.provisions[record.provisions["modality"] == "silence"]
    asked = {(row.jurisdiction, each) for row in silences.itertuples() for each in row.dimensions.split("; ")}
    searched = sum(pair in asked for pair in zip(empty["jurisdiction"], empty["dimension"], strict=True))
    said = "Every cell has a provision that applies."
    if len(empty):
        cells = "1 cell" if len(empty) == 1 else f"{len(empty)} cells"
        said = f"Nothing applies in {cells}; for {searched} of them the record holds a search that found none."
    return _finish(
        chart.properties(width=300, height=_lines(questions, 22)),
        f"Provisions that apply on {day}, by question and power",
        f"{len(names)} questions are asked of each power; rank, durability and bearers are answered from instruments "
        f"and not counted here. {said}",
        {"question": "Question", "jurisdiction": "Power", "provisions": "Provisions that apply"},
        "A dash: nothing applies. The number counts rows, not weight.",
    )


def timeline(record: Record, jurisdictions: list[str] | None = None) -> alt.Chart:
    """Draw the instruments and initiatives of the powers by the day they were adopted or launched.

    Returns
    -------
    alt.Chart
        One lane for each power and kind of text; a list box picks one power.
    """
    powers = jurisdictions or theme.orders(record)
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
        .transform_calculate(written="utcFormat(datum.day, '%Y-%m-%d')")
        .mark_point(size=70, filled=True, opacity=0.75)
        .encode(
            x=_on("day", axis=alt.Axis(format="%Y", tickCount={"interval": "year", "step": 1})),
            y=alt.Y("lane:N", title=None),
            color=theme.colour("power", "Power", theme.orders(record)),
            shape=theme.shape("power", "Power", theme.orders(record)),
            tooltip=[
                alt.Tooltip("title:N", title="Text"),
                alt.Tooltip("written:N", title="Day"),
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
    chosen = points["initiative"].isin(initiatives) if initiatives else points["power"].isin(theme.orders(record))
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
        color=theme.colour("power", None, theme.orders(record)).legend(None),
        shape=theme.shape("power", None, theme.orders(record)).legend(None),
    )
    numbers = base.mark_text(dx=30, fontSize=12).encode(text="points:Q")
    soft = int(counts.loc[counts["legal_effect"].isin(["political", "none", "persuasive"]), "points"].sum())
    total = int(counts["points"].sum())
    return _finish(
        (circles + numbers).properties(width=360, height=alt.Step(52)),
        "What force the points have",
        f"Of {total} points, {soft} have political, persuasive or no legal effect and {total - soft} bind somebody.",
        {"legal_effect": "Legal effect", "power": "Power", "points": "Points"},
    )


def lasting(record: Record) -> pd.DataFrame:
    """Return the dated statements of every calendar, each with the interval of knowledge time in which it holds.

    One row is one date of one line; a line is what some provisions of one instrument and cohort share for as long as
    anything is known of them. Standing on day K, `rulebooks.law.calendar` holds the rows with ``known_from <= K <
    known_until``, compared as strings, an empty ``known_until`` being no bound.

    Parameters
    ----------
    record : Record

    Returns
    -------
    pandas.DataFrame
        ``members`` are the ids of a line's provisions.
    """
    changes = sorted({bounds(day)[0] for day in record.application["known_from"]})
    changes = [day for day in changes if day <= record.as_of.isoformat()]
    held: dict[tuple, list[list[str]]] = {}
    for known_from, known_until in pairwise([*changes, ""]):
        seen = law_calendar(record, known_on=known_from)
        turns: Counter[tuple] = Counter()
        for *key, date in zip(*(seen[name] for name in ("provision", "cohort", "what", "date")), strict=True):
            spans = held.setdefault((*key, turns[tuple(key)]), [])
            turns[tuple(key)] += 1
            if spans and spans[-1][1] == known_from and spans[-1][2] == date:
                spans[-1][1] = known_until
            else:
                spans.append([known_from, known_until, date])
    provisions = record.provisions.set_index("id")
    lines: dict[tuple, list[str]] = {}
    for (provision, cohort, what, turn), spans in held.items():
        key = (provisions.loc[provision, "instrument"], cohort, what, turn, tuple(map(tuple, spans)))
        lines.setdefault(key, []).append(provision)
    titles = record.instruments.set_index("id")["title"]
    short = _short(titles[list(dict.fromkeys(key[0] for key in lines))])
    rows = []
    for number, ((instrument, cohort, what, _, spans), members) in enumerate(lines.items()):
        title = titles[instrument]
        group = "" if cohort == "all" else f"\n({_words(cohort)})"
        for known_from, known_until, date in spans:
            rows.append(
                {
                    "line": number,
                    "order": provisions.loc[members[0], "jurisdiction"],
                    "lane": short[instrument] + group,
                    "title": title + group,
                    "cohort": cohort,
                    "what": what,
                    "count": len(members),
                    "pinpoints": "; ".join(provisions.loc[members, "pinpoint"]),
                    "members": members,
                    "date": date,
                    "known_from": known_from,
                    "known_until": known_until,
                }
            )
    return pd.DataFrame(rows)


def moving_calendar(
    record: Record,
    jurisdiction: str = "EU",
    known_on: str | None = None,
    compare_with: str = "2026-07-01",
    since: str = "2023",
) -> alt.LayerChart:
    """Draw what applied, or was going to apply, when, as seen from two days that the reader chooses.

    Parameters
    ----------
    record : Record
    jurisdiction : str
        The legal order shown first.
    known_on : str, optional
        The first day on which to stand; the record's by default.
    compare_with : str
        The second day.
    since : str
        Leave out provisions all of whose dates, however known, lie before.

    Returns
    -------
    alt.LayerChart
        One lane for each instrument and cohort: circles for `known_on`, diamonds for `compare_with`, larger for more
        provisions, a dashed line where a date moved. Jurisdiction, both days, the kind of date and "only dates that
        moved" are list boxes and a check box; the chart tests intervals that `law.calendar` gave, and knows no law.

    Raises
    ------
    ValueError
        If the jurisdiction is unknown or has no date, or a day is not one on which something could be known.
    """
    _, known_on = law_days(record, None, known_on)
    _, compare_with = law_days(record, None, compare_with)
    known_id(jurisdiction, record.jurisdictions["id"], "jurisdiction")
    held = lasting(record)
    held = held[held["line"].isin(held.loc[held["date"] >= since, "line"])]
    if jurisdiction not in set(held["order"]):
        raise ValueError(f"{jurisdiction}: no provision with a date from {since}")
    changes = sorted({*held["known_from"], known_on, compare_with, record.as_of.isoformat()}, reverse=True)
    whats = sorted(held["what"].unique(), key=["starts", "enforceable", "transition-ends", "ends"].__contains__)
    orders = [each for each in record.jurisdictions["id"] if each in set(held["order"])]

    def seen(day: str) -> pd.Series:
        """Return which rows hold as known on a day."""
        return (held["known_from"] <= day) & ((held["known_until"] == "") | (day < held["known_until"]))

    here = held[(held["order"] == jurisdiction) & (held["what"] == "starts")]
    now, before = (here[seen(day)[here.index]].set_index("line")["date"] for day in (known_on, compare_with))
    size = here.drop_duplicates("line").set_index("line")["count"]
    moved = now.index.intersection(before.index)
    moved = moved[now[moved] != before[moved]]

    holds = (
        "datum.known_from <= {0} && (datum.known_until == '' || {0} < datum.known_until) ? +toDate(datum.date) : null"
    )
    shared = ["line", "order", "lane", "title", "what", "count", "pinpoints"]
    lines = (
        alt.Chart(held.drop(columns=["members", "cohort"]))
        .transform_calculate(now=holds.format("known_on"), before=holds.format("compare_with"))
        .transform_aggregate(now="max(now)", before="max(before)", groupby=shared)
        .transform_calculate(
            kept="datum.order == order && (what == 'all' || datum.what == what) && "
            "(!moved || datum.now != datum.before) && (isValid(datum.now) || isValid(datum.before)) ? 1 : 0"
        )
    )
    base = (
        lines.transform_filter("datum.kept")
        .transform_calculate(said_now=_said("now"), said_before=_said("before"))
        .transform_calculate(
            spoken="datum.title + ', ' + datum.pinpoints + ', ' + datum.what + '; known on ' + known_on + ': ' + "
            "(datum.said_now || 'none') + '; ' + compare_with + ': ' + (datum.said_before || 'none')"
        )
        .encode(description="spoken:N")
    )
    y = alt.Y("lane:N", title=None, axis=alt.Axis(labelExpr=LINES))
    bulk = alt.Size("count:Q", title="Provisions", scale=alt.Scale(type="sqrt", range=[50, 500]), legend=None)
    tooltip = [
        alt.Tooltip("title:N", title="Instrument"),
        alt.Tooltip("what:N", title="Date"),
        alt.Tooltip("count:Q", title="Provisions"),
        alt.Tooltip("pinpoints:N", title="Pinpoints"),
        alt.Tooltip("said_now:N", title="Known on"),
        alt.Tooltip("said_before:N", title="Compare with"),
    ]
    start = _on("now", "First or last day")
    line = base.transform_filter("isValid(datum.now) && isValid(datum.before)").mark_rule(
        strokeDash=[4, 3], color=theme.OTHERS
    )
    hollow = base.transform_filter("isValid(datum.before)").mark_point(
        shape="diamond", filled=False, color=theme.OTHERS, strokeWidth=2
    )
    filled = base.transform_filter("isValid(datum.now)").mark_point(
        shape="circle", filled=True, color=theme.COLOURS[1], opacity=0.8
    )
    return _finish(
        alt.layer(
            line.encode(y=y, x=_on("before", "First or last day"), x2="now:T"),
            hollow.encode(y=y, x=_on("before", "First or last day"), size=bulk, tooltip=tooltip),
            filled.encode(y=y, x=start, size=bulk, tooltip=tooltip),
            _nothing(lines, "No such date, or none that differs: choose other days, dates or another jurisdiction."),
        )
        .add_params(
            _pick("order", "Jurisdiction", orders, jurisdiction),
            _pick("known_on", "Known on", changes, known_on),
            _pick("compare_with", "Compare with", changes, compare_with),
            _pick("what", "Dates", ["all", *whats], "starts"),
            alt.param(name="moved", value=False, bind=alt.binding_checkbox(name="Only what differs ")),
        )
        .properties(height=_lines(list(held["lane"]), 20)),
        "The moving calendar: what was going to apply, as seen from two days",
        f"In {jurisdiction}, {int(size[now.index].sum())} provisions and cohorts have a first day as known on "
        f"{known_on}, {int(size[before.index].sum())} as known on {compare_with}; {int(size[moved].sum())} of them "
        f"moved between the two. Provisions with no date from {since} are left out.",
        {
            "order": "Jurisdiction",
            "title": "Instrument",
            "pinpoints": "Provisions",
            "what": "Date",
            "date": "Day",
            "known_from": "Known from",
            "known_until": "Known until",
        },
        "Circle: known on the first day. Diamond: known on the second. Larger: more provisions.",
    )


def penalties(
    record: Record, turnover: float = 1e9, size: str = "large", breach: str = "transparency-and-labels"
) -> alt.LayerChart:
    """Draw the ceilings of penalties for a firm whose turnover, size and breach the reader chooses.

    Parameters
    ----------
    record : Record
    turnover : float
        Worldwide turnover, in units of each order's own currency: nothing is converted.
    size : str
        A size of `rulebooks.penalties.SIZES`.
    breach : str
        A dimension, or "all".

    Returns
    -------
    alt.LayerChart
        One line for each penalty, filled where its provision applies on the record's day; the same numbers as
        `rulebooks.penalties.ceilings`.
    """
    everything = "all"
    shown = money.ceilings(record, turnover, size, None if breach == everything else breach)
    terms = money.terms(record)
    terms["power"] = terms["jurisdiction"].str[:2]
    terms["label"] = [
        textwrap.shorten(row.title, LABEL, placeholder=" ...")
        + "\n"
        + textwrap.shorten(f"{row.jurisdiction}, {row.pinpoint}", LABEL - 4, placeholder=" ...")
        for row in terms.itertuples()
    ]
    again = terms.groupby("label").cumcount()
    terms["label"] += [f" ({n + 1})" if n else "" for n in again]
    terms["size_list"] = [f"|{'|'.join(sizes)}|" for sizes in terms["sizes"]]
    terms["breach_list"] = [f"|{'|'.join(breaches)}|" for breaches in terms["breaches"]]
    terms["applies"] = terms["applies"].map({"yes": "applies", "no": "does not apply", "cannot tell": "cannot tell"})
    terms["at_turnover"] = money.ceilings_of(terms, turnover)
    keep = ["power", "label", "title", "pinpoint", "who", "per", "currency", "amount", "share", "lower", "counted"]
    rows = terms[[*keep, "applies", "size_list", "breach_list", "at_turnover", "penalty"]]
    names = record.dimensions.set_index("id")["name"]
    used = [each for each in names.index if any(each in breaches for breaches in terms["breaches"])]
    both = "datum.lower ? min(datum.amount, datum.by_share) : max(datum.amount, datum.by_share)"
    every = (
        alt.Chart(rows)
        .transform_calculate(by_share="isValid(datum.share) ? datum.share * turnover : null")
        .transform_calculate(
            ceiling="!isValid(datum.share) ? datum.amount : !isValid(datum.amount) ? datum.by_share : " + both
        )
        .transform_calculate(
            kept="datum.ceiling > 0 && indexof(datum.size_list, '|' + size + '|') >= 0 && "
            "(breach == 'all' || indexof(datum.breach_list, '|' + breach + '|') >= 0) ? 1 : 0"
        )
    )
    base = (
        every.transform_filter("datum.kept")
        .transform_calculate(
            said="datum.currency + ' ' + format(datum.ceiling, ',.0f') + "
            "(datum.counted == 'once' ? '' : ' ' + datum.counted)",
            brief="datum.currency + ' ' + replace(format(datum.ceiling, '.3~s'), 'G', ' bn') + "
            "(datum.counted == 'once' ? '' : datum.counted == 'each day' ? '†' : '*')",
        )
        .encode(
            y=alt.Y("label:N", title=None, sort=list(terms["label"]), axis=alt.Axis(labelExpr=LINES)),
            x=alt.X(
                "ceiling:Q",
                title="Ceiling (own currency)",
                scale=alt.Scale(type="log", domainMin=100, nice=True),
                axis=alt.Axis(format="~s", labelOverlap=True, tickCount=6),
            ),
        )
    )
    points = base.mark_point(size=90, strokeWidth=2, opacity=1).encode(
        color=theme.colour("power", "Power", theme.orders(record)),
        shape=theme.shape("power", "Power", theme.orders(record)),
        fillOpacity=alt.condition("datum.applies == 'applies'", alt.value(1), alt.value(0)),
        fill=theme.colour("power", None, theme.orders(record)).legend(None),
        tooltip=[
            alt.Tooltip("title:N", title="Instrument"),
            alt.Tooltip("pinpoint:N", title="Provision"),
            alt.Tooltip("who:N", title="Who"),
            alt.Tooltip("said:N", title="Ceiling"),
            alt.Tooltip("per:N", title="For"),
            alt.Tooltip("applies:N", title="On the record's day"),
        ],
    )
    left = base.mark_text(align="left", dx=9, fontSize=11).encode(text="brief:N")
    left = left.transform_filter("datum.ceiling < 3e5")
    right = base.mark_text(align="right", dx=-9, fontSize=11).encode(text="brief:N")
    right = right.transform_filter("datum.ceiling >= 3e5")
    rising = int((shown["share"].notna() & (shown["ceiling"] > shown["amount"].fillna(0))).sum())
    return _finish(
        (points + left + right + _nothing(every, "No ceiling: choose another breach, size or a turnover above zero."))
        .add_params(
            alt.param(name="turnover", value=turnover, bind=alt.binding(input="number", name="Worldwide turnover ")),
            _pick("size", "Size of firm", list(money.SIZES), size),
            _pick("breach", "Breach", [everything, *used], breach, ["Any", *names[used]]),
        )
        .properties(height=_lines(list(terms["label"]), 30)),
        "What is the ceiling?",
        f"For a {size} firm with a turnover of {turnover:,.0f} in each currency and a breach of "
        f"{'any duty' if breach == everything else names[breach].lower()}, the record holds {len(shown)} ceilings; "
        f"{rising} of them follow from turnover. Ceilings for each violation or day are not multiplied, and "
        "currencies are not converted: compare lengths within one currency only.",
        {
            "label": "Penalty",
            "currency": "Currency",
            "amount": "Amount",
            "share": "Share of turnover",
            "counted": "Counted",
            "applies": "On the record's day",
            "at_turnover": f"At a turnover of {turnover:,.0f}",
        },
        "Filled: applies on the record's day. Hollow: not yet, no longer, or only proposed. "
        "*: each violation. †: each day.",
    )


def index(
    record: Record, series: list[str] | None = None, units: list[str] | None = None, draws: int = 1000
) -> alt.LayerChart:
    """Draw the ranking of a composite index, with its weights and methods as inputs, and how far places move.

    Parameters
    ----------
    record : Record
    series, units : list of str, optional
        As `index_lab.components` takes them.
    draws : int
        Samples behind the interval of places.

    Returns
    -------
    alt.LayerChart
        Places across: a mark for the place under the chosen weights, normalisation and aggregation, a bar for the
        places in nine of ten of the draws.
    """
    values = index_lab.components(record, series, units)
    spans = index_lab.rank_intervals(values, draws)
    names = [name.removeprefix("readiness: ").removesuffix(" (Oxford Insights)") for name in values.columns]
    rows = [
        {
            "unit": unit,
            "component": name,
            "number": number,
            "value": float(values.iloc[place, number]),
            "low": int(spans.loc[unit, "low"]),
            "high": int(spans.loc[unit, "high"]),
            "first": round(float(spans.loc[unit, "first"]), 3),
        }
        for place, unit in enumerate(values.index)
        for number, name in enumerate(names)
    ]
    count = len(values)
    weights = [f"w{number}" for number in range(len(names))]
    sum_of = " + ".join(f"+{weight}" for weight in weights)
    tied = f"(datum.up + {count + 1} - datum.down) / 2"
    base = (
        alt.Chart(alt.Data(values=rows))
        .transform_joinaggregate(
            least="min(value)", most="max(value)", mean="mean(value)", spread="stdevp(value)", groupby=["component"]
        )
        .transform_window(up="rank()", sort=[alt.SortField("value")], groupby=["component"])
        .transform_window(down="rank()", sort=[alt.SortField("value", order="descending")], groupby=["component"])
        .transform_calculate(
            scaled=f"normalisation == 'rank' ? {tied} : datum.most == datum.least ? 50 : normalisation == 'min-max' ? "
            "1 + 99 * (datum.value - datum.least) / (datum.most - datum.least) : "
            "50 + 10 * (datum.value - datum.mean) / datum.spread"
        )
        .transform_calculate(
            share=f"({sum_of}) > 0 ? [{', '.join(weights)}][datum.number] / ({sum_of}) : {1 / len(names)}"
        )
        .transform_calculate(part="datum.share * (aggregation == 'geometric' ? log(datum.scaled) : datum.scaled)")
        .transform_aggregate(total="sum(part)", groupby=["unit", "low", "high", "first"])
        .transform_calculate(score="round((aggregation == 'geometric' ? exp(datum.total) : datum.total) * 1e9) / 1e9")
        .transform_window(place="rank()", sort=[alt.SortField("score", order="descending")])
        .transform_calculate(said="format(datum.score, '.1f')")
        .encode(y=alt.Y("unit:N", title=None, sort=list(spans.sort_values(["median", "first"]).index)))
    )
    x = alt.X(
        "place:Q",
        title="Place (1 is highest)",
        scale=alt.Scale(domain=[0.5, count + 0.5], nice=False, zero=False),
        axis=alt.Axis(values=list(range(1, count + 1)), format="d"),
    )
    tooltip = [
        alt.Tooltip("unit:N", title="Unit"),
        alt.Tooltip("place:Q", title="Place"),
        alt.Tooltip("said:N", title="Score"),
        alt.Tooltip("low:Q", title="Highest place in 90 % of draws"),
        alt.Tooltip("high:Q", title="Lowest place in 90 % of draws"),
    ]
    bar = base.mark_rule(strokeWidth=8, opacity=0.35, color=theme.OTHERS, strokeCap="round").encode(
        x=alt.X("low:Q").scale(domain=[0.5, count + 0.5], nice=False, zero=False), x2="high:Q", tooltip=tooltip
    )
    mark = base.mark_point(shape="diamond", size=130, filled=True, opacity=1, color=theme.COLOURS[1]).encode(
        x=x, tooltip=tooltip
    )
    text = base.mark_text(dy=-14, fontSize=11).encode(x=x, text="said:N")
    sliders = [
        alt.param(name=weight, value=1, bind=alt.binding_range(min=0, max=5, step=0.5, name=f"Weight of {name} "))
        for weight, name in zip(weights, names, strict=True)
    ]
    leader = spans["first"].idxmax()
    wide = int((spans["high"] > spans["low"]).sum())
    return _finish(
        (bar + mark + text)
        .add_params(
            *sliders,
            _pick("normalisation", "Normalisation", list(index_lab.NORMALISATIONS), "min-max"),
            _pick("aggregation", "Aggregation", list(index_lab.AGGREGATIONS), "arithmetic"),
        )
        .properties(height=alt.Step(44)),
        "Does the ranking survive?",
        f"{count} units and {len(names)} components give a place to each. Over {draws} draws of weights, methods and "
        f"components left out, {wide} of {count} units change places, and {leader} comes first in "
        f"{spans.loc[leader, 'first']:.0%}. With so few units places are coarse.",
        {
            "unit": "Unit",
            "component": "Component",
            "value": "Value",
            "low": "Highest place in 90 % of draws",
            "high": "Lowest place",
        },
        "Diamond: the place under these weights. Bar: places in nine of ten draws.",
    )


def similarity(record: Record, reference: str = "CHN", group: str = "group-g20", at_least: int = 20) -> alt.LayerChart:
    """Draw how alike the choices of states are to those of one state, over complete rosters only.

    Parameters
    ----------
    record : Record
    reference : str
        The state to compare with, chosen in a list box.
    group : str
        The group whose members are shown.
    at_least : int
        Leave out initiatives that fewer states joined: of a text of two states, nobody else had the choice.

    Returns
    -------
    alt.LayerChart
        States down, the measure across, which a list box picks.

    Raises
    ------
    ValueError
        If the group has no members, the state is not one of them, or no initiative is left.
    """
    members = list(dict.fromkeys(record.memberships.loc[record.memberships["group"] == group, "state"]))
    known_id(reference, members, f"member of {group}")
    whole = record.initiatives.loc[record.initiatives["roster_complete"] == "true", "id"]
    took_part = record.participation[record.participation["act"].isin(diplomacy.JOINED)]
    takers = took_part.groupby("initiative")["state"].nunique()
    initiatives = [each for each in whole if takers.get(each, 0) >= at_least]
    pairs = diplomacy.similarity(record, states=members, initiatives=initiatives)
    turned = pairs.rename(columns={"state": "other", "other": "state"})
    rows = pd.concat([pairs, turned], ignore_index=True)
    names = record.states.set_index("id")["name"]
    rows = rows.assign(state_name=rows["state"].map(names), other_name=rows["other"].map(names).map(_folded))
    measures = {
        "pi": "agreement beyond chance",
        "agreement": "agreement",
        "jaccard": "joined by both, of joined by one",
    }
    kept = ["state", "state_name", "other", "other_name", "initiatives", "both", "one", "neither", *measures]
    base = (
        alt.Chart(rows[kept])
        .transform_filter("datum.state == reference")
        .transform_calculate(shown="datum[measure]")
        .transform_filter("isValid(datum.shown)")
        .transform_calculate(said="format(datum.shown, '.2f')")
        .encode(
            y=alt.Y(
                "other_name:N",
                title=None,
                sort=alt.EncodingSortField("shown", op="max", order="descending"),
                axis=alt.Axis(labelExpr=LINES),
            )
        )
    )
    x = alt.X("shown:Q", title="Likeness (1 is full)", scale=alt.Scale(domain=[-1, 1]))
    points = base.mark_point(size=80, filled=True, opacity=1, color=theme.COLOURS[1]).encode(
        x=x,
        tooltip=[
            alt.Tooltip("other_name:N", title="State"),
            alt.Tooltip("said:N", title="Likeness"),
            alt.Tooltip("both:Q", title="Both joined"),
            alt.Tooltip("one:Q", title="One of them joined"),
            alt.Tooltip("neither:Q", title="Neither joined"),
        ],
    )
    text = base.mark_text(align="left", dx=9, fontSize=11).encode(x=x, text="said:N")
    ordered = sorted(members, key=lambda each: names[each])
    own = rows[rows["state"] == reference].dropna(subset="pi").sort_values("pi", ascending=False, kind="stable")
    like = own["other"].map(names)
    return _finish(
        (points + text)
        .add_params(
            _pick("reference", "Reference state", ordered, reference, [names[each] for each in ordered]),
            _pick("measure", "Measure", list(measures), "pi", list(measures.values())),
        )
        .properties(height=_lines(list(rows["other_name"]), 22)),
        "Who chooses like whom",
        f"Over {len(initiatives)} complete rosters that at least {at_least} states joined, {like.iloc[0]} is "
        f"most like {names[reference]} beyond chance ({own['pi'].iloc[0]:.2f}), {like.iloc[-1]} least "
        f"({own['pi'].iloc[-1]:.2f}).",
        {
            "state_name": "Reference",
            "other_name": "State",
            "both": "Both joined",
            "one": "One joined",
            "neither": "Neither joined",
            "pi": "Agreement beyond chance",
        },
        "A state that is not on a complete roster counts as not having joined.",
    )


def over_time(
    record: Record, series: list[str] | None = None, title: str = "Filings and registrations in China"
) -> alt.LayerChart:
    """Draw series of indicators over time: by default the running totals of filed and registered AI services.

    Parameters
    ----------
    record : Record
    series : list of str, optional
        Names in ``record.indicators.series``.
    title : str
        The chart's title.

    Returns
    -------
    alt.LayerChart
        One line for each series and jurisdiction, its name at its end.

    Raises
    ------
    ValueError
        If a series is unknown.
    """
    series = series or ["genai-filed", "genai-registered"]
    for name in series:
        known_id(name, record.indicators["series"].unique(), "series")
    rows = record.indicators[record.indicators["series"].isin(series)]
    rows = rows.assign(value=pd.to_numeric(rows["value"]), day=rows["date"]).sort_values(["series", "day"])
    several = rows.groupby("series")["jurisdiction"].nunique().max() > 1
    rows["name"] = rows["series"] + (", " + rows["jurisdiction"] if several else "")
    rows["last"] = ~rows.duplicated("name", keep="last")
    base = alt.Chart(rows[["name", "day", "date", "value", "unit", "last"]]).encode(
        x=_on("day"),
        y=alt.Y("value:Q", title=", ".join(rows["unit"].unique())),
    )
    ink = alt.Color("name:N", legend=None)
    points = base.mark_point(size=70, filled=True, opacity=1).encode(
        color=ink,
        shape=alt.Shape("name:N", legend=None),
        tooltip=[
            alt.Tooltip("name:N", title="Series"),
            alt.Tooltip("date:N", title="Date"),
            alt.Tooltip("value:Q", title="Value"),
        ],
    )
    words = base.mark_text(align="right", dy=-14).encode(text="name:N").transform_filter("datum.last")
    chart = (base.mark_line().encode(color=ink) + points + words).properties(height=260)
    last = [f"{name} {group['value'].iloc[-1]:,g} ({group['date'].iloc[-1]})" for name, group in rows.groupby("name")]
    return _finish(
        chart,
        title,
        f"The latest values: {'; '.join(last)}.",
        {"name": "Series", "date": "Date", "value": "Value", "unit": "Unit"},
    )


def actions(record: Record) -> alt.LayerChart:
    """Draw how many actions of each kind the record holds for each power, its states and members included.

    Returns
    -------
    alt.LayerChart
        Kinds down, powers across, the number in each cell.
    """
    rows = record.actions.assign(power=record.actions["jurisdiction"].str[:2])
    rows = rows[rows["power"].isin(theme.orders(record)) | rows["jurisdiction"].map(_parents(record)).eq("EU")]
    rows.loc[~rows["power"].isin(theme.orders(record)), "power"] = "EU"
    counts = (
        rows.groupby(["kind", "power"]).size().unstack(fill_value=0).reindex(columns=theme.orders(record), fill_value=0)
    )
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    counts = counts.stack().rename("actions").reset_index()
    totals = counts.groupby("power")["actions"].sum()
    kinds = list(dict.fromkeys(counts["kind"]))
    return _finish(
        _heat(
            counts,
            alt.X("power:N", title=None, axis=alt.Axis(orient="top", labelAngle=0)),
            alt.Y("kind:N", title=None, sort=kinds),
            "actions",
            "Actions",
        ).properties(width=300, height=alt.Step(24)),
        "The law in action, by kind and power",
        f"{int(totals.sum())} actions: "
        + ", ".join(f"{power} {totals[power]}" for power in theme.orders(record))
        + ". States, cities and member states are counted with their power.",
        {"kind": "Kind", "power": "Power", "actions": "Actions"},
        "The record is a selection: a number shows what it holds, not all that happened.",
    )


def _parents(record: Record) -> dict[str, str]:
    return dict(zip(record.jurisdictions["id"], record.jurisdictions["parent"], strict=True))


def speech(record: Record) -> alt.LayerChart:
    """Draw what the powers' points do (urge, commit, require ...) and how many have a provision at home behind them.

    Returns
    -------
    alt.LayerChart
        Speech acts down, numbers across; backed points are the filled part of each bar; a list box picks one power.
    """
    proposers = record.initiatives.set_index("id")["proposer"]
    points = record.points.assign(power=record.points["initiative"].map(proposers))
    points = points[points["power"].isin(theme.orders(record))]
    backed = ~points["domestic"].isin(["", "none-found"])
    points = points.assign(backing=backed.map({True: "a provision at home", False: "none found"}))
    counts = points.groupby(["power", "speech_act", "backing"]).size().reset_index(name="points")
    acts = list(counts.groupby("speech_act")["points"].sum().sort_values(ascending=False, kind="stable").index)
    base = (
        alt.Chart(counts)
        .transform_filter("power == 'all' || datum.power == power")
        .transform_aggregate(points="sum(points)", groupby=["speech_act", "backing"])
        .transform_stack(stack="points", as_=["from", "to"], groupby=["speech_act"], sort=[alt.SortField("backing")])
        .transform_calculate(middle="(datum.from + datum.to) / 2")
        .encode(y=alt.Y("speech_act:N", title=None, sort=acts))
    )
    bars = base.mark_bar().encode(
        x=alt.X("from:Q", title="Points"),
        x2="to:Q",
        color=alt.Color("backing:N", title="Behind it", scale=alt.Scale(range=[theme.COLOURS[1], "#b9cfe4"])),
        tooltip=[
            alt.Tooltip("speech_act:N", title="Speech act"),
            alt.Tooltip("backing:N", title="Behind it"),
            alt.Tooltip("points:Q", title="Points"),
        ],
    )
    numbers = base.mark_text(fontSize=11).encode(
        x="middle:Q",
        text="points:Q",
        color=alt.condition("datum.backing == 'none found'", alt.value("black"), alt.value("white")),
    )
    return _finish(
        (bars + numbers)
        .add_params(_pick("power", "Power", ["all", *theme.orders(record)], "all", ["All", *theme.orders(record)]))
        .properties(height=alt.Step(30)),
        "What the points do, and what stands behind them",
        f"Of {len(points)} points of {', '.join(theme.orders(record))}, {int(backed.sum())} have a provision "
        f"at home behind them; for {int((~backed).sum())} a search found none.",
        {"speech_act": "Speech act", "power": "Power", "backing": "Behind it", "points": "Points"},
    )


def effects(record: Record, power: str = "EU") -> alt.LayerChart:
    """Draw what legal effect the provisions have that answer each question, for a power that the reader picks.

    Parameters
    ----------
    record : Record
    power : str
        The power shown first.

    Returns
    -------
    alt.LayerChart
        Questions down, legal effects across, the number of provisions that apply in each cell.

    Raises
    ------
    ValueError
        If the power is not one of the three.
    """
    known_id(power, theme.orders(record), "power")
    names = record.dimensions.set_index("id")["name"].drop(list(BY_INSTRUMENT))
    rows = record.provisions[record.provisions["jurisdiction"].isin(theme.orders(record))]
    rows = rows[rows["modality"] != "silence"]
    law = in_force(record)
    rows = rows[rows["id"].isin(law.loc[law["verdict"] == "yes", "provision"])]
    rows = rows.assign(dimension=rows["dimensions"].str.split("; ")).explode("dimension")
    used = [effect for effect in EFFECTS if effect in set(rows["legal_effect"])]
    every = pd.MultiIndex.from_product(
        [theme.orders(record), names.index, used], names=["power", "dimension", "effect"]
    )
    counts = rows.groupby(["jurisdiction", "dimension", "legal_effect"]).size()
    counts = counts.rename_axis(every.names).reindex(every, fill_value=0).rename("provisions").reset_index()
    counts["question"] = counts["dimension"].map(names).map(_folded)
    questions = list(dict.fromkeys(counts["question"]))
    general = counts.groupby(["power", "effect"])["provisions"].sum().unstack()
    share = general["general"] / general.sum(axis=1)
    return _finish(
        _heat(
            counts,
            alt.X("effect:N", title=None, sort=used, axis=alt.Axis(orient="top", labelAngle=-90)),
            alt.Y("question:N", title=None, sort=questions, axis=alt.Axis(labelExpr=LINES)),
            "provisions",
            "Provisions",
            ["datum.power == power"],
        )
        .add_params(_pick("power", "Power", theme.orders(record), power))
        .properties(height=_lines(questions, 22)),
        "What force the provisions have, by question",
        "Of the provisions that apply, counted once for each question, those of general effect are "
        + ", ".join(f"{share[each]:.0%} in {each}" for each in theme.orders(record))
        + ".",
        {"power": "Power", "question": "Question", "effect": "Legal effect", "provisions": "Provisions"},
        "A dash: none.",
    )


STANCES = {"proposed or joined": "●", "voted against or declined": "×", "abstained": "○", "absent": "–"}
_STANCE = {
    "voted-against": 1,
    "declined": 1,
    "withdrew": 1,
    "dissociated": 1,
    "abstained": 2,
    "absent": 3,
    "attended-only": 3,
}


def participation(record: Record, group: str = "group-g20", at_least: int = 20) -> alt.LayerChart:
    """Draw which members of a group joined which initiatives, of those whose rosters are complete.

    Parameters
    ----------
    record : Record
    group : str
        A group of ``record.memberships``.
    at_least : int
        Leave out initiatives that fewer states joined.

    Returns
    -------
    alt.LayerChart
        States down, initiatives across, a sign in each cell: colour is never the only one.

    Raises
    ------
    ValueError
        If the group is unknown.
    """
    known_id(group, record.memberships["group"].unique(), "group")
    members = list(dict.fromkeys(record.memberships.loc[record.memberships["group"] == group, "state"]))
    kinds = list(STANCES)
    texts = record.initiatives.set_index("id")
    rows = record.participation
    takers = rows[rows["act"].isin(diplomacy.JOINED)].groupby("initiative")["state"].nunique()
    shown = [each for each in texts.index[texts["roster_complete"] == "true"] if takers.get(each, 0) >= at_least]
    short = _short(texts.loc[shown, "title"])
    rows = rows[rows["state"].isin(members) & rows["initiative"].isin(shown)]
    rows = rows.assign(kind=rows["act"].map(_STANCE).fillna(0).astype(int)).sort_values("kind", kind="stable")
    rows = rows.drop_duplicates(["state", "initiative"], keep="last")
    names = record.states.set_index("id")["name"]
    rows = rows.assign(
        name=rows["state"].map(names).map(_folded),
        text=rows["initiative"].map(short),
        stance=[kinds[kind] for kind in rows["kind"]],
        sign=[list(STANCES.values())[kind] for kind in rows["kind"]],
    )
    order = [short[each] for each in sorted(shown, key=lambda each: texts.loc[each, "launched"])]
    joined = rows[rows["kind"] == 0].groupby("state").size().reindex(members, fill_value=0)
    joined = joined.rename(names).sort_index()
    base = alt.Chart(rows[["name", "text", "act", "stance", "sign"]].sort_values(["name", "text"])).encode(
        x=alt.X("name:N", title=None, axis=alt.Axis(labelAngle=-90, orient="top", labelExpr=LINES)),
        y=alt.Y("text:N", title=None, sort=order, axis=alt.Axis(labelExpr=LINES)),
        tooltip=[
            alt.Tooltip("name:N", title="State"),
            alt.Tooltip("text:N", title="Initiative"),
            alt.Tooltip("act:N", title="Act"),
        ],
    )
    colours = [theme.COLOURS[1], theme.COLOURS[0], theme.OTHERS, "#767676"]
    cells = base.mark_text(fontSize=15).encode(
        text="sign:N",
        color=alt.Color("stance:N", title=None, scale=alt.Scale(domain=kinds, range=colours), legend=None),
    )
    return _finish(
        cells.properties(width=alt.Step(28), height=_lines(order, 26)),
        f"Who joined what: {texts['title'].get(group, group.removeprefix('group-').upper())}",
        f"Over {len(shown)} complete rosters, {_holders(joined, joined.max())} joined most ({joined.max()}), "
        f"{_holders(joined, joined.min())} fewest ({joined.min()}) of {len(members)} members.",
        {"name": "State", "text": "Initiative", "act": "Act"},
        " ".join(f"{sign} {kind}." for kind, sign in STANCES.items()) + " Empty: not on the roster.",
    )


def votes(record: Record) -> alt.LayerChart:
    """Draw the recorded votes on resolutions: for, against, abstained.

    Returns
    -------
    alt.LayerChart
        One bar for each vote whose roster is complete, with the number in each part.
    """
    acts = ["voted-for", "abstained", "voted-against"]
    texts = record.initiatives.set_index("id")
    rows = record.participation[record.participation["act"].isin(acts)]
    rows = rows[rows["initiative"].map(texts["roster_complete"]) == "true"]
    counts = rows.groupby(["initiative", "act"])["state"].nunique().reset_index(name="states")
    counts = counts.assign(
        launched=counts["initiative"].map(texts["launched"]),
        text=counts["initiative"].map(texts["title"]).map(_folded),
        rank=counts["act"].map(acts.index),
        words=counts["act"].str.replace("-", " "),
    ).sort_values(["launched", "initiative", "rank"])
    counts["to"] = counts.groupby("initiative")["states"].cumsum()
    counts["from"] = counts["to"] - counts["states"]
    order = list(dict.fromkeys(counts["text"]))
    base = alt.Chart(counts[["text", "words", "states", "from", "to", "rank"]]).encode(
        y=alt.Y("text:N", title=None, sort=order, axis=alt.Axis(labelExpr=LINES))
    )
    colours = ["#9cc3e6", "#d9d9d9", "#f0b48c"]
    bars = base.mark_bar(size=20).encode(
        x=alt.X("from:Q", title="States"),
        x2="to:Q",
        color=alt.Color(
            "words:N", title=None, scale=alt.Scale(domain=[act.replace("-", " ") for act in acts], range=colours)
        ),
        tooltip=[alt.Tooltip("words:N", title="Vote"), alt.Tooltip("states:Q", title="States")],
    )
    # The parts against and abstained are narrow: their numbers stand above and below the bar's end.
    numbers = (
        base.mark_text(fontSize=11, align="right", dx=-2)
        .encode(x="to:Q", text="states:Q", color=alt.value("black"))
        .transform_filter("datum.rank == 0")
    )
    small = base.transform_filter("datum.rank > 0").transform_calculate(
        said="datum.states + ' ' + (datum.rank == 1 ? 'abstained' : 'against')"
    )
    above = (
        small.transform_filter("datum.rank == 1")
        .mark_text(fontSize=10, align="right", dy=-16)
        .encode(x="to:Q", text="said:N")
    )
    below = (
        small.transform_filter("datum.rank == 2")
        .mark_text(fontSize=10, align="right", dy=16)
        .encode(x="to:Q", text="said:N")
    )
    against = counts[counts["act"] == "voted-against"]
    most = against.loc[against["states"].idxmax()]
    return _finish(
        (bars + numbers + above + below).properties(height=_lines(order, 48)),
        "Recorded votes on AI in the United Nations",
        f"{len(order)} recorded votes with complete rosters; at most {most['states']} states voted against, on "
        f"{most['text'].replace(chr(10), ' ')}.",
        {"text": "Resolution or draft", "words": "Vote", "states": "States"},
    )
