"""Every chart as a page draws it, without the build: in both themes, on a telephone, with its inputs."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import vl_convert
from test_charts import CHARTS, RECORD

from rulebooks import charts, index_lab, law
from rulebooks.penalties import SIZES, ceilings
from rulebooks.sphinx_ext import assets, render

BOOK_CSS = Path(__file__).parents[2] / "_static" / "book.css"
PAGE = """<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Charts</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="book.css"><style>
:root {{ --pst-color-text-base: #222832; --pst-color-border: #d1d5da; --pst-color-background: #ffffff; }}
:root[data-theme=dark] {{ --pst-color-text-base: #ced6dd; --pst-color-border: #48566b;
  --pst-color-background: #14181e; }}
body {{ margin: 0; color: var(--pst-color-text-base); background: var(--pst-color-background); }}
main {{ max-width: 48rem; padding: 1rem; font-family: sans-serif }}
</style></head><body><main><h1>Charts</h1>
{figures}</main><script defer src="{drawer}" data-vega="{drawing}"></script></body></html>"""
ONCE = [name for name in CHARTS if not name.endswith(("_on_a_day", "_before", "_of_one"))]
every_chart = pytest.mark.parametrize("name", ONCE)


@pytest.fixture(scope="session")
def charts_url(tmp_path_factory, serve):
    """Address of one page for each chart, as the book would show it, and the scripts that they load."""
    folder = tmp_path_factory.mktemp("charts")
    for file, text in (assets.drawing(), assets.drawer()):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    shutil.copy(BOOK_CSS, folder / "book.css")
    scripts = {"drawer": assets.drawer()[0], "drawing": assets.drawing()[0]}
    for name, draw in {**CHARTS, "whole_calendar": lambda: charts.moving_calendar(RECORD, since="")}.items():
        page = PAGE.format(figures=render.figure(draw().to_dict(), name), **scripts)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    with serve(folder) as url:
        yield url


@pytest.fixture
def shown(page_guard, charts_url):
    """Open the page of one chart and wait for its drawing."""

    def show(name: str, width: int = 1280):
        page_guard.set_viewport_size({"width": width, "height": 900})
        page_guard.goto(f"{charts_url}/{name}.html")
        page_guard.locator("figure.chart").scroll_into_view_if_needed()
        page_guard.wait_for_selector("figure.chart[data-drawn]", timeout=30_000)
        assert page_guard.locator("figure.chart").get_attribute("data-drawn") == "light"
        return page_guard

    return show


def turn_dark(page) -> None:
    """Change the page's theme as its button does."""
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_selector("figure.chart[data-drawn=dark]")


def bound(page):
    """Return the inputs of the chart."""
    return page.locator(".inputs :is(input, select)").all()


def named_marks(svg: str) -> int:
    """Count the marks of a drawing that have a name of their own."""
    return len(
        re.findall(r'<\w+ [^>]*aria-label="[^>]*role="graphics-symbol"|role="graphics-symbol"[^>]*aria-label', svg)
    )


@every_chart
def test_page_has_the_marks_of_the_specification(name, shown):
    """Would catch a mark that is lost on the way from the specification over Vega to the page."""
    drawn = shown(name).locator(".picture svg").evaluate("svg => svg.outerHTML")
    spec = {key: part for key, part in CHARTS[name]().to_dict().items() if key != "title"}
    whole = vl_convert.vegalite_to_svg(spec, vl_version=assets.VEGA_LITE)
    assert named_marks(drawn) == named_marks(whole) > 0


@every_chart
def test_theme_and_inputs(name, shown):
    """Would catch letters that stay dark on a dark page, and a theme change that loses what the reader chose."""
    page = shown(name)
    chosen = []
    for field in bound(page):
        kind = field.get_attribute("type") or "select"
        if kind == "checkbox":
            field.check()
        elif kind == "range":
            field.focus()
            page.keyboard.press("End")
        elif kind in ("number", "text"):
            field.fill("2")
        else:
            field.select_option(index=1)
        chosen.append(field.evaluate("e => e.type === 'checkbox' ? e.checked : e.value"))
    page.wait_for_timeout(150)
    svg = page.locator(".picture svg")
    axes = svg.locator(".role-axis-label text")
    label = (axes if axes.count() else svg.locator("text")).first
    before = label.get_attribute("fill")
    count = svg.evaluate("svg => svg.querySelectorAll('path, text, rect').length")
    turn_dark(page)
    assert label.get_attribute("fill") != before
    after = [field.evaluate("e => e.type === 'checkbox' ? e.checked : e.value") for field in bound(page)]
    assert after == chosen
    assert svg.evaluate("svg => svg.querySelectorAll('path, text, rect').length") == count


@every_chart
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(name, width, shown, clean):
    """Would catch an input without a name, marks that a screen reader takes for pictures, too pale a letter."""
    page = shown(name, width)
    clean(page, "light")
    turn_dark(page)
    clean(page, "dark")


@every_chart
def test_fits_a_telephone_and_follows_the_width(name, shown):
    """Would catch a chart wider than a telephone, a label cut with dots, a width that stays when the window changes."""
    page = shown(name, 390)
    labels = page.locator(".picture svg .role-axis-label text").all_text_contents()
    assert labels
    assert not [label for label in labels if label.endswith("…")]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture = page.locator(".picture")
    spec = json.loads(page.locator(".chart-spec").text_content())
    if spec.get("autosize", {}).get("type") != "fit-x":
        return
    assert picture.evaluate("e => e.querySelector('svg').getBoundingClientRect().width - e.clientWidth") <= 1
    page.set_viewport_size({"width": 1000, "height": 900})
    page.wait_for_function(
        "() => { const e = document.querySelector('.picture');"
        "return Math.abs(e.querySelector('svg').getBoundingClientRect().width - e.clientWidth) <= 1 }"
    )


def test_chart_beyond_the_library_is_named():
    """Would catch a chart that needs a part of Vega that the page does not carry."""
    needs = {
        "data": [{"name": "a", "transform": [{"type": "regression"}]}],
        "marks": [{"transform": [{"type": "label"}]}],
    }
    assert [fault.split(",")[0] for fault in render.beyond(needs)] == ["needs label", "needs regression"]


def computed(page, signals: dict, *fields: str) -> list[dict]:
    """Set signals of the drawing and return the rows of its first data set that has these fields."""
    return page.evaluate(
        """async ([signals, fields]) => {
          const figure = document.querySelector("figure.chart");
          for (const [name, value] of Object.entries(signals)) figure.view.signal(name, value);
          await figure.view.runAsync();
          const spec = JSON.parse(figure.querySelector(".chart-spec").textContent);
          const rows = spec.data.map((each) => figure.view.data(each.name)).filter((each) => each.length);
          const found = rows.find((each) => fields.every((field) => field in each[0])) ?? [];
          return found.map((row) => Object.fromEntries(Object.entries(row)));
        }""",
        [signals, list(fields)],
    )


def test_moving_calendar_says_what_the_law_says(shown):
    """Would catch a chart that parts from `law.calendar` for some pair of days or some legal order."""
    page = shown("whole_calendar")
    lines = charts.lasting(RECORD).drop_duplicates("line").set_index("line")
    table, cohorts = lines["members"].to_dict(), lines["cohort"].to_dict()
    chance = random.Random(5)
    changes = sorted({day for day in RECORD.application["known_from"] if len(day) == 10 and day >= "2021"})
    orders = [each for each in RECORD.jurisdictions["id"] if len(law.calendar(RECORD, each))]
    asked = 0
    for _ in range(50):
        order, days = chance.choice(orders), [chance.choice(changes) for _ in range(2)]
        signals = {"order": order, "what": "all", "known_on": days[0], "compare_with": days[1]}
        rows = computed(page, signals, "now", "before", "line", "said_now")
        for day, field in zip(days, ("now", "before"), strict=True):
            drawn = sorted(
                (provision, cohorts[row["line"]], row["what"], int(row[field]))
                for row in rows
                if row[field] is not None
                for provision in table[row["line"]]
            )
            expected = law.calendar(RECORD, order, known_on=day)
            stamps = pd.to_datetime(expected["date"], format="ISO8601").map(lambda each: int(each.timestamp() * 1000))
            wanted = sorted(zip(expected["provision"], expected["cohort"], expected["what"], stamps, strict=True))
            assert drawn == wanted, (order, day)
            asked += len(wanted)
    assert asked > 500


def test_penalties_are_those_of_the_table(shown):
    """Would catch a ceiling in the drawing that is not the one that `ceilings` counts."""
    page = shown("penalties")
    chance = random.Random(7)
    for _ in range(30):
        turnover = float(10 ** chance.randint(4, 12) * chance.randint(1, 9))
        size, breach = (
            chance.choice(list(SIZES)),
            chance.choice([None, "prohibited-practices", "minors"]),
        )
        signals = {"turnover": turnover, "size": size, "breach": breach or "all"}
        drawn = {row["penalty"]: row["ceiling"] for row in computed(page, signals, "penalty", "ceiling", "said")}
        expected = ceilings(RECORD, turnover, size, breach).set_index("penalty")["ceiling"]
        assert drawn == pytest.approx(expected.to_dict())


def test_index_is_the_one_of_the_lab(shown):
    """Would catch a score or a place in the drawing that parts from `index_lab`."""
    page = shown("index")
    values = index_lab.components(RECORD)
    chance = random.Random(3)
    for normalisation in index_lab.NORMALISATIONS:
        for aggregation in index_lab.AGGREGATIONS:
            for _ in range(4):
                weights = [chance.choice([0, 0.5, 1, 2, 5]) for _ in values] if _ else [1] * values.shape[1]
                weights = weights if any(weights) else [1] * len(weights)
                signals = {f"w{number}": weight for number, weight in enumerate(weights)}
                signals |= {"normalisation": normalisation, "aggregation": aggregation}
                drawn = {row["unit"]: row for row in computed(page, signals, "place", "score")}
                scores = index_lab.aggregate(
                    index_lab.normalise(values, normalisation), pd.Series(weights, index=values.columns), aggregation
                )
                assert {unit: row["score"] for unit, row in drawn.items()} == pytest.approx(scores.to_dict())
                places = {unit: row["place"] for unit, row in drawn.items()}
                assert places == index_lab.ranks(scores).to_dict()


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Shanghai"])
def test_a_day_is_the_same_everywhere(zone, browser, charts_url):
    """Would catch a first day of application that a reader in California sees a day early."""
    context = browser.new_context(timezone_id=zone)
    page = context.new_page()
    page.goto(f"{charts_url}/calendar.html")
    page.wait_for_selector("figure.chart[data-drawn]")
    said = page.locator(".picture svg [aria-label]").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    context.close()
    assert any("2 August 2026" in each for each in said), said
    assert not any(re.search(r"\b1 August 2026|Aug 01", each) for each in said), said


def test_an_empty_picture_says_why(shown):
    """Would catch an empty drawing without a sentence that says why and how to get out."""
    page = shown("moving_calendar", 390)
    nothing = page.locator(".picture svg text", has_text="No such date")
    assert not nothing.count()
    page.get_by_label("Compare with").select_option(str(RECORD.as_of))
    page.get_by_label("Only what differs").check()
    nothing.wait_for()
    page.get_by_label("Only what differs").uncheck()
    nothing.wait_for(state="detached")


def test_inputs_work_by_keyboard(shown):
    """Would catch an input that no key reaches or that changes nothing."""
    page = shown("moving_calendar")
    before = page.locator(".picture svg").inner_html()
    page.locator(".chart-view").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    page.keyboard.press("ArrowDown")
    page.wait_for_function("html => document.querySelector('.picture svg').innerHTML !== html", arg=before)
