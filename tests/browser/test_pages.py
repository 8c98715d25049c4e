"""Every page of the built site in a real browser: requests, errors, accessibility, width, print and search."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from rulebooks.sphinx_ext.search import EnglishAndChinese

ROOT = Path(__file__).parents[2]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
BOOK = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]
PAGES = [*BOOK, "search", "404"]
CHAPTER = "chapters/how_to_use"
NOT_PAINTED = "figure.chart:not([data-drawn]), figure.chart[data-drawn=failed]"


def show(page, address: str) -> None:
    """Open a page and scroll through it, so that everything that waits for the reader is there."""
    page.goto(address)
    page.wait_for_load_state("load")
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".chart-view svg").wait_for(timeout=30_000)
    page.wait_for_function(f"!document.querySelector('{NOT_PAINTED}')")


@pytest.mark.parametrize("name", PAGES)
def test_page_is_complete_and_open_to_all(name, page_guard, site_url, clean):
    """Catches a foreign request, an error, an undrawn chart, what axe finds light or dark, too wide a page."""
    page_guard.emulate_media(color_scheme="light", reduced_motion="reduce")
    show(page_guard, f"{site_url}/{name}.html")
    assert page_guard.locator("article h1, .bd-search-container h1").first.inner_text().strip()
    page_guard.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    page_guard.set_viewport_size({"width": 390, "height": 844})
    wide = page_guard.evaluate(
        """() => document.documentElement.scrollWidth > 390 ? [...document.querySelectorAll('main *')]
        .filter(e => e.getBoundingClientRect().right > 391 && !e.closest('.table-scroll, .chart-view, pre, svg'))
        .slice(0, 5).map(e => e.outerHTML.slice(0, 120)) : []"""
    )
    assert page_guard.evaluate("document.documentElement.scrollWidth") <= 390, wide
    page_guard.set_viewport_size({"width": 1280, "height": 720})
    for scheme in ("light", "dark"):
        page_guard.emulate_media(color_scheme=scheme)
        page_guard.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
        page_guard.wait_for_function(f"!document.querySelector('figure.chart:not([data-drawn={scheme}])')")
        clean(page_guard, scheme)


@pytest.mark.parametrize("name", PAGES)
def test_page_is_complete_from_a_file(name, page_guard, built_site):
    """Catches a page that needs a server: a module, a fetch or an absolute path fails on file://."""
    page_guard.set_viewport_size({"width": 390, "height": 844})
    show(page_guard, (built_site / f"{name}.html").as_uri())
    assert page_guard.evaluate("document.documentElement.scrollWidth") <= 390
    broken = page_guard.evaluate(
        "[...document.querySelectorAll('a[href]')].map(a => a.href.split('#')[0]).filter(h => h.startsWith('file:'))"
    )
    gone = sorted(link for link in set(broken) if not Path(link.removeprefix("file://").split("?")[0]).exists())
    assert not gone


@pytest.mark.parametrize("query", ["算法", "备案", "算法备案", "生成式"])
@pytest.mark.parametrize("where", ["http", "file"])
def test_search_finds_chinese_inside_longer_runs(query, where, page_guard, site_url, built_site):
    """Catches a search that knows only whole runs of Chinese: a page with the word inside a longer one is missed."""
    expected = {name for name in BOOK if query in article(built_site, name)}
    if not expected:
        pytest.skip(f"no page speaks of {query} yet")
    start = site_url if where == "http" else built_site.as_uri()
    page_guard.goto(f"{start}/search.html?q={query}")
    page_guard.wait_for_function("/\\d+ page/.test(document.querySelector('.search-summary')?.innerText)")
    page_guard.locator(f"#search-results li:nth-child({len(expected)}) a").first.wait_for(timeout=20_000)
    links = [link.get_attribute("href") for link in page_guard.locator("#search-results li > a").all()]
    assert {re.sub(r"^\./|\.html.*", "", link) for link in links} >= expected


def article(site: Path, name: str) -> str:
    """Return the text of a page's article."""
    markup = re.search(r"<article.*?</article>", (site / f"{name}.html").read_text(encoding="utf-8"), re.DOTALL)[0]
    return re.sub(r"<script.*?</script>|<[^>]+>", "", markup, flags=re.DOTALL)


def test_search_cuts_a_query_as_the_index_was_cut(page):
    """Catches a browser that cuts words in another way than the build did."""
    texts = [
        "算法备案",
        "生成式人工智能",
        "AI法案 of 2024",
        "Filing (备案) of a 法",
        "the EU's Rulebook_2",
        "《办法》、规定",
    ]
    language = EnglishAndChinese({})
    split = f"(texts) => {{ {language.js_splitter_code}; return texts.map(splitQuery) }}"
    assert page.evaluate(split, texts) == [language.split(each) for each in texts]


def test_search_refuses_characters_that_do_not_stand_together(page, site_url):
    """Catches a search that answers every Chinese query with every page."""
    page.goto(f"{site_url}/search.html?q=鼋鼍湖畔")
    page.wait_for_function("document.querySelector('.search-summary')?.innerText.length > 0")
    assert page.locator("#search-results li").count() == 0


def test_chart_follows_the_theme(page, site_url):
    """Catches a chart that keeps dark letters when the reader turns the page dark."""
    page.emulate_media(color_scheme="light")
    show(page, f"{site_url}/{CHAPTER}.html")
    label = page.locator(".chart-view svg .role-axis-label text").first
    before = label.get_attribute("fill")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function("document.querySelector('figure.chart').dataset.drawn === 'dark'")
    assert label.get_attribute("fill") != before


def test_drawing_library_waits_for_the_reader(page, site_url):
    """Catches a page that loads the drawing library before a chart comes near the window, or once for each chart."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 800, "height": 200})
    page.route("**/*.html", lambda route: _with_space_on_top(route))
    page.goto(f"{site_url}/{CHAPTER}.html")
    page.wait_for_load_state("networkidle")
    assert not any("/vega/vega." in url for url in asked)
    show(page, f"{site_url}/{CHAPTER}.html")
    assert sum("/vega/vega." in url for url in asked) == 1


def _with_space_on_top(route) -> None:
    response = route.fetch()
    route.fulfill(
        response=response,
        body=re.sub(r"(<article[^>]*>)", r'\1<div style="height: 3000px"></div>', response.text(), count=1),
    )


def test_paragraphs_have_addresses(page, site_url):
    """Catches a paragraph that cannot be cited: no id, or a link without a name."""
    page.goto(f"{site_url}/{CHAPTER}.html")
    link = page.get_by_role("link", name="Paragraph 1", exact=True)
    link.click()
    assert page.url.endswith("#p1")
    assert page.locator("p#p1").count() == 1


def test_paper_has_the_solutions_and_no_navigation(page, site_url):
    """Catches a print-out with closed folds, or with the site's bars around the text."""
    show(page, f"{site_url}/{CHAPTER}.html")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    closed = page.locator("article details:not([open]):not(.chart-data)")
    assert closed.count() == 0
    for bar in (".bd-sidebar-primary", ".bd-header-article", ".bd-sidebar-secondary", ".prev-next-footer"):
        assert not page.locator(bar).first.is_visible(), bar
    assert page.locator("article h1").first.is_visible()


def test_page_that_does_not_exist_leads_home(page, site_url, built_site):
    """Catches a 404 page whose links break where the server shows it below a folder."""
    page.route("**/no/such/page", lambda route: route.fulfill(status=404, path=built_site / "404.html"))
    page.goto(f"{site_url}/no/such/page")
    page.get_by_role("link", name="the first page").click()
    assert page.url == f"{site_url}/index.html"
