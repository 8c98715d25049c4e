"""Penalties: how high the ceiling lies for a firm of one turnover and size."""

from __future__ import annotations

import pandas as pd

from rulebooks.law import in_force, known_id
from rulebooks.record import Record

SIZES = {"large": "undertakings", "small mid-cap": "small mid-caps", "SME": "SMEs and start-ups"}
CURRENCIES = {"CN": "CNY", "EU": "EUR", "US": "USD"}
COLUMNS = [
    "penalty",
    "provision",
    "jurisdiction",
    "instrument",
    "title",
    "pinpoint",
    "who",
    "per",
    "currency",
    "amount",
    "share",
    "lower",
    "counted",
    "sizes",
    "breaches",
    "applies",
]


def terms(record: Record) -> pd.DataFrame:
    """Return the terms of every penalty that has a ceiling in money: what `ceilings` and the chart compute from.

    Parameters
    ----------
    record : Record

    Returns
    -------
    pandas.DataFrame
        ``amount`` in the currency of the order, or missing; ``share`` of one turnover, or missing (a share of a daily
        turnover is divided by 365); ``lower`` where the lower of the two is the ceiling, else the higher;
        ``counted`` "once", "each violation" or "each day"; ``sizes`` of firms and ``breaches``, the dimensions
        of the provisions that it sanctions; ``applies``, the verdict on the record's day.
    """
    provisions = record.provisions.set_index("id")
    titles = record.instruments.set_index("id")["title"]
    sanctions = record.relations[record.relations["relation"] == "sanctions"].groupby("subject")["object"].agg(list)
    verdicts = in_force(record).groupby("provision")["verdict"].agg(set)
    own_rows = {
        provision: {size for size, word in SIZES.items() if word in set(who)}
        for provision, who in record.penalties.groupby("provision")["who"]
    }
    rows = []
    for row in record.penalties.itertuples(index=False):
        amount = float(row.max) if row.max else None
        share = float(row.turnover_pct) / 100 if row.turnover_pct else None
        if amount is None and share is None:
            continue
        daily = row.per == "day" or row.per.startswith(("day ", "day,"))
        breached = [each for each in sanctions.get(row.provision, []) if each in provisions.index] or [row.provision]
        dimensions = {each for id_ in breached for each in provisions.loc[id_, "dimensions"].split("; ") if each}
        named = {word: size for size, word in SIZES.items()}.get(row.who)
        # A general row also holds for the sizes that have no row of their own.
        sizes = [
            size
            for size in SIZES
            if size == named or (named in (None, "large") and size not in own_rows[row.provision])
        ]
        found = verdicts.get(row.provision, set())
        rows.append(
            (
                row.id,
                row.provision,
                provisions.loc[row.provision, "jurisdiction"],
                provisions.loc[row.provision, "instrument"],
                titles[provisions.loc[row.provision, "instrument"]],
                provisions.loc[row.provision, "pinpoint"],
                row.who,
                row.per,
                row.currency or CURRENCIES[provisions.loc[row.provision, "jurisdiction"][:2]],
                amount,
                share / 365 if share is not None and daily else share,
                row.rule == "lower-of",
                "each day"
                if daily
                else "each violation"
                if row.rule == "per-violation" or "violation" in row.per
                else "once",
                sizes,
                sorted(dimensions),
                "yes" if "yes" in found else "cannot tell" if "cannot tell" in found else "no",
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def ceilings(record: Record, turnover: float, size: str = "large", breach: str | None = None) -> pd.DataFrame:
    """Return the ceiling of each penalty for one firm, each in the currency of its order.

    A ceiling for each violation or day is left as it stands: nothing is multiplied. Nothing is converted either:
    `turnover` is a number of units of whatever currency the order counts in. Where an order lets the authority choose
    between an amount and a share of turnover, the higher is the ceiling.

    Parameters
    ----------
    record : Record
    turnover : float
        Worldwide turnover of the year before; where the law counts another one, that one.
    size : {"large", "small mid-cap", "SME"}
        The AI Act takes the lower of two ceilings for small firms (Article 99(6)).
    breach : str, optional
        A dimension: keep the penalties for provisions that answer it.

    Returns
    -------
    pandas.DataFrame
        The columns of `terms`, and ``ceiling``.

    Raises
    ------
    ValueError
        If the turnover is negative, or the size or dimension unknown.
    """
    if not turnover >= 0:
        raise ValueError(f"turnover {turnover!r} is not a number of at least zero")
    if size not in SIZES:
        raise ValueError(f"unknown size {size!r}: one of {', '.join(SIZES)}")
    found = terms(record)
    found = found[[size in sizes for sizes in found["sizes"]]]
    if breach is not None:
        known_id(breach, record.dimensions["id"], "dimension")
        found = found[[breach in breaches for breaches in found["breaches"]]]
    return found.assign(ceiling=ceilings_of(found, turnover)).reset_index(drop=True)


def ceilings_of(found: pd.DataFrame, turnover: float) -> pd.Series:
    """Return the ceiling that each row of `terms` sets at one turnover."""
    both = pd.DataFrame({"amount": found["amount"], "share": found["share"] * turnover}).astype(float)
    return both.max(axis=1).mask(found["lower"], both.min(axis=1))
