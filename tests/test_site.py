"""The built site as files, and the parts of the build that need no browser."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
import yaml
from pybtex import PybtexEngine

from rulebooks import theme
from rulebooks.explorers import MIME_TYPE
from rulebooks.sphinx_ext import assets, bibliography, origin, pages, render, search, text

ROOT = Path(__file__).parents[1]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
BOOK = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]
LOADS = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "object": "data",
    "embed": "src",
}


class Elements(HTMLParser):
    """The elements of a page, as tag and attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))


def read(site: Path, name: str) -> str:
    """Return the HTML of a page."""
    return (site / f"{name}.html").read_text(encoding="utf-8")


def outputs(name: str, mime_type: str) -> int:
    """Return how many outputs of this type a page's notebook stores."""
    path = ROOT / f"{name}.ipynb"
    if not path.exists():
        return 0
    cells = nbformat.read(path, as_version=4).cells
    return sum(mime_type in output.get("data", {}) for cell in cells for output in cell.get("outputs", []))


def test_site_has_the_pages_of_the_table_of_contents_and_no_others(built_site):
    """Catches a page that was not built, one that nothing lists, and a notebook of the folders left out of the book."""
    built = {path.relative_to(built_site).with_suffix("").as_posix() for path in built_site.rglob("*.html")}
    built = {name for name in built if not name.startswith("_static/")}
    assert built == {*BOOK, "search", "404"}
    notebooks = [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("reference/*.ipynb")]
    sources = {path.relative_to(ROOT).with_suffix("").as_posix() for path in notebooks}
    assert sources <= set(BOOK)


@pytest.mark.parametrize("name", BOOK)
def test_page_shows_what_its_notebook_stores(name, built_site):
    """Catches an empty page, and one that lost a chart or an explorer on the way."""
    page = read(built_site, name)
    article = re.search(r"<article.*?</article>", page, re.DOTALL)[0]
    assert len(re.sub(r"<[^>]+>", "", article).split()) > 30
    assert article.count('<figure class="chart"') == outputs(name, theme.SPEC_TYPE)
    assert article.count("data-rulebooks-explorer=") == outputs(name, MIME_TYPE)


def test_site_loads_nothing_from_another_host(built_site):
    """Catches a script, style, font, picture or frame that would tell another host who reads the book."""
    foreign = []
    for path in built_site.rglob("*.html"):
        for tag, attributes in Elements(path.read_text(encoding="utf-8")).found:
            value = attributes.get(LOADS.get(tag, ""), "") or ""
            if re.match(r"(?:https?:)?//", value) and attributes.get("rel") != "canonical":
                foreign.append((path.name, value))
    for path in built_site.rglob("*.css"):
        loads = r"""(?:url\(\s*["']?|@import\s+["'])((?:https?:)?//[^"')]+)"""
        found = re.findall(loads, path.read_text(encoding="utf-8"))
        foreign += [(path.name, value) for value in found]
    for path in built_site.rglob("*.js"):
        found = re.findall(
            r"""(?:\bfetch\(|\bimport\(?|importScripts\(|\.src\s*=)\s*["'`]((?:https?:)?//[^"'`]+)""",
            path.read_text(encoding="utf-8"),
        )
        foreign += [(path.name, value) for value in found]
    assert not foreign


def test_every_file_that_a_page_loads_exists(built_site):
    """Catches a page that names a file which the build does not write, such as a renamed script or a cut font."""
    gone = []
    for path in built_site.rglob("*.html"):
        if path.is_relative_to(built_site / "_static"):
            continue
        for tag, attributes in Elements(path.read_text(encoding="utf-8")).found:
            value = (attributes.get(LOADS.get(tag, "")) or "").split("?")[0].split("#")[0]
            if value and not re.match(r"[a-z]+:|//", value) and not (path.parent / value).exists():
                gone.append((path.name, value))
    assert not gone


def test_every_icon_on_the_pages_has_a_glyph(built_site):
    """Catches an icon that shows as an empty box because the font was cut too far."""
    sheet = (built_site / "_static" / "icons.css").read_text(encoding="utf-8")
    pages_read = [read(built_site, name) for name in [*BOOK, "search", "404"]]
    used = {name for page in pages_read for name in re.findall(r"\bfa-[a-z0-9-]+", page)}
    drawn = set(re.findall(r"\.(fa-[a-z0-9-]+)", sheet))
    assert used <= drawn
    assert (built_site / "_static" / "icons.woff").stat().st_size < 12_000


@pytest.mark.parametrize("name", BOOK)
def test_page_has_a_description(name, built_site):
    """Catches a page that a search engine or a message shows without a word about it."""
    found = [attributes for tag, attributes in Elements(read(built_site, name)).found if tag == "meta"]
    metas = {each.get("name") or each.get("property"): each.get("content") for each in found}
    assert len(metas["description"]) > 40
    assert metas["og:title"]
    assert metas["og:description"]


@pytest.mark.parametrize(
    ("override", "upstream", "digest"),
    [
        ("static/webpack-macros.html", assets.THEME / "static" / "webpack-macros.html", "0db474a78911dddc"),
        ("navbar-logo.html", assets.THEME / "components" / "navbar-logo.html", "cfedfcfeb9f86be5"),
        ("search-button-field.html", assets.THEME / "components" / "search-button-field.html", "c9044ef83e77fffd"),
    ],
)
def test_overridden_template_is_the_one_that_was_read(override, upstream, digest):
    """Catches a theme that changed a template which the book replaces: read it, mend ours, store the new digest."""
    assert (ROOT / "_templates" / override).exists()
    assert hashlib.sha256(upstream.read_bytes()).hexdigest()[:16] == digest


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://github.com/ann/book.git", ("github.com", "ann", "book")),
        ("https://ann:s3cret@github.com/ann/book", ("github.com", "ann", "book")),
        ("https://x-access-token:s3cret@gitlab.com/group/sub/book.git", ("gitlab.com", "group/sub", "book")),
        ("git@codeberg.org:ann/book.git", ("codeberg.org", "ann", "book")),
        ("ssh://git@gitee.com:22/ann/book.git", ("gitee.com", "ann", "book")),
        ("https://GITHUB.com/ann/book/", ("github.com", "ann", "book")),
    ],
)
def test_origin_keeps_host_owner_and_name(address, expected):
    """Catches a button that leads to a wrong place, or one that carries somebody's token."""
    found = origin.parse(address)
    assert found == expected
    shown = " ".join([found.url, found.issues, found.binder("chapters/x.ipynb"), repr(found)])
    assert "s3cret" not in shown
    assert "@" not in shown


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/srv/git/book.git",
        "../book",
        "file:///srv/book",
        "https://git.example.org/ann/book",
        "https://github.com.example.org/ann/book",
        "https://github.com@example.org/ann/book",
        "https://github.com/ann",
        "https://github.com/ann/book/tree/main",
        'https://github.com/ann/"><script>alert(1)</script>',
        "https://github.com/ann/..",
        "https://github.com:8443/ann/book",
        "https://[github.com/ann/book",
        "javascript:alert(1)//github.com/ann/book",
    ],
)
def test_origin_of_unknown_form_gives_no_button(address):
    """Catches an address of a private host, a local path or a piece of markup that ends up on a page."""
    assert origin.parse(address) is None


def test_origin_is_read_from_the_clone_itself(tmp_path):
    """Catches a build in a folder without git, or without a remote, that takes the origin of a folder above it."""
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    assert origin.of_clone(tmp_path) is None
    subprocess.run([*git, "remote", "add", "origin", "https://u:t@github.com/ann/book.git"], check=True)
    assert origin.of_clone(tmp_path) == ("github.com", "ann", "book")
    (tmp_path / "inside").mkdir()
    assert origin.of_clone(tmp_path / "inside") is None


def test_binder_addresses_per_host():
    """Catches a launch button in a form that Binder does not know for this host."""
    start = "https://mybinder.org/v2/"
    addresses = {host: origin.Repository(host, "ann", "book").binder("chapters/a b.ipynb") for host in origin.HOSTS}
    paths = {host: address.removeprefix(start) for host, address in addresses.items()}
    assert paths["github.com"] == "gh/ann/book/HEAD?urlpath=lab%2Ftree%2Fchapters%2Fa%20b.ipynb"
    assert paths["gitlab.com"].startswith("gl/ann%2Fbook/HEAD?")
    assert paths["gitee.com"].startswith("git/https%3A%2F%2Fgitee.com%2Fann%2Fbook/HEAD?")


def test_search_cuts_a_text_into_pairs():
    """Catches an index of whole runs, in which a word inside a run is not found."""
    cut = search.EnglishAndChinese({}).split
    assert cut("算法备案") == ["算法", "法备", "备案"]
    assert cut("AI法案 and 法") == ["AI", "法案", "and", "法"]


HOSTILE = "</script><img src=x onerror=alert(1)>\u2028生成式 & <b>"


def chart(**more: object) -> dict:
    """Return a small specification whose strings are hostile."""
    return {
        "title": {"text": HOSTILE, "subtitle": HOSTILE},
        "description": HOSTILE,
        "usermeta": {"table": [["a", HOSTILE]]},
        "data": {"values": [{"a": HOSTILE, "url": "https://example.org", "href": HOSTILE}]},
        "mark": "point",
        **more,
    }


@pytest.mark.parametrize("cell", ["<th></th>", '<th class="head"><p></p></th>', '<th class="head stub"> </th>'])
def test_an_empty_head_of_a_table_is_a_plain_cell(cell):
    """Catches a table, of pandas or of Markdown, whose corner a screen reader announces as a head without a name."""
    assert (
        pages.accessible(f"<thead><tr>{cell}<th>Text</th></tr></thead>")
        == "<thead><tr><td></td><th>Text</th></tr></thead>"
    )


def test_chart_shows_hostile_text_as_text():
    """Catches a title, description or cell of the record that becomes an element of the page."""
    markup = render.figure(chart(), "chart-1")
    assert {tag for tag, _ in Elements(markup).found}.isdisjoint({"img", "b"})
    spec = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', markup, re.DOTALL)[1]
    held = [row.get("a") for data in json.loads(spec)["data"] for row in data.get("values", [])]
    assert HOSTILE in held


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({}, None),
        ({"title": ""}, "has no title"),
        ({"description": ""}, "has no description"),
        ({"usermeta": {}}, "usermeta.table"),
        ({"data": {"url": "x.json"}}, "(url)"),
        ({"layer": [{"encoding": {"href": {"field": "a"}}}]}, "(href)"),
        ({"mark": {"type": "image", "url": "x.png"}}, "(url)"),
    ],
)
def test_chart_that_lacks_something_is_named(more, fault):
    """Catches a chart without words or table, and one that would load a file or link from data."""
    faults = render.missing(chart(**more))
    assert len(faults) == (fault is not None)
    assert not faults or fault in faults[0]


def test_chinese_is_marked_outside_tags_and_scripts():
    """Catches a voice that reads Chinese as English, and markup broken by a mark inside a tag."""
    markup = '<p title="备案">AI 备案<!-- 算法 --></p><script>"生成式"</script>'
    marked = '<p title="备案">AI <span lang="zh-Hans">备案</span><!-- 算法 --></p><script>"生成式"</script>'
    assert text.mark(markup) == marked


def test_bibliography_gives_both_titles_and_a_note_as_a_sentence():
    """Catches a Chinese title that a reader of English cannot place, and a note that runs on from the title."""
    bibliography.register()
    entry = (
        "@online{k, title = {{标准化法}}, titleaddon = {Standardisation Law}, author = {{NPC}}, year = {2017}, "
        "url = {https://example.org}, note = {operative text read}}"
    )
    made = PybtexEngine().format_from_string(entry, style=bibliography.NAME, output_backend="plaintext")
    assert "标准化法 [Standardisation Law]. 2017. Operative text read." in made


def test_explorers_scripts_stand_once_with_the_module_last():
    """Catches a module that runs twice, before all rows are there."""
    names = ("one", "two", "explorer")
    one, two, module = (f'<script defer src="../explorers/{name}.js"></script>\n' for name in names)
    assert pages.scripts_once(f"<p>a</p>{one}{module}<p>b</p>{two}{module}") == f"<p>a</p><p>b</p>{one}{two}{module}"


@pytest.mark.parametrize("complete", [True, False], ids=["complete", "chart without a table"])
def test_strict_build_of_a_fork(complete, tmp_path):
    """Catches a fork whose buttons lead elsewhere, and a chart without a table that passes a strict build."""
    (tmp_path / "index.md").write_text("# A fork\n\nIts own first page.\n", encoding="utf-8")
    for part in ("_config.yml", "_templates", "_static"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: chapters/how_to_use\n")
    spec = chart(title="A chart", **({} if complete else {"usermeta": {}}))
    output = nbformat.v4.new_output("display_data", {theme.SPEC_TYPE: spec, "text/plain": "a chart"})
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# How to use this book\n\nA paragraph.\n\n- not one\n\nAnother.\n"),
            nbformat.v4.new_code_cell("chart", outputs=[output], execution_count=1),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, tmp_path / "chapters" / "how_to_use.ipynb")
    for command in (["init", "-q"], ["remote", "add", "origin", "https://u:s3cret@github.com/ann/fork.git"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    build = subprocess.run(
        [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-n", "-W", "--keep-going"],
        cwd=tmp_path,
        env={**os.environ, "BOOK_URL": "https://ann.example.org/fork"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = build.stdout + build.stderr
    assert "s3cret" not in said
    if not complete:
        assert build.returncode != 0
        assert "names no columns for its data table" in said
        return
    assert build.returncode == 0, said
    page = (tmp_path / "_build" / "html" / "chapters" / "how_to_use.html").read_text(encoding="utf-8")
    assert "https://mybinder.org/v2/gh/ann/fork/HEAD?urlpath=lab%2Ftree%2Fchapters%2Fhow_to_use.ipynb" in page
    assert 'href="https://github.com/ann/fork/issues/new"' in page
    assert 'content="https://ann.example.org/fork/_static/card.png"' in page
    assert '<base href="/fork/">' in read(tmp_path / "_build" / "html", "404")
    assert "s3cret" not in page
    assert re.findall(r'aria-label="(Paragraph \d+)"', page) == ["Paragraph 1", "Paragraph 2"]
