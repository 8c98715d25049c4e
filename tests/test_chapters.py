"""Every notebook, held against the book's own rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest

from rulebooks import prose
from rulebooks.references import read_bibliography
from rulebooks.refresh import LIVE_VIEW, notebooks, refreshed
from rulebooks.theme import SPEC_TYPE

ROOT = Path(__file__).parents[1]
EXPLORER = "application/vnd.rulebooks.explorer+json"
ALL = notebooks(ROOT)
CHAPTERS = [path for path in ALL if path.parent.name == "chapters"]
SECTIONS = [
    "What you will be able to do",
    "Exercises",
    "Check yourself",
    "Seminar questions",
    "What is contested",
    "Further reading",
    "What this chapter rests on",
]
DATE = re.compile(rf"\b\d{{1,2}} (?:{'|'.join(prose.MONTHS)}) \d{{4}}\b(?!<!--=)")
CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")


def name(path: Path) -> str:
    """Name a notebook in the test's id."""
    return path.stem


every_notebook = pytest.mark.parametrize("path", ALL, ids=name)
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=name)


def read(path: Path):
    """Read a notebook."""
    return nbformat.read(path, as_version=4)


def markdown(path: Path) -> str:
    """Return the text of a notebook's Markdown cells."""
    return "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def code_cells(path: Path) -> list:
    """Return the code cells of a notebook."""
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def outputs_of(path: Path, mime: str) -> list:
    """Return the stored outputs of one MIME type."""
    bundles = [output.get("data", {}) for cell in code_cells(path) for output in cell.outputs]
    return [bundle[mime] for bundle in bundles if mime in bundle]


def section(text: str, title: str) -> str:
    """Return the text of one section."""
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.S | re.M)
    return match[1] if match else ""


@every_notebook
def test_refresh_changes_nothing(path):
    """Would catch an output or a number in prose that is not what the code gives today."""
    assert refreshed(path) == path.read_text(encoding="utf-8"), f"run: make refresh ({path.name} has changed)"


@every_notebook
def test_every_code_cell_was_run(path):
    """Would catch a cell that nbval passes because it never ran, and live widget state in git."""
    for cell in code_cells(path):
        assert cell.execution_count, cell.source
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert LIVE_VIEW not in output.get("data", {}), cell.source
    assert "widgets" not in read(path).metadata


@every_notebook
def test_outputs_hold_nothing_that_varies(path):
    """Would catch a memory address or a path of this machine in a stored output."""
    stored = json.dumps([cell.outputs for cell in code_cells(path)])
    assert not re.search(r"0x[0-9a-f]{6,}|/home/|/tmp/|/root/|site-packages", stored)


@every_notebook
def test_cells_are_short_and_in_the_open(path):
    """Would catch a cell too long for a law student to read, and code hidden from the reader."""
    for cell in code_cells(path):
        assert len(cell.source.splitlines()) <= 15, cell.source
        tags = set(cell.metadata.get("tags", []))
        if any(tag.startswith(("hide-", "remove-")) for tag in tags):
            assert "solution" in tags, f"only solutions are folded: {cell.source}"
        assert not re.search(r"import \*|^\s*[!%]|filterwarnings|allow_errors", cell.source, re.M), cell.source


@every_notebook
def test_one_title(path):
    """Would catch a page with no title or two."""
    assert len(re.findall(r"^# ", markdown(path), re.M)) == 1


@every_notebook
def test_no_number_in_a_heading(path):
    """Would catch an expression in a heading, which the search index would show."""
    assert not re.search(r"^#+ .*<!--=", markdown(path), re.M)


@every_notebook
def test_charts_can_be_read_without_seeing_them(path):
    """Would catch a chart with no title, no description or no table of its data."""
    for spec in outputs_of(path, SPEC_TYPE):
        assert spec["title"], spec
        assert len(spec["description"]) > 20, spec["title"]
        assert spec["usermeta"]["table"], spec["title"]


@every_notebook
def test_citations_resolve(path):
    """Would catch a citation of a key that the record does not hold."""
    keys = set(re.findall(r"^@\w+\{([^,]+),", (ROOT / "data/references.bib").read_text(encoding="utf-8"), re.M))
    cited = {key.strip() for group in CITED.findall(markdown(path)) for key in group.split(",")}
    assert cited <= keys, sorted(cited - keys)


def test_what_only_prose_may_cite_is_cited():
    """Would catch an entry of the bibliography that neither a row nor a chapter cites."""
    entries = {entry.key: entry for entry in read_bibliography(ROOT / "data" / "references.bib")}
    prose_only = {key for key, entry in entries.items() if "prose" in entry.fields.get("keywords", "").split(", ")}
    cited = {key.strip() for path in ALL for group in CITED.findall(markdown(path)) for key in group.split(",")}
    assert prose_only <= cited, sorted(prose_only - cited)


@every_chapter
def test_dates_in_prose_are_computed(path):
    """Would catch a date typed by hand, which the record may contradict later."""
    assert not DATE.findall(markdown(path))


@every_chapter
def test_sections_stand_in_order(path):
    """Would catch a chapter that leaves a part out or moves it."""
    titles = re.findall(r"^## (.+)$", markdown(path), re.M)
    assert [title for title in titles if title in SECTIONS] == SECTIONS


@every_chapter
def test_length(path):
    """Would catch a chapter that is a stub or a book of its own: 1,800 to 3,500 words argue."""
    text = markdown(path)
    for title in SECTIONS[1:]:
        text = text.replace(section(text, title), "")
    text = re.sub(r"<!--.*?-->|\{cite:[pt]\}`[^`]+`", "", text, flags=re.S)
    words = len(re.findall(r"[A-Za-z0-9][\w'’.-]*|[\u4e00-\u9fff]", text))
    assert 1_800 <= words <= 3_500, words


@every_chapter
def test_shows_cites_and_lets_the_reader_work(path):
    """Would catch a chapter with too few charts, citations, exercises or questions."""
    text = markdown(path)
    assert len(outputs_of(path, SPEC_TYPE)) >= 2
    assert len(outputs_of(path, EXPLORER)) >= 1
    assert len({key for group in CITED.findall(text) for key in group.split(",")}) >= 12
    exercises = len(re.findall(r"^### Exercise \d+", text, re.M))
    solutions = sum("solution" in cell.metadata.get("tags", []) for cell in code_cells(path))
    assert exercises >= 4
    assert solutions >= exercises - 1, "all but the open-ended exercise have a computed solution"
    assert 2 <= len(re.findall(r"^\d+\. ", section(text, "Seminar questions"), re.M)) <= 3


@every_chapter
def test_questions_give_feedback(path):
    """Would catch a self-check question with no right answer, two, or a wrong one without a word on why."""
    questions = re.split(r"^\*\*\d+\. ", section(markdown(path), "Check yourself"), flags=re.M)[1:]
    assert len(questions) >= 6
    for question in questions:
        options = re.findall(r"<details><summary>(.+?)</summary>\s+(.+?)\s+</details>", question, re.S)
        assert len(options) >= 3, question
        right = [said for _, said in options if said.startswith("Right.")]
        assert len(right) == 1, question
        assert all(said.startswith(("Right. ", "No. ")) and len(said) > 30 for _, said in options), question
