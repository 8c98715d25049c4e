"""Explorers on a page without a kernel, in a real browser, served and from a file."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from explorer_record import random_states, write
from playwright.sync_api import expect

from rulebooks import load
from rulebooks.explorers import MIME_TYPE, compare_regimes, page_assets, read_initiatives, static_html

NAMES = {"compare": "Compare regimes", "initiatives": "Read the initiatives"}
ALL_STATES = """async (states) => {
  const found = [];
  for (const [place, state] of states.entries()) {
    const changed = new Promise((done) => window.addEventListener("hashchange", done, { once: true }));
    location.replace("#~" + encodeURIComponent(JSON.stringify(state)) + "%20".repeat(place % 2));
    await changed;
    found.push(Object.fromEntries(Object.keys(state).map((name) => {
      const shown = document.getElementById("explorer-" + name);
      const words = (role) => [...shown.querySelectorAll(`[role=${role}]`)].map((each) => each.textContent).join("");
      const ids = [...shown.querySelectorAll("[data-row]")].map((row) => row.dataset.row);
      return [name, { ids, status: words("status"), faults: words("alert") }];
    })));
  }
  return found;
}"""


def write_site(folder, explorers, record):
    """Write a page with explorers in a folder of a site, as the build does."""
    for path, text in page_assets(record, ["compare_regimes", "read_initiatives"]).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    body = "\n".join(static_html(each._repr_mimebundle_()[MIME_TYPE], "../") for each in explorers)
    page = folder / "chapters" / "page.html"
    page.parent.mkdir(exist_ok=True)
    page.write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>'
        '<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">'
        "<style>html[data-theme=dark]{background:#14181e;color:#e6e8eb} body{margin:0 8px}</style></head>"
        f"<body><main><h1>A page</h1>\n{body}\n</main></body></html>",
        encoding="utf-8",
    )
    return page


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """Load the record made for these tests."""
    return write(tmp_path_factory.mktemp("record"))


@pytest.fixture(scope="module")
def site(tmp_path_factory, record):
    """Folder of a site whose one page has both explorers."""
    folder = tmp_path_factory.mktemp("site")
    write_site(folder, [compare_regimes(record, dimension="minors"), read_initiatives(record)], record)
    return folder


@pytest.fixture(scope="module")
def served(site, serve):
    """Address of the page, served from that site."""
    with serve(site) as url:
        yield f"{url}/chapters/page.html"


@pytest.fixture(params=["http", "file"])
def address(request, site, served):
    """Address of the page, served and as a file."""
    return served if request.param == "http" else (site / "chapters" / "page.html").as_uri()


def explorer(page, name):
    """Return the explorer of this name on the page."""
    return page.get_by_role("region", name=NAMES[name], exact=True)


def ids(place):
    """Return the ids of the rows that an explorer shows."""
    return place.locator("[data-row]").evaluate_all("rows => rows.map(row => row.dataset.row)")


def test_every_control_moves_the_table(page_guard, address, record):
    """A control that does nothing on a page without a kernel, or over file://."""
    page_guard.goto(address)
    place = explorer(page_guard, "compare")
    python = compare_regimes(record, dimension="minors")
    assert sorted(ids(place)) == sorted(python.shown)
    for act, control, value in (
        (lambda: place.get_by_label("Dimension").select_option("training-data"), "dimension", "training-data"),
        (lambda: place.get_by_label("European Union").uncheck(), "jurisdictions", ["CN", "US"]),
        (lambda: place.get_by_label("California").check(), "jurisdictions", ["CN", "US", "US-CA"]),
        (lambda: place.get_by_label("Legal effect").select_option(label="general"), "legal_effect", "general"),
        (lambda: place.get_by_label("As of").fill("2025-03-01"), "as_of", "2025-03-01"),
        (lambda: place.get_by_label("Known on").fill("2024-12-31"), "known_on", "2024-12-31"),
        (lambda: place.get_by_label("Dimension").select_option(label="All dimensions"), "dimension", None),
        (lambda: place.get_by_label("Legal effect").select_option(label="Any legal effect"), "legal_effect", None),
    ):
        before = python.shown
        act()
        setattr(python, control, value)
        assert python.shown != before, control
        assert sorted(ids(place)) == sorted(python.shown)
    place = explorer(page_guard, "initiatives")
    python = read_initiatives(record)
    for act, control, value in (
        (lambda: place.get_by_label("United States").uncheck(), "power", ["CN", "EU", "others"]),
        (lambda: place.get_by_label("Theme").select_option("safety"), "theme", "safety"),
        (lambda: place.get_by_label("Initiative", exact=True).select_option("from-cn"), "initiative", "from-cn"),
    ):
        act()
        setattr(python, control, value)
        assert ids(place) == python.shown[:200]
        assert place.get_by_role("status").inner_text().startswith(f"{len(python.shown)} rows")


@pytest.mark.parametrize("which", ["sample", "real"])
def test_page_and_python_select_the_same_rows(page_guard, which, record, tmp_path):
    """A state for which the page shows other rows than Python: one rule written twice and grown apart."""
    used = record if which == "sample" else load()
    explorers = [compare_regimes(used), read_initiatives(used)]
    page_guard.goto(write_site(tmp_path, explorers, used).as_uri())
    states = [{each.name: random_states(each.definition, 1, seed)[0] for each in explorers} for seed in range(100)]
    seen = 0
    for found, wanted in zip(page_guard.evaluate(ALL_STATES, states), states, strict=True):
        for python in explorers:
            python.state = wanted[python.name]
            on_page = found[python.name]
            assert on_page["faults"] == "", python.state
            assert re.match(rf"{len(python.shown)} rows?\b", on_page["status"]), python.state
            in_order = sorted if python.name == "compare" else list
            assert in_order(on_page["ids"]) == in_order(python.shown[:200]), python.state
            seen += len(on_page["ids"])
    assert which == "real" or seen > 5_000


@pytest.mark.parametrize(
    ("label", "written", "said"),
    [
        ("As of", "2026-02-30", "“2026-02-30” is not a day; write it as 2026-11-24."),
        ("As of", "yesterday", "“yesterday” is not a day; write it as 2026-11-24."),
        ("As of", "", "“” is not a day; write it as 2026-11-24."),
        ("Known on", "2026-11-25", "2026-11-25 is after the record's date; choose 2026-11-24 or an earlier day."),
    ],
)
def test_a_day_that_cannot_be_asked_is_explained(page_guard, served, label, written, said):
    """A wrong day that empties the table, is taken for another, or is refused without a word."""
    page_guard.goto(served)
    place = explorer(page_guard, "compare")
    before = ids(place)
    box = place.get_by_label(label)
    box.fill(written)
    box.press("Tab")
    expect(place.get_by_role("alert").filter(has_text=label)).to_have_text(
        f"{label}: {said} The table still shows 2026-11-24."
    )
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description(re.compile(re.escape(said)))
    assert ids(place) == before
    box.fill("2026-07-23")
    expect(place.get_by_role("alert").filter(has_text=label)).to_have_count(0)
    expect(box).not_to_have_attribute("aria-invalid", "true")
    assert ids(place) != before


def test_the_address_carries_the_state(page_guard, address):
    """A link to a state of two explorers that opens another state, or a wrong one that breaks the page in silence."""
    page_guard.goto(address)
    explorer(page_guard, "compare").get_by_label("As of").fill("2025-05-05")
    explorer(page_guard, "initiatives").get_by_label("Theme").select_option("capacity")
    shown = {name: ids(explorer(page_guard, name)) for name in NAMES}
    link = page_guard.url
    page_guard.goto("about:blank")
    page_guard.goto(link)
    assert {name: ids(explorer(page_guard, name)) for name in NAMES} == shown
    expect(explorer(page_guard, "compare").get_by_label("As of")).to_have_value("2025-05-05")
    explorer(page_guard, "compare").get_by_label("As of").fill("2026-11-24")
    explorer(page_guard, "initiatives").get_by_label("Theme").select_option(label="All themes")
    assert "#" not in page_guard.url
    wrong = {
        "compare": {"dimension": "<b>none</b>", "as_of": 5, "__proto__": 1, "other": 1},
        "initiatives": [],
        "x": None,
    }
    for fragment in (quote(json.dumps(wrong)), "%7B", "null", "%E0%A4%A"):
        page_guard.goto("about:blank")
        page_guard.goto(f"{address}#~{fragment}")
        expect(explorer(page_guard, "compare").get_by_role("status")).to_contain_text("row")
    page_guard.goto("about:blank")
    page_guard.goto(f"{address}#~{quote(json.dumps(wrong))}")
    said = explorer(page_guard, "compare").get_by_role("alert").filter(has_text="Dimension")
    expect(said).to_contain_text("Dimension: “<b>none</b>” is not among the options.")
    expect(said).to_contain_text("There is no control “other”.")


def test_two_hundred_rows_at_a_time(page_guard, served, record):
    """A page that draws every row at once, hides how many there are, or loses the keyboard's place."""
    page_guard.goto(served)
    place = explorer(page_guard, "initiatives")
    expect(place.get_by_role("status")).to_have_text("450 rows; the first 200 are shown")
    more = place.get_by_role("button", name="Show more")
    assert len(ids(place)) == 200
    more.focus()
    page_guard.keyboard.press("Enter")
    expect(place.get_by_role("status")).to_have_text("450 rows; the first 400 are shown")
    expect(more).to_be_focused()
    page_guard.keyboard.press("Enter")
    expect(place.get_by_role("status")).to_have_text("450 rows")
    assert ids(place) == read_initiatives(record).shown
    expect(place.get_by_role("region", name="Read the initiatives: table")).to_be_focused()
    for label in ("China", "European Union", "United States", "Others and joint"):
        place.get_by_label(label).uncheck()
    expect(place.get_by_role("status")).to_have_text(
        "0 rows: choose another power, initiative or theme, or start again."
    )


def test_strings_of_the_record_are_text(page_guard, served):
    """A string of the record that becomes an element, a script or a link that runs."""
    dialogs = []
    page_guard.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page_guard.goto(served)
    place = explorer(page_guard, "compare")
    place.get_by_label("Dimension").select_option(label="All dimensions")
    expect(place.get_by_text("<script>alert(2)</script>").first).to_be_visible()
    assert place.locator("img, script, b").count() == 0
    links = page_guard.locator("main a").evaluate_all("links => links.map(link => link.href)")
    assert set(links) == {"https://example.org/a?b=1&c=2"}
    expect(place.locator("span[lang=zh-Hans]").filter(has_text="算法备案").first).to_be_visible()
    expect(place.get_by_text("A <b>link</b> that runs").first).to_be_visible()
    assert dialogs == []


def test_the_keyboard_is_enough(page_guard, served, record):
    """A control that the keyboard cannot reach or move, or focus that cannot be seen."""
    page_guard.goto(served)
    place = explorer(page_guard, "compare")
    place.get_by_label("Dimension").focus()
    seen = []
    for _ in range(11):
        seen.append(page_guard.evaluate("document.activeElement.id || document.activeElement.value"))
        style = page_guard.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid", seen[-1]
        page_guard.keyboard.press("Tab")
    controls = [each.split("-", 2)[-1] for each in seen]
    assert controls[0] == "dimension"
    assert controls[5:] == ["legal_effect", "modality", "bearer", "as_of", "known_on", "only_differences"]
    expect(place.get_by_role("region", name="Compare regimes: table")).to_be_focused()
    place.get_by_label("Dimension").focus()
    page_guard.keyboard.press("ArrowDown")
    expect(place.get_by_label("Dimension")).not_to_have_value("minors")
    place.get_by_label("China").focus()
    page_guard.keyboard.press("Space")
    expect(place.get_by_label("China")).not_to_be_checked()


@pytest.mark.parametrize("width", [1280, 640, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_overflows(page_guard, served, theme, width, clean):
    """An explorer that somebody cannot read: contrast, names, roles, or a page that scrolls sideways, zoomed or not."""
    page_guard.set_viewport_size({"width": width, "height": 900})
    page_guard.emulate_media(color_scheme="light" if theme == "dark" else "dark")
    page_guard.goto(served)
    page_guard.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    place = explorer(page_guard, "compare")
    place.get_by_label("Known on").fill("2027-01-01")
    expect(place.get_by_role("alert").filter(has_text="Known on")).to_be_visible()
    assert page_guard.evaluate("document.documentElement.scrollWidth") <= width
    assert place.evaluate("each => getComputedStyle(each).colorScheme") == theme
    clean(page_guard, theme)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_follows_the_system_and_jupyterlab(page_guard, served, theme):
    """An explorer that stays light on a dark page, or dark on a light one."""
    page_guard.emulate_media(color_scheme=theme)
    page_guard.goto(served)
    place = explorer(page_guard, "compare")
    ink = "each => getComputedStyle(each).color"
    system = place.evaluate(ink)
    assert (system == "rgb(28, 31, 36)") == (theme == "light")
    page_guard.evaluate("light => document.body.dataset.jpThemeLight = light", str(theme != "light").lower())
    assert place.evaluate(ink) != system


def test_print_shows_the_question_and_no_controls(page_guard, served):
    """A printed page with dead buttons, or a table that does not say which day it answers for."""
    page_guard.goto(served)
    page_guard.emulate_media(media="print")
    place = explorer(page_guard, "compare")
    expect(place.get_by_label("Dimension")).to_be_hidden()
    expect(place.locator("caption")).to_be_visible()
    expect(place.locator("caption")).to_contain_text("As of: 2026-11-24; Known on: 2026-11-24.")


def test_a_page_without_scripts_keeps_the_stored_table(browser, served, record):
    """A reader without scripts who gets nothing."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(served)
    table = page.get_by_role("region", name="Read the initiatives", exact=True).get_by_role("table")
    assert table.get_by_role("row").count() == 26
    expect(page.get_by_text("450 rows. The first 25 are shown.")).to_be_visible()
    page.context.close()
