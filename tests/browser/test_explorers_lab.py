"""Explorers in a real JupyterLab: the view moves Python and Python moves the view."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import quote

import nbformat
import pytest
from examples import write_hostile_overlay
from explorer_record import write
from playwright.sync_api import expect

from rulebooks import load
from rulebooks.explorers import (
    MIME_TYPE,
    compare_regimes,
    one_system,
    page_assets,
    read_initiatives,
    static_html,
    terms_and_translations,
    who_joins_what,
)

WAIT = 60_000
LOST = 5_000
CELLS = [
    "import rulebooks\nfrom rulebooks.explorers import compare_regimes, read_initiatives\n"
    "record = rulebooks.load('record')\nprint('ready', len(record.provisions))",
    "compare = compare_regimes(record, dimension='minors')\ncompare",
    "initiatives = read_initiatives(record)\ninitiatives",
    "import json\nprint('ASKED', json.dumps([compare.state, compare.selection.shape[0], compare.shown]), 'END')",
    "compare.as_of = '2025-03-01'\ncompare.jurisdictions = ['EU', 'US']\nprint('set by Python')",
    "print('ASKED', json.dumps([initiatives.state, initiatives.selection.shape[0], initiatives.shown]), 'END')",
]
REAL = [
    "import json\nimport rulebooks\n"
    "from rulebooks.explorers import one_system, terms_and_translations, who_joins_what\n"
    "record = rulebooks.load()\nprint('ready', len(record.provisions))",
    "system = one_system(record, scenario='scenario-cv-ranking')\nsystem",
    "joins = who_joins_what(record)\njoins",
    "terms = terms_and_translations(record)\nterms",
    "made = {each.name: each for each in (system, joins, terms)}\n"
    "said = {name: [each.params, len(each.selection), each.shown] for name, each in made.items()}\n"
    "print('ASKED', json.dumps(said, sort_keys=True), 'END')",
    "system.as_of = '2026-09-01'\nsystem.companion = 'yes'\njoins.states = ['CHN', 'FRA', 'USA']\n"
    "joins.act = 'voted-for'\nterms.search = 'bei an'\nprint('set by Python')",
]
HOSTILE = [
    "import rulebooks\nfrom rulebooks import charts\nfrom rulebooks.explorers import compare_regimes\n"
    "record = rulebooks.load(overlay='overlay')\nprint('ready', len(record.provisions))",
    "rulebooks.compare(record, 'minors', ['XA', 'EU'])[['jurisdiction', 'pinpoint', 'content']]",
    "charts.matrix(record)",
    "charts.effects(record)",
    "compare_regimes(record, name='hostile', dimension='minors', jurisdictions=['XA', 'EU'])",
]
NOTEBOOKS = {"explorers": CELLS, "real": REAL, "hostile": HOSTILE}


def answers(address: str) -> bool:
    """Say whether the server answers."""
    try:
        return urllib.request.urlopen(f"{address}/api", timeout=5).status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """Load the record made for these tests."""
    return write(tmp_path_factory.mktemp("lab") / "record")


@pytest.fixture(scope="module")
def lab(record):
    """Address of a real JupyterLab on 127.0.0.1, in a folder of its own with the notebooks."""
    folder = record.directory.parent
    write_hostile_overlay(folder / "overlay")
    for name, cells in NOTEBOOKS.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, folder / f"{name}.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        *("-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *("--ServerApp.token=", "--ServerApp.password=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url="),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    own = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    settings = {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "spaces"),
    }
    log = (folder / "lab.log").open("w", encoding="utf-8")
    server = subprocess.Popen(command, cwd=folder, env={**os.environ, **own, **settings}, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + WAIT / 1000
    while not answers(address):
        assert server.poll() is None, (folder / "lab.log").read_text(encoding="utf-8")
        assert time.monotonic() < deadline, "JupyterLab did not answer within a minute"
        time.sleep(0.5)
    yield address
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
    log.close()


class Notebook:
    """The notebook as a reader sees it: cells that can be run, and what they print."""

    def __init__(self, page) -> None:
        self.page = page

    def run(self, number: int) -> None:
        """Run one cell and wait until the kernel has finished it.

        The keys are pressed again where Lab, still arranging itself, took the focus from the cell and lost them.
        """
        cell = self.cell(number)
        prompt = cell.locator(".jp-InputPrompt").first
        before = prompt.inner_text()
        deadline = time.monotonic() + WAIT / 1000
        while prompt.inner_text() == before:
            assert time.monotonic() < deadline, f"cell {number} did not start within a minute"
            cell.locator(".cm-content").click()
            expect(cell.locator(".cm-editor.cm-focused")).to_be_visible(timeout=WAIT)
            self.page.keyboard.press("Control+Enter")
            with contextlib.suppress(AssertionError):
                expect(prompt).not_to_have_text(before, timeout=LOST)
        expect(prompt).not_to_have_text("[*]:", timeout=WAIT)

    def cell(self, number: int):
        """Return a cell by its place."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)

    def asked(self, number: int, text: str) -> str:
        """Run a cell until what it prints contains a text: the kernel may hear of a change a moment later."""
        deadline = time.monotonic() + WAIT / 1000
        while time.monotonic() < deadline:
            self.run(number)
            said = self.cell(number).locator(".jp-OutputArea-output").inner_text(timeout=WAIT)
            if text in said:
                return said
        raise AssertionError(f"cell {number} never printed {text!r}; it printed {said[:500]!r}")


@pytest.fixture
def notebook(page, lab, request):
    """A notebook in JupyterLab; fails its test on a request that leaves 127.0.0.1."""
    name = getattr(request, "param", "explorers")
    foreign = []
    local = ("http://127.0.0.1:", "data:", "blob:", "about:")
    page.on("request", lambda request: None if request.url.startswith(local) else foreign.append(request.url))
    page.on("websocket", lambda each: None if each.url.startswith("ws://127.0.0.1:") else foreign.append(each.url))
    page.set_viewport_size({"width": 1400, "height": 1000})
    page.set_default_timeout(WAIT)
    page.goto(f"{lab}/lab/workspaces/{name}/tree/{name}.ipynb")
    opened = Notebook(page)
    expect(opened.cell(len(NOTEBOOKS[name]) - 1)).to_be_visible(timeout=WAIT)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=WAIT)
    yield opened
    assert not foreign, f"requests that leave this machine: {foreign}"


def rows(place) -> list[str]:
    """Return the ids of the rows that an explorer shows."""
    return place.locator("[data-row]").evaluate_all("rows => rows.map(row => row.dataset.row)")


def test_the_view_and_python_move_each_other(notebook, record):
    """A control or a trait that moves only its own side, or a widget that needs another server than Jupyter's."""
    page = notebook.page
    for number in (0, 1, 2):
        notebook.run(number)
    expect(notebook.cell(0).locator(".jp-OutputArea-output")).to_have_text(f"ready {len(record.provisions)}")
    place = notebook.cell(1).get_by_role("region", name="Compare regimes", exact=True)
    expect(place).to_be_visible(timeout=WAIT)
    python = compare_regimes(record, dimension="minors")
    assert sorted(rows(place)) == sorted(python.shown)
    for act, control, value in (
        (lambda: place.get_by_label("Dimension").select_option("training-data"), "dimension", "training-data"),
        (lambda: place.get_by_label("China").uncheck(), "jurisdictions", ["EU", "US"]),
        (lambda: place.get_by_label("Legal effect").select_option("general"), "legal_effect", "general"),
        (lambda: place.get_by_label("As of").fill("2026-09-01"), "as_of", "2026-09-01"),
        (lambda: place.get_by_label("Known on").fill("2026-07-01"), "known_on", "2026-07-01"),
    ):
        act()
        setattr(python, control, value)
        assert sorted(rows(place)) == sorted(python.shown), control
        said = notebook.asked(3, f'"{control}": {json.dumps(value)}')
        assert f", {len(python.selection)}, {json.dumps(python.shown)}] END" in said.replace("\n", "")
    python.as_of, python.jurisdictions = "2025-03-01", ["EU", "US"]
    notebook.run(4)
    expect(place.get_by_label("As of")).to_have_value("2025-03-01", timeout=WAIT)
    assert sorted(rows(place)) == sorted(python.shown)

    place = notebook.cell(2).get_by_role("region", name="Read the initiatives", exact=True)
    python = read_initiatives(record)
    for act, control, value in (
        (lambda: place.get_by_label("United States").uncheck(), "power", ["CN", "EU", "others"]),
        (lambda: place.get_by_label("Initiative", exact=True).select_option("from-cn"), "initiative", "from-cn"),
        (lambda: place.get_by_label("Theme").select_option("safety"), "theme", "safety"),
    ):
        act()
        setattr(python, control, value)
        assert rows(place) == python.shown[:200], control
        said = notebook.asked(5, f'"{control}": {json.dumps(value)}')
        assert f", {len(python.selection)}, {json.dumps(python.shown)}] END" in said.replace("\n", "")

    place.get_by_label("Theme").focus()
    assert page.evaluate("getComputedStyle(document.activeElement).color") == "rgb(28, 31, 36)"
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    assert page.evaluate("getComputedStyle(document.activeElement).color") == "rgb(230, 232, 235)"


@pytest.mark.parametrize("notebook", ["hostile"], indirect=True)
def test_a_hostile_overlay_stays_text_in_lab(notebook):
    """A string of an overlay that becomes an element, a script or a dialog in an output, a chart or an explorer."""
    page = notebook.page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for number in (0, 1):
        notebook.run(number)
    table = notebook.cell(1).locator(".jp-OutputArea-output table")
    expect(table).to_contain_text("<img src=x onerror=window.pwned=1>", timeout=WAIT)
    for number in (2, 3):
        notebook.run(number)
        expect(notebook.cell(number).locator(".vega-embed").locator("canvas, svg").first).to_be_visible(timeout=WAIT)
    power = notebook.cell(3).locator(".vega-bindings").get_by_label("Power")
    power.select_option("XA")
    expect(power).to_have_value("XA")
    notebook.run(4)
    place = notebook.cell(4).get_by_role("region", name="Compare regimes", exact=True)
    expect(place).to_contain_text("<script>window.pwned=1</script>", timeout=WAIT)
    place.get_by_label("Dimension").select_option("minors")
    assert place.get_by_role("table").locator("img, script, a[href^='javascript:']").count() == 0
    assert not dialogs
    assert page.evaluate("window.pwned") is None


def named(page, explorer):
    """Return an explorer of the page by the title of its like in Python."""
    return page.get_by_role("region", name=explorer.title, exact=True)


def shows(place, explorer) -> None:
    """Hold the rows of a view, which a matrix puts in an order of its own, against those that Python gives."""
    expect(place.locator("[data-row]")).to_have_count(min(len(explorer.shown), 200), timeout=WAIT)
    assert sorted(rows(place)) == sorted(explorer.shown[:200]), explorer.name


def write_page(folder, made) -> str:
    """Write a page with explorers as the build does, and return its name with the state in which they are."""
    for path, text in page_assets(load(), [each._compiled.kind for each in made]).items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    body = "\n".join(static_html(each._repr_mimebundle_()[MIME_TYPE]) for each in made)
    head = '<meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,">'
    html = f'<!doctype html><html lang="en"><head>{head}</head><body><main>{body}</main></body></html>'
    (folder / "page.html").write_text(html, encoding="utf-8")
    return f"page.html#~{quote(json.dumps({each.name: each.params for each in made}))}"


@pytest.mark.parametrize("notebook", ["real"], indirect=True)
def test_lab_the_served_page_and_the_file_select_the_same(notebook, browser, serve, tmp_path):
    """An explorer of the real record that selects other rows in Lab than on the page, served or from a file."""
    record = load()
    system = one_system(record, scenario="scenario-cv-ranking")
    joins, terms = who_joins_what(record), terms_and_translations(record)
    made = [system, joins, terms]
    for number in range(4):
        notebook.run(number)
    place = {each.name: named(notebook.page, each) for each in made}
    for each in made:
        shows(place[each.name], each)

    place["system"].get_by_label("China", exact=True).uncheck()
    system.jurisdictions = [each for each in system.jurisdictions if each != "CN"]
    place["joins"].get_by_label("Until").fill("2024-06-01")
    joins.until = "2024-06-01"
    place["joins"].get_by_label("Act", exact=True).select_option("endorsed")
    joins.act = "endorsed"
    place["terms"].get_by_label("Search").fill("法")
    terms.search = "法"
    for each in made:
        shows(place[each.name], each)
        assert each.shown, each.name
    said = {each.name: [each.params, len(each.selection), each.shown] for each in made}
    notebook.asked(4, f"ASKED {json.dumps(said, sort_keys=True)} END")

    system.as_of, system.companion = "2026-09-01", "yes"
    joins.states, joins.act, terms.search = ["CHN", "FRA", "USA"], "voted-for", "bei an"
    notebook.run(5)
    expect(place["system"].get_by_label("As of")).to_have_value("2026-09-01", timeout=WAIT)
    expect(place["system"].get_by_label("Ready scenario")).to_have_value("")
    expect(place["joins"].get_by_label("France", exact=True)).to_be_checked()
    expect(place["terms"].get_by_label("Search")).to_have_value("bei an")
    for each in made:
        shows(place[each.name], each)
        assert each.shown, each.name
    in_lab = {each.name: rows(place[each.name]) for each in made}

    link = write_page(tmp_path, made)
    with serve(tmp_path) as served:
        for address in (served, tmp_path.as_uri()):
            page = browser.new_page()
            page.goto(f"{address}/{link}")
            assert {each.name: rows(named(page, each)) for each in made} == in_lab, address
            page.close()
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{tmp_path.as_uri()}/{link}")
    for each in made:
        stored = named(plain, each).locator("tbody tr")
        assert stored.count() == min(len(each.shown), 25), each.name
        first = each._repr_mimebundle_()[MIME_TYPE]["table"]["rows"][0][0]
        assert first in stored.first.inner_text(), each.name
    plain.context.close()
