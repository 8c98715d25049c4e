"""What an explorer shows, compiled from the record: the same data for a live view and for a page."""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

from rulebooks.record import Record
from rulebooks.references import bibliography, printed_references, sources


class Compiled(NamedTuple):
    """The data of one kind of explorer.

    Attributes
    ----------
    kind : str
        The name of the function that makes such an explorer.
    title : str
        Its accessible name, unless the author gives another.
    definition : dict
        Controls, predicates, columns, layout and wording: what the module draws. Its ``fields`` are the columns of
        ``Explorer.selection`` and of what a reader takes away.
    rows : list of dict
        The rows that can be shown, in the record's order.
    rectangles : dict
        For each row with dates, what :func:`rulebooks.explorers.controls.answer` reads.
    citations : dict of str to str
        References as text, by the key of a source.
    rules : rulebooks.scenario.Rules, optional
        The formulas that the predicate "meets" asks, as Python holds them.
    """

    kind: str
    title: str
    definition: dict
    rows: list[dict]
    rectangles: dict
    citations: dict[str, str]
    rules: object = None

    @property
    def text(self) -> str:
        """Return what a page needs, as canonical JSON: every reference and every repeated value is written once."""
        places: dict[str, int] = {}
        references = []
        rows = []
        for row in self.rows:
            links = []
            for link in row.get("sources", []):
                if link["key"] not in places:
                    places[link["key"]] = len(references)
                    references.append({name: link[name] for name in ("key", "title", "url")})
                links.append([places[link["key"]], link["pinpoint"]])
            rows.append({**row, "sources": links, "rectangles": self.rectangles.get(row["id"])})
        data = {"definition": self.definition, "packed": packed(rows), "references": references}
        return _json(data)

    @property
    def digest(self) -> str:
        """Return the digest of what the explorer reads: it changes with the record or with the way of compiling it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def citations(record: Record, rows: list[dict] | None = None) -> dict[str, str]:
    """Return references as text by key: those of some rows, or all; the title stands for one that was not printed."""
    printed = printed_references(record)
    entries = bibliography(record)
    keys = entries if rows is None else dict.fromkeys(link["key"] for row in rows for link in row["sources"])
    return {key: printed[key]["oscola"] if key in printed else entries[key].fields.get("title", key) for key in keys}


def packed(rows: list[dict]) -> dict:
    """Return rows as columns; a column whose values repeat holds their places in a list of values."""
    names = list(rows[0]) if rows else []
    columns, pools = [], []
    for name in names:
        values = [row[name] for row in rows]
        texts = [_json(value) for value in values]
        pool = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        repeats = len(pool) < 0.8 * len(texts)
        columns.append([pool[text] for text in texts] if repeats else values)
        pools.append([json.loads(text) for text in pool] if repeats else None)
    return {"columns": columns, "count": len(rows), "names": names, "pools": pools}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def source_links(record: Record, cell: str) -> list[dict]:
    """Return the sources of a row as key, title, pinpoint and link."""
    return [{name: each[name] for name in ("key", "title", "pinpoint", "url")} for each in sources(record, cell)]


def names_of(record: Record) -> dict[str, str]:
    """Return what a reader sees for the id of a row: a title, and for a provision its instrument with the pinpoint."""
    names = {}
    for table in ("initiatives", "instruments", "actions", "events"):
        names |= dict(zip(record.table(table)["id"], record.table(table)["title"], strict=True))
    provisions = record.provisions
    for each, instrument, pinpoint in zip(
        *(provisions[column] for column in ("id", "instrument", "pinpoint")), strict=True
    ):
        title = names.get(instrument, "No provision found")
        names[each] = f"{title}, {pinpoint}" if pinpoint else title
    for each, initiative, number in zip(
        *(record.points[column] for column in ("id", "initiative", "number")), strict=True
    ):
        names[each] = f"{names.get(initiative, initiative)}, {number}"
    return names


def choice(control: str, label: str, every: str, options: list[dict]) -> dict:
    """Return a choice of one option or of none, which stands for all."""
    return {"id": control, "kind": "choice", "label": label, "any": every, "value": None, "options": options}


def coded(control: str, label: str, every: str, used: set[str], record: Record, table: str) -> dict:
    """Return a choice over the codes of an enumeration that a table really uses, in the descriptor's order."""
    order = next(
        column["constraints"]["enum"]
        for resource in record.descriptor["resources"]
        if resource["name"] == table
        for column in resource["schema"]["fields"]
        if column["name"] == control
    )
    return choice(
        control, label, every, [{"value": code, "label": code.replace("-", " ")} for code in order if code in used]
    )
