"""A change of an explorer at a thousand and at ten thousand rows, beside the same table through stock ipywidgets.

The real module runs in Chromium over rows of the record, drawn in one order and copied, each copy with ids, dates and
formulas of its own. Script time of a change is the time between the event of a control and the end of what it sets
off. The stock way is a ``Dropdown`` with ``interact`` in a kernel, whose function gives the first 200 rows of a
DataFrame: its time is that from the message of the widget to the kernel's last word on it, without what a browser then
needs to draw; ``meet`` works on the record's own rows at both sizes. Exits with 1 where ten times the rows make a
change more than LIMIT times as long, or where module and style weigh more than BYTES gzipped.
"""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from jupyter_client.manager import KernelManager, start_new_kernel
from playwright.sync_api import Page, sync_playwright

from rulebooks.explorers import page as pages
from rulebooks.explorers.compiled import Compiled
from rulebooks.record import load

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from conftest import QUIET, find_chromium

SIZES = (1_000, 10_000)
LIMIT = 12.0
BYTES = 25_000
ROUNDS = 6
CHANGES = {
    "compare_regimes": [
        ("dimension", "minors"),
        ("dimension", ""),
        ("legal_effect", "general"),
        ("as_of", "2025-03-01"),
        ("known_on", "2025-01-01"),
        ("jurisdictions", "EU"),
        ("only_differences", "on"),
    ],
    "who_joins_what": [
        ("act", "voted-for"),
        ("until", "2025-06-30"),
        ("states", "CHN"),
        ("states", "FRA"),
        ("act", ""),
    ],
    "one_system": [
        ("scenario", "scenario-cv-ranking"),
        ("jurisdictions", "US"),
        ("companion", "yes"),
        ("as_of", "2025-03-01"),
        ("show", "no"),
        ("scenario", "scenario-public-chatbot"),
    ],
}
# What an author without the explorer would write; the first change of each explorer is the same as the page's.
STOCK = {
    "compare_regimes": "Dropdown(options=['transparency-and-labels', 'minors']), lambda asked: compare(record, asked)",
    "who_joins_what": "Dropdown(options=['signed', 'voted-for']), lambda asked: acts[acts['act'] == asked]",
    "one_system": "Dropdown(options=['scenario-public-chatbot', 'scenario-cv-ranking']), "
    "lambda asked: meet(record, scenario_facts(record, asked))",
}
SET_UP = """import sys
sys.path.insert(0, {folder!r})
import pandas as pd
from ipywidgets import Dropdown, interact
from scale import multiplied
from rulebooks import compare, load, meet
from rulebooks.scenario import scenario_facts
pd.set_option("display.max_rows", 200)
record = load() if {kind!r} == "one_system" else load(multiplied(load(), {size}))
acts = pd.concat([load().participation] * 10).sample({size}, replace=True, random_state=1)
dropdown, table = {stock}
interact(lambda asked: table(asked).head(200), asked=dropdown)
dropdown.model_id"""
TIMED = """([changes, rounds]) => {
  const place = document.querySelector("section.rulebooks-explorer");
  const again = [...place.querySelectorAll("button")].find((each) => each.textContent === "Start again");
  const act = ([id, value]) => {
    const control = place.querySelector(`[id$="-${id}"]`);
    if (control.type === "checkbox") return control.click();
    if (control.tagName === "FIELDSET") return control.querySelector(`[value="${value}"]`).click();
    control.value = value;
    control.dispatchEvent(new Event(control.tagName === "SELECT" ? "change" : "input"));
  };
  const times = changes.map(() => []);
  for (let round = 0; round < rounds; round++) {
    again.click();
    changes.forEach((change, number) => {
      const start = performance.now();
      act(change);
      times[number].push(performance.now() - start);
    });
  }
  return times.map((each) => Math.min(...each));
}"""


def multiplied(compiled: Compiled, size: int) -> Compiled:
    """Return an explorer's data with exactly this many rows: the record's in a drawn order, then copies of them."""
    drawn = random.Random(1).sample(compiled.rows, len(compiled.rows))
    rows: list[dict] = []
    rectangles: dict[str, dict] = {}
    nodes: list[dict] = []
    formulas = compiled.definition.get("formulas")
    for number in count():
        first = len(nodes)
        if formulas:
            nodes += [_copied(node, number, first) for node in formulas["nodes"]]
        rectangles |= {f"{key}-x{number}": boxes for key, boxes in compiled.rectangles.items()}
        rows += [_copied(row, number, first) for row in drawn[: size - len(rows)]]
        if len(rows) == size:
            break
    definition = compiled.definition | ({"formulas": {**formulas, "nodes": nodes}} if formulas else {})
    return compiled._replace(definition=definition, rows=rows, rectangles=rectangles)


def _copied(part: dict, number: int, first: int) -> dict:
    """Return a row or a part of a formula as one copy has it: what it points to is that copy's own."""
    own = {name: f"{part[name]}-x{number}" for name in ("id", "law") if name in part}
    if "parts" in part:
        own["parts"] = [first + place for place in part["parts"]]
    if "formula" in part:
        own["formula"] = first + part["formula"]
    return part | own


def write_page(folder: Path, compiled: Compiled) -> Path:
    """Write a page with one explorer, as the build does."""
    key = pages.data_key(compiled.kind, compiled.digest)
    files = {path: text for path, text in SHARED.items() if path.endswith(".js")}
    data = f"(window.rulebooksExplorers??={{}})[{json.dumps(key)}]={compiled.text};\n"
    for path, text in {"rows.js": data, **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    settings = {"name": "asked", "title": compiled.title, "params": {}, "data": key, "citations": ""}
    section = f'<section data-rulebooks-explorer="{json.dumps(settings).replace(chr(34), "&quot;")}"></section>'
    scripts = "".join(f'<script defer src="{path}"></script>' for path in ("rows.js", *files))
    (folder / "page.html").write_text(f'<!doctype html><meta charset="utf-8">{section}{scripts}', encoding="utf-8")
    return folder / "page.html"


def in_the_page(page: Page, compiled: Compiled) -> list[float]:
    """Return the milliseconds of script of each change, the shortest of its rounds."""
    with tempfile.TemporaryDirectory() as folder:
        page.goto(write_page(Path(folder), compiled).as_uri())
        return page.evaluate(TIMED, [CHANGES[compiled.kind], ROUNDS])


@contextmanager
def kernel() -> Iterator[tuple[KernelManager, object]]:
    """Give a kernel of its own and a client to it."""
    manager, client = start_new_kernel(kernel_name="python3", stderr=subprocess.DEVNULL)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def through_the_kernel(kind: str, size: int) -> float:
    """Return the milliseconds between a choice in a stock Dropdown and the kernel's last word on it, the shortest."""
    with kernel() as client:
        said: list[str] = []
        code = SET_UP.format(folder=str(Path(__file__).parent), kind=kind, size=size, stock=STOCK[kind])
        reply = client.execute_interactive(code, timeout=300, output_hook=lambda message: said.append(_result(message)))
        if reply["content"]["status"] != "ok":
            raise RuntimeError(reply["content"]["evalue"])
        comm = "".join(said).strip("'")
        times = []
        for turn in range(ROUNDS):
            data = {"method": "update", "state": {"index": (turn + 1) % 2}}
            message = client.session.msg("comm_msg", {"comm_id": comm, "data": data})
            start = time.perf_counter()
            client.shell_channel.send(message)
            drawn = False
            while True:
                heard = client.get_iopub_msg(timeout=300)
                if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                    continue
                drawn |= "text/html" in json.dumps(heard["content"], default=str)
                if heard["content"].get("execution_state") == "idle":
                    break
            if not drawn:
                raise RuntimeError(f"{kind}: the kernel answered a change of the stock Dropdown without a table")
            times.append((time.perf_counter() - start) * 1000)
        return min(times[::2])


def _result(message: dict) -> str:
    return message["content"]["data"]["text/plain"] if message["msg_type"] == "execute_result" else ""


SHARED = {path: text for path, text in pages.page_assets(load(), []).items() if path != pages.CITATIONS}


def main() -> int:
    """Print the figures; return 1 if one is above its limit."""
    record = load()
    worst = 0.0
    print(f"{'change':<52}" + "".join(f"{size:>10,}" for size in SIZES) + "     ratio   (milliseconds of script)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*QUIET, "--no-sandbox"])
        page = browser.new_page()
        for kind, changes in CHANGES.items():
            compiled = pages.KINDS[kind](record)
            sized = [multiplied(compiled, size) for size in SIZES]
            turns = [[in_the_page(page, each) for each in sized] for _ in range(2)]
            few, many = ([min(times) for times in zip(*size, strict=True)] for size in zip(*turns, strict=True))
            for (control, value), early, late in zip(changes, few, many, strict=True):
                print(
                    f"{kind}: {control} {value or 'all'}".ljust(52)
                    + f"{early:>10.1f}{late:>10.1f}{late / early:>10.1f}"
                )
                worst = max(worst, late / early)
            print(f"{'  the first of these through a kernel':<52}", end="", flush=True)
            stock = [through_the_kernel(kind, size) for size in SIZES]
            print("".join(f"{each:>10.1f}" for each in stock))
            times = [slow / quick for slow, quick in zip(stock, (few[0], many[0]), strict=True)]
            print(f"{'  times as long as on the page':<52}" + "".join(f"{each:>10.1f}" for each in times), flush=True)
        browser.close()
    weight = sum(len(gzip.compress(text.encode(), mtime=0)) for text in SHARED.values())
    print(f"ten times the rows make a change at most {worst:.1f} times as long, limit {LIMIT}")
    print(f"module and style, gzip: {weight / 1000:.1f} kB, limit {BYTES / 1000:.0f}")
    return int(worst > LIMIT or weight > BYTES)


if __name__ == "__main__":
    sys.exit(main())
