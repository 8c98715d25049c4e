"""Hold a record against its descriptor and against its own rules, and list every fault at once."""

from __future__ import annotations

import csv
import difflib
import io
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rulebooks.law import ALL, STATEMENT_COLUMNS, SUSPENSIONS, YES, Answer, answers, bounds
from rulebooks.record import (
    BIBLIOGRAPHY,
    DESCRIPTOR,
    OVERLAY_LIMIT,
    Record,
    RecordError,
    data_directory,
    read_descriptor,
)
from rulebooks.references import KEY, SOURCE_COLUMNS, Reference, parse_bibliography, split_source
from rulebooks.scenario import OPS, Condition, options, read_answer, read_condition, samples_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from importlib.resources.abc import Traversable

FULL_DAY = r"\d{4}-\d{2}-\d{2}"
PARTIAL_DAY = r"\d{4}(-\d{2}(-\d{2})?)?"
ENTRY_TYPES = ("online", "misc", "article", "book", "incollection", "techreport")
BY_INSTRUMENT = ("legal-rank", "durability", "bearers")
NEEDS_AN_ACT = SUSPENSIONS | {"postponed", "advanced", "vacated", "annulled", "repealed", "revived"}
FOR_CHAPTERS = {"scholarship", "prose"}
UNREPEATED = ("content", "summary", "definition", "consequence", "claim", "statement")
SENTENCE_WORDS = 8
BINDING = frozenset(
    {
        "treaty",
        "statute",
        "regulation",
        "directive",
        "decision",
        "delegated-act",
        "implementing-act",
        "national-act",
        "administrative-regulation",
        "departmental-rule",
        "local-regulation",
        "judicial-interpretation",
        "judgment",
        "executive-order",
        "agency-rule",
        "state-statute",
        "local-rule",
        "mandatory-standard",
    }
)
ACTS_ON_OTHERS = frozenset({"amends", "repeals", "annuls", "stays"})
BEFORE_THE_LAUNCH = frozenset({"proposed", "cosponsored"})
NOT_AFTER_THE_RECORD = {
    "actions": ("date",),
    "application": ("known_from",),
    "dated_claims": ("stated_on",),
    "events": ("date",),
    "instruments": ("adopted", "published"),
    "participation": ("date",),
}
IN_ORDER = {
    "application": ("applies_from", "applies_until"),
    "instruments": ("adopted", "ended"),
    "memberships": ("from", "until"),
}
NOT_BEFORE = {"instruments": (("adopted", "published"), ("adopted", "enters_into_force"))}
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
    ("triggers", "target"): ("provisions", "cohorts"),
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
    "scenario_facts": (("scenario", "scenarios"),),
    "triggers": (("target", None),),
}
ADVISED = 20
CACHED_ANSWERS = 2
CACHED_BYTES = 4 * 1024 * 1024
CACHED_FILES = 64
CACHED_TEXTS = 1 << 16
LOST_LETTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]|[\xc2\xc3][\xa0-\xbf]")
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
        return " ".join(f"{self.level}: {place}: {self.message}; {self.mend}".splitlines())


class Row(dict[str, str]):
    """The cells of one row by column, with its place; a missing cell reads as empty, and no two rows are the same."""

    __slots__ = ("file", "line")
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    def __init__(self, file: str, line: int, cells: Iterable[tuple[str, str]]) -> None:
        super().__init__(cells)
        self.file = file
        self.line = line

    def __missing__(self, column: str) -> str:
        """Return an empty cell."""
        return ""


def check(
    data: str | os.PathLike | Traversable | None = None, overlay: str | os.PathLike | None = None
) -> list[Problem]:
    """List every fault of a record; nothing is changed.

    Parameters
    ----------
    data : path or zipfile.Path, optional
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


def overlay_faults(directory: Path | Traversable, overlay: Path) -> list[Problem]:
    """List the faults of an overlay itself: its files, its cells, its keys and what it speaks of."""
    inspection = _Inspection(directory)
    inspection.read_record()
    inspection.problems.clear()
    inspection.read_overlay(overlay)
    return inspection.problems


def overlay_tables(directory: Path | Traversable, overlay: Path) -> dict[str, list[list[str]]]:
    """Return the rows of an overlay by table, each row in the order of the descriptor."""
    inspection = _Inspection(directory)
    inspection.read_overlay(overlay)
    return {
        name: [[row[column] for column in inspection.columns(name)] for row in rows]
        for name, rows in inspection.added.items()
    }


@lru_cache(maxsize=CACHED_TEXTS)
def is_date(text: str) -> bool:
    """Say whether a text is a real day, month or year in ISO form."""
    if not re.fullmatch(PARTIAL_DAY, text, re.ASCII):
        return False
    try:
        date.fromisoformat(text + "-01" * ((10 - len(text)) // 3))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=CACHED_TEXTS)
def _nearest(value: str, choices: tuple[str, ...]) -> list[str]:
    """Return the value of an enumeration that is nearest, if any is near."""
    return difflib.get_close_matches(value, choices, n=1)


@lru_cache(maxsize=CACHED_TEXTS)
def _items(cell: str) -> tuple[str, ...]:
    """Return the items of a list cell."""
    return tuple(item for item in (part.strip() for part in cell.split(";")) if item)


@lru_cache(maxsize=CACHED_TEXTS)
def _keys(source: str) -> tuple[str, ...]:
    """Return the keys of a cell of sources."""
    return tuple(key for key, _ in split_source(source))


@lru_cache(maxsize=CACHED_TEXTS)
def _wording(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the words of a text, and of each sentence that is long enough to be somebody's own."""
    parts = [re.findall(r"\w+", part) for part in re.split(r"[.;:!?]\s", text.casefold())]
    whole = " ".join(word for part in parts for word in part)
    return whole, tuple(" ".join(part) for part in parts if len(part) >= SENTENCE_WORDS)


class _Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def error(self, file: str, line: int, column: str, value: str, message: str, mend: str) -> None:
        """Add an error."""
        self.problems.append(Problem("error", file, line, column, value, message, mend))

    def fault(self, row: Row, column: str, message: str, mend: str) -> None:
        """Add an error in a cell."""
        self.error(row.file, row.line, column, row[column], message, mend)

    def warning(self, row: Row, column: str, message: str, mend: str) -> None:
        """Add a warning in a cell."""
        self.problems.append(Problem("warning", row.file, row.line, column, row[column], message, mend))

    def repeated(self, row: Row, column: str, message: str, other: Row) -> None:
        """Add an error that names both places."""
        message = f"{message} those of {other.file}, row {other.line}"
        self.fault(row, column, message, "take out or change one of the two")


class _File(_Faults):
    """One file held against its own description alone, so that the same content need not be read twice."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.rows: list[Row] = []
        self.entries: list[Reference] = []
        self.whole = False

    def read_table(self, fields: list[dict], content: bytes) -> None:
        """Read a table and check its encoding, header, shape and cells."""
        text = self.text(content)
        if text is None:
            return
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        header: list[str] | None = None
        line = 1
        try:
            for cells in lines:
                if header is None:
                    header = cells
                    self.check_header([field["name"] for field in fields], header)
                elif not cells:
                    self.error(self.file, line, "", "", "the line is empty", "take the line out")
                else:
                    if len(cells) != len(header):
                        message = f"the row has {len(cells)} cells, the header {len(header)}"
                        self.error(self.file, line, "", "", message, "quote cells that hold commas, or fill the row up")
                    self.rows.append(Row(self.file, line, zip(header, cells, strict=False)))
                line = lines.line_num + 1
            self.whole = header == [field["name"] for field in fields]
        except csv.Error as error:
            self.error(self.file, line, "", "", f"not CSV ({error})", "mend the quotes in this row")
        for row in self.rows:
            self.check_cells(fields, row)
        if LOST_LETTER.search(text):
            self.check_letters()

    def text(self, content: bytes) -> str | None:
        """Return the text of the file, or None with an error."""
        try:
            text = content.decode("utf-8-sig")
            broken = len(content)
        except UnicodeDecodeError as error:
            broken = error.start
        nul = content.find(b"\0", 0, broken)
        if nul >= 0:
            mend = "save the file as UTF-8 and take the character out"
            self.error(self.file, content.count(b"\n", 0, nul) + 1, "", "\\x00", "a NUL character", mend)
            return None
        if broken < len(content):
            line = content.count(b"\n", 0, broken) + 1
            byte = f"byte 0x{content[broken]:02x}"
            self.error(self.file, line, "", byte, "not UTF-8", "save the file as UTF-8")
            return None
        if not text.strip():
            self.error(self.file, 0, "", "", "the file is empty", "restore the header row")
            return None
        return text

    def check_header(self, expected: list[str], header: list[str]) -> None:
        """Hold a header against the descriptor."""
        for column in expected:
            if column not in header:
                self.error(self.file, 1, column, "", "the column is missing", f"the header is: {','.join(expected)}")
        for column in dict.fromkeys(header):
            if column not in expected:
                mend = f"describe it in {DESCRIPTOR} or take it out"
                self.error(self.file, 1, column, column, "the column is not described", mend)
            elif header.count(column) > 1:
                self.error(self.file, 1, column, column, "the column stands twice", "keep one")
        if sorted(header) == sorted(expected) and header != expected:
            self.error(self.file, 1, "", "", "the columns are out of order", f"the header is: {','.join(expected)}")

    def check_letters(self) -> None:
        """Refuse cells in which a wrong encoding has left its mark."""
        for row in self.rows:
            for column, value in row.items():
                if found := LOST_LETTER.search(value):
                    message = f"the character U+{ord(found[0][0]):04X}, left by a wrong encoding"
                    self.fault(row, column, message, "enter the text again")

    def check_cells(self, fields: list[dict], row: Row) -> None:
        """Hold every cell of a row against its column."""
        for field in fields:
            column = field["name"]
            if column not in row:
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
                near = _nearest(value, tuple(rules["enum"]))
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

    def read_bibliography(self, as_of: str, content: bytes) -> None:
        """Read a bibliography and check its entries."""
        text = self.text(content)
        if text is None:
            return
        try:
            self.entries = parse_bibliography(text)
            self.whole = True
        except ValueError as error:
            line = re.match(r"line ([0-9]+): ", str(error))
            self.error(self.file, int(line[1]) if line else 0, "", "", str(error), "then check again")
        for entry in self.entries:
            self.check_reference(as_of, entry)

    def check_reference(self, as_of: str, entry: Reference) -> None:
        """Check one entry of the bibliography."""
        if not KEY.fullmatch(entry.key):
            self.error(self.file, entry.line, "key", entry.key, "not a key", "use lower-case letters and digits only")
        if entry.kind not in ENTRY_TYPES:
            mend = f"use one of: {', '.join(ENTRY_TYPES)}"
            self.error(self.file, entry.line, "type", entry.kind, "not a type that the book can print", mend)
        for field in ("title", "year"):
            if not entry.fields.get(field):
                self.error(self.file, entry.line, field, entry.key, "the field is missing", "add it")
        url = entry.fields.get("url", "")
        if url and not re.match(r"https?://[^\s]+$", url):
            self.error(self.file, entry.line, "url", url, "not a link", "write an http or https address")
        looked = entry.fields.get("urldate", "")
        if looked and (not is_date(looked) or looked > as_of):
            self.error(
                self.file, entry.line, "urldate", looked, "not a day up to the record's", "write the day of the look"
            )


@lru_cache(maxsize=CACHED_FILES)
def _table(file: str, schema: str, content: bytes) -> _File:
    """Return a table as read; the same content under the same schema is read once."""
    found = _File(file)
    found.read_table(json.loads(schema)["fields"], content)
    return found


@lru_cache(maxsize=CACHED_FILES)
def _bibliography(file: str, as_of: str, content: bytes) -> _File:
    """Return a bibliography as read; the same content is read once."""
    found = _File(file)
    found.read_bibliography(as_of, content)
    return found


@lru_cache(maxsize=CACHED_ANSWERS)
def _answers(
    as_of: str, application: tuple[_File, ...], cohorts: tuple[_File, ...], provisions: tuple[_File, ...]
) -> list[Answer]:
    """Return the answers for the record's day; the same tables are asked once."""
    readable = [
        row
        for file in application
        for row in file.rows
        if is_date(row["known_from"])
        and all(not row[column] or is_date(row[column]) for column in ("applies_from", "applies_until"))
    ]
    tables = {
        name: pd.DataFrame([[row[column] for column in columns] for row in rows], columns=columns, dtype="object")
        for name, rows, columns in (
            ("application", readable, STATEMENT_COLUMNS),
            ("cohorts", [row for file in cohorts for row in file.rows], ["id", "parent"]),
            ("provisions", [row for file in provisions for row in file.rows], ["id", "modality"]),
        )
    }
    return answers(Record(date.fromisoformat(as_of), Path(), {}, tables))


class _Inspection(_Faults):
    """The tables of a record as read for checking, and the faults found so far."""

    def __init__(self, directory: Path | Traversable) -> None:
        super().__init__()
        self.directory = directory
        self.descriptor = read_descriptor(directory)
        self.as_of = self.descriptor["as_of"]
        self.schemas = {each["name"]: each["schema"] for each in self.descriptor["resources"]}
        self.check_descriptor()
        self.tables: dict[str, list[Row]] = {}
        self.added: dict[str, list[Row]] = {}
        self.references: dict[str, tuple[str, Reference]] = {}
        self.files: dict[str, list[_File]] = defaultdict(list)
        self.unread: set[str] = set()
        self.nearest: dict[tuple[str, tuple[str, ...] | None], str] = {}

    def columns(self, name: str) -> list[str]:
        """Return the columns of a table in the order of the descriptor."""
        return [each["name"] for each in self.schemas[name]["fields"]]

    def own(self, columns: Iterable[str], name: str) -> list[str]:
        """Return those of some columns that a table has as its own, and not to name rows of another."""
        pointers = [key["fields"][0] for key in self.schemas[name].get("foreignKeys", [])]
        return [column for column in columns if column in self.columns(name) and column not in pointers]

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table with those of the overlay."""
        return [*self.tables.get(name, []), *self.added.get(name, [])]

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
        for file in sorted(path.name for path in self.directory.iterdir()):
            if file.endswith(".csv") and file not in described:
                mend = f"describe it in {DESCRIPTOR} or take it away"
                self.error(f"{self.directory.name}/{file}", 0, "", "", "the file is not described", mend)
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

    def read_table(self, name: str, path: Path | Traversable, file: str) -> list[Row]:
        """Read one table and check its encoding, header, shape and cells."""
        content = self.content(path, file)
        if content is None:
            table = _File(file)
        else:
            read = _table if len(content) <= CACHED_BYTES else _table.__wrapped__
            table = read(file, json.dumps(self.schemas[name]), content)
        self.problems.extend(table.problems)
        self.files[name].append(table)
        if not table.whole:
            self.unread.add(name)
        return table.rows

    def content(self, path: Path | Traversable, file: str) -> bytes | None:
        """Return the content of a file, or None with an error."""
        try:
            return path.read_bytes()
        except OSError as error:
            self.error(file, 0, "", "", f"cannot be read ({error.strerror or 'not there'})", "put the file there")
            return None

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
                values_of = itemgetter(*columns)
                seen = {values_of(row): row for row in base.get(name, [])}
                for row in rows:
                    values = values_of(row)
                    if values in seen and any(row[column] for column in columns):
                        self.repeated(row, columns[0], f"{', '.join(columns)} repeat", seen[values])
                    seen[values] = row
            for row in rows:
                value = row["id"]
                if value and value in ids:
                    self.repeated(row, "id", "the id is taken", ids[value])
                elif value:
                    ids[value] = row

    def read_references(self, folder: Path | Traversable) -> None:
        """Read a bibliography and check its entries."""
        file = f"{folder.name}/{BIBLIOGRAPHY}"
        content = self.content(folder / BIBLIOGRAPHY, file)
        bibliography = _File(file) if content is None else _bibliography(file, self.as_of, content)
        self.problems.extend(bibliography.problems)
        if not bibliography.whole:
            self.unread.add(BIBLIOGRAPHY)
        for entry in bibliography.entries:
            if entry.key in self.references:
                other, first = self.references[entry.key]
                message = f"the key is taken by {other}, row {first.line}"
                self.error(file, entry.line, "key", entry.key, message, "take out or rename one of the two")
            else:
                self.references[entry.key] = (file, entry)

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
        self.check_ended()
        self.check_penalties()
        self.check_cycles()
        self.check_same_status()
        self.check_facts()
        self.check_triggers()
        self.check_subtraction()
        self.check_repeated_text()
        self.check_dimensions_answered()

    @cached_property
    def ids(self) -> dict[str, set[str]]:
        """Return the ids of every table."""
        return {name: {row["id"] for row in self.rows(name) if row["id"]} for name in self.schemas}

    def check_pointer(self, name: str, column: str, targets: tuple[str, ...] | None) -> None:
        """Resolve the ids of a column; None stands for every table. What cannot be read is not searched."""
        if name not in self.schemas or self.unread & {*(targets or self.schemas)}:
            return
        known = set().union(*(self.ids.get(target, set()) for target in (targets or self.schemas)))
        word = ALLOWED_WORDS.get((name, column))
        for row in self.rows(name):
            if not row[column] or row[column] in known:
                continue
            items = _items(row[column])
            for item in dict.fromkeys(items):
                if item not in known and item != word:
                    where = ", ".join(targets) if targets else "any table"
                    self.fault(row, column, f"{item!r} is no id of {where}", self.advice(item, targets, known))
                elif items.count(item) > 1:
                    self.fault(row, column, f"{item!r} stands twice", "name it once")
            if column != "cohort" and word in items and len(items) > 1:
                self.fault(row, column, f"{word!r} beside ids", "keep the one or the others")

    def advice(self, item: str, targets: tuple[str, ...] | None, known: set[str]) -> str:
        """Return advice that names the nearest ids or keys; after some such faults, without looking for these."""
        if (item, targets) not in self.nearest:
            near = difflib.get_close_matches(item, known, n=3, cutoff=0.5) if len(self.nearest) < ADVISED else ()
            advice = f"nearest: {', '.join(near)}" if near else "mend the value or add what it names"
            self.nearest[item, targets] = advice
        return self.nearest[item, targets]

    def check_sources(self) -> None:
        """Resolve every source, and find entries that no row uses."""
        if BIBLIOGRAPHY in self.unread:
            return
        used = set()
        keys = set(self.references)
        for name in self.schemas:
            for column in self.own(SOURCE_COLUMNS, name):
                for row in self.rows(name):
                    for key in _keys(row[column]):
                        used.add(key)
                        if key not in keys:
                            mend = f"add it to {BIBLIOGRAPHY}, or {self.advice(key, (), keys)}"
                            self.fault(row, column, f"unknown source {key!r}", mend)
        if self.unread:
            return
        for key, (file, entry) in self.references.items():
            if key not in used and not FOR_CHAPTERS & set(re.split(r"[,\s]+", entry.fields.get("keywords", ""))):
                mend = f"cite it in a row, take it out, or mark it for chapters: {' or '.join(sorted(FOR_CHAPTERS))}"
                self.error(file, entry.line, "key", key, "no row uses this entry", mend)

    def check_dates(self) -> None:
        """Check that dates stand in order and none lies after the record's day."""
        for name, columns in NOT_AFTER_THE_RECORD.items():
            for row in self.rows(name):
                for column in columns:
                    if row[column] > self.as_of and is_date(row[column]) and bounds(row[column])[0] > self.as_of:
                        self.fault(row, column, f"after the record's day {self.as_of}", "enter what has happened")
        for name in self.schemas:
            for row in self.rows(name):
                if row["checked"] > self.as_of and is_date(row["checked"]):
                    self.fault(row, "checked", f"after the record's day {self.as_of}", "enter the day of the look")
        for name, (first, last) in IN_ORDER.items():
            for row in self.rows(name):
                if not row[first] or not row[last]:
                    continue
                if is_date(row[first]) and is_date(row[last]) and bounds(row[first])[0] >= bounds(row[last])[1]:
                    if name == "instruments" and row[first] == row[last]:
                        continue
                    message = f"not after {first} {row[first]}"
                    self.fault(row, last, message, "mend the dates; what never held is `never`")
        for name, pairs in NOT_BEFORE.items():
            for row in self.rows(name):
                for first, last in pairs:
                    self.not_before(row, last, row[first], f"{first} {row[first]}")
        self.check_dates_of_acts()

    def not_before(self, row: Row, column: str, day: str, what: str) -> None:
        """Check that the date in a cell is not certainly before a day."""
        if row[column] < day and is_date(row[column]) and is_date(day) and bounds(row[column])[1] < bounds(day)[0]:
            self.fault(row, column, f"before {what}", "mend one of the two dates")

    def check_dates_of_acts(self) -> None:
        """Check that nothing is known, ended or joined before the act that did it or began it."""
        dates = {row["id"]: row["date"] for name in ("actions", "events") for row in self.rows(name)}
        dates |= {row["id"]: row["adopted"] for row in self.rows("instruments")}
        for row in self.rows("application"):
            if row["certainty"] == "law":
                act = row["set_by"]
                self.not_before(row, "known_from", dates.get(act, ""), f"{act}, of {dates.get(act)}")
        for row in self.rows("instruments"):
            act = row["ended_by"]
            self.not_before(row, "ended", dates.get(act, ""), f"{act}, of {dates.get(act)}")
        launched = {row["id"]: row["launched"] for row in self.rows("initiatives")}
        for row in self.rows("participation"):
            if row["act"] not in BEFORE_THE_LAUNCH:
                day = launched.get(row["initiative"], "")
                self.not_before(row, "date", day, f"the launch on {day}")

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
                keys = {*_keys(row["source"])}
                first_hand = row["read"] in ("operative-text", "official-page")
                if row["confidence"] == "high" and (row["read"] == "none" or not (first_hand or len(keys) > 1)):
                    mend = "lower it, read the text or the official page, or name a second independent source"
                    self.fault(row, "confidence", f"high on {row['read']} and one source", mend)

    def check_instruments(self) -> None:
        """Check the end of instruments, and that those that bind say what they ask."""
        for row in self.rows("instruments"):
            if row["ended"] and not row["ended_by"]:
                self.fault(row, "ended", "ended without ended_by", "name the instrument, action or event that ended it")
            if row["ended_by"] and not row["ended"]:
                self.fault(row, "ended_by", "ended_by without ended", "enter the day from which it is gone")
        speaking = {row["instrument"] for row in self.rows("provisions")}
        speaking |= {row["set_by"] for row in self.rows("application")}
        speaking |= {row["subject"] for row in self.rows("relations") if row["relation"] in ACTS_ON_OTHERS}
        if not self.unread & {"provisions", "application", "relations"}:
            for row in self.rows("instruments"):
                if row["kind"] in BINDING and row["id"] not in speaking:
                    self.fault(row, "id", "it binds and has no provisions", "add them, or what it does to other law")
        self.check_initiatives()

    def check_initiatives(self) -> None:
        """Check the launch of initiatives, and that a complete roster names somebody."""
        joined = {row["initiative"] for row in self.rows("participation")}
        joined |= {row["group"] for row in self.rows("memberships")}
        for row in self.rows("initiatives"):
            if row["date_status"] == "known" and not row["launched"]:
                self.fault(row, "launched", "no day although date_status is known", "enter it or change date_status")
            elif row["date_status"] == "known" and is_date(row["launched"]) and bounds(row["launched"])[0] > self.as_of:
                self.fault(row, "launched", f"known and after the record's day {self.as_of}", "change date_status")
            if row["roster_complete"] == "true" and row["id"] not in joined and "participation" not in self.unread:
                self.fault(row, "roster_complete", "complete without a state", "enter the states or write false")

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

    def check_ended(self) -> None:
        """Check that nothing of an instrument that has ended applies still, unless a relation says that it survives."""
        ended = {
            row["id"]: row for row in self.rows("instruments") if is_date(row["ended"]) and row["ended"] <= self.as_of
        }
        surviving = {row["subject"] for row in self.rows("relations") if row["relation"] == "survives-repeal"}
        in_force = {answer.provision for answer in self.todays_answers if answer.verdict == "yes"}
        for row in self.rows("provisions"):
            if row["id"] in in_force and row["instrument"] in ended and not {row["id"], row["instrument"]} & surviving:
                other = ended[row["instrument"]]
                message = f"it applies, and its instrument ended on {other['ended']} in {other.file}, row {other.line}"
                self.fault(row, "instrument", message, "enter its end in application, or the relation survives-repeal")

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
        self.check_changes()
        self.check_later_all()

    def check_changes(self) -> None:
        """Check that what is changed was law before, and that each change has an act of its own."""
        by_question: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        laid_down: dict[str, str] = {}
        for row in self.rows("application"):
            if row["certainty"] == "law" and is_date(row["known_from"]):
                by_question[row["provision"], row["cohort"], row["date_type"]].append(row)
                if row["event"] not in NEEDS_AN_ACT:
                    day = bounds(row["known_from"])[0]
                    laid_down[row["provision"]] = min(day, laid_down.get(row["provision"], day))
        for rows in by_question.values():
            acts: dict[str, Row] = {}
            for row in sorted(rows, key=lambda row: bounds(row["known_from"])[0]):
                day = bounds(row["known_from"])[1]
                first = acts.setdefault(row["set_by"], row)
                if bounds(first["known_from"])[1] < bounds(row["known_from"])[0]:
                    message = f"{row['set_by']} spoke before, in {first.file}, row {first.line}"
                    self.fault(row, "set_by", message, "name the act that changed it")
                if row["event"] in NEEDS_AN_ACT and laid_down.get(row["provision"], "9999") > day:
                    self.fault(row, "event", "nothing before it was law", "enter the statement that this one changes")

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

    def check_facts(self) -> None:
        """Check the form of each fact, and hold every answer of a scenario against its fact."""
        facts = {row["id"]: row for row in self.rows("facts")}
        for row in facts.values():
            if row["type"] == "choice" and len(set(options(row))) < 2:
                self.fault(row, "options", "a choice has two options or more", "name them, separated by semicolons")
            elif row["type"] != "choice" and row["options"]:
                self.fault(row, "options", f"a {row['type']} has no options", "empty the cell or make it a choice")
            if bool(row["unit"]) != (row["type"] == "number"):
                self.fault(row, "unit", "a number has a unit, and nothing else has", "enter it, or empty the cell")
        for row in self.rows("scenario_facts"):
            fact = facts.get(row["fact"])
            if fact and fact["type"] in OPS:
                try:
                    read_answer(fact, row["answer"])
                except ValueError as error:
                    self.fault(row, "answer", str(error), "answer in the type of the fact, or take the row out")

    def check_triggers(self) -> None:
        """Check each condition, the effects of each target, and that cases neither fail nor hold by themselves."""
        facts = {row["id"]: row for row in self.rows("facts") if row["type"] in OPS}
        silences = {row["id"] for row in self.rows("provisions") if row["modality"] == "silence"}
        for row in self.rows("triggers"):
            if row["target"] in silences:
                self.fault(row, "target", "a silence has no triggers", "take the row out")
            if row["fact"] in facts:
                try:
                    _condition(facts[row["fact"]], row["op"], row["value"])
                except ValueError as error:
                    self.fault(row, "value", str(error), "mend op or value")
        cut = {item for row in self.rows("provisions") for item in _items(row["subtracts_from"])}
        for target, effects in self.cases.items():
            first = next(iter(next(iter(effects.values())).values()))[0][0]
            if "triggers" not in effects:
                self.fault(first, "effect", f"{target} has no case that triggers", "add one, or take its rows out")
            if "restores" in effects and "defeats" not in effects and target not in cut:
                row = next(iter(effects["restores"].values()))[0][0]
                self.fault(row, "effect", "nothing defeats what this restores", "add what it restores from")
            for cases in effects.values():
                self.check_cases(cases, facts)

    @cached_property
    def cases(self) -> dict[str, dict[str, dict[str, list[tuple[Row, Condition]]]]]:
        """Return the readable conditions of each target by effect and case."""
        facts = {row["id"]: row for row in self.rows("facts") if row["type"] in OPS}
        found: dict[str, dict[str, dict[str, list[tuple[Row, Condition]]]]] = {}
        for row in self.rows("triggers"):
            try:
                condition = _condition(facts[row["fact"]], row["op"], row["value"])
            except (KeyError, ValueError):
                continue
            effects = found.setdefault(row["target"], {})
            effects.setdefault(row["effect"], {}).setdefault(row["case"], []).append((row, condition))
        return found

    def check_cases(self, cases: dict[str, list[tuple[Row, Condition]]], facts: dict[str, Row]) -> None:
        """Refuse a case that no answer meets, and cases that together leave no answer to a fact unmet."""
        alike: dict[tuple[str, frozenset[Condition]], list[tuple[Row, tuple[Condition, ...]]]] = defaultdict(list)
        for case in cases.values():
            for fact in dict.fromkeys(condition.fact for _, condition in case):
                rest = frozenset(condition for _, condition in case if condition.fact != fact)
                own = tuple(condition for _, condition in case if condition.fact == fact)
                row = next(row for row, condition in case if condition.fact == fact)
                alike[fact, rest].append((row, own))
                if not _met(facts[fact], (own,), any):
                    self.fault(row, "case", f"no answer to {fact} meets the case", "mend its conditions")
        for (fact, _), group in alike.items():
            if _met(facts[fact], tuple(own for _, own in group), all):
                message = f"every answer to {fact} meets this case or one that is otherwise the same"
                self.fault(group[-1][0], "case", message, f"merge them and leave {fact} out")

    def check_subtraction(self) -> None:
        """Refuse an exemption that cuts itself in the end, or that is also written as defeats of what it cuts."""
        cuts = {row["id"]: _items(row["subtracts_from"]) for row in self.rows("provisions")}
        cohorts: dict[str, set[str]] = defaultdict(set)
        for row in self.rows("application"):
            cohorts[row["provision"]].add(row["cohort"])
        for row in self.rows("provisions"):
            seen, ahead = set(), list(cuts[row["id"]])
            while ahead:
                at = ahead.pop()
                if at not in seen:
                    seen.add(at)
                    ahead.extend(cuts.get(at, ()))
            if row["id"] in seen:
                self.fault(row, "subtracts_from", "leads back to the row itself", "break the circle")
            own = self.cases.get(row["id"], {}).get("triggers", {})
            grounds = [{condition for _, condition in case} for case in own.values()]
            written: set[int] = set()
            for target in cuts[row["id"]]:
                for place in (target, *sorted(cohorts[target])):
                    for case in self.cases.get(place, {}).get("defeats", {}).values():
                        conditions = {condition for _, condition in case}
                        where = case[0][0]
                        if any(conditions <= each for each in grounds) and id(where) not in written:
                            written.add(id(where))
                            message = f"{row['id']} subtracts from {target} on the same conditions"
                            self.fault(where, "effect", message, "keep the exemption or the defeats, not both")

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
            for column, effect in (("subject", one), ("object", other)):
                if not effect and not self.unread & {"provisions", "initiatives"}:
                    self.fault(row, column, "nothing coded to compare", "name a provision, instrument or initiative")
            if one and other and one != other:
                message = f"{row['subject']} is {', '.join(sorted(one))}, {row['object']} is {', '.join(sorted(other))}"
                self.fault(row, "object", message, "code the same status alike or drop the relation")

    def check_repeated_text(self) -> None:
        """Refuse a text, or a whole sentence of some length, that stands in two rows."""
        texts: dict[str, Row] = {}
        sentences: dict[str, Row] = {}
        for name in self.schemas:
            for column in self.own(UNREPEATED, name):
                for row in self.rows(name):
                    whole, parts = _wording(row[column])
                    if not whole:
                        continue
                    if whole in texts:
                        self.repeated(row, column, "the words are", texts[whole])
                    else:
                        for part in parts:
                            if part in sentences and sentences[part] is not row:
                                self.repeated(row, column, "a sentence has the words of one of", sentences[part])
                                break
                    texts.setdefault(whole, row)
                    for part in parts:
                        sentences.setdefault(part, row)

    def check_dimensions_answered(self) -> None:
        """Check that each compared order answers every dimension, by a provision in force or by one silence."""
        in_force = {answer.provision for answer in self.todays_answers if answer.verdict == "yes"}
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

    @cached_property
    def todays_answers(self) -> list[Answer]:
        """Answers for the record's day, from the statements whose dates can be read."""
        return _answers(self.as_of, *(tuple(self.files[name]) for name in ("application", "cohorts", "provisions")))

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


@lru_cache(maxsize=CACHED_TEXTS)
def _condition(fact: Row, op: str, value: str) -> Condition:
    """Return a condition as read; the same words about the same fact are read once."""
    return read_condition(fact, op, value)


@lru_cache(maxsize=CACHED_TEXTS)
def _met(fact: Row, cases: tuple[tuple[Condition, ...], ...], quantity: Callable[[Iterable[bool]], bool]) -> bool:
    """Say whether any, or all, of the answers to a fact that conditions can tell apart meet one of the cases."""
    answers_apart = samples_of(fact, [condition.value for case in cases for condition in case])
    return quantity(
        any(all(condition.test({condition.fact: answer}) == YES for condition in case) for case in cases)
        for answer, _ in answers_apart
    )


def _answer_of(row: Row) -> str:
    """Return which of the two answers a statement serves."""
    return "enforceable" if row["date_type"] == "enforceable" else "verdict"
