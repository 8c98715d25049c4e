"""Dated questions, answered from the record by code and compared with what their official sources say.

The questions are in ``dated_questions.csv``. Who wrote them entered no row of the record, took each answer from the
source beside it and only then asked the record. They would catch a date, cohort, suspension, ceiling or vote that is
entered wrongly, and a change of the engine that moves an answer.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from rulebooks import law
from rulebooks.record import Record, load

FILE = Path(__file__).with_name("dated_questions.csv")
with FILE.open(encoding="utf-8", newline="") as _file:
    QUESTIONS = list(csv.DictReader(_file))

AT_LEAST = {
    "as-of": 70,
    "as-known": 35,
    "penalty": 20,
    "date": 15,
    "participation": 14,
    "cohort": 12,
    "count": 6,
    "rank": 3,
}
REGIONS = {"CN": 40, "EU": 50, "US": 20, "states": 40, "INT": 20}
NO_ACT = "none"


@pytest.fixture(scope="module")
def record() -> Record:
    """The record of the book."""
    return load()


@cache
def on(day: str, known: str) -> dict[tuple[str, str], law.Answer]:
    """Return the answers for a day, as known on another, by provision and cohort."""
    return {(each.provision, each.cohort): each for each in law.answers(load(), day, known)}


def only(table: pd.DataFrame, target: str, **where: str) -> dict[str, str]:
    """Return the one row with these values, or fail with the name of what was asked."""
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1, f"{target}: {len(table)} rows where there should be one"
    return table.iloc[0].to_dict()


def in_force(record: Record, ask: str, target: str, day: str, known: str) -> str:
    """Answer verdict, enforceable, or both with a stroke between, for ``provision`` or ``provision@cohort``."""
    provision, _, cohort = target.partition("@")
    found = on(day, known).get((provision, cohort or "all"))
    assert found is not None, f"{target}: the record has no statement of it"
    return "/".join([found.verdict, found.enforceable]) if ask == "both" else getattr(found, ask)


def participation(record: Record, initiative: str, act: str, until: str = "") -> pd.DataFrame:
    """Return the rows in which states did an act towards an initiative, surely by a day where one is given."""
    rows = record.participation[record.participation["initiative"] == initiative]
    rows = rows[rows["act"] == act]
    return rows[[law.bounds(each)[1] <= until for each in rows["date"]]] if until else rows


def answer(record: Record, ask: str, target: str, day: str, known: str) -> str:
    """Answer one question from the record; the question's ``ask`` says by which way."""
    if ask in ("verdict", "enforceable", "both"):
        return in_force(record, ask, target, day, known)
    if ask == "acts":
        state, initiative = target.split(":")
        rows = record.participation
        rows = rows[(rows["state"] == state) & (rows["initiative"] == initiative)]
        return "; ".join(sorted(rows["act"])) or NO_ACT
    if ask == "act-date":
        state, initiative, act = target.split(":")
        return only(participation(record, initiative, act), target, state=state)["date"]
    if ask == "count":
        return str(participation(record, *target.split(":"))["state"].nunique())
    if ask == "statements":
        provision, _, cohort = target.partition("@")
        rows = law.history(record, provision)
        rows = rows[(rows["cohort"] == (cohort or "all")) & (rows["provision"] == provision)]
        return str(((rows["certainty"] == "law") & (rows["date_type"] == "applies")).sum())
    if ask == "rank":
        upper, lower = (int(only(record.instruments, each, id=each)["rank"]) for each in target.split(" > "))
        return "yes" if upper < lower else "no"
    table = {"penalty": record.penalties, "date": record.instruments}[ask]
    name, column = target.rsplit(".", 1)
    return only(table, target, id=name)[column]


@pytest.mark.parametrize("question", QUESTIONS, ids=[each["id"] for each in QUESTIONS])
def test_record_answers_like_the_source(record, question):
    """Would catch a record that says something else than the official source about one day, ceiling or vote."""
    found = answer(record, *(question[name] for name in ("ask", "target", "as_of", "known_on")))
    assert found == question["answer"], f"{question['question']} {question['source']}"


def test_questions_are_whole():
    """Would catch a question without a source, a way of reading, a day or a name of its own."""
    assert len({each["id"] for each in QUESTIONS}) == len(QUESTIONS)
    for question in QUESTIONS:
        empty = [name for name, value in question.items() if not value and name not in ("as_of", "notes")]
        assert not empty, f"{question['id']}: fill {', '.join(empty)}"
        assert question["read"] in ("operative-text", "official-page", "translation", "secondary")
        if question["ask"] in ("verdict", "enforceable", "both"):
            assert question["as_of"], f"{question['id']}: says of no day"


def test_mix_does_not_shrink():
    """Would catch hard kinds of question that are dropped one by one until only easy ones are left."""
    kinds = Counter(each["kind"] for each in QUESTIONS)
    assert {kind: kinds[kind] for kind in AT_LEAST if kinds[kind] < AT_LEAST[kind]} == {}
    regions = Counter("states" if "-" in each["group"] else each["group"] for each in QUESTIONS)
    assert {region: regions[region] for region in REGIONS if regions[region] < REGIONS[region]} == {}
    assert sum(each["ask"] in ("enforceable", "both") for each in QUESTIONS) >= 15
    assert sum(each["answer"] == "cannot tell" for each in QUESTIONS) >= 5
    stood = defaultdict(set)
    for each in QUESTIONS:
        if each["kind"] == "as-known":
            stood[each["ask"], each["target"], each["as_of"]].add((each["known_on"], each["answer"]))
    turned = [place for place in stood.values() if len({given for _, given in place}) > 1]
    assert len(turned) >= 12, "as-known questions in which the day of knowledge changes the answer"
