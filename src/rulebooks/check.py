"""Hold a record against its descriptor and against its own rules, and list every fault at once."""

from __future__ import annotations

import csv
import difflib
import io
import os
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from rulebooks.law import ALL, STATEMENT_COLUMNS, SUSPENSIONS, Answer, answers, bounds
from rulebooks.record import (
    BIBLIOGRAPHY,
    DESCRIPTOR,
    OVERLAY_LIMIT,
    Record,
    RecordError,
    data_directory,
    read_descriptor,
)
from rulebooks.references import KEY, Reference, read_bibliography, split_source

FULL_DAY = r"\d{4}-\d{2}-\d{2}"
PARTIAL_DAY = r"\d{4}(-\d{2}(-\d{2})?)?"
ENTRY_TYPES = ("online", "misc", "article", "book", "incollection", "techreport")
BY_INSTRUMENT = ("legal-rank", "durability", "bearers")
NEEDS_AN_ACT = SUSPENSIONS | {"postponed", "advanced", "vacated", "annulled", "repealed", "revived"}
SOURCE_COLUMNS = ("source", "contrary_source")
UNREPEATED = ("content", "summary")
NOT_AFTER_THE_RECORD = {
    "actions": ("date",),
    "application": ("known_from",),
    "events": ("date",),
    "instruments": ("adopted", "published"),
    "participation": ("date",),
}
IN_ORDER = {
    "application": ("applies_from", "applies_until"),
    "instruments": ("adopted", "ended"),
    "memberships": ("from", "until"),
}
POINTS_TO = {
    ("application", "cohort"): ("cohorts",),
    ("application", "set_by"): ("instruments", "actions", "events"),
    ("instruments", "ended_by"): ("instruments", "actions", "events"),
    ("penalties", "borrowed_from"): ("instruments", "provisions", "penalties"),
    ("points", "domestic"): ("provisions",),
    ("provisions", "dimensions"): ("dimensions",),
    ("provisions", "subtracts_from"): ("provisions",),
    ("relations", "subject"): ("instruments", "provisions", "initiatives", "actions", "events"),
    ("relations", "object"): ("instruments", "provisions", "initiatives", "actions", "events"),
    ("readings", "rows"): None,
    ("dated_claims", "rows"): None,
}
ALLOWED_WORDS = {("application", "cohort"): ALL, ("points", "domestic"): "none-found"}
OWN_IN_OVERLAY = {
    "application": (("provision", "provisions"),),
    "cohorts": (("instrument", "instruments"),),
    "instruments": (("jurisdiction", "jurisdictions"),),
    "penalties": (("provision", "provisions"),),
    "provisions": (
        ("jurisdiction", "jurisdictions"),
        ("instrument", "instruments"),
        ("replaces", "provisions"),
        ("subtracts_from", "provisions"),
    ),
    "relations": (("subject", None),),
}
MARKUP = re.compile(r"<[A-Za-z/!?]|\{[A-Za-z][\w:+-]*\}|```|:::|\]\(")
FORMULA = re.compile(r"[=+\-@\t]")


@dataclass(frozen=True)
class Problem:
    """One fault: where it is, what is wrong and how to mend it.

    Attributes
    ----------
    level : str
        "error" or "warning".
    file : str
        Folder and name of the file.
    row : int
        Line on which the row begins, the header being 1; 0 for the whole file.
    column, value : str
        Column and value, empty where the fault is not in one cell.
    message, mend : str
        What is wrong, and what to do.
    """

    level: str
    file: str
    row: int
    column: str
    value: str
    message: str
    mend: str

    def __str__(self) -> str:
        """Write the problem on one line."""
        place = self.file
        if self.row:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}"
        if self.value:
            short = self.value if len(self.value) <= 80 else f"{self.value[:77]}..."
            place += f", value {short!r}"
        return f"{self.level}: {place}: {self.message}; {self.mend}"


class Row(NamedTuple):
    """One row with its place."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:  # type: ignore[override]
        """Return a cell, empty where the column is missing."""
        return self.cells.get(column, "")


def check(data: str | os.PathLike | None = None, overlay: str | os.PathLike | None = None) -> list[Problem]:
    """List every fault of a record; nothing is changed.

    Parameters
    ----------
    data : path, optional
        Folder of the record. Default as in :func:`rulebooks.load`.
    overlay : path, optional
        Folder of an overlay to hold against the record.

    Returns
    -------
    list of Problem
        Errors first, each part in the order of the files.
    """
    directory = data_directory(data)
    try:
        inspection = _Inspection(directory)
    except RecordError as error:
        return [Problem("error", f"{directory.name}/{DESCRIPTOR}", 0, "", "", str(error), "then check again")]
    inspection.read_record()
    if overlay is not None:
        inspection.read_overlay(Path(overlay))
    inspection.apply_rules()
    return sorted(inspection.problems, key=lambda problem: problem.level != "error")


def overlay_faults(directory: Path, overlay: Path) -> list[Problem]:
    """List the faults of an overlay itself: its files, its cells, its keys and what it speaks of."""
    inspection = _Inspection(directory)
    inspection.read_record()
    inspection.problems.clear()
    inspection.read_overlay(overlay)
    return inspection.problems


def overlay_tables(directory: Path, overlay: Path) -> dict[str, list[list[str]]]:
    """Return the rows of an overlay by table, each row in the order of the descriptor."""
    inspection = _Inspection(directory)
    inspection.read_overlay(overlay)
    return {
        name: [[row[column] for column in inspection.columns(name)] for row in rows]
        for name, rows in inspection.added.items()
    }


def is_date(text: str) -> bool:
    """Say whether a text is a real day, month or year in ISO form."""
    if not re.fullmatch(PARTIAL_DAY, text):
        return False
    try:
        date.fromisoformat(text + "-01" * ((10 - len(text)) // 3))
    except ValueError:
        return False
    return True


def _nearest(value: str, choices: list[str] | set[str]) -> str:
    """Return advice that names the nearest choices."""
    near = difflib.get_close_matches(value, list(choices), n=3, cutoff=0.5)
    return f"nearest: {', '.join(near)}" if near else "mend the value or add the row that it names"


def _items(cell: str) -> list[str]:
    """Return the items of a list cell."""
    return [item for item in (part.strip() for part in cell.split(";")) if item]


class _Inspection:
    """The tables of a record as read for checking, and the faults found so far."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.descriptor = read_descriptor(directory)
        self.as_of = self.descriptor["as_of"]
        self.schemas = {each["name"]: each["schema"] for each in self.descriptor["resources"]}
        self.check_descriptor()
        self.tables: dict[str, list[Row]] = {}
        self.added: dict[str, list[Row]] = {}
        self.references: dict[str, tuple[str, Reference]] = {}
        self.problems: list[Problem] = []

    def columns(self, name: str) -> list[str]:
        """Return the columns of a table in the order of the descriptor."""
        return [each["name"] for each in self.schemas[name]["fields"]]

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table with those of the overlay."""
        return [*self.tables.get(name, []), *self.added.get(name, [])]

    def error(self, file: str, line: int, column: str, value: str, message: str, mend: str) -> None:
        """Add an error."""
        self.problems.append(Problem("error", file, line, column, value, message, mend))

    def fault(self, row: Row, column: str, message: str, mend: str) -> None:
        """Add an error in a cell."""
        self.error(row.file, row.line, column, row[column], message, mend)

    def warning(self, row: Row, column: str, message: str, mend: str) -> None:
        """Add a warning in a cell."""
        self.problems.append(Problem("warning", row.file, row.line, column, row[column], message, mend))

    # Reading

    def check_descriptor(self) -> None:
        """Raise RecordError unless every column and key is described in the form that checking needs."""
        for name, schema in self.schemas.items():
            path = self.directory / DESCRIPTOR
            try:
                columns = {field["name"] for field in schema["fields"]}
                for field in schema["fields"]:
                    rules = field.get("constraints", {})
                    well = isinstance(field["type"], str) and isinstance(field["description"], str)
                    well = well and all(isinstance(each, str) for each in rules.get("enum", []))
                    bounded = all(isinstance(rules.get(key, 0), int) for key in ("minimum", "maximum", "maxLength"))
                    re.compile(rules.get("pattern", ""))
                    if not (well and bounded):
                        raise ValueError(f"column {field['name']!r} is not described")
                keys = [key["fields"][0] for key in schema.get("foreignKeys", [])]
                targets = [key["reference"]["resource"] or name for key in schema.get("foreignKeys", [])]
                if not {*schema["primaryKey"], *keys} <= columns or not {*targets} <= {*self.schemas}:
                    raise ValueError("a key names no column or table")
            except (AttributeError, KeyError, IndexError, TypeError, ValueError, re.error) as error:
                raise RecordError(
                    f"{path}: table {name!r} is not described ({error}); restore the descriptor"
                ) from None

    def read_record(self) -> None:
        """Read every table of the descriptor and the bibliography."""
        for name in self.schemas:
            label = f"{self.directory.name}/{name}.csv"
            self.tables[name] = self.read_table(name, self.directory / f"{name}.csv", label)
        described = {f"{name}.csv" for name in self.schemas}
        for path in sorted(self.directory.glob("*.csv")):
            if path.name not in described:
                mend = f"describe it in {DESCRIPTOR} or take it away"
                self.error(f"{self.directory.name}/{path.name}", 0, "", "", "the file is not described", mend)
        self.check_keys(self.tables)
        self.read_references(self.directory)

    def read_overlay(self, overlay: Path) -> None:
        """Read the tables of an overlay, refusing anything that is not a plain known file."""
        known = {f"{name}.csv" for name in self.schemas} | {BIBLIOGRAPHY}
        label = overlay.name or str(overlay)
        if overlay.is_symlink() or not overlay.is_dir():
            self.error(label, 0, "", "", "the overlay is not a folder", "name a folder of CSV files, not a link to one")
            return
        for entry in sorted(os.scandir(overlay), key=lambda entry: entry.name):
            file = f"{label}/{entry.name}"
            if entry.is_symlink():
                self.error(file, 0, "", "", "an overlay holds no links", "put the file itself there")
            elif entry.name not in known or not entry.is_file(follow_symlinks=False):
                mend = f"keep only tables of the record and {BIBLIOGRAPHY} there"
                self.error(file, 0, "", "", "not a file that an overlay may hold", mend)
            elif entry.stat(follow_symlinks=False).st_size > OVERLAY_LIMIT:
                self.error(file, 0, "", "", "larger than 20 MB", "make it smaller")
            elif entry.name == BIBLIOGRAPHY:
                self.read_references(overlay)
            else:
                name = entry.name.removesuffix(".csv")
                self.added[name] = self.read_table(name, overlay / entry.name, file)
        self.check_keys(self.added, self.tables)
        self.check_overlay_speaks_of_its_own()

    def read_table(self, name: str, path: Path, file: str) -> list[Row]:
        """Read one table and check its encoding, header, shape and cells."""
        text = self.read_text(path, file)
        if text is None:
            return []
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows: list[Row] = []
        header: list[str] | None = None
        line = 1
        try:
            for cells in lines:
                if header is None:
                    header = cells
                    self.check_header(name, header, file)
                elif not cells:
                    self.error(file, line, "", "", "the line is empty", "take the line out")
                else:
                    if len(cells) != len(header):
                        message = f"the row has {len(cells)} cells, the header {len(header)}"
                        self.error(file, line, "", "", message, "quote cells that hold commas, or fill the row up")
                    rows.append(Row(file, line, dict(zip(header, cells, strict=False))))
                line = lines.line_num + 1
        except csv.Error as error:
            self.error(file, max(lines.line_num, line), "", "", f"not CSV ({error})", "mend the quotes in this row")
        for row in rows:
            self.check_cells(name, row)
        return rows

    def read_text(self, path: Path, file: str) -> str | None:
        """Return the text of a file, or None with an error."""
        try:
            content = path.read_bytes()
        except OSError as error:
            self.error(file, 0, "", "", f"cannot be read ({error.strerror})", "put the file there")
            return None
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            byte = f"byte 0x{content[error.start]:02x}"
            self.error(file, line, "", byte, "not UTF-8", "save the file as UTF-8")
            return None
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            self.error(file, line, "", "\\x00", "a NUL character", "save the file as UTF-8 and take the character out")
            return None
        if not text.strip():
            self.error(file, 0, "", "", "the file is empty", "restore the header row")
            return None
        return text

    def check_header(self, name: str, header: list[str], file: str) -> None:
        """Hold a header against the descriptor."""
        expected = self.columns(name)
        for column in expected:
            if column not in header:
                self.error(file, 1, column, "", "the column is missing", f"the header is: {','.join(expected)}")
        for column in dict.fromkeys(header):
            if column not in expected:
                mend = f"describe it in {DESCRIPTOR} or take it out"
                self.error(file, 1, column, column, "the column is not described", mend)
            elif header.count(column) > 1:
                self.error(file, 1, column, column, "the column stands twice", "keep one")
        if sorted(header) == sorted(expected) and header != expected:
            self.error(file, 1, "", "", "the columns are out of order", f"the header is: {','.join(expected)}")

    def check_cells(self, name: str, row: Row) -> None:
        """Hold every cell of a row against its column."""
        for field in self.schemas[name]["fields"]:
            column = field["name"]
            if column not in row.cells:
                continue
            value = row[column]
            rules = field.get("constraints", {})
            if value != value.strip():
                self.fault(row, column, "space at the start or end", "take it out")
            elif not value:
                if rules.get("required"):
                    self.fault(row, column, "the cell is empty and must not be", f"enter: {field['description']}")
            else:
                self.check_value(row, column, field["type"], rules)
            if value and field["type"] == "string" and "enum" not in rules and "pattern" not in rules:
                if MARKUP.search(value):
                    self.warning(row, column, "looks like markup", "write plain text; it is shown as it stands")
                if FORMULA.match(value):
                    self.warning(row, column, "begins like a spreadsheet formula", "begin with a word")

    def check_value(self, row: Row, column: str, kind: str, rules: dict) -> None:
        """Hold one value against type and constraints."""
        value = row[column]
        if kind == "integer" and not re.fullmatch(r"-?[0-9]+", value):
            self.fault(row, column, "not a whole number", "write digits only")
        elif kind == "number" and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", value):
            self.fault(row, column, "not a number", "write digits and a decimal point only")
        elif kind in ("integer", "number"):
            if not rules.get("minimum", float("-inf")) <= float(value) <= rules.get("maximum", float("inf")):
                mend = f"write {rules.get('minimum', '')} to {rules.get('maximum', '')}"
                self.fault(row, column, "outside the bounds", mend)
        elif "enum" in rules:
            if value not in rules["enum"]:
                near = difflib.get_close_matches(value, rules["enum"], n=1)
                hint = f"nearest: {near[0]}; " if near else ""
                mend = f"{hint}use one of: {', '.join(rules['enum'])}"
                self.fault(row, column, "not a value of the enumeration", mend)
        elif rules.get("pattern") in (FULL_DAY, PARTIAL_DAY):
            if not re.fullmatch(rules["pattern"], value) or not is_date(value):
                form = "YYYY-MM-DD" if rules["pattern"] == FULL_DAY else "YYYY-MM-DD, YYYY-MM or YYYY"
                self.fault(row, column, "not a real date", f"write it as {form}")
        elif "pattern" in rules and not re.fullmatch(rules["pattern"], value):
            self.fault(row, column, "not in the form of this column", f"it must match {rules['pattern']}")
        if len(value) > rules.get("maxLength", len(value)):
            self.fault(row, column, f"{len(value)} characters", f"shorten it to {rules['maxLength']}")

    def check_keys(self, tables: dict[str, list[Row]], base: dict[str, list[Row]] | None = None) -> None:
        """Refuse a repeated key of a table, a repeated unique value, and an id used in two tables."""
        base = base or {}
        ids: dict[str, Row] = {}
        for name in self.schemas:
            if "id" in self.columns(name):
                ids.update((row["id"], row) for row in base.get(name, []))
        for name, rows in tables.items():
            fields = self.schemas[name]["fields"]
            key = tuple(self.schemas[name].get("primaryKey", ()))
            keys = [key] if key != ("id",) else []
            unique = [(each["name"],) for each in fields if each.get("constraints", {}).get("unique")]
            for columns in (*keys, *(each for each in unique if each != ("id",))):
                seen = {tuple(row[column] for column in columns): row for row in base.get(name, [])}
                for row in rows:
                    values = tuple(row[column] for column in columns)
                    if values in seen and any(values):
                        self.repeated(row, columns[0], f"{', '.join(columns)} repeat", seen[values])
                    seen[values] = row
            for row in rows:
                value = row["id"]
                if value and value in ids:
                    self.repeated(row, "id", "the id is taken", ids[value])
                elif value:
                    ids[value] = row

    def repeated(self, row: Row, column: str, message: str, other: Row) -> None:
        """Add an error that names both places."""
        message = f"{message} those of {other.file}, row {other.line}"
        self.fault(row, column, message, "take out or change one of the two")

    def read_references(self, folder: Path) -> None:
        """Read a bibliography and check its entries."""
        path = folder / BIBLIOGRAPHY
        file = f"{folder.name}/{BIBLIOGRAPHY}"
        if self.read_text(path, file) is None:
            return
        try:
            entries = read_bibliography(path)
        except ValueError as error:
            self.error(file, 0, "", "", str(error), "then check again")
            return
        for entry in entries:
            if entry.key in self.references:
                other, first = self.references[entry.key]
                message = f"the key is taken by {other}, row {first.line}"
                self.error(file, entry.line, "key", entry.key, message, "take out or rename one of the two")
                continue
            self.references[entry.key] = (file, entry)
            self.check_reference(file, entry)

    def check_reference(self, file: str, entry: Reference) -> None:
        """Check one entry of the bibliography."""
        if not KEY.fullmatch(entry.key):
            self.error(file, entry.line, "key", entry.key, "not a key", "use lower-case letters and digits only")
        if entry.kind not in ENTRY_TYPES:
            mend = f"use one of: {', '.join(ENTRY_TYPES)}"
            self.error(file, entry.line, "type", entry.kind, "not a type that the book can print", mend)
        for field in ("title", "year"):
            if not entry.fields.get(field):
                self.error(file, entry.line, field, entry.key, "the field is missing", "add it")
        url = entry.fields.get("url", "")
        if url and not re.match(r"https?://[^\s]+$", url):
            self.error(file, entry.line, "url", url, "not a link", "write an http or https address")
        looked = entry.fields.get("urldate", "")
        if looked and (not is_date(looked) or looked > self.as_of):
            self.error(file, entry.line, "urldate", looked, "not a day up to the record's", "write the day of the look")

    # Rules of the record

    def apply_rules(self) -> None:
        """Apply the rules that hold between rows and tables."""
        for name, schema in self.schemas.items():
            for key in schema.get("foreignKeys", []):
                target = key["reference"]["resource"] or name
                self.check_pointer(name, key["fields"][0], (target,))
        for (name, column), targets in POINTS_TO.items():
            self.check_pointer(name, column, targets)
        self.check_sources()
        self.check_dates()
        self.check_evidence()
        self.check_instruments()
        self.check_provisions()
        self.check_application()
        self.check_penalties()
        self.check_cycles()
        self.check_same_status()
        self.check_repeated_text()
        self.check_dimensions_answered()

    @cached_property
    def ids(self) -> dict[str, set[str]]:
        """Return the ids of every table."""
        return {name: {row["id"] for row in self.rows(name) if row["id"]} for name in self.schemas}

    def check_pointer(self, name: str, column: str, targets: tuple[str, ...] | None) -> None:
        """Resolve the ids of a column; None stands for every table."""
        if name not in self.schemas:
            return
        known = set().union(*(self.ids.get(target, set()) for target in (targets or self.schemas)))
        word = ALLOWED_WORDS.get((name, column))
        for row in self.rows(name):
            items = _items(row[column])
            for item in dict.fromkeys(items):
                if item not in known and item != word:
                    where = ", ".join(targets) if targets else "any table"
                    self.fault(row, column, f"{item!r} is no id of {where}", _nearest(item, known))
                elif items.count(item) > 1:
                    self.fault(row, column, f"{item!r} stands twice", "name it once")
            if column != "cohort" and word in items and len(items) > 1:
                self.fault(row, column, f"{word!r} beside ids", "keep the one or the others")

    def check_sources(self) -> None:
        """Resolve every source, and find entries that no row uses."""
        used = set()
        for name in self.schemas:
            for column in SOURCE_COLUMNS:
                for row in self.rows(name):
                    for key, _ in split_source(row[column]):
                        used.add(key)
                        if key not in self.references:
                            mend = f"add it to {BIBLIOGRAPHY}, or {_nearest(key, set(self.references))}"
                            self.fault(row, column, f"unknown source {key!r}", mend)
        for key, (file, entry) in self.references.items():
            if key not in used and "scholarship" not in entry.fields.get("keywords", ""):
                self.error(file, entry.line, "key", key, "no row uses this entry", "cite it in a row or take it out")

    def check_dates(self) -> None:
        """Check that dates stand in order and none lies after the record's day."""
        for name, columns in NOT_AFTER_THE_RECORD.items():
            for row in self.rows(name):
                for column in columns:
                    if is_date(row[column]) and bounds(row[column])[0] > self.as_of:
                        self.fault(row, column, f"after the record's day {self.as_of}", "enter what has happened")
        for name in self.schemas:
            for row in self.rows(name):
                if is_date(row["checked"]) and row["checked"] > self.as_of:
                    self.fault(row, "checked", f"after the record's day {self.as_of}", "enter the day of the look")
        for name, (first, last) in IN_ORDER.items():
            for row in self.rows(name):
                if is_date(row[first]) and is_date(row[last]) and bounds(row[first])[0] >= bounds(row[last])[1]:
                    if name == "instruments" and row[first] == row[last]:
                        continue
                    message = f"not after {first} {row[first]}"
                    self.fault(row, last, message, "mend the dates; what never held is `never`")

    def check_evidence(self) -> None:
        """Check that read, checked and confidence agree."""
        for name in self.schemas:
            if "read" not in self.columns(name):
                continue
            for row in self.rows(name):
                if row["modality"] == "silence":
                    continue
                if row["read"] == "none" and row["checked"]:
                    self.fault(row, "checked", "a day although nothing was read", "leave it empty or say what was read")
                elif row["read"] not in ("", "none") and not row["checked"]:
                    self.fault(row, "checked", "no day although something was read", "enter the day of the look")
                keys = {key for key, _ in split_source(row["source"])}
                first_hand = row["read"] in ("operative-text", "official-page")
                if row["confidence"] == "high" and (row["read"] == "none" or not (first_hand or len(keys) > 1)):
                    mend = "lower it, read the text or the official page, or name a second independent source"
                    self.fault(row, "confidence", f"high on {row['read']} and one source", mend)

    def check_instruments(self) -> None:
        """Check the end of instruments and the launch of initiatives."""
        for row in self.rows("instruments"):
            if row["ended"] and not row["ended_by"]:
                self.fault(row, "ended", "ended without ended_by", "name the instrument, action or event that ended it")
            if row["ended_by"] and not row["ended"]:
                self.fault(row, "ended_by", "ended_by without ended", "enter the day from which it is gone")
        for row in self.rows("initiatives"):
            if row["date_status"] == "known" and not row["launched"]:
                self.fault(row, "launched", "no day although date_status is known", "enter it or change date_status")

    def check_provisions(self) -> None:
        """Check silences, provisions and their versions."""
        spoken = {row["provision"] for row in self.rows("application")}
        for row in self.rows("provisions"):
            for item in _items(row["dimensions"]):
                if item in BY_INSTRUMENT:
                    self.fault(row, "dimensions", f"{item!r} is answered from instruments", "take it out")
            if row["modality"] == "silence":
                self.check_silence(row, row["id"] in spoken)
                continue
            for column in ("instrument", "pinpoint", "source", "read", "confidence"):
                if not row[column]:
                    self.fault(row, column, "the cell is empty and only a silence may leave it so", "fill it in")
            if row["id"] and row["id"] not in spoken:
                self.fault(row, "id", "no row of application speaks of it", "add when it applies, or that it never did")
            if row["subtracts_from"] and row["modality"] != "exemption":
                self.fault(row, "subtracts_from", "only an exemption subtracts", "change modality or empty the cell")
            if (row["version"] not in ("", "1")) != bool(row["replaces"]):
                message = f"version {row['version']!r} and replaces do not agree"
                self.fault(row, "replaces", message, "name the version before")

    def check_silence(self, row: Row, spoken: bool) -> None:
        """Check one silence."""
        for column in ("instrument", "pinpoint", "bearer", "version", "replaces", "subtracts_from"):
            if row[column] and not (column == "version" and row[column] == "1"):
                self.fault(row, column, "a silence has none", "empty the cell")
        if row["legal_effect"] not in ("", "none"):
            self.fault(row, "legal_effect", "a silence has no legal effect", "write none")
        if not row["checked"]:
            self.fault(row, "checked", "a silence is known only for a day", "enter the day of the search")
        if spoken:
            self.fault(row, "id", "a silence has no dates of application", "take them out")

    def check_application(self) -> None:
        """Check each statement, and statements against each other."""
        instruments = {row["id"]: row["instrument"] for row in self.rows("provisions")}
        for row in self.rows("application"):
            status, suspends = row["date_status"], row["event"] in SUSPENSIONS
            if not row["applies_from"] and (suspends or row["event"] == "revived" or status == "known"):
                self.fault(row, "applies_from", f"{row['event']} and {status} without a first day", "enter it")
            if status == "never" and (row["applies_from"] or row["applies_until"]):
                self.fault(row, "date_status", "never beside a date", "empty the dates or change the status")
            if status == "conditional" and not row["condition"]:
                self.fault(row, "condition", "conditional without a condition", "say what the date waits for")
            own = row["set_by"] and row["set_by"] == instruments.get(row["provision"])
            if own and row["event"] in NEEDS_AN_ACT:
                message = f"{row['event']} by the provision's own instrument"
                self.fault(row, "set_by", message, "name the act that did it")
        self.check_later_all()

    def check_later_all(self) -> None:
        """Refuse a statement for all that is later than a cohort's and does not restate it."""
        by_provision: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows("application"):
            if row["certainty"] == "law" and is_date(row["known_from"]):
                by_provision[row["provision"]].append(row)
        for rows in by_provision.values():
            for row in rows:
                if row["cohort"] != ALL:
                    continue
                day = bounds(row["known_from"])[0]
                earlier: dict[str, Row] = {}
                restated = set()
                for other in rows:
                    if other["cohort"] == ALL:
                        continue
                    if bounds(other["known_from"])[1] < day:
                        earlier.setdefault(other["cohort"], other)
                    elif _answer_of(other) == _answer_of(row):
                        restated.add(other["cohort"])
                for cohort, other in earlier.items():
                    if cohort not in restated:
                        place = f"{other.file}, row {other.line}"
                        message = f"a later statement for all beside the earlier one for {cohort} in {place}"
                        self.fault(row, "known_from", message, f"restate {cohort} if the act means it")

    def check_penalties(self) -> None:
        """Check amounts against the rule that combines them."""
        for row in self.rows("penalties"):
            if row["rule"] in ("higher-of", "lower-of") and not (row["max"] and row["turnover_pct"]):
                self.fault(row, "rule", "needs max and turnover_pct", "enter both or change the rule")
            if (row["min"] or row["max"]) and not row["currency"]:
                self.fault(row, "currency", "an amount without a currency", "enter the ISO 4217 code")
            try:
                if row["min"] and row["max"] and float(row["min"]) > float(row["max"]):
                    self.fault(row, "min", f"more than max {row['max']}", "mend the amounts")
            except ValueError:
                continue

    def check_cycles(self) -> None:
        """Refuse rows that are their own parent or replace themselves."""
        for name, column in (
            ("jurisdictions", "parent"),
            ("cohorts", "parent"),
            ("initiatives", "parent"),
            ("provisions", "replaces"),
        ):
            upward = {row["id"]: row[column] for row in self.rows(name)}
            for row in self.rows(name):
                seen, at = {row["id"]}, row[column]
                while at and at not in seen:
                    seen.add(at)
                    at = upward.get(at, "")
                if at and at == row["id"]:
                    self.fault(row, column, "leads back to the row itself", "break the circle")

    def check_same_status(self) -> None:
        """Check that rows tied by same-status-as carry the same legal effect."""
        effects: dict[str, set[str]] = defaultdict(set)
        for row in (*self.rows("provisions"), *self.rows("initiatives")):
            effects[row["id"]].add(row["legal_effect"])
            if row["instrument"]:
                effects[row["instrument"]].add(row["legal_effect"])
        for row in self.rows("relations"):
            if row["relation"] != "same-status-as":
                continue
            one, other = effects.get(row["subject"]), effects.get(row["object"])
            if one and other and one != other:
                message = f"{row['subject']} is {', '.join(sorted(one))}, {row['object']} is {', '.join(sorted(other))}"
                self.fault(row, "object", message, "code the same status alike or drop the relation")

    def check_repeated_text(self) -> None:
        """Refuse a text that stands in two rows."""
        seen: dict[str, Row] = {}
        for name in self.schemas:
            for column in UNREPEATED:
                for row in self.rows(name):
                    text = " ".join(row[column].casefold().split())
                    if text and text in seen:
                        self.repeated(row, column, "the words are", seen[text])
                    seen.setdefault(text, row)

    def check_dimensions_answered(self) -> None:
        """Check that each compared order answers every dimension, by a provision in force or by one silence."""
        in_force = {answer.provision for answer in self.answers() if answer.verdict == "yes"}
        speaking: dict[tuple[str, str], Row] = {}
        silent: dict[tuple[str, str], Row] = {}
        for row in self.rows("provisions"):
            for dimension in _items(row["dimensions"]):
                if row["modality"] == "silence":
                    silent.setdefault((row["jurisdiction"], dimension), row)
                elif row["id"] in in_force:
                    speaking.setdefault((row["jurisdiction"], dimension), row)
        for place, row in silent.items():
            if place in speaking:
                other = speaking[place]
                message = f"a silence on {place[1]} beside {other['id']} in force in {other.file}, row {other.line}"
                self.fault(row, "dimensions", message, "take the silence out")
        file = f"{self.directory.name}/provisions.csv"
        for order in self.descriptor.get("compared", []):
            for row in self.rows("dimensions"):
                place = (order, row["id"])
                if row["id"] not in BY_INSTRUMENT and place not in speaking and place not in silent:
                    message = f"{order} does not answer {row['id']}"
                    self.error(file, 0, "dimensions", row["id"], message, "add a provision in force or a silence")

    def answers(self) -> list[Answer]:
        """Answer for the record's day, from the statements whose dates can be read."""
        readable = [
            row
            for row in self.rows("application")
            if is_date(row["known_from"])
            and all(not row[column] or is_date(row[column]) for column in ("applies_from", "applies_until"))
        ]
        tables = {
            name: pd.DataFrame([[row[column] for column in columns] for row in rows], columns=columns, dtype="object")
            for name, rows, columns in (
                ("application", readable, STATEMENT_COLUMNS),
                ("cohorts", self.rows("cohorts"), ["id", "parent"]),
                ("provisions", self.rows("provisions"), ["id", "modality"]),
            )
        }
        return answers(Record(date.fromisoformat(self.as_of), self.directory, self.descriptor, tables))

    def check_overlay_speaks_of_its_own(self) -> None:
        """Refuse rows of an overlay about provisions, instruments or orders that it does not add itself."""
        own = {name: {row["id"] for row in rows if row["id"]} for name, rows in self.added.items()}
        base = {row["id"]: row for rows in self.tables.values() for row in rows if row["id"]}
        everything = set().union(*own.values()) if own else set()
        for name, pointers in OWN_IN_OVERLAY.items():
            for row in self.added.get(name, []):
                for column, target in pointers:
                    allowed = everything if target is None else own.get(target, set())
                    for item in _items(row[column]):
                        if item in base and item not in allowed:
                            other = base[item]
                            message = f"speaks of {item!r}, which belongs to {other.file}, row {other.line}"
                            self.fault(row, column, message, "an overlay speaks only of what it adds itself")


def _answer_of(row: Row) -> str:
    """Return which of the two answers a statement serves."""
    return "enforceable" if row["date_type"] == "enforceable" else "verdict"
