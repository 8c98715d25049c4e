"""What an explorer shows, compiled from the record: the same data for a live view and for a page."""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

from rulebooks.record import Record
from rulebooks.references import sources


class Compiled(NamedTuple):
    """The data of one kind of explorer.

    Attributes
    ----------
    kind : str
        The name of the function that makes such an explorer.
    title : str
        Its accessible name, unless the author gives another.
    definition : dict
        Controls, predicates, columns, layout and wording: what the module draws.
    rows : list of dict
        The rows that can be shown, in the record's order.
    rectangles : dict
        For each row with dates, what :func:`rulebooks.explorers.controls.answer` reads.
    fields : list of str
        The columns of ``Explorer.selection``.
    """

    kind: str
    title: str
    definition: dict
    rows: list[dict]
    rectangles: dict
    fields: list[str]

    @property
    def text(self) -> str:
        """Return what a page needs, as canonical JSON."""
        data = {"definition": self.definition, "rows": self.rows, "rectangles": self.rectangles}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @property
    def digest(self) -> str:
        """Return the digest of what the explorer reads: it changes with the record or with the way of compiling it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def source_links(record: Record, cell: str) -> list[dict]:
    """Return the sources of a row as title, pinpoint and link."""
    return [{name: each[name] for name in ("title", "pinpoint", "url")} for each in sources(record, cell)]


def coded(control: str, label: str, every: str, used: set[str], record: Record, table: str) -> dict:
    """Return a choice over the codes of an enumeration that a table really uses, in the descriptor's order."""
    order = next(
        column["constraints"]["enum"]
        for resource in record.descriptor["resources"]
        if resource["name"] == table
        for column in resource["schema"]["fields"]
        if column["name"] == control
    )
    options = [{"value": code, "label": code.replace("-", " ")} for code in order if code in used]
    return {"id": control, "kind": "choice", "label": label, "any": every, "value": None, "options": options}
