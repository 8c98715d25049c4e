"""Regimes side by side, points and sources."""

from __future__ import annotations

from pathlib import Path

import pytest
from examples import EVIDENCE, copy_examples, write_record, write_table

from rulebooks.comparison import BY_INSTRUMENT, COLUMNS, compare, matrix
from rulebooks.diplomacy import SIMILARITY_COLUMNS, points, possible_days, similarity
from rulebooks.record import Record, load
from rulebooks.references import parse_bibliography, sources

ORDERS = ["EU", "US"]


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> Record:
    """The record of the hard cases."""
    return load(copy_examples(tmp_path_factory.mktemp("examples") / "record"))


def test_compare_shows_what_is_law(record):
    """Would catch a comparison with ended, vetoed or not yet known rules, or without those still to come."""
    rows = compare(record, jurisdictions=[*ORDERS, "COE", "IT", "US-CA"])
    assert list(rows.columns) == COLUMNS
    shown = set(rows["provision"])
    assert {"eu-aia-9", "eu-aia-50-2", "eu-aia-4-v2", "coe-225-1"} <= shown
    assert not {"eu-aia-4", "us-eo-14110-4-2", "us-ca-sb-1047-22603", "it-garante-755-2024-fine"} & shown
    early = compare(record, jurisdictions="EU", as_of="2026-09-01", known_on="2026-07-23")
    assert "eu-aia-4-v2" not in set(early["provision"])
    assert "eu-aia-4" in set(early["provision"])


def test_compare_keeps_the_order_asked_for(record):
    """Would catch dimensions or orders that are sorted by name instead of as asked."""
    rows = compare(record, ["state-use", "frontier-models"], ["US", "EU"])
    assert list(dict.fromkeys(rows["dimension"])) == ["frontier-models"]
    rows = compare(record, jurisdictions=["US", "EU"])
    position = {dimension: number for number, dimension in enumerate(record.dimensions["id"])}
    assert list(rows["dimension"].map(position)) == sorted(rows["dimension"].map(position))


def test_silence_is_known_for_one_day(record):
    """Would catch a silence that is told as a fact about a day on which nobody searched."""
    asked = {"dimensions": "transparency-and-labels", "jurisdictions": "US"}
    row = compare(record, **asked, as_of="2026-11-20").iloc[0]
    assert (row["verdict"], row["reason"]) == ("silence", "searched on 2026-11-20: none found")
    for days in ({}, {"as_of": "2026-11-19"}, {"as_of": "2026-11-20", "known_on": "2026-11-19"}):
        row = compare(record, **asked, **days).iloc[0]
        assert (row["verdict"], row["reason"]) == ("cannot tell", "searched on 2026-11-20")
        assert "general federal duty" in row["content"]


def test_instruments_answer_three_dimensions(record):
    """Would catch legal rank, durability or bearers left blank, or told for an instrument that has ended."""
    rows = compare(record, BY_INSTRUMENT, ORDERS)
    assert set(rows["dimension"]) == set(BY_INSTRUMENT)
    assert set(rows["provision"]) == {""}
    assert "us-eo-14110" not in set(rows["instrument"])
    rank = rows[(rows["dimension"] == "legal-rank") & (rows["instrument"] == "eu-aia")].iloc[0]
    assert rank["content"].startswith("Rank 2: regulation")
    bearers = rows[(rows["dimension"] == "bearers") & (rows["instrument"] == "eu-aia")].iloc[0]
    assert bearers["bearer"] == "gpai-provider; member-states; provider; regulator"


def test_matrix_counts_what_applies(record):
    """Would catch counts of cohorts instead of provisions, of silences, or of rules that do not apply yet."""
    counts = matrix(record, jurisdictions=ORDERS)
    assert list(counts.index) == list(record.dimensions["id"])
    assert list(counts.columns) == ORDERS
    assert counts.loc["transparency-and-labels"].to_dict() == {"EU": 1, "US": 0}
    assert counts.loc["risk-tiers", "EU"] == 0
    assert matrix(record, "risk-tiers", "EU", as_of="2028-09-01").loc["risk-tiers", "EU"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"dimensions": "minor"}, "unknown dimension 'minor'; nearest: minors"),
        ({"jurisdictions": ["EU", "UE"]}, "unknown jurisdiction 'UE'"),
        ({"known_on": "2027-01-01"}, "after the record's day"),
        ({"as_of": "yesterday"}, "write it as YYYY-MM-DD"),
    ],
)
def test_wrong_question_is_one_clear_error(record, arguments, words):
    """Would catch a mistyped id or day that is answered with an empty table."""
    for ask in (compare, matrix):
        with pytest.raises(ValueError, match=words) as error:
            ask(record, **arguments)
        assert "\n" not in str(error.value)


def test_points_of_one_initiative(tmp_path):
    """Would catch points of another initiative, or an empty table for a mistyped one."""
    row = {"theme": "t", "speech_act": "urges", "addressee": "all-states", "legal_effect": "political", **EVIDENCE}
    folder = write_record(
        tmp_path / "record",
        initiatives=[
            {"id": each, "title": each, "proposer": "CN", "kind": "declaration"} for each in ("gaigi", "other")
        ],
        points=[{"id": f"{each}-1", "initiative": each, "number": "1", **row} for each in ("gaigi", "other")],
    )
    record = load(folder)
    assert list(points(record, "gaigi")["id"]) == ["gaigi-1"]
    assert len(points(record)) == 2
    with pytest.raises(ValueError, match="unknown initiative 'gaigy'; nearest: gaigi"):
        points(record, "gaigy")


@pytest.fixture
def joiners(tmp_path) -> Record:
    """A record of four complete rosters and a partial one, and of what four states joined."""
    acts = {
        "AAA": {"a": "signed", "b": "endorsed", "c": "voted-for"},
        "BBB": {"a": "signed", "b": "endorsed", "c": "voted-against", "open": "signed"},
        "CCC": {"d": "proposed"},
        "DDD": {"a": "abstained", "open": "signed"},
    }
    return load(
        write_record(
            tmp_path / "record",
            states=[{"id": each, "name": each, "region": "Asia"} for each in acts],
            initiatives=[
                {"id": each, "title": each, "launched": day, "date_status": "known", "roster_complete": whole}
                for each, day, whole in (
                    ("a", "2024-01-01", "true"),
                    ("b", "2024-02", "true"),
                    ("c", "2024-03-01", "true"),
                    ("d", "2025-01-01", "true"),
                    ("open", "2024-01-01", "false"),
                )
            ],
            participation=[
                {
                    "state": state,
                    "initiative": initiative,
                    "act": act,
                    "date": "2025-06-01" if act == "proposed" else "",
                }
                for state, joined in acts.items()
                for initiative, act in joined.items()
            ],
        )
    )


def test_similarity_by_hand(joiners):
    """Would catch counts of partial rosters, votes against counted as joined, or chance left in the measure."""
    found = similarity(joiners)
    assert list(found.columns) == SIMILARITY_COLUMNS
    assert list(zip(found["state"], found["other"], strict=True)) == [("AAA", "BBB"), ("AAA", "CCC"), ("BBB", "CCC")]
    pair = found.iloc[0]
    assert list(pair[["initiatives", "both", "one", "neither"]]) == [4, 2, 1, 1]
    assert pair["agreement"] == 3 / 4
    assert pair["jaccard"] == pytest.approx(2 / 3)
    chance = (5 / 8) ** 2 + (3 / 8) ** 2
    assert pair["pi"] == pytest.approx((3 / 4 - chance) / (1 - chance))
    assert list(found.iloc[1][["both", "neither", "agreement", "pi"]]) == [0, 0, 0, -1]


def test_similarity_of_states_that_joined_nothing_is_missing(joiners):
    """Would catch a likeness made of two empty lists, or a division by nothing."""
    pair = similarity(joiners, ["DDD", "CCC"], ["a", "b"]).iloc[0]
    assert pair["agreement"] == 1
    assert pair[["jaccard", "pi"]].isna().all()
    pair = similarity(joiners, ["AAA", "BBB"], ["a", "b"]).iloc[0]
    assert (pair["jaccard"], pair["agreement"]) == (1, 1)
    assert pair[["pi"]].isna().all()


def test_similarity_refuses_incomplete_rosters(joiners):
    """Would catch a state called unlike others because nobody read whether it joined."""
    with pytest.raises(ValueError, match="the roster of open is not complete") as error:
        similarity(joiners, initiatives=["a", "open"])
    assert "\n" not in str(error.value)
    with pytest.raises(ValueError, match="unknown initiative 'e'"):
        similarity(joiners, initiatives=["e"])
    with pytest.raises(ValueError, match="unknown state 'ZZZ'"):
        similarity(joiners, ["AAA", "ZZZ"])
    with pytest.raises(ValueError, match="no initiative with a complete roster was launched by 2023-12-31"):
        similarity(joiners, until="2023-12-31")


def test_similarity_counts_what_was_done_by_a_day(joiners, tmp_path):
    """Would catch a later initiative, a later act, or one that a state has left."""
    assert set(similarity(joiners, until="2024-02-10")["initiatives"]) == {1}
    assert list(similarity(joiners, ["AAA", "BBB"], until="2024-02-29")["initiatives"]) == [2]
    assert list(similarity(joiners, ["AAA", "CCC"], until="2025-02-01")["one"]) == [3]
    rows = [*joiners.participation.to_dict("records"), {"state": "BBB", "initiative": "b", "act": "withdrew"}]
    write_table(joiners.directory, "participation", rows)
    assert list(similarity(load(joiners.directory), ["AAA", "BBB"])["both"]) == [1]


def test_an_act_of_a_year_that_is_not_over_counts_where_it_was_read_of(joiners):
    """Would catch an endorsement dated "2026" that is left out until the year has ended."""
    assert possible_days("2026", "2026-11-24") == ("2026-01-01", "2026-11-24")
    assert possible_days("2026", "") == ("2026-01-01", "2026-12-31")
    assert possible_days("2025-06", "2026-11-24") == ("2025-06-01", "2025-06-30")
    year, rows = str(joiners.as_of.year), joiners.participation.to_dict("records")
    for row in rows:
        if row["state"] == "BBB" and row["initiative"] == "b":
            row.update(date=year, checked=f"{joiners.as_of}")
    write_table(joiners.directory, "participation", rows)
    assert list(similarity(load(joiners.directory), ["AAA", "BBB"])["both"]) == [2]


def test_similarity_on_the_projects_record():
    """Would catch a record whose complete rosters cannot be compared, or a measure out of its bounds."""
    found = similarity(load())
    assert found["agreement"].between(0, 1).all()
    assert found["jaccard"].between(0, 1).all()
    assert found["pi"].dropna().between(-1, 1).all()


def test_sources_resolve_with_pinpoints(tmp_path):
    """Would catch a source that loses its pinpoint, its title's braces, or that links to a script."""
    folder = write_record(tmp_path / "record")
    (folder / "references.bib").write_text(
        "@online{one,\n title = {{A {B} \\& 中文}},\n year = 2024,\n url = {https://example.org/a_b}}\n"
        '@book{two, title = "Second", year = {2020}, url = {javascript:alert(1)}}\n',
        encoding="utf-8",
    )
    record = load(folder)
    assert sources(record, "one Art. 99(3); two") == [
        {
            "key": "one",
            "pinpoint": "Art. 99(3)",
            "title": "A B & 中文",
            "titleaddon": "",
            "url": "https://example.org/a_b",
            "kind": "online",
        },
        {"key": "two", "pinpoint": "", "title": "Second", "titleaddon": "", "url": "", "kind": "book"},
    ]
    assert sources(record, "") == []
    with pytest.raises(ValueError, match="unknown source 'three'"):
        sources(record, "three Art. 1")


@pytest.mark.parametrize(
    "text", ["@book{a, title = {x}", "@book{a, title = {x", "@book{a, title = }", "@book{a, t={x} u={y}}"]
)
def test_broken_bibliography_names_the_line(text):
    """Would catch a bibliography that loses entries after a missing brace without a word."""
    with pytest.raises(ValueError, match="line 2"):
        parse_bibliography(f"\n{text}")


def test_bibliography_agrees_with_pybtex():
    """Would catch a reader of BibTeX that sees other entries, types or years than the book's own."""
    database = pytest.importorskip("pybtex.database")
    path = Path(__file__).parents[1] / "data" / "references.bib"
    theirs = database.parse_string(path.read_text(encoding="utf-8"), "bibtex")
    ours = parse_bibliography(path.read_text(encoding="utf-8"))
    assert [entry.key for entry in ours] == list(theirs.entries)
    for entry in ours:
        other = theirs.entries[entry.key]
        assert entry.kind == other.type
        assert entry.fields.get("year") == other.fields.get("year")
        assert entry.fields.get("url") == other.fields.get("url")


def test_overlay_bibliography_is_read(tmp_path):
    """Would catch an overlay whose own sources cannot be shown."""
    folder, overlay = write_record(tmp_path / "record"), tmp_path / "overlay"
    overlay.mkdir()
    write_table(overlay, "jurisdictions", [{"id": "XA", "name": "X", "kind": "national", "knowledge_rule": "Print"}])
    (overlay / "references.bib").write_text("@misc{own, title = {Own}, year = {2026}}\n")
    assert sources(load(folder, overlay), "own")[0]["title"] == "Own"
