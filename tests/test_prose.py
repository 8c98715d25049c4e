"""Computed numbers and dates in prose."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebooks import prose


def test_rewrites_in_every_place_that_prose_allows():
    """Would catch a number that refresh misses in bold, a list, a table or a note."""
    text = "**3<!--= a -->** of\n- 4<!--= b -->\n\n| 5<!--= c --> | x |\n\n[^n]: 1 May 2024<!--= d -->"
    assert [each.value for each in prose.find(text)] == ["3", "4", "5", "1 May 2024"]
    new = prose.replace(text, [10, 11_000, 2.5, datetime.date(2026, 7, 24)])
    assert [each.value for each in prose.find(new)] == ["10", "11,000", "2.5", "24 July 2026"]
    assert [each.expression for each in prose.find(new)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("text", ["eleven<!--= 11 -->", "11 <!--= 11 -->", "11<!--= a--b -->", "11<!--= a | b -->"])
def test_refuses_an_expression_that_would_never_be_checked(text):
    """Would catch an expression that stands behind no number, so that the number beside it goes stale unseen."""
    with pytest.raises(ValueError, match="expression"):
        prose.find(text)


@given(st.one_of(st.integers(0, 10**9), st.dates(datetime.date(1900, 1, 1)), st.integers(0, 10**6).map(np.int64)))
def test_what_is_written_is_found_again(value):
    """Would catch a value that is written in a form which the next refresh cannot read."""
    written = prose.format_value(value)
    assert prose.find(f"{written}<!--= x -->") == [prose.Computed(written, "x")]


@pytest.mark.parametrize("value", [True, None, "text", [1]])
def test_refuses_what_is_no_number(value):
    """Would catch prose that prints True or None where a reader expects a number."""
    with pytest.raises(ValueError, match="number or a date"):
        prose.format_value(value)


def test_keeps_the_form_of_a_date():
    """Would catch an ISO date in a table turned into words."""
    assert prose.format_value("2026-07-24", like="2024-01-01") == "2026-07-24"
    assert prose.format_value("2017-07") == "July 2017"
