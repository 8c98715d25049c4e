"""One truth, two places: 5,000 states of the explorers, worked out in Python and in the browser."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from rulebooks import load
from rulebooks.explorers import page as pages
from rulebooks.explorers.controls import checked, select, settled

STATES = 5_000
COMPARED = ("id", "verdict", "enforceable", "reason", "facts", "deciding", "change", "date_reason", "applies_from")
WORDS = ["", "suan fa", "算法备案", "Bèi'àn", "filing", "备", "ren zhi", "x y z", "AI  risk"]
MODULE = Path(pages.__file__).with_name("explorer.js")
PROBE = """([key, states]) => {
    const { definition, rows, rectangles } = window.rulebooksExplorers[key];
    return states.map((wanted) => {
        const [state, faults] = window.probe.admit(definition.controls, wanted);
        if (faults.length) return faults;
        const found = window.probe.select(definition, rows, rectangles, state);
        return found.map((row) => COMPARED.map((each) => row[each] ?? ""));
    });
}""".replace("COMPARED", json.dumps(COMPARED))


@pytest.fixture(scope="module")
def record():
    """Load the project's own record."""
    return load()


@pytest.fixture(scope="module")
def kinds(record):
    """Compile every kind of explorer that is a table."""
    return {kind: compiled(record) for kind, compiled in pages.KINDS.items()}


@pytest.fixture(scope="module")
def site(record, kinds, tmp_path_factory):
    """Write a page with the data of every explorer, its script, and a probe into the module."""
    folder = tmp_path_factory.mktemp("parity")
    for path, text in pages.page_assets(record, kinds).items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    module = MODULE.read_text(encoding="utf-8").replace(
        "export default { render };", "window.probe = { select, admit };"
    )
    (folder / "probe.js").write_text(f"(() => {{\n{module}\n}})();", encoding="utf-8")
    sections, scripts = "", set()
    for kind, compiled in kinds.items():
        key = pages.data_key(kind, compiled.digest)
        settings = {"name": kind.replace("_", "-"), "title": kind, "params": {}, "data": key, "citations": ""}
        text = json.dumps(settings).replace('"', "&quot;")
        sections += f'<section data-rulebooks-explorer="{text}"></section>\n'
        scripts.add(pages.data_path(kind, compiled.digest))
    scripts |= {path for path in pages.page_assets(record, []) if path.endswith(".js") and "citations" not in path}
    ordered = sorted(scripts, key=lambda path: "/explorer." in path)
    tags = "".join(f'<script defer src="{path}"></script>\n' for path in [*ordered, "probe.js"])
    html = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>p</title>{tags}<body>{sections}</body></html>'
    (folder / "page.html").write_text(html, encoding="utf-8")
    return folder / "page.html"


def days_of(record) -> list[str]:
    """Return every full day that the record's statements name."""
    columns = ("applies_from", "applies_until", "known_from")
    held = {day for column in columns for day in record.application[column] if len(day) == 10}
    return sorted(held | {day for day in record.participation["date"] if len(day) == 10})


def drawn(draw: random.Random, control: dict, days: list[str]) -> object:
    """Draw a value that a control may hold; every other day lies within a day of one in the record."""
    options = [option["value"] for option in control.get("options", [])]
    if control.get("any") and draw.random() < 0.5:
        return None
    if control["kind"] == "choice":
        return draw.choice(options)
    if control["kind"] == "choices":
        return [] if draw.random() < 0.1 else [each for each in options if draw.random() < 0.5]
    if control["kind"] == "flag":
        return draw.random() < 0.3
    if control["kind"] == "text":
        return draw.choice(WORDS)
    if control["kind"] == "number":
        return draw.choice([0, 5, 49, 50, 1_000_000, 45_000_000, 500_000_000, 10**25, 10**26, 10**26 + 2**36, 3.5])
    near = date.fromisoformat(draw.choice(days)) + timedelta(days=draw.choice([-1, 0, 1]))
    far = date(2022, 1, 1) + timedelta(days=draw.randrange(0, 2700))
    day = (near if draw.random() < 0.5 else far).isoformat()
    return min(day, control.get("maximum", day))


def states_of(compiled, record, count: int, seed: int) -> list[dict]:
    """Draw states of one explorer; of one with scenarios, half are a scenario with a few other answers."""
    draw = random.Random(seed)
    controls, days = compiled.definition["controls"], days_of(record)
    states = []
    for _ in range(count):
        state = {control["id"]: drawn(draw, control, days) for control in controls}
        sets = next((control["sets"] for control in controls if "sets" in control), None)
        if sets and draw.random() < 0.7:
            facts = dict(sets[draw.choice(list(sets))])
            for fact in draw.sample(list(facts), draw.randrange(0, 6)):
                facts[fact] = state[fact]
            state |= facts
        if sets:
            state["scenario"] = None
        states.append(settled(controls, {key: checked(by_id(controls, key), value) for key, value in state.items()}))
    return states


def by_id(controls: list[dict], key: str) -> dict:
    """Return a control by its id."""
    return next(control for control in controls if control["id"] == key)


def test_the_browser_and_python_agree(page, site, record, kinds):
    """A state for which the page says something else than Python: rows, order, verdict, reason, what changes it."""
    page.goto(site.as_uri())
    share = STATES // len(kinds) + 1
    seen = rows = judged = 0
    for place, (kind, compiled) in enumerate(kinds.items()):
        states = states_of(compiled, record, share, seed=place)
        found = page.evaluate(PROBE, [pages.data_key(kind, compiled.digest), states])
        for state, on_page in zip(states, found, strict=True):
            in_python = select(compiled.definition, compiled.rows, compiled.rectangles, state, compiled.rules)
            expected = [[row.get(each, "") for each in COMPARED] for row in in_python]
            assert on_page == expected, (kind, {key: value for key, value in state.items() if value is not None})
            seen += 1
            rows += len(expected)
            judged += sum(row[1] == "cannot tell" for row in expected)
    assert seen >= STATES
    assert rows > 100_000
    assert judged > 1_000
