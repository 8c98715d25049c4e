"""The last hand on each page: its scripts, its buttons, and what keeps readers with assistive software out."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx

from . import assets
from .text import mark

_NOT_FOUND = (
    "<h1>Page not found</h1>\n<p>There is no page at this address. It may have been renamed: try the search, or start "
    'from <a href="{home}">the first page</a>.</p>'
)
_LOGOS = {"Binder": "logo_binder.svg", "Colab": "logo_colab.png"}
_BASE = '<script>if (!location.pathname.endsWith("/404.html")) document.write(\'<base href="{root}">\')</script>'


def not_found(app: Sphinx):
    """Return the page for addresses that do not exist (Sphinx's ``html-collect-pages``)."""
    yield (
        "404",
        {"title": "Page not found", "body": _NOT_FOUND.format(home=app.builder.get_target_uri("index"))},
        "page.html",
    )


def finish(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Complete the context of one page (Sphinx's ``html-page-context``)."""
    context["repository"] = repository = app.rulebooks_repository
    context["as_of"] = app.rulebooks_record.as_of
    if pagename == "404":
        # A server shows this page at any depth: its links are then read from the site's root.
        root = urlsplit(app.config.html_baseurl).path or "/"
        context["metatags"] = _BASE.format(root=root) + context.get("metatags", "")
    source = context.get("page_source_suffix")
    if repository and source == ".ipynb":
        notebook = f"{pagename}{source}"
        copied = app.rulebooks_copies and pagename.startswith("chapters/")
        colab = repository.colab(notebook) if copied else None
        context["header_buttons"].append(_launch({"Binder": repository.binder(notebook), "Colab": colab}))
    if not app.config.ogp_site_url:
        context["metatags"] = re.sub(r'<meta property="og:url"[^>]*>\n?', "", context.get("metatags", ""))
    if doctree is not None:
        context["body"] = scripts_once(mark(accessible(context["body"]))) + _drawer(context)


def _launch(addresses: dict[str, str | None]) -> dict[str, Any]:
    """Return the header button that runs a page's notebook at each place that has an address."""
    buttons = [
        {
            "type": "link",
            "url": url,
            "text": place,
            "tooltip": f"Run this page on {place}",
            "icon": f"_static/images/{_LOGOS[place]}",
        }
        for place, url in addresses.items()
        if url
    ]
    return {
        "type": "group",
        "tooltip": "Run this page",
        "icon": "fas fa-rocket",
        "buttons": buttons,
        "label": "launch-buttons",
    }


def _drawer(context: dict[str, Any]) -> str:
    """Return the script element of a page that has charts; the empty string for other pages."""
    if 'class="chart-spec"' not in context["body"]:
        return ""
    drawer, drawing = (context["pathto"](name, 1) for name, _ in (assets.drawer(), assets.drawing()))
    return f'<script defer src="{drawer}" data-vega="{drawing}"></script>\n'


def scripts_once(body: str) -> str:
    """Put the scripts of a page's explorers at its end, each once: rows first, then the module that reads them."""
    element = re.compile(r'<script defer src="[^"]*"></script>\n?')
    kept = list(dict.fromkeys(reversed(element.findall(body))))
    return element.sub("", body) + "".join(reversed(kept))


def accessible(body: str) -> str:
    """Mend what Sphinx, pandas and bibtex write in a way that a screen reader or a keyboard cannot use."""
    body = re.sub(r"<th\b[^>]*>\s*(?:<p>\s*</p>\s*)?</th>", "<td></td>", body)
    body = body.replace('<table border="1" class="dataframe">', '<table class="dataframe">')
    frame = '<div class="table-scroll" role="group" aria-label="Table" tabindex="0">'
    tables = re.compile(r'(?<!tabindex="0">)<table class="dataframe">.*?</table>', re.DOTALL)
    body = tables.sub(lambda table: f"{frame}{table.group()}</div>", body)
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    return re.sub(r"(<div class=\"highlight\">)<pre>", r'\1<pre tabindex="0">', body)
