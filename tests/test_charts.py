"""Charts: pure functions of the record that every viewer can draw or read."""

import inspect
import json
import re
from collections.abc import Callable
from functools import cache

import altair as alt
import pytest
import vl_convert

from rulebooks import charts, in_force, load, theme
from rulebooks.penalties import ceilings

RECORD = load()
CHARTS = {
    "calendar": lambda: charts.calendar(RECORD),
    "calendar_on_a_day": lambda: charts.calendar(RECORD, known_on="2026-07-24", compare_with="2025-06-01"),
    "matrix": lambda: charts.matrix(RECORD),
    "matrix_before": lambda: charts.matrix(RECORD, as_of="2025-03-01", known_on="2025-03-01"),
    "timeline": lambda: charts.timeline(RECORD),
    "ladder": lambda: charts.ladder(RECORD),
    "ladder_of_one": lambda: charts.ladder(RECORD, ["gaigi"]),
    "moving_calendar": lambda: charts.moving_calendar(RECORD),
    "penalties": lambda: charts.penalties(RECORD),
    "index": lambda: charts.index(RECORD, draws=200),
    "similarity": lambda: charts.similarity(RECORD),
    "over_time": lambda: charts.over_time(RECORD),
    "actions": lambda: charts.actions(RECORD),
    "speech": lambda: charts.speech(RECORD),
    "effects": lambda: charts.effects(RECORD),
    "participation": lambda: charts.participation(RECORD),
    "votes": lambda: charts.votes(RECORD),
}
every_chart = pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS.keys())


@cache
def drawn(draw: Callable[[], alt.TopLevelMixin]) -> dict:
    """Return the specification of a chart, drawn once for all tests that only look at it."""
    return draw().to_dict()


def marks(spec: dict, version: str) -> int:
    """Count the marks that one version of Vega-Lite draws."""
    svg = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=version)
    return len(re.findall(r'role="graphics-symbol"|class="mark-(?:text|rule)[^"]*"', svg))


@every_chart
def test_draws_the_same_in_the_page_and_in_lab(draw):
    """Would catch a feature that only Vega-Lite 6 knows: JupyterLab, with version 5, would drop it silently."""
    spec = drawn(draw)
    counted = {version: marks(spec, version) for version in ("5.8", "6.4")}
    assert counted["5.8"] == counted["6.4"] > 0


@every_chart
def test_can_be_read_as_a_table(draw):
    """Would catch a chart whose table has other rows than the chart, or a column that the data lack."""
    spec = drawn(draw)
    titles, rows = theme.table(spec)
    assert len(titles) >= 2
    assert rows
    assert all(len(row) == len(titles) for row in rows)
    assert any(all(cell for cell in row) for row in rows)
    assert theme.title_of(spec)
    assert len(spec["description"]) > 20


def column(rows: list[dict], title: str) -> list[float]:
    """Return one column of a table as numbers."""
    return [float(row[title] or 0) for row in rows]


def starts_in_the_eu(row: dict) -> bool:
    """Say whether a row of the moving calendar is a first day in the EU as known on the record's day."""
    return row["Jurisdiction"] == "EU" and row["Date"] == "starts" and not row["Known until"]


def first_days(known_on: str) -> dict[tuple[str, str], str]:
    """Return the full first day of each provision and cohort of the AI Act, as known on a day, from the law itself."""
    own = RECORD.provisions.loc[RECORD.provisions["instrument"] == "eu-aia", "id"]
    rows = in_force(RECORD, known_on=known_on)
    rows = rows[rows["provision"].isin(set(own)) & (rows["applies_from"].str.len() == 10)]
    return dict(zip(zip(rows["provision"], rows["cohort"], strict=True), rows["applies_from"], strict=True))


def moved(rows: list[dict]) -> list[str]:
    """Return what the sentence of the calendar must say of the two days that its table names."""
    before, after = (first_days(re.search(r"[\d-]{10}", title)[0]) for title in rows[0] if title != "Provision")
    since = inspect.signature(charts.calendar).parameters["since"].default
    pairs = {each for days in (before, after) for each, day in days.items() if day >= since}
    changed = sum(before[each] != after[each] for each in pairs & before.keys() & after.keys())
    return [f"Of {len(pairs)} dated", f"{changed} have another"]


def alike(rows: list[dict]) -> list[str]:
    """Return what the sentence on likeness must say of the states nearest to China and farthest from it."""
    found = sorted((float(row["Agreement beyond chance"]), row["State"]) for row in rows if row["Reference"] == "China")
    (least, far), (most, near) = found[0], found[-1]
    return [f"{near} is most like China beyond chance ({most:.2f}), {far} least ({least:.2f})"]


def general_share(rows: list[dict]) -> list[str]:
    """Return what the sentence on legal effects must say of each power."""
    parts = []
    for power in dict.fromkeys(row["Power"] for row in rows):
        own = [row for row in rows if row["Power"] == power]
        general = [row for row in own if row["Legal effect"] == "general"]
        parts.append(f"{sum(column(general, 'Provisions')) / sum(column(own, 'Provisions')):.0%} in {power}")
    return parts


SENTENCES = {
    "calendar": moved,
    "timeline": lambda rows: [
        f"{sum(row['Kind'] == 'instrument' for row in rows)} instruments",
        f"{sum(row['Kind'] == 'initiative' for row in rows)} initiatives",
    ],
    "similarity": alike,
    "effects": general_share,
    "moving_calendar": lambda rows: [
        f"In EU, {sum(len(row['Provisions'].split('; ')) for row in rows if starts_in_the_eu(row))} provisions"
    ],
    "penalties": lambda rows: [f"holds {len(ceilings(RECORD, 1e9, breach='transparency-and-labels'))} ceilings"],
    "index": lambda rows: [
        f"{len({row['Unit'] for row in rows})} units",
        f"{len({r['Component'] for r in rows})} comp",
    ],
    "over_time": lambda rows: [f"{float(rows[-1]['Value']):,g} ({rows[-1]['Date']})"],
    "actions": lambda rows: [f"{sum(column(rows, 'Actions')):.0f} actions"],
    "speech": lambda rows: [
        f"Of {sum(column(rows, 'Points')):.0f} points",
        f"{sum(column([row for row in rows if row['Behind it'] == 'none found'], 'Points')):.0f} a search found none",
    ],
    "votes": lambda rows: [
        f"{len({row['Resolution or draft'] for row in rows})} recorded votes",
        f"at most {max(column([row for row in rows if row['Vote'] == 'voted against'], 'States')):.0f} states",
    ],
    "participation": lambda rows: [f"{len({row['Initiative'] for row in rows})} complete rosters"],
    "ladder": lambda rows: [f"Of {sum(column(rows, 'Points')):.0f} points"],
    "matrix": lambda rows: [f"Nothing applies in {column(rows, 'Provisions that apply').count(0)} cell"],
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence_agrees_with_the_table(name):
    """Would catch a sentence whose numbers are not those of the chart's own data."""
    spec = drawn(CHARTS[name])
    titles, rows = theme.table(spec)
    for part in SENTENCES[name]([dict(zip(titles, row, strict=True)) for row in rows]):
        assert part in spec["description"]


@every_chart
def test_is_stored_without_what_varies(draw):
    """Would catch a random name in a specification: two runs of refresh would differ."""
    assert theme.render(drawn(draw)) == theme.render(draw().to_dict())


@every_chart
def test_needs_no_network(draw):
    """Would catch a chart that loads its data from an address, or links to one that data name."""
    spec = json.dumps({key: part for key, part in drawn(draw).items() if key != "$schema"})
    assert '"url"' not in spec
    assert '"href"' not in spec


def test_text_from_data_stays_text():
    """Would catch markup of a record that reaches the stored table as markup."""
    hostile = "<img src=x onerror=alert(1)>"
    chart = alt.Chart(alt.Data(values=[{"a": hostile}])).mark_point()
    spec = chart.properties(title=hostile, description=hostile, usermeta={"table": [["a", hostile]]}).to_dict()
    assert "<img" not in theme.render(spec)["text/markdown"]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: charts.calendar(RECORD, instrument="eu-none"), "eu-none"),
        (lambda: charts.calendar(RECORD, known_on="24 July 2026"), "24 July 2026"),
        (lambda: charts.ladder(RECORD, ["nothing"]), "nothing"),
        (lambda: charts.matrix(RECORD, as_of="2026-13-01"), "2026-13-01"),
        (lambda: charts.moving_calendar(RECORD, "XX"), "XX"),
        (lambda: charts.moving_calendar(RECORD, compare_with="July 2026"), "July 2026"),
        (lambda: charts.penalties(RECORD, size="tiny"), "tiny"),
        (lambda: charts.penalties(RECORD, turnover=-1), "-1"),
        (lambda: charts.penalties(RECORD, breach="theft"), "theft"),
        (lambda: charts.index(RECORD, ["nothing"]), "nothing"),
        (lambda: charts.similarity(RECORD, "FJI"), "FJI"),
        (lambda: charts.over_time(RECORD, ["nothing"]), "nothing"),
        (lambda: charts.effects(RECORD, "XX"), "XX"),
        (lambda: charts.participation(RECORD, "group-x"), "group-x"),
    ],
)
def test_bad_input_is_named(draw, message):
    """Would catch an unknown id or a wrong date that ends in a traceback that does not name it."""
    with pytest.raises(ValueError, match=re.escape(message)):
        draw()
