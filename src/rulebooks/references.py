"""The sources of a row: keys of ``references.bib`` with pinpoints, turned into titles, links and references."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from rulebooks.record import BIBLIOGRAPHY, Record, RecordError

CITATIONS = "citations"
STYLES = ("oscola", "gb7714")
SOURCE_COLUMNS = ("source", "contrary_source")
KEY = re.compile(r"[a-z0-9]+")
_OPENING = re.compile(r"@\s*(?:(comment)\s*(?=\{)|([A-Za-z]+)\s*\{\s*([^\s,{}]+)\s*,)", re.IGNORECASE)
_NAME = re.compile(r"\s*([A-Za-z][A-Za-z0-9_-]*)\s*=\s*")
_SIGN = re.compile(r'\\.|[{}"]', re.DOTALL)
_BARE = re.compile(r"[^,}\s]+")


class Reference(NamedTuple):
    """One entry of a bibliography."""

    key: str
    kind: str
    fields: dict[str, str]
    line: int
    text: str


def sources(record: Record, source: str) -> list[dict[str, str]]:
    """Return what a ``source`` cell points to.

    Parameters
    ----------
    record : Record
    source : str
        Keys with optional pinpoints, ``"eu2024aiact Art. 99(3); eu2026omnibus Art. 1(38)"``.

    Returns
    -------
    list of dict
        For each key: key, pinpoint, title, titleaddon (mostly a translated title), url, kind. A link that is not http
        or https is left out.
    """
    entries = bibliography(record)
    found = []
    for key, pinpoint in split_source(source):
        if key not in entries:
            raise ValueError(f"unknown source {key!r}; add it to {BIBLIOGRAPHY} or mend the key")
        entry = entries[key]
        url = entry.fields.get("url", "")
        found.append(
            {
                "key": key,
                "pinpoint": pinpoint,
                "title": entry.fields.get("title", ""),
                "titleaddon": entry.fields.get("titleaddon", ""),
                "url": url if re.match(r"https?://", url) else "",
                "kind": entry.kind,
            }
        )
    return found


def bibtex(record: Record, rows: pd.DataFrame | str) -> str:
    """Return what rows cite as BibTeX.

    Parameters
    ----------
    record : Record
    rows : pandas.DataFrame or str
        Rows of a table with a column of sources, or one ``source`` cell.

    Returns
    -------
    str
        Each entry once, as it stands in the bibliography, in the order in which the rows cite it.
    """
    entries = bibliography(record)
    return "\n".join(f"{entries[key].text}\n" for key in _cited(rows, entries))


def readable(record: Record, rows: pd.DataFrame | str, style: str = "oscola") -> list[str]:
    """Return what rows cite as references that a person reads.

    Parameters
    ----------
    record : Record
    rows : pandas.DataFrame or str
        Rows of a table with a column of sources, or one ``source`` cell.
    style : str, optional
        "oscola" (English) or "gb7714" (the Chinese national standard GB/T 7714-2025).

    Returns
    -------
    list of str
        Each work once, in the order in which the rows cite it.

    Raises
    ------
    ValueError
        If the style is unknown, or a work has no printed reference or one older than its entry.
    """
    if style not in STYLES:
        raise ValueError(f"unknown style {style!r}; use one of {', '.join(STYLES)}")
    printed = printed_references(record)
    found = []
    for key in _cited(rows, bibliography(record)):
        if key not in printed:
            raise ValueError(f"{key!r} has no printed reference of today's entry; run `rulebooks refresh`")
        found.append(printed[key][style])
    return found


def printed_references(record: Record) -> dict[str, dict[str, str]]:
    """Return the stored references by key and style, without those that are older than their entry."""
    if CITATIONS not in record.tables:
        return {}
    entries = bibliography(record)
    return {
        row["key"]: {style: row[style] for style in STYLES}
        for row in record.table(CITATIONS).to_dict("records")
        if row["key"] in entries and row["made_from"] == digest(entries[row["key"]])
    }


def digest(entry: Reference) -> str:
    """Return a short digest of an entry, by which a stored reference is known to be of today's entry."""
    return hashlib.sha256(" ".join(entry.text.split()).encode()).hexdigest()[:12]


def _cited(rows: pd.DataFrame | str, entries: dict[str, Reference]) -> list[str]:
    """Return the keys that rows cite, each once."""
    if isinstance(rows, str):
        cells = [rows]
    else:
        columns = [column for column in SOURCE_COLUMNS if column in rows]
        if not columns:
            raise ValueError(f"the rows have no column {' or '.join(SOURCE_COLUMNS)}; pass rows of a table that cites")
        cells = rows[columns].to_numpy().ravel().tolist()
    keys = dict.fromkeys(key for cell in cells for key, _ in split_source(cell))
    for key in keys:
        if key not in entries:
            raise ValueError(f"unknown source {key!r}; add it to {BIBLIOGRAPHY} or mend the key")
    return list(keys)


def split_source(source: str) -> list[tuple[str, str]]:
    """Split a ``source`` cell into pairs of key and pinpoint."""
    pairs = []
    for part in source.split(";"):
        key, _, pinpoint = part.strip().partition(" ")
        if key:
            pairs.append((key, pinpoint.strip()))
    return pairs


def bibliography(record: Record) -> dict[str, Reference]:
    """Return the bibliography of a record, and of its overlay, by key."""
    entries: dict[str, Reference] = {}
    for folder in (record.directory, record.overlay):
        path = folder / BIBLIOGRAPHY if folder is not None else None
        if path is None or (folder == record.overlay and not path.exists()):
            continue
        try:
            entries.update((entry.key, entry) for entry in read_bibliography(path))
        except OSError as error:
            raise RecordError(f"{path}: cannot be read ({error.strerror}); restore the file") from None
        except UnicodeDecodeError as error:
            raise RecordError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
        except ValueError as error:
            raise RecordError(f"{path}: {error}") from None
    return entries


def read_bibliography(path: Path) -> list[Reference]:
    """Read a BibTeX file, in its order; a file is read again only after it changed, one in an archive each time."""
    if not isinstance(path, Path):
        return parse_bibliography(path.read_bytes().decode("utf-8-sig"))
    status = path.stat()
    return list(_read(path, status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=8)
def _read(path: Path, changed: int, size: int) -> tuple[Reference, ...]:
    """Read the file whose time and size are the key of the cache."""
    return tuple(parse_bibliography(path.read_bytes().decode("utf-8-sig")))


def parse_bibliography(text: str) -> list[Reference]:
    """Parse BibTeX entries: fields in braces, quotes or bare; raise ValueError naming the line of a fault."""
    entries = []
    at, line, counted = 0, 1, 0
    while (opening := _OPENING.search(text, at)) is not None:
        line += text.count("\n", counted, opening.start())
        counted = opening.start()
        if opening[1]:
            _, at = _value(text, opening.end(), line)
            continue
        fields: dict[str, str] = {}
        at = opening.end()
        while (name := _NAME.match(text, at)) is not None:
            value, at = _value(text, name.end(), line)
            fields[name[1].lower()] = value
            comma = re.compile(r"\s*,").match(text, at)
            if comma is None:
                break
            at = comma.end()
        closing = re.compile(r"\s*\}").match(text, at)
        if closing is None:
            raise ValueError(f"line {line}: entry {opening[3]!r} is not closed or a comma is missing; mend the entry")
        at = closing.end()
        entries.append(Reference(opening[3], opening[2].lower(), fields, line, text[opening.start() : at]))
    return entries


def _value(text: str, at: int, line: int) -> tuple[str, int]:
    """Return the value that begins here, without its outer braces, and where it ends."""
    opener = text[at : at + 1]
    if opener not in ("{", '"'):
        bare = _BARE.match(text, at)
        if bare is None:
            raise ValueError(f"line {line}: a field has no value; mend the entry")
        return bare[0], bare.end()
    depth = 0
    for found in _SIGN.finditer(text, at):
        sign, place = found[0], found.start()
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        closer = "}" if opener == "{" else '"'
        if sign == closer and depth == 0 and place > at:
            inner = " ".join(text[at + 1 : place].split())
            return re.sub(r"\\([&%$#_{}])", r"\1", re.sub(r"(?<!\\)[{}]", "", inner)), place + 1
    raise ValueError(f"line {line}: a value is not closed; mend its braces")
