"""The record: one data frame a table, read from ``data/`` and its descriptor."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

BIBLIOGRAPHY = "references.bib"
DESCRIPTOR = "datapackage.json"
OVERLAY_LIMIT = 20 * 1024 * 1024


class RecordError(Exception):
    """The record cannot be read; the message names the file, the reason and the mend."""


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """What documents say, as data frames of text.

    Every table of the descriptor is an attribute, for instance ``record.provisions``. All columns are text,
    an empty cell is the empty string, and rows stand in the order of the file.

    Attributes
    ----------
    as_of : datetime.date
        The day for which the record speaks.
    directory : pathlib.Path or zipfile.Path
        The folder that was read.
    descriptor : dict
        The Frictionless descriptor of the folder.
    tables : dict of str to pandas.DataFrame
        The tables by name.
    overlay : pathlib.Path or None
        The folder whose rows were added.
    overlay_orders : list of str
        Identifiers of the jurisdictions that the overlay added.
    """

    as_of: date
    directory: Path | Traversable
    descriptor: dict
    tables: dict[str, pd.DataFrame]
    overlay: Path | None = None
    overlay_orders: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Return the table of this name."""
        tables = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"the record has no table {name!r}; it has {', '.join(tables)}")

    @property
    def compared(self) -> list[str]:
        """The orders that are compared: those that the descriptor names, and those that an overlay adds."""
        return [*self.descriptor.get("compared", []), *self.overlay_orders]

    def __dir__(self) -> list[str]:
        """List attributes and tables."""
        return [*super().__dir__(), *self.tables]

    def __repr__(self) -> str:
        """Say what was read, without an address."""
        rows = sum(len(frame) for frame in self.tables.values())
        return f"Record(as of {self.as_of}, {len(self.tables)} tables, {rows:,} rows)"

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by name.

        Parameters
        ----------
        name : str
            A table of the descriptor.

        Returns
        -------
        pandas.DataFrame
        """
        return getattr(self, name)


def load(data: str | os.PathLike | Traversable | None = None, overlay: str | os.PathLike | None = None) -> Record:
    """Read the record.

    Parameters
    ----------
    data : path or zipfile.Path, optional
        Folder with ``datapackage.json``, which may stand in an archive. Default: ``data/`` of the checkout, else the
        copy in the package.
    overlay : path, optional
        Folder of CSV files with the same headers that adds a legal order. Default: the environment variable
        ``RULEBOOKS_OVERLAY``, if set.

    Returns
    -------
    Record

    Raises
    ------
    RecordError
        If a file is missing or cannot be read, or an overlay breaks the rules for overlays.
    """
    directory = data_directory(data)
    descriptor = read_descriptor(directory)
    extra = overlay_directory(overlay)
    added: dict[str, list[list[str]]] = {}
    if extra is not None:
        added = _overlay_rows(directory, extra)
    tables = {}
    for resource in descriptor["resources"]:
        name = resource["name"]
        columns = [column["name"] for column in resource["schema"]["fields"]]
        header, rows = read_rows(directory / resource["path"], columns)
        frame = pd.DataFrame(rows, columns=header, dtype="object")
        if header != columns:
            frame = frame[columns]
        if name in added:
            more = pd.DataFrame(added[name], columns=columns, dtype="object")
            frame = pd.concat([frame, more], ignore_index=True)
        tables[name] = frame
    orders = [row[0] for row in added.get("jurisdictions", [])]
    return Record(date.fromisoformat(descriptor["as_of"]), directory, descriptor, tables, extra, orders)


def data_directory(data: str | os.PathLike | Traversable | None) -> Path | Traversable:
    """Return the folder of the record: the one named, the checkout's, or the package's."""
    if data is not None:
        return Path(data) if isinstance(data, str | os.PathLike) else data
    checkout = Path(__file__).resolve().parents[2] / "data"
    if (checkout / DESCRIPTOR).is_file():
        return checkout
    return Path(__file__).resolve().parent / "data"


def overlay_directory(overlay: str | os.PathLike | None) -> Path | None:
    """Return the folder of the overlay: the one named, or that of ``RULEBOOKS_OVERLAY``."""
    chosen = overlay if overlay is not None else os.environ.get("RULEBOOKS_OVERLAY")
    return Path(chosen) if chosen else None


def read_descriptor(directory: Path | Traversable) -> dict:
    """Read ``datapackage.json`` and hold its shape against what the loader needs."""
    path = directory / DESCRIPTOR
    try:
        descriptor = json.loads(path.read_text(encoding="utf-8-sig"))
        date.fromisoformat(descriptor["as_of"])
        for resource in descriptor["resources"]:
            if resource["path"] != f"{resource['name']}.csv" or not resource["name"].isidentifier():
                raise ValueError(f"path {resource['path']!r} is not <name>.csv")
            if not all(isinstance(column["name"], str) for column in resource["schema"]["fields"]):
                raise TypeError("a column has no name")
    except OSError as error:
        raise RecordError(
            f"{path}: cannot be read ({error.strerror or 'not there'}); name a folder with a record"
        ) from None
    except KeyError as error:
        raise RecordError(f"{path}: the entry {error} is missing; restore the descriptor") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise RecordError(f"{path}: not a descriptor ({error}); restore the descriptor") from None
    return descriptor


def read_rows(path: Path | Traversable, columns: list[str]) -> tuple[list[str], list[list[str]]]:
    """Read a table as header and rows of text, refusing what cannot be a table."""
    mend = "run `rulebooks check` for every fault"
    try:
        text = path.read_bytes().decode("utf-8-sig")
        lines = csv.reader(io.StringIO(text, newline=""))
        header = next(lines, None)
        rows = [row for row in lines if row]
    except OSError as error:
        raise RecordError(f"{path}: cannot be read ({error.strerror or 'not there'}); {mend}") from None
    except UnicodeDecodeError as error:
        raise RecordError(f"{path}: not UTF-8 at byte {error.start}; {mend}") from None
    except csv.Error as error:
        raise RecordError(f"{path}: not a CSV file ({error}); {mend}") from None
    if header is None:
        raise RecordError(f"{path}: the file is empty; {mend}")
    missing = [column for column in columns if column not in header]
    if missing:
        raise RecordError(f"{path}: column {missing[0]!r} is missing; {mend}")
    width = len(header)
    for row in rows:
        if len(row) != width:
            raise RecordError(f"{path}: a row has {len(row)} cells, the header {width}; {mend}")
    return header, rows


def _overlay_rows(directory: Path | Traversable, overlay: Path) -> dict[str, list[list[str]]]:
    """Return the rows that an overlay adds, in the order of the descriptor, if it keeps the rules."""
    from rulebooks.check import overlay_faults, overlay_tables

    faults = [fault for fault in overlay_faults(directory, overlay) if fault.level == "error"]
    if faults:
        more = f" (and {len(faults) - 1} more; run `rulebooks check --overlay`)" if len(faults) > 1 else ""
        raise RecordError(f"{faults[0]}{more}")
    return overlay_tables(directory, overlay)
