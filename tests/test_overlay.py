"""The example of an overlay: Japan, added to the record as an instructor would add an order of one's own."""

from __future__ import annotations

import csv
import inspect
import json
import shutil
from pathlib import Path

import pytest

from rulebooks import charts, compare, history, in_force, load, meet, sources, theme
from rulebooks.check import check
from rulebooks.cli import main
from rulebooks.explorers.page import KINDS
from rulebooks.record import Record, RecordError
from rulebooks.refresh import refreshed

ROOT = Path(__file__).parents[1]
JAPAN = ROOT / "overlays" / "japan"
EXECUTED = ["how_to_use", "side_by_side"]
OPENS_ON_JAPAN = {
    "calendar": {"instrument": "jp-aipa", "since": "2018-01-01"},
    "moving_calendar": {"jurisdiction": "JP", "since": "2018"},
}
HAS_NO_ROW_FOR = {
    "index": "numbers about units",
    "over_time": "numbers over time",
    "participation": "acts on a roster that is complete",
    "penalties": "ceilings",
    "similarity": "acts on a roster that is complete",
    "votes": "votes",
}
DRAWN = [
    name
    for name, function in inspect.getmembers(charts, inspect.isfunction)
    if function.__module__ == charts.__name__
    and not name.startswith("_")
    and "-> alt." in f"-> {inspect.signature(function).return_annotation}"
]


@pytest.fixture(scope="module")
def plain() -> Record:
    """The record without an overlay."""
    return load(overlay="")


@pytest.fixture(scope="module")
def joined() -> Record:
    """The record with Japan."""
    return load(overlay=JAPAN)


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the example that a test may spoil."""
    return Path(shutil.copytree(JAPAN, tmp_path / "japan"))


def change(folder: Path, table: str, row: int, **cells: str) -> None:
    """Overwrite cells of one row of a table; the header is row 1."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        header, rows = reader.fieldnames, list(reader)
    rows[row - 2].update(cells)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def first_row(table: str, identifier: str) -> int:
    """Return the line of the record's own table on which a row with this id begins."""
    with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        line = reader.line_num + 1
        for row in reader:
            if row["id"] == identifier:
                return line
            line = reader.line_num + 1
    raise AssertionError(f"{table} has no {identifier}")


def test_the_example_has_no_fault_and_ten_provisions(joined, capsys):
    """Would catch an example that fails its own check, or that is too thin to show anything."""
    assert main(["check", "--overlay", str(JAPAN)]) == 0
    assert "0 errors" in capsys.readouterr().out
    own = joined.provisions[joined.provisions["jurisdiction"] == "JP"]
    assert (own["modality"] != "silence").sum() >= 10
    assert (own["checked"] != "").all()


def test_three_ways_to_name_an_overlay_agree(joined, monkeypatch):
    """Would catch an argument, a command or a variable that takes another folder or none."""
    assert joined.overlay_orders == ["JP"]
    monkeypatch.setenv("RULEBOOKS_OVERLAY", str(JAPAN))
    by_variable = load()
    assert by_variable.overlay_orders == ["JP"]
    assert all(by_variable.table(name).equals(joined.table(name)) for name in joined.tables)
    assert load(overlay="").overlay_orders == []
    assert main(["check", "--overlay", str(JAPAN)]) == 0


def test_answers_about_other_orders_stay(plain, joined):
    """Would catch an overlay that moves an answer about somebody else's law."""
    before, after = in_force(plain), in_force(joined)
    ours = after["provision"].str.startswith("jp-")
    assert after[~ours].reset_index(drop=True).equals(before)
    assert ours.sum() >= 10


def test_law_of_the_overlay_has_both_kinds_of_time(joined):
    """Would catch an overlay whose dates are read by other rules than the record's."""
    law = in_force(joined, as_of="2025-09-02", known_on="2025-06-10").set_index("provision")
    assert law.loc["jp-aipa-18", "verdict"] == "cannot tell"
    assert law.loc["jp-aipa-12", "verdict"] == "yes"
    assert in_force(joined).set_index("provision").loc["jp-aipa-18", "verdict"] == "yes"
    assert len(history(joined, "jp-aipa-18")) == 2
    rows = compare(joined, "training-data")
    assert {"CN", "EU", "US", "JP"} == set(rows["jurisdiction"])
    assert sources(joined, "jp2025aiact Art. 13")[0]["pinpoint"] == "Art. 13"
    met = meet(joined, {"jp-in-japan": True, "deployer": True}, "JP").set_index("provision")
    assert met.loc["jp-aipa-7", "verdict"] == "yes"


@pytest.mark.parametrize("name", sorted(set(DRAWN) - set(HAS_NO_ROW_FOR)))
def test_every_chart_draws_the_added_order(name, joined):
    """Would catch a chart that knows three powers by name and leaves a fourth order out."""
    drawn = json.dumps(getattr(charts, name)(joined, **OPENS_ON_JAPAN.get(name, {})).to_dict(), ensure_ascii=False)
    wanted = joined.instruments.set_index("id").loc["jp-aipa", "title"] if name == "calendar" else '"JP'
    assert wanted in drawn, f"charts.{name} does not show the order that the overlay adds"


@pytest.mark.parametrize("name", sorted(HAS_NO_ROW_FOR))
def test_a_chart_of_other_rows_stays_as_it_was(name, plain, joined):
    """Would catch a chart that an overlay breaks, or moves although it adds nothing that the chart shows."""
    shown = [theme.table(getattr(charts, name)(record).to_dict()) for record in (joined, plain)]
    assert shown[0] == shown[1]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_explorer_holds_the_added_rows(kind, plain, joined):
    """Would catch an explorer that drops what an overlay adds, or shows it only when it is asked for by name."""
    before, after = KINDS[kind](plain), KINDS[kind](joined)
    added = {row["id"] for row in after.rows} - {row["id"] for row in before.rows}
    assert added
    assert all("jp-" in each for each in added), added
    opening = {control["id"]: control["value"] for control in after.definition["controls"]}
    if "jurisdictions" in opening:
        assert "JP" in opening["jurisdictions"]


@pytest.mark.parametrize("chapter", EXECUTED)
def test_chapters_run_with_an_overlay(chapter, monkeypatch):
    """Would catch a chapter that breaks when a fourth order stands beside the three."""
    monkeypatch.setenv("RULEBOOKS_OVERLAY", str(JAPAN))
    text = refreshed(ROOT / "chapters" / f"{chapter}.ipynb")
    cells = json.loads(text)["cells"]
    assert all(cell["execution_count"] for cell in cells if cell["cell_type"] == "code")
    if chapter == "side_by_side":
        assert '"JP"' in text, "the matrix of the chapter does not show the added order"


def test_a_key_of_the_record_is_refused_with_both_places(copy):
    """Would catch an overlay that replaces a row of the record and is told nothing, or only half of where."""
    change(copy, "provisions", 2, id="eu-aia-4")
    said = [str(each) for each in check(overlay=copy) if "japan/provisions.csv, row 2," in str(each)]
    assert any(f"data/provisions.csv, row {first_row('provisions', 'eu-aia-4')}" in each for each in said), said
    with pytest.raises(RecordError, match=r"japan/"):
        load(overlay=copy)


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("application", {"provision": "eu-aia-4"}),
        ("provisions", {"instrument": "eu-aia"}),
        ("relations", {"subject": "eu-aia"}),
    ],
)
def test_a_statement_about_somebody_elses_law_is_refused_with_both_places(table, cells, copy):
    """Would catch an overlay that changes, behind the reader's back, the law of an order that it did not add."""
    change(copy, table, 2, **cells)
    [(_, identifier)] = cells.items()
    home = "provisions" if identifier == "eu-aia-4" else "instruments"
    said = [str(each) for each in check(overlay=copy) if f"japan/{table}.csv, row 2," in str(each)]
    assert any(f"data/{home}.csv, row {first_row(home, identifier)}" in each for each in said), said
    with pytest.raises(RecordError, match=r"data/"):
        load(overlay=copy)


def test_a_reader_finds_the_example():
    """Would catch an example that no page and no README leads to."""
    assert "overlays/japan" in (ROOT / "README.md").read_text(encoding="utf-8")
    page = (ROOT / "reference" / "adding_a_legal_order.ipynb").read_text(encoding="utf-8")
    assert "overlays/japan" in page
    assert "reference/adding_a_legal_order" in (ROOT / "_toc.yml").read_text(encoding="utf-8")
