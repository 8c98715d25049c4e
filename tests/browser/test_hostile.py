"""An overlay that tries to become code: through the tables, a notebook, the build and the page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from examples import write_hostile_overlay

ROOT = Path(__file__).parents[2]
CELLS = (
    "from rulebooks import compare, load\nrecord = load()\ncompare(record, 'minors')[['jurisdiction', 'content']]",
    "from rulebooks import charts\ncharts.matrix(record)",
    "charts.timeline(record, ['XA', 'EU'])",
    "from rulebooks.explorers import compare_regimes\n"
    "compare_regimes(record, name='hostile', dimension='minors', jurisdictions=['XA', 'EU'])",
)


@pytest.fixture(scope="module")
def hostile_book(tmp_path_factory) -> Path:
    """A book built, strictly, from a notebook that ran with a hostile overlay."""
    folder = tmp_path_factory.mktemp("hostile")
    overlay = write_hostile_overlay(folder / "overlay")
    book = folder / "book"
    book.mkdir()
    for part in ("_config.yml", "_templates", "_static", "data"):
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, book / part)
    (book / "index.md").write_text("# Index\n\nA page.\n")
    (book / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: chapters/page\n")
    (book / "chapters").mkdir()
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Page\n\nText."), *map(nbformat.v4.new_code_cell, CELLS)]
    )
    nbformat.write(notebook, book / "chapters" / "page.ipynb")
    environment = {**os.environ, "RULEBOOKS_OVERLAY": str(overlay)}
    here = Path(sys.executable).parent
    build = [here / "jupyter-book", "build", ".", "-n", "-W", "--keep-going"]
    again = build  # a second build, of which no page is new, must keep the explorers' files
    for command in ([here / "rulebooks", "refresh", "chapters/page.ipynb"], build, again):
        done = subprocess.run(command, cwd=book, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return book / "_build" / "html"


def test_a_hostile_overlay_stays_text(hostile_book, page_guard):
    """Would catch a string of an overlay that runs, asks another host, opens a dialog or includes a file."""
    dialogs: list[str] = []
    page_guard.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page_guard.goto((hostile_book / "chapters" / "page.html").as_uri())
    for figure in page_guard.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".chart-view svg").wait_for(timeout=30_000)
        figure.locator("details").evaluate("fold => { fold.open = true }")
    place = page_guard.locator("#explorer-hostile")
    place.get_by_role("status").first.wait_for()
    place.get_by_label("Dimension").select_option("minors")
    assert not dialogs
    assert page_guard.evaluate("window.pwned") is None
    assert "<script>window.pwned=1</script>" in place.text_content()
    links = page_guard.evaluate("[...document.querySelectorAll('article a')].map(each => each.getAttribute('href'))")
    assert not [link for link in links if link and link.startswith("javascript:")]
    assert Path("/etc/hostname").read_text().strip() not in page_guard.locator("article").inner_text()
