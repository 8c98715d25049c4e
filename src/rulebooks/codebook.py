"""The codebook as data frames: what the record holds, what each column means, how deep the reading went."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .record import Record

CODED_TWICE = ["theme", "speech_act", "addressee", "legal_effect"]
READ = ["operative-text", "official-page", "translation", "secondary", "none"]
EVERYBODY = "all"


def tables(record: Record) -> pd.DataFrame:
    """Return one row a table: file, what a row is, number of rows.

    Returns
    -------
    pandas.DataFrame
        Columns ``table``, ``one row is``, ``rows``.
    """
    return pd.DataFrame(
        [
            (resource["name"], resource.get("description", ""), len(record.table(resource["name"])))
            for resource in record.descriptor["resources"]
        ],
        columns=["table", "one row is", "rows"],
    )


def columns(record: Record, table: str) -> pd.DataFrame:
    """Return one row a column of a table: name, meaning, how many cells are filled.

    Raises
    ------
    ValueError
        If the table is unknown.
    """
    rows = record.table(table)
    fields = _resource(record, table)["schema"]["fields"]
    return pd.DataFrame(
        [(field["name"], field.get("description", ""), int((rows[field["name"]] != "").sum())) for field in fields],
        columns=["column", "meaning", "filled"],
    )


def values(record: Record, table: str, column: str) -> pd.DataFrame:
    """Return one row a value of an enumerated column: value, definition, number of rows.

    Raises
    ------
    ValueError
        If the table is unknown, or the column has no enumeration.
    """
    field = next((f for f in _resource(record, table)["schema"]["fields"] if f["name"] == column), None)
    if field is None or "enumLabels" not in field:
        raise ValueError(f"{table}.{column} is not an enumerated column: see columns(record, {table!r})")
    counts = record.table(table)[column].value_counts()
    return pd.DataFrame(
        [(value, meaning, int(counts.get(value, 0))) for value, meaning in field["enumLabels"].items()],
        columns=["value", "definition", "rows"],
    )


def reading_depth(record: Record, table: str = "provisions") -> pd.DataFrame:
    """Return how the rows of a table were read, for each legal order: what was read, not what address is cited.

    Returns
    -------
    pandas.DataFrame
        Index ``jurisdiction``; columns are the values of ``read``; cells are numbers of rows.
    """
    rows = record.table(table)
    by = "jurisdiction" if "jurisdiction" in rows else "initiative"
    counts = pd.crosstab(rows[by], rows["read"])
    return counts.reindex(columns=READ, fill_value=0).rename_axis(index=by, columns=None)


def second_codings(record: Record) -> pd.DataFrame:
    """Return the points that were coded twice, with both codes of each variable.

    Returns
    -------
    pandas.DataFrame
        Columns ``point``, ``power`` (the proposer of its initiative), each coded variable as the record has it and,
        with the suffix ``_2``, as the second coder chose it, ``doubt``, ``summary``.
    """
    proposers = record.initiatives.set_index("id")["proposer"]
    first = record.points.assign(power=record.points["initiative"].map(proposers))
    first = first[["id", "power", *CODED_TWICE, "summary"]]
    both = record.second_codings.merge(first, left_on="point", right_on="id", suffixes=("_2", ""))
    pairs = [name for each in CODED_TWICE for name in (each, f"{each}_2")]
    return both[["point", "power", *pairs, "doubt", "summary"]]


def agreement(record: Record, draws: int = 2000, seed: int = 1) -> pd.DataFrame:
    """Return how far two coders agree on each variable, over all points coded twice and for each power.

    Krippendorff's alpha compares the share of pairs that differ with the share that would differ if the same codes had
    been dealt out at random: 1 is agreement throughout, 0 is no better than chance. Here the codes are nominal, the
    coders two, and no code is missing.

    Parameters
    ----------
    record : Record
    draws : int
        Samples of the bootstrap, drawn from the points with replacement.
    seed : int
        Start of the generator, so that two runs agree.

    Returns
    -------
    pandas.DataFrame
        Columns ``power``, ``variable``, ``points``, ``agreement`` (share of equal codes), ``alpha``, and ``low`` and
        ``high``, between which 95 in 100 of the samples lie; NaN where only one code was used, so that chance alone
        would agree throughout.
    """
    both = second_codings(record)
    powers = [EVERYBODY, *sorted(both["power"].unique())]
    rows = []
    for power in powers:
        part = both if power == EVERYBODY else both[both["power"] == power]
        for variable in CODED_TWICE:
            counts, equal = _codes(part[variable], part[f"{variable}_2"])
            everything = np.arange(len(part))[None, :]
            samples = np.random.default_rng(seed).integers(0, len(part), size=(draws, len(part)))
            spread = _alpha(counts, equal, samples)
            low, high = np.nanpercentile(spread, [2.5, 97.5]) if not np.isnan(spread).all() else (np.nan, np.nan)
            alpha = _alpha(counts, equal, everything)[0]
            rows.append((power, variable, len(part), equal.mean(), alpha, low, high))
    names = ["power", "variable", "points", "agreement", "alpha", "low", "high"]
    return pd.DataFrame(rows, columns=names).round(2)


def _codes(first: pd.Series, second: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each point, how often each code was given to it, and whether both coders gave the same."""
    codes = sorted({*first, *second})
    counts = np.array([[(a == code) + (b == code) for code in codes] for a, b in zip(first, second, strict=True)])
    return counts, first.to_numpy() == second.to_numpy()


def _alpha(counts: np.ndarray, equal: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Return Krippendorff's alpha of each sample of points, for two coders, nominal codes and none missing."""
    given = counts[samples].sum(axis=1)
    total = given.sum(axis=1)
    expected = 1 - (given * (given - 1)).sum(axis=1) / (total * (total - 1))
    observed = 1 - equal[samples].mean(axis=1)
    return 1 - np.divide(observed, expected, out=np.full(len(samples), np.nan), where=expected > 0)


def _resource(record: Record, table: str) -> dict:
    for resource in record.descriptor["resources"]:
        if resource["name"] == table:
            return resource
    raise ValueError(f"unknown table {table!r}: see tables(record)")
