"""The index lab: what no choice of weights may break, and what bad input is told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebooks import index_lab, load

NUMBERS = st.integers(0, 100).map(float)


@st.composite
def tables(draw):
    """Units by components, with weights."""
    units, columns = draw(st.integers(2, 6)), draw(st.integers(1, 5))
    cells = draw(st.lists(NUMBERS, min_size=units * columns, max_size=units * columns))
    values = pd.DataFrame(np.reshape(cells, (units, columns)), index=list("abcdef"[:units])).add_prefix("c")
    weights = draw(st.lists(st.integers(1, 9), min_size=columns, max_size=columns))
    return values, pd.Series(weights, index=values.columns, dtype=float)


every_way = pytest.mark.parametrize(
    ("normalisation", "aggregation"), [(n, a) for n in index_lab.NORMALISATIONS for a in index_lab.AGGREGATIONS]
)


def scores(values, weights, normalisation, aggregation):
    """Normalise, weigh and aggregate."""
    return index_lab.aggregate(index_lab.normalise(values, normalisation), weights, aggregation)


@every_way
@given(table=tables(), factor=st.sampled_from([0.5, 2.0, 1000.0]), shift=st.sampled_from([-50.0, 0.0, 7.0]))
@settings(max_examples=40, deadline=None)
def test_units_of_measure_do_not_matter(normalisation, aggregation, table, factor, shift):
    """Would catch an index that changes when a component is counted in other units."""
    values, weights = table
    other = values.assign(c0=values["c0"] * factor + shift)
    pd.testing.assert_series_equal(
        scores(values, weights, normalisation, aggregation), scores(other, weights, normalisation, aggregation)
    )


@every_way
@given(table=tables())
@settings(max_examples=40, deadline=None)
def test_better_on_all_is_never_below(normalisation, aggregation, table):
    """Would catch a method that ranks a unit below one that it beats or equals on every component."""
    values, weights = table
    places = index_lab.ranks(scores(values, weights, normalisation, aggregation))
    for one in values.index:
        for other in values.index:
            if (values.loc[one] >= values.loc[other]).all():
                assert places[one] <= places[other]


@pytest.mark.parametrize("normalisation", ["min-max", "rank"])
@pytest.mark.parametrize("aggregation", index_lab.AGGREGATIONS)
@given(table=tables(), gain=st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_a_gain_never_costs_a_place(normalisation, aggregation, table, gain):
    """Would catch a method by which a unit falls because it has improved (z-scores can do that, and are left out)."""
    values, weights = table
    better = values.copy()
    better.loc["a", "c0"] += gain
    before = index_lab.ranks(scores(values, weights, normalisation, aggregation))
    after = index_lab.ranks(scores(better, weights, normalisation, aggregation))
    assert after["a"] <= before["a"]


@given(table=tables())
@settings(max_examples=10, deadline=None)
def test_intervals_hold_every_certain_place(table):
    """Would catch an interval that leaves out the place of a unit that leads on every component."""
    values, _ = table
    best = values + 0
    best.loc["a"] = 101.0
    found = index_lab.rank_intervals(best, draws=40)
    assert tuple(found.loc["a", ["low", "high", "first"]]) == (1, 1, 1.0)
    assert (found["low"] <= found["median"]).all()
    assert (found["median"] <= found["high"]).all()


def test_intervals_are_the_same_on_every_run():
    """Would catch a seed that is not fixed: two runs of refresh would differ."""
    values = index_lab.components(load())
    pd.testing.assert_frame_equal(index_lab.rank_intervals(values, 50), index_lab.rank_intervals(values, 50))


def test_by_hand():
    """Would catch a wrong formula: two units, two components, counted by hand."""
    values = pd.DataFrame({"x": [0.0, 10.0], "y": [3.0, 1.0]}, index=["a", "b"])
    scaled = index_lab.normalise(values)
    assert scaled.to_numpy().tolist() == [[1, 100], [100, 1]]
    weights = pd.Series({"x": 3, "y": 1})
    assert index_lab.aggregate(scaled, weights).round(2).to_list() == [25.75, 75.25]
    assert index_lab.aggregate(scaled, weights, "geometric").round(2).to_list() == [3.16, 31.62]
    assert index_lab.normalise(values, "z-score").to_numpy().tolist() == [[40, 60], [60, 40]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: index_lab.components(load(), ["nothing"]), "nothing"),
        (lambda: index_lab.components(load(), units=["CN", "US-CO"]), "US-CO"),
        (lambda: index_lab.normalise(pd.DataFrame({"x": [1, 2]}), "log"), "log"),
        (lambda: index_lab.aggregate(pd.DataFrame({"x": [1, 2]}), method="harmonic"), "harmonic"),
        (lambda: index_lab.aggregate(pd.DataFrame({"x": [1, 2]}), pd.Series({"x": 0})), "weights"),
    ],
)
def test_bad_input_is_named(call, message):
    """Would catch an unknown series, unit or method that ends in a traceback that does not name it."""
    with pytest.raises(ValueError, match=message):
        call()
