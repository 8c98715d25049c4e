"""Exports: what others open, that nothing in it runs, and that a failed export leaves nothing behind."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import frictionless
import pytest
from examples import DATA, copy_examples, headers, statement, write_table

from rulebooks import Record, in_force, load
from rulebooks.cli import main
from rulebooks.exports import DATABASE, EXCEL, PACKAGE, ExportError, export, neutral
from rulebooks.references import BIBLIOGRAPHY, bibliography, split_source

HOSTILE = "'); DROP TABLE states; -- <script>alert(1)</script>"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A copy of the project's record, which stays as it is while the tests run."""
    return Path(shutil.copytree(DATA, tmp_path_factory.mktemp("copy") / "data"))


@pytest.fixture(scope="module")
def record(data) -> Record:
    """The record of that copy."""
    return load(data)


@pytest.fixture(scope="module")
def project(data, tmp_path_factory) -> Path:
    """The project's record, exported."""
    folder = tmp_path_factory.mktemp("project") / "out"
    export(folder, data)
    return folder


@pytest.fixture
def record_folder(tmp_path) -> Path:
    """A small record that a test may change."""
    return copy_examples(tmp_path / "record")


def query(folder: Path, sql: str, *values: object) -> list[tuple]:
    """Ask the exported database, opened for reading only."""
    database = sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True)
    try:
        return database.execute(sql, values).fetchall()
    finally:
        database.close()


def excel(folder: Path, name: str) -> list[list[str]]:
    """Read a table as Excel would: the byte order mark names the encoding."""
    text = (folder / EXCEL / f"{name}.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(text.decode("utf-8-sig").splitlines()))


def test_frictionless_finds_the_package_valid(project, record, monkeypatch):
    """Would catch a package whose descriptor, types, keys or file names do not agree with its tables."""
    monkeypatch.chdir(project)
    report = frictionless.Package(PACKAGE).validate()
    assert report.valid, report.flatten(["type", "note"])[:5]
    assert {task.name for task in report.tasks} == set(headers())
    assert sum(task.stats.get("rows", 0) for task in report.tasks) == sum(map(len, record.tables.values()))


def test_frictionless_would_find_a_fault(project, tmp_path, monkeypatch):
    """Would catch a validation that never opens the tables of the package."""
    with zipfile.ZipFile(project / PACKAGE) as package, zipfile.ZipFile(tmp_path / PACKAGE, "w") as broken:
        for name in package.namelist():
            broken.writestr(name, package.read(name) + (b"china,China,Asia\n" if name == "states.csv" else b""))
    monkeypatch.chdir(tmp_path)
    assert not frictionless.Package(PACKAGE).validate().valid


def test_the_package_holds_the_record_as_it_is(project, data):
    """Would catch a package whose cells were neutralised for Excel, or that lacks the bibliography."""
    with zipfile.ZipFile(project / PACKAGE) as package:
        assert package.testzip() is None
        names = {"datapackage.json", BIBLIOGRAPHY, *(f"{name}.csv" for name in headers())}
        assert set(package.namelist()) == names
        for name in names:
            assert package.read(name) == (data / name).read_bytes()


def test_the_database_has_every_row_with_its_type(project, record):
    """Would catch a table left out, numbers stored as text, or an empty cell that is not NULL."""
    for name, frame in record.tables.items():
        assert query(project, f'SELECT count(*) FROM "{name}"') == [(len(frame),)]
    [(kinds,)] = query(project, "SELECT group_concat(DISTINCT typeof(turnover_pct)) FROM penalties")
    assert set(kinds.split(",")) == {"real", "null"}
    assert query(project, "SELECT count(*) FROM instruments WHERE title_original = ''") == [(0,)]
    assert query(project, "PRAGMA foreign_key_check") == []
    assert query(project, "PRAGMA integrity_check") == [("ok",)]


def test_the_database_refuses_an_orphan(project, tmp_path):
    """Would catch keys that are written down and not held."""
    shutil.copy(project / DATABASE, tmp_path)
    database = sqlite3.connect(tmp_path / DATABASE)
    database.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        database.execute("INSERT INTO cohorts (id, instrument, definition) VALUES ('x', 'no-such-act', 'x')")
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        database.execute("INSERT INTO themes (id, name, definition, position) SELECT id, 'x', 'x', 1 FROM themes")
    database.close()


def test_sources_and_lists_can_be_joined(project, record):
    """Would catch sources or list cells that a query cannot reach, or a pinpoint lost on the way."""
    cited = sum(len(split_source(cell)) for cell in record.provisions.source)
    found = query(project, "SELECT key, pinpoint, url FROM sources_in_full WHERE table_name = 'provisions'")
    assert len(found) == cited
    row = record.provisions[record.provisions.id == "eu-aia-99-3"].iloc[0]
    ask = "SELECT key, coalesce(pinpoint, '') FROM row_sources WHERE row_id = 'eu-aia-99-3' ORDER BY position"
    assert query(project, ask) == split_source(row.source)
    asked = """SELECT count(DISTINCT provisions.id) FROM list_items JOIN provisions USING (row_number)
               WHERE table_name = 'provisions' AND column_name = 'dimensions' AND item = 'minors'"""
    minors = sum("minors" in cell.split("; ") for cell in record.provisions.dimensions)
    assert query(project, asked) == [(minors,)]


def test_the_database_answers_what_the_law_says(project, record):
    """Would catch a table of answers that is not that of in_force on the record's day."""
    counts = in_force(record).verdict.value_counts().to_dict()
    assert dict(query(project, "SELECT verdict, count(*) FROM in_force GROUP BY verdict")) == counts
    assert query(project, "SELECT value FROM about WHERE name = 'as_of'") == [(record.as_of.isoformat(),)]


def test_chinese_survives_in_every_form(project):
    """Would catch a form that turns 全球人工智能治理倡议 into question marks or boxes."""
    title = "全球人工智能治理倡议"
    assert query(project, "SELECT title_original FROM initiatives WHERE id = 'gaigi'") == [(title,)]
    rows = excel(project, "initiatives")
    assert title in next(row for row in rows if row[0] == "gaigi")
    assert title in (project / BIBLIOGRAPHY).read_text(encoding="utf-8")
    [(printed,)] = query(project, "SELECT gb7714 FROM citations WHERE key = 'cn2023gaigi'")
    assert printed.startswith("国家互联网信息办公室. 全球人工智能治理倡议[EB/OL].")


def test_a_second_export_is_the_same_to_the_byte(project, data, tmp_path):
    """Would catch a clock, a random name or an unordered set in an export."""
    again = tmp_path / "out"
    for path in export(again, data):
        assert path.read_bytes() == (project / path.relative_to(again)).read_bytes(), path.name


@pytest.mark.parametrize(
    "start", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1+1", "－cmd", "＠x"]
)
def test_a_formula_is_shown_and_not_run(start):
    """Would catch a cell that Excel runs when the file is opened."""
    assert neutral(start) == f"'{start}"


@pytest.mark.parametrize("cell", ["", "-5", "-5.25", "12", "Art. 5", "3 = 3", "人工智能"])
def test_what_is_no_formula_stays_as_it_is(cell):
    """Would catch a negative number turned into text, or an apostrophe before plain words."""
    assert neutral(cell) == cell


def test_hostile_text_stays_text(record_folder, tmp_path):
    """Would catch a cell that ends an SQL statement, a formula that reaches Excel, or one changed in the package."""
    formula = '=HYPERLINK("http://x.example")'
    write_table(record_folder, "themes", [{"id": "t", "name": HOSTILE, "definition": formula, "position": "1"}])
    folder = tmp_path / "out"
    export(folder, record_folder)
    assert query(folder, "SELECT name, definition, position FROM themes") == [(HOSTILE, formula, 1)]
    assert query(folder, "SELECT count(*) FROM states") == [(0,)]
    assert excel(folder, "themes")[1][1:3] == [f"'{HOSTILE}" if HOSTILE[0] in "=+-@" else HOSTILE, f"'{formula}"]
    with zipfile.ZipFile(folder / PACKAGE) as package:
        assert package.read("themes.csv") == (record_folder / "themes.csv").read_bytes()


def test_hostile_names_stay_names(record_folder, tmp_path):
    """Would catch a column name of the descriptor that is read as SQL."""
    path = record_folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    [states] = [each for each in descriptor["resources"] if each["name"] == "states"]
    column = 'x" TEXT); DROP TABLE themes; --'
    states["schema"]["fields"].append({"name": column, "type": "string", "description": "A hostile name."})
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    with (record_folder / "states.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["id", "name", "region", column], ["CHN", "China", "Asia", "y"]])
    folder = tmp_path / "out"
    export(folder, record_folder)
    quoted = column.replace('"', '""')
    assert query(folder, f'SELECT "{quoted}" FROM states') == [("y",)]
    assert query(folder, "SELECT count(*) FROM themes") == [(0,)]


def test_an_earlier_export_is_replaced_whole(record_folder, tmp_path):
    """Would catch a table of an earlier export that stays beside the new ones."""
    folder = tmp_path / "out"
    export(folder, record_folder)
    (folder / EXCEL / "gone.csv").write_text("old", encoding="utf-8")
    written = export(folder, record_folder)
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == written
    assert not (folder / EXCEL / "gone.csv").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "record"]


def test_a_folder_with_other_files_is_left_alone(record_folder, tmp_path, capsys):
    """Would catch an export that overwrites or deletes what somebody keeps in the folder."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.docx").write_text("mine", encoding="utf-8")
    assert main(["export", str(folder), str(record_folder)]) == 1
    assert "holds 'thesis.docx', which no export wrote" in capsys.readouterr().out
    assert [path.name for path in folder.iterdir()] == ["thesis.docx"]
    with pytest.raises(ExportError, match="a file of this name exists"):
        export(folder / "thesis.docx", record_folder)
    with pytest.raises(ExportError, match=r"cannot be (written|read)"):
        export(folder / "thesis.docx" / "below", record_folder)


def test_a_record_with_errors_is_not_exported(record_folder, tmp_path):
    """Would catch a package that does not hold together sent out as if it did."""
    write_table(record_folder, "application", [statement(provision="no-such-provision")])
    with pytest.raises(ExportError, match="the record has errors"):
        export(tmp_path / "out", record_folder)
    assert not (tmp_path / "out").exists()


def test_an_export_that_stops_leaves_the_earlier_one(record_folder, tmp_path, monkeypatch):
    """Would catch a full disk that leaves half of an export, or none, where a whole one was."""
    folder = tmp_path / "out"
    before = {path: path.read_bytes() for path in export(folder, record_folder)}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rulebooks.exports.write_excel", full)
    with pytest.raises(ExportError, match="No space left on device"):
        export(folder, record_folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "record"]


def test_an_export_needs_nothing_but_the_package(data, record, tmp_path):
    """Would catch an export that needs pandoc or the tools that build the book."""
    code = "import sys; sys.modules['pypandoc'] = sys.modules['nbclient'] = None; from rulebooks.cli import main; "
    code += f"sys.exit(main(['export', {str(tmp_path / 'out')!r}, {str(data)!r}]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(bibliography(record)) == query(tmp_path / "out", "SELECT count(*) FROM bibliography")[0][0]
