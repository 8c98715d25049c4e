"""What pages load beside Sphinx's own files: the drawing library, the icons, the explorers' rows and module.

All of it is written at build time from installed packages and from the record, so that a page asks no other host.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
from functools import lru_cache
from pathlib import Path

import pydata_sphinx_theme
import sphinx_book_theme
import sphinx_exercise
import vl_convert
from fontTools import subset
from fontTools.ttLib import TTFont
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from rulebooks.explorers import data_path, page_assets

LOGGER = logging.getLogger(__name__)
VEGA_LITE = "6.4"
CDN = "https://cdn.jsdelivr.net/npm"
DRAWING_MODULES = f"""
import {{ transforms }} from "{CDN}/vega-dataflow@6.1.0/+esm";
import {{ parse }} from "{CDN}/vega-parser@7.1.0/+esm";
import {{ View }} from "{CDN}/vega-view@6.1.0/+esm";
import * as data from "{CDN}/vega-transforms@5.1.0/+esm";
import * as guides from "{CDN}/vega-view-transforms@5.1.0/+esm";
import * as scales from "{CDN}/vega-encode@5.1.0/+esm";
Object.assign(transforms, data, guides, scales);
window.vega = {{ View: View, parse: parse }};
"""
# What Vega has and the bundle lacks: maps, networks, trees, curve fitting, nearest points, placed labels.
NOT_CARRIED = frozenset(
    "geoshape geopoint geopath graticule force stratify nest tree treelinks treemap pack partition regression loess "
    "voronoi wordcloud crossfilter resolvefilter label contour isocontour kde2d heatmap".split()
)
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme"
BOOK_THEME = Path(sphinx_book_theme.__file__).parent
ICON_NOTICE = (
    "/* Font Awesome Free 6.5.2 by @fontawesome: icons CC BY 4.0, font SIL OFL 1.1, code MIT.\n"
    "   Cut at build time to the glyphs that the theme uses. Copyright 2024 Fonticons, Inc. */\n"
)
ICON_BASE = """@font-face{font-family:"Font Awesome 6 Free";font-style:normal;font-weight:900;font-display:block;
src:url("icons.woff") format("woff")}
:root{--fa-font-solid:normal 900 1em/1 "Font Awesome 6 Free"}
.fa-solid,.fas{font-family:"Font Awesome 6 Free";font-weight:900;-webkit-font-smoothing:antialiased;
display:inline-block;font-style:normal;line-height:1;text-rendering:auto}
.fa-lg{font-size:1.25em;line-height:.05em;vertical-align:-.075em}
"""
_NAME = re.compile(r"\bfa-[a-z0-9-]+")
_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:before,?)+)\{content:"\\([0-9a-f]+)"\}')
_PRIVATE = re.compile(r"([\ue000-\uf8ff])|\\([ef][0-9a-f]{3})(?![0-9a-f])")


def digest(text: str) -> str:
    """Return eight characters that change with the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


@lru_cache(1)
def drawing() -> tuple[str, str]:
    """Return the drawing library, the parts of Vega that charts need, as file name and script.

    vl-convert carries Vega's packages inside its wheel under the addresses above and reads them there; nothing is
    fetched. Charts are compiled from Vega-Lite at build time, so that no page loads Vega-Lite or an embedder.
    """
    bundle = vl_convert.javascript_bundle(DRAWING_MODULES, vl_version=VEGA_LITE)
    script = f"(() => {{{bundle}}})();\n"
    return f"vega/vega.{digest(script)}.js", script


@lru_cache(1)
def drawer() -> tuple[str, str]:
    """Return the script that draws a page's charts when they come into view, as file name and text."""
    script = Path(__file__).with_name("charts.js").read_text(encoding="utf-8")
    return f"vega/charts.{digest(script)}.js", script


def icons() -> tuple[str, bytes]:
    """Return the style sheet and the font of the icons that the theme uses, cut from the theme's own files."""
    vendor = next((THEME / "static" / "vendor" / "fontawesome").iterdir())
    names = {name for path in _sources() for name in _NAME.findall(path.read_text(encoding="utf-8"))}
    rules, glyphs = [], _glyphs_of_styles()
    for selectors, code in _RULE.findall((vendor / "css" / "all.min.css").read_text(encoding="utf-8")):
        used = [name for name in _NAME.findall(selectors) if name in names]
        if used:
            glyphs.add(int(code, 16))
            rules.append(",".join(f".{name}:before" for name in used) + f'{{content:"\\{code}"}}')
    font = TTFont(vendor / "webfonts" / "fa-solid-900.ttf")
    cutter = subset.Subsetter(subset.Options(layout_features=[]))
    cutter.populate(unicodes=glyphs)
    cutter.subset(font)
    font.flavor = "woff"
    cut = io.BytesIO()
    font.save(cut)
    return ICON_NOTICE + ICON_BASE + "\n".join(sorted(rules)) + "\n", cut.getvalue()


def _sources() -> list[Path]:
    """Return the files of the themes that name icons."""
    return [*THEME.rglob("*.html"), *BOOK_THEME.rglob("*.html"), *BOOK_THEME.glob("header_buttons/*.py")]


def _glyphs_of_styles() -> set[int]:
    """Return the code points that the themes' and extensions' style sheets write as content."""
    sheets = [THEME / "static" / "styles" / "pydata-sphinx-theme.css", *BOOK_THEME.rglob("*.css")]
    sheets += Path(sphinx_exercise.__file__).parent.rglob("*.css")
    found = set()
    for sheet in sheets:
        for sign, code in _PRIVATE.findall(sheet.read_text(encoding="utf-8")):
            found.add(ord(sign) if sign else int(code, 16))
    return found


def explorers(app: Sphinx, env: BuildEnvironment) -> None:
    """Make the files that the pages' explorers need (Sphinx's ``env-check-consistency``).

    An explorer stored from another record fails a strict build: its rows would not be what the notebook shows.
    """
    pages = {page: data.get("explorers", []) for page, data in NbMetadataCollector.get_doc_data(env).items()}
    kinds = {kind for noted in pages.values() for _, kind, _ in noted}
    app.rulebooks_explorers = page_assets(app.rulebooks_record, kinds) if kinds else {}
    for page, noted in pages.items():
        for name, kind, stored in noted:
            if data_path(kind, stored) not in app.rulebooks_explorers:
                LOGGER.warning("explorer %r was stored from another record: run `make refresh`", name, location=page)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the files beside the pages, and leave out what no page loads (Sphinx's ``build-finished``)."""
    if exception is not None or app.builder.format != "html":
        return
    if not hasattr(app, "rulebooks_explorers"):  # no page has changed since the last build, so Sphinx checked none
        explorers(app, app.env)
    out = Path(app.outdir)
    for folder in ("vega", "explorers"):
        shutil.rmtree(out / folder, ignore_errors=True)
    for name, text in [drawing(), drawer(), *app.rulebooks_explorers.items()]:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
    sheet, font = icons()
    (out / "_static" / "icons.css").write_text(sheet, encoding="utf-8")
    (out / "_static" / "icons.woff").write_bytes(font)
    shutil.rmtree(out / "_static" / "vendor" / "fontawesome", ignore_errors=True)
