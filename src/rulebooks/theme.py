"""How the book's charts look, and how a notebook stores them.

Altair's own renderers need a network, a random id, or a MIME type that nbformat refuses. This one stores the
specification under the Vega-Lite type that JupyterLab and VS Code draw by themselves, beside a plain table for every
other viewer (docs/decisions/charts-renderer.md); the page draws the same specification with a bundle of its own.
"""

from __future__ import annotations

import html

import altair as alt

from .record import Record

SPEC_TYPE = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

POWERS = ["CN", "EU", "US"]
COLOURS = ["#c4500c", "#1a6fb5", "#0b8a63"]
SHAPES = ["circle", "square", "triangle-up"]
OTHERS = "#8a6bb8"
ADDED_COLOURS = [OTHERS, "#7a6200", "#6b6b6b"]
ADDED_SHAPES = ["diamond", "cross", "triangle-down"]


@alt.theme.register("rulebooks", enable=False)
def look() -> alt.theme.ThemeConfig:
    """Return the theme: no background of its own, so that the page's light or dark one shows."""
    return {
        "config": {
            "background": "transparent",
            "font": "system-ui, sans-serif",
            "title": {"anchor": "start", "fontSize": 15, "subtitleFontSize": 12, "offset": 12},
            "axis": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 300},
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "orient": "top", "labelLimit": 300},
            "view": {"continuousWidth": 560, "stroke": None},
            "range": {"category": [*COLOURS, OTHERS]},
        }
    }


def orders(record: Record) -> list[str]:
    """Return the orders that charts draw: the three powers, and those that an overlay adds."""
    return [*POWERS, *record.overlay_orders]


def colour(field: str, title: str | None = None, domain: list[str] = POWERS) -> alt.Color:
    """Return the colour encoding of the three powers, the same in every chart; added orders come after them."""
    colours = [*COLOURS, *ADDED_COLOURS][: len(domain)]
    return alt.Color(f"{field}:N", title=title, scale=alt.Scale(domain=domain, range=colours))


def shape(field: str, title: str | None = None, domain: list[str] = POWERS) -> alt.Shape:
    """Return the shape encoding of the three powers: colour is never the only sign."""
    shapes = [*SHAPES, *ADDED_SHAPES][: len(domain)]
    return alt.Shape(f"{field}:N", title=title, scale=alt.Scale(domain=domain, range=shapes))


def table(spec: dict) -> tuple[list[str], list[list[str]]]:
    """Return a chart's data as column titles and rows of text.

    The chart names its columns in ``usermeta.table``, as pairs of field and title; its rows are those of its first
    data set.

    Raises
    ------
    KeyError
        If the chart does not say which columns its table has.
    """
    columns = spec["usermeta"]["table"]
    rows = _rows(spec)
    return [title for _, title in columns], [[_text(row.get(field)) for field, _ in columns] for row in rows]


def _rows(spec: dict) -> list[dict]:
    datasets = spec.get("datasets", {})
    for part in _parts(spec):
        data = part.get("data", {})
        if "name" in data and data["name"] in datasets:
            return datasets[data["name"]]
        if "values" in data:
            return data["values"]
    return []


def _parts(spec: dict):
    yield spec
    for key in ("layer", "hconcat", "vconcat", "concat"):
        for part in spec.get(key, []):
            yield from _parts(part)
    if isinstance(spec.get("spec"), dict):
        yield from _parts(spec["spec"])


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = str(value).replace("\n", " ")
    return text[:10] if text.endswith("T00:00:00") else text


def title_of(spec: dict) -> str:
    """Return a chart's title as text."""
    title = spec.get("title", "")
    return title["text"] if isinstance(title, dict) else title


def as_text(spec: dict) -> str:
    """Return what a viewer without Vega shows: the title, the description and the data as a table.

    It is one block of HTML in Markdown: JupyterLab prefers a chart to Markdown, but HTML to a chart. No character of
    the text is one that Markdown or its formulas would read.
    """
    titles, rows = table(spec)
    head = "".join(f'<th scope="col">{_plain(title)}</th>' for title in titles)
    body = "".join("<tr>" + "".join(f"<td>{_plain(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f"<p><strong>{_plain(title_of(spec))}</strong></p><p>{_plain(spec.get('description', ''))}</p>"
        f"<details><summary>Data of this chart</summary><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></details>"
    )


def _plain(text: str) -> str:
    """Write text so that neither HTML, nor Markdown, nor a formula in it is more than text."""
    return html.escape(" ".join(text.split())).translate({ord("$"): "&#36;", ord("\\"): "&#92;"})


def render(spec: dict, **_: object) -> dict:
    """Return the MIME bundle of a chart (an Altair renderer)."""
    spec = {**spec, "$schema": SCHEMA}
    text = f"Chart: {title_of(spec)}. {spec.get('description', '')}"
    return {SPEC_TYPE: spec, "text/markdown": as_text(spec), "text/plain": text}


def enable() -> None:
    """Make the book's look and its renderer Altair's own, for this session."""
    alt.theme.enable("rulebooks")
    alt.renderers.register("rulebooks", render)
    alt.renderers.enable("rulebooks")
