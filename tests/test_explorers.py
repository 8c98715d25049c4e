"""The explorers' Python side: what they select, what they refuse, and what they store."""

from __future__ import annotations

import dataclasses
import gzip
import inspect
import json
import re
from pathlib import Path

import ipywidgets
import nbformat
import pytest
import traitlets
from explorer_record import HOSTILE, random_states, write

from rulebooks import compare, load, points
from rulebooks.explorers import MIME_TYPE, compare_regimes, data_path, page_assets, read_initiatives, static_html
from rulebooks.refresh import notebooks

FOLDER = Path(inspect.getfile(compare_regimes)).parent
ASKED = ["provision", "cohort", "verdict", "enforceable", "reason", "applies_from", "applies_until"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Load the record made for these tests."""
    return write(tmp_path_factory.mktemp("sample"))


@pytest.mark.parametrize("which", ["sample", "real"])
def test_selection_is_what_compare_gives(which, sample):
    """An explorer that does date law of its own and parts from rulebooks.compare."""
    record = sample if which == "sample" else load()
    explorer = compare_regimes(record)
    seen = 0
    for state in random_states(explorer.definition, 60, seed=3):
        explorer.state = state = {**state, "only_differences": False}
        expected = compare(record, state["dimension"], state["jurisdictions"], state["as_of"], state["known_on"])
        expected = expected[expected["provision"] != ""].drop_duplicates(["provision", "cohort"])
        for control in ("legal_effect", "modality", "bearer"):
            if state[control] is not None:
                expected = expected[expected[control] == state[control]]
        found = explorer.selection
        assert sorted(found[ASKED].itertuples(index=False)) == sorted(expected[ASKED].itertuples(index=False)), state
        seen += len(found)
    assert seen > (500 if which == "sample" else 0)


@pytest.mark.parametrize("which", ["sample", "real"])
def test_points_of_one_initiative(which, sample):
    """A point lost or doubled between the record and the explorer."""
    record = sample if which == "sample" else load()
    explorer = read_initiatives(record)
    assert explorer.selection["point"].tolist() == points(record)["id"].tolist()
    for initiative in set(record.points["initiative"]):
        explorer.initiative = initiative
        assert explorer.selection["point"].tolist() == points(record, initiative)["id"].tolist()


def test_a_joint_initiative_belongs_to_each_of_its_powers(sample):
    """An initiative of two powers that is shown under one of them only."""
    shown = {
        power: set(read_initiatives(sample, power=[power]).selection["initiative"]) for power in ("CN", "US", "EU")
    }
    assert shown == {"CN": {"from-cn", "from-cn-us"}, "US": {"from-us", "from-cn-us"}, "EU": {"from-eu"}}


def test_traits_state_and_selection_move_together(sample):
    """A control set in Python that leaves state, rows or a linked widget behind, or a view that leaves the trait."""
    explorer = compare_regimes(sample, dimension="minors", jurisdictions=["EU", "CN"])
    assert explorer.jurisdictions == ["CN", "EU"]
    assert explorer.state["dimension"] == "minors"
    seen = []
    explorer.observe(lambda change: seen.append(change["new"]), names="shown")
    explorer.jurisdictions = "EU"
    assert set(explorer.selection["jurisdiction"]) == {"EU"}
    assert seen[-1] == explorer.shown
    explorer.set_state({"state": {**explorer.state, "dimension": "training-data"}})
    assert explorer.dimension == "training-data"
    choice = ipywidgets.Dropdown(options=["minors", "training-data"], value="training-data")
    link = traitlets.link((choice, "value"), (explorer, "dimension"))
    choice.value = "minors"
    assert explorer.state["dimension"] == "minors"
    explorer.dimension = "training-data"
    assert choice.value == "training-data"
    link.unlink()


def test_a_state_of_several_controls_is_set_at_once(sample):
    """A state from the view of which only the first control arrives."""
    explorer = compare_regimes(sample)
    states = []
    explorer.observe(lambda change: states.append(dict(change["new"])), names="state")
    wanted = {
        "dimension": None,
        "jurisdictions": ["US"],
        "legal_effect": "parties",
        "modality": None,
        "bearer": None,
        "as_of": "2025-01-01",
        "known_on": "2025-06-01",
        "only_differences": True,
    }
    explorer.state = wanted
    assert explorer.state == wanted
    assert states == [wanted]
    assert {name: getattr(explorer, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("control", "value", "said"),
    [
        ("dimension", "minor", "dimension: 'minor' is not among the options; nearest: minors"),
        ("jurisdictions", ["EU", "UE"], "jurisdictions: 'UE' is not among the options; nearest: US, EU"),
        ("jurisdictions", 7, "jurisdictions: 7 is not among the options; options: CN, EU, US, US-CA"),
        ("legal_effect", ["general"], "legal_effect: ['general'] is not among the options; nearest: general"),
        ("as_of", "2026-02-30", "as_of: '2026-02-30' is not a day; write it as '2026-11-24'"),
        ("as_of", "20260201", "as_of: '20260201' is not a day; write it as '2026-11-24'"),
        ("as_of", None, "as_of: None is not a day; write it as '2026-11-24'"),
        (
            "known_on",
            "2026-11-25",
            "known_on: 2026-11-25 is after the record's date; choose 2026-11-24 or an earlier day",
        ),
    ],
)
def test_a_wrong_value_is_refused_in_one_line(control, value, said, sample):
    """A mistyped option that is taken, or refused without naming it and the nearest, or that changes what is shown."""
    explorer = compare_regimes(sample)
    before = explorer.state, explorer.shown
    with pytest.raises(traitlets.TraitError) as caught:
        setattr(explorer, control, value)
    assert str(caught.value) == said
    assert (explorer.state, explorer.shown) == before
    with pytest.raises(traitlets.TraitError) as caught:
        compare_regimes(sample, **{control: value})
    assert str(caught.value) == said


def test_only_differences_leaves_out_what_every_order_has(sample):
    """A filter for differences that keeps what all share, drops what one lacks, or works on one order alone."""
    explorer = compare_regimes(sample, jurisdictions=["CN", "US-CA"], dimension=None)
    every = explorer.selection
    kinds = {
        order: set(zip(rows["modality"], rows["bearer"], strict=True)) for order, rows in every.groupby("jurisdiction")
    }
    explorer.only_differences = True
    kept = explorer.selection
    shared = kinds["CN"] & kinds["US-CA"]
    assert shared
    assert 0 < len(kept) < len(every)
    expected = [kind not in shared for kind in zip(every["modality"], every["bearer"], strict=True)]
    assert kept["provision"].tolist() == every["provision"][expected].tolist()
    explorer.jurisdictions = ["CN"]
    assert set(explorer.selection["provision"]) == set(every["provision"][every["jurisdiction"] == "CN"])


def test_a_control_that_does_not_exist_is_refused(sample):
    """A mistyped keyword that is silently ignored."""
    with pytest.raises(TypeError, match="no control 'dimenson'; did you mean 'dimension'"):
        compare_regimes(sample, dimenson="minors")
    with pytest.raises(traitlets.TraitError, match="state: 'x' is no control; controls: dimension,"):
        compare_regimes(sample).state = {"x": 1}
    with pytest.raises(traitlets.TraitError, match="name: 'my explorer' cannot stand in an address"):
        compare_regimes(sample, name="my explorer")


def test_stored_output_is_the_same_twice_and_small(sample):
    """An output with a memory address or a random id, or a table that swells the notebook."""
    bundles = []
    for _ in range(2):
        bundle = read_initiatives(sample, theme="safety")._repr_mimebundle_()
        assert "model_id" in bundle.pop("application/vnd.jupyter.widget-view+json")
        bundles.append(json.dumps(bundle, sort_keys=True))
    assert bundles[0] == bundles[1]
    assert "0x" not in repr(read_initiatives(sample))
    assert bundle[MIME_TYPE]["params"] == {"theme": "safety"}
    assert bundle["text/html"].count("<tr>") == 26
    shown = len(read_initiatives(sample, theme="safety").shown)
    assert f"{shown} rows. The first 25 are shown." in bundle["text/html"]
    assert bundle["text/plain"] == f"read_initiatives(name='initiatives', theme='safety'): {shown} rows"


def test_strings_of_the_record_stay_text(sample):
    """A string of the record, or a link that is not http, that becomes markup or code in the stored or built page."""
    explorer = read_initiatives(sample, title=HOSTILE)
    payload = explorer._repr_mimebundle_()[MIME_TYPE]
    page = static_html(payload, "../")
    assert "<img" not in page
    assert "<script>" not in page
    assert page.count("<script ") == 2
    assert "javascript:" not in page.replace(json.dumps("javascript:alert(3)"), "")
    assert '<span lang="zh-Hans">算法备案</span>' in page
    assert (
        json.loads(
            re.search(r'data-rulebooks-explorer="([^"]*)"', page)[1]
            .replace("&quot;", '"')
            .replace("&#x27;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
        )["title"]
        == HOSTILE
    )


def test_a_page_finds_its_files(sample):
    """A page that names a file which the build does not write."""
    record_files = page_assets(sample, ["compare_regimes", "read_initiatives", "compare_regimes"])
    for explorer in (compare_regimes(sample), read_initiatives(sample)):
        page = static_html(explorer._repr_mimebundle_()[MIME_TYPE], "../")
        named = re.findall(r'(?:src|href)="\.\./([^"]+)"', page)
        assert len(named) == 3
        assert set(named) <= set(record_files)
    assert len(record_files) == 5


def test_the_digest_follows_the_record(sample):
    """A page that shows rows of another record than its stored table without the build noticing."""
    digest = compare_regimes(sample)._repr_mimebundle_()[MIME_TYPE]["digest"]
    changed = sample.provisions.copy()
    changed.loc[0, "content"] = "Something else."
    other = dataclasses.replace(sample, tables={**sample.tables, "provisions": changed})
    assert data_path("compare_regimes", digest) in page_assets(sample, ["compare_regimes"])
    assert data_path("compare_regimes", digest) not in page_assets(other, ["compare_regimes"])


def test_module_and_style_are_small_and_never_read_text_as_code(sample):
    """A module that outgrows 25 kB, reaches for the network, or hands text to a parser."""
    files = page_assets(sample, [])
    assert (
        sum(len(gzip.compress(text.encode(), mtime=0)) for path, text in files.items() if "citations" not in path)
        <= 25_000
    )
    script = next(text for path, text in files.items() if path.endswith(".js"))
    for banned in ("HTML", "eval(", "Function(", "document.write", "fetch(", "XMLHttp", "import(", "srcdoc", "cookie"):
        assert banned not in script, banned
    assert not re.search(r"url\(|@import", (FOLDER / "explorer.css").read_text(encoding="utf-8"))


def test_a_silence_is_known_for_its_day_only(sample):
    """A silence shown as an answer for days on which nobody searched."""
    explorer = compare_regimes(
        sample, dimension="minors", jurisdictions="EU", as_of="2026-10-01", known_on="2026-10-01"
    )
    row = explorer.selection.set_index("provision").loc["eu-silence-minors"]
    assert (row["verdict"], row["reason"]) == ("silence", "searched on 2026-10-01: none found")
    for as_of, known_on in (("2026-10-02", "2026-11-24"), ("2026-09-30", "2026-11-24"), ("2026-10-01", "2026-09-30")):
        explorer.state = {**explorer.state, "as_of": as_of, "known_on": known_on}
        row = explorer.selection.set_index("provision").loc["eu-silence-minors"]
        assert (row["verdict"], row["reason"]) == ("cannot tell", "searched on 2026-10-01")


BOOK = [path for path in notebooks(Path(__file__).parents[1]) if "interact(" in path.read_text(encoding="utf-8")]
FENCED = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
EXAMPLE = """from ipywidgets import interact
def share(power, year): return {"CN": 1, "EU": 2}[power] / (year - 2024)
interact(share, power=POWERS, year=YEARS)"""


def options(widget: ipywidgets.Widget) -> list:
    """Return every value that a control of ``interact`` can give, or those at both ends of a slide without steps."""
    if hasattr(widget, "_options_full"):
        return [value for _, value in widget._options_full]
    if isinstance(widget, ipywidgets.Checkbox | ipywidgets.ToggleButton):
        return [False, True]
    if isinstance(widget, ipywidgets.IntSlider):
        return [*range(widget.min, widget.max + 1, widget.step)]
    return [widget.min, widget.value, widget.max] if hasattr(widget, "max") else [widget.value]


def try_every_option(function, **controls) -> list[dict]:
    """Stand in for ``interact``: call the function for each option of each control, the others where they open."""
    widgets = {widget.description: widget for widget in ipywidgets.interactive(function, **controls).kwargs_widgets}
    opening = {name: widget.value for name, widget in widgets.items()}
    asked = [opening | {name: value} for name, widget in widgets.items() for value in options(widget)]
    for each in asked:
        assert function(**each) is not None, f"{function.__name__} shows nothing for {each}"
    return asked


def run_with_every_option(sources: list[str], monkeypatch, **names: object) -> int:
    """Run code in one namespace, with ``interact`` replaced, and return how many calls that made."""
    calls = []
    monkeypatch.setattr(ipywidgets, "interact", lambda *args, **kwargs: calls.extend(try_every_option(*args, **kwargs)))
    for source in sources:
        exec(compile(source, "<cell>", "exec"), names)
    return len(calls)


@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.stem)
def test_what_a_reader_is_told_to_build_works_for_every_option(path, monkeypatch):
    """An example of ``interact`` that fails, or shows nothing, under an option other than its first."""
    cells = nbformat.read(path, as_version=4).cells
    fenced = [code for cell in cells if cell.cell_type == "markdown" for code in FENCED.findall(cell.source)]
    taught = [code for code in fenced if "interact(" in code]
    run = [cell.source for cell in cells if cell.cell_type == "code"]
    monkeypatch.chdir(path.parent)
    assert run_with_every_option([*run, *taught], monkeypatch) > 1


def test_an_option_that_fails_is_found(monkeypatch):
    """A check of examples that tries their first options only, as a run of the notebook does."""
    assert run_with_every_option([EXAMPLE], monkeypatch, POWERS=["CN", "EU"], YEARS=(2025, 2028)) == 6
    with pytest.raises(KeyError, match="US"):
        run_with_every_option([EXAMPLE], monkeypatch, POWERS=["CN", "US"], YEARS=(2025, 2028))
    with pytest.raises(ZeroDivisionError):
        run_with_every_option([EXAMPLE], monkeypatch, POWERS=["CN"], YEARS=(2024, 2028))
