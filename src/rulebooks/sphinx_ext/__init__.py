"""The book's own part of the site: charts, explorers, numbered paragraphs, search, and what a page may load."""

from __future__ import annotations

import os
import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util import logging

from rulebooks.record import load

from . import assets, bibliography, origin, pages, search
from .text import NumberedParagraphs

LOGGER = logging.getLogger(__name__)


def set_address(app: Sphinx, config: Config) -> None:
    """Take the address at which the book is published from $BOOK_URL: social cards and the 404 page need it.

    Raises
    ------
    sphinx.errors.ConfigError
        If it is not a plain http or https address.
    """
    address = os.environ.get("BOOK_URL", "")
    if not address:
        return
    if not re.fullmatch(r"https?://[A-Za-z0-9.:-]+(?:/[A-Za-z0-9._~/-]*)?", address):
        raise ConfigError(f"BOOK_URL must be a plain http or https address, not {address!r}")
    config.html_baseurl = config.ogp_site_url = address.rstrip("/") + "/"
    config.ogp_image = "_static/card.png"
    config.ogp_image_alt = "Comparative AI Governance: China, the European Union, the United States"


def read_origin(app: Sphinx) -> None:
    """Find the repository that this clone came from; say so where there is none."""
    app.rulebooks_repository = origin.of_clone(Path(app.srcdir))
    if app.rulebooks_repository is None:
        LOGGER.info("rulebooks: the clone has no origin at a known host, so pages have no launch buttons")
    app.rulebooks_copies = origin.has_copies(Path(app.srcdir))


def read_record(app: Sphinx) -> None:
    """Load the record that the explorers show."""
    folder = Path(app.srcdir) / "data"
    app.rulebooks_record = load(folder) if (folder / "datapackage.json").exists() else load()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    bibliography.register()
    app.add_search_language(search.EnglishAndChinese)
    app.add_post_transform(NumberedParagraphs)
    app.connect("config-inited", set_address)
    app.connect("builder-inited", read_origin)
    app.connect("builder-inited", read_record)
    app.connect("env-check-consistency", assets.explorers)
    app.connect("html-collect-pages", pages.not_found)
    # After the theme, which makes its header buttons at 501.
    app.connect("html-page-context", pages.finish, priority=900)
    app.connect("build-finished", assets.write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
