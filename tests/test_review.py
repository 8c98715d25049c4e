"""The list of rows that are due for review."""

from __future__ import annotations

import json
from datetime import date

import pytest
from examples import copy_examples, statement, write_table

from rulebooks import load
from rulebooks.cli import main
from rulebooks.record import RecordError
from rulebooks.review import due


@pytest.fixture
def folder(tmp_path):
    """A record with one statement, whose rules are those of the project's descriptor."""
    return copy_examples(tmp_path / "record")


def days(folder, **cells: str) -> list[tuple[str, str]]:
    """Return when and why one statement is due, in the course of two years."""
    write_table(folder, "application", [statement(**{"applies_from": "2026-01-15", **cells})])
    rows = due(load(folder), date(2028, 11, 24))
    return [(row.day, row.reason) for row in rows if row.file.endswith("application.csv")]


def test_a_row_is_due_after_its_term(folder):
    """Would catch a row listed a day early, or never."""
    assert days(folder) == [("2027-05-23", "checked 2026-11-24, 180 days before")]
    record = load(folder)
    listed = [row.file for row in due(record, date(2027, 5, 22))]
    assert "record/application.csv" not in listed
    assert "record/application.csv" in [row.file for row in due(record, date(2027, 5, 23))]


def test_an_open_date_is_due_sooner(folder):
    """Would catch an open question that waits as long as a settled one."""
    [(day, reason)] = days(folder, date_status="open", applies_from="")
    assert day == "2027-01-23"
    assert reason == "date_status is open, checked 2026-11-24, 60 days before"


@pytest.mark.parametrize(("until", "day"), [("2026-12-02", "2026-12-02"), ("2026-12", "2026-12-01")])
def test_a_date_that_has_come_makes_a_row_due(folder, until, day):
    """Would catch a foretold date that passes and nobody asks whether it was postponed."""
    [(found, reason)] = days(folder, applies_until=until)
    assert found == day
    assert reason == f"applies_until {until} has come since it was checked on 2026-11-24"
    assert days(folder, applies_until="2026-11-24")[0][0] == "2027-05-23"


def test_a_row_that_was_never_read_comes_first(folder):
    """Would catch a row that no review ever finds because it was never checked."""
    write_table(
        folder,
        "application",
        [
            statement(applies_from="2026-01-15"),
            statement(certainty="agreed", applies_from="2026-01-15", checked="", read="none"),
        ],
    )
    rows = due(load(folder), date(2028, 11, 24))
    assert (rows[0].day, rows[0].row) == ("", 3)
    assert str(rows[0]).startswith("never read: record/application.csv, row 3, us-fixture-act-1 all applies agreed")


def test_the_command_lists_and_counts(folder, capsys):
    """Would catch a weekly job that fails because rows are due, or a day that is not understood."""
    write_table(folder, "application", [statement(applies_from="2026-01-15")])
    assert main(["review", str(folder), "--on", "2027-05-23"]) == 0
    *_, row, count = capsys.readouterr().out.splitlines()
    assert row.startswith(
        "2027-05-23: record/application.csv, row 2, us-fixture-act-1 all applies law 2026-01-10: checked"
    )
    assert count.endswith("rows due on 2027-05-23")
    assert main(["review", str(folder / "nowhere")]) == 1
    assert "name a folder with a record" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["review", "--on", "tomorrow"])


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"sooner": []}, "`review` cannot be read"),
        ({"days": "soon"}, "`review` cannot be read"),
        ({"days": 180, "sooner": [{"column": "statsu", "values": ["x"], "days": 1}]}, "names no column 'statsu'"),
        ({"days": 180, "arrives": ["applied"]}, "names no column 'applied'"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_named(folder, rule, message):
    """Would catch a mistyped rule that quietly lists nothing."""
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    [application] = [each for each in descriptor["resources"] if each["name"] == "application"]
    application["review"] = rule
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    with pytest.raises(RecordError, match=message):
        due(load(folder))


def test_every_table_that_is_checked_has_a_rule():
    """Would catch a new table with a day of checking and no day of review."""
    record = load()
    for resource in record.descriptor["resources"]:
        assert ("checked" in record.table(resource["name"])) == ("review" in resource), resource["name"]
