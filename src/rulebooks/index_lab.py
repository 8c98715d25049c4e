"""Composite indices taken apart: normalise, weigh, aggregate, and ask whether a ranking survives.

The steps follow the Handbook on Constructing Composite Indicators (OECD and Joint Research Centre, 2008); sampling the
choices to see how far ranks move follows Saisana, Saltelli and Tarantola, "Uncertainty and sensitivity analysis
techniques as tools for the quality assessment of composite indicators", Journal of the Royal Statistical Society A
168(2), 2005. A frame of components has one row for each unit and one column for each component; more is better. With
few units ranks are coarse: three units have six orders, and a small change of weights can jump over half of them.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from rulebooks.record import Record

NORMALISATIONS = ("min-max", "z-score", "rank")
AGGREGATIONS = ("arithmetic", "geometric")


def components(record: Record, series: list[str] | None = None, units: list[str] | None = None) -> pd.DataFrame:
    """Return the latest value of each series for the jurisdictions that have all of them.

    Parameters
    ----------
    record : Record
    series : list of str, optional
        Names in ``record.indicators.series``; by default those that begin with "readiness: ".
    units : list of str, optional
        Jurisdictions; by default all that have every series.

    Returns
    -------
    pandas.DataFrame
        One row for each unit, one column for each series.

    Raises
    ------
    ValueError
        If a series is unknown, a named unit lacks one, or fewer than two units are left.
    """
    rows = record.indicators
    names = series or sorted(rows.loc[rows["series"].str.startswith("readiness: "), "series"].unique())
    for name in names:
        if name not in set(rows["series"]):
            raise ValueError(f"unknown series {name!r}: see record.indicators.series")
    rows = rows[rows["series"].isin(names)].sort_values("date", kind="stable")
    wide = rows.groupby(["jurisdiction", "series"])["value"].last().unstack().reindex(columns=names)
    wide = wide.apply(pd.to_numeric)
    if units is not None:
        for unit in units:
            if unit not in wide.index or wide.loc[unit].isna().any():
                raise ValueError(f"{unit!r} lacks a value of one of the series {names}")
        wide = wide.loc[units]
    wide = wide.dropna()
    if len(wide) < 2:
        raise ValueError(f"fewer than two jurisdictions have all of the series {names}")
    return wide.rename_axis(index="unit", columns="component")


def normalise(values: pd.DataFrame, method: str = "min-max") -> pd.DataFrame:
    """Bring components to one scale, on which every value is above zero.

    Parameters
    ----------
    values : pandas.DataFrame
        Units by components.
    method : {"min-max", "z-score", "rank"}
        From 1 for the worst unit to 100 for the best; 50 and ten for each standard deviation from the mean; or the
        number of the place from below, ties sharing their mean. A component on which all agree is 50 everywhere for
        the first two.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ValueError
        If the method is unknown, or if a z-score so far below the mean has no place above zero.
    """
    _one_of(method, NORMALISATIONS, "normalisation")
    if method == "rank":
        return values.rank()
    spread = values.max() - values.min()
    level = spread == 0
    if method == "min-max":
        scaled = 1 + 99 * (values - values.min()) / spread.mask(level, 1)
    else:
        scaled = 50 + 10 * (values - values.mean()) / values.std(ddof=0).mask(level, 1)
        if (scaled <= 0).any(axis=None):
            raise ValueError("a unit lies five standard deviations below the mean: use min-max or rank")
    return scaled.mask(level, 50.0, axis=1)


def aggregate(values: pd.DataFrame, weights: pd.Series | None = None, method: str = "arithmetic") -> pd.Series:
    """Return one score for each unit: the weighted mean of its normalised components.

    Parameters
    ----------
    values : pandas.DataFrame
        Units by components, from `normalise`.
    weights : pandas.Series, optional
        A number of at least zero for each component; equal by default. Only their shares count.
    method : {"arithmetic", "geometric"}
        A geometric mean lets a strong component make up less for a weak one.

    Returns
    -------
    pandas.Series

    Raises
    ------
    ValueError
        If the method is unknown, or weights are missing, negative or all zero.
    """
    _one_of(method, AGGREGATIONS, "aggregation")
    weights = pd.Series(1.0, index=values.columns) if weights is None else weights.reindex(values.columns)
    if weights.isna().any() or (weights < 0).any() or weights.sum() == 0:
        raise ValueError("weights: one number of at least zero for each component, not all of them zero")
    shares = weights / weights.sum()
    if method == "arithmetic":
        return values.mul(shares).sum(axis=1)
    return np.exp(np.log(values).mul(shares).sum(axis=1))


def ranks(scores: pd.Series) -> pd.Series:
    """Return places, 1 for the highest score; equal scores, to nine decimals, share the better place."""
    return scores.round(9).rank(ascending=False, method="min").astype(int)


def rank_intervals(
    values: pd.DataFrame, draws: int = 1000, seed: int = 1, level: float = 0.9, leave_one_out: bool = True
) -> pd.DataFrame:
    """Sample the choices behind an index and return how far each unit's place moves.

    Each draw takes weights from a flat Dirichlet distribution, one of the normalisations and one of the aggregations;
    where `leave_one_out`, it also leaves out one component at random in half of the draws.

    Parameters
    ----------
    values : pandas.DataFrame
        Units by components, not normalised.
    draws : int
    seed : int
    level : float
        Share of draws within the interval.
    leave_one_out : bool

    Returns
    -------
    pandas.DataFrame
        For each unit: low, median and high place, and the share of draws in which it comes first.
    """
    chance = np.random.default_rng(seed)
    scaled = {method: normalise(values, method) for method in NORMALISATIONS}
    choices = list(product(NORMALISATIONS, AGGREGATIONS))
    places = []
    for _ in range(draws):
        weights = pd.Series(chance.dirichlet(np.ones(values.shape[1])), index=values.columns)
        normalisation, aggregation = choices[chance.integers(len(choices))]
        if leave_one_out and values.shape[1] > 1 and chance.random() < 0.5:
            weights.iloc[chance.integers(len(weights))] = 0
        places.append(ranks(aggregate(scaled[normalisation], weights, aggregation)))
    sampled = pd.DataFrame(places)
    tail = (1 - level) / 2
    return pd.DataFrame(
        {
            "low": sampled.quantile(tail, interpolation="lower").astype(int),
            "median": sampled.median(),
            "high": sampled.quantile(1 - tail, interpolation="higher").astype(int),
            "first": (sampled == 1).mean(),
        }
    )


def _one_of(value: str, choices: tuple[str, ...], what: str) -> None:
    """Raise ValueError unless the value is one of the choices."""
    if value not in choices:
        raise ValueError(f"unknown {what} {value!r}: one of {', '.join(choices)}")
