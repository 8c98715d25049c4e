"""A newcomer's path: from the README alone to a page that runs and a changed cell that answers."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
LAB_STARTS = 90_000
CHANGED = 'from rulebooks import in_force, load\n"rows:", len(in_force(load(), "2024-01-01"))'


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clean clone of what is committed."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.fail("the newcomer starts from a clone: run this test in a git checkout")
    folder = tmp_path_factory.mktemp("newcomer") / "book"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The newcomer's environment: no virtual environment or Jupyter folder of ours, no browser window."""
    ours = ("VIRTUAL_ENV", "PYTHONPATH", "RULEBOOKS_OVERLAY", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    kept = {key: value for key, value in os.environ.items() if key not in ours}
    path = os.pathsep.join(part for part in kept["PATH"].split(os.pathsep) if not part.startswith(str(ROOT)))
    home = tmp_path_factory.mktemp("jupyter")
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    jupyter = {name: str(home / name) for name in names}
    return {**kept, **jupyter, "PATH": path, "BROWSER": "true", "PYTHONUNBUFFERED": "1"}


class Running:
    """A command of the README, running in the clone until the test is done."""

    def __init__(self, clone: Path, environment: dict, *command: str) -> None:
        self.log = clone.parent / "log.txt"
        self.stream = self.log.open("w")
        self.process = subprocess.Popen(
            command, cwd=clone, env=environment, stdout=self.stream, stderr=subprocess.STDOUT, start_new_session=True
        )

    def wait_for(self, pattern: str, seconds: int = 420) -> re.Match:
        """Wait for a line of output."""
        for _ in range(seconds * 2):
            found = re.search(pattern, self.log.read_text(errors="replace"))
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.5)
        pytest.fail(f"{self.process.args} did not say {pattern}:\n{self.log.read_text(errors='replace')[-2000:]}")

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(30)
        self.stream.close()


def commands_of_the_readme(clone: Path) -> list[str]:
    """Return the commands that the README tells a newcomer to type."""
    block = re.search(r"```sh\n(.*?)```", (clone / "README.md").read_text(encoding="utf-8"), re.S)[1]
    return [line.split("#")[0].strip() for line in block.splitlines() if line.strip()]


def test_the_readme_leads_to_a_running_page(clone, environment, page_guard):
    """Would catch a README whose first command does not end in a page, or needs what it does not install."""
    serve = commands_of_the_readme(clone)[0]
    assert serve == "make serve"
    port = free_port()
    with Running(clone, {**environment, "PORT": str(port)}, *serve.split()) as served:
        address = served.wait_for(r"Serving the book: (http://127\.0\.0\.1:\d+/)")[1]
        for _ in range(40):
            try:
                urllib.request.urlopen(address, timeout=2)
                break
            except OSError:
                time.sleep(0.25)
        page_guard.goto(f"{address}chapters/how_to_use.html")
        assert "How to use this book" in page_guard.inner_text("h1")
    assert "Setting up .venv" in served.log.read_text()


def test_a_changed_cell_answers(clone, environment, page_guard):
    """Would catch a chapter that cannot be changed and run by somebody who has only the README."""
    text = (clone / "README.md").read_text(encoding="utf-8")
    assert all(word in text for word in ("`make lab`", "`how_to_use.ipynb`", "Ctrl+Enter"))
    with Running(clone, environment, "make", "lab") as lab:
        address = lab.wait_for(r"http://127\.0\.0\.1:\d+/lab\?token=\w+")[0]
        page_guard.goto(address.replace("/lab?", "/lab/tree/how_to_use.ipynb?"), timeout=LAB_STARTS)
        cell = page_guard.locator(".jp-Notebook .jp-CodeCell").first
        prompt = cell.locator(".jp-InputPrompt").first
        # The status bar names the kernel once there is one; the round indicator says "idle" before that too.
        expect(page_guard.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=LAB_STARTS)
        cell.locator(".cm-content").click()
        expect(cell.locator(".cm-editor.cm-focused")).to_be_visible(timeout=LAB_STARTS)
        page_guard.keyboard.press("Control+a")
        page_guard.keyboard.insert_text(CHANGED)
        expect(cell.locator(".cm-content")).to_contain_text("2024-01-01", timeout=LAB_STARTS)
        before = prompt.inner_text()
        page_guard.keyboard.press("Control+Enter")
        expect(prompt).not_to_have_text(before, timeout=LAB_STARTS)
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=LAB_STARTS)
        expect(cell.locator(".jp-OutputArea-output")).to_contain_text("('rows:', ", timeout=LAB_STARTS)
