"""The record in forms that other programs open: a data package, a SQLite file, CSV for Excel and BibTeX."""

from __future__ import annotations

import csv
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rulebooks.check import check
from rulebooks.law import in_force
from rulebooks.record import BIBLIOGRAPHY, DESCRIPTOR, Record, load
from rulebooks.references import (
    CITATIONS,
    SOURCE_COLUMNS,
    STYLES,
    bibliography,
    printed_references,
    split_source,
)

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

PACKAGE = "record.zip"
DATABASE = "record.sqlite"
EXCEL = "excel"
WRITTEN = (PACKAGE, DATABASE, BIBLIOGRAPHY, EXCEL)
TYPES = {"integer": "INTEGER", "number": "REAL"}
ENTRY_FIELDS = ("author", "title", "titleaddon", "date", "url", "urldate", "langid")
PLACE = "table_name TEXT, row_number INTEGER, row_id TEXT, column_name TEXT, position INTEGER"
PLACE_KEY = "PRIMARY KEY (table_name, row_number, column_name, position)"
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class ExportError(Exception):
    """The record cannot be exported; the message names the place, the reason and the mend."""


def export(folder: str | os.PathLike, data: str | os.PathLike | Traversable | None = None) -> list[Path]:
    """Write the record to a folder, whole or not at all.

    The folder then holds ``record.zip`` (a Frictionless Data Package: the tables as they are, their descriptor and the
    bibliography), ``record.sqlite``, ``references.bib`` and ``excel/``. Two exports of one record give the same bytes.

    Parameters
    ----------
    folder : path
        A new or empty folder, or one that holds an earlier export, which is replaced.
    data : path or zipfile.Path, optional
        Folder of the record. Default as in :func:`rulebooks.load`.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    ExportError
        If the folder cannot take the export, or the record has errors.
    """
    target = Path(folder).resolve()
    _refuse_other_files(target)
    record = load(data, overlay="")  # an overlay named in the environment is not part of the record
    errors = [problem for problem in check(record.directory) if problem.level == "error"]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise ExportError(f"the record has errors; run `rulebooks check` and mend them. First: {errors[0]}{more}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise ExportError(f"{target}: cannot be written ({error.strerror}); name another folder") from None
    try:
        fresh = work / "new"
        (fresh / EXCEL).mkdir(parents=True)
        write_package(record, fresh / PACKAGE)
        write_database(record, fresh / DATABASE)
        (fresh / BIBLIOGRAPHY).write_bytes((record.directory / BIBLIOGRAPHY).read_bytes())
        write_excel(record, fresh / EXCEL)
        if target.exists():
            target.rename(work / "old")
        fresh.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise ExportError(f"{target}: the export stopped ({error}); make room or name another folder") from error
    finally:
        if (work / "old").exists() and not target.exists():
            (work / "old").rename(target)
        shutil.rmtree(work, ignore_errors=True)
    return sorted(path for path in target.rglob("*") if path.is_file())


def _refuse_other_files(target: Path) -> None:
    """Raise ExportError unless the folder is new, empty or an earlier export."""
    if target.exists() and not target.is_dir():
        raise ExportError(f"{target}: a file of this name exists; name a folder")
    try:
        other = sorted(path.name for path in target.iterdir() if path.name not in WRITTEN) if target.exists() else []
        if (target / EXCEL).is_dir():
            other += sorted(f"{EXCEL}/{path.name}" for path in (target / EXCEL).iterdir() if path.suffix != ".csv")
    except OSError as error:
        raise ExportError(f"{target}: cannot be read ({error.strerror}); name another folder") from None
    if other:
        raise ExportError(f"{target}: holds {other[0]!r}, which no export wrote; name a new or an empty folder")


def write_package(record: Record, path: Path) -> None:
    """Write the data package: the record's own files under one fixed time, so that the bytes depend on them alone."""
    day = record.as_of
    names = [DESCRIPTOR, *(resource["path"] for resource in record.descriptor["resources"]), BIBLIOGRAPHY]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name in names:
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, (record.directory / name).read_bytes())


def write_excel(record: Record, folder: Path) -> None:
    """Write each table for Excel: UTF-8 with a byte order mark, no cell that Excel would run, sources in full.

    Beside each column of sources stands one with the printed references and their pinpoints.
    """
    printed = printed_references(record)
    for name, frame in record.tables.items():
        frame = frame.copy()
        for column in SOURCE_COLUMNS:
            if column in frame:
                frame[f"{column}_in_full"] = [_in_full(cell, printed) for cell in frame[column]]
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            writer.writerow(frame.columns)
            writer.writerows([neutral(cell) for cell in row] for row in frame.itertuples(index=False, name=None))


def neutral(cell: str) -> str:
    """Return a cell that a spreadsheet shows and does not run: an apostrophe stands before what could be a formula."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _in_full(cell: str, printed: dict[str, dict[str, str]]) -> str:
    """Return the sources of a cell as printed references, with the key where none is stored."""
    found = []
    for key, pinpoint in split_source(cell):
        reference = printed.get(key, {}).get(STYLES[0], key)
        found.append(f"{reference} {pinpoint}".strip())
    return " | ".join(found)


def write_database(record: Record, path: Path) -> None:
    """Write the record as SQLite.

    Every table of the descriptor has its columns, types and keys, and ``row_number``, the place of the row in its file.
    Empty cells are NULL. Beside them stand ``bibliography``; ``row_sources``, one row for each source of a row;
    ``list_items``, one row for each item of a list cell; ``in_force``, what the law says on the record's day;
    ``columns``, the codebook; ``about``; and the view ``sources_in_full``.
    """
    tables = {resource["name"]: resource["schema"] for resource in record.descriptor["resources"]}
    database = sqlite3.connect(path)
    try:
        with database:
            for name, schema in tables.items():
                database.execute(_create(name, schema, tables))
                _insert(database, name, _typed(record, name, schema))
            _add_sources(database, record)
            _add_list_items(database, record, tables)
            _add_law(database, record)
            _add_codebook(database, record, tables)
        broken = database.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise ExportError(
                f"table {broken[0]}, row {broken[1]}: points to no row of {broken[2]}; run `rulebooks check`"
            )
    finally:
        database.close()


def _name(text: str) -> str:
    """Return an SQL identifier."""
    return '"' + text.replace('"', '""') + '"'


def _create(name: str, schema: dict, tables: dict[str, dict]) -> str:
    """Return the statement that makes a table of the descriptor, with the keys that SQLite can hold."""
    targets = {}
    for key in schema.get("foreignKeys", []):
        other = key["reference"]["resource"] or name
        if key["reference"]["fields"] == tables[other]["primaryKey"] and len(key["fields"]) == 1:
            targets[key["fields"][0]] = f" REFERENCES {_name(other)} ({_name(key['reference']['fields'][0])})"
    lines = ["row_number INTEGER PRIMARY KEY"]
    for field in schema["fields"]:
        column = field["name"]
        required = " NOT NULL" if field.get("constraints", {}).get("required") else ""
        lines.append(f"{_name(column)} {TYPES.get(field['type'], 'TEXT')}{required}{targets.get(column, '')}")
    lines.append(f"UNIQUE ({', '.join(map(_name, schema['primaryKey']))})")
    return f"CREATE TABLE {_name(name)} (\n  " + ",\n  ".join(lines) + "\n)"


def _typed(record: Record, name: str, schema: dict) -> Iterable[tuple]:
    """Yield the rows of a table with their numbers as numbers and empty cells as None."""
    casts = [{"integer": int, "number": float}.get(field["type"], str) for field in schema["fields"]]
    for number, row in enumerate(record.table(name).itertuples(index=False, name=None), start=1):
        yield (number, *(cast(cell) if cell else None for cast, cell in zip(casts, row, strict=True)))


def _insert(database: sqlite3.Connection, name: str, rows: Iterable[tuple]) -> None:
    """Insert rows; every value is bound, so no text is ever read as SQL."""
    rows = list(rows)
    if rows:
        database.executemany(f"INSERT INTO {_name(name)} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _add_sources(database: sqlite3.Connection, record: Record) -> None:
    """Add the bibliography, the sources of each row, and both in one view."""
    entries = bibliography(record)
    columns = ", ".join(f"{name} TEXT" for name in ENTRY_FIELDS)
    database.execute(
        f"CREATE TABLE bibliography (key TEXT PRIMARY KEY, kind TEXT NOT NULL, {columns}, bibtex TEXT NOT NULL)"
    )
    fields = [[entry.fields.get(name) or None for name in ENTRY_FIELDS] for entry in entries.values()]
    _insert(
        database,
        "bibliography",
        ((key, entry.kind, *cells, entry.text) for (key, entry), cells in zip(entries.items(), fields, strict=True)),
    )
    database.execute(
        f"CREATE TABLE row_sources ({PLACE}, key TEXT NOT NULL, pinpoint TEXT, {PLACE_KEY}, "
        "FOREIGN KEY (key) REFERENCES bibliography (key))"
    )
    for name, frame in record.tables.items():
        for column in SOURCE_COLUMNS:
            if column in frame:
                _insert(
                    database,
                    "row_sources",
                    (
                        (name, number, identifier, column, position, key, pinpoint or None)
                        for number, identifier, cell in _cells(frame, column)
                        for position, (key, pinpoint) in enumerate(split_source(cell), start=1)
                    ),
                )
    database.execute(
        "CREATE VIEW sources_in_full AS SELECT row_sources.*, title, titleaddon, url, oscola, gb7714, bibtex "
        f"FROM row_sources JOIN bibliography USING (key) LEFT JOIN {CITATIONS} USING (key)"
    )


def _cells(frame: pd.DataFrame, column: str) -> Iterable[tuple[int, str | None, str]]:
    """Yield number, identifier and cell of each row."""
    identifiers = frame["id"] if "id" in frame else [None] * len(frame)
    return zip(range(1, len(frame) + 1), identifiers, frame[column], strict=True)


def _add_list_items(database: sqlite3.Connection, record: Record, tables: dict[str, dict]) -> None:
    """Add one row for each item of a cell that holds a list."""
    database.execute(f"CREATE TABLE list_items ({PLACE}, item TEXT NOT NULL, {PLACE_KEY})")
    for name, schema in tables.items():
        for field in schema["fields"]:
            column = field["name"]
            if "(; " in field.get("constraints", {}).get("pattern", "") and column not in SOURCE_COLUMNS:
                _insert(
                    database,
                    "list_items",
                    (
                        (name, number, identifier, column, position, item.strip())
                        for number, identifier, cell in _cells(record.table(name), column)
                        for position, item in enumerate(filter(None, cell.split(";")), start=1)
                    ),
                )


def _add_law(database: sqlite3.Connection, record: Record) -> None:
    """Add the answers of the law on the record's day."""
    answers = in_force(record)
    columns = ", ".join(f"{_name(column)} TEXT" for column in answers.columns)
    database.execute(f"CREATE TABLE in_force ({columns}, FOREIGN KEY (provision) REFERENCES provisions (id))")
    _insert(
        database,
        "in_force",
        (tuple(cell or None for cell in row) for row in answers.itertuples(index=False, name=None)),
    )


def _add_codebook(database: sqlite3.Connection, record: Record, tables: dict[str, dict]) -> None:
    """Add what each column means and what the record is."""
    database.execute(
        "CREATE TABLE columns (table_name TEXT, column_name TEXT, type TEXT, description TEXT, "
        "PRIMARY KEY (table_name, column_name))"
    )
    described = (
        (name, field["name"], field["type"], field["description"])
        for name, schema in tables.items()
        for field in schema["fields"]
    )
    _insert(database, "columns", described)
    database.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)")
    descriptor = record.descriptor
    licence = "; ".join(each.get("path", each.get("name", "")) for each in descriptor.get("licenses", []))
    kept = [
        (name, str(descriptor[name])) for name in ("title", "description", "version", "as_of") if name in descriptor
    ]
    _insert(database, "about", [*kept, ("licence", licence)])
