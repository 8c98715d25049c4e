"""References as a person reads them and as BibTeX: what pandoc makes of an entry, and that the stored is current."""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path

import pytest
from examples import DATA, copy_examples, write_overlay

from rulebooks import citations, load
from rulebooks.citations import CitationError
from rulebooks.cli import main
from rulebooks.references import (
    bibliography,
    bibtex,
    digest,
    parse_bibliography,
    printed_references,
    read_bibliography,
    readable,
    sources,
)

ARTICLE = """@article{many, title = {欧美人工智能治理模式比较研究}, titleaddon = {European and American Models},
  author = {王彦雨 and 李正风 and 高芳 and 薛澜}, journal = {科学学研究}, year = {2024}, volume = {42}, number = {3},
  pages = {460--468}, doi = {10.1/x--y_z}, url = {https://doi.org/10.1/x--y_z}, langid = {chinese}, note = {read}}"""
ENGLISH = """@incollection{four, title = {The {EU} and a "quoted" word}, author = {Roberts, Huw and Cowls, Josh and
  Zuiderveen Borgesius, Frederik and Price, W. Nicholson}, booktitle = {A Handbook of Law}, publisher = {Springer},
  year = {2021}, pages = {47--79}, url = {https://example.org/a--b_c}, langid = {english}}"""
STATUTE = """@online{law, title = {{中华人民共和国数据安全法}}, titleaddon = {Data Security Law},
  author = {{全国人民代表大会常务委员会}}, year = {2021}, date = {2021-06-10}, urldate = {2026-11-24},
  url = {https://www.cac.gov.cn/c_1.htm}, langid = {chinese}}"""
BODY = """@online{body, title = {{Regulation (EU) 2024/1689 laying down harmonised rules}}, year = {2024},
  author = {{European Parliament and Council}}, url = {https://eur-lex.europa.eu/oj}, langid = {english}}"""
HOSTILE = r"""@online{evil, title = {{<script>x()</script> *b* [c](javascript:d) `e` @many \& =f $g$ ::: -- ...}},
  author = {{<b>H</b> *I*}}, year = {2026}, url = {https://example.org/?a=<b>&c=*d*--e}, langid = {english}}"""


@pytest.fixture(scope="module")
def printed() -> dict[str, dict[str, str]]:
    """Hard entries as both styles print them."""
    entries = parse_bibliography("\n".join([ARTICLE, ENGLISH, STATUTE, BODY, HOSTILE]))
    return {row["key"]: row for row in csv.DictReader(io.StringIO(citations.table(entries)))}


@pytest.fixture
def folder(tmp_path) -> Path:
    """A small record with its printed references."""
    path = copy_examples(tmp_path / "record")
    citations.update(path / "references.bib")
    return path


def test_a_chinese_article(printed):
    """Would catch et al. beside Chinese names, a translated title under the Chinese standard, a DOI given twice."""
    assert printed["many"]["gb7714"] == (
        "王彦雨，李正风，高芳，等. 欧美人工智能治理模式比较研究[J/OL]. "
        "科学学研究，2024，42（3）：460-468. DOI:10.1/x--y_z."
    )
    assert printed["many"]["oscola"] == (
        "王彦雨 and others, ‘欧美人工智能治理模式比较研究 [European and American Models]’ "
        "(2024) 42 科学学研究 460 <https://doi.org/10.1/x--y_z>."
    )


def test_an_english_chapter(printed):
    """Would catch 等 beside English names, capitals lowered by pandoc, or hyphens of a link turned into a dash."""
    assert printed["four"]["gb7714"] == (
        "Roberts H，Cowls J，Zuiderveen Borgesius F，et al. The EU and a “quoted” word[M/OL]//A Handbook of Law. "
        "Springer，2021：47-79. https://example.org/a--b_c."
    )
    assert "‘The EU and a “quoted” word’" in printed["four"]["oscola"]
    assert "A Handbook of Law (Springer 2021) <https://example.org/a--b_c>." in printed["four"]["oscola"]


def test_statutes_and_bodies(printed):
    """Would catch a body split at its "and", or a date, a day of the look or a translated title lost."""
    assert printed["law"]["gb7714"] == (
        "全国人民代表大会常务委员会. 中华人民共和国数据安全法[EB/OL]. （2021-06-10）[2026-11-24]. https://www.cac.gov.cn/c_1.htm."
    )
    assert printed["law"]["oscola"] == (
        "全国人民代表大会常务委员会, ‘中华人民共和国数据安全法 [Data Security Law]’ (10 June 2021) "
        "<https://www.cac.gov.cn/c_1.htm> accessed 24 November 2026."
    )
    assert printed["body"]["oscola"].startswith(
        "European Parliament and Council, ‘Regulation (EU) 2024/1689 laying down harmonised rules’ (2024)"
    )
    assert printed["body"]["gb7714"].startswith("European Parliament and Council. Regulation (EU) 2024/1689")


@pytest.mark.parametrize("style", ["oscola", "gb7714"])
def test_hostile_text_stays_text(printed, style):
    """Would catch a title that pandoc reads as HTML, Markdown, a citation or mathematics."""
    text = printed["evil"][style]
    assert "<script>x()</script> *b* [c](javascript:d) `e` @many & =f $g$ ::: -- ..." in text
    assert "<b>H</b> *I*" in text
    assert "https://example.org/?a=<b>&c=*d*--e" in text


def test_stored_references_are_those_of_the_bibliography():
    """Would catch an entry added or changed since the last refresh, or another pandoc than the lock file's."""
    stored = (DATA / "citations.csv").read_text(encoding="utf-8")
    made = citations.table(read_bibliography(DATA / "references.bib"))
    late = sorted(set(made.splitlines()) ^ set(stored.splitlines()))
    assert stored == made, f"run `rulebooks refresh data/references.bib`; first: {late[:2]}"


def test_no_printed_reference_is_broken():
    """Would catch a reference without its title, year or link, with an empty bracket or with a mark set twice."""
    record = load()
    entries = bibliography(record)

    def bare(text: str) -> str:
        return re.sub(r"[-–—]+", "-", re.sub(r"[\"'“”‘’\s]", "", text))

    for key, printed in printed_references(record).items():
        fields = entries[key].fields
        link = fields.get("url", fields["title"])
        for text in printed.values():
            assert bare(fields["title"]) in bare(text), key
            assert fields["year"] in text, key
            assert bare(link) in bare(text) or fields.get("doi", "no doi") in text, key
            assert not re.search(r",\s*,|，，|\(\)|（）|\[\]|\?\.|\. \.|undefined", text.replace(link, "link")), key


def test_rows_become_references_once_each_in_order(folder):
    """Would catch a work listed twice, or sorted by something else than the rows."""
    (folder / "references.bib").write_text(f"{STATUTE}\n{BODY}\n", encoding="utf-8")
    citations.update(folder / "references.bib")
    record = load(folder)
    rows = record.provisions.head(2).assign(source=["body Art. 5; law", "law Art. 1; body"])
    assert [text.split(",")[0] for text in readable(record, rows)] == [
        "European Parliament and Council",
        "全国人民代表大会常务委员会",
    ]
    assert readable(record, "law Art. 3", style="gb7714") == [printed_references(record)["law"]["gb7714"]]
    assert bibtex(record, rows) == f"{BODY}\n\n{STATUTE}\n"
    assert bibtex(record, "") == ""
    assert [(each["key"], each["titleaddon"]) for each in sources(record, "body; law")] == [
        ("body", ""),
        ("law", "Data Security Law"),
    ]


def test_bibtex_can_be_read_again():
    """Would catch an entry cut short on its way out."""
    record = load()
    again = {entry.key: entry.fields for entry in parse_bibliography(bibtex(record, record.provisions))}
    entries = bibliography(record)
    assert again == {key: entries[key].fields for key in again}
    assert len(again) > 100


@pytest.mark.parametrize(
    ("rows", "style", "message"),
    [
        ("examples", "apa", "unknown style 'apa'; use one of oscola, gb7714"),
        ("nothing", "oscola", "unknown source 'nothing'"),
    ],
)
def test_a_wrong_style_or_key_is_named(folder, rows, style, message):
    """Would catch a KeyError that does not say what to mend."""
    with pytest.raises(ValueError, match=re.escape(message)):
        readable(load(folder), rows, style=style)
    with pytest.raises(ValueError, match="no column source"):
        readable(load(folder), load(folder).dimensions)


def test_an_old_reference_is_not_shown(folder):
    """Would catch yesterday's title printed for today's entry."""
    path = folder / "references.bib"
    assert readable(load(folder), "examples")
    path.write_text(path.read_text(encoding="utf-8").replace("title = {", "title = {New "), encoding="utf-8")
    with pytest.raises(ValueError, match="no printed reference of today's entry; run `rulebooks refresh`"):
        readable(load(folder), "examples")


def test_an_overlay_prints_its_own(folder, tmp_path):
    """Would catch an overlay whose references cannot be printed."""
    overlay = write_overlay(tmp_path / "overlay")
    (overlay / "references.bib").write_text(BODY, encoding="utf-8")
    assert main(["refresh", str(overlay / "references.bib")]) == 0
    assert readable(load(folder, overlay), "body")[0].startswith("European Parliament and Council")


def test_a_comment_is_passed_over():
    """Would catch BibTeX's own way to take an entry out stopping every reader of the bibliography."""
    text = f"@comment{{old, taken out {{on}} a day}}\n{STATUTE}\n@Comment {{x}}\n{BODY}"
    assert [entry.key for entry in parse_bibliography(text)] == ["law", "body"]


def test_the_digest_sees_words_and_not_line_ends():
    """Would catch references made again after a checkout on Windows, or kept after a change."""
    [entry], [same] = parse_bibliography(STATUTE), parse_bibliography(STATUTE.replace("\n", "\r\n"))
    [other] = parse_bibliography(STATUTE.replace("2021-06-10", "2021-06-11"))
    assert digest(entry) == digest(same) != digest(other)


def test_without_pandoc_what_is_current_is_kept(folder, monkeypatch, capsys):
    """Would catch a refresh that needs pandoc although no reference changed, or loses the stored ones."""
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    path, stored = folder / "references.bib", folder / "citations.csv"
    before = stored.read_bytes()
    assert main(["refresh", str(path)]) == 0
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{STATUTE}\n", encoding="utf-8")
    with pytest.raises(CitationError, match="1 new or changed, first law"):
        citations.update(path)
    assert main(["refresh", str(path)]) == 1
    assert "pandoc, which makes them, is missing; pip install 'rulebooks[book]'" in capsys.readouterr().out
    assert stored.read_bytes() == before


def test_a_refresh_of_the_book_prints_the_records_references(tmp_path, monkeypatch, capsys):
    """Would catch a refresh of the book after which the stored references are old."""
    data = copy_examples(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    assert main(["refresh"]) == 0
    assert "citations.csv" in capsys.readouterr().out
    assert set(printed_references(load(data))) == set(bibliography(load(data)))


def test_a_second_refresh_changes_nothing(folder, capsys):
    """Would catch strings that differ from run to run."""
    assert main(["refresh", str(folder / "references.bib")]) == 0
    assert "0 files changed" in capsys.readouterr().out
