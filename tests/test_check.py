"""The checker: every kind of bad input, all faults at once, and the rules of the record."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from examples import DATA, EVIDENCE, copy_examples, write_overlay, write_table
from frictionless import validate

from rulebooks.check import Problem, check
from rulebooks.cli import main
from rulebooks.record import OVERLAY_LIMIT, RecordError, load
from rulebooks.references import sources


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the hard cases, without a fault, that a test may break."""
    return copy_examples(tmp_path / "record")


def edit(folder: Path, table: str, row: int, **cells: str) -> None:
    """Change cells of one row, the header being row 1."""
    frame = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
    for column, value in cells.items():
        frame.loc[row - 2, column] = value
    frame.to_csv(folder / f"{table}.csv", index=False, lineterminator="\n")


def add(folder: Path, table: str, **cells: str) -> int:
    """Add one row and return its number."""
    frame = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
    frame.loc[len(frame)] = {**dict.fromkeys(frame.columns, ""), **cells}
    frame.to_csv(folder / f"{table}.csv", index=False, lineterminator="\n")
    return len(frame) + 1


def row_of(folder: Path, table: str, **cells: str) -> int:
    """Return the number of the first row with these cells."""
    frame = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
    for column, value in cells.items():
        frame = frame[frame[column] == value]
    return int(frame.index[0]) + 2


def faults(folder: Path, overlay: Path | None = None) -> list[Problem]:
    """Return the errors."""
    return [problem for problem in check(folder, overlay) if problem.level == "error"]


def only(folder: Path, file: str, row: int, column: str, value: str | None, words: str) -> Problem:
    """Assert that there is one fault, at this place, with these words, on one line and with a mend."""
    found = faults(folder)
    assert len(found) == 1, [str(problem) for problem in found]
    problem = found[0]
    assert (problem.file, problem.row, problem.column) == (f"record/{file}", row, column), str(problem)
    assert value is None or problem.value == value
    assert words in problem.message, str(problem)
    assert problem.mend
    assert "\n" not in str(problem)
    return problem


def test_the_projects_record_has_no_fault():
    """Would catch any error that reaches the record of the book."""
    assert [str(problem) for problem in check() if problem.level == "error"] == []


def test_the_hard_cases_have_no_fault(folder):
    """Would catch a rule that refuses what the record must be able to say."""
    assert [str(problem) for problem in check(folder)] == []


def test_frictionless_accepts_the_record(folder):
    """Would catch a descriptor or table that the standard's own tool refuses."""
    for descriptor in (DATA / "datapackage.json", folder / "datapackage.json"):
        report = validate(str(descriptor))
        assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:10]


@pytest.mark.parametrize(
    ("table", "row", "cells"),
    [
        ("instruments", 3, {"kind": "law"}),
        ("instruments", 3, {"rank": "first"}),
        ("application", 3, {"known_from": "last year"}),
        ("provisions", 3, {"content": ""}),
        ("provisions", 3, {"content": "Must " * 70}),
        ("application", 3, {"provision": "eu-aia-999"}),
    ],
)
def test_frictionless_and_check_refuse_alike(folder, table, row, cells):
    """Would catch a rule of the descriptor that one of the two does not enforce."""
    edit(folder, table, row, **cells)
    assert not validate(str(folder / "datapackage.json")).valid
    assert any(problem.file == f"record/{table}.csv" and problem.row == row for problem in faults(folder))


@pytest.mark.parametrize("value", ["2026-13-01", "2026-02-30", "26-01-01", "1 July 2026", "2026/07/01", "2026-7"])
def test_wrong_date(folder, value):
    """Would catch a date that is no day, or is written in another form."""
    row = row_of(folder, "application", provision="us-fixture-act-3")
    edit(folder, "application", row, known_from=value)
    problem = only(folder, "application.csv", row, "known_from", value, "not a real date")
    assert "YYYY-MM-DD" in problem.mend


def test_a_day_is_needed_where_no_month_will_do(folder):
    """Would catch a day of the look that is known to the month only."""
    edit(folder, "events", 2, summary="Changed.")
    edit(folder, "provisions", 3, checked="2026-11")
    only(folder, "provisions.csv", 3, "checked", "2026-11", "not")


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("application", "cohort", "annex-ii"),
        ("application", "set_by", "eu-omnibuz"),
        ("provisions", "dimensions", "minor"),
        ("provisions", "jurisdiction", "FR"),
        ("cohorts", "parent", "annex-iv"),
        ("actions", "instrument", "eu-aja"),
    ],
)
def test_unknown_id(folder, table, column, value):
    """Would catch a pointer into nothing."""
    edit(folder, table, 2, **{column: value})
    assert any(
        (problem.row, problem.column, problem.value) == (2, column, value) and "is no id of" in problem.message
        for problem in faults(folder)
    )


def test_missing_source(folder):
    """Would catch a row whose source is in no bibliography, and an entry that no row uses."""
    edit(folder, "events", 2, source="example Art. 1; examples p. 2")
    problem = only(folder, "events.csv", 2, "source", "example Art. 1; examples p. 2", "unknown source 'example'")
    assert "nearest: examples" in problem.mend
    edit(folder, "events", 2, source="")
    only(folder, "events.csv", 2, "source", "", "empty")
    edit(folder, "events", 2, source="examples")
    with (folder / "references.bib").open("a") as file:
        file.write("@misc{idle, title = {Idle}, year = {2026}}\n")
    only(folder, "references.bib", 6, "key", "idle", "no row uses this entry")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("@phdthesis{examples2, title = {T}, year = {2026}}", "not a type that the book can print"),
        ("@misc{examples2, year = {2026}}", "the field is missing"),
        ("@misc{examples2, title = {T}, year = {2026}, url = {ftp://x}}", "not a link"),
        ("@misc{examples2, title = {T}, year = {2026}, urldate = {2026-12-01}}", "not a day up to the record's"),
        ("@misc{examples, title = {T}, year = {2026}}", "the key is taken by record/references.bib, row 1"),
        ("@misc{examples2, title = {T}, year = {2026}", "not closed"),
    ],
)
def test_bad_reference(folder, entry, words):
    """Would catch an entry that cannot be cited, or that hides another."""
    edit(folder, "events", 2, source="examples; examples2")
    with (folder / "references.bib").open("a") as file:
        file.write(entry + "\n")
    assert any(words in problem.message and problem.file == "record/references.bib" for problem in faults(folder))


def test_duplicate_key(folder):
    """Would catch a row that hides another of the same key, in one table or over two."""
    row = add(folder, "events", id="eu-aia", date="2026-01-01", title="T", summary="Another row.", source="examples")
    problem = only(folder, "events.csv", row, "id", "eu-aia", "the id is taken")
    assert "record/instruments.csv, row 2" in problem.message
    edit(folder, "events", row, id="eu-omnibus-deal")
    assert "record/events.csv, row 2" in only(folder, "events.csv", row, "id", "eu-omnibus-deal", "taken").message


def test_duplicate_statement(folder):
    """Would catch two statements of one provision, cohort, date type, certainty and day, of which one is lost."""
    frame = pd.read_csv(folder / "application.csv", dtype=str, keep_default_na=False)
    row = add(folder, "application", **{**frame.iloc[0].to_dict(), "applies_from": "2026-08-03"})
    only(folder, "application.csv", row, "provision", "eu-aia-9", "certainty, known_from repeat those of record/appl")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "latin-1"])
def test_wrong_encoding(folder, encoding):
    """Would catch a file that a spreadsheet saved in another encoding."""
    path = folder / "states.csv"
    path.write_bytes("id,name,region\nCIV,Côte,Africa\n".encode(encoding))
    problem = only(folder, "states.csv", 1 if encoding == "utf-16" else 2, "", None, "not UTF-8")
    assert "UTF-8" in problem.mend
    path.write_bytes("\ufeffid,name,region\nCIV,Côte,Africa\n".encode())
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("content", "row", "column", "words"),
    [
        (b"id,name\nCHN,China\n", 1, "region", "the column is missing"),
        (b"id,name,region,flag\nCHN,China,Asia,red\n", 1, "flag", "the column is not described"),
        (b"id,name,region,name\nCHN,China,Asia,China\n", 1, "name", "the column stands twice"),
        (b"name,id,region\nChina,CHN,Asia\n", 1, "", "the columns are out of order"),
        (b"", 0, "", "the file is empty"),
        (b"\xef\xbb\xbf\n", 0, "", "the file is empty"),
        (b"id,name,region\nCHN,China\n", 2, "", "the row has 2 cells, the header 3"),
        (b"id,name,region\nCHN,China,Asia,\n", 2, "", "the row has 4 cells, the header 3"),
        (b"id,name,region\n\nCHN,China,Asia\n", 2, "", "the line is empty"),
        (b'id,name,region\nCHN,"China,Asia\n', 2, "", "not CSV"),
        (b"id,name,region\nCHN,Ch\0ina,Asia\n", 2, "", "a NUL character"),
        (b'id,name,region\nCHN,"Chi\nna",Asia\nFRA, France,Europe\n', 4, "name", "space at the start"),
    ],
)
def test_wrong_shape(folder, content, row, column, words):
    """Would catch a missing, extra or doubled column, an empty file, a ragged row, a broken quote or a NUL."""
    (folder / "states.csv").write_bytes(content)
    found = [problem for problem in faults(folder) if words in problem.message]
    assert [(problem.file, problem.row, problem.column) for problem in found] == [("record/states.csv", row, column)]


def test_missing_and_unknown_files(folder):
    """Would catch a table that is described and absent, and one that is present and not described."""
    (folder / "states.csv").unlink()
    (folder / "laws.csv").write_text("id\n")
    assert {(problem.file, problem.message) for problem in faults(folder)} == {
        ("record/states.csv", "cannot be read (No such file or directory)"),
        ("record/laws.csv", "the file is not described"),
    }


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("instruments", "kind", "statue", "not a value of the enumeration"),
        ("instruments", "rank", "2.0", "not a whole number"),
        ("instruments", "rank", "7", "outside the bounds"),
        ("instruments", "title", "", "empty"),
        ("provisions", "id", "EU AIA", "not in the form"),
        ("provisions", "content", "Everybody must." * 21, "characters"),
        ("provisions", "dimensions", "risk-tiers, minors", "not in the form"),
        ("provisions", "dimensions", "risk-tiers; risk-tiers", "stands twice"),
        ("provisions", "dimensions", "bearers", "answered from instruments"),
        ("provisions", "pinpoint", "", "only a silence"),
        ("provisions", "subtracts_from", "eu-aia-4", "only an exemption subtracts"),
        ("provisions", "confidence", "high", "high on secondary and one source"),
        ("provisions", "checked", "", "no day although something was read"),
        ("provisions", "checked", "2031-11-25", "after the record's day"),
        ("application", "known_from", "2031-11-25", "after the record's day"),
        ("application", "applies_until", "2026-08-02", "not after applies_from"),
        ("application", "applies_from", "", "without a first day"),
        ("application", "date_status", "never", "never beside a date"),
        ("instruments", "ended", "2026-01-01", "ended without ended_by"),
        ("instruments", "ended_by", "eu-omnibus-deal", "ended_by without ended"),
        ("jurisdictions", "parent", "EU", "leads back to the row itself"),
    ],
)
def test_rule_of_one_row(folder, table, column, value, words):
    """Would catch a row that breaks a rule which holds within the row."""
    edit(folder, table, 2, **{column: value})
    found = [problem for problem in faults(folder) if words in problem.message]
    assert [(problem.file, problem.row, problem.column) for problem in found] == [(f"record/{table}.csv", 2, column)]
    assert value.strip() in found[0].value


@pytest.mark.parametrize(
    ("table", "row", "cells", "column", "words"),
    [
        (
            "instruments",
            2,
            {"adopted": "2024-06-13", "published": "2024-06-12"},
            "published",
            "before adopted 2024-06-13",
        ),
        (
            "instruments",
            2,
            {"adopted": "2024-06-13", "enters_into_force": "2024-05"},
            "enters_into_force",
            "before ado",
        ),
        ("instruments", 2, {"adopted": "2024-07-13"}, None, "before eu-aia, of 2024-07-13"),
        ("instruments", 2, {"adopted": "2024-07"}, None, ""),
        (
            "instruments",
            2,
            {"ended": "2026-05-06", "ended_by": "eu-omnibus-deal"},
            "ended",
            "before eu-omnibus-deal, of",
        ),
        ("dated_claims", 2, {"stated_on": "2031-01-01"}, "stated_on", "after the record's day"),
        ("initiatives", 2, {"launched": "2031-01-01", "date_status": "known"}, "launched", "after the record's day"),
        ("participation", 2, {"act": "signed", "date": "2023-12"}, "date", "before the launch on 2024-01-02"),
        ("participation", 2, {"act": "proposed", "date": "2023-12"}, None, ""),
    ],
)
def test_dates_of_acts_are_in_order(folder, table, row, cells, column, words):
    """Would catch a text published before it was adopted, a rule known before its act, or an early signature."""
    write_table(folder, "dated_claims", [{"id": "said", "statement": "It holds.", "stated_on": "2026-01-01"}])
    write_table(folder, "initiatives", [{"id": "talks", "launched": "2024-01-02", "date_status": "known"}])
    write_table(folder, "participation", [{"state": "CHN", "initiative": "talks", "act": "signed", "date": "2024-02"}])
    before = {str(problem) for problem in faults(folder)}
    assert not any("before" in line or "after" in line for line in before)
    edit(folder, table, row, **cells)
    found = [problem for problem in faults(folder) if str(problem) not in before]
    if column is None:
        assert {problem.column for problem in found} <= {"known_from", "ended", ""}
        assert all(words in problem.message for problem in found)
        assert bool(found) == bool(words)
    else:
        assert [(problem.file, problem.row, problem.column) for problem in found if words in problem.message] == [
            (f"record/{table}.csv", row, column)
        ]


def test_a_changed_date_has_its_act(folder):
    """Would catch a second date of one act, and a change of what was never law."""
    frame = pd.read_csv(folder / "application.csv", dtype=str, keep_default_na=False)
    first = frame.iloc[0].to_dict()
    row = add(folder, "application", **{**first, "applies_from": "2027-01-01", "known_from": "2025-01-01"})
    problem = only(folder, "application.csv", row, "set_by", "eu-aia", "eu-aia spoke before, in record/application.csv")
    assert problem.mend == "name the act that changed it"
    edit(folder, "application", row, set_by="eu-omnibus-deal", event="postponed", known_from="2026-05-07")
    assert faults(folder) == []
    frame[frame["provision"] != "us-ca-sb-1047-22603"].to_csv(folder / "application.csv", index=False)
    cells = {"provision": "us-ca-sb-1047-22603", "event": "repealed", "known_from": "2026-05-07"}
    row = add(folder, "application", **{**first, **cells, "cohort": "all", "set_by": "eu-omnibus-deal"})
    only(folder, "application.csv", row, "event", "repealed", "nothing before it was law")


def test_nothing_outlives_its_instrument_unsaid(folder):
    """Would catch a rule that applies on although its instrument is gone."""
    edit(folder, "instruments", 2, ended="2026-10-01", ended_by="eu-omnibus-deal")
    found = faults(folder)
    assert {(each.column, each.value) for each in found} == {("instrument", "eu-aia")}
    assert all("its instrument ended on 2026-10-01 in record/instruments.csv, row 2" in each.message for each in found)
    add(folder, "relations", subject="eu-aia", relation="survives-repeal", object="eu-omnibus-deal", source="examples")
    assert faults(folder) == []


def test_what_binds_has_provisions(folder):
    """Would catch a statute of which the record says nothing, and a rule that asks this of plans or amending acts."""
    row = {"jurisdiction": "EU", "language": "en", "durability": "legislature", **EVIDENCE}
    bare = add(folder, "instruments", id="bare", title="T", kind="statute", summary="A statute.", **row)
    amending = add(folder, "instruments", id="amending", title="T", kind="statute", summary="Amends.", **row)
    add(folder, "instruments", id="plan", title="T", kind="plan", summary="A plan.", **row)
    found = [problem for problem in faults(folder) if "has no provisions" in problem.message]
    assert [(problem.row, problem.column) for problem in found] == [(bare, "id"), (amending, "id")]
    add(folder, "relations", subject="amending", relation="amends", object="eu-aia", source="examples")
    add(folder, "relations", subject="bare", relation="implements", object="eu-aia", source="examples")
    found = [problem for problem in faults(folder) if "has no provisions" in problem.message]
    assert [(problem.row, problem.column) for problem in found] == [(bare, "id")]


def test_a_complete_roster_names_somebody(folder):
    """Would catch a roster called complete on which nobody stands."""
    cells = {"id": "talks", "title": "T", "proposer": "X", "kind": "declaration", "legal_effect": "political"}
    row = add(folder, "initiatives", **cells, roster_complete="true", summary="Talks.", **EVIDENCE)
    only(folder, "initiatives.csv", row, "roster_complete", "true", "complete without a state")
    add(folder, "states", id="CHN", name="China", region="Asia")
    add(folder, "participation", state="CHN", initiative="talks", act="signed", **EVIDENCE)
    assert faults(folder) == []


def test_letters_that_a_wrong_encoding_left(folder):
    """Would catch Chinese text saved as Latin-1 and read back, and letters replaced by a question mark in a diamond."""
    for value in ("生成式".encode().decode("latin-1"), "Act on �"):
        edit(folder, "events", 2, title=value)
        only(folder, "events.csv", 2, "title", value, "left by a wrong encoding")


def test_what_cannot_be_read_is_one_fault(folder):
    """Would catch a fault that drowns in a thousand others which follow from it."""
    (folder / "references.bib").write_bytes(b"@misc{examples, title = {Open}")
    only(folder, "references.bib", 1, "", "", "not closed")
    copy_examples(folder)
    path = folder / "cohorts.csv"
    path.write_bytes(path.read_bytes().replace(b"id,", b"key,", 1))
    assert {(problem.file, problem.row) for problem in faults(folder)} == {("record/cohorts.csv", 1)}


def test_a_record_in_an_archive(folder):
    """Would catch a check or a loader that reads an archive of the record otherwise than its folder."""
    memory = io.BytesIO()
    memory.name = "record.zip"
    edit(folder, "events", 2, source="nowhere")
    with zipfile.ZipFile(memory, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"record/{path.name}")
    with zipfile.ZipFile(memory) as archive:
        inside = zipfile.Path(archive, "record/")
        assert check(inside) == check(folder) != []
        ours, theirs = load(inside), load(folder)
        assert all(ours.table(name).equals(theirs.table(name)) for name in theirs.tables)
        assert [each["key"] for each in sources(ours, "examples")] == ["examples"]
        with pytest.raises(RecordError, match="cannot be read"):
            load(zipfile.Path(archive, "elsewhere/"))


@pytest.mark.parametrize(
    ("table", "column", "value", "at", "words"),
    [
        ("provisions", "version", "2", "replaces", "do not agree"),
        ("provisions", "read", "none", "checked", "although nothing was read"),
        ("application", "date_status", "conditional", "condition", "without a condition"),
        ("application", "event", "repealed", "set_by", "by the provision's own instrument"),
    ],
)
def test_rule_between_two_cells(folder, table, column, value, at, words):
    """Would catch two cells of a row that contradict each other."""
    edit(folder, table, 2, **{column: value})
    found = [problem for problem in faults(folder) if words in problem.message]
    assert [(problem.file, problem.row, problem.column) for problem in found] == [(f"record/{table}.csv", 2, at)]


def test_two_sources_make_high_confidence(folder):
    """Would catch a rule that refuses confidence although two sources agree, or counts one key twice."""
    edit(folder, "provisions", 2, confidence="high", source="examples p. 1; examples p. 2")
    only(folder, "provisions.csv", 2, "confidence", "high", "one source")
    with (folder / "references.bib").open("a") as file:
        file.write("@misc{second, title = {Second}, year = {2026}}\n")
    edit(folder, "provisions", 2, source="examples p. 1; second")
    assert faults(folder) == []


def test_provision_without_application(folder):
    """Would catch a provision of which nobody can say when it applies."""
    frame = pd.read_csv(folder / "application.csv", dtype=str, keep_default_na=False)
    frame[frame["provision"] != "eu-aia-101"].to_csv(folder / "application.csv", index=False)
    row = row_of(folder, "provisions", id="eu-aia-101")
    only(folder, "provisions.csv", row, "id", "eu-aia-101", "no row of application")


def test_silence_with_the_trappings_of_a_provision(folder):
    """Would catch a silence with an instrument, an effect or dates, or without the day of its search."""
    row = row_of(folder, "provisions", id="us-silence-synthetic-labels")
    edit(folder, "provisions", row, instrument="us-m-24-10", legal_effect="general", checked="", bearer="anyone")
    assert {(problem.row, problem.column) for problem in faults(folder)} == {
        (row, "instrument"),
        (row, "legal_effect"),
        (row, "checked"),
        (row, "bearer"),
    }


def test_silence_beside_a_provision_in_force(folder):
    """Would catch an order that is said to be silent where it speaks."""
    row = row_of(folder, "provisions", id="us-silence-synthetic-labels")
    edit(folder, "provisions", row, dimensions="work-and-credit")
    assert faults(folder) == []
    edit(folder, "provisions", row, jurisdiction="US-NYC")
    problem = only(
        folder, "provisions.csv", row, "dimensions", "work-and-credit", "beside us-nyc-ll144-20-871 in force"
    )
    assert "record/provisions.csv, row" in problem.message


def test_every_compared_order_answers_every_dimension(folder):
    """Would catch a comparison with a hole, and a hole that is filled by a rule that has ended."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text())
    path.write_text(json.dumps(descriptor | {"compared": ["US"]}))
    missing = {problem.value for problem in faults(folder)}
    assert len(missing) == 15
    assert "transparency-and-labels" not in missing
    assert {"state-use", "frontier-models"} <= missing


def test_later_statement_for_all_restates_each_cohort(folder):
    """Would catch an act for everybody of which nobody can say whether it means a cohort singled out before."""
    row = add(
        folder,
        "application",
        provision="eu-aia-50-2",
        cohort="all",
        date_type="applies",
        event="postponed",
        applies_from="2027-02-02",
        date_status="known",
        scope="all",
        certainty="law",
        set_by="eu-omnibus-deal",
        known_from="2026-08-01",
        **EVIDENCE,
    )
    words = "a later statement for all beside the earlier one for placed-before-2026-08-02"
    only(folder, "application.csv", row, "known_from", "2026-08-01", words)
    frame = pd.read_csv(folder / "application.csv", dtype=str, keep_default_na=False)
    add(folder, "application", **{**frame.iloc[-1].to_dict(), "cohort": "placed-before-2026-08-02"})
    assert faults(folder) == []


def test_same_status_same_code(folder):
    """Would catch two rows called equal in status and coded differently."""
    pair = {"relation": "same-status-as", "source": "examples"}
    add(folder, "relations", subject="us-m-24-10-5", object="us-eo-14110-4-2", **pair)
    assert faults(folder) == []
    row = add(folder, "relations", subject="coe-225", object="us-m-24-10", **pair)
    problem = only(folder, "relations.csv", row, "object", "us-m-24-10", "coe-225 is parties")
    assert "us-m-24-10 is state-bodies" in problem.message
    edit(folder, "relations", row, object="eu-omnibus-deal")
    only(folder, "relations.csv", row, "object", "eu-omnibus-deal", "nothing coded to compare")


def test_repeated_text(folder):
    """Would catch a text pasted into two rows, whatever its case and spacing."""
    text = pd.read_csv(folder / "provisions.csv", dtype=str, keep_default_na=False).loc[0, "content"]
    edit(folder, "events", 3, summary=text.upper().replace(" ", "  ", 1))
    problem = only(folder, "events.csv", 3, "summary", None, "the words are those of record/provisions.csv, row 2")
    assert problem.value
    sentence = "A sentence that is long enough for nobody to write it twice"
    edit(folder, "events", 3, summary=f"Something else. {sentence}.")
    assert faults(folder) == []
    edit(folder, "events", 2, summary=f"{sentence}: and more.")
    only(
        folder, "events.csv", 3, "summary", None, "a sentence has the words of one of those of record/events.csv, row 2"
    )


def test_penalties(folder):
    """Would catch a ceiling without its other half, its currency or its order."""
    row = {"provision": "eu-aia-101", "who": "Providers", "source": "examples", "checked": "2026-11-24"}
    number = add(folder, "penalties", id="p1", rule="higher-of", max="15000000", **row)
    assert {(each.row, each.column) for each in faults(folder)} == {(number, "rule"), (number, "currency")}
    edit(folder, "penalties", number, turnover_pct="3", currency="EUR", min="20000000")
    only(folder, "penalties.csv", number, "min", "20000000", "more than max")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<script>alert(1)</script>", "looks like markup"),
        ("See {eval}`1 + 1`.", "looks like markup"),
        ("A [link](javascript:alert(1)).", "looks like markup"),
        ("=HYPERLINK(1)", "begins like a spreadsheet formula"),
        ("+1 more", "begins like a spreadsheet formula"),
        ("@all of them", "begins like a spreadsheet formula"),
    ],
)
def test_hostile_text_is_a_warning(folder, text, words):
    """Would catch markup or a formula that enters the record unnoticed."""
    edit(folder, "events", 2, summary=text)
    found = check(folder)
    assert [(each.level, each.file, each.row, each.column) for each in found] == [
        ("warning", "record/events.csv", 2, "summary")
    ]
    assert words in found[0].message


def test_all_faults_at_once_and_nothing_changed(folder, capsys):
    """Would catch a check that stops at the first fault, writes to the record or exits with success."""
    edit(folder, "application", 2, known_from="2026-13-01")
    edit(folder, "application", 3, cohort="annex-ix")
    edit(folder, "events", 2, source="nowhere")
    (folder / "states.csv").write_bytes(b"")
    (folder / "themes.csv").write_bytes(b"id,name\n")
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert main(["check", str(folder)]) == 1
    after = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert before == after
    lines = capsys.readouterr().out.splitlines()
    for words in (
        "'2026-13-01'",
        "'annex-ix'",
        "unknown source 'nowhere'",
        "states.csv: the file is empty",
        "definition",
    ):
        assert sum(words in line for line in lines) >= 1, words
    assert lines[-1] == f"{len(lines) - 1} errors, 0 warnings"


def test_command_line(folder, tmp_path):
    """Would catch a command that is not there, ends with a traceback or with the wrong status."""
    run = [sys.executable, "-m", "rulebooks.cli", "check"]
    good = subprocess.run([*run, str(folder)], capture_output=True, text=True, env=os.environ, check=False)
    assert (good.returncode, good.stdout) == (0, "0 errors, 0 warnings\n")
    bad = subprocess.run([*run, str(tmp_path / "nowhere")], capture_output=True, text=True, env=os.environ, check=False)
    assert bad.returncode == 1
    assert "name a folder with a record" in bad.stdout
    assert "Traceback" not in bad.stdout + bad.stderr


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found["resources"][0]["schema"]["fields"][0].pop("type"),
        lambda found: found["resources"][0]["schema"]["fields"][0].update(constraints={"pattern": "["}),
        lambda found: found["resources"][0]["schema"].update(primaryKey=["nothing"]),
        lambda found: found["resources"][0]["schema"].update(foreignKeys=[{}]),
        lambda found: found.update(resources=[]),
        lambda found: found.update(as_of=None),
    ],
)
def test_broken_descriptor_is_an_error_not_a_traceback(folder, change):
    """Would catch a checker that falls over a descriptor which somebody edited by hand."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text())
    change(descriptor)
    path.write_text(json.dumps(descriptor))
    assert faults(folder)


def test_empty_cells_everywhere_are_errors_not_a_traceback(folder):
    """Would catch a checker that falls over empty cells."""
    for path in folder.glob("*.csv"):
        header = path.read_text(encoding="utf-8").splitlines()[0]
        path.write_text(f"{header}\n{',' * header.count(',')}\n", encoding="utf-8")
    assert len(faults(folder)) > 100


# Overlays


def test_overlay_without_fault(folder, tmp_path):
    """Would catch a rule that keeps anybody from adding an order."""
    assert faults(folder, write_overlay(tmp_path / "overlay")) == []
    assert main(["check", str(folder), "--overlay", str(tmp_path / "overlay")]) == 0


def test_overlay_key_that_exists(folder, tmp_path):
    """Would catch an overlay that replaces a row of the record."""
    overlay = write_overlay(tmp_path / "overlay")
    row = add(overlay, "jurisdictions", id="EU", name="Union", kind="union", knowledge_rule="Print")
    found = faults(folder, overlay)
    assert [(each.file, each.row, each.value) for each in found] == [("overlay/jurisdictions.csv", row, "EU")]
    assert "record/jurisdictions.csv, row 2" in found[0].message


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("application", {"provision": "eu-aia-4"}),
        ("provisions", {"jurisdiction": "EU"}),
        ("provisions", {"instrument": "eu-aia"}),
        ("provisions", {"modality": "exemption", "subtracts_from": "eu-aia-4"}),
        ("instruments", {"jurisdiction": "EU"}),
    ],
)
def test_overlay_about_somebody_elses_law(folder, tmp_path, table, cells):
    """Would catch an overlay that changes the law of an order which it did not add."""
    overlay = write_overlay(tmp_path / "overlay")
    edit(overlay, table, 2, **cells)
    found = [each for each in faults(folder, overlay) if "which belongs to record/" in each.message]
    assert [(each.file, each.row) for each in found] == [(f"overlay/{table}.csv", 2)]


def test_overlay_files(folder, tmp_path):
    """Would catch a link, a folder, a foreign file or a flood of data in an overlay."""
    overlay = write_overlay(tmp_path / "overlay")
    (overlay / "states.csv").symlink_to("/etc/passwd")
    (overlay / "run.py").write_text("print(1)\n")
    (overlay / "themes.csv").mkdir()
    with (overlay / "events.csv").open("wb") as file:
        file.truncate(OVERLAY_LIMIT + 1)
    assert {(each.file, each.message) for each in faults(folder, overlay)} == {
        ("overlay/states.csv", "an overlay holds no links"),
        ("overlay/run.py", "not a file that an overlay may hold"),
        ("overlay/themes.csv", "not a file that an overlay may hold"),
        ("overlay/events.csv", "larger than 20 MB"),
    }
    link = tmp_path / "link"
    link.symlink_to(overlay)
    assert [each.message for each in faults(folder, link)] == ["the overlay is not a folder"]


def test_overlay_cells_and_columns(folder, tmp_path):
    """Would catch an overlay that is held to a lower standard than the record."""
    overlay = write_overlay(tmp_path / "overlay")
    edit(overlay, "provisions", 2, modality="order", source="nobody")
    write_table(overlay, "events", [])
    (overlay / "events.csv").write_text("id,when\n")
    found = {(each.file, each.column) for each in faults(folder, overlay)}
    assert {("overlay/provisions.csv", "modality"), ("overlay/provisions.csv", "source")} <= found
    assert ("overlay/events.csv", "when") in found
