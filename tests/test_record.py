"""The loader: what it reads, where it finds it, and how it fails."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from examples import DATA, copy_examples, headers, write_overlay, write_record, write_table

import rulebooks
from rulebooks.check import check
from rulebooks.record import RecordError, load


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the hard cases that a test may break."""
    return copy_examples(tmp_path / "record")


def test_the_projects_record_loads():
    """Would catch a table that is described and cannot be read, or cells that are not text."""
    record = load()
    assert record.directory == DATA
    assert set(record.tables) == set(headers())
    for name, columns in headers().items():
        frame = record.table(name)
        assert list(frame.columns) == columns
        assert frame is getattr(record, name)
        assert all(isinstance(cell, str) for column in frame for cell in frame[column])
    assert record.as_of == date.fromisoformat(record.descriptor["as_of"])


def test_rows_keep_their_order_and_text(folder):
    """Would catch a loader that sorts, drops "NA", pads dates or turns codes into numbers."""
    write_table(
        folder, "states", [{"id": "NAM", "name": "NA", "region": "007"}, {"id": "AUT", "name": "1.0", "region": ""}]
    )
    frame = load(folder).states
    assert frame.to_dict("records") == [
        {"id": "NAM", "name": "NA", "region": "007"},
        {"id": "AUT", "name": "1.0", "region": ""},
    ]


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_order_mark_and_line_ends(folder, start, end):
    """Would catch a file saved by Excel whose first column is lost behind a byte order mark."""
    path = folder / "states.csv"
    path.write_bytes(start + f"id,name,region{end}CHN,中国,Asia{end}".encode())
    assert load(folder).states.to_dict("records") == [{"id": "CHN", "name": "中国", "region": "Asia"}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        (b"", "the file is empty"),
        ("id,name,region\nCHN,中国,Asia\n".encode("gb18030"), "not UTF-8"),
        (b"id,name\nCHN,China\n", "column 'region' is missing"),
        (b"id,name,region\nCHN,China\n", "a row has 2 cells, the header 3"),
    ],
)
def test_unreadable_table_is_one_clear_error(folder, content, words):
    """Would catch a traceback of the csv module, or a table that is read wrongly without a word."""
    path = folder / "states.csv"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(RecordError, match="rulebooks check") as error:
        load(folder)
    assert words in str(error.value)
    assert "states.csv" in str(error.value)
    assert "\n" not in str(error.value)


def test_oversized_cell_is_one_clear_error(folder):
    """Would catch a traceback of the csv module where a quote was left open over the rest of a file."""
    (folder / "states.csv").write_bytes(b'id,name,region\nCHN,"' + b"x" * 2000 + b'",Asia\n')
    limit = csv.field_size_limit(1000)
    try:
        with pytest.raises(RecordError, match=r"states\.csv: not a CSV file"):
            load(folder)
        assert any("not CSV" in problem.message for problem in check(folder))
    finally:
        csv.field_size_limit(limit)


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.pop("as_of"),
        lambda found: found.update(as_of="soon"),
        lambda found: found.update(resources=None),
        lambda found: found["resources"][0].update(path="../jurisdictions.csv"),
        lambda found: found["resources"][0].update(path="/etc/passwd"),
        lambda found: found["resources"][0].update(name="../../etc/passwd", path="../../etc/passwd.csv"),
        lambda found: found["resources"][0].pop("schema"),
    ],
)
def test_broken_descriptor_is_one_clear_error(folder, change):
    """Would catch a descriptor that makes the loader read another file, or fail without naming it."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text())
    change(descriptor)
    path.write_text(json.dumps(descriptor))
    with pytest.raises(RecordError, match=r"datapackage\.json"):
        load(folder)


def test_missing_folder_is_one_clear_error(tmp_path):
    """Would catch a traceback for a mistyped folder."""
    with pytest.raises(RecordError, match="name a folder with a record"):
        load(tmp_path / "nowhere")


def test_an_edited_row_is_seen(folder):
    """Would catch a loader that reads a stale copy of the data."""
    before = load(folder).states
    write_table(folder, "states", [{"id": "CHN", "name": "China", "region": "Asia"}])
    assert before.empty
    assert list(load(folder).states["id"]) == ["CHN"]


def test_unknown_table_is_named(folder):
    """Would catch an AttributeError that does not say which tables there are."""
    with pytest.raises(AttributeError, match="no table 'laws'; it has jurisdictions, instruments"):
        _ = load(folder).laws


def test_repr_has_no_address(folder):
    """Would catch a stored output that changes with every run."""
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    start = f"Record(as of {descriptor['as_of']}, {len(descriptor['resources'])} tables, "
    assert repr(load(folder)).startswith(start)
    assert "0x" not in repr(load(folder))


def test_overlay_adds_an_order(folder, tmp_path, monkeypatch):
    """Would catch an overlay that is not read, or that changes the answers about other orders."""
    overlay = write_overlay(tmp_path / "overlay")
    plain, joined = load(folder), load(folder, overlay)
    assert plain.overlay_orders == []
    assert joined.overlay_orders == ["XA"]
    rows = rulebooks.in_force(joined)
    assert list(rows.loc[rows["provision"] == "xa-act-1", "verdict"]) == ["yes"]
    others = rows[rows["provision"] != "xa-act-1"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, rulebooks.in_force(plain))
    assert set(rulebooks.compare(joined, "minors")["jurisdiction"]) == {"XA"}
    monkeypatch.setenv("RULEBOOKS_OVERLAY", str(overlay))
    assert load(folder).overlay_orders == ["XA"]


def test_overlay_that_breaks_its_rules_is_not_loaded(folder, tmp_path):
    """Would catch an overlay that changes somebody else's law behind the reader's back."""
    overlay = write_overlay(tmp_path / "overlay")
    path = overlay / "application.csv"
    path.write_text(path.read_text().replace("xa-act-1,", "eu-aia-4,"))
    with pytest.raises(RecordError, match=r"overlay/application\.csv, row 2.*record/provisions\.csv, row"):
        load(folder, overlay)
    with pytest.raises(RecordError, match="not a folder"):
        load(folder, tmp_path / "nowhere")


def test_import_is_light():
    """Would catch a package that loads charts, widgets or pandas before they are used."""
    code = "import sys, rulebooks; print([name for name in ('pandas', 'altair', 'anywidget') if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True)
    assert run.stdout.strip() == "[]"
    code = "import sys, rulebooks; rulebooks.load(); print([n for n in ('altair', 'anywidget') if n in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True)
    assert run.stdout.strip() == "[]"


def test_public_names():
    """Would catch a public name that is announced and cannot be imported."""
    functions = {"load", "in_force", "history", "calendar", "compare", "meet", "points", "scenario_facts", "sources"}
    assert {*functions, "Record", "RecordError"} == set(rulebooks.__all__)
    for name in rulebooks.__all__:
        assert getattr(rulebooks, name).__doc__
        assert name in dir(rulebooks)
    with pytest.raises(AttributeError, match="no attribute 'laws'"):
        _ = rulebooks.laws


def test_no_order_is_compared_in_an_empty_record(tmp_path):
    """Would catch functions that need rows to exist: a record without rows still answers, with nothing."""
    record = load(write_record(tmp_path / "record"))
    assert rulebooks.in_force(record).empty
    assert rulebooks.compare(record).empty
    assert rulebooks.calendar(record).empty
