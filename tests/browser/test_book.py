"""The built book's own explorers and charts, driven as a reader would, over http and from a file."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

PAGE = "chapters/how_to_use.html"


@pytest.fixture(params=["http", "file"])
def book(request, page_guard, site_url, built_site):
    """The chapter with both explorers, opened from a server and from a folder."""
    page_guard.goto(f"{site_url}/{PAGE}" if request.param == "http" else (built_site / PAGE).as_uri())
    return page_guard


def explorer(page, name: str):
    """Return one explorer of the page, alive."""
    place = page.locator(f"#explorer-{name}")
    place.scroll_into_view_if_needed()
    place.get_by_role("status").first.wait_for()
    return place


def rows_of(place) -> int:
    """Return the number of rows that the live line announces."""
    return int(re.match(r"[\d,]+", place.get_by_role("status").first.inner_text())[0].replace(",", ""))


def test_compare_regimes_answers_in_the_book(book):
    """Would catch an explorer that is dead on the built page, or a control that changes nothing there."""
    place = explorer(book, "labels")
    seen = [rows_of(place)]
    for act in (
        lambda: place.get_by_label("Dimension").select_option("minors"),
        lambda: place.get_by_label("China", exact=True).uncheck(),
        lambda: place.get_by_label("Legal effect").select_option(label="general"),
        lambda: place.get_by_label("Known on").fill("2023-01-01"),
        lambda: place.get_by_label("As of").fill("2022-12-01"),
    ):
        act()
        book.keyboard.press("Tab")
        seen.append(rows_of(place))
    assert seen[0] > 0
    assert all(before != after for before, after in pairwise(seen[:4])), seen
    assert "#~" in book.url
    assert re.search(r"known on:? 2023-01-01|2023-01-01", place.inner_text())


def test_read_the_initiatives_answers_in_the_book(book):
    """Would catch the second explorer of a page overwriting the first, or sharing its state."""
    other = rows_of(explorer(book, "labels"))
    place = explorer(book, "capacity")
    start = rows_of(place)
    place.get_by_label("Theme").select_option(label="All themes")
    every = rows_of(place)
    place.get_by_label("European Union").uncheck()
    without = rows_of(place)
    place.get_by_label("Initiative", exact=True).select_option("gaigi")
    assert start < every
    assert without < every
    assert rows_of(place) == 11
    assert rows_of(explorer(book, "labels")) == other


def test_a_bound_input_filters_its_chart(book):
    """Would catch a chart whose check box is drawn and does nothing, or cannot be reached by keyboard."""
    figure = book.locator("figure.chart").first
    figure.scroll_into_view_if_needed()
    marks = figure.locator(".chart-view svg .mark-symbol path")
    marks.first.wait_for()
    before = marks.count()
    box = figure.get_by_label(re.compile("Only dates that moved"))
    box.focus()
    book.keyboard.press("Space")
    book.wait_for_function(
        "count => document.querySelectorAll('figure.chart .mark-symbol path').length < count", arg=before
    )
    assert 0 < marks.count() < before
