"""Stale claims: dates, amounts and article numbers that prose says of an instrument, held against the record.

A sentence is read in four steps. Names of instruments are found by a gazetteer that is derived from the titles and
official references of the record. Dates, sums, shares of turnover and articles are found by their form. A verb says
what a date is (adopted, published, applies, repealed). Then rows are asked: those of ``instruments``,
``application``, ``penalties``, ``provisions``, ``initiatives``, ``participation`` and ``actions``.

The reader prefers silence to a false alarm: what it cannot tie to a row it leaves as "no row".
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from .law import ALL, SUSPENSIONS, calendar, days
from .prose import MONTHS
from .record import Record

CONSISTENT, CONTRADICTED, NO_ROW = "consistent", "contradicted", "no row"
COLUMNS = ["sentence", "instrument", "kind", "said", "about", "verdict", "row", "record_says", "known_from", "note"]
STATED = "<!-- stated -->"
ENDINGS = frozenset({"repealed", "annulled", "expired", "vacated", "re-enacted"})
DRAFTS = ("bill", "proposal")

# Names in use that no title holds. What follows from a title or a reference is derived, not listed.
NICKNAMES = {
    "cn-alg": ("algorithm rules", "algorithm rule", "recommendation rules", "algorithm recommendation provisions"),
    "cn-anthro": ("companion rule", "companion rules", "companion measures", "anthropomorphic AI measures"),
    "cn-deep": ("deep synthesis rules", "deep synthesis provisions"),
    "cn-face": ("facial recognition measures", "face recognition measures"),
    "cn-genai": ("generative AI measures", "Interim Measures on generative AI", "interim generative AI measures"),
    "cn-label": ("labelling measures", "labeling measures", "label measures"),
    "cn-ngaidp": ("AI development plan of 2017",),
    "cn-spc-ai": ("Supreme People's Court's opinions on AI disputes",),
    "coe-225": ("Council of Europe convention", "Council of Europe's convention", "Framework Convention on AI"),
    "de-gema-openai": ("GEMA v. OpenAI", "GEMA judgment"),
    "eu-gpai-code": ("general-purpose code", "GPAI code of practice", "GPAI code"),
    "eu-marking-code": ("marking code", "code on marking and labelling"),
    "eu-omnibus": ("AI omnibus", "Digital Omnibus", "omnibus"),
    "it-garante-755-2024": ("Garante's decision on ChatGPT", "Garante's fine on OpenAI", "Italian fine on OpenAI"),
    "us-aiap": ("AI Action Plan", "America's AI Action Plan"),
    "us-bis-diffusion": ("AI diffusion rule", "diffusion rule"),
    "us-co-sb24-205": (
        "Colorado AI Act",
        "Colorado's AI act of 2024",
        "Colorado's act of 2024",
        "Colorado's 2024 AI act",
    ),
    "us-nyc-ll144": ("LL 144", "LL144"),
    "us-tx-traiga": ("TRAIGA",),
}
COMMON = frozenset(
    """
    a an and the of for on in to by with from at as its their or not be is are was were been has have had which that
    this these those it he she they who whom whose may must shall should can could would will do does did no nor but
    if than then there here into over under about after before since until upon per cent any all each every other
    another such same own act law rule regulation measure provision article section paragraph point order text duty
    duties apply applies applied start started begin began ai system systems provider providers deployer deployers
    person people model models firm company user service services tell tells told make makes give gives keep keeps
    take takes put new one two three more most less only also still already now day date year month january february
    march april june july august september october november december european union china chinese american united
    states state
    """.split()
)
SAME_STEM = {
    "prohibit": "ban",
    "forbid": "ban",
    "outlaw": "ban",
    "bann": "ban",
    "penalt": "sanction",
    "fin": "sanction",
}

_MONTH = "|".join(f"{name}|{name[:3]}\\.?" for name in MONTHS) + r"|Sept\.?"
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_DATES = [
    re.compile(rf"\b{_DAY.format('d')}(?: of)? (?P<m>{_MONTH})(?:,| of)? (?P<y>(?:19|20)\d\d)\b"),
    re.compile(rf"\b(?P<m>{_MONTH}) {_DAY.format('d')},? (?P<y>(?:19|20)\d\d)\b"),
    re.compile(r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    re.compile(r"\b(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d\d)\b"),
    re.compile(r"(?P<y>(?:19|20)\d\d)年(?P<m>\d{1,2})月(?P<d>\d{1,2})日"),
    re.compile(rf"\b(?P<m>{_MONTH})(?: of)? (?P<y>(?:19|20)\d\d)\b"),
    re.compile(r"(?<=\b[Ii]n )(?P<y>(?:19|20)\d\d)\b|(?<=\b[Ss]ince )(?P<y2>(?:19|20)\d\d)\b"),
]
_WORDS = {
    word: value
    for value, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
} | {"fifteen": 15, "twenty": 20, "thirty": 30, "thirty-five": 35, "forty": 40, "fifty": 50}
_SCALES = {
    "thousand": 1e3,
    "thousand million": 1e9,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "mn": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "万": 1e4,
    "亿": 1e8,
}
_CURRENCIES = {
    "EUR": "EUR", "€": "EUR", "euro": "EUR", "euros": "EUR",
    "USD": "USD", "US$": "USD", "$": "USD", "dollar": "USD", "dollars": "USD", "US dollars": "USD",
    "CNY": "CNY", "RMB": "CNY", "¥": "CNY", "yuan": "CNY", "renminbi": "CNY", "元": "CNY",
}  # fmt: skip
_NUMBER = (
    rf"(?P<n>\d{{1,3}}(?:[,. \u00a0\u202f]\d{{3}})+(?!\d)|\d+(?:\.\d+)?|\b(?:{'|'.join(map(re.escape, _WORDS))})\b)"
)
_SCALE = r"(?:[ -]?(?P<s>thousand million|thousand|million|billion|mn|bn|[mk]\b|万|亿))?"
_MONEY = [
    re.compile(rf"(?P<c>EUR|€|USD|US\$|\$|CNY|RMB|¥) ?{_NUMBER}{_SCALE}"),
    re.compile(rf"{_NUMBER}{_SCALE} ?(?P<c>EUR|€|USD|RMB|CNY|euros?|(?:US )?dollars?|yuan|renminbi|元)(?!\w)"),
]
_SHARE = re.compile(rf"{_NUMBER} ?(?:%|per ?cent\b)")
_PINPOINT = re.compile(
    r"(?P<word>\b(?:Articles?|Arts?\.?|Sections?|Secs?\.|ss?\.|Paragraphs?|Paras?\.?|Clauses?)|§§?) ?"
    r"(?P<first>(?:\d+(?:-\d+){2,}|\d+)(?:\.\d+)*[a-z]?(?:\([0-9A-Za-z]{1,4}\))*)"
    r"(?P<more>(?:(?:,| and| or| to|-) ?\d+[a-z]?(?:\([0-9A-Za-z]{1,4}\))*(?! (?:" + _MONTH + r")))*)"
)
_CITATION = re.compile(r"⟦([^⟧]*)⟧")
_NO_BREAK = re.compile(
    r"\b(?:Arts?|No|Nos|ss?|v|pp?|paras?|Secs?|secs?|Doc|cl|ch|chs|Ch|Reg|Pub|L|U\.S|H\.R|S|E\.O|e\.g|i\.e|St|vol|ed|Inc|Co"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
_TOKEN = re.compile(r"[^\W\d_\u3400-\u9fff]+|\d+")
_HAN = re.compile(r"[\u3400-\u9fff]{4,}")

# What a verb says that a date is, and the facts that answer it.
VERBS = {
    "proposed": r"propos(?:ed|es|ing|al)|tabled|put forward|put out for comment",
    "adopted": r"adopt(?:ed|s|ing|ion)|passed|enact(?:ed|s|ment)|approv(?:ed|es|al)",
    "ruled": r"decided|ruled|handed down|held|found|judgment",
    "signed": r"sign(?:ed|s|ing)|ratif(?:ied|ies)|endors(?:ed|es)|join(?:ed|s)|deposited",
    "became law": r"(?:became|become|becomes) law",
    "published": r"publish(?:ed|es)|publication|releas(?:ed|es)|issu(?:ed|es)|gazetted|made public|appear(?:ed|s)",
    "in force": r"(?:entered|came|come|comes|enters|enter|went|goes|been|is|was|entry|coming) in(?:to)? (?:force|effect)|in (?:force|effect)"
    r"|t(?:ook|ake|akes|aken|aking) effect|(?:became|becomes?|been|is|was) effective|effective (?:from|since|on|as of|date)",
    "applies": r"appl(?:y|ies|ied|icable|ication|ying)|start(?:s|ed|ing)?|beg[aiu]n(?:s|ning)?|b(?:ite|ites|it|ind|inds|inding)"
    r"|bound|compl(?:y|ied|iance)|operative|kick(?:s|ed)? in|oblig(?:ed|es|ation)|due|must|required?|ha(?:s|ve|d) to"
    r"|com(?:e|es|ing) (?:within|under)|falls? (?:within|under)|cover(?:s|ed)|caught",
    "enforceable": r"enforc(?:e|ed|eable|ement|es)|fine[ds]? (?:from|since)|be fined|sanctioned",
    "ended": r"repeal(?:ed|s)?|revok(?:ed|es)|revocation|rescind(?:ed|s)?|rescission|withdr[ae]wn?|withdrew|withdrawal"
    r"|annul(?:led|s|ment)?|replac(?:ed|es)|lapsed?|expir(?:ed|es|y)|end(?:s|ed)\b|ceas(?:ed|es)|struck down|abolish(?:ed|es)"
    r"|vetoed|veto|supersed(?:ed|es)|fell|dropped",
    "suspended": r"suspend(?:ed|s)?|suspension|stayed|stays?|enjoined",
    "postponed": r"postpon(?:ed|es|ement|ing)|delay(?:ed|s)?|defer(?:red|s|ral)?|moved?|pushed (?:back|to)|put (?:off|back)|shifted",
    "launched": r"launch(?:ed|es)?|announc(?:ed|es|ement)|unveil(?:ed|s)|presented|founded|set up",
    "opened": r"opened (?:for|to) signature|open(?:ing)? for signature",
}  # fmt: skip
_VERBS = {about: re.compile(rf"\b(?:{pattern})\b", re.I) for about, pattern in VERBS.items()}
_ANSWERS = {
    "proposed": {"proposed", "launched", "draft"},
    "adopted": {"adopted", "voted", "launched", "agreed", "acted", "ruled", "signed by"},
    "ruled": {"adopted", "published", "acted", "ruled"},
    "signed": {"adopted", "launched", "signed by"},
    "became law": {"adopted", "published", "in force", "became law"},
    "published": {"published", "launched"},
    "in force": {"in force", "starts", "transition-ends"},
    "applies": {"starts", "transition-ends"},
    "enforceable": {"enforceable", "starts"},
    "ended": {"ended", "ends", "ended by"},
    "suspended": {"suspended", "acted", "ruled"},
    "postponed": {"moved"},
    "launched": {"launched", "adopted", "published", "proposed", "draft"},
    "opened": {"launched", "published", "signed by"},
    "dated": {"adopted", "published", "launched", "in force", "proposed", "acted"},
}
_INTRANSITIVE = {"applies", "in force", "enforceable"}
_OWN = {"adopted", "published", "in force", "ended", "launched", "ended by", "became law"}
_LINK_BREAK = re.compile(
    r"\b(?:that|who|whose|where|when|because|although|if|whether|while|than|unlike|after|whom)\b|[:]", re.I
)
_OTHER = re.compile(r"\b(?:which|there (?:was|were)|wrote|said|says|claimed|reported|told|asked)\b", re.I)
_WAS = re.compile(
    r"\b(?:was|were|had been|been) (?:to|due|meant|supposed|set|expected|scheduled|planned)\b|\boriginal(?:ly)?\b|\binitial(?:ly)?\b"
    r"|\bat first\b|\bwould\b|\bonce\b|\bformer(?:ly)?\b|\bas (?:first )?(?:published|enacted|signed|passed)\b|\bfirst (?:set|fixed|named)\b"
    r"|\bwas then\b|\bhad said\b|\bhad (?:named|set|fixed)\b|\bused to\b|\bunder the (?:old|first|original) text\b",
    re.I,
)
_NOW = re.compile(
    r"\b(?:appl(?:y|ies)|starts?|begins?|takes?|comes?|is|are|has|have|binds?|may|must|cannot|can)\b", re.I
)
_HOPED = re.compile(r"\b(?:propos|agreed|provisional|draft|deal\b|expected|would|wanted|asked)", re.I)
_NEGATED = re.compile(
    r"\b(?:not|never|no longer|instead of|rather than|nobody|none|without|false|wrong(?:ly)?)\b|n't\b", re.I
)
_UNTIL = re.compile(r"\b(?:until|till|up to|before|by)(?: the)? $", re.I)
_TO = re.compile(r"\b(?:to|until|till)(?: the)? $", re.I)
_PENALTY = re.compile(
    r"\b(?:fine[sd]?|penalt|sanction|ceiling|damages|maximum|up to|at most|punish|forfeit|liable|violation|costs?\b|risks?\b)",
    re.I,
)
_PAID = re.compile(r"\b(?:fined|award|settle|paid|pays?\b|damages|fine of|imposed|ordered)", re.I)
_TURNOVER = re.compile(r"\b(?:turnover|revenue|sales|income)\b", re.I)
_PRONOUN = re.compile(
    r"^\W*(?:and |but |then )?(?P<word>it|its|they|this|(?:the|this) (?P<noun>act|law|statute|regulation|directive|rule|rules|order|measures"
    r"|convention|treaty|decision|judgment|agreement|bill|standard|initiative|plan|code|provisions|memorandum))\b",
    re.I,
)
_ACTS = frozenset(
    {"statute", "state-statute", "regulation", "national-act", "bill", "local-rule", "administrative-regulation"}
)
_RULES = frozenset(
    {"departmental-rule", "normative-document", "agency-rule", "local-rule", "administrative-regulation"}
)
_NOUNS = {
    **dict.fromkeys(("act", "law", "statute", "bill"), _ACTS),
    **dict.fromkeys(("rule", "rules", "measures", "provisions"), _RULES),
    "regulation": frozenset({"regulation", "implementing-act"}),
    "directive": frozenset({"directive"}),
    "order": frozenset({"executive-order", "judgment"}),
    **dict.fromkeys(("convention", "treaty", "agreement"), frozenset({"treaty"})),
    **dict.fromkeys(("decision", "judgment"), frozenset({"decision", "judgment"})),
    "standard": frozenset({"mandatory-standard", "recommended-standard"}),
    "initiative": frozenset({"initiative"}),
    "plan": frozenset({"plan"}),
    "code": frozenset({"code-of-practice", "code"}),
    "memorandum": frozenset({"memorandum"}),
}
_ALSO_AFTER = re.compile(r"compl|bound|must|requir|due|ha[svd]|oblig|com|fall|cover|caught|enforce", re.I)
_SUPPOSED = re.compile(r"^\W*(?:suppose|imagine|assume)\b", re.I)
_STATEMENT_TAGS = {"applies": "starts", "transition-ends": "transition-ends", "enforceable": "enforceable"}


class Fact(NamedTuple):
    """One dated fact of the record about an instrument."""

    day: str
    tag: str
    row: str
    says: str
    known: str
    provision: str = ""
    cohort: str = ""
    current: bool = True
    certainty: str = "law"
    until: str = ""


class Found(NamedTuple):
    """Something found in a clause: where it stands and what it means."""

    start: int
    end: int
    value: object


class Verdict(NamedTuple):
    """The answer to one claim."""

    verdict: str
    row: str = ""
    says: str = ""
    known: str = ""
    note: str = ""


def claims(record: Record, text: str, on: date | str | None = None) -> pd.DataFrame:
    """Return what a text says of instruments in dates, sums and articles, each held against the record.

    Parameters
    ----------
    record : Record
    text : str
        English prose, plain or Markdown.
    on : date or str, optional
        The day on which one stands: the law is taken as known on it. Default: the record's day.

    Returns
    -------
    pandas.DataFrame
        One row for each claim. ``verdict`` is "consistent", "contradicted" or "no row"; for a contradiction ``row`` is
        the row that contradicts, ``record_says`` what it holds, ``known_from`` since when that could be known, and ``note``
        until when the claim was true, where it once was.
    """
    _, known = days(record, None, on)
    rows = _Reader(_names(record), _facts(record, known)).read(asserted(text))
    return pd.DataFrame(rows, columns=COLUMNS, dtype="object")


def contradictions(record: Record, text: str, on: date | str | None = None) -> pd.DataFrame:
    """Return the claims of a text that the record contradicts.

    Parameters
    ----------
    record : Record
    text : str
        English prose, plain or Markdown.
    on : date or str, optional
        The day on which one stands. Default: the record's day.

    Returns
    -------
    pandas.DataFrame
        As `claims` gives them.
    """
    found = claims(record, text, on)
    return found[found["verdict"] == CONTRADICTED].reset_index(drop=True)


def asserted(text: str) -> str:
    """Return what a Markdown text itself asserts.

    A citation stays as its keys in ⟦ ⟧: where a clause names no instrument it may tell which one is meant. Left out are code, comments, the wrong options of self-check questions, and each sentence or list item that
    ``<!-- stated -->`` follows: the mark of a sentence that is quoted in order to be tested.
    """
    text = re.sub(r"^(`{3,}|:{3,})\{?[\w-]*\}?.*$", "", text, flags=re.M)
    text = re.sub(r"\{cite:[pt]\}`([^`]*)`", r"⟦\1⟧", text)
    text = re.sub(r"\{[a-z-]+\}`[^`]*`", "", text)
    text = re.sub(r"<details><summary>[^<]*</summary>\s*No\. ", "\n\n", text)
    text = re.sub(r"</?(?:details|summary)>", "\n\n", text)
    text = re.sub(r"<!--(?! stated -->).*?-->", "", text, flags=re.S)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[*_`]{1,3}", "", text)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, those marked as stated left out."""
    found = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-#|>]|\d+\. ))", text):
        block = re.sub(r"^\s*(?:[-#|>]+|\d+\.)\s+", "", block)
        start = 0
        for stop in re.finditer(r"[.!?][\"'”’)]*(?=\s|$)|$", block):
            if _NO_BREAK.search(block[start : stop.start() + 1]) or not block[start : stop.end()].strip():
                continue
            after = block[stop.end() :].lstrip()
            if after[:1].islower():
                continue
            if not after.startswith(STATED):
                found.append(" ".join(block[start : stop.end()].replace(STATED, " ").split()))
            start = stop.end()
    return [each for each in found if each]


# Names -------------------------------------------------------------------------------------------------------------


class _Names:
    """The gazetteer: which instruments or initiatives a run of words names."""

    def __init__(self, record: Record) -> None:
        self.by_first: dict[str, list[tuple[tuple[str, ...], bool, set[str]]]] = defaultdict(list)
        self.han: dict[str, set[str]] = defaultdict(set)
        self.place: dict[str, str] = {}
        strong: dict[tuple[str, bool], set[str]] = defaultdict(set)
        weak: dict[tuple[str, bool], set[str]] = defaultdict(set)
        for table in ("instruments", "initiatives"):
            frame = record.table(table)
            places = frame["jurisdiction" if table == "instruments" else "proposer"]
            refs = frame["official_ref"] if table == "instruments" else [""] * len(frame)
            columns = (frame["id"], frame["title"], frame["title_original"], refs, places, frame["kind"])
            for identity, title, original, ref, place, kind in zip(*columns, strict=True):
                self.place[identity] = place
                for name in (*_titles(title), *_references(ref), *_resolutions(title)):
                    strong[name].add(identity)
                for name in _short_titles(title, kind):
                    weak[name].add(identity)
                for name in NICKNAMES.get(identity, ()):
                    strong[(name, False)].add(identity)
                for name in _HAN.findall(original.split("（")[0]):
                    if len(name) >= 6:
                        self.han[name].add(identity)
        for name, identities in weak.items():
            if len(identities) == 1 and name not in strong:
                strong[name] = identities
        for (name, cased), identities in strong.items():
            tokens = _tokens(name)
            if tokens:
                words = tuple(word for word, _, _ in tokens)
                self.by_first[words[0].lower()].append((words, cased, identities))
        for options in self.by_first.values():
            options.sort(key=lambda option: -len(option[0]))
        self.cited: dict[str, set[str]] = defaultdict(set)
        for identity, source in zip(record.instruments["id"], record.instruments["source"], strict=True):
            self.cited[source.split(";")[0].split()[0] if source else ""].add(identity)
        self.orders = {
            name: identity
            for identity, name in zip(record.jurisdictions["id"], record.jurisdictions["name"], strict=True)
        }

    def find(self, text: str) -> list[Found]:
        """Return the instruments that a clause names, longest names first where they overlap."""
        tokens = _tokens(text)
        found: list[Found] = []
        position = 0
        while position < len(tokens):
            hit = self._longest(tokens, position)
            if hit:
                count, identities = hit
                start, end = tokens[position][1], tokens[position + count - 1][2]
                identities = self._in_place(text[:start], identities)
                if identities:
                    found.append(Found(start, end, identities))
                position += count
            else:
                position += 1
        for match in _HAN.finditer(text):
            for name, identities in self.han.items():
                if name == match[0]:
                    found.append(Found(match.start(), match.end(), frozenset(identities)))
        return sorted(found)

    def cites(self, clause: str) -> list[Found]:
        """Return the one instrument whose own text a clause cites, if it cites no other source."""
        keys = {key.strip() for group in _CITATION.findall(clause) for key in group.split(",")}
        meant = {identity for key in keys for identity in self.cited.get(key, ())}
        return [Found(0, 0, frozenset(meant))] if len(keys) == 1 and len(meant) == 1 else []

    def _longest(self, tokens: list[tuple[str, int, int]], position: int) -> tuple[int, frozenset[str]] | None:
        for words, cased, identities in self.by_first.get(tokens[position][0].lower(), ()):
            run = tuple(token for token, _, _ in tokens[position : position + len(words)])
            same = run == words if cased else [each.lower() for each in run] == [each.lower() for each in words]
            if same:
                return len(words), frozenset(identities)
        return None

    def _in_place(self, before: str, identities: frozenset[str]) -> frozenset[str]:
        """Drop candidates of another legal order than the one named right before, as in "Texas SB 53"."""
        named = re.search(rf"\b({'|'.join(map(re.escape, self.orders))})(?:['’]s)? $", before)
        if not named:
            return identities
        order = self.orders[named[1]]
        return frozenset(each for each in identities if _same_order(order, self.place[each]))


def _same_order(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-") or other in ("joint", "INT")


def _tokens(text: str) -> list[tuple[str, int, int]]:
    """Return words and numbers with their places; "artificial intelligence" is one word, AI."""
    found: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word.lower() == "intelligence" and found and found[-1][0].lower() == "artificial":
            found[-1] = ("AI", found[-1][1], match.end())
        else:
            word = re.sub(r"iz(?=ation|e|ing)", "is", word)
            found.append((word, match.start(), match.end()))
    return found


def _titles(title: str) -> Iterator[tuple[str, bool]]:
    """Yield the full title and the forms that only leave something out."""
    for name in {title, re.sub(r"\s*\([^)]*\)", "", title), title.split(", ")[0], re.sub(r" of \d{4}$", "", title)}:
        words = name.split()
        if len(words) >= 2 and (sum(word[:1].isupper() for word in words) >= 2 or len(words) >= 5):
            yield name, len(words) < 3
    for short, noun in re.findall(r"\(([A-Z][A-Z-]{2,})\) (\w+)", title):
        yield f"{short} {noun}", True
    for other in re.findall(r"\(([A-Z][^()]* [A-Z][^()]*)\)", title):
        yield other, False
    for parties in re.findall(r"^([^,(]+ v\.? [^,(]+)", title):
        yield parties.strip(), False
        yield re.sub(r" (?:PBC|Inc|Platforms|Perlmutter)$", "", parties.strip()), False


def _short_titles(title: str, kind: str) -> Iterator[tuple[str, bool]]:
    """Yield shorter forms, each good only where one instrument alone has it: initials, heads, subjects."""
    base = re.sub(r"\s*\([^)]*\)", "", title).split(", ")[0]
    base = base.replace("Artificial Intelligence", "AI")
    if base.startswith("Proposal"):
        return
    capitals = [word for word in re.split(r"[\s-]+", base) if word[:1].isupper()]
    initials = "".join(word if word == "AI" else word[0] for word in capitals)
    if len(capitals) >= 3:
        yield initials, True
    for short in re.findall(r"\(([A-Z][A-Z0-9-]{2,}|[A-Z]+ \d+)\)", title):
        yield short, True
    head = re.split(r" (?:on|for|of the|to) ", base)[0]
    if len(head.split()) >= 2 and head != base:
        yield head, True
    subject = re.fullmatch(
        r"(?P<noun>(?:Interim |Implementation )?(?:Measures|Provisions|Regulations|Opinions|Guidelines|Code of Practice|Framework))"
        r" (?:for|on|of)(?: the)?(?: (?:Security )?(?:Management|Administration|Protection) of)?(?: the)? (?P<about>.+)",
        base,
    )
    if subject:
        noun = subject["noun"].split()[0 if "Code" in subject["noun"] else -1].lower()
        about = re.split(r" in | of ", subject["about"])[0]
        about = re.sub(r" (?:Services?|Application|Technology Application)$", "", about)
        yield f"{about} {noun}", False
        yield f"{subject['noun']} on {about}", False
    if " v" in base and kind == "judgment":
        party = re.split(r" v\.? ", base)[0]
        if len(party) > 3:
            yield party, True


def _resolutions(title: str) -> Iterator[tuple[str, bool]]:
    for number in re.findall(r"resolution (\d+/\d+)", title):
        yield f"resolution {number}", False


def _references(cell: str) -> Iterator[tuple[str, bool]]:
    """Yield the ways in which an official reference is written."""
    for part in (*re.split(r"; |, (?=Art\.|div\.)", cell), *re.findall(r"\((?:Sub\. )?([SHA]B \d+)\)", cell)):
        ref = re.sub(r" final$|^formally |\s*\([^)]* [^)]*\)$|\s*\(\d{4}[^)]*\)$|, \d+th .*$", "", part.strip())
        ref = re.sub(r"^(?:OMB|P\.L\.) ", "", ref)
        union = re.search(r"(?:Regulation|Directive|Decision) \(EU\) (\d{4}/\d+)", ref)
        order = re.fullmatch(r"EO (\d+)", ref)
        bill = re.search(r"\b([SHA])\.?B\.? ?([\dA-Z-]*\d[\dA-Z-]*)", ref)
        standard = re.fullmatch(r"(GB(?:/T)? \d+)-\d{4}", ref)
        local = re.match(r"Local Law (\d+)", ref)
        if union:
            kind = ref[union.start() :].split()[0]
            yield f"{kind} {union[1]}", True
            yield f"{kind} (EU) {union[1]}", True
        elif order:
            for form in ("EO", "E.O.", "Executive Order", "executive order", "Order"):
                yield f"{form} {order[1]}", True
        elif bill:
            house = {"S": "Senate", "H": "House", "A": "Assembly"}[bill[1]]
            for form in (f"{bill[1]}B", f"{bill[1]}.B.", f"{house} Bill"):
                yield f"{form} {bill[2]}", True
        elif standard:
            yield ref, True
            yield standard[1], True
        elif local:
            yield f"Local Law {local[1]} of 2021", True
            yield f"Local Law {local[1]}", True
        elif ref.startswith("CETS"):
            yield ref, True
            yield ref.replace("No. ", ""), True
        elif re.fullmatch(r"(?:[A-Z][\w.()/-]* ){0,3}[A-Z(0-9][\w()./-]*\d[\w/-]*(?: \d+)?", ref) and not re.search(
            r"U\.S\.C|CFR|CCR|Code|Stat|FR \d|F\.4th|^L\.|ch\.|OJ|C\.R\.S|R\.G|Matter|Art|of \d|BGBl|Legge|DeepS", ref
        ):
            yield ref, True


# Facts -------------------------------------------------------------------------------------------------------------


class _Facts:
    """What the record holds of each instrument, as known on one day."""

    def __init__(self, record: Record, known: str) -> None:
        self.known = known
        self.dated: dict[str, list[Fact]] = defaultdict(list)
        self.ended: dict[str, str] = {}
        self.kind: dict[str, str] = {}
        self.drafts: dict[str, list[str]] = defaultdict(list)
        self._own(record)
        self._others(record)
        self.provisions: dict[str, list[dict]] = defaultdict(list)
        for row in record.provisions.to_dict("records"):
            if row["instrument"]:
                self.provisions[row["instrument"]].append(row)
        self.home = dict(zip(record.provisions["id"], record.provisions["instrument"], strict=True))
        self.modality = dict(zip(record.provisions["id"], record.provisions["modality"], strict=True))
        self._application(record)
        self._dimensions = dict(zip(record.dimensions["id"], record.dimensions["name"], strict=True))
        self.words: dict[str, Counter] = {}
        self.rarity: dict[str, dict[str, float]] = {}
        for instrument, rows in self.provisions.items():
            self._index(instrument, rows)
        self.cohorts = _cohort_phrases(record)
        self._sums(record)

    def _own(self, record: Record) -> None:
        rows = {row["id"]: row for row in record.instruments.to_dict("records")}
        for identity, row in rows.items():
            self.kind[identity] = row["kind"]
            self.ended[identity] = row["ended"]
            released = row["published"] or row["adopted"]
            tags = {"adopted": "adopted", "published": "published", "enters_into_force": "in force", "ended": "ended"}
            for column, tag in tags.items():
                if row[column]:
                    says = f"{column.replace('_', ' ')} {row[column]}"
                    known = row[column] if column == "ended" else released
                    self._add(identity, Fact(row[column], tag, f"instruments: {identity}", says, known))
            ender = rows.get(row["ended_by"])
            for column in ("adopted", "published", "enters_into_force"):
                if ender and ender[column]:
                    says = f"ended by {ender['id']}, {column.replace('_', ' ')} {ender[column]}"
                    self._add(identity, Fact(ender[column], "ended by", f"instruments: {identity}", says, row["ended"]))
            if row["kind"] in DRAFTS:
                for column in ("adopted", "published"):
                    if row[column]:
                        fact = Fact(
                            row[column], "draft", f"instruments: {identity}", f"{column} {row[column]}", released
                        )
                        self._add(identity, fact._replace(tag="proposed"))
                        if ender:
                            self._add(ender["id"], fact)
                if ender:
                    self.drafts[ender["id"]].append(identity)

    def _others(self, record: Record) -> None:
        for row in record.initiatives.to_dict("records"):
            self.kind.setdefault(row["id"], row["kind"])
            if row["launched"]:
                says = f"launched {row['launched']}"
                fact = Fact(row["launched"], "launched", f"initiatives: {row['id']}", says, row["launched"])
                self._add(row["id"], fact)
        for row in record.participation.to_dict("records"):
            if row["date"]:
                says = f"{row['state']} {row['act']} {row['date']}"
                fact = Fact(
                    row["date"], "signed by", f"participation: {row['state']}, {row['initiative']}", says, row["date"]
                )
                self._add(row["initiative"], fact)
        for row in record.actions.to_dict("records"):
            if row["instrument"]:
                tag = "ruled" if row["kind"] in ("judgment", "ruling", "order") else "acted"
                says = f"{row['kind']} {row['date']}"
                self._add(row["instrument"], Fact(row["date"], tag, f"actions: {row['id']}", says, row["date"]))

    def _application(self, record: Record) -> None:
        events = {
            (row["provision"], row["cohort"], row["set_by"], row["known_from"]): row["event"]
            for row in record.application.to_dict("records")
        }
        for row in calendar(record, known_on=self.known).to_dict("records"):
            says = f"{row['pinpoint'] or row['provision']}{_of_cohort(row['cohort'])} {row['what']} {row['date']}"
            fact = Fact(
                row["date"],
                row["what"],
                f"application: {row['provision']}",
                says,
                row["known_from"],
                row["provision"],
                row["cohort"],
            )
            event = events.get((row["provision"], row["cohort"], row["set_by"], row["known_from"]))
            kept = row["what"] == "ends" or event not in ENDINGS
            self._add_for(row["provision"], row["set_by"] if kept else "", fact)
            if event in ("postponed", "advanced") and row["what"] != "ends":
                self._add_for(row["provision"], row["set_by"], fact._replace(tag="moved"))
        later: dict[tuple[str, ...], list[str]] = defaultdict(list)
        rows = [row for row in record.application.to_dict("records") if row["known_from"] <= self.known]
        for row in rows:
            if row["certainty"] == "law" and row["event"] not in SUSPENSIONS:
                later[(row["provision"], row["cohort"], row["date_type"])].append(row["known_from"])
        for row in rows:
            self._statement(row, later[(row["provision"], row["cohort"], row["date_type"])])

    def _statement(self, row: dict, later: list[str]) -> None:
        """Add what one statement said, whether or not it still holds."""
        until = min((day for day in later if day > row["known_from"]), default="")
        old = Fact(
            row["applies_from"],
            "suspended" if row["event"] in SUSPENSIONS else _STATEMENT_TAGS[row["date_type"]],
            f"application: {row['provision']}",
            f"{row['event']} by {row['set_by']}, {row['certainty']}: from {row['applies_from'] or row['date_status']}",
            row["known_from"],
            row["provision"],
            row["cohort"],
            False,
            row["certainty"],
            until,
        )
        if row["applies_from"]:
            self._add_for(row["provision"], "" if row["event"] in ENDINGS else row["set_by"], old)
        if row["applies_until"]:
            self._add_for(row["provision"], row["set_by"], old._replace(day=row["applies_until"], tag="ends"))
        day = old._replace(day=row["known_from"], current=True)
        if row["event"] in ("postponed", "advanced"):
            if row["applies_from"] and row["certainty"] == "law":
                self._add_for(row["provision"], row["set_by"], old._replace(tag="moved"))
            self._add_for(row["provision"], row["set_by"], day._replace(tag="moved on"))
        if row["event"] in ENDINGS and row["certainty"] == "law":
            self._add_for(row["provision"], row["set_by"], day._replace(tag="ends"))
        if row["certainty"] in ("proposed", "agreed", "adopted"):
            tag = "voted" if row["certainty"] == "adopted" else row["certainty"]
            self._add_for(row["provision"], row["set_by"], day._replace(tag=tag))
        elif row["event"] == "enacted":
            self._add(self.home.get(row["provision"], ""), day._replace(tag="became law"))

    def _add_for(self, provision: str, set_by: str, fact: Fact) -> None:
        for identity in {self.home.get(provision, ""), set_by}:
            self._add(identity, fact)

    def _add(self, identity: str, fact: Fact) -> None:
        if identity and fact.known <= self.known:
            self.dated[identity].append(fact)

    def _index(self, instrument: str, rows: list[dict]) -> None:
        """Weigh the words of an instrument's provisions by how few of them share a word."""
        for row in rows:
            names = " ".join(self._dimensions.get(each, "") for each in row["dimensions"].split("; "))
            bearer = row["bearer"].replace("-", " ").replace("gpai", "general purpose")
            self.words[row["id"]] = Counter(_stems(f"{row['content']} {names} {row['modality']} {bearer}"))
        shared = Counter(stem for row in rows for stem in self.words[row["id"]])
        self.rarity[instrument] = {stem: math.log((1 + len(rows)) / count) for stem, count in shared.items()}

    def likeness(self, instrument: str, provision: str, stems: set[str]) -> float:
        """Say how much of what is rare in a text a provision shares."""
        rarity = self.rarity.get(instrument, {})
        return sum(rarity.get(stem, 0.0) for stem in stems if stem in self.words[provision])

    def _sums(self, record: Record) -> None:
        """Gather penalties and paid sums by instrument, and which provision sanctions which."""
        self.penalties: dict[str, list[dict]] = defaultdict(list)
        for row in record.penalties.to_dict("records"):
            self.penalties[self.home.get(row["provision"], "")].append(row)
        self.paid: dict[str, list[dict]] = defaultdict(list)
        for row in record.actions.to_dict("records"):
            if row["amount"] and row["currency"]:
                self.paid[row["instrument"]].append(row)
        ties = record.relations[record.relations["relation"] == "sanctions"]
        self.sanctions: dict[str, set[str]] = defaultdict(set)
        for subject, target in zip(ties["subject"], ties["object"], strict=True):
            self.sanctions[target].add(subject)


def _of_cohort(cohort: str) -> str:
    return "" if cohort == ALL else f" ({cohort})"


def _cohort_phrases(record: Record) -> list[tuple[str, str, re.Pattern]]:
    """Return for each cohort what in a sentence points to it: its annex, or the class that its definition opens with."""
    found = []
    for row in record.cohorts.to_dict("records"):
        named = re.findall(r"Annex [IVX]+\b", row["definition"])
        if row["id"].startswith("annex-") and named:
            found.append(
                (row["id"], row["instrument"], re.compile(rf"\b{named[-1] if len(named) > 1 else named[0]}\b"))
            )
        for adjective in re.findall(r"\b[Hh]igh-risk\b", row["definition"])[:1]:
            found.append((row["id"], row["instrument"], re.compile(rf"\b{adjective}\b", re.I)))
    return found


def _stems(text: str) -> list[str]:
    """Return the words of a text that carry a subject, without their endings."""
    found = []
    for word in re.findall(r"[a-z]{3,}", text.lower()):
        if word in COMMON:
            continue
        stem = re.sub(r"(?:ations?|ings?|ments?|ers?|ies|ed|es|s|y|e|ions?)$", "", word)
        stem = stem if len(stem) >= 3 else word
        stem = re.sub(r"([b-df-hj-np-tv-z])\1$", r"\1", stem)
        found.append(SAME_STEM.get(stem, stem))
    return found


@lru_cache(maxsize=4)
def _names(record: Record) -> _Names:
    return _Names(record)


@lru_cache(maxsize=8)
def _facts(record: Record, known: str) -> _Facts:
    return _Facts(record, known)


# Reading -----------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads sentences and holds what they claim against the facts."""

    def __init__(self, names: _Names, facts: _Facts) -> None:
        self.names = names
        self.facts = facts

    def read(self, text: str) -> Iterator[tuple[str, ...]]:
        """Yield the claims of a text."""
        carried: frozenset[str] | None = None
        for sentence in sentences(text):
            if sentence.endswith("?") or _SUPPOSED.match(sentence):
                carried = None
                continue
            spoken: list[frozenset[str]] = []
            for clause in re.split(r";\s+", sentence):
                named = self.names.find(_CITATION.sub(lambda match: " " * len(match[0]), clause))
                cited = [] if named else self.names.cites(clause)
                if cited:
                    clause = clause[: _CITATION.search(clause).start()]
                named = named or [*(self._meant(clause, carried) if carried else []), *cited]
                if named:
                    shown = " ".join(_CITATION.sub("", sentence).split()).replace(" .", ".")
                    yield from self._clause(shown, clause, named)
                    spoken.extend(each.value for each in named)
                    carried = spoken[0] if len(set(spoken)) == 1 else None
            if not spoken:
                carried = None

    def _meant(self, clause: str, carried: frozenset[str]) -> list[Found]:
        """Return what a clause that opens with "it" or "the order" speaks of, if the instrument before can be called so."""
        match = _PRONOUN.match(clause)
        if not match or re.match(r" (?:that|which|of)\b", clause[match.end() :]):
            return []
        kinds = _NOUNS.get((match["noun"] or "").lower())
        if kinds and not any(self.facts.kind.get(each) in kinds for each in carried):
            return []
        return [Found(match.start("word"), match.end("word"), carried)]

    def _clause(self, sentence: str, clause: str, named: list[Found]) -> Iterator[tuple[str, ...]]:
        dates = [each for each in find_dates(clause) if not _inside(each, named)]
        if not any(each.end for each in named):
            dates = [each for each in dates if len(each.value) > 4]
        articles = [each for each in find_articles(clause) if not _inside(each, named)]
        for each in dates:
            about, at = self._about(clause, each, dates, named)
            if about:
                yield from self._dated(sentence, clause, named, each, about, at, articles)
        yield from self._sums(sentence, clause, named, articles)
        if dates or find_money(clause):
            return
        if len(articles) == 1 and len(named) == 1 and not re.search(r"\b(?:not|never|no|nor|without)\b", clause):
            yield from self._article(sentence, clause, named[0], articles[0])

    # Dates

    def _about(self, clause: str, said: Found, dates: list[Found], named: list[Found]) -> tuple[str, Found | None]:
        """Say what the clause says that a date is: its verb, or nothing but a date behind a name."""
        between = [each for each in named if each.end <= said.start]
        if between and re.fullmatch(r"(?: \([^)]*\))?,? (?:of|dated) |,? \(", clause[between[-1].end : said.start]):
            return "dated", between[-1]
        verbs = sorted(
            Found(match.start(), match.end(), about)
            for about, pattern in _VERBS.items()
            for match in pattern.finditer(clause)
            if not _inside(Found(match.start(), match.end(), about), named)
        )
        verbs = [verb for verb in verbs if not any(_within(verb, other) for other in verbs)]
        before = [verb for verb in verbs if verb.end <= said.start and not _parted(clause, verb.end, said.start, dates)]
        if before:
            nearest = self._strongest(before, clause, said)
            if said.start - nearest.end <= 90 and not _LINK_BREAK.search(_between(clause[nearest.end : said.start])):
                return nearest.value, nearest
        opening = re.search(
            r"(?:^|, |\band )\W*(?:[Oo]n|[Ii]n|[Ss]ince|[Ff]rom|[Bb]y|[Uu]ntil|[Aa]s of)?(?: the)? ?$",
            clause[: said.start],
        )
        after = [verb for verb in verbs if verb.start >= said.end and not _parted(clause, said.end, verb.start, dates)]
        between = clause[said.end : after[0].start] if opening and after else ""
        if opening and after and len(between) <= 110 and not _OTHER.search(between):
            return after[0].value, after[0]
        return "", None

    @staticmethod
    def _strongest(before: list[Found], clause: str, said: Found) -> Found:
        """Return the nearest verb before a date; one that names a legal step outranks "must" or "comply" close to it."""
        nearest = before[-1]
        if (
            nearest.value == "applies"
            and len(before) > 1
            and before[-2].value in ("in force", "postponed", "enforceable")
        ):
            gap = clause[before[-2].end : nearest.start]
            if len(gap) < 25 and "," not in gap:
                return before[-2]
        return nearest

    def _dated(
        self,
        sentence: str,
        clause: str,
        named: list[Found],
        said: Found,
        about: str,
        at: Found,
        articles: list[Found],
    ) -> Iterator[tuple[str, ...]]:
        linked = [each for each in named if about == "dated" or _linked(clause, each, at, said)]
        if about == "dated":
            linked = [at]
        if not linked:
            return
        nearest = min(linked, key=lambda each: _gap(each, at))
        negated = _NEGATED.search(clause[max(0, at.start - 25) : max(said.start, at.end)])
        if negated and not re.search(r"\bnot until\b|\bnot before\b", clause):
            return
        answers = [self._hold(each.value, clause, said, about, articles) for each in (nearest, *linked)]
        answer = next((each for each in answers if each.verdict == CONSISTENT), answers[0])
        yield (
            sentence,
            _join(nearest.value),
            "date",
            said.value,
            about,
            answer.verdict,
            answer.row,
            answer.says,
            answer.known,
            answer.note,
        )

    def _hold(self, identities: frozenset[str], clause: str, said: Found, about: str, articles: list[Found]) -> Verdict:
        """Hold one date against the facts about the instruments that a name may mean."""
        before, around = clause[: said.start], clause[max(0, said.start - 70) : said.end + 30]
        tags = set(_ANSWERS[about])
        if about in ("applies", "in force") and _UNTIL.search(before):
            tags |= {"ends", "ended"}
        source = (
            about == "postponed"
            and re.search(r"\bfrom $", before)
            and re.match(r",? (?:to|until)\b", clause[said.end :])
        )
        was = bool(_WAS.search(around) or source)
        if about == "postponed":
            tags = (
                {"starts", "transition-ends"} if source else {"moved"} if _TO.search(before) else {"moved", "moved on"}
            )
            tags |= set() if source or _TO.search(before) else _OWN
        if re.search(r"\bdraft\b", around):
            tags.add("draft")
        facts = [fact for identity in sorted(identities) for fact in self.facts.dated.get(identity, ())]
        if about in ("applies", "in force", "enforceable", "postponed") and not was and _NOW.search(before[-60:]):
            alive = [each for each in sorted(identities) if not self._over(each, self.facts.known)]
            facts = [fact for each in alive or sorted(identities) for fact in self.facts.dated.get(each, ())]
        facts = [fact for fact in facts if fact.tag in tags]
        if about == "enforceable":
            later = {fact.provision for fact in facts if fact.tag == "enforceable"}
            facts = [
                fact
                for fact in facts
                if fact.tag == "enforceable"
                or (fact.provision not in later and self.facts.modality.get(fact.provision) in ("duty", "ban"))
            ]
        if about == "in force" and re.search(r"\bent(?:ers?|ered|ry|ering) into\b", clause, re.I) and not articles:
            own = [fact for fact in facts if fact.tag == "in force"]
            if (
                own
                and not self._subject(sorted(identities), clause)
                and not any(phrase.search(clause) for _, _, phrase in self.facts.cohorts)
            ):
                facts = own
        if about in ("applies", "in force", "enforceable", "ended", "postponed"):
            facts, sure = self._select(sorted(identities), facts, clause, articles, said.value, was)
            if not sure:
                return Verdict(NO_ROW)
        hoped = bool(_HOPED.search(around))
        eligible = [
            fact
            for fact in facts
            if fact.current or (was and (fact.certainty == "law" or hoped)) or (hoped and fact.certainty != "law")
        ]
        if about == "applies" and re.search(r"(?<!starts to )(?<!began to )\bappl\w+ (?:on|in|during)(?: the)? $", before):
            begun = [fact for fact in eligible if fact.tag == "starts" and fact.day <= said.value]
            if begun:
                return Verdict(CONSISTENT, begun[0].row, begun[0].says, begun[0].known)
        return _compare(said.value, eligible, facts, about)

    def _over(self, identity: str, said: str) -> bool:
        """Say whether an instrument had ended on the day on which one stands and before the day said."""
        ended = self.facts.ended.get(identity, "")
        return bool(ended) and ended <= self.facts.known and said > ended

    def _select(
        self, identities: list[str], facts: list[Fact], clause: str, articles: list[Found], said: str, was: bool
    ) -> tuple[list[Fact], bool]:
        """Keep the facts about the articles, the cohort or the subject that the clause names."""
        rows = [
            row
            for each in identities
            for row in self.facts.provisions.get(each, ())
            if articles and _matches(row["pinpoint"], articles)
        ]
        if articles and not (rows and all("dates-and-transitions" in row["dimensions"] for row in rows)):
            named = {row["id"] for row in rows}
            facts = [fact for fact in facts if fact.provision in named]
            if not facts:
                return [], False
        cohorts = {
            cohort
            for cohort, home, phrase in self.facts.cohorts
            if phrase.search(clause) and (home in identities or any(fact.cohort == cohort for fact in facts))
        }
        annexes = {
            each
            for each in cohorts
            if each.startswith("annex-") and re.search(rf"\b{each.replace('-', ' ')}\b", clause, re.I)
        }
        kept = [fact for fact in facts if fact.cohort in (annexes or cohorts)]
        subject = set() if articles else self._subject(identities, clause, 4.8 if kept else 3.2)
        if kept:
            both = [fact for fact in facts if fact.provision in subject and fact.cohort == ALL]
            return (kept + both if subject else kept), True
        if subject:
            kept = [fact for fact in facts if fact.provision in subject]
            if any(fact.current for fact in kept):
                return kept, True
        return facts, True

    def _subject(self, identities: list[str], clause: str, least: float = 3.2) -> set[str]:
        """Return the provisions that a clause is plainly about: those that share its rarest words, if any do."""
        stems = set(_stems(clause))
        scores = {
            row["id"]: self.facts.likeness(each, row["id"], stems)
            for each in identities
            for row in self.facts.provisions.get(each, ())
            if len(self.facts.provisions[each]) >= 4
        }
        best = max(scores.values(), default=0.0)
        if best < least:
            return set()
        return {provision for provision, score in scores.items() if score >= 0.6 * best}

    # Sums

    def _sums(self, sentence: str, clause: str, named: list[Found], articles: list[Found]) -> Iterator[tuple[str, ...]]:
        if re.search(r"\b(?:not|never|no)\b", clause) or not (_PENALTY.search(clause) or _PAID.search(clause)):
            return
        money = [each for each in find_money(clause) if not _inside(each, named)]
        shares = [each for each in find_shares(clause) if not _inside(each, named)] if _TURNOVER.search(clause) else []
        for each in (*money, *shares):
            holder = min(named, key=lambda name: _gap(name, each))
            partner = (
                next((share for share in shares if 0 < share.start - each.end < 60), None) if each in money else None
            )
            if partner and any(each.end < other.start < partner.start for other in money):
                partner = None
            answers = [self._sum(name.value, clause, each, partner, articles) for name in (holder, *named)]
            answer = next((found for found in answers if found.verdict == CONSISTENT), answers[0])
            yield (
                sentence,
                _join(holder.value),
                "amount",
                clause[each.start : each.end],
                "sum",
                answer.verdict,
                answer.row,
                answer.says,
                answer.known,
                answer.note,
            )

    def _sum(
        self, identities: frozenset[str], clause: str, said: Found, partner: Found | None, articles: list[Found]
    ) -> Verdict:
        """Hold one sum, with the share of turnover beside it, against penalties and paid sums."""
        amount, currency = said.value
        rows = [(each, row) for each in sorted(identities) for row in self.facts.penalties.get(each, ())]
        living = [(each, row) for each, row in rows if not self._over(each, self.facts.known)]
        paid = [
            row for each in sorted(identities) for row in self.facts.paid.get(each, ()) if row["currency"] == currency
        ]
        if currency and paid and any(float(row["amount"]) == amount for row in paid):
            return Verdict(CONSISTENT, f"actions: {paid[0]['id']}")
        now = self._concerned(
            [row for _, row in (rows if _WAS.search(clause) else living)], identities, clause, articles
        )
        now = (
            [row for row in now if row["turnover_pct"] if not currency]
            if not currency
            else [row for row in now if row["currency"] == currency]
        )
        if not now:
            if currency and paid and not rows:
                says = "; ".join(f"{row['kind']} {row['currency']} {float(row['amount']):,.0f}" for row in paid[:3])
                return Verdict(CONTRADICTED, f"actions: {paid[0]['id']}", says, paid[0]["date"])
            return Verdict(NO_ROW)
        fitting = [
            row for row in now if _fits(row, amount, currency) and (not partner or _fits(row, partner.value[0], ""))
        ]
        if fitting:
            return Verdict(CONSISTENT, f"penalties: {fitting[0]['id']}")
        says = "; ".join(dict.fromkeys(_ceiling(row) for row in now[:4]))
        old = next(
            (each for each, row in rows if _fits(row, amount, currency) and self._over(each, self.facts.known)), ""
        )
        note = f"true of {old} until {self.facts.ended[old]}" if old else ""
        return Verdict(CONTRADICTED, f"penalties: {now[0]['id']}", says, self._known(now[0]["provision"]), note)

    def _concerned(
        self, rows: list[dict], identities: frozenset[str], clause: str, articles: list[Found]
    ) -> list[dict]:
        """Keep the penalties of the article named, of a breach of it, or of a breach of the bans."""
        provisions = [row for each in sorted(identities) for row in self.facts.provisions.get(each, ())]
        wanted: set[str] = set()
        if articles:
            wanted = {row["id"] for row in provisions if _matches(row["pinpoint"], articles)}
        elif re.search(
            r"\b(?:bans?|banned|prohibit\w*|forbidden) (?:practices?|uses?|AI)\b|\bfor (?:the )?bans\b", clause, re.I
        ):
            wanted = {row["id"] for row in provisions if row["modality"] == "ban"}
        sanctioning = wanted | {subject for each in wanted for subject in self.facts.sanctions.get(each, ())}
        return [row for row in rows if row["provision"] in sanctioning] or rows

    def _known(self, provision: str) -> str:
        facts = self.facts.dated.get(self.facts.home.get(provision, ""), ())
        return min((fact.known for fact in facts if fact.provision == provision), default="")

    # Articles

    def _article(self, sentence: str, clause: str, named: Found, said: Found) -> Iterator[tuple[str, ...]]:
        """Ask whether the article named is about what the clause says, or another one of the same instrument plainly is."""
        alive = [
            each
            for each in sorted(named.value)
            if self.facts.provisions.get(each) and not self._over(each, self.facts.known)
        ]
        if len(alive) != 1:
            return
        home = alive[0]
        stems = set(_stems(f"{clause[: named.start]} {clause[named.end :]}"))
        rows = [row for row in self.facts.provisions[home] if _matches(row["pinpoint"], [said])]
        if rows and all("dates-and-transitions" in row["dimensions"] for row in rows):
            return
        own, other = self._liking(home, stems, [said])
        old = max((self._liking(draft, stems, [said])[0][0] for draft in self.facts.drafts.get(home, ())), default=0.0)
        article = clause[said.start : said.end]
        drafted = old >= max(2.0, 1.4 * own[0]) and other[0] >= 1.4 * own[0]
        if drafted or (own[1] and other[0] >= 4.5 and own[0] <= 0.3 * other[0]):
            row = next(row for row in self.facts.provisions[home] if row["id"] == other[1])
            note = "true of the draft" if drafted else ""
            answer = Verdict(
                CONTRADICTED,
                f"provisions: {other[1]}",
                f"{row['pinpoint']}: {row['content']}",
                self._known(other[1]),
                note,
            )
        elif own[0] >= 1.5:
            answer = Verdict(CONSISTENT, f"provisions: {own[1]}")
        else:
            answer = Verdict(NO_ROW)
        yield sentence, home, "article", article, "subject", *answer

    def _liking(self, home: str, stems: set[str], articles: list[Found]) -> tuple[tuple[float, str], tuple[float, str]]:
        own, other = (0.0, ""), (0.0, "")
        for row in self.facts.provisions.get(home, ()):
            scored = (self.facts.likeness(home, row["id"], stems), row["id"])
            if _matches(row["pinpoint"], articles):
                own = max(own, scored)
            else:
                other = max(other, scored)
        return own, other


def _compare(said: str, eligible: list[Fact], facts: list[Fact], about: str) -> Verdict:
    """Say whether a date is one of the facts; if not, which fact speaks against it and until when the date was true."""
    for fact in eligible:
        if _same_day(said, fact.day):
            return Verdict(CONSISTENT, fact.row, fact.says, fact.known)
    current = [fact for fact in eligible if fact.current] or eligible
    if not current:
        return Verdict(NO_ROW)
    lead = _rank(about)
    told = min(current, key=lambda fact: (lead.get(fact.tag, 9), _far(said, fact.day)))
    note = ""
    for fact in facts:
        if _same_day(said, fact.day) and not fact.current:
            if fact.certainty == "law" and fact.until:
                note = f"true as known from {fact.known} until {fact.until}"
                same = [now for now in current if now.provision == fact.provision and now.cohort == fact.cohort]
                told = same[0] if same else told
                break
            if fact.certainty != "law":
                note = f"was {fact.certainty}, known from {fact.known}"
    return Verdict(CONTRADICTED, told.row, told.says, told.known, note)


def _rank(about: str) -> dict[str, int]:
    first = {"in force": "in force", "signed": "adopted", "enforceable": "enforceable", "ended": "ended"}.get(
        about, about
    )
    return {first: 0, "starts": 1, "ends": 1}


def _far(said: str, day: str) -> int:
    return abs(int(said[:4]) * 12 + int(said[5:7] or 6) - int(day[:4]) * 12 - int(day[5:7] or 6))


def _same_day(said: str, day: str) -> bool:
    return day.startswith(said) or (said.startswith(day) and len(day) >= 4)


def _fits(row: dict, amount: float, currency: str) -> bool:
    columns = ("min", "max") if currency else ("turnover_pct",)
    return any(row[column] and math.isclose(float(row[column]), amount) for column in columns)


def _ceiling(row: dict) -> str:
    parts = [f"{row['currency']} {float(row['max']):,.0f}"] if row["max"] else []
    parts += [f"{row['turnover_pct']} per cent of turnover"] if row["turnover_pct"] else []
    parts += [] if parts or not row["min"] else [f"at least {row['currency']} {float(row['min']):,.0f}"]
    return f"{' or '.join(parts)} ({row['rule']}, {row['who']})"


def _join(identities: Iterable[str]) -> str:
    return "; ".join(sorted(identities))


def _inside(each: Found, spans: list[Found]) -> bool:
    return any(span.start < each.end and each.start < span.end for span in spans)


def _within(each: Found, other: Found) -> bool:
    return other.start <= each.start and each.end <= other.end and other.end - other.start > each.end - each.start


def _gap(one: Found, other: Found) -> int:
    return max(0, max(one.start, other.start) - min(one.end, other.end))


def _parted(clause: str, start: int, end: int, dates: list[Found]) -> bool:
    """Say whether another date stands between, unless the two are a pair as in "from A to B"."""
    inner = [each for each in dates if start <= each.start and each.end <= end]
    return bool(inner) and not all(
        re.fullmatch(r",? (?:to|until|and|or|and then|, then) ", clause[each.end : end]) for each in inner[-1:]
    )


def _between(gap: str) -> str:
    """Leave out a last "after" or "before": it belongs to the date."""
    return re.sub(r"\b(?:after|before|than) $", "", gap)


def _linked(clause: str, name: Found, verb: Found, said: Found) -> bool:
    """Say whether a name can be what a verb speaks of: no clause of its own begins between the two."""
    if name.end <= verb.start:
        gap = clause[name.end : verb.start]
        gap = re.sub(r"^,? (?:which|that) ", " ", gap)
    elif name.start >= verb.end:
        gap = clause[verb.end : name.start]
    else:
        return False
    if name.start >= verb.end and verb.value in _INTRANSITIVE and not _ALSO_AFTER.match(clause[verb.start : verb.end]):
        return False
    return len(gap) <= 160 and not _LINK_BREAK.search(gap)


# Forms -------------------------------------------------------------------------------------------------------------


def find_dates(text: str) -> list[Found]:
    """Return the dates of a text, as ISO days, months or years."""
    found: list[Found] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if _inside(Found(match.start(), match.end(), ""), found):
                continue
            parts = match.groupdict()
            value = parts.get("y") or parts.get("y2")
            if parts.get("m"):
                value += f"-{_month(parts['m']):02d}"
            if parts.get("d"):
                value += f"-{int(parts['d']):02d}"
            found.append(Found(match.start(), match.end(), value))
    return sorted(found)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else [name[:3] for name in MONTHS].index(text[:3]) + 1


def find_money(text: str) -> list[Found]:
    """Return the sums of money of a text, as number and currency."""
    found: list[Found] = []
    for pattern in _MONEY:
        for match in pattern.finditer(text):
            if not _inside(Found(match.start(), match.end(), ""), found):
                amount = _number(match["n"]) * _SCALES.get(match["s"] or "", 1)
                found.append(Found(match.start(), match.end(), (amount, _CURRENCIES[match["c"]])))
    return sorted(found)


def find_shares(text: str) -> list[Found]:
    """Return the percentages of a text, as number and no currency."""
    return [Found(match.start(), match.end(), (_number(match["n"]), "")) for match in _SHARE.finditer(text)]


def _number(text: str) -> float:
    if text in _WORDS:
        return float(_WORDS[text])
    if re.fullmatch(r"\d{1,3}(?:[,. \u00a0\u202f]\d{3})+", text):
        return float(re.sub(r"\D", "", text))
    return float(text)


def find_articles(text: str) -> list[Found]:
    """Return the articles or sections of a text, each with the numbers that it stands for."""
    found = []
    for match in _PINPOINT.finditer(text):
        numbers = [match["first"]]
        for joint, number in re.findall(r"(,| and| or| to|-) ?(\d+[a-z]?(?:\([0-9A-Za-z]{1,4}\))*)", match["more"]):
            first, last = re.match(r"\d+", numbers[-1])[0], re.match(r"\d+", number)[0]
            if joint.strip() in ("to", "-") and int(first) < int(last) < int(first) + 60:
                numbers += [str(between) for between in range(int(first) + 1, int(last))]
            numbers.append(number)
        found.append(Found(match.start(), match.end(), tuple(numbers)))
    return found


def _matches(pinpoint: str, articles: list[Found]) -> bool:
    """Say whether a row's pinpoint is one of the articles, or lies in one, or holds one."""
    mine = [number for each in find_articles(pinpoint.replace("Art. ", "Article ")) for number in each.value]
    mine += re.findall(r"\d+(?:-\d+)*-\d+(?:\.\d+)?(?:\(\w+\))*", pinpoint)
    for one in mine:
        for other in (number for each in articles for number in each.value):
            if one == other or one.startswith(f"{other}(") or other.startswith(f"{one}("):
                return True
    return False
