"""One yardstick: what the record holds on each power, how deep it was read, and who speaks for and against."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from .law import in_force
from .record import Record
from .references import bibliography, split_source

FIRST_HAND = ("operative-text", "official-page")
SEVERAL = "several"
NOBODY = "none"
READ_TABLES = ("instruments", "provisions", "application", "actions", "initiatives", "points")
CITED_TABLES = ("instruments", "provisions", "application", "actions", "points", "readings", "dated_claims")


def powers(record: Record) -> list[str]:
    """Return the powers that are compared, with the orders that an overlay adds."""
    return record.compared


def power_of(record: Record) -> dict[str, str]:
    """Return the power to which each row with an id belongs: its state, city or member state counts with it.

    Returns
    -------
    dict of str to str
        Rows of treaties, of several powers or of others have no entry.
    """
    parents = record.jurisdictions.set_index("id")["parent"].to_dict()

    def top(order: str) -> str:
        while parents.get(order):
            order = parents[order]
        return order

    held = {}
    for name in ("instruments", "provisions", "actions", "events", "indicators"):
        held |= zip(record.table(name)["id"], record.table(name)["jurisdiction"].map(top), strict=True)
    held |= zip(record.initiatives["id"], record.initiatives["proposer"], strict=True)
    for name, column in (("points", "initiative"), ("penalties", "provision"), ("cohorts", "instrument")):
        table = record.table(name)
        held |= {row: held.get(of, "") for row, of in zip(table["id"], table[column], strict=True)}
    known = powers(record)
    return {row: power for row, power in held.items() if power in known}


def rows(record: Record) -> pd.DataFrame:
    """Count what the record holds on each power, and how it was read.

    Returns
    -------
    pandas.DataFrame
        Powers across. Lines: numbers of rows in each table, provisions that apply, and the shares, in per cent, of
        rows for which the text or an official page was read, and of rows of high confidence.
    """
    held = power_of(record)
    law = in_force(record)
    apply = set(law.loc[law["verdict"] == "yes", "provision"])
    counts: dict[str, Counter] = {power: Counter() for power in powers(record)}
    for name in READ_TABLES:
        for row in record.table(name).to_dict("records"):
            power = held.get(row["provision"] if name == "application" else row["id"])
            if power is None or row.get("modality") == "silence":
                continue
            counts[power][name] += 1
            counts[power]["all"] += 1
            counts[power]["first hand"] += row["read"] in FIRST_HAND
            counts[power]["high"] += row["confidence"] == "high"
            counts[power]["provisions that apply"] += name == "provisions" and row["id"] in apply
    for row in record.provisions.to_dict("records"):
        if row["modality"] == "silence" and row["id"] in held:
            counts[held[row["id"]]]["silences"] += 1
    lines = [*READ_TABLES, "provisions that apply", "silences"]
    table = pd.DataFrame({power: [found[line] for line in lines] for power, found in counts.items()}, index=lines)
    for line, what in (("read first hand, %", "first hand"), ("high confidence, %", "high")):
        table.loc[line] = [round(100 * found[what] / found["all"]) for found in counts.values()]
    return table.rename_axis(index="rows", columns="power")


def reading(record: Record) -> pd.DataFrame:
    """Count how the rows of each power were read, in all the tables that say so.

    Returns
    -------
    pandas.DataFrame
        Columns ``power``, ``read``, ``rows``, ``share`` (per cent of the power's rows).
    """
    held = power_of(record)
    found = []
    for name in READ_TABLES:
        table = record.table(name)
        if name == "provisions":
            table = table[table["modality"] != "silence"]
        owner = table["provision" if name == "application" else "id"].map(held)
        found.append(pd.DataFrame({"power": owner, "read": table["read"]}).dropna())
    counts = pd.concat(found).value_counts(["power", "read"]).rename("rows").reset_index()
    counts["share"] = (100 * counts["rows"] / counts.groupby("power")["rows"].transform("sum")).round(1)
    return counts.sort_values(["power", "read"]).reset_index(drop=True)


def concerned(record: Record, cells: pd.Series) -> pd.Series:
    """Return the power with which list cells of row ids are concerned: two thirds or more of them belong to it.

    Returns
    -------
    pandas.Series
        A power; "several" where none has two thirds; "none" where no row belongs to a power.
    """
    held = power_of(record)

    def main(ids: list[str]) -> str:
        counts = Counter(held[each] for each in ids if each in held)
        if not counts:
            return NOBODY
        [(power, most)] = counts.most_common(1)
        return power if 3 * most >= 2 * counts.total() else SEVERAL

    return cells.map(lambda cell: main([each.strip() for each in cell.split(";")]))


def readings(record: Record) -> pd.DataFrame:
    """Return the readings of contested claims, each with the power that its claim concerns.

    Returns
    -------
    pandas.DataFrame
        The columns of ``readings`` and ``power``, which is the same for all readings of a claim.
    """
    joined = record.readings.groupby("claim", sort=False)["rows"].agg("; ".join)
    power = concerned(record, joined)
    return record.readings.assign(power=record.readings["claim"].map(power))


def practice(record: Record) -> pd.DataFrame:
    """Count, for the points of each power, what stands behind them at home and what is said against them.

    Returns
    -------
    pandas.DataFrame
        Powers across. Lines: points, initiatives; and in per cent of points: provisions at home named, none found,
        texts between states named, a contrary case entered.
    """
    points = record.points.assign(power=record.points["id"].map(power_of(record)))
    known = powers(record)
    groups = points[points["power"].isin(known)].groupby("power")
    shares = {
        "provision at home named, %": ~points["domestic"].isin(["", "none-found"]),
        "none found at home, %": points["domestic"] == "none-found",
        "text between states named, %": points["multilateral"] != "",
        "contrary case entered, %": points["contrary"] != "",
    }
    table = pd.DataFrame({"points": groups.size(), "initiatives": groups["initiative"].nunique()})
    for line, holds in shares.items():
        table[line] = (100 * holds.groupby(points["power"]).mean()).round()
    return table.reindex(known, fill_value=0).astype(int).T.rename_axis(index="points", columns="power")


def dated_claims(record: Record) -> pd.DataFrame:
    """Count the verdicts on dated claims by the power that they concern.

    Returns
    -------
    pandas.DataFrame
        Powers as index, verdicts as columns.
    """
    power = concerned(record, record.dated_claims["rows"])
    return pd.crosstab(power, record.dated_claims["verdict"]).rename_axis(index="power", columns=None)


def languages(record: Record) -> pd.DataFrame:
    """Count the references on which the rows of each power rest, by the language of the reference.

    Returns
    -------
    pandas.DataFrame
        Powers as index, languages as columns; a reference counts once for each power.
    """
    held = power_of(record)
    entries = bibliography(record)
    of_claims = readings(record).set_index("id")["power"].to_dict()
    of_dated = dict(zip(record.dated_claims["id"], concerned(record, record.dated_claims["rows"]), strict=True))
    owners = {**held, **of_claims, **of_dated}
    known = powers(record)
    cited = {
        (owners.get(row["provision"] if name == "application" else row["id"]), key)
        for name in CITED_TABLES
        for row in record.table(name).to_dict("records")
        for key, _ in split_source(row["source"])
    }
    found = [(power, entries[key].fields.get("langid", "not stated")) for power, key in cited if power in known]
    table = pd.DataFrame(sorted(found), columns=["power", "language"])
    return pd.crosstab(table["power"], table["language"]).rename_axis(columns=None)
