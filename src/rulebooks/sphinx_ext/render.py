"""How a page shows what a notebook stored: charts drawn from their specification, explorers without a kernel."""

from __future__ import annotations

import html
import json
from typing import Any

import vl_convert
from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from rulebooks import theme
from rulebooks.explorers import MIME_TYPE, static_html

from .assets import NOT_CARRIED, VEGA_LITE

LOGGER = logging.getLogger(__name__)

INK, LINE, NARROW = "page_ink", "page_line", "page_narrow"
_SIGNALS = [{"name": INK, "value": "#222832"}, {"name": LINE, "value": "#d1d5da"}, {"name": NARROW, "value": False}]
_INK, _LINE = {"expr": INK}, {"expr": LINE}
_WORDS = {
    "labelColor": _INK,
    "titleColor": _INK,
    "labelLimit": {"expr": f"{NARROW} ? 205 : 300"},
    "labelFontSize": {"expr": f"{NARROW} ? 11 : 12"},
}
PAGE_LOOK = {
    "axis": {**_WORDS, "gridColor": _LINE, "domainColor": _LINE, "tickColor": _LINE},
    "legend": {**_WORDS, "columns": {"expr": f"{NARROW} ? 2 : 0"}},
    "header": _WORDS,
    "title": {"color": _INK, "subtitleColor": _INK},
    "text": {"color": _INK},
    "rule": {"color": _INK},
}


class PageRenderer:
    """Turn the book's two MIME types into HTML (the ``myst_nb.mime_renderers`` entry point)."""

    mime_priority_overrides = (("*", theme.SPEC_TYPE, 1), ("*", MIME_TYPE, 2))

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Return the nodes of one output, or None where it is not the book's own."""
        if inline or data.mime_type not in (theme.SPEC_TYPE, MIME_TYPE):
            return None
        if data.mime_type == theme.SPEC_TYPE:
            markup = figure(data.content, f"chart-{data.cell_index}-{data.output_index}", location=renderer.source)
        else:
            env = renderer.renderer.sphinx_env
            markup = static_html(data.content, root="../" * env.docname.count("/"))
            note_explorer(env, data.content)
        return [nodes.raw("", markup, format="html")]


def note_explorer(env: BuildEnvironment, payload: dict[str, Any]) -> None:
    """Remember that the page being read holds an explorer: its rows and its module are written for the site."""
    noted = NbMetadataCollector.get_doc_data(env)[env.docname].get("explorers", [])
    mine = (payload["name"], payload["explorer"], payload["digest"])
    if payload["name"] in [name for name, _, _ in noted]:
        LOGGER.warning("two explorers of this page have the name %r", payload["name"], location=env.docname)
    NbMetadataCollector.set_doc_data(env, env.docname, "explorers", [*noted, mine])


def figure(spec: dict[str, Any], name: str, location: str | None = None) -> str:
    """Return a chart as HTML: title, description, a place to draw in, and the data as a table.

    Parameters
    ----------
    spec : dict
        A Vega-Lite specification with title, description and ``usermeta.table``.
    name : str
        Id of the figure, unique on its page.
    location : str, optional
        The notebook, for warnings: a chart without title or data table, or one that loads or links to something, fails
        a strict build.
    """
    title = theme.title_of(spec)
    description = spec.get("description", "")
    for what in missing(spec):
        LOGGER.warning("chart %r %s", title or name, what, location=location)
    drawn = on_page(spec)
    for what in beyond(drawn):
        LOGGER.warning("chart %r %s", title or name, what, location=location)
    subtitle = spec["title"].get("subtitle", "") if isinstance(spec.get("title"), dict) else ""
    subtitle = " ".join(subtitle) if isinstance(subtitle, list) else subtitle
    return (
        f'<figure class="chart" id="{name}" aria-labelledby="{name}-title">\n<figcaption>'
        f'<p class="chart-title" id="{name}-title">{html.escape(title)}</p>'
        + (f"<p>{html.escape(subtitle)}</p>" if subtitle else "")
        + f'<p class="chart-description">{html.escape(description)}</p></figcaption>\n'
        f'<div class="chart-view" role="group" aria-label="Drawing of the chart" tabindex="0"></div>\n'
        f'<script type="application/json" class="chart-spec">{as_script(drawn)}</script>\n'
        "<noscript><p>The drawing needs JavaScript; its data stand in the table.</p></noscript>\n"
        f"{data_table(spec)}</figure>"
    )


def missing(spec: dict[str, Any]) -> list[str]:
    """Return what keeps a chart off the page, as ends of sentences: no title, no table, or an address to load from."""
    faults = []
    if not theme.title_of(spec):
        faults.append("has no title")
    if not spec.get("description"):
        faults.append("has no description")
    if "table" not in spec.get("usermeta", {}):
        faults.append("names no columns for its data table (usermeta.table)")
    faults += [f"loads or links to something ({key}): pages make no request" for key in sorted(_outside(spec))]
    return faults


def on_page(spec: dict[str, Any]) -> dict[str, Any]:
    """Return what the page's script draws: a Vega-Lite specification compiled to Vega, its colours and width left open.

    Ink, line colour and narrowness are signals, which the page sets without drawing the chart again, so that a reader's
    selection outlives a change of theme. A single view or a layered one takes the width of the page; one with a step
    for each column, a faceted or concatenated one keeps its own and scrolls.
    """
    config = spec.get("config", {})
    page = {key: value for key, value in spec.items() if key not in ("$schema", "title", "usermeta")}
    page["params"] = [*_SIGNALS, *spec.get("params", [])]
    page["config"] = {**config, **{part: {**config.get(part, {}), **look} for part, look in PAGE_LOOK.items()}}
    own_width = isinstance(spec.get("width"), dict)
    own_width |= any(channel in spec.get("encoding", {}) for channel in ("row", "column", "facet"))
    if ("mark" in spec or "layer" in spec) and not own_width:
        page |= {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}
    vega = vl_convert.vegalite_to_vega(page, vl_version=VEGA_LITE)
    return {key: value for key, value in vega.items() if key != "$schema"}


def beyond(vega: dict[str, Any]) -> list[str]:
    """Return what a compiled chart needs and the page's drawing library lacks, as ends of sentences."""
    return [f"needs {kind}, which the page's drawing library leaves out" for kind in sorted(_kinds(vega) & NOT_CARRIED)]


def _kinds(part: Any) -> set[str]:
    """Return the types of the transforms in a compiled chart."""
    if isinstance(part, list):
        return set().union(*map(_kinds, part)) if part else set()
    if not isinstance(part, dict):
        return set()
    own = {step["type"] for step in part.get("transform", [])}
    return own.union(*(_kinds(part[key]) for key in ("data", "marks", "layout") if key in part))


def _outside(part: Any) -> set[str]:
    """Return the keys of a specification by which it would load or link to something; its rows may hold any text."""
    if isinstance(part, list):
        return set().union(*map(_outside, part)) if part else set()
    if not isinstance(part, dict):
        return set()
    found = {key for key in ("url", "href") if key in part}
    for key, value in part.items():
        if key not in ("values", "datasets", "$schema"):
            found |= _outside(value)
    return found


def data_table(spec: dict[str, Any]) -> str:
    """Return a chart's data as a table to unfold; the empty string where the chart names no columns."""
    if "table" not in spec.get("usermeta", {}):
        return ""
    titles, rows = theme.table(spec)
    # A line for each cell: the search index takes tags away, and would glue the words of two cells together.
    head = "\n".join(f'<th scope="col">{html.escape(title)}</th>' for title in titles)
    lines = ("\n".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f'<details class="chart-data"><summary>Data ({len(rows)} rows)</summary>'
        '<div class="table-scroll" role="group" aria-label="Data of the chart" tabindex="0"><table class="dataframe">'
        f"<caption>{html.escape(theme.title_of(spec))}</caption>"
        f"\n<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div></details>"
    )


def as_script(value: Any) -> str:
    """Return a value as JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
