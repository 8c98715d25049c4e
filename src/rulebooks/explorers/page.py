"""What an explorer is outside Jupyter: a plain table, and the files that make it live on a page without a kernel."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from rulebooks.explorers import actions, claims, initiatives, joins, regimes, rhetoric, system, terms
from rulebooks.explorers.compiled import citations
from rulebooks.record import Record

HERE = Path(__file__).parent
MIME_TYPE = "application/vnd.rulebooks.explorer+json"
FOLDER = "explorers"
CITATIONS = f"{FOLDER}/citations.js"
PLAIN_ROWS = 25
KINDS = {each.KIND: each.compiled for each in (actions, claims, initiatives, joins, regimes, rhetoric, system, terms)}
CHINESE = re.compile("([\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+)")
EXPORT = "export default "


def page_assets(record: Record, kinds: Iterable[str]) -> dict[str, str]:
    """Return the files that pages with these kinds of explorer need, once for the whole site.

    Parameters
    ----------
    record : Record
    kinds : iterable of str
        ``payload["explorer"]`` of the explorers on the pages.

    Returns
    -------
    dict of str to str
        Text by path below the site's root. A payload whose data file is not among them was stored from another record:
        its notebook wants ``rulebooks refresh``.
    """
    files = {
        **dict(_shared()),
        CITATIONS: f"window.rulebooksCitations={json.dumps(citations(record), ensure_ascii=False)};\n",
    }
    for kind in sorted(set(kinds)):
        compiled = KINDS[kind](record)
        key = data_key(kind, compiled.digest)
        files[data_path(kind, compiled.digest)] = (
            f"(window.rulebooksExplorers??={{}})[{json.dumps(key)}]={compiled.text};\n"
        )
    return files


def data_key(kind: str, digest: str) -> str:
    """Return the key under which a page finds the data of a kind."""
    return f"{kind}.{digest[:8]}"


def data_path(kind: str, digest: str) -> str:
    """Return the path of the file with the data of a kind, below the site's root."""
    return f"{FOLDER}/{data_key(kind, digest)}.js"


def static_html(payload: dict, root: str = "") -> str:
    """Return an explorer for a page: the stored table, which the module replaces where scripts run.

    Parameters
    ----------
    payload : dict
        What the notebook stores under :data:`MIME_TYPE`.
    root : str
        Relative address of the site's root from the page, ``"../"`` for a page in a folder.

    Returns
    -------
    str
    """
    (style, _), (script, _) = _shared()
    data = data_path(payload["explorer"], payload["digest"])
    settings = {
        "citations": f"{root}{CITATIONS}",
        "name": payload["name"],
        "title": payload["title"],
        "params": payload["params"],
        "data": data_key(payload["explorer"], payload["digest"]),
    }
    text = json.dumps(settings, ensure_ascii=False, sort_keys=True)
    scripts = "".join(f'<script defer src="{_attribute(root + path)}"></script>\n' for path in (data, script))
    return (
        f'<link rel="stylesheet" href="{_attribute(root + style)}">\n'
        f'<section class="rulebooks-explorer" id="explorer-{_attribute(payload["name"])}" '
        f'aria-label="{_attribute(payload["title"])}" data-rulebooks-explorer="{_attribute(text)}">\n'
        f"{table_html(payload)}\n</section>\n{scripts}"
    )


def table(definition: dict, rows: list[dict], state: dict) -> dict:
    """Return what is shown as a plain table of at most 25 rows: caption, head, rows, and how many rows there are."""
    columns, layout = definition["columns"], definition["layout"]
    if layout["kind"] == "matrix":
        across = next(control["label"] for control in definition["controls"] if control["id"] == layout["control"])
        columns = [{"id": layout["across"], "as": "text", "label": across}, *columns]
    return {
        "caption": f"{definition['caption']}. {'; '.join(_words(definition['controls'], state))}.",
        "head": [column["label"] for column in columns],
        "rows": [[_cell(column, row) for column in columns] for row in rows[:PLAIN_ROWS]],
        "count": len(rows),
    }


def table_html(payload: dict) -> str:
    """Return the stored table as HTML; every string of it is text."""
    stored = payload["table"]
    head = "".join(f'<th scope="col">{_text(label)}</th>' for label in stored["head"])
    body = "".join(f"<tr>{''.join(f'<td>{_cell_html(cell)}</td>' for cell in row)}</tr>" for row in stored["rows"])
    more = f" The first {len(stored['rows'])} are shown." if stored["count"] > len(stored["rows"]) else ""
    count = "1 row." if stored["count"] == 1 else f"{stored['count']} rows."
    return (
        f'<p class="title"><strong>{_text(payload["title"])}</strong></p>\n'
        f'<div class="scroll" role="group" tabindex="0" aria-label="{_attribute(payload["title"])}: table"><table>'
        f"<caption>{_text(stored['caption'])}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>\n<p>{count}{more}</p>"
    )


@cache
def _shared() -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the style sheet and the script for pages, each as path and text."""
    module = (HERE / "explorer.js").read_text(encoding="utf-8")
    if module.count(EXPORT) != 1:
        raise ValueError(f"explorer.js has {module.count(EXPORT)} default exports; a page needs exactly one")
    runtime = (HERE / "runtime.js").read_text(encoding="utf-8")
    script = f"(() => {{\n{module.replace(EXPORT, 'const explorer = ')}\n{runtime}}})();\n"
    style = (HERE / "explorer.css").read_text(encoding="utf-8")
    return tuple(
        (f"{FOLDER}/explorer.{hashlib.sha256(text.encode()).hexdigest()[:8]}.{suffix}", text)
        for text, suffix in ((style, "css"), (script, "js"))
    )


def _words(controls: list[dict], state: dict) -> list[str]:
    """Return the state in words, for the caption: of the grouped controls and flags, those that say something."""
    words = []
    for control in controls:
        value = state[control["id"]]
        if value is False or (value is None and control.get("group")):
            continue
        if value is True:
            words.append(control["label"])
            continue
        labels = {option["value"]: option["label"] for option in control.get("options", [])}
        if value is None:
            value = control["any"].lower()
        elif control["kind"] == "choices":
            value = ", ".join(labels[each] for each in value) or control.get("none", "none chosen")
        elif control["kind"] == "number":
            value = f"{value:g}"
        elif value == "":
            value = "anything"
        else:
            value = labels.get(value, value)
        words.append(f"{control['label']}: {value}")
    return words


def _cell(column: dict, row: dict) -> str | list[dict]:
    if column["as"] == "dates":
        ends = (("from", row["applies_from"]), ("until", row["applies_until"]))
        return " ".join(f"{word} {day}" for word, day in ends if day)
    value = row[column["id"]]
    return value.replace("-", " ") if column["as"] == "term" else value


def _cell_html(cell: str | list[dict]) -> str:
    if isinstance(cell, str):
        return _text(cell)
    return "; ".join(_link(source) for source in cell)


def _link(source: dict) -> str:
    shown = _text(", ".join(part for part in (source["title"], source["pinpoint"]) if part))
    if not re.match(r"https?://", source["url"], re.IGNORECASE):
        return shown
    return f'<a href="{_attribute(source["url"])}" rel="noopener noreferrer">{shown}</a>'


def _text(value: str) -> str:
    return CHINESE.sub(r'<span lang="zh-Hans">\1</span>', html.escape(str(value)))


def _attribute(value: str) -> str:
    return html.escape(str(value), quote=True)
