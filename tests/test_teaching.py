"""The pages around the chapters: links open what they promise, cards fill their time, no exercise is left out."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from traitlets import TraitError

from rulebooks import explorers, load
from rulebooks.explorers import MIME_TYPE
from rulebooks.explorers.controls import preset

ROOT = Path(__file__).parents[1]
RECORD = load(overlay="")
PAGES = ["for_instructors", "without_python", "preface"]
LINK = re.compile(r"\[([^\]]+)\]\((chapters/\w+)\.html#([^)]+)\)(\{\.external\})?")
CHAPTERS = re.findall(r"file: (chapters/\w+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))


def text(page: str) -> str:
    """Return the source of a page."""
    return (ROOT / f"{page}.md").read_text(encoding="utf-8")


LINKS = [(page, *found) for page in PAGES for found in LINK.findall(text(page))]


@cache
def cells(chapter: str) -> list:
    """Return the cells of a chapter."""
    return nbformat.read(ROOT / f"{chapter}.ipynb", as_version=4).cells


@cache
def stored(chapter: str) -> dict[str, dict]:
    """Return the explorers that a chapter shows, by name."""
    outputs = [output for cell in cells(chapter) if cell.cell_type == "code" for output in cell.outputs]
    payloads = [output["data"][MIME_TYPE] for output in outputs if MIME_TYPE in output.get("data", {})]
    return {each["name"]: each for each in payloads}


@cache
def opened(chapter: str, name: str) -> explorers.Explorer:
    """Make an explorer as its chapter opens it."""
    payload = stored(chapter)[name]
    return getattr(explorers, payload["explorer"])(RECORD, name=name, **payload["params"])


def rows_under(chapter: str, fragment: str) -> int:
    """Return how many rows a link shows.

    Raises
    ------
    ValueError
        If the page does not show the explorer, or the explorer does not accept the state.
    """
    plain = re.fullmatch(r"explorer-([\w-]+)", fragment)
    states = {plain[1]: {}} if plain else json.loads(unquote(fragment.removeprefix("~")))
    [(name, wanted)] = states.items()
    if name not in stored(chapter):
        raise ValueError(f"{chapter} shows no explorer {name!r}; it shows {', '.join(stored(chapter)) or 'none'}")
    explorer = opened(chapter, name)
    explorer.state = opening = explorer.opening
    implied = {}
    for control in explorer.definition["controls"]:
        implied |= preset(control, wanted.get(control["id"]))
    try:
        explorer.state = {**opening, **implied, **wanted}
    except TraitError as error:
        raise ValueError(f"{chapter}, {name}: {error}") from error
    return len(explorer.shown)


def sections(page: str) -> dict[str, str]:
    """Return the text under each heading of the third level."""
    parts = re.split(r"^(#{2,3}) (.+)\n", text(page), flags=re.M)[1:]
    found = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return {title: body for level, title, body in found if level == "###"}


CARDS = {title: body for title, body in sections("for_instructors").items() if "**In class.**" in body}


@pytest.mark.parametrize(
    ("page", "label", "chapter", "fragment", "plain"), LINKS, ids=[f"{each[0]}-{at}" for at, each in enumerate(LINKS)]
)
def test_a_link_opens_a_state_that_its_explorer_accepts(page, label, chapter, fragment, plain):
    """Would catch a link to an explorer that was renamed, to a code that is gone, or to an empty table."""
    assert rows_under(chapter, fragment), f"{page}.md: {label!r} shows no row"
    assert plain, f"{page}.md: {label!r} needs {{.external}}, or Sphinx takes it for a page of the book"


@pytest.mark.parametrize(
    ("fragment", "fault"),
    [
        ("~%7B%22gone%22%3A%7B%7D%7D", "no explorer 'gone'"),
        ("~%7B%22labels%22%3A%7B%22dimension%22%3A%22gone%22%7D%7D", "not among the options"),
        ("~%7B%22labels%22%3A%7B%22as_off%22%3A%222026-01-01%22%7D%7D", "no control"),
        ("~%7B%22labels%22%3A%7B%22known_on%22%3A%222999-01-01%22%7D%7D", "after the record's date"),
    ],
)
def test_a_broken_link_is_seen(fragment, fault):
    """Would catch a test of links that passes whatever they say."""
    with pytest.raises(ValueError, match=fault):
        rows_under("chapters/how_to_use", fragment)


def test_twelve_weeks_have_a_card():
    """Would catch a week without a card, or two weeks with one number."""
    weeks = [int(found[1]) for title in CARDS if (found := re.match(r"Week (\d+)\.", title))]
    assert weeks == list(range(1, 13))


@pytest.mark.parametrize("title", CARDS)
def test_a_card_fills_75_minutes(title):
    """Would catch a step that overlaps another, a gap, or a card that is short of time or of a part."""
    body = CARDS[title]
    assert re.findall(r"^\*\*(.+?)\.\*\*", body, re.M) == ["Aim", "Before class", "In class", "After class"]
    times = [(int(start), int(end)) for start, end in re.findall(r"^- (\d+) to (\d+): ", body, re.M)]
    assert [start for start, _ in times] == [0, *(end for _, end in times[:-1])]
    assert times[-1][1] == 75
    assert LINK.search(body), "a card opens at least one explorer"


def test_every_chapter_is_in_a_plan():
    """Would catch a chapter that no plan mentions."""
    assert set(re.findall(r"\((chapters/\w+)\.ipynb\)", text("for_instructors"))) == set(CHAPTERS)


def test_every_exercise_has_a_way_without_python():
    """Would catch an exercise that was added or moved and has no line on the page for readers without Python."""
    wanted = {}
    for chapter in CHAPTERS:
        source = "\n\n".join(cell.source for cell in cells(chapter) if cell.cell_type == "markdown")
        title = re.search(r"^# (.+)$", source, re.M)[1]
        wanted[title] = [int(number) for number in re.findall(r"^### Exercise (\d+)$", source, re.M)]
    found = {title: re.findall(r"^(\d+)\. ", body, re.M) for title, body in sections("without_python").items()}
    assert {title: [int(each) for each in numbers] for title, numbers in found.items()} == wanted


def test_tables_named_for_spreadsheets_exist():
    """Would catch a table of the record that was renamed under a reader's hands."""
    named = set(re.findall(r"`(\w+)\.csv`", text("without_python")))
    assert named <= set(RECORD.tables), named - set(RECORD.tables)
