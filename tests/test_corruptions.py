"""A thousand seeded corruptions of the record, each in memory: reported at its place, or harmless."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import pytest
from examples import DATA
from frictionless import validate

from rulebooks.check import ALLOWED_WORDS, ENTRY_TYPES, POINTS_TO, check, is_date
from rulebooks.record import BIBLIOGRAPHY, DESCRIPTOR, RecordError, load
from rulebooks.references import parse_bibliography, split_source

SEED = 20261127
CORRUPTIONS = 1000
COMPARED = 50
DATES = (r"\d{4}-\d{2}-\d{2}", r"\d{4}(-\d{2}(-\d{2})?)?")
SOURCES = ("source", "contrary_source")
Place = tuple[str, int, str | None]  # file, row and column; None stands for any column


class Corruption(NamedTuple):
    """One file spoilt: its new content, None where it is gone, and the places of which one must be reported."""

    kind: str
    file: str
    content: bytes | None
    places: set[Place]


class Table:
    """One table of the record with what the descriptor says of its columns."""

    def __init__(self, name: str, schema: dict, content: bytes) -> None:
        self.name = name
        self.file = f"{name}.csv"
        self.content = content
        self.fields = {field["name"]: field for field in schema["fields"]}
        self.header, *self.rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        self.key = schema["primaryKey"]
        self.foreign = {key["fields"][0]: key["reference"]["resource"] or name for key in schema.get("foreignKeys", [])}

    def at(self, column: str) -> int:
        """Return the position of a column."""
        return self.header.index(column)

    def rules(self, column: str) -> dict:
        """Return the constraints of a column."""
        return self.fields[column].get("constraints", {})

    def lines(self, rows: list[list[str]] | None = None) -> list[str]:
        """Return the header and each row as it stands in the file."""
        return [written(cells) for cells in (self.header, *(self.rows if rows is None else rows))]

    @cached_property
    def starts(self) -> list[int]:
        """Return the line on which each row begins."""
        return starts(self.lines())

    def place(self, row: int, column: str | None) -> Place:
        """Return the place of a row, the first of the table being 0."""
        return self.file, self.starts[row], column

    def with_cell(self, row: int, column: str, value: str) -> bytes:
        """Return the table with one cell changed."""
        rows = [list(cells) for cells in self.rows]
        rows[row][self.at(column)] = value
        return "".join(self.lines(rows)).encode()

    def cells(self, wanted: Callable[[str], bool]) -> Iterator[tuple[int, str, str]]:
        """Yield row, column and value of the cells of some columns that are not empty."""
        for column in filter(wanted, self.header):
            at = self.at(column)
            yield from ((row, column, cells[at]) for row, cells in enumerate(self.rows) if cells[at])

    def is_enum(self, column: str) -> bool:
        """Say whether a column has a closed list of values."""
        return "enum" in self.rules(column)

    def is_date(self, column: str) -> bool:
        """Say whether a column holds dates."""
        return self.rules(column).get("pattern") in DATES

    def is_number(self, column: str) -> bool:
        """Say whether a column holds numbers."""
        return self.fields[column]["type"] in ("integer", "number")

    def is_code(self, column: str) -> bool:
        """Say whether a column has a form of its own that is no date."""
        return "pattern" in self.rules(column) and not self.is_date(column)

    def is_pointer(self, column: str) -> bool:
        """Say whether a column names rows."""
        return column in self.foreign or (self.name, column) in POINTS_TO

    def is_free(self, column: str) -> bool:
        """Say whether a column holds free text."""
        special = self.is_enum(column) or "pattern" in self.rules(column) or self.is_number(column)
        return not special and column not in (*self.key, "options", "value", "answer")


class Source:
    """The record as it stands, read once."""

    def __init__(self, directory: Path) -> None:
        self.files = {path.name: path.read_bytes() for path in sorted(directory.iterdir()) if path.is_file()}
        self.descriptor = json.loads(self.files[DESCRIPTOR])
        schemas = {resource["name"]: resource["schema"] for resource in self.descriptor["resources"]}
        self.tables = {name: Table(name, schema, self.files[f"{name}.csv"]) for name, schema in schemas.items()}
        self.entries = parse_bibliography(self.files[BIBLIOGRAPHY].decode())

    @cached_property
    def ids(self) -> dict[str, str]:
        """Return the table of each id."""
        return {
            cells[table.at("id")]: name
            for name, table in self.tables.items()
            if "id" in table.header
            for cells in table.rows
        }

    @cached_property
    def keys(self) -> set[str]:
        """Return the keys of the bibliography."""
        return {entry.key for entry in self.entries}

    def pointers_to(self, id: str) -> set[Place]:
        """Return the places that name a row."""
        return {
            table.place(row, column)
            for table in self.tables.values()
            for row, column, value in table.cells(table.is_pointer)
            if id in re.split(r"; ?", value)
        }

    def cell(self, rng: random.Random, wanted: Callable[[Table, str], bool]) -> tuple[Table, int, str, str] | None:
        """Draw a table and a cell that is not empty, of a column of some kind."""
        table = rng.choice(list(self.tables.values()))
        cells = list(table.cells(lambda column: wanted(table, column)))
        return (table, *rng.choice(cells)) if cells else None

    def row(self, rng: random.Random, least: int = 2) -> tuple[Table, int]:
        """Draw a row of a table that has some."""
        table = rng.choice([table for table in self.tables.values() if len(table.rows) >= least])
        return table, rng.randrange(least - 1, len(table.rows))


def written(cells: list[str]) -> str:
    """Return cells as a row of CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def starts(lines: list[str]) -> list[int]:
    """Return the line on which each row after the header begins."""
    return list(accumulate((line.count("\n") for line in lines), initial=1))[1:]


def mistyped(rng: random.Random, text: str) -> str:
    """Return a word with a letter doubled, dropped or exchanged."""
    at = rng.randrange(len(text))
    return text[:at] + rng.choice([text[at] * 2, "", rng.choice("abcdefghijklmnopqrstuvwxyz")]) + text[at + 1 :]


# Kinds of corruption: each draws one, or None where the draw does not suit

KINDS: dict[str, Callable[[Source, random.Random], Corruption | None]] = {}
Kind = Callable[[Source, random.Random], Corruption | None]


def kind(function: Kind) -> Kind:
    """Register a kind of corruption under its name."""
    KINDS[function.__name__] = function
    return function


def in_cell(name: str, wanted: Callable[[Table, str], bool], change: Callable) -> None:
    """Register a kind that changes one cell; ``change`` gives a value that is wrong there, or None."""

    def draw(source: Source, rng: random.Random) -> Corruption | None:
        drawn = source.cell(rng, wanted)
        if drawn is None:
            return None
        table, row, column, value = drawn
        changed = change(source, rng, table, column, value)
        if changed is None or changed == value:
            return None
        return Corruption(name, table.file, table.with_cell(row, column, changed), {table.place(row, column)})

    KINDS[name] = draw


def not_in_the_list(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str | None:
    """Return a mistyped value of an enumeration."""
    changed = mistyped(rng, value)
    return changed if changed and changed not in table.rules(column)["enum"] else None


def no_day(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str | None:
    """Return a day or month that no calendar has."""
    year = value[:4]
    return rng.choice([f"{year}-13-01", f"{year}-02-30", f"{year}-00-10", f"{year}-04-31", f"{year}-11-00"])


def no_form_of_a_date(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str | None:
    """Return a date in a form that people and spreadsheets write."""
    year, *rest = value.split("-")
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    forms = [
        value.translate(wide),
        "/".join(["1", *reversed(rest), year]),
        f"{year}年",
        f"about {year}",
        f"{value}T00:00",
    ]
    forms += [value.replace("-", "/"), value.replace("-0", "-"), value.replace("-", ""), value.replace("-", "\u2013")]
    changed = rng.choice(forms)
    return None if is_date(changed) else changed


def no_number(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str | None:
    """Return a number in words or in a form that other countries write."""
    return rng.choice([f"{value},5", f"1 {value}", "ten", f"{value}%", f"€{value}", "0x1f", f"{value}m", "--"])


def no_quantity(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str:
    """Return what the standard's own tool takes for a number, and no amount, share or rank can be."""
    return rng.choice(["nan", "inf", "-inf", "１２"])


def no_code(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str | None:
    """Return a code that is not in the form of its column."""
    spoilt = [
        value.swapcase(),
        f"_{value}",
        f"é{value}",
        value.replace("a", "\u0430", 1),
        f"-{value}",
        f"{value}\u200b;;",
    ]
    changed = rng.choice(spoilt)
    return None if re.fullmatch(table.rules(column)["pattern"], changed) else changed


def no_row(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str | None:
    """Return a list cell of which one item names nothing."""
    items = value.split("; ")
    at = rng.randrange(len(items))
    items[at] = mistyped(rng, items[at])
    changed = "; ".join(items)
    word = ALLOWED_WORDS.get((table.name, column))
    fits = re.fullmatch(table.rules(column).get("pattern", ".*"), changed)
    return changed if fits and items[at] not in source.ids and items[at] != word else None


def no_source(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str | None:
    """Return a cell of sources of which one key is in no bibliography."""
    key = rng.choice(split_source(value))[0]
    changed = mistyped(rng, key)
    return value.replace(key, changed, 1) if changed not in source.keys and re.fullmatch("[a-z0-9]+", changed) else None


def padded(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str | None:
    """Return a value with space around it."""
    space = rng.choice([" ", "\u00a0", "\t", "\u3000", "\n"])
    return rng.choice([space + value, value + space])


def with_lost_letter(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str | None:
    """Return a value in which a letter gave way to a sign of a wrong encoding."""
    at = rng.randrange(len(value))
    return value[:at] + rng.choice("\ufffd\x81\x07\x9d") + value[at + 1 :]


def other_letters(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str | None:
    """Return free text with a letter changed, which nobody can tell from text."""
    at = rng.randrange(len(value))
    changed = value[:at] + rng.choice("abcdefgh\u4e2d\u0430\u2019") + value[at + 1 :]
    return changed if changed == changed.strip() else None


def listed_wrongly(source: Source, rng: random.Random, table: Table, column: str, value: str) -> str | None:
    """Return a list with wrong signs between its items, or with an item named twice."""
    if "; " not in value:
        return f"{value}; {value}" if table.is_pointer(column) and "(; " in table.rules(column)["pattern"] else None
    return value.replace("; ", rng.choice([";", " ;", ";; "]), 1)


in_cell("enumeration", Table.is_enum, not_in_the_list)
in_cell("no such day", Table.is_date, no_day)
in_cell("form of a date", Table.is_date, no_form_of_a_date)
in_cell("number", Table.is_number, no_number)
in_cell("no quantity", Table.is_number, no_quantity)
in_cell("form of a code", Table.is_code, no_code)
in_cell("dangling pointer", Table.is_pointer, no_row)
in_cell("unknown source", lambda table, column: column in SOURCES, no_source)
in_cell("emptied", lambda table, column: table.rules(column).get("required", False), lambda *_: "")
in_cell("too long", lambda table, column: "maxLength" in table.rules(column), lambda *drawn: drawn[-1] + " and" * 110)
in_cell("space around", lambda table, column: True, padded)
in_cell("lost letter", lambda table, column: True, with_lost_letter)
in_cell("free text", Table.is_free, other_letters)
in_cell("list", lambda table, column: table.is_pointer(column) or column in SOURCES, listed_wrongly)


@kind
def row_doubled(source: Source, rng: random.Random) -> Corruption:
    """Repeat a row further down."""
    table, row = source.row(rng)
    to = rng.randrange(row + 1, len(table.rows) + 1)
    rows = [*table.rows[:to], table.rows[row], *table.rows[to:]]
    lines = table.lines(rows)
    return Corruption("row_doubled", table.file, "".join(lines).encode(), {table.place(to, table.key[0])})


def in_row(name: str, change: Callable) -> None:
    """Register a kind that changes one row as text; ``change`` gives the new text, or None."""

    def draw(source: Source, rng: random.Random) -> Corruption | None:
        table, row = source.row(rng)
        lines = table.lines()
        changed = change(rng, table.rows[row], lines[row + 1])
        if changed is None:
            return None
        place = table.place(row, None)
        lines[row + 1] = changed
        return Corruption(name, table.file, "".join(lines).encode(), {place})

    KINDS[name] = draw


def without_a_cell(rng: random.Random, cells: list[str], line: str) -> str:
    """Return a row with one cell less."""
    at = rng.randrange(len(cells))
    return written(cells[:at] + cells[at + 1 :])


def with_a_cell(rng: random.Random, cells: list[str], line: str) -> str:
    """Return a row with one cell more."""
    at = rng.randrange(len(cells) + 1)
    return written([*cells[:at], rng.choice(["", "more"]), *cells[at:]])


def with_open_quote(rng: random.Random, cells: list[str], line: str) -> str | None:
    """Return a row of which one cell begins with a quote that nothing closes."""
    plain = [at for at, cell in enumerate(cells) if cell and written([cell]) == f"{cell}\n"]
    at = rng.choice(plain)
    parts = [written([cell])[:-1] if cell else "" for cell in cells]
    parts[at] = f'"{cells[at]}'
    return ",".join(parts) + "\n"


def without_a_quote(rng: random.Random, cells: list[str], line: str) -> str | None:
    """Return a row that has lost one of its quotes."""
    quotes = [match.start() for match in re.finditer('"', line)]
    if not quotes:
        return None
    at = rng.choice(quotes)
    return line[:at] + line[at + 1 :]


def with_stray_quote(rng: random.Random, cells: list[str], line: str) -> str | None:
    """Return a row with a quote within a quoted cell."""
    quoted = [match for match in re.finditer(r'(?:^|,)"([^"]{4,})"(?=,|\n)', line)]
    if not quoted:
        return None
    match = rng.choice(quoted)
    at = rng.randrange(match.start(1) + 1, match.end(1) - 1)
    return f'{line[:at]}"{line[at:]}'


in_row("a cell less", without_a_cell)
in_row("a cell more", with_a_cell)
in_row("empty line", lambda rng, cells, line: f"\n{line}")
in_row("open quote", with_open_quote)
in_row("lost quote", without_a_quote)
in_row("stray quote", with_stray_quote)
in_row("rows joined", lambda rng, cells, line: f"{line[:-1]},{line}")
in_row("cut short", lambda rng, cells, line: f"{line[: line.rindex(',')]}\n")


@kind
def row_lost(source: Source, rng: random.Random) -> Corruption | None:
    """Take out a row that rows of other tables name."""
    table, row = source.row(rng)
    if "id" not in table.header:
        return None
    named = {place for place in source.pointers_to(table.rows[row][table.at("id")]) if place[0] != table.file}
    lines = table.lines(table.rows[:row] + table.rows[row + 1 :])
    return Corruption("row_lost", table.file, "".join(lines).encode(), named) if named else None


@kind
def cut_off(source: Source, rng: random.Random) -> Corruption | None:
    """End a file in the middle of a row."""
    table, row = source.row(rng)
    lines = table.lines()
    kept = lines[row + 1][: rng.randrange(1, len(lines[row + 1]))]
    if kept.count(",") == lines[row + 1].count(","):
        return None
    return Corruption("cut_off", table.file, "".join([*lines[: row + 1], kept]).encode(), {table.place(row, None)})


def in_header(name: str, change: Callable) -> None:
    """Register a kind that changes header and rows; ``change`` gives both and the columns to report."""

    def draw(source: Source, rng: random.Random) -> Corruption | None:
        table, _ = source.row(rng)
        header, rows, columns = change(rng, table, rng.randrange(len(table.header)))
        content = "".join(written(cells) for cells in (header, *rows)).encode()
        return Corruption(name, table.file, content, {(table.file, 1, column) for column in columns})

    KINDS[name] = draw


def renamed(table: Table, at: int, name: str) -> tuple[list[str], list[list[str]], set[str]]:
    """Return a header with another name, which makes one column missing and one unknown."""
    return [*table.header[:at], name, *table.header[at + 1 :]], table.rows, {table.header[at]}


def without_column(cells: list[str], at: int) -> list[str]:
    """Return cells without one."""
    return cells[:at] + cells[at + 1 :]


def exchanged(cells: list[str], at: int) -> list[str]:
    """Return cells of which two neighbours have changed places."""
    other = at - 1 if at else 1
    changed = list(cells)
    changed[at], changed[other] = cells[other], cells[at]
    return changed


in_header("column renamed", lambda rng, table, at: renamed(table, at, f"{table.header[at]}_2"))
in_header("column in capitals", lambda rng, table, at: renamed(table, at, table.header[at].upper()))
in_header("space in header", lambda rng, table, at: renamed(table, at, f" {table.header[at]}"))
in_header(
    "column lost",
    lambda rng, table, at: (
        without_column(table.header, at),
        [without_column(cells, at) for cells in table.rows],
        {table.header[at]},
    ),
)
in_header(
    "name of column lost", lambda rng, table, at: (without_column(table.header, at), table.rows, {table.header[at]})
)
in_header(
    "column doubled",
    lambda rng, table, at: (
        [*table.header, table.header[at]],
        [[*cells, cells[at]] for cells in table.rows],
        {table.header[at]},
    ),
)
in_header(
    "column added",
    lambda rng, table, at: ([*table.header, "remarks"], [[*cells, ""] for cells in table.rows], {"remarks"}),
)
in_header("names exchanged", lambda rng, table, at: (exchanged(table.header, at), table.rows, {""}))
in_header(
    "columns exchanged",
    lambda rng, table, at: (exchanged(table.header, at), [exchanged(cells, at) for cells in table.rows], {""}),
)
in_header("header lost", lambda rng, table, at: (table.rows[0], table.rows[1:], {table.header[at]}))


def in_bytes(name: str, change: Callable) -> None:
    """Register a kind that changes a file as bytes; ``change`` gives the new bytes and the row to report, or None."""

    def draw(source: Source, rng: random.Random) -> Corruption | None:
        table, _ = source.row(rng)
        file, content = rng.choice([(table.file, table.content)] * 9 + [(BIBLIOGRAPHY, source.files[BIBLIOGRAPHY])])
        changed = change(rng, content)
        if changed is None or changed[0] == content:
            return None
        return Corruption(name, file, changed[0], set() if changed[1] is None else {(file, changed[1], None)})

    KINDS[name] = draw


def first_broken_line(content: bytes) -> int | None:
    """Return the first line that is not UTF-8."""
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            line.decode()
        except UnicodeDecodeError:
            return number
    return None


def encoded(rng: random.Random, content: bytes) -> tuple[bytes, int | None] | None:
    """Return the text in an encoding of East Asia or of old spreadsheets."""
    changed = content.decode("utf-8-sig").encode(rng.choice(["gb18030", "cp1252", "big5", "shift_jis"]), "replace")
    return (changed, line) if (line := first_broken_line(changed)) else None


def inserted(content: bytes, at: int, more: bytes) -> tuple[bytes, int]:
    """Return bytes with more in between, and the line of these."""
    return content[:at] + more + content[at:], content.count(b"\n", 0, at) + 1


def with_broken_byte(rng: random.Random, content: bytes) -> tuple[bytes, int]:
    """Return bytes of which one cannot stand in UTF-8."""
    return inserted(content, rng.randrange(3, len(content)), rng.choice([b"\xff", b"\xc0\x80", b"\xfe"]))


def with_other_line_ends(rng: random.Random, content: bytes) -> tuple[bytes, None] | None:
    """Return the text with the line ends of another system, where no cell holds one."""
    rows = sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return (content.replace(b"\n", rng.choice([b"\r\n", b"\r"])), None) if rows == content.count(b"\n") else None


in_bytes("encoded", encoded)
in_bytes("broken byte", with_broken_byte)
in_bytes("NUL", lambda rng, content: inserted(content, rng.randrange(3, len(content)), b"\0"))
in_bytes("UTF-16", lambda rng, content: (content.decode("utf-8-sig").encode("utf-16"), 1))
in_bytes("UTF-16 without mark", lambda rng, content: (content.decode("utf-8-sig").encode("utf-16-le"), 1))
in_bytes("byte order mark", lambda rng, content: (b"\xef\xbb\xbf" + content, None))
in_bytes("line ends", with_other_line_ends)
in_bytes("emptied file", lambda rng, content: (rng.choice([b"", b"\n", b"\xef\xbb\xbf", b" \r\n"]), 0))
in_bytes("file lost", lambda rng, content: (None, 0))


@kind
def encoded_twice(source: Source, rng: random.Random) -> Corruption | None:
    """Read a file as Latin-1 and save it as UTF-8."""
    table, _ = source.row(rng)
    places = {
        table.place(row, column) for row, column, value in table.cells(lambda column: True) if not value.isascii()
    }
    if not places:
        return None
    return Corruption("encoded_twice", table.file, table.content.decode("latin-1").encode(), places)


@kind
def id_taken(source: Source, rng: random.Random) -> Corruption | None:
    """Give a row an id that stands further up or in an earlier table."""
    table, row = source.row(rng)
    if "id" not in table.header:
        return None
    before = [name for name in source.tables if "id" in source.tables[name].header]
    before = before[: before.index(table.name) + 1]
    other = source.tables[rng.choice(before)]
    cells = rng.choice(table.rows[:row] if other is table or not other.rows else other.rows)
    taken = cells[(table if other is table or not other.rows else other).at("id")]
    if not re.fullmatch(table.rules("id")["pattern"], taken):
        return None
    return Corruption("id_taken", table.file, table.with_cell(row, "id", taken), {table.place(row, "id")})


@kind
def key_taken(source: Source, rng: random.Random) -> Corruption | None:
    """Give a row the key of several columns that another has."""
    table, row = source.row(rng)
    if len(table.key) < 2:
        return None
    rows = [list(cells) for cells in table.rows]
    for column in table.key:
        rows[row][table.at(column)] = rows[row - 1][table.at(column)]
    lines = table.lines(rows)
    return Corruption(
        "key_taken", table.file, "".join(lines).encode(), {table.place(row, column) for column in table.key}
    )


@kind
def position_taken(source: Source, rng: random.Random) -> Corruption:
    """Give a row the position of another."""
    table = source.tables[rng.choice(["dimensions", "themes"])]
    row = rng.randrange(1, len(table.rows))
    taken = rng.choice(table.rows[:row])[table.at("position")]
    changed = table.with_cell(row, "position", taken)
    return Corruption("position_taken", table.file, changed, {table.place(row, "position")})


def in_entry(name: str, change: Callable) -> None:
    """Register a kind that changes one entry of the bibliography; ``change`` gives text and column, or None."""

    def draw(source: Source, rng: random.Random) -> Corruption | None:
        entry = rng.choice(source.entries)
        changed = change(source, rng, entry)
        if changed is None or changed[0] == entry.text:
            return None
        text = source.files[BIBLIOGRAPHY].decode()
        line = entry.line + (changed[0].count("\n@") and entry.text.count("\n") + 1)
        places = {(BIBLIOGRAPHY, line, changed[1])}
        return Corruption(name, BIBLIOGRAPHY, text.replace(entry.text, changed[0], 1).encode(), places)

    KINDS[name] = draw


def without_a_brace(source: Source, rng: random.Random, entry: NamedTuple) -> tuple[str, str] | None:
    """Return an entry that lacks its last closing brace, or one within."""
    braces = [match.start() for match in re.finditer(r"\}", entry.text)]
    at = rng.choice(braces)
    return entry.text[:at] + entry.text[at + 1 :], ""


def without_a_field(source: Source, rng: random.Random, entry: NamedTuple) -> tuple[str, str]:
    """Return an entry without its title or its year."""
    field = rng.choice(["title", "year"])
    return re.sub(rf"(?m)^(\s*){field}(\s*=)", rf"\1{field}gone\2", entry.text, count=1), field


in_entry("entry not closed", without_a_brace)
in_entry("entry without a field", without_a_field)
in_entry("entry doubled", lambda source, rng, entry: (f"{entry.text}\n{entry.text}", "key"))
in_entry(
    "entry of no type",
    lambda source, rng, entry: (entry.text.replace(entry.kind, f"{rng.choice(ENTRY_TYPES)}s", 1), "type"),
)
in_entry("key misspelt", lambda source, rng, entry: (entry.text.replace(entry.key, entry.key.upper() + "-1", 1), "key"))
in_entry(
    "no such day of the look",
    lambda source, rng, entry: (re.sub(r"(urldate\s*=\s*\{\d{4})-\d\d", r"\1-13", entry.text, count=1), "urldate"),
)


@kind
def entry_lost(source: Source, rng: random.Random) -> Corruption | None:
    """Take out an entry that rows cite."""
    entry = rng.choice(source.entries)
    places = {
        table.place(row, column)
        for table in source.tables.values()
        for row, column, value in table.cells(lambda column: column in SOURCES)
        if entry.key in {key for key, _ in split_source(value)}
    }
    content = source.files[BIBLIOGRAPHY].decode().replace(entry.text, "", 1).encode()
    return Corruption("entry_lost", BIBLIOGRAPHY, content, places) if places else None


# What frictionless can tell as well: everything that the descriptor says of one table
DESCRIBED = (
    "enumeration",
    "number",
    "form of a code",
    "emptied",
    "too long",
    "row_doubled",
    "a cell less",
    "a cell more",
    "empty line",
    "column renamed",
    "column lost",
    "column doubled",
    "column added",
    "names exchanged",
    "broken byte",
    "byte order mark",
    "position_taken",
)


@pytest.fixture(scope="module")
def source() -> Source:
    """The record of the book."""
    return Source(DATA)


@pytest.fixture(scope="module")
def corruptions(source) -> list[Corruption]:
    """The corruptions, as many of each kind."""
    rng = random.Random(SEED)
    found: list[Corruption] = []
    kinds = list(KINDS.values())
    while len(found) < CORRUPTIONS:
        drawn = None
        for _ in range(200):
            drawn = drawn or kinds[len(found) % len(kinds)](source, rng)
        assert drawn is not None, f"no corruption to draw: {list(KINDS)[len(found) % len(kinds)]}"
        found.append(drawn)
    return found


def archive(files: dict[str, bytes]) -> zipfile.Path:
    """Return a folder ``data`` in memory."""
    memory = io.BytesIO()
    memory.name = "memory.zip"
    with zipfile.ZipFile(memory, "w") as written_to:
        for name, content in files.items():
            written_to.writestr(f"data/{name}", content)
    return zipfile.Path(zipfile.ZipFile(memory), "data/")


def spoilt(source: Source, corruption: Corruption) -> zipfile.Path:
    """Return the record in memory with one file spoilt."""
    files = {name: content for name, content in source.files.items() if name != corruption.file}
    if corruption.content is not None:
        files[corruption.file] = corruption.content
    return archive(files)


def digests() -> dict[str, str]:
    """Return a digest of each file of the record."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in DATA.iterdir() if path.is_file()}


def differing(source: Source, ours, theirs) -> set[tuple[str, str]]:
    """Return the columns in which two records differ, with their tables; a table of another length differs in all."""
    found = set()
    for name, table in source.tables.items():
        one, other = ours.table(name), theirs.table(name)
        columns = table.header if len(one) != len(other) else [c for c in table.header if not one[c].equals(other[c])]
        found |= {(name, column) for column in columns}
    return found


def test_every_corruption_is_reported_at_its_place_or_harmless(source, corruptions):
    """Would catch a fault that goes unseen, is reported elsewhere, ends in a traceback or changes a file."""
    before = digests()
    sound = load(archive(source.files))
    known = {str(problem) for problem in check(archive(source.files))}
    assert not [line for line in known if line.startswith("error")]
    reported: Counter[str] = Counter()
    harmless: Counter[str] = Counter()
    unseen = []
    for number, corruption in enumerate(corruptions):
        record = spoilt(source, corruption)
        errors = [problem for problem in check(record) if problem.level == "error"]
        places = {(f"data/{file}", row, column) for file, row, column in corruption.places}
        if any({(each.file, each.row, each.column), (each.file, each.row, None)} & places for each in errors):
            assert all(each.mend and "\n" not in str(each) for each in errors)
            reported[corruption.kind] += 1
            if number % 5 == 0:
                with suppress(RecordError):
                    load(record)
            continue
        differences = set() if errors else differing(source, load(record), sound)
        if not errors and all(source.tables[name].is_free(column) for name, column in differences):
            harmless[corruption.kind] += 1
        else:
            unseen.append((corruption.kind, corruption.file, sorted(places)[:2], [str(each) for each in errors][:2]))
    assert unseen == []
    assert len(corruptions) == CORRUPTIONS
    assert set(harmless) <= {
        "free text",
        "byte order mark",
        "line ends",
        "lost quote",
        "stray quote",
        "open quote",
    }, harmless
    assert reported.total() >= 0.9 * CORRUPTIONS
    assert set(reported) | set(harmless) == set(KINDS)
    assert digests() == before


def test_frictionless_agrees(source, corruptions, tmp_path):
    """Would catch a checker that is stricter or laxer than the standard's own tool where both can tell."""
    chosen: list[Corruption] = []
    for name in DESCRIBED:
        mine = [each for each in corruptions if each.kind == name and each.file != BIBLIOGRAPHY]
        mine.sort(key=lambda each: len(each.content))
        chosen.extend(mine[: -(-COMPARED // len(DESCRIBED))])
    chosen = chosen[:COMPARED]
    assert len(chosen) == COMPARED
    for number, corruption in enumerate(chosen):
        name = corruption.file.removesuffix(".csv")
        folder = tmp_path / str(number)
        folder.mkdir()
        described = next(each for each in source.descriptor["resources"] if each["name"] == name)
        alone = {**described, "schema": {**described["schema"], "foreignKeys": []}}
        (folder / DESCRIPTOR).write_text(json.dumps({**source.descriptor, "resources": [alone]}), encoding="utf-8")
        (folder / corruption.file).write_bytes(corruption.content)
        report = validate(str(folder / DESCRIPTOR))
        ours = any(problem.level == "error" for problem in check(spoilt(source, corruption)))
        assert report.valid is not ours, (corruption.kind, corruption.places, report.flatten(["type", "rowNumber"]))
        rows = {
            each["rowNumber"] for task in report.to_dict()["tasks"] for each in task["errors"] if "rowNumber" in each
        }
        assert (
            not rows or {row for _, row, _ in corruption.places} & rows or {1} == {r for _, r, _ in corruption.places}
        )
