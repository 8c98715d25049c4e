"""The index of terms, held against the chapters."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from docutils.nodes import make_id

from rulebooks import book_index, load

ROOT = Path(__file__).parents[1]
RECORD = load(overlay="")
SECTIONS = book_index.sections(ROOT)
FOUND = book_index.find(RECORD, ROOT)


def book(folder: Path, text: str) -> Path:
    """Make a book of one chapter and return its folder."""
    (folder / "chapters").mkdir()
    (folder / "_toc.yml").write_text(
        "root: index\nparts:\n  - chapters:\n      - file: chapters/one\n", encoding="utf-8"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    nbformat.write(notebook, folder / "chapters" / "one.ipynb")
    return folder


def test_every_place_is_a_heading_of_its_chapter():
    """Would catch an entry that leads to a section which its chapter does not have."""
    for address, title in FOUND[["address", "section"]].drop_duplicates().itertuples(index=False):
        page, fragment = address.split(".html#")
        cells = nbformat.read(ROOT / f"{page}.ipynb", as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        assert title in re.findall(r"^#{1,3} (.+)$", text, re.M)
        assert fragment == make_id(title)


def test_every_chapter_of_the_book_is_indexed():
    """Would catch a chapter that falls out, or one that stands in the folder and not in the book."""
    toc = re.findall(r"file: (chapters/\w+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert list(dict.fromkeys(each.page for each in SECTIONS)) == toc
    assert set(FOUND["address"].str.replace(r"\.html#.*", "", regex=True)) == set(toc)


def test_exercises_and_reading_lists_are_left_out():
    """Would catch an entry that leads to an exercise or to a list of works."""
    assert not {each.title for each in SECTIONS} & set(book_index.APPARATUS)
    assert not any(each.title.startswith("Exercise") for each in SECTIONS)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("One preemption is a mention, two preemptions are a discussion.", 1),
        ("One preemption.", 0),
        ("A code span `preemption` and a comment <!--= preemption --> and preemption.", 0),
        ("The duty of filing (备案).", 1),
        ("A case-by-case review it was.", 1),
        ("Cited {cite:p}`eu2024aiact,cn2026anthro` here.", 2),
        ("## Exercises\n\npreemption preemption {cite:p}`eu2024aiact`", 0),
    ],
)
def test_what_counts_as_discussed(tmp_path, text, places):
    """Would catch a passing word that is listed, or a cited act or a Chinese term that is not."""
    wanted = ["us-gl-preemption", "cn-term-filing", "us-gl-case-by-case", "eu-aia", "cn-anthro"]
    review = RECORD.glossary.loc[RECORD.glossary["term"] == "case-by-case review", "id"].iloc[0]
    found = book_index.find(RECORD, book(tmp_path, f"# One\n\n{text}"))
    assert found["id"].isin([*wanted, review]).sum() == places


def test_the_section_that_says_most_is_named(tmp_path):
    """Would catch a chapter listed by its first mention, where the reader finds nothing."""
    text = "# One\n\npreemption\n\n## Small\n\npreemption\n\n## Whose law\n\npreemption and preemption"
    found = book_index.find(RECORD, book(tmp_path, text))
    row = found[found["id"] == "us-gl-preemption"].iloc[0]
    assert (row["section"], row["address"], row["mentions"]) == ("Whose law", "chapters/one.html#whose-law", 2)


def test_titles_are_text(tmp_path):
    """Would catch a title of a chapter, or a term of the record, that the page would read as markup."""
    found = book_index.find(RECORD, book(tmp_path, "# One <b>\n\npreemption and preemption"))
    shown = book_index.listing(found.assign(entry="<i>x</i>"), "term")._repr_html_()
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert '<a href="../chapters/one.html#one-b">One &lt;b&gt;</a>' in shown
