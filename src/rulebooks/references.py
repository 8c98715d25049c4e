"""The sources of a row: keys of ``references.bib`` with pinpoints, turned into titles and links."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rulebooks.record import BIBLIOGRAPHY, Record, RecordError

KEY = re.compile(r"[a-z0-9]+")
_OPENING = re.compile(r"@\s*([A-Za-z]+)\s*\{\s*([^\s,{}]+)\s*,")
_NAME = re.compile(r"\s*([A-Za-z][A-Za-z0-9_-]*)\s*=\s*")
_BARE = re.compile(r"[^,}\s]+")


class Reference(NamedTuple):
    """One entry of a bibliography."""

    key: str
    kind: str
    fields: dict[str, str]
    line: int


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
        For each key: key, pinpoint, title, url, kind. A link that is not http or https is left out.
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
                "url": url if re.match(r"https?://", url) else "",
                "kind": entry.kind,
            }
        )
    return found


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
    """Read a BibTeX file, in its order; a file is read again only after it changed."""
    status = path.stat()
    return list(_read(path, status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=8)
def _read(path: Path, changed: int, size: int) -> tuple[Reference, ...]:
    """Read the file whose time and size are the key of the cache."""
    return tuple(parse_bibliography(path.read_bytes().decode("utf-8-sig")))


def parse_bibliography(text: str) -> list[Reference]:
    """Parse BibTeX entries: fields in braces, quotes or bare; raise ValueError naming the line of a fault."""
    entries = []
    at = 0
    while (opening := _OPENING.search(text, at)) is not None:
        line = text.count("\n", 0, opening.start()) + 1
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
            raise ValueError(f"line {line}: entry {opening[2]!r} is not closed or a comma is missing; mend the entry")
        at = closing.end()
        entries.append(Reference(opening[2], opening[1].lower(), fields, line))
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
    for place in range(at, len(text)):
        sign = text[place]
        if text[place - 1] == "\\" and place > at:
            continue
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        closer = "}" if opener == "{" else '"'
        if sign == closer and depth == 0 and place > at:
            inner = " ".join(text[at + 1 : place].split())
            return re.sub(r"\\([&%$#_{}])", r"\1", re.sub(r"(?<!\\)[{}]", "", inner)), place + 1
    raise ValueError(f"line {line}: a value is not closed; mend its braces")
