"""Every chart as a page draws it, without the build: in both themes, on a telephone, with its inputs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import vl_convert
from axe_playwright_python.sync_playwright import Axe
from test_charts import CHARTS

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
every_chart = pytest.mark.parametrize("name", CHARTS)


@pytest.fixture(scope="session")
def charts_url(tmp_path_factory, serve):
    """Address of one page for each chart, as the book would show it, and the scripts that they load."""
    folder = tmp_path_factory.mktemp("charts")
    for file, text in (assets.drawing(), assets.drawer()):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    shutil.copy(BOOK_CSS, folder / "book.css")
    scripts = {"drawer": assets.drawer()[0], "drawing": assets.drawing()[0]}
    for name, draw in CHARTS.items():
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
    label = page.locator(".picture svg :is(.role-axis-label, .role-legend-label, .role-title-text) text").first
    before = label.get_attribute("fill")
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
    count = svg.evaluate("svg => svg.querySelectorAll('path, text, rect').length")
    turn_dark(page)
    assert label.get_attribute("fill") != before
    after = [field.evaluate("e => e.type === 'checkbox' ? e.checked : e.value") for field in bound(page)]
    assert after == chosen
    assert svg.evaluate("svg => svg.querySelectorAll('path, text, rect').length") == count


@every_chart
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(name, width, shown):
    """Would catch an input without a name, marks that a screen reader takes for pictures, too pale a letter."""
    page = shown(name, width)
    found = [Axe().run(page)]
    turn_dark(page)
    found.append(Axe().run(page))
    assert not [each.generate_report() for each in found if each.violations_count]


@every_chart
def test_fits_a_telephone_and_follows_the_width(name, shown):
    """Would catch a chart wider than a telephone, or one that keeps its width when the window changes."""
    page = shown(name, 390)
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


@every_chart
def test_labels_are_whole(name, shown):
    """Would catch an axis label that ends in dots because it is longer than its place."""
    for width in (1280, 390):
        labels = shown(name, width).locator(".picture svg .role-axis-label text").all_text_contents()
        assert labels
        assert not [label for label in labels if label.endswith("…")]


def test_chart_beyond_the_library_is_named():
    """Would catch a chart that needs a part of Vega that the page does not carry."""
    needs = {
        "data": [{"name": "a", "transform": [{"type": "regression"}]}],
        "marks": [{"transform": [{"type": "label"}]}],
    }
    assert [fault.split(",")[0] for fault in render.beyond(needs)] == ["needs label", "needs regression"]
