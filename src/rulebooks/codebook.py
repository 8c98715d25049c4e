"""The codebook as data frames: what the record holds, what each column means, how deep the reading went."""

from __future__ import annotations

import pandas as pd

from .record import Record

READ = ["operative-text", "official-page", "translation", "secondary", "none"]


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


def _resource(record: Record, table: str) -> dict:
    for resource in record.descriptor["resources"]:
        if resource["name"] == table:
            return resource
    raise ValueError(f"unknown table {table!r}: see tables(record)")
