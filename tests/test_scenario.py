"""Scenarios: which coded provisions a system meets, held against all completions of what is not known."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from examples import EVIDENCE, copy_examples, headers, statement, write_table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulebooks import meet
from rulebooks.check import check
from rulebooks.record import Record, load
from rulebooks.scenario import (
    MEET_COLUMNS,
    OPS,
    compiled,
    coverage,
    read_answer,
    read_facts,
    samples,
    scenario_facts,
)

FACTS = [
    {"id": "annex-iii-use", "type": "bool"},
    {"id": "narrow-procedural-task", "type": "bool"},
    {"id": "profiles-people", "type": "bool"},
    {"id": "training-flop", "type": "number", "unit": "operations"},
    {"id": "placed-on-market", "type": "date"},
    {"id": "service", "type": "choice", "options": "none; platform; search-engine"},
    {"id": "provider", "type": "bool"},
    {"id": "military", "type": "bool"},
]
FACTS = [{"group": "system", "question": "?", "unit": "", "options": "", "help": "?", **fact} for fact in FACTS]
ANSWERS = {
    "bool": [True, False],
    "number": [1.0, 10.0, 15.0, 20.0, 1e26],
    "date": ["2026-01-01", "2026-08-01", "2026-08-02", "2027-01-01"],
    "choice": ["none", "platform", "search-engine"],
}
KINDS = {fact["id"]: fact["type"] for fact in FACTS}
DAY = date(2026, 11, 24)
COLUMNS = headers()


def rows(target: str, effect: str, *cases: str) -> list[dict[str, str]]:
    """Return rows of triggers from "fact op value & fact op value"."""
    return [
        dict(
            zip(
                ("target", "effect", "case", "fact", "op", "value"),
                (target, effect, str(number), *condition.split(maxsplit=2)),
                strict=True,
            )
        )
        for number, case in enumerate(cases, 1)
        for condition in case.split(" & ")
    ]


def record_of(
    triggers: list[dict[str, str]],
    provisions: dict[str, str] | None = None,
    application: list[dict[str, str]] | None = None,
    cohorts: dict[str, str] | None = None,
    facts: list[dict[str, str]] = FACTS,
) -> Record:
    """Return a record with these triggers, provisions (id to what they subtract from) and statements."""
    provisions = provisions or {"eu-p": ""}
    if application is None:
        application = [statement(provision=name, applies_from="2026-01-01") for name in provisions]
    tables = {
        "facts": facts,
        "triggers": triggers,
        "jurisdictions": [{"id": "EU"}, {"id": "US"}],
        "provisions": [
            {"id": name, "jurisdiction": name[:2].upper(), "pinpoint": f"Art. {place}", "modality": "duty", **EVIDENCE}
            | {"subtracts_from": cut}
            for place, (name, cut) in enumerate(provisions.items(), 1)
        ],
        "cohorts": [{"id": name, "parent": parent} for name, parent in (cohorts or {}).items()],
        "application": application,
    }
    frames = {
        name: pd.DataFrame(found, columns=COLUMNS[name], dtype="object").fillna("") for name, found in tables.items()
    }
    return Record(DAY, Path(), {}, frames)


def only(record: Record, facts: dict, **days: str) -> dict[str, str]:
    """Return the one row of the first provision."""
    found = meet(record, facts, **days)
    return found.iloc[0].to_dict()


HIGH_RISK = [
    *rows("eu-p", "triggers", "provider is yes"),
    *rows("annex-iii", "triggers", "annex-iii-use is yes"),
    *rows("annex-iii", "defeats", "narrow-procedural-task is yes"),
    *rows("annex-iii", "restores", "profiles-people is yes"),
]


@pytest.fixture(scope="module")
def high_risk() -> Record:
    """A provision for a cohort that an exception takes away and an exception to it gives back."""
    applies = [statement(provision="eu-p", cohort="annex-iii", applies_from="2026-08-02")]
    return record_of(HIGH_RISK, application=applies, cohorts={"annex-iii": ""})


@pytest.mark.parametrize(
    ("narrow", "profiles", "verdict"),
    [
        (None, None, "cannot tell"),
        (True, None, "cannot tell"),
        (False, None, "yes"),
        (None, True, "yes"),
        (True, True, "yes"),
        (None, False, "cannot tell"),
        (True, False, "no"),
        (False, False, "yes"),
    ],
)
def test_an_exception_to_an_exception(high_risk, narrow, profiles, verdict):
    """Would catch profiling that does not bring a narrow task back, or an unknown that counts as no."""
    known = {"annex-iii-use": True, "provider": True, "narrow-procedural-task": narrow, "profiles-people": profiles}
    assert only(high_risk, known)["verdict"] == verdict


def test_the_deciding_fact_of_an_exception(high_risk):
    """Would catch a "cannot tell" that does not name the fact of which some answer settles it."""
    known = {"annex-iii-use": True, "provider": True}
    assert "profiles-people" in only(high_risk, known)["deciding"].split("; ")
    row = only(high_risk, {**known, "narrow-procedural-task": True})
    assert row["deciding"] == "profiles-people"
    assert row["change"].startswith("annex-iii-use = no: no")
    assert "profiles-people = yes: yes" in row["change"]
    assert "profiles-people is not known" in row["reason"]


def test_where_no_answer_settles_it_all_unknown_facts_are_named():
    """Would catch an empty list of deciding facts, or one that names facts of dead cases."""
    triggers = rows(
        "eu-p",
        "triggers",
        "annex-iii-use is yes & profiles-people is yes",
        "annex-iii-use is no & narrow-procedural-task is yes",
        "military is yes & provider is yes",
    )
    row = only(record_of(triggers), {"military": False})
    assert row["verdict"] == "cannot tell"
    assert row["deciding"] == "annex-iii-use; narrow-procedural-task; profiles-people"


def test_cohorts_follow_from_facts():
    """Would catch a system that falls under a general date although a transition singles it out."""
    applies = [
        statement(provision="eu-p", applies_from="2026-08-02"),
        statement(provision="eu-p", cohort="placed-before", date_type="transition-ends", applies_from="2026-12-02"),
    ]
    triggers = [
        *rows("eu-p", "triggers", "provider is yes"),
        *rows("placed-before", "triggers", "placed-on-market before 2026-08-02"),
    ]
    record = record_of(triggers, application=applies, cohorts={"placed-before": ""})
    for placed, expected in (
        ("2026-08-01", {"all": "no", "placed-before": "no"}),
        ("2026-08-02", {"all": "yes", "placed-before": "no"}),
        (None, {"all": "cannot tell", "placed-before": "no"}),
    ):
        found = meet(record, {"provider": True, "placed-on-market": placed}, as_of="2026-10-01")
        assert dict(zip(found["cohort"], found["verdict"], strict=True)) == expected
    old = meet(record, {"provider": True, "placed-on-market": "2026-08-01"}, as_of="2026-11-24")
    assert list(old["met"]) == ["no", "yes"]
    assert "in the cohort placed-before: placed-on-market = 2026-08-01" in old["reason"].iloc[1]
    assert old["change"].iloc[1].startswith("another day: applies only from 2026-12-02")


def test_a_cohort_without_triggers_cannot_be_told():
    """Would catch a cohort that is not coded and counts as empty, or as everybody."""
    applies = [
        statement(provision="eu-p", applies_from="2026-01-01"),
        statement(provision="eu-p", cohort="others", applies_from="2026-01-01"),
    ]
    record = record_of(rows("eu-p", "triggers", "provider is yes"), application=applies, cohorts={"others": ""})
    found = meet(record, {"provider": True})
    assert list(found["verdict"]) == ["cannot tell", "cannot tell"]
    assert "the cohort others is not coded" in found["reason"].iloc[1]


def test_a_narrower_cohort_is_taken_out_of_the_wider_one():
    """Would catch a system that is counted under its cohort and under the cohort's parent as well."""
    applies = [
        statement(provision="eu-p", cohort="old", applies_from="2026-01-01"),
        statement(provision="eu-p", cohort="old-public", applies_from="2030-08-02"),
    ]
    triggers = [
        *rows("eu-p", "triggers", "provider is yes"),
        *rows("old", "triggers", "placed-on-market before 2026-08-02"),
        *rows("old-public", "triggers", "military is yes"),
    ]
    record = record_of(triggers, application=applies, cohorts={"old": "", "old-public": "old"})
    known = {"provider": True, "placed-on-market": "2026-01-01", "military": True}
    assert list(meet(record, known)["met"]) == ["no", "yes"]
    assert list(meet(record, {**known, "military": False})["met"]) == ["yes", "no"]
    assert list(meet(record, {**known, "placed-on-market": "2026-08-02"})["met"]) == ["no", "no"]


def test_a_threshold():
    """Would catch a threshold that leaves out its own value or an empty answer that counts as zero."""
    record = record_of(rows("eu-p", "triggers", "training-flop at-least 1e26"))
    assert only(record, {"training-flop": 1e26})["verdict"] == "yes"
    assert only(record, {"training-flop": 9.9e25})["verdict"] == "no"
    row = only(record, {})
    assert (row["verdict"], row["deciding"]) == ("cannot tell", "training-flop")
    assert row["change"] == "training-flop = below 1e+26: no; training-flop = at least 1e+26: yes"
    assert [sample.label for sample in samples(record)["training-flop"]] == ["below 1e+26", "at least 1e+26"]


def exempted(exemption_from: str = "2026-01-01", status: str = "known") -> Record:
    """Return a record with a provision that an exemption cuts while it is in force."""
    triggers = [
        *rows("eu-p", "triggers", "provider is yes"),
        *rows("eu-x", "triggers", "military is yes"),
    ]
    condition = "a ratification" if status == "conditional" else ""
    applies = [
        statement(provision="eu-p", applies_from="2025-01-01"),
        statement(provision="eu-x", applies_from=exemption_from, date_status=status, condition=condition),
    ]
    return record_of(triggers, {"eu-p": "", "eu-x": "eu-p"}, applies)


@pytest.mark.parametrize(
    ("military", "starts", "status", "as_of", "verdict"),
    [
        (True, "2026-01-01", "known", "2026-11-24", "no"),
        (False, "2026-01-01", "known", "2026-11-24", "yes"),
        (None, "2026-01-01", "known", "2026-11-24", "cannot tell"),
        (True, "2026-12-01", "known", "2026-11-24", "yes"),
        (None, "2026-12-01", "known", "2026-11-24", "yes"),
        (True, "", "conditional", "2026-11-24", "yes"),
        (True, "", "conditional", "2027-11-24", "cannot tell"),
        (False, "", "conditional", "2027-11-24", "yes"),
    ],
)
def test_an_exemption_subtracts_while_it_is_in_force(military, starts, status, as_of, verdict):
    """Would catch an exemption that works before it is law, or one whose unknown condition counts as not met."""
    row = only(exempted(starts, status), {"provider": True, "military": military}, as_of=as_of)
    assert row["verdict"] == verdict
    assert "taken out by Art. 2" in row["reason"]


def test_an_exemption_without_triggers_is_said_not_to_be_tested():
    """Would catch a yes that hides an exemption for which nobody coded a condition."""
    record = record_of(rows("eu-p", "triggers", "provider is yes"), {"eu-p": "", "eu-x": "eu-p"})
    found = meet(record, {"provider": True})
    assert list(found["provision"]) == ["eu-p"]
    assert "not tested, for want of triggers: eu-x" in found["reason"].iloc[0]


def test_the_days_decide_as_well():
    """Would catch a system that meets a provision before it applies, or an enforcement that is not."""
    applies = [
        statement(provision="eu-p", applies_from="2026-06-01"),
        statement(provision="eu-p", date_type="enforceable", applies_from="2027-06-01", event="postponed"),
    ]
    record = record_of(rows("eu-p", "triggers", "provider is yes"), application=applies)
    before = only(record, {"provider": True}, as_of="2026-05-31")
    assert (before["met"], before["applies"], before["verdict"]) == ("yes", "no", "no")
    assert before["change"].startswith("another day: applies only from 2026-06-01")
    after = only(record, {"provider": True})
    assert (after["verdict"], after["enforceable"]) == ("yes", "no")
    unknown = only(record, {}, as_of="2026-05-31")
    assert (unknown["met"], unknown["verdict"], unknown["deciding"]) == ("cannot tell", "no", "")
    assert only(record, {"provider": True}, known_on="2026-01-09")["verdict"] == "no"


def test_rows_without_triggers_have_no_row(high_risk):
    """Would catch a provision that is not coded and is reported as not met."""
    record = record_of(rows("eu-p", "triggers", "provider is yes"), {"eu-p": "", "us-q": ""})
    found = meet(record, {})
    assert list(found.columns) == MEET_COLUMNS
    assert list(found["provision"]) == ["eu-p"]
    assert coverage(record).to_dict("records") == [
        {"jurisdiction": "EU", "coded": 1, "provisions": 1},
        {"jurisdiction": "US", "coded": 0, "provisions": 1},
    ]
    assert meet(record, {}, jurisdictions="US").empty


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"profile-people": True}, "unknown fact 'profile-people'; nearest: profiles-people"),
        ({"provider": "maybe"}, "'provider' is answered yes or no"),
        ({"provider": 1}, "'provider' is answered yes or no"),
        ({"training-flop": "much"}, "'training-flop' is a number (operations), not 'much'"),
        ({"training-flop": True}, "is a number"),
        ({"training-flop": float("nan")}, "is a number"),
        ({"training-flop": "inf"}, "is a number"),
        ({"placed-on-market": "2026-08"}, "write it as YYYY-MM-DD"),
        ({"placed-on-market": 20260801}, "write it as YYYY-MM-DD"),
        ({"placed-on-market": "20260801"}, "write it as YYYY-MM-DD"),
        ({"service": "platfrom"}, "unknown answer to fact 'service' 'platfrom'; nearest: platform"),
        ({"service": ["platform"]}, "unknown answer to fact 'service'"),
    ],
)
def test_wrong_answers(high_risk, facts, words):
    """Would catch an answer that is misread in silence."""
    with pytest.raises(ValueError, match="fact") as error:
        meet(high_risk, facts)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_answers_in_every_form(high_risk):
    """Would catch a form of answer that the table of scenarios or a notebook uses and that is refused."""
    known = read_facts(
        high_risk,
        {
            "provider": "yes",
            "military": False,
            "training-flop": "1e26",
            "placed-on-market": date(2026, 8, 2),
            "service": "platform",
            "profiles-people": None,
        },
    )
    assert known == {
        "provider": True,
        "military": False,
        "training-flop": 1e26,
        "placed-on-market": "2026-08-02",
        "service": "platform",
    }


@pytest.mark.parametrize("arguments", [{"jurisdictions": "EX"}, {"as_of": "soon"}, {"known_on": "2027-01-01"}])
def test_wrong_orders_and_days(high_risk, arguments):
    """Would catch an order or day that is ignored."""
    with pytest.raises(ValueError, match=r"jurisdiction|day"):
        meet(high_risk, {}, **arguments)


def test_compiled_triggers_are_plain_lists(high_risk):
    """Would catch a form of the triggers that the page cannot read."""
    assert json.loads(json.dumps(compiled(high_risk)))["annex-iii"] == {
        "triggers": [[["annex-iii-use", "is", True]]],
        "defeats": [[["narrow-procedural-task", "is", True]]],
        "restores": [[["profiles-people", "is", True]]],
    }


def test_loading_the_record_stays_light():
    """Would catch an import that makes `import rulebooks` or `load()` read the scenario engine."""
    code = "import sys, rulebooks; rulebooks.load(); assert 'rulebooks.scenario' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# Random formulas against every completion

CONDITIONS = {
    "bool": ["is yes", "is no", "is-not yes"],
    "number": ["at-least 10", "below 20", "at-least 20", "below 10"],
    "date": ["before 2026-08-02", "on-or-after 2026-08-02"],
    "choice": ["is platform", "is-not none", "in none; search-engine"],
}


@st.composite
def formulas(draw, once: bool) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Draw triggers of a provision and an exemption from it; each fact stands once if asked."""
    names = draw(st.permutations(list(KINDS)))
    places = [(target, effect) for target in ("eu-p", "eu-x") for effect in ("triggers", "defeats", "restores")]
    found: dict[tuple[str, str], dict[int, list[str]]] = {("eu-p", "triggers"): {}, ("eu-x", "triggers"): {}}
    count = draw(st.integers(2, 6 if once else 9))
    for number in range(count):
        name = names[number] if once else draw(st.sampled_from(names[:4]))
        place = list(found)[number] if number < 2 else draw(st.sampled_from(places))
        condition = f"{name} {draw(st.sampled_from(CONDITIONS[KINDS[name]]))}"
        found.setdefault(place, {}).setdefault(draw(st.integers(0, 1)), []).append(condition)
    triggers = [
        row
        for (target, effect), cases in found.items()
        for row in rows(target, effect, *(" & ".join(dict.fromkeys(case)) for case in cases.values()))
    ]
    return triggers, {"eu-p": "", "eu-x": "eu-p"}


answers_given = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(ANSWERS[kind]) for name, kind in KINDS.items()}
)


def held(condition: list, answer: object) -> bool:
    """Evaluate one condition on a full answer, written apart from the engine."""
    op, value = condition[1], condition[2]
    return {
        "is": lambda: answer == value,
        "is-not": lambda: answer != value,
        "at-least": lambda: answer >= value,
        "below": lambda: answer < value,
        "before": lambda: answer < value,
        "on-or-after": lambda: answer >= value,
        "in": lambda: answer in value,
    }[op]()


def oracle(forms: dict, known: dict, target: str = "eu-p") -> bool:
    """Evaluate a target on full answers with two values."""
    effects = {
        effect: any(all(held(condition, known[condition[0]]) for condition in case) for case in cases)
        for effect, cases in forms[target].items()
    }
    defeated = effects["defeats"] or (target == "eu-p" and oracle(forms, known, "eu-x"))
    return effects["triggers"] and (not defeated or effects["restores"])


def possible(forms: dict, known: dict, names: set[str]) -> set[bool]:
    """Return the verdicts of all completions."""
    free = sorted(names - set(known))
    return {
        oracle(forms, {**known, **dict(zip(free, values, strict=True))})
        for values in product(*(ANSWERS[KINDS[name]] for name in free))
    }


WORDS = {frozenset({True}): "yes", frozenset({False}): "no", frozenset({True, False}): "cannot tell"}


@settings(max_examples=150, deadline=None)
@given(formulas(once=True), answers_given)
def test_each_completion_agrees(drawn, known):
    """Would catch a verdict, or a deciding fact, other than what trying out all answers gives."""
    triggers, provisions = drawn
    record = record_of(triggers, provisions)
    forms = json.loads(json.dumps(compiled(record)))
    names = {row["fact"] for row in triggers}
    row = only(record, known)
    truth = frozenset(possible(forms, known, names))
    assert row["verdict"] == WORDS[truth]
    if row["verdict"] == "cannot tell":
        settling = [
            name
            for name in KINDS
            if name in names - set(known)
            and any(len(possible(forms, {**known, name: answer}, names)) == 1 for answer in ANSWERS[KINDS[name]])
        ]
        deciding = row["deciding"].split("; ")
        assert deciding
        assert not set(deciding) & set(known)
        if settling:
            assert deciding == settling


@settings(max_examples=150, deadline=None)
@given(formulas(once=False), answers_given, answers_given)
def test_an_answer_never_turns_a_verdict_over(drawn, known, more):
    """Would catch an unknown that counts as no: learning more may settle a verdict and never reverses it."""
    triggers, provisions = drawn
    record = record_of(triggers, provisions)
    names = {row["fact"] for row in triggers}
    before, after = only(record, known)["verdict"], only(record, {**more, **known})["verdict"]
    assert before in (after, "cannot tell")
    truth = possible(json.loads(json.dumps(compiled(record))), known, names)
    if before != "cannot tell":
        assert WORDS[frozenset(truth)] == before


@settings(max_examples=60, deadline=None)
@given(formulas(once=False), answers_given)
def test_what_would_change_it_does(drawn, known):
    """Would catch advice on what changes a verdict that changes nothing, or a reason without its facts."""
    triggers, provisions = drawn
    record = record_of(triggers, provisions)
    row = only(record, known)
    assert set(row["facts"].split("; ")) <= {each["fact"] for each in triggers}
    assert row["reason"]
    typed = {each["id"]: each for each in record.facts.to_dict("records")}
    for part in filter(None, row["change"].split("; ")):
        name, rest = part.split(" = ", 1)
        label, verdict = rest.rsplit(": ", 1)
        if KINDS[name] in ("bool", "choice"):
            listed = label.removeprefix("other than ").split(" or ")
            if label.startswith("other than "):
                listed = [answer for answer in ANSWERS["choice"] if answer not in listed]
            for answer in listed:
                other = only(record, {**known, name: read_answer(typed[name], answer)})
                assert other["verdict"] == verdict != row["verdict"]


# The project's own record


@pytest.fixture(scope="module")
def record() -> Record:
    """The project's record."""
    return load()


def verdicts(record: Record, facts: dict, **days: str) -> dict[tuple[str, str], str]:
    """Return the verdict for each provision and cohort."""
    found = meet(record, facts, **days)
    return dict(zip(zip(found["provision"], found["cohort"], strict=True), found["verdict"], strict=True))


# scenario, provision, cohort, day asked about, verdict
CASES = [
    ("scenario-cv-ranking", "us-nyc-ll144-20-871-a-1", "all", None, "yes"),
    ("scenario-cv-ranking", "us-il-hb3773-2-102-l-1", "all", None, "cannot tell"),
    ("scenario-cv-ranking", "eu-aia-9", "annex-iii", "2028-01-01", "cannot tell"),
    ("scenario-public-chatbot", "cn-genai-17", "all", None, "yes"),
    ("scenario-public-chatbot", "eu-aia-50-1", "all", None, "no"),
    ("scenario-companion-minors", "cn-anthro-14-1", "all", None, "yes"),
    ("scenario-companion-minors", "us-ca-sb-243-22602-c", "all", None, "yes"),
    ("scenario-images-before", "eu-aia-50-2", "all", None, "no"),
    ("scenario-images-before", "eu-aia-50-2", "placed-before-2026-08-02", None, "no"),
    ("scenario-images-before", "eu-aia-50-2", "placed-before-2026-08-02", "2026-12-02", "yes"),
    ("scenario-images-after", "eu-aia-50-2", "all", None, "yes"),
    ("scenario-fine-tuned-frontier", "us-ca-sb-53-22757-12-a", "all", None, "yes"),
    ("scenario-fine-tuned-frontier", "eu-aia-55", "all", None, "yes"),
    ("scenario-bank-credit", "eu-gdpr-22", "all", None, "yes"),
    ("scenario-bank-credit", "us-co-sb26-189-1702-1", "all", "2027-06-01", "no"),
    ("scenario-city-faces", "eu-aia-5-1-h", "all", None, "cannot tell"),
    ("scenario-military-targeting", "eu-aia-2-3", "all", None, "yes"),
    ("scenario-military-targeting", "eu-aia-9", "annex-iii", "2028-01-01", "no"),
    ("scenario-news-feed", "eu-dsa-38", "all", None, "cannot tell"),
    ("scenario-medical-scan", "eu-aia-9", "annex-i", "2029-01-01", "no"),
    ("scenario-open-weights", "eu-aia-53-1-c", "all", None, "yes"),
    ("scenario-open-weights", "eu-aia-53", "all", None, "cannot tell"),
    ("scenario-video-interview", "eu-aia-5-1-f", "all", None, "yes"),
    ("scenario-university-model", "eu-aia-53", "all", None, "no"),
    ("scenario-federal-benefits", "us-m-25-21-4-b-ii", "all", None, "yes"),
    ("scenario-therapy-bot", "us-il-wopr-20-a", "all", None, "yes"),
]


@pytest.mark.parametrize(("scenario", "provision", "cohort", "as_of", "verdict"), CASES)
def test_the_scenarios_of_the_book(record, scenario, provision, cohort, as_of, verdict):
    """Would catch a trigger that gives a well-known case another answer than the law."""
    assert verdicts(record, scenario_facts(record, scenario), as_of=as_of)[provision, cohort] == verdict


def test_every_scenario_is_neither_empty_nor_complete(record):
    """Would catch a scenario that meets nothing, or leaves nothing to find out."""
    for scenario in record.scenarios["id"]:
        known = scenario_facts(record, scenario)
        found = meet(record, known)
        assert "yes" in set(found["verdict"]), scenario
        assert "cannot tell" in set(found["verdict"]), scenario
        open_rows = found[found["verdict"] == "cannot tell"]
        assert all(open_rows["deciding"] != ""), scenario
        assert len(known) < len(record.facts)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_forgetting_facts_never_turns_a_verdict_over(record, data):
    """Would catch a trigger of the record by which an unknown fact counts as no."""
    scenario = data.draw(st.sampled_from(list(record.scenarios["id"])))
    known = scenario_facts(record, scenario)
    forgotten = data.draw(st.sets(st.sampled_from(sorted(known)), max_size=12))
    full = verdicts(record, known)
    part = verdicts(record, {name: answer for name, answer in known.items() if name not in forgotten})
    assert all(part[place] in (full[place], "cannot tell") for place in full)


def test_size_of_the_record(record):
    """Would catch triggers that are lost: the coverage that the record promises."""
    assert len(record.facts) >= 40
    assert len(record.scenarios) >= 18
    assert coverage(record)["coded"].sum() >= 150
    assert set(record.cohorts["id"]) <= set(record.triggers["target"])
    assert set(record.triggers["op"]) <= {op for ops in OPS.values() for op in ops}


# The checker


@pytest.fixture
def folder(tmp_path) -> Path:
    """The hard cases with facts, triggers and a scenario, without a fault."""
    folder = copy_examples(tmp_path / "record")
    write_table(folder, "facts", FACTS)
    write_table(folder, "scenarios", [{"id": "scenario-one", "title": "One", "story": "One system."}])
    write_table(folder, "scenario_facts", [{"scenario": "scenario-one", "fact": "training-flop", "answer": "1e26"}])
    write_table(folder, "triggers", CODED)
    return folder


CODED = [
    *rows("annex-iii", "triggers", "annex-iii-use is yes"),
    *rows("annex-iii", "defeats", "narrow-procedural-task is yes"),
    *rows("annex-iii", "restores", "profiles-people is yes"),
    *rows("eu-aia-53", "triggers", "training-flop at-least 1e25 & provider is yes"),
]


def errors(folder: Path) -> list[str]:
    """Return the errors of a folder."""
    return [str(problem) for problem in check(folder) if problem.level == "error"]


def test_the_coded_cases_have_no_fault(folder):
    """Would catch a rule that refuses what triggers must be able to say."""
    assert errors(folder) == []


@pytest.mark.parametrize(
    ("triggers", "column", "words"),
    [
        (rows("eu-aia-999", "triggers", "provider is yes"), "target", "is no id of provisions, cohorts"),
        (rows("us-silence-synthetic-labels", "triggers", "provider is yes"), "target", "a silence has no triggers"),
        (rows("eu-aia-4", "triggers", "provder is yes"), "fact", "is no id of facts"),
        (rows("eu-aia-4", "triggers", "provider at-least 3"), "value", "'at-least' does not fit a bool"),
        (rows("eu-aia-4", "triggers", "provider is perhaps"), "value", "answered yes or no"),
        (rows("eu-aia-4", "triggers", "training-flop below many"), "value", "is a number"),
        (rows("eu-aia-4", "triggers", "placed-on-market before 2026-08"), "value", "YYYY-MM-DD"),
        (rows("eu-aia-4", "triggers", "service in platform; serch-engine"), "value", "nearest: search-engine"),
        (rows("eu-aia-4", "defeats", "provider is yes"), "effect", "no case that triggers"),
        (
            [*rows("eu-aia-4", "triggers", "provider is yes"), *rows("eu-aia-4", "restores", "military is yes")],
            "effect",
            "nothing defeats",
        ),
        (
            rows("eu-aia-4", "triggers", "training-flop at-least 10", "training-flop below 10"),
            "case",
            "every answer to training-flop",
        ),
        (
            rows("eu-aia-4", "triggers", "provider is yes & military is yes", "provider is yes & military is no"),
            "case",
            "every answer to military",
        ),
        (
            rows("eu-aia-4", "triggers", "service is none", "service in platform; search-engine"),
            "case",
            "every answer to service",
        ),
        (rows("eu-aia-4", "triggers", "training-flop at-least 20 & training-flop below 10"), "case", "no answer"),
    ],
)
def test_faulty_triggers(folder, triggers, column, words):
    """Would catch triggers that cannot be read, never hold, always hold or say one thing in pieces."""
    write_table(folder, "triggers", [*CODED, *triggers])
    found = errors(folder)
    assert found
    assert all("triggers.csv" in each for each in found)
    assert any(f"column {column}" in each and words in each for each in found), found


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ({"type": "choice", "options": "one"}, "two options or more"),
        ({"type": "bool", "options": "yes; no"}, "has no options"),
        ({"type": "number"}, "a number has a unit"),
        ({"type": "date", "unit": "days"}, "a number has a unit"),
        ({"type": "text"}, "not a value of the enumeration"),
    ],
)
def test_faulty_facts(folder, fact, words):
    """Would catch a fact whose form does not fit its type."""
    extra = {"id": "extra", "group": "system", "question": "?", "help": "?", **fact}
    write_table(folder, "facts", [*FACTS, extra])
    found = errors(folder)
    assert any("facts.csv" in each and words in each for each in found), found


@pytest.mark.parametrize(("fact", "answer"), [("training-flop", "lots"), ("provider", "maybe"), ("service", "shop")])
def test_faulty_answers_of_a_scenario(folder, fact, answer):
    """Would catch an answer of a scenario that does not fit its fact."""
    write_table(folder, "scenario_facts", [{"scenario": "scenario-one", "fact": fact, "answer": answer}])
    found = errors(folder)
    assert len(found) == 1
    assert "scenario_facts.csv, row 2, column answer" in found[0]


def exempt(folder: Path, name: str, cut: str) -> None:
    """Make one provision an exemption that cuts another."""
    frame = pd.read_csv(folder / "provisions.csv", dtype=str, keep_default_na=False)
    frame.loc[frame["id"] == name, ["modality", "subtracts_from"]] = ["exemption", cut]
    frame.to_csv(folder / "provisions.csv", index=False, lineterminator="\n")


def test_both_ways_for_one_pair(folder):
    """Would catch an exemption that is coded as a provision and as defeats of what it cuts, or of its cohort."""
    exempt(folder, "eu-aia-4-v2", "eu-aia-53")
    own = rows("eu-aia-4-v2", "triggers", "military is yes")
    write_table(folder, "triggers", [*CODED, *own])
    assert errors(folder) == []
    write_table(folder, "triggers", [*CODED, *own, *rows("eu-aia-53", "defeats", "military is yes")])
    assert any("subtracts from eu-aia-53 on the same conditions" in each for each in errors(folder))
    exempt(folder, "eu-aia-4-v2", "eu-aia-9")
    narrow = rows("eu-aia-4-v2", "triggers", "narrow-procedural-task is yes & profiles-people is no")
    write_table(folder, "triggers", [*CODED, *narrow])
    assert any("subtracts from eu-aia-9 on the same conditions" in each for each in errors(folder))


def test_exemptions_in_a_circle(folder):
    """Would catch exemptions that cut each other, which no formula can hold."""
    exempt(folder, "eu-aia-4", "eu-aia-4-v2")
    exempt(folder, "eu-aia-4-v2", "eu-aia-4")
    found = errors(folder)
    assert len(found) == 2
    assert all("leads back to the row itself" in each for each in found)
