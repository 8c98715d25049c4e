"""Twelve questions of a seminar, answered by clicking, and a hundred walks of somebody who only tries things."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Locator, expect

import rulebooks.explorers as explorers
from rulebooks import load
from rulebooks.explorers import MIME_TYPE, page_assets, static_html

ALL = [
    "compare_regimes",
    "one_system",
    "rhetoric_and_force",
    "read_initiatives",
    "who_joins_what",
    "terms_and_translations",
    "claims_and_readings",
    "law_in_action",
]
WALKS, STEPS = 100, 5
STYLE = """<link rel="icon" href="data:,"><style>body{margin:0 8px}
html[data-theme=dark]{background:#14181e;color:#e6e8eb}</style>"""
MET = "Meets it"
OPEN = "Cannot tell"


@pytest.fixture(scope="module")
def record():
    """Load the project's own record."""
    return load()


@pytest.fixture(scope="module")
def pages(record, serve, tmp_path_factory):
    """Addresses of pages on 127.0.0.1, one for each explorer."""
    folder = tmp_path_factory.mktemp("seminar")
    for path, text in page_assets(record, ALL).items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    addresses = {}
    for kind in ALL:
        made = getattr(explorers, kind)(record, name="asked")
        body = static_html(made._repr_mimebundle_()[MIME_TYPE])
        head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">{STYLE}<title>Seminar</title>'
        html = (
            f'<!doctype html><html lang="en"><head>{head}</head><body><main><h1>Seminar</h1>{body}</main></body></html>'
        )
        (folder / f"{kind}.html").write_text(html, encoding="utf-8")
        addresses[kind] = f"{kind}.html"
    with serve(folder) as address:
        yield {kind: f"{address}/{name}" for kind, name in addresses.items()}


class Asked:
    """An explorer under a student's hands."""

    def __init__(self, page, address: str) -> None:
        page.goto(address)
        self.page = page
        self.place = page.locator("section.rulebooks-explorer")
        expect(self.place).to_be_visible()

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list by what it says, opening the group in which the list stands."""
        self.open(self.place.get_by_label(label, exact=True)).select_option(label=option)

    def write(self, label: str, text: str) -> None:
        """Write into a box and leave it."""
        box = self.open(self.place.get_by_label(label, exact=True))
        box.fill(text)
        box.press("Tab")

    def tick(self, group: str, *labels: str) -> None:
        """Leave ticked only these boxes of a group."""
        boxes = self.place.get_by_role("group", name=group, exact=True)
        for box in boxes.get_by_role("checkbox").all():
            box.set_checked(box.evaluate("box => box.parentElement.textContent.trim()") in labels)

    def open(self, control: Locator) -> Locator:
        """Open the group in which a control stands."""
        group = control.locator("xpath=ancestor::details")
        if group.count() and not group.evaluate("each => each.open"):
            group.locator("summary").click()
        return control

    def rows(self, line: str | None = None) -> set[str]:
        """Return the ids of the rows shown, or of those in one line of the table."""
        within = (
            self.place
            if line is None
            else self.place.get_by_role("row").filter(has=self.page.get_by_role("rowheader", name=line, exact=True))
        )
        return set(within.locator("[data-row]").evaluate_all("rows => rows.map(row => row.dataset.row)"))

    def said(self, row: str) -> str:
        """Return what one row says."""
        return self.place.locator(f'[data-row="{row}"]').text_content()


def ranks_applications(asked: Asked) -> None:
    """Ask: which duties does a tool that ranks applications meet, and what must one find out."""
    asked.choose("Ready scenario", "A tool that ranks applications")
    met, undecided = asked.rows(MET), asked.rows(OPEN)
    assert {"cn-pipl-24-1", "eu-gdpr-35", "us-nyc-ll144-20-871-a-1", "us-co-sb24-205-1703-1"} <= met
    assert "eu-aia-43" in undecided
    assert "eu-aia-9:annex-iii" not in met | undecided
    assert "significant-change" in asked.said("eu-aia-43")
    asked.choose("Has its design changed significantly since the high-risk rules began to apply to its kind?", "no")
    assert "eu-aia-43" not in asked.rows(OPEN)


def public_chatbot(asked: Asked) -> None:
    """Ask: must a public chatbot be filed before it starts, and where."""
    asked.choose("Ready scenario", "A chatbot open to everybody")
    assert {"cn-genai-17", "cn-alg-24-1"} <= asked.rows(MET)
    asked.tick("Jurisdictions", "European Union", "United States")
    assert not {row for row in asked.rows() if row.startswith("cn-")}
    assert "eu-aia-4-v2" in asked.rows(MET)


def companion_for_minors(asked: Asked) -> None:
    """Ask: what does a companion for young people owe in China, California and New York."""
    asked.choose("Ready scenario", "A companion that teenagers talk to")
    met = asked.rows(MET)
    assert {"us-ca-sb-243-22602-b", "us-ny-companion-1701"} <= met
    assert {row for row in met if row.startswith("cn-anthro-")}


def images_before_and_after(asked: Asked) -> None:
    """Ask: does an image generator have to mark its pictures in the Union in October 2026."""
    asked.write("As of", "2026-10-15")
    asked.choose("Ready scenario", "An image generator from before August 2026")
    assert "eu-aia-50-2:placed-before-2026-08-02" not in asked.rows(MET)
    assert "eu-aia-50-2" not in asked.rows(MET)
    asked.choose("Ready scenario", "An image generator from after August 2026")
    assert "eu-aia-50-2" in asked.rows(MET)
    asked.choose("Ready scenario", "An image generator from before August 2026")
    asked.write("As of", "2026-12-02")
    assert "eu-aia-50-2:placed-before-2026-08-02" in asked.rows(MET)


def fine_tuned_frontier(asked: Asked) -> None:
    """Ask: when does further training bring a model under the California act."""
    asked.choose("Ready scenario", "A frontier model trained on")
    assert "us-ca-sb-53-22757-12-a" in asked.rows(MET)
    question = "How much computing went into the model in all?"
    asked.write(question, "9e25")
    assert not {row for row in asked.rows() if row.startswith("us-ca-sb-53")}
    assert "eu-aia-55" in asked.rows(MET)
    asked.write(question, "")
    assert "us-ca-sb-53-22757-12-a" in asked.rows(OPEN)
    assert "training-flop" in asked.said("us-ca-sb-53-22757-12-a")


def bank_model(asked: Asked) -> None:
    """Ask: which rules meet a bank's own credit model, and do any come from Beijing."""
    asked.choose("Ready scenario", "A bank's own credit model")
    assert {"eu-gdpr-22", "us-reg-b-1002-9-b-2"} <= asked.rows(MET)
    assert not {row for row in asked.rows() if row.startswith("cn-")}
    expect(asked.place.get_by_text("No row here for China", exact=False)).to_be_visible()


def city_faces(asked: Asked) -> None:
    """Ask: what may a city do with faces in its streets."""
    asked.choose("Ready scenario", "Face recognition for a city's police")
    assert {"cn-pipl-26", "cn-face-15", "us-tx-traiga-552-054-b"} <= asked.rows(MET)
    assert "eu-aia-5-1-h" in asked.rows(OPEN)


def military_system(asked: Asked) -> None:
    """Ask: do the civil rules reach a targeting system."""
    asked.choose("Ready scenario", "A system for the armed forces")
    assert "eu-aia-2-3" in asked.rows(MET)
    assert not {row for row in asked.rows() if row.startswith("cn-")}


def high_risk_as_known(asked: Asked) -> None:
    """Ask: did the high-risk duties apply on 1 September 2026, as known in July and as known later."""
    asked.choose("Dimension", "Control before launch")
    asked.write("As of", "2026-09-01")
    asked.write("Known on", "2026-07-23")
    assert "eu-aia-9:annex-iii" in asked.rows("Applies")
    asked.write("Known on", "2026-07-24")
    assert "eu-aia-9:annex-iii" not in asked.rows("Applies")


def rhetoric_with_law(asked: Asked) -> None:
    """Ask: which points of the GAIGI rest on Chinese law that applies, and which on nothing found."""
    asked.tick("Power", "China")
    asked.choose("Initiative", "Global AI Governance Initiative")
    everything = asked.rows()
    asked.choose("Backing", "A provision at home that applies")
    backed = asked.rows()
    asked.choose("Backing", "Nothing found")
    bare = asked.rows()
    assert len(everything) == 11
    assert backed
    assert backed.isdisjoint(bare)


def who_stayed_away(asked: Asked) -> None:
    """Ask: who did not sign the statement of the Paris summit."""
    asked.choose("Act", "declined")
    asked.tick("Initiatives", *(title for title in asked_titles(asked) if "Paris" in title or "Inclusive" in title))
    assert {"USA:paris-2025:declined", "GBR:paris-2025:declined"} <= asked.rows()
    asked.write("Until", "2025-02-09")
    assert not asked.rows()
    expect(asked.place.get_by_role("status")).to_contain_text("0 rows: choose other states")
    asked.place.get_by_role("button", name="Start again").click()
    assert asked.rows()


def asked_titles(asked: Asked) -> list[str]:
    """Return the titles that the group of initiatives offers."""
    boxes = asked.place.get_by_role("group", name="Initiatives", exact=True).locator("label")
    return [text.strip() for text in boxes.all_inner_texts()]


def filing_in_translation(asked: Asked) -> None:
    """Ask: is a filing a licence, and how is the word translated."""
    for query in ("备案", "bei'an", "bèi'àn", "filing"):
        asked.write("Search", query)
        assert "cn-term-filing" in asked.rows(), query
    expect(asked.place.locator('span[lang="zh-Latn-pinyin"]').first).to_be_visible()


QUESTIONS: dict[str, tuple[Callable[[Asked], None], ...]] = {
    "one_system": (
        ranks_applications,
        public_chatbot,
        companion_for_minors,
        images_before_and_after,
        fine_tuned_frontier,
        bank_model,
        city_faces,
        military_system,
    ),
    "compare_regimes": (high_risk_as_known,),
    "rhetoric_and_force": (rhetoric_with_law,),
    "who_joins_what": (who_stayed_away,),
    "terms_and_translations": (filing_in_translation,),
}


@pytest.mark.parametrize(
    ("kind", "question"),
    [pytest.param(kind, each, id=each.__name__) for kind, held in QUESTIONS.items() for each in held],
)
def test_a_seminar_question_is_answered(page_guard, pages, kind, question, clean):
    """A question of law that a student cannot answer by clicking, or to which the explorer gives a wrong row."""
    asked = Asked(page_guard, pages[kind])
    question(asked)
    for theme in ("light", "dark"):
        page_guard.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        clean(page_guard, theme)


@pytest.mark.parametrize("kind", ["claims_and_readings", "law_in_action", "read_initiatives"])
def test_the_other_explorers_read_well(page_guard, pages, kind, clean):
    """An explorer without a question above that is empty, unlabelled, or wider than a phone."""
    page_guard.set_viewport_size({"width": 390, "height": 800})
    asked = Asked(page_guard, pages[kind])
    assert asked.rows()
    assert page_guard.evaluate("document.documentElement.scrollWidth") <= 390
    clean(page_guard, kind)


def test_what_a_reader_takes_away(page_guard, pages, record, tmp_path):
    """A link that opens another state, a file that a spreadsheet runs or garbles, or a reference that is only a key."""
    page_guard.context.grant_permissions(["clipboard-read", "clipboard-write"])
    asked = Asked(page_guard, pages["one_system"])
    asked.choose("Ready scenario", "A bank's own credit model")
    asked.write("As of", "2026-06-30")
    shown = asked.rows()
    button = partial(asked.place.get_by_role, "button")
    button(name="Copy link").press("Enter")
    expect(asked.place.get_by_text("The link to this state is copied.")).to_be_visible()
    link = page_guard.evaluate("navigator.clipboard.readText()")
    assert len(link) < 400
    button(name="Copy table").press("Enter")
    expect(asked.place.get_by_text("The table is copied")).to_be_visible()
    copied = page_guard.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[0].split("\t")[0] == "provision"
    with page_guard.expect_download() as waiting:
        button(name="Download CSV").press("Enter")
    waiting.value.save_as(tmp_path / "rows.csv")
    text = (tmp_path / "rows.csv").read_bytes()
    assert text.startswith("\ufeff".encode())
    assert not re.search(r"(?m)^[=+@-]", text.decode("utf-8-sig"))
    cite = button(name="Cite these rows")
    cite.press("Enter")
    expect(cite).to_have_attribute("aria-expanded", "true")
    cited = asked.place.locator(".cited li").all_inner_texts()
    assert any("Regulation (EU) 2016/679" in each for each in cited)
    page_guard.goto("about:blank")
    assert Asked(page_guard, link).rows() == shown


def test_random_walks_never_strand_a_reader(page_guard, pages):
    """A click or a key that throws, or empties the table without a sentence that says why and a way back."""
    draw = random.Random(20261127)
    for walk in range(WALKS):
        asked = Asked(page_guard, pages[ALL[walk % len(ALL)]])
        again = asked.place.locator(".takeaway button", has_text="Start again")
        done = []
        for _ in range(STEPS):
            done.append(step(asked, draw))
            status = asked.place.locator("[role=status]").inner_text()
            assert re.match(r"\d+ rows?(; the first \d+ are shown)?$|0 rows: .+ start again\.$", status), (status, done)
            expect(again).to_be_visible()
        again.click()
        assert asked.rows(), done


def step(asked: Asked, draw: random.Random) -> str:
    """Do one thing that a reader might do, and say what."""
    controls = asked.place.locator("select, input, summary, .takeaway button")
    control = controls.nth(draw.randrange(controls.count()))
    name = control.evaluate("each => `${each.tagName} ${each.id || each.textContent || each.value}`")
    asked.open(control)
    kind = control.evaluate("each => each.type ?? each.tagName")
    if kind == "select-one":
        control.select_option(index=draw.randrange(control.locator("option").count()))
    elif kind == "checkbox":
        control.press("Space")
    elif kind == "text":
        control.fill(draw.choice(["", "2026-08-02", "1999-01-01", "2031-02-30", "1e26", "abc", "备案", "-1", "<b>"]))
        control.press(draw.choice(["Tab", "Enter"]))
    elif "Download" not in name:
        control.press("Enter")
    return json.dumps(name)
