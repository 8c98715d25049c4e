"""The pages on changes and on fairness: what they count, held against rows that are known."""

from __future__ import annotations

import pytest

from rulebooks import changes, fairness, load, theme

RECORD = load(overlay="")
EVERY = changes.changes(RECORD)


def line(act: str, event: str, certainty: str = "law") -> dict:
    """Return the first line of one act and event."""
    titles = dict(zip(RECORD.instruments["id"], RECORD.instruments["title"], strict=True))
    found = EVERY[(EVERY["act"] == titles[act]) & (EVERY["event"] == event) & (EVERY["certainty"] == certainty)]
    return found.iloc[0].to_dict()


def test_every_statement_that_is_not_the_first_is_shown():
    """Would catch a change that falls out in grouping."""
    moved = RECORD.application[RECORD.application["event"] != "enacted"]
    keys = moved["provision"] + moved["known_from"] + moved["event"] + moved["certainty"] + moved["date_type"]
    assert EVERY["provisions"].sum() >= keys.nunique()
    assert EVERY["known_from"].is_monotonic_decreasing


def test_before_and_after_are_the_days_of_the_law():
    """Would catch the day of the news in the place of the day of the law, or a proposal taken for what was before."""
    omnibus = EVERY[(EVERY["known_from"] == "2026-07-24") & (EVERY["event"] == "postponed")]
    assert {("from 2026-08-02", "from 2027-12-02"), ("from 2027-08-02", "from 2028-08-02")} <= {
        *zip(omnibus["before"], omnibus["after"], strict=True)
    }
    revoked = line("us-eo-14148", "repealed")
    assert (revoked["before"], revoked["after"]) == ("from 2023-10-30", "from 2023-10-30 until 2025-01-20")
    assert line("it-rome-4153-2026", "annulled")["after"] == "never"


def test_since_leaves_out_what_was_known_before():
    """Would catch a page on the last year that shows older changes."""
    assert changes.changes(RECORD, "2026-01-01")["known_from"].min() >= "2026-01-01"
    assert len(changes.changes(RECORD, "2999-01-01")) == 0


def test_versions_say_which_step_they_are():
    """Would catch a draft shown as law that was amended, or a pair that is lost."""
    pairs = changes.versions(RECORD)
    assert len(pairs) == (RECORD.provisions["replaces"] != "").sum()
    genai = pairs[pairs["instrument"].str.contains("Generative AI Services")]
    assert set(genai["step"]) == {"draft to final"}
    aia = pairs[(pairs["instrument"] == "Artificial Intelligence Act") & (pairs["pinpoint_before"] == "Art. 4")]
    assert set(aia["step"]) == {"amended"}
    with pytest.raises(ValueError, match="draft to final"):
        changes.versions(RECORD, "draft")


def test_the_chart_has_a_title_a_sentence_and_a_table():
    """Would catch a chart that cannot be read without seeing it, or that draws proposals as law."""
    spec = changes.chart(RECORD).to_dict()
    titles, rows = theme.table(spec)
    assert len(titles) == 5
    law = EVERY[(EVERY["certainty"] == "law") & (EVERY["known_from"] >= "2022")]
    assert {row[2] for row in rows} == set(law["act"])


def test_a_row_belongs_to_the_power_above_it():
    """Would catch a state or member state that is counted with nobody, or a treaty that is counted with a power."""
    held = fairness.power_of(RECORD)
    assert held["us-ca-sb-53"] == "US"
    assert held["it-garante-755-2024"] == "EU"
    assert "coe-225" not in held
    assert "waico-agreement" not in held


def test_counts_of_fairness_are_those_of_the_record():
    """Would catch a yardstick that drops rows of one power."""
    rows = fairness.rows(RECORD)
    chinese = RECORD.provisions["jurisdiction"].str.startswith("CN") & (RECORD.provisions["modality"] != "silence")
    assert rows.loc["provisions", "CN"] == chinese.sum()
    shares = fairness.reading(RECORD).groupby("power")["share"].sum()
    assert shares.between(99.7, 100.3).all()
    assert fairness.dated_claims(RECORD).to_numpy().sum() == len(RECORD.dated_claims)
    assert (fairness.readings(RECORD).groupby("claim")["power"].nunique() == 1).all()
    practice = fairness.practice(RECORD)
    assert list(practice.columns) == fairness.powers(RECORD)
    assert (practice.loc["provision at home named, %"] + practice.loc["none found at home, %"] <= 101).all()
    assert {"CN", "EU", "US"} <= set(fairness.languages(RECORD).index)
