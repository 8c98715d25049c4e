"""Regimes side by side: the same question asked of each order, on one day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import pandas as pd

from rulebooks.law import Answer, answers, days, known_id
from rulebooks.record import Record

BY_INSTRUMENT = ("legal-rank", "durability", "bearers")
COLUMNS = [
    "dimension",
    "jurisdiction",
    "provision",
    "cohort",
    "instrument",
    "pinpoint",
    "modality",
    "legal_effect",
    "bearer",
    "content",
    "verdict",
    "enforceable",
    "reason",
    "applies_from",
    "applies_until",
    "known_from",
    "source",
]


def compare(
    record: Record,
    dimensions: str | Iterable[str] | None = None,
    jurisdictions: str | Iterable[str] | None = None,
    as_of: date | str | None = None,
    known_on: date | str | None = None,
) -> pd.DataFrame:
    """Set the answers of several orders to the same questions side by side.

    Parameters
    ----------
    record : Record
    dimensions : str or list of str, optional
        Ids of ``record.dimensions``. Default: all, in their order.
    jurisdictions : str or list of str, optional
        Ids of ``record.jurisdictions``. Default: those that the
        descriptor compares (CN, EU and US) and those that an overlay added.
    as_of, known_on : date or str, optional
        The day asked about and the day on which one stands, as in :func:`rulebooks.in_force`.

    Returns
    -------
    pandas.DataFrame
        One row for each dimension, provision and cohort: provisions that apply, may apply, or are law and do not
        apply yet; not those that ended, never applied or were not law. A silence has the verdict "silence" on the day
        on which it was searched, and "cannot tell" on any other. Legal rank, durability and bearers are answered
        with one row for each instrument that has such provisions.
    """
    asked = _chosen(dimensions, record.dimensions["id"], "dimension")
    orders = _orders(record, jurisdictions)
    day, known = days(record, as_of, known_on)
    by_provision: dict[str, list[Answer]] = {}
    for answer in answers(record, day, known):
        if answer.stage == "law":
            by_provision.setdefault(answer.provision, []).append(answer)
    by_instrument: dict[tuple[str, str], list[dict[str, str]]] = {}
    by_dimension: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in record.provisions.to_dict("records"):
        if row["jurisdiction"] in orders:
            if row["id"] in by_provision:
                by_instrument.setdefault((row["jurisdiction"], row["instrument"]), []).append(row)
            for dimension in row["dimensions"].split(";"):
                by_dimension.setdefault((row["jurisdiction"], dimension.strip()), []).append(row)
    found = []
    for dimension in asked:
        for order in orders:
            if dimension in BY_INSTRUMENT:
                found.extend(_instruments(record, dimension, order, by_instrument, by_provision))
            else:
                mine = by_dimension.get((order, dimension), [])
                found.extend(_provisions(dimension, mine, by_provision, day, known))
    return pd.DataFrame(found, columns=COLUMNS, dtype="object")


def matrix(
    record: Record,
    dimensions: str | Iterable[str] | None = None,
    jurisdictions: str | Iterable[str] | None = None,
    as_of: date | str | None = None,
    known_on: date | str | None = None,
) -> pd.DataFrame:
    """Count the provisions, or for three dimensions the instruments, that apply on a day.

    Parameters are those of :func:`compare`.

    Returns
    -------
    pandas.DataFrame
        Counts with dimensions as index and jurisdictions as columns. A silence counts nothing.
    """
    rows = compare(record, dimensions, jurisdictions, as_of, known_on)
    rows = rows[rows["verdict"] == "yes"]
    counted = rows["provision"].where(rows["provision"] != "", rows["instrument"])
    groups = rows.assign(counted=counted).groupby(["dimension", "jurisdiction"])["counted"]
    counts = groups.nunique().unstack(fill_value=0)
    return counts.reindex(
        index=pd.Index(_chosen(dimensions, record.dimensions["id"], "dimension"), name="dimension"),
        columns=pd.Index(_orders(record, jurisdictions), name="jurisdiction"),
        fill_value=0,
    ).astype(int)


def _orders(record: Record, jurisdictions: str | Iterable[str] | None) -> list[str]:
    """Return the orders asked for; by default those that the descriptor compares and those of an overlay."""
    known = record.jurisdictions["id"].tolist()
    if jurisdictions is None:
        return [order for order in record.compared if order in known]
    return _chosen(jurisdictions, known, "jurisdiction")


def _chosen(wanted: str | Iterable[str] | None, known: pd.Series | list[str], what: str) -> list[str]:
    """Return the ids asked for, each once, or all of them."""
    if wanted is None:
        return list(known)
    chosen = [wanted] if isinstance(wanted, str) else list(dict.fromkeys(wanted))
    for each in chosen:
        known_id(each, known, what)
    return chosen


def _provisions(
    dimension: str, rows: list[dict[str, str]], by_provision: dict[str, list[Answer]], day: str, known: str
) -> Iterator[tuple[str, ...]]:
    """Yield the rows of one order on one dimension."""
    for row in rows:
        about = tuple(row[name] for name in ("instrument", "pinpoint", "modality", "legal_effect", "bearer", "content"))
        if row["modality"] == "silence":
            searched = day == row["checked"] <= known
            reason = f"searched on {row['checked']}" + (": none found" if searched else "")
            verdict = "silence" if searched else "cannot tell"
            dates = (verdict, "", reason, "", "", row["checked"], row["source"])
            yield dimension, row["jurisdiction"], row["id"], "all", *about, *dates
            continue
        for answer in by_provision.get(row["id"], []):
            dates = (
                answer.verdict,
                answer.enforceable,
                answer.reason,
                answer.statement.applies_from,
                answer.statement.applies_until,
                answer.statement.known_from,
                row["source"],
            )
            yield dimension, row["jurisdiction"], row["id"], answer.cohort, *about, *dates


def _instruments(
    record: Record,
    dimension: str,
    order: str,
    by_instrument: dict[tuple[str, str], list[dict[str, str]]],
    by_provision: dict[str, list[Answer]],
) -> Iterator[tuple[str, ...]]:
    """Yield one row for each instrument of an order that has provisions to show."""
    labels = {
        field["name"]: field.get("enumLabels", {})
        for resource in record.descriptor["resources"]
        if resource["name"] == "instruments"
        for field in resource["schema"]["fields"]
    }
    for instrument in record.instruments.to_dict("records"):
        mine = by_instrument.get((order, instrument["id"]), [])
        if instrument["jurisdiction"] != order or not mine:
            continue
        found = [answer for row in mine for answer in by_provision[row["id"]]]
        bearers = "; ".join(sorted({row["bearer"] for row in mine if row["bearer"]}))
        if dimension == "legal-rank":
            rank = f"Rank {instrument['rank']}" if instrument["rank"] else "No rank"
            content = f"{rank}: {instrument['kind']}, issued by {instrument['issuer'] or 'its parties'}."
        elif dimension == "durability":
            content = labels["durability"].get(instrument["durability"], "Not coded.")
        else:
            content = f"Bearers: {bearers or 'none coded'}."
        yield (
            dimension,
            order,
            "",
            "all",
            instrument["id"],
            "",
            "",
            _only(row["legal_effect"] for row in mine),
            bearers if dimension == "bearers" else "",
            content,
            _best(answer.verdict for answer in found),
            _best(answer.enforceable for answer in found),
            "the most that one of its provisions answers",
            "",
            "",
            min(answer.statement.known_from for answer in found),
            instrument["source"],
        )


def _best(values: Iterable[str]) -> str:
    """Return yes if one is, else cannot tell if one is, else no."""
    seen = set(values)
    return next(value for value in ("yes", "cannot tell", "no") if value in seen)


def _only(values: Iterable[str]) -> str:
    """Return the values, each once, as a list cell."""
    return "; ".join(sorted(set(values)))
