"""The law engine on the hard cases, and on random statements."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations, product

import pandas as pd
import pytest
from examples import EVIDENCE, copy_examples, headers, statement, write_record
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rulebooks import law
from rulebooks.record import Record, load

LAST = "2026-11-24"

# provision, cohort, day asked about, day known, verdict, enforceable
CASES = [
    # Annex III: postponed, and nobody could know before the Official Journal
    ("eu-aia-9", "annex-iii", "2026-09-01", "2024-07-11", "no", "no"),
    ("eu-aia-9", "annex-iii", "2026-09-01", "2026-07-01", "yes", "yes"),
    ("eu-aia-9", "annex-iii", "2026-09-01", "2026-07-08", "yes", "yes"),
    ("eu-aia-9", "annex-iii", "2026-09-01", "2026-07-23", "yes", "yes"),
    ("eu-aia-9", "annex-iii", "2026-09-01", "2026-07-24", "no", "no"),
    ("eu-aia-9", "annex-iii", "2026-09-01", LAST, "no", "no"),
    ("eu-aia-9", "annex-iii", "2027-12-01", LAST, "no", "no"),
    ("eu-aia-9", "annex-iii", "2027-12-02", LAST, "yes", "yes"),
    # Annex I against Annex III
    ("eu-aia-9", "annex-i", "2027-12-02", LAST, "no", "no"),
    ("eu-aia-9", "annex-i", "2027-09-01", "2026-07-23", "yes", "yes"),
    ("eu-aia-9", "annex-i", "2028-08-01", LAST, "no", "no"),
    ("eu-aia-9", "annex-i", "2028-08-02", LAST, "yes", "yes"),
    # a narrower cohort with nothing but a proposal takes its parent's date
    ("eu-aia-9", "annex-iii-biometrics", "2027-12-02", LAST, "yes", "yes"),
    # Art. 50(2) by placing date
    ("eu-aia-50-2", "all", "2026-08-01", LAST, "no", "no"),
    ("eu-aia-50-2", "all", "2026-08-02", LAST, "yes", "yes"),
    ("eu-aia-50-2", "placed-before-2026-08-02", "2026-08-02", "2026-07-23", "yes", "yes"),
    ("eu-aia-50-2", "placed-before-2026-08-02", "2026-08-02", "2026-07-24", "no", "no"),
    ("eu-aia-50-2", "placed-before-2026-08-02", "2026-12-02", LAST, "yes", "yes"),
    # Art. 4 before and after 27 July 2026
    ("eu-aia-4", "all", "2025-02-01", LAST, "no", "no"),
    ("eu-aia-4", "all", "2025-02-02", LAST, "yes", "yes"),
    ("eu-aia-4", "all", "2026-07-26", LAST, "yes", "yes"),
    ("eu-aia-4", "all", "2026-07-27", LAST, "no", "no"),
    ("eu-aia-4", "all", "2026-08-01", "2026-07-23", "yes", "yes"),
    ("eu-aia-4-v2", "all", "2026-07-26", LAST, "no", "no"),
    ("eu-aia-4-v2", "all", "2026-07-27", LAST, "yes", "yes"),
    # Art. 53 binds a year before it can be enforced, and Art. 101 comes a year after its chapter
    ("eu-aia-53", "all", "2025-08-02", LAST, "yes", "no"),
    ("eu-aia-53", "all", "2026-08-01", LAST, "yes", "no"),
    ("eu-aia-53", "all", "2026-08-02", LAST, "yes", "yes"),
    ("eu-aia-53", "all", "2025-08-01", LAST, "no", "no"),
    ("eu-aia-101", "all", "2025-08-02", LAST, "no", "no"),
    ("eu-aia-101", "all", "2026-08-02", LAST, "yes", "yes"),
    # a treaty that waits for ratifications
    ("coe-225-1", "all", "2026-11-24", LAST, "no", "no"),
    ("coe-225-1", "all", "2026-11-25", LAST, "cannot tell", "cannot tell"),
    ("coe-225-1", "all", "2025-06-01", "2025-01-01", "cannot tell", "cannot tell"),
    ("coe-225-1", "all", "2025-06-01", "2024-09-04", "no", "no"),
    # an order revoked, and the memorandum that outlived it
    ("us-eo-14110-4-2", "all", "2025-01-19", LAST, "yes", "yes"),
    ("us-eo-14110-4-2", "all", "2025-01-20", LAST, "no", "no"),
    ("us-eo-14110-4-2", "all", "2025-06-01", "2025-01-19", "yes", "yes"),
    ("us-m-24-10-5", "all", "2025-02-01", LAST, "yes", "yes"),
    ("us-m-24-10-5", "all", "2025-04-03", LAST, "no", "no"),
    # a bill that was vetoed
    ("us-ca-sb-1047-22603", "all", "2026-01-01", LAST, "no", "no"),
    ("us-ca-sb-1047-22603", "all", "2026-01-01", "2024-09-28", "no", "no"),
    # Colorado: what was to apply, what was postponed, what was stayed
    ("us-co-sb24-205-1702", "all", "2026-02-15", "2025-06-01", "yes", "yes"),
    ("us-co-sb24-205-1702", "all", "2026-02-15", "2025-08-28", "no", "no"),
    ("us-co-sb24-205-1702", "all", "2026-07-01", "2026-04-26", "yes", "yes"),
    ("us-co-sb24-205-1702", "all", "2026-07-01", "2026-04-27", "yes", "cannot tell"),
    ("us-co-sb24-205-1702", "all", "2026-07-01", "2026-07-01", "yes", "no"),
    ("us-co-sb24-205-1702", "all", "2026-11-24", LAST, "yes", "no"),
    ("us-co-sb24-205-1702", "all", "2026-12-31", LAST, "yes", "cannot tell"),
    ("us-co-sb24-205-1702", "all", "2027-01-01", LAST, "no", "no"),
    # in force, enforced later; its day of knowledge known to the month
    ("us-nyc-ll144-20-871", "all", "2023-03-01", LAST, "yes", "no"),
    ("us-nyc-ll144-20-871", "all", "2023-07-05", LAST, "yes", "yes"),
    ("us-nyc-ll144-20-871", "all", "2023-03-01", "2022-01-01", "yes", "yes"),
    ("us-nyc-ll144-20-871", "all", "2023-03-01", "2021-11-30", "no", "no"),
    ("us-nyc-ll144-20-871", "all", "2023-03-01", "2021-12-15", "cannot tell", "cannot tell"),
    ("us-nyc-ll144-20-871", "all", "2022-03-01", "2021-12-15", "no", "no"),
    # on the books and not enforced
    ("us-bis-diffusion-1", "all", "2025-05-14", LAST, "no", "no"),
    ("us-bis-diffusion-1", "all", "2025-05-15", LAST, "yes", "no"),
    ("us-bis-diffusion-1", "all", "2025-05-15", "2025-05-12", "yes", "yes"),
    ("us-bis-diffusion-1", "all", "2026-12-01", LAST, "yes", "cannot tell"),
    # an annulment from the start
    ("it-garante-755-2024-fine", "all", "2025-01-10", "2025-01-10", "yes", "yes"),
    ("it-garante-755-2024-fine", "all", "2025-01-10", "2026-03-17", "yes", "yes"),
    ("it-garante-755-2024-fine", "all", "2025-01-10", "2026-03-18", "no", "no"),
    # a date known to the month
    ("us-fixture-act-1", "all", "2026-06-30", LAST, "no", "no"),
    ("us-fixture-act-1", "all", "2026-07-01", LAST, "cannot tell", "cannot tell"),
    ("us-fixture-act-1", "all", "2026-07-30", LAST, "cannot tell", "cannot tell"),
    ("us-fixture-act-1", "all", "2026-07-31", LAST, "yes", "yes"),
    # a stay of the verdict, and its end
    ("us-fixture-act-2", "all", "2026-02-28", LAST, "yes", "yes"),
    ("us-fixture-act-2", "all", "2026-03-01", LAST, "no", "no"),
    ("us-fixture-act-2", "all", "2026-08-31", LAST, "no", "no"),
    ("us-fixture-act-2", "all", "2026-09-01", LAST, "yes", "yes"),
    ("us-fixture-act-2", "all", "2026-09-01", "2026-08-31", "cannot tell", "cannot tell"),
    ("us-fixture-act-2", "all", "2026-09-01", "2026-03-01", "yes", "yes"),
    # no date at all
    ("us-fixture-act-3", "all", "2026-06-01", LAST, "no", "no"),
    ("us-fixture-act-3", "all", "2027-06-01", LAST, "cannot tell", "cannot tell"),
]


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> Record:
    """The record of the hard cases."""
    return load(copy_examples(tmp_path_factory.mktemp("examples") / "record"))


def one(record: Record, provision: str, cohort: str, day: str, known: str) -> pd.Series:
    """Return the row of in_force for one provision and cohort."""
    rows = law.in_force(record, day, known)
    rows = rows[(rows["provision"] == provision) & (rows["cohort"] == cohort)]
    assert len(rows) == 1
    return rows.iloc[0]


def single(tmp_path, *statements, cohorts=()) -> Record:
    """Return a record with one provision and these statements."""
    provision = {"id": "us-fixture-act-1", "jurisdiction": "US", "modality": "duty", "version": "1", **EVIDENCE}
    return load(
        write_record(tmp_path / "record", provisions=[provision], application=list(statements), cohorts=list(cohorts))
    )


@pytest.mark.parametrize(("provision", "cohort", "day", "known", "verdict", "enforceable"), CASES)
def test_hard_case(record, provision, cohort, day, known, verdict, enforceable):
    """Would catch a wrong answer on a named case of law, in either kind of time."""
    row = one(record, provision, cohort, day, known)
    assert (row["verdict"], row["enforceable"]) == (verdict, enforceable), row["reason"]


def test_every_example_has_a_case(record):
    """Would catch a hard case that is entered in the fixture and never asked about."""
    stated = set(zip(record.application["provision"], record.application["cohort"], strict=True))
    assert stated == {(provision, cohort) for provision, cohort, *_ in CASES}


def test_columns_and_silences(record):
    """Would catch a renamed column, a lost provision, or a silence that is answered as if it had dates."""
    rows = law.in_force(record)
    assert (
        list(rows.columns)
        == (
            "provision cohort verdict enforceable reason applies_from applies_until set_by known_from "
            "statement_cohort source"
        ).split()
    )
    assert "us-silence-synthetic-labels" not in set(rows["provision"])
    assert not rows.duplicated(["provision", "cohort"]).any()
    assert set(rows["verdict"]) <= {"yes", "no", "cannot tell"}


def test_deciding_statement_is_named(record):
    """Would catch an answer credited to another statement than the one that decides it."""
    row = one(record, "eu-aia-9", "annex-iii-biometrics", "2026-09-01", LAST)
    assert (row["applies_from"], row["set_by"], row["known_from"]) == ("2027-12-02", "eu-omnibus", "2026-07-24")
    assert row["statement_cohort"] == "annex-iii"
    row = one(record, "us-eo-14110-4-2", "all", "2025-06-01", LAST)
    assert (row["applies_until"], row["set_by"]) == ("2025-01-20", "us-eo-14148")
    row = one(record, "eu-aia-9", "annex-iii", "2026-09-01", "2020-01-01")
    assert row["reason"] == "not law on 2020-01-01"
    assert tuple(row[5:]) == ("", "", "", "", "", "")


@pytest.mark.parametrize(
    ("provision", "day", "words"),
    [
        ("us-ca-sb-1047-22603", "2026-01-01", "never applied (us-ca-sb-1047-veto)"),
        ("it-garante-755-2024-fine", "2025-01-10", "annulled by it-rome-4153-2026"),
        ("us-bis-diffusion-1", "2025-06-01", "unenforced from 2025-05-13 (us-bis-announcement)"),
        ("us-co-sb24-205-1702", "2026-07-01", "stayed from 2026-04-27 (us-weiser-order)"),
        ("coe-225-1", "2026-11-24", "waits for five ratifications"),
        ("eu-aia-4", "2026-07-27", "ended on 2026-07-27 (repealed by eu-omnibus)"),
        ("us-fixture-act-1", "2026-07-15", "not known to the day"),
        ("us-fixture-act-3", "2026-07-15", "no date set"),
        ("us-nyc-ll144-20-871", "2023-03-01", "enforceable only from 2023-07-05"),
    ],
)
def test_reason_names_the_cause(record, provision, day, words):
    """Would catch a reason that hides the act, condition or event behind an answer."""
    assert words in one(record, provision, "all", day, LAST)["reason"]


def test_stay_between_the_parties_changes_only_the_reason(tmp_path):
    """Would catch a stay between two parties that frees everybody."""
    stay = {"event": "stayed", "applies_from": "2026-02-01", "known_from": "2026-02-01", "set_by": "us-fixture-stay"}
    for date_type in ("applies", "enforceable"):
        record = single(
            tmp_path / date_type,
            statement(applies_from="2026-01-01"),
            statement(**stay, date_type=date_type, scope="parties"),
        )
        row = one(record, "us-fixture-act-1", "all", "2026-03-01", LAST)
        assert (row["verdict"], row["enforceable"]) == ("yes", "yes")
        assert "between the parties only" in row["reason"]


def test_suspension_never_replaces_a_date(tmp_path):
    """Would catch a later stay that is taken for the latest date, so that the rule seems to start with it."""
    record = single(
        tmp_path,
        statement(applies_from="2026-06-01"),
        statement(event="enjoined", applies_from="2026-03-01", known_from="2026-03-01", applies_until="2026-07-01"),
    )
    answers = {
        day: one(record, "us-fixture-act-1", "all", day, LAST)["verdict"] for day in ("2026-04-01", "2026-06-15")
    }
    assert answers == {"2026-04-01": "no", "2026-06-15": "no"}
    assert one(record, "us-fixture-act-1", "all", "2026-07-01", LAST)["verdict"] == "yes"


def test_suspension_of_the_wider_group_reaches_the_narrower(tmp_path):
    """Would catch a cohort with its own date that escapes a stay of the whole provision."""
    record = single(
        tmp_path,
        statement(applies_from="2026-01-01"),
        statement(cohort="small", applies_from="2026-02-01"),
        statement(event="stayed", applies_from="2026-03-01", known_from="2026-03-01"),
        statement(cohort="small", event="revived", applies_from="2026-05-01", known_from="2026-05-01"),
        cohorts=[{"id": "small", "instrument": "us-fixture-act", "definition": "Small firms."}],
    )
    assert one(record, "us-fixture-act-1", "small", "2026-04-01", LAST)["verdict"] == "no"
    assert one(record, "us-fixture-act-1", "small", "2026-05-01", LAST)["verdict"] == "yes"
    assert one(record, "us-fixture-act-1", "all", "2026-05-01", LAST)["verdict"] == "no"


def test_revival_ends_only_what_began_before_it(tmp_path):
    """Would catch a lifted stay that also lifts the next one."""
    stay = {"event": "stayed", "set_by": "us-fixture-stay"}
    record = single(
        tmp_path,
        statement(applies_from="2026-01-01"),
        statement(**stay, applies_from="2026-02-01", known_from="2026-02-01"),
        statement(event="revived", applies_from="2026-03-01", known_from="2026-03-01"),
        statement(**stay, applies_from="2026-04-01", known_from="2026-04-01"),
    )
    days = ("2026-02-15", "2026-03-15", "2026-04-15")
    assert [one(record, "us-fixture-act-1", "all", day, LAST)["verdict"] for day in days] == ["no", "yes", "no"]


def test_transition_prevails_over_the_general_date_of_one_act(tmp_path):
    """Would catch an answer that depends on the order of two rows which one act made."""
    rows = [
        statement(cohort="old", applies_from="2026-02-01"),
        statement(cohort="old", date_type="transition-ends", applies_from="2026-05-01"),
    ]
    cohorts = [{"id": "old", "instrument": "us-fixture-act", "definition": "Old systems."}]
    for name, order in (("forward", rows), ("backward", rows[::-1])):
        record = single(tmp_path / name, *order, cohorts=cohorts)
        assert one(record, "us-fixture-act-1", "old", "2026-03-01", LAST)["verdict"] == "no"
        assert one(record, "us-fixture-act-1", "old", "2026-05-01", LAST)["verdict"] == "yes"


def test_expectations_are_not_law(tmp_path):
    """Would catch a proposal, an agreement or an adopted text that is answered as law."""
    record = single(
        tmp_path, *(statement(certainty=each, applies_from="2026-01-01") for each in ("proposed", "agreed", "adopted"))
    )
    row = one(record, "us-fixture-act-1", "all", "2026-06-01", LAST)
    assert (row["verdict"], row["reason"]) == ("no", f"not law on {LAST}")
    assert law.rectangles(record).empty


def test_days_default_to_the_record(record):
    """Would catch an answer that depends on the clock of the machine."""
    pd.testing.assert_frame_equal(law.in_force(record), law.in_force(record, LAST, LAST))
    pd.testing.assert_frame_equal(law.in_force(record), law.in_force(record, date(2026, 11, 24)))


@pytest.mark.parametrize("bad", ["2026-13-01", "2026-02-30", "2026-07", "2026", "", "tomorrow", 20260101, None])
def test_bad_day_is_refused(record, bad):
    """Would catch a mistyped day that is answered silently, or a message of several lines."""
    if bad is None:
        bad = float("nan")
    for days in ({"as_of": bad}, {"known_on": bad}):
        with pytest.raises(ValueError, match="YYYY-MM-DD") as error:
            law.in_force(record, **days)
        assert "\n" not in str(error.value)


def test_knowledge_after_the_record_is_refused(record):
    """Would catch an answer about a day of which the record knows nothing."""
    day = record.as_of
    with pytest.raises(ValueError, match=f"after the record's day {day}"):
        law.in_force(record, known_on=day + timedelta(days=1))


def test_history_joins_versions(record):
    """Would catch a history that loses a version or is out of order."""
    for provision in ("eu-aia-4", "eu-aia-4-v2"):
        rows = law.history(record, provision)
        assert list(rows["known_from"]) == sorted(rows["known_from"])
        assert list(rows["provision"]) == ["eu-aia-4", "eu-aia-4", "eu-aia-4-v2"]
        assert list(rows["version"]) == ["1", "1", "2"]
        assert list(rows.columns) == [*headers()["application"], "version"]
    with pytest.raises(ValueError, match=r"unknown provision 'eu-aia-5'; nearest: eu-aia-"):
        law.history(record, "eu-aia-5")


def test_calendar_holds_what_was_law(record):
    """Would catch a calendar with overtaken dates, with expectations as law, or with another order's rows."""
    rows = law.calendar(record, "EU")
    assert list(rows["date"]) == sorted(rows["date"])
    assert set(rows["jurisdiction"]) == {"EU"}
    found = set(zip(rows["provision"], rows["cohort"], rows["what"], rows["date"], strict=True))
    assert ("eu-aia-9", "annex-iii", "starts", "2027-12-02") in found
    assert ("eu-aia-50-2", "placed-before-2026-08-02", "transition-ends", "2026-12-02") in found
    assert ("eu-aia-4", "all", "ends", "2026-07-27") in found
    assert ("eu-aia-53", "all", "enforceable", "2026-08-02") in found
    assert ("eu-aia-9", "annex-iii", "starts", "2026-08-02") not in found
    before = law.calendar(record, "EU", known_on="2026-07-23")
    assert ("eu-aia-9", "annex-iii", "2026-08-02") in set(
        zip(before["provision"], before["cohort"], before["date"], strict=True)
    )


def test_calendar_shows_expectations_on_demand(record):
    """Would catch expectations that are mixed into the law, kept after the law overtook them, or lost."""
    plain = law.calendar(record, "EU", known_on="2026-07-01")
    assert set(plain["certainty"]) == {"law"}
    hoped = law.calendar(record, "EU", known_on="2026-07-01", expected=True)
    hoped = hoped[(hoped["cohort"] == "annex-iii") & (hoped["certainty"] != "law")]
    assert list(hoped["certainty"]) == ["adopted"]
    assert list(hoped["date"]) == ["2027-12-02"]
    later = law.calendar(record, "EU", expected=True)
    assert set(later.loc[later["cohort"] == "annex-iii", "certainty"]) == {"law"}


def test_calendar_shows_suspensions(record):
    """Would catch a calendar in which a stayed rule looks as if it went on."""
    rows = law.calendar(record)
    found = set(zip(rows["provision"], rows["what"], rows["event"], rows["date"], strict=True))
    assert ("us-co-sb24-205-1702", "suspended", "stayed", "2026-04-27") in found
    assert ("us-fixture-act-2", "resumes", "revived", "2026-09-01") in found
    with pytest.raises(ValueError, match="unknown jurisdiction 'XX'"):
        law.calendar(record, "XX")


# Random statements

DAYS = ["2026-01-05", "2026-01-20", "2026-02-01", "2026-02-15", "2026-03-01", "2026-03-10", "2026-12-31", "2027-01-10"]
PARTIAL = ["2026-01", "2026-02", "2026-03", "2026"]
ASKED = ["2025-12-31", "2026-01-01", *DAYS, "2026-01-31", "2026-02-28", "2026-03-31", "2027-01-01", "2027-06-01"]
KNOWN = [day for day in ASKED if day <= LAST]
NEAR = [*ASKED, *((date.fromisoformat(day) - timedelta(days=1)).isoformat() for day in ASKED)]
COHORTS = [{"id": "wide", "parent": ""}, {"id": "narrow", "parent": "wide"}]
DATES = st.sampled_from(DAYS + PARTIAL)


@st.composite
def statements(draw, dates=DATES, events=("enacted", "postponed", "repealed", "stayed", "unenforced", "revived")):
    """Draw one statement that check would let pass on its own."""
    event = draw(st.sampled_from(events))
    suspends = event in law.SUSPENSIONS
    status = (
        "known"
        if event == "revived"
        else draw(st.sampled_from(["known", "known", "known", "open", "conditional", "never"]))
    )
    if suspends and status == "never":
        status = "open"
    dated = suspends or status == "known"
    start = draw(dates) if dated else ""
    end = draw(st.one_of(st.just(""), dates)) if dated and event != "revived" else ""
    assume(not end or law.bounds(start)[0] < law.bounds(end)[1])
    return statement(
        cohort=draw(st.sampled_from(["all", "wide", "narrow"])),
        date_type=draw(st.sampled_from(["applies", "applies", "enforceable", "transition-ends"])),
        event=event,
        applies_from=start,
        applies_until=end,
        date_status=status,
        condition="something" if status == "conditional" else "",
        scope=draw(st.sampled_from(["all", "all", "parties"])) if suspends else "all",
        certainty=draw(st.sampled_from(["law", "law", "law", "proposed"])),
        known_from=draw(dates),
    )


def key(row):
    """Return what check holds unique."""
    return tuple(row[name] for name in ("provision", "cohort", "date_type", "certainty", "known_from"))


def in_memory(rows) -> Record:
    """Return a record of these statements, without files."""
    columns = headers()
    tables = {
        "application": pd.DataFrame(rows, columns=columns["application"], dtype="object"),
        "cohorts": pd.DataFrame(COHORTS, columns=["id", "parent"], dtype="object"),
        "provisions": pd.DataFrame([{"id": "us-fixture-act-1", "modality": "duty"}], dtype="object"),
    }
    return Record(date.fromisoformat(LAST), None, {}, tables)


def evaluate(rectangles: pd.DataFrame, provision, cohort, answer, day, known) -> tuple[str, str]:
    """Evaluate rectangles as the browser does: by comparing strings."""
    found = [
        (row.value, row.reason)
        for row in rectangles.itertuples()
        if (row.provision, row.cohort, row.answer) == (provision, cohort, answer)
        and (not row.valid_from or row.valid_from <= day)
        and (not row.valid_until or day < row.valid_until)
        and (not row.known_from or row.known_from <= known)
        and (not row.known_until or known < row.known_until)
        and (row.side == "" or (row.side == "past") == (day <= known))
    ]
    assert len(found) <= 1, f"{len(found)} rectangles hold {day} as known on {known}"
    return found[0] if found else ("no", f"not law on {known}" if answer == "verdict" else "")


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(statements(), min_size=1, max_size=6, unique_by=key), data=st.data())
def test_rectangles_equal_in_force(rows, data):
    """Would catch any day on which the browser, testing rectangles, would differ from Python."""
    record = in_memory(rows)
    rectangles = law.rectangles(record)
    for _ in range(12):
        day, known = data.draw(st.sampled_from(ASKED)), data.draw(st.sampled_from(KNOWN))
        for answer in law.answers(record, day, known):
            place = (answer.provision, answer.cohort)
            assert evaluate(rectangles, *place, "verdict", day, known) == (answer.verdict, answer.verdict_reason)
            assert evaluate(rectangles, *place, "enforceable", day, known) == (
                answer.enforceable,
                answer.enforceable_reason,
            )


def test_rectangles_equal_in_force_on_the_hard_cases(record):
    """Would catch a hard case that the browser answers otherwise than Python."""
    rectangles = law.rectangles(record)
    assert list(rectangles.columns) == law.RECTANGLE_COLUMNS
    for provision, cohort, day, known, verdict, enforceable in CASES:
        assert evaluate(rectangles, provision, cohort, "verdict", day, known)[0] == verdict
        assert evaluate(rectangles, provision, cohort, "enforceable", day, known)[0] == enforceable


def test_stages_are_what_in_force_goes_by(record):
    """Would catch an explorer that shows dates, or a rule as over, otherwise than Python decides."""
    stages = law.stages(record)
    assert list(stages.columns) == law.STAGE_COLUMNS
    for provision, cohort, day, known, *_ in CASES:
        rows = stages[(stages["provision"] == provision) & (stages["cohort"] == cohort)]
        rows = rows[(rows["known_from"] <= known) & ((rows["known_until"] == "") | (known < rows["known_until"]))]
        found = [each for each in law.answers(record, day, known) if each[:2] == (provision, cohort)]
        assert len(rows) == sum(each.stage != "not law" for each in found) <= 1
        for row, answer in zip(rows.itertuples(), found, strict=False):
            assert (row.applies_from, row.applies_until) == answer.statement[4:6]
            assert (day < row.over) == (answer.stage == "law")
            assert (row.over == "") == (answer.stage == "never")


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(statements(), min_size=1, max_size=6, unique_by=key), day=st.sampled_from(ASKED))
def test_enforceable_never_exceeds_the_verdict(rows, day):
    """Would catch a rule that can be enforced although it does not apply."""
    for row in law.in_force(in_memory(rows), day).itertuples():
        assert row.verdict != "no" or row.enforceable == "no"
        assert row.verdict == "yes" or row.enforceable != "yes"


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(statements(), min_size=1, max_size=6, unique_by=key), day=st.sampled_from(ASKED), seed=st.randoms()
)
def test_order_of_rows_does_not_matter(rows, day, seed):
    """Would catch an answer that changes when the file is sorted."""
    shuffled = list(rows)
    seed.shuffle(shuffled)
    frames = [
        law.in_force(in_memory(each), day)[["cohort", "verdict", "enforceable"]].sort_values(
            "cohort", ignore_index=True
        )
        for each in (rows, shuffled)
    ]
    pd.testing.assert_frame_equal(*frames)


def brute(rows, day, known, cohort):
    """Answer by the rules of the record, word for word, for full dates and dates only."""
    chain = {"all": ["all"], "wide": ["wide", "all"], "narrow": ["narrow", "wide", "all"]}[cohort]

    def decided(date_types, fallback):
        for place in chain:
            mine = [
                row
                for row in rows
                if row["cohort"] == place and row["date_type"] in date_types and row["known_from"] <= known
            ]
            if mine:
                row = max(mine, key=lambda row: row["known_from"])
                end = row["applies_until"] or "9999"
                return "yes" if row["applies_from"] <= day < end else "no"
        return fallback

    verdict = decided(("applies", "transition-ends"), "no")
    enforceable = decided(("enforceable",), verdict)
    return verdict, "no" if verdict == "no" else enforceable


def worlds(rows):
    """Yield the record with every partial date replaced by one of its days, for a sample of days."""
    places = [
        (number, name)
        for number, row in enumerate(rows)
        for name in ("applies_from", "applies_until", "known_from")
        if row[name]
    ]
    pools = []
    for number, name in places:
        first, last = law.bounds(rows[number][name])
        inside = {first, first[:-1] + "2", last, *(day for day in NEAR if first < day < last)}
        pools.append(sorted(inside) if first != last else [first])
    for choice in product(*pools):
        world = [dict(row) for row in rows]
        for (number, name), day in zip(places, choice, strict=True):
            world[number][name] = day
        yield world


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(statements(events=("enacted", "postponed", "repealed")), min_size=1, max_size=3, unique_by=key),
    day=st.sampled_from(ASKED),
    known=st.sampled_from(KNOWN),
)
@example(rows=[statement(applies_from="2026-02", known_from="2026-01-05")], day="2026-02-28", known="2026-03-01")
def test_partial_dates_cannot_tell_only_where_days_disagree(rows, day, known):
    """Would catch "cannot tell" where all possible days agree, and a guess where they do not."""
    rows = [row for row in rows if row["certainty"] == "law" and row["date_status"] == "known"]
    assume(rows)
    ties = [(row["cohort"], row["known_from"], row["date_type"] == "enforceable") for row in rows]
    assume(len(set(ties)) == len(ties))
    partial = sum(
        len(row[name]) < 10 for row in rows for name in ("applies_from", "applies_until", "known_from") if row[name]
    )
    assume(partial <= 2)
    found = {answer.cohort: (answer.verdict, answer.enforceable) for answer in law.answers(in_memory(rows), day, known)}
    for cohort, both in found.items():
        possible = set()
        for world in worlds(rows):
            if all(row["applies_from"] < (row["applies_until"] or "9999") for row in world):
                possible.update(brute(order, day, known, cohort) for order in permutations(world))
        assume(possible)
        for place in (0, 1):
            values = {each[place] for each in possible}
            assert both[place] == (values.pop() if len(values) == 1 else "cannot tell")
