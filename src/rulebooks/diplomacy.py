"""Initiatives and their points."""

from __future__ import annotations

import pandas as pd

from rulebooks.law import known_id
from rulebooks.record import Record


def points(record: Record, initiative: str | None = None) -> pd.DataFrame:
    """Return the coded points, of one initiative or of all, in the order of the record.

    Parameters
    ----------
    record : Record
    initiative : str, optional
        An id of ``record.initiatives``; another one raises ValueError.

    Returns
    -------
    pandas.DataFrame
        The columns of ``points``.
    """
    rows = record.points
    if initiative is not None:
        known_id(initiative, record.initiatives["id"], "initiative")
        rows = rows[rows["initiative"] == initiative]
    return rows.reset_index(drop=True)
