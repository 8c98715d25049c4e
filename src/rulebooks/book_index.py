"""The index of the book: in which section of which chapter a term, an instrument or an initiative is discussed."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from .record import Record
from .references import split_source

COLUMNS = ["kind", "id", "entry", "original", "chapter", "section", "address", "mentions"]
TEXTS = {"instrument": "instruments", "initiative": "initiatives"}
APPARATUS = (
    "What you will be able to do",
    "Exercises",
    "Check yourself",
    "Seminar questions",
    "Further reading",
    "What this chapter rests on",
)
_HEADING = re.compile(r"^(#{1,3}) (.+)$", re.M)
_CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")
_CHINESE = re.compile("[\u3400-\u9fff]")


class Section(NamedTuple):
    """One section of a chapter: its page, its titles, its text and the keys that it cites."""

    page: str
    chapter: str
    title: str
    text: str
    keys: frozenset[str]


def sections(root: Path | str) -> list[Section]:
    """Return the sections of the chapters that ``_toc.yml`` names, in the book's order, without exercises and lists.

    Parameters
    ----------
    root : path
        The checkout: the folder that holds ``_toc.yml`` and ``chapters/``.

    Returns
    -------
    list of Section
    """
    root = Path(root)
    toc = (root / "_toc.yml").read_text(encoding="utf-8")
    pages = re.findall(r"file: (chapters/\w+)$", toc, re.M)
    return [each for page in pages for each in _sections(root / f"{page}.ipynb", page)]


def slug(title: str) -> str:
    """Return the fragment that a page gives to a heading (docutils' rule)."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"^[-0-9]+|-+$", "", re.sub(r"[^a-z0-9]+", "-", plain))


def find(record: Record, root: Path | str) -> pd.DataFrame:
    """Return where each term, instrument and initiative is discussed.

    A term of several words is discussed in a chapter that uses it, one of a single word in a chapter that uses it twice
    or gives it in Chinese; an instrument or an initiative where its title stands, or a reference is cited that most of
    the rows that name it give to it. Each chapter is listed once, with the section that says most.

    Parameters
    ----------
    record : Record
    root : path
        The checkout.

    Returns
    -------
    pandas.DataFrame
        Columns ``kind``, ``id``, ``entry``, ``original`` (for a text, whose it is), ``chapter``, ``section``,
        ``address`` (below the site's root) and ``mentions`` in that section; sorted by kind and entry, chapters in the
        book's order.
    """
    read = sections(root)
    pages = list(dict.fromkeys(each.page for each in read))
    rows = []
    for kind, row, entry, original, least, mentions in _entries(record):
        for page in pages:
            counts = [(mentions(each), each) for each in read if each.page == page]
            if sum(count for count, _ in counts) >= least:
                count, best = max(counts, key=lambda pair: pair[0])
                address = f"{page}.html#{slug(best.title)}"
                rows.append((kind, row, entry, original, best.chapter, best.title, address, count))
    found = pd.DataFrame(rows, columns=COLUMNS)
    order = {"key": lambda column: column.str.casefold(), "kind": "stable", "ignore_index": True}
    return found.sort_values(["kind", "entry"], **order)


class Listing:
    """Part of the index as the page shows it; every string of it is text."""

    def __init__(self, found: pd.DataFrame, site: str) -> None:
        self.found, self.site = found, site

    def __repr__(self) -> str:
        """Say how much is listed."""
        return f"{self.found['id'].nunique()} entries, {len(self.found)} places"

    def _repr_html_(self) -> str:
        parts = []
        for _, places in self.found.groupby("id", sort=False):
            first = places.iloc[0]
            name = " ".join(part for part in (first["entry"], first["original"]) if part)
            links = "; ".join(
                f'<a href="{html.escape(self.site + row["address"])}">{html.escape(row["chapter"])}</a>'
                + (f" ({html.escape(row['section'])})" if row["section"] != row["chapter"] else "")
                for row in places.to_dict("records")
            )
            parts.append(f"<dt>{html.escape(name)}</dt><dd>{links}</dd>")
        return f"<dl>{''.join(parts)}</dl>"


def listing(found: pd.DataFrame, kind: str, site: str = "../") -> Listing:
    """Return one part of the index as a list with links.

    Parameters
    ----------
    found : pandas.DataFrame
        What :func:`find` gives.
    kind : str
        "term", "instrument" or "initiative".
    site : str
        Relative address of the site's root from the page.

    Returns
    -------
    Listing
    """
    return Listing(found[found["kind"] == kind], site)


def _sections(path: Path, page: str) -> Iterator[Section]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    text = "\n\n".join("".join(cell["source"]) for cell in cells)
    parts = _HEADING.split(text)[1:]
    chapter, skipped = parts[1], False
    for level, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if len(level) <= 2:
            skipped = title in APPARATUS
        if not skipped:
            keys = frozenset(key.strip() for group in _CITED.findall(body) for key in group.split(","))
            yield Section(page, chapter, title, _plain(f"{title}\n{body}"), keys)


def _plain(body: str) -> str:
    """Return the words of a section: no citations, code, comments or addresses."""
    body = _CITED.sub("", re.sub(r"<!--.*?-->", "", body, flags=re.S))
    body = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"`[^`]*`", "", body))
    return " ".join(re.sub(r"[*_]", "", body).casefold().split())


def _entries(record: Record) -> Iterator[tuple[str, str, str, str, int, Callable[[Section], int]]]:
    """Give kind, id, entry, original, least number of mentions, and a function that counts mentions in a section."""
    for row in record.glossary.to_dict("records"):
        original = row["term_original"] if _CHINESE.search(row["term_original"]) else ""
        words = re.sub(r" \(.*\)$", "", row["term"])
        yield "term", row["id"], row["term"], original, 1 if " " in words else 2, _counter(words, original)
    owned = _owned(record)
    for kind, table in TEXTS.items():
        frame = record.table(table)
        whose = frame["jurisdiction" if kind == "instrument" else "proposer"]
        for row, title, order in zip(frame["id"], frame["title"], whose, strict=True):
            yield kind, row, title, f"({order})", 1, _counter(title, keys=frozenset(owned[row]))


def _owned(record: Record) -> dict[str, set[str]]:
    """Return the keys of each instrument or initiative: those that most rows which name the key give to it."""
    named: dict[str, Counter[str]] = defaultdict(Counter)
    tables = ("instruments", "id"), ("initiatives", "id"), ("provisions", "instrument"), ("points", "initiative")
    for table, column in tables:
        for row, cell in record.table(table)[[column, "source"]].itertuples(index=False):
            for key in {key for key, _ in split_source(cell)}:
                named[key][row] += 1
    owned: dict[str, set[str]] = defaultdict(set)
    for key, counts in named.items():
        row, count = counts.most_common(1)[0]
        if 2 * count > counts.total():
            owned[row].add(key)
    return owned


def _counter(words: str, original: str = "", keys: frozenset[str] = frozenset()) -> Callable[[Section], int]:
    words = words.casefold()
    pattern = re.compile(rf"(?<!\w){re.escape(words)}(?:s|es)?(?!\w)")

    def mentions(section: Section) -> int:
        named = len(pattern.findall(section.text)) if words in section.text else 0
        return named + (2 * section.text.count(original) if original else 0) + len(keys & section.keys)

    return mentions
