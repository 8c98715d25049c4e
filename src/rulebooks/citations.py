"""Print each entry of ``references.bib`` in two citation styles, with pandoc, and store the strings.

A string is made when the bibliography changes, never when somebody reads the book: only this module needs pandoc.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rulebooks.references import CITATIONS, STYLES, Reference, digest, read_bibliography

COLUMNS = ("key", *STYLES, "made_from")
_BODY = "csl-right-inline"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ESCAPED = re.compile(r"[!#$%&()*+,./:;<=>?@\[\\\]^_`{|}~-]")
_PLAIN = r"\\\g<0>"


class CitationError(Exception):
    """The strings cannot be made; the message names the file, the reason and the mend."""


def update(bibliography: Path) -> bool:
    """Bring ``citations.csv`` beside a bibliography up to date and say whether it changed.

    Parameters
    ----------
    bibliography : pathlib.Path
        A ``references.bib``, of the record or of an overlay.

    Returns
    -------
    bool

    Raises
    ------
    CitationError
        If the bibliography cannot be read, or has changed and pandoc is missing. The file is then left as it was.
    """
    path = bibliography.with_name(f"{CITATIONS}.csv")
    try:
        entries = read_bibliography(bibliography)
    except (OSError, ValueError) as error:
        raise CitationError(f"{bibliography}: cannot be read ({error}); restore the file") from None
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    try:
        import pypandoc

        pypandoc.get_pandoc_path()
    except (ImportError, OSError):
        stored = {row["key"]: row["made_from"] for row in csv.DictReader(io.StringIO(before))}
        if stored == {entry.key: digest(entry) for entry in entries}:
            return False
        late = [entry.key for entry in entries if stored.get(entry.key) != digest(entry)]
        which = f"{len(late)} new or changed, first {late[0]}" if late else "entries were taken out"
        raise CitationError(
            f"{bibliography}: the printed references in {path.name} are older ({which}) and pandoc, which makes them, "
            "is missing; pip install 'rulebooks[book]' and refresh again"
        ) from None
    text = table(entries)
    if text == before:
        return False
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)
    os.chmod(temporary, bibliography.stat().st_mode)
    os.replace(temporary, path)
    return True


def table(entries: list[Reference]) -> str:
    """Return the text of ``citations.csv`` for entries, in their order."""
    printed = {style: strings(entries, style) for style in STYLES}
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([entry.key, *(printed[style][entry.key] for style in STYLES), digest(entry)])
    return stream.getvalue()


def strings(entries: list[Reference], style: str) -> dict[str, str]:
    """Return each entry as one style prints it.

    GB/T 7714 writes "and others" and its labels in the language of the work, which a style of CSL 1.0 cannot do within
    one list: Chinese works are printed in one list, all others in a second.

    Parameters
    ----------
    entries : list of Reference
    style : str
        "oscola" (the first footnote of a work) or "gb7714" (the entry of a list of references, without its number).

    Returns
    -------
    dict of str to str
    """
    items = _items(entries, style)
    if style == "oscola":
        return _print(items, style, "en-GB")
    chinese = [item for item in items if item.get("language") == "zh-CN"]
    others = [item for item in items if item.get("language") != "zh-CN"]
    return _print(chinese, style, "zh-CN") | _print(others, style, "en-US")


def _items(entries: list[Reference], style: str) -> list[dict]:
    """Return entries as CSL items whose texts are Markdown with nothing left to interpret.

    Pandoc reads names and dates. Titles and links are those of the bibliography: pandoc lowers capitals and turns two
    hyphens of a link into a dash.
    """
    import pypandoc

    items = json.loads(pypandoc.convert_text("\n".join(each.text for each in entries), "csljson", format="biblatex"))
    by_key = {entry.key: entry for entry in entries}
    for item in items:
        fields = by_key[item["id"]].fields
        for unused in ("note", "keyword", "title-short"):
            item.pop(unused, None)
        item["type"] = item["type"] or "webpage"
        title, translated = fields.get("title", ""), fields.get("titleaddon", "")
        if fields.get("langid") == "chinese" or _CHINESE.search(title):
            item["language"] = "zh-CN"
        if translated and (style == "oscola" or item.get("language") != "zh-CN"):
            title = f"{title} [{translated}]"
        item["title"] = title
        if "container-title" in item:
            item["container-title"] = fields.get("journal") or fields["booktitle"]
        item["URL"] = fields.get("url", "")
        if not item["URL"] or (item.get("DOI") and item["URL"].casefold().endswith(item["DOI"].casefold())):
            del item["URL"]
        for name, value in item.items():
            if name in ("title", "container-title"):
                item[name] = f"[{_ESCAPED.sub(_PLAIN, value)}]{{.nocase}}"
            elif name in ("author", "editor"):
                item[name] = [{part: _ESCAPED.sub(_PLAIN, text) for part, text in who.items()} for who in value]
            elif isinstance(value, str) and name not in ("id", "type", "language"):
                item[name] = _ESCAPED.sub(_PLAIN, value)
    return items


def _print(items: list[dict], style: str, language: str) -> dict[str, str]:
    """Let pandoc print items and return the texts by key."""
    import pypandoc

    if not items:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        references = Path(folder, "references.yaml")
        references.write_text(json.dumps({"references": items}, ensure_ascii=False), encoding="utf-8")
        arguments = [
            "--citeproc",
            f"--csl={Path(__file__).with_name('styles') / style}.csl",
            f"--bibliography={references}",
            f"--metadata=lang:{language}",
        ]
        cited = "\n\n".join(f"[@{item['id']}]" for item in items)
        document = json.loads(pypandoc.convert_text(cited, "json", format="markdown", extra_args=arguments))
    found = _footnotes(document["blocks"]) if style == "oscola" else _list(document["blocks"])
    return {key: " ".join(text.split()) for key, text in found}


def _footnotes(blocks: list[dict]) -> Iterator[tuple[str, str]]:
    """Yield key and text of each footnote."""
    for block in blocks:
        if block["t"] == "Para" and block["c"][0]["t"] == "Cite":
            [citation], inlines = block["c"][0]["c"]
            yield citation["citationId"], _text(inlines)


def _list(blocks: list[dict]) -> Iterator[tuple[str, str]]:
    """Yield key and text of each entry of the list of references, without the number in its margin."""
    for block in blocks:
        if block["t"] == "Div" and block["c"][0][0] == "refs":
            for entry in block["c"][1]:
                (identifier, _, _), paragraphs = entry["c"]
                spans = [each for each in paragraphs[0]["c"] if each["t"] == "Span"]
                yield identifier.removeprefix("ref-"), _text([each for each in spans if _BODY in each["c"][0][1]])


def _text(nodes: list) -> str:
    """Return the words of pandoc's nodes, without type faces."""
    words = ""
    for node in nodes:
        kind, content = node["t"], node.get("c")
        if kind == "Str":
            words += content
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            words += " "
        elif kind == "Quoted":
            single = content[0]["t"] == "SingleQuote"
            words += f"{'‘' if single else '“'}{_text(content[1])}{'’' if single else '”'}"
        elif kind in ("Span", "Link"):
            words += _text(content[1])
        else:
            words += _text(content)
    return words
