"""What the tests share: the built site, a browser, a guard over its page, and a table of parts with times."""

from __future__ import annotations

import functools
import http.server
import os
import platform
import shutil
import subprocess
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
SPREAD = ("/test_pages.py::", "/test_chapters.py::", "::test_random_walks")
REPEATED = (
    "tbody tr:nth-child(n+9), li[data-row]:nth-child(n+5), .citation:nth-of-type(n+40), dl > :nth-child(n+60), "
    ".highlight span:nth-of-type(n+40)"
)
WITHOUT_BROWSER = os.environ.get("BROWSER") == "none"


def find_chromium() -> str | None:
    """Return the browser to use: $CHROMIUM, one on the PATH, or Playwright's own; None where there is none."""
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
    given = os.environ.get("CHROMIUM")
    if given:
        return given if shutil.which(given) else None
    for name in names:
        if shutil.which(name):
            return shutil.which(name)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install_chromium() -> str:
    """Install a browser where there is none, and say so; end the tests with one line where that fails."""
    debian = platform.system() == "Linux" and shutil.which("apt-get")
    if debian and os.geteuid() == 0:
        print("\nNo Chromium found: installing Debian's (apt-get install chromium)", flush=True)
        commands = [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]
    else:
        print("\nNo Chromium found: installing Playwright's (playwright install chromium)", flush=True)
        commands = [["playwright", "install", "chromium"]]
    for command in commands:
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = find_chromium()
    if not found:
        pytest.exit(
            "No Chromium could be installed: install Chromium or Chrome, or name one in $CHROMIUM; "
            "BROWSER=none leaves the browser tests out",
            returncode=1,
        )
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the browser tests out only where BROWSER=none was set by hand."""
    if WITHOUT_BROWSER:
        for item in items:
            if "browser" in Path(str(item.fspath)).parts:
                item.add_marker(pytest.mark.skip(reason="BROWSER=none was set by hand"))


class FilesSpread(LoadFileScheduling):
    """Keep a file's tests on one worker, as notebooks need; share those of the longest files, which need no order."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if any(part in nodeid for part in SPREAD) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesSpread:
    """Give the workers their tests (xdist's hook)."""
    return FilesSpread(config, log)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of the browser."""
    return find_chromium() or install_chromium()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict, chromium_path: str) -> dict:
    """Launch the real browser, without its own calls home (pytest-playwright's hook)."""
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium_path, "args": [*QUIET, *sandbox]}


@pytest.fixture(scope="session")
def built_site() -> Path:
    """Folder of the built site; `make test` builds it first."""
    if not (SITE / "index.html").exists():
        pytest.exit("The site is not built: run `make book` (or `make test`, which does it first)", returncode=1)
    return SITE


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of 127.0.0.1 and give its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Keep the test's output readable."""

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def serve() -> Callable[[Path], AbstractContextManager[str]]:
    """Context manager that serves a folder."""
    return serving


@pytest.fixture(scope="session")
def site_url(built_site: Path) -> Iterator[str]:
    """Address of the built site."""
    with serving(built_site) as url:
        yield url


@pytest.fixture
def page_guard(page):
    """A page that fails its test on a request that leaves 127.0.0.1, a page error or a console error."""
    foreign: list[str] = []
    errors: list[str] = []
    local = ("http://127.0.0.1:", "file://", "data:", "blob:", "about:", "ws://127.0.0.1:")
    page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith(local) else None)
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert not foreign, f"requests that leave this machine: {foreign}"
    assert not errors, f"errors in the browser: {errors}"


@pytest.fixture(scope="session")
def clean() -> Callable[[object, str], None]:
    """Hold a page against axe: all of it but for contrast, which takes minutes, and that without the repeated rows."""
    from axe_playwright_python.sync_playwright import Axe

    def hold(page: object, where: str) -> None:
        for rule in ({"rules": {"color-contrast": {"enabled": False}}}, {"runOnly": ["color-contrast"]}):
            found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False, **rule})
            assert found.violations_count == 0, f"{where}: {found.generate_report()[:4000]}"
            page.evaluate(f"document.querySelectorAll('{REPEATED}').forEach(row => row.remove())")

    return hold


def part_of(nodeid: str) -> str:
    """Return the part of the suite that a test belongs to."""
    if nodeid.startswith(("chapters/", "reference/")):
        return "notebooks (nbval)"
    if "browser/" in nodeid:
        return "JupyterLab" if "_lab.py" in nodeid else "pages in the browser"
    return "unit"


def pytest_terminal_summary(terminalreporter) -> None:
    """Print a table of the parts with their times."""
    count: dict[str, int] = defaultdict(int)
    seconds: dict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "when") and hasattr(report, "nodeid"):
                part = part_of(report.nodeid)
                seconds[part] += report.duration
                count[part] += report.when == "call"
    terminalreporter.section("parts")
    for part in sorted(seconds):
        terminalreporter.write_line(f"{part:<24}{count[part]:>6} tests {seconds[part]:>8.1f} s")
    if WITHOUT_BROWSER:
        terminalreporter.write_line("browser tests left out: BROWSER=none was set by hand")
