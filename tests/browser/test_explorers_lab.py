"""Explorers in a real JupyterLab: the view moves Python and Python moves the view."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from explorer_record import write
from playwright.sync_api import expect

from rulebooks.explorers import compare_regimes, read_initiatives

WAIT = 60_000
CELLS = [
    "import rulebooks\nfrom rulebooks.explorers import compare_regimes, read_initiatives\n"
    "record = rulebooks.load('record')\nprint('ready', len(record.provisions))",
    "compare = compare_regimes(record, dimension='minors')\ncompare",
    "initiatives = read_initiatives(record)\ninitiatives",
    "import json\nprint('ASKED', json.dumps([compare.state, compare.selection.shape[0], compare.shown]), 'END')",
    "compare.as_of = '2025-03-01'\ncompare.jurisdictions = ['EU', 'US']\nprint('set by Python')",
    "print('ASKED', json.dumps([initiatives.state, initiatives.selection.shape[0], initiatives.shown]), 'END')",
]


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
    """Address of a real JupyterLab on 127.0.0.1, in a folder of its own with one notebook."""
    folder = record.directory.parent
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "explorers.ipynb")
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
        """Run one cell and wait until the kernel has finished it."""
        cell = self.cell(number)
        before = cell.locator(".jp-InputPrompt").first.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        prompt = cell.locator(".jp-InputPrompt").first
        expect(prompt).not_to_have_text(before, timeout=WAIT)
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
def notebook(page, lab):
    """The notebook in JupyterLab; fails its test on a request that leaves 127.0.0.1."""
    foreign = []
    local = ("http://127.0.0.1:", "data:", "blob:", "about:")
    page.on("request", lambda request: None if request.url.startswith(local) else foreign.append(request.url))
    page.on("websocket", lambda each: None if each.url.startswith("ws://127.0.0.1:") else foreign.append(each.url))
    page.set_viewport_size({"width": 1400, "height": 1000})
    page.set_default_timeout(WAIT)
    page.goto(f"{lab}/lab/tree/explorers.ipynb")
    opened = Notebook(page)
    expect(opened.cell(len(CELLS) - 1)).to_be_visible(timeout=WAIT)
    expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first).to_be_visible(timeout=WAIT)
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
