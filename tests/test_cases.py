"""The cases that the tables must carry from the first day, asked of the record itself."""

from __future__ import annotations

import pandas as pd
import pytest

from rulebooks import law
from rulebooks.record import Record, load

LAST = "2026-11-24"


@pytest.fixture(scope="module")
def record() -> Record:
    """The record of the book."""
    return load()


def of(record: Record, instrument: str, modality: str = "") -> list[str]:
    """Return the provisions of an instrument, or those of one modality, of which there must be one."""
    rows = record.provisions[record.provisions["instrument"] == instrument]
    found = rows.loc[rows["modality"].isin([modality] if modality else set(rows["modality"])), "id"].tolist()
    assert found, f"the record has no provision of {instrument}"
    return found


def answers(record: Record, provisions: list[str], day: str, known: str, cohort: str = "all") -> set[tuple[str, str]]:
    """Return what the provisions answer: verdict and enforceable."""
    rows = law.in_force(record, day, known)
    rows = rows[rows["provision"].isin(provisions) & (rows["cohort"] == cohort)]
    assert set(rows["provision"]) == set(provisions)
    return set(zip(rows["verdict"], rows["enforceable"], strict=True))


YES, NO, DEAD_LETTER = ("yes", "yes"), ("no", "no"), ("yes", "no")


@pytest.mark.parametrize(
    ("provision", "cohort", "day", "known", "answer"),
    [
        # Art. 50(2) by placing date
        ("eu-aia-50-2", "all", "2026-08-02", LAST, YES),
        ("eu-aia-50-2", "placed-before-2026-08-02", "2026-08-02", LAST, NO),
        ("eu-aia-50-2", "placed-before-2026-08-02", "2026-08-02", "2026-07-23", YES),
        ("eu-aia-50-2", "placed-before-2026-08-02", "2026-12-02", LAST, YES),
        # Annex I against Annex III
        ("eu-aia-9", "annex-iii", "2027-12-02", LAST, YES),
        ("eu-aia-9", "annex-i", "2027-12-02", LAST, NO),
        ("eu-aia-9", "annex-i", "2028-08-02", LAST, YES),
        # 8 to 24 July 2026: signed, not yet published
        ("eu-aia-9", "annex-iii", "2026-09-01", "2026-07-01", YES),
        ("eu-aia-9", "annex-iii", "2026-09-01", "2026-07-08", YES),
        ("eu-aia-9", "annex-iii", "2026-09-01", "2026-07-23", YES),
        ("eu-aia-9", "annex-iii", "2026-09-01", "2026-07-24", NO),
        # Art. 4 before and after 27 July 2026
        ("eu-aia-4", "all", "2026-07-26", LAST, YES),
        ("eu-aia-4", "all", "2026-07-27", LAST, NO),
        ("eu-aia-4-v2", "all", "2026-07-26", LAST, NO),
        ("eu-aia-4-v2", "all", "2026-07-27", LAST, YES),
        # Art. 101 a year after its chapter
        ("eu-aia-53", "all", "2025-08-02", LAST, DEAD_LETTER),
        ("eu-aia-53", "all", "2026-08-02", LAST, YES),
        ("eu-aia-101", "all", "2025-08-02", LAST, NO),
        ("eu-aia-101", "all", "2026-08-02", LAST, YES),
        # an annulment from the start
        ("it-garante-755-2024-fine", "all", "2025-01-10", "2025-01-10", YES),
        ("it-garante-755-2024-fine", "all", "2025-01-10", LAST, NO),
    ],
)
def test_european_case(record, provision, cohort, day, known, answer):
    """Would catch a European case that is entered wrongly or lost in a merge."""
    assert answers(record, [provision], day, known, cohort) == {answer}


def test_local_law_144_applies_before_it_is_enforced(record):
    """Would catch New York's law entered with one date for application and enforcement."""
    provisions = of(record, "us-nyc-ll144", "duty")
    assert answers(record, provisions, "2022-12-31", LAST) == {NO}
    assert answers(record, provisions, "2023-03-01", LAST) == {DEAD_LETTER}
    assert answers(record, provisions, "2023-07-05", LAST) == {YES}


def test_colorado_is_on_the_books_and_stayed(record):
    """Would catch "it never took effect", or a stay agreed between parties entered as a change of date."""
    provisions = of(record, "us-co-sb24-205", "duty")
    assert answers(record, provisions, "2026-02-15", "2025-06-01") == {YES}
    assert answers(record, provisions, "2026-02-15", LAST) == {NO}
    assert answers(record, provisions, "2026-06-30", LAST) == {DEAD_LETTER}
    assert answers(record, provisions, LAST, LAST) == {DEAD_LETTER}
    assert answers(record, provisions, "2026-12-31", LAST) == {("yes", "cannot tell")}
    assert answers(record, provisions, "2027-01-01", LAST) == {NO}


def test_diffusion_rule_is_on_the_books_and_not_enforced(record):
    """Would catch a rule that its agency does not enforce entered as repealed."""
    provisions = of(record, "us-bis-diffusion")
    assert answers(record, provisions, "2025-05-15", "2025-05-12") == {YES}
    assert answers(record, provisions, "2025-05-15", LAST) == {DEAD_LETTER}


def test_cets_225_waits(record):
    """Would catch the convention entered as in force, or as never to be."""
    provisions = of(record, "coe-225")
    assert answers(record, provisions, LAST, LAST) == {NO}
    assert answers(record, provisions, "2027-06-01", LAST) == {("cannot tell", "cannot tell")}
    assert set(record.provisions.loc[record.provisions["id"].isin(provisions), "legal_effect"]) == {"parties"}


def test_order_14110_was_outlived_by_its_memorandum(record):
    """Would catch a revocation that takes the memorandum with it."""
    order, memorandum = of(record, "us-eo-14110"), of(record, "us-m-24-10")
    assert answers(record, order, "2025-01-19", LAST) == {YES}
    assert answers(record, order, "2025-01-20", LAST) == {NO}
    assert answers(record, memorandum, "2025-02-01", LAST) == {YES}
    assert answers(record, memorandum, LAST, LAST) == {NO}
    ties = record.relations[record.relations["relation"] == "survives-repeal"]
    assert "us-m-24-10" in set(ties["subject"])


def test_sb_1047_never_applied(record):
    """Would catch a vetoed bill that looks like law on some day."""
    provisions = of(record, "us-ca-sb-1047")
    for day in ("2024-09-28", "2025-01-01", "2026-01-01", LAST):
        assert answers(record, provisions, day, LAST) == {NO}
    rows = law.in_force(record)
    assert set(rows.loc[rows["provision"].isin(provisions), "set_by"]) == {"us-ca-sb-1047-veto"}


def test_penal_ceilings_of_chinese_departmental_rules(record):
    """Would catch a departmental rule credited with a ceiling above what it may set, or a loan without a lender."""
    provisions, penalties = record.provisions, record.penalties
    rules = set(record.instruments.loc[record.instruments["kind"] == "departmental-rule", "id"])
    held = set(provisions.loc[provisions["instrument"].isin(rules) & (provisions["jurisdiction"] == "CN"), "id"])
    mine = penalties[penalties["provision"].isin(held)]
    own, lent = mine[mine["borrowed_from"] == ""], mine[mine["borrowed_from"] != ""]
    assert len(own)
    assert len(lent)
    assert pd.to_numeric(own["max"]).max() <= 200_000
    for row in lent.itertuples():
        lenders = penalties[penalties["provision"].isin(row.borrowed_from.split("; "))]
        assert row.max in set(lenders["max"]), row.id


def test_same_status_pairs_are_named(record):
    """Would catch a record in which nothing holds the codes of the three orders together."""
    ties = record.relations[record.relations["relation"] == "same-status-as"]
    assert len(ties) >= 3


def test_rectangles_answer_like_in_force_today(record):
    """Would catch a browser that shows another state of the law today than Python."""
    compiled = law.rectangles(record)
    today = compiled[
        (compiled["answer"] == "verdict")
        & (compiled["valid_from"] <= LAST)
        & ((compiled["valid_until"] == "") | (compiled["valid_until"] > LAST))
        & (compiled["known_from"] <= LAST)
        & (compiled["known_until"] == "")
        & (compiled["side"] != "future")
    ]
    assert not today.duplicated(["provision", "cohort"]).any()
    rows = law.in_force(record).merge(today, on=["provision", "cohort"], how="left")
    assert (rows["value"].fillna("no") == rows["verdict"]).all()
