"""Reading prose about law: sentences, names of instruments, dates, sums, shares of turnover and articles.

Names are found by a gazetteer that is derived from the titles and official references of the record; the rest by form.
Nothing here knows whether what is read is true.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from .prose import MONTHS
from .record import Record

STATED = "<!-- stated -->"

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
CITATION = re.compile(r"⟦([^⟧]*)⟧")
_NO_BREAK = re.compile(
    r"\b(?:Arts?|No|Nos|ss?|v|pp?|paras?|Secs?|secs?|Doc|cl|ch|chs|Ch|Reg|Pub|L|U\.S|H\.R|S|E\.O|e\.g|i\.e|St|vol|ed|Inc|Co"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
_TOKEN = re.compile(r"[^\W\d_\u3400-\u9fff]+|\d+")
_HAN = re.compile(r"[\u3400-\u9fff]{4,}")


class Found(NamedTuple):
    """Something found in a clause: where it stands and what it means."""

    start: int
    end: int
    value: object


def asserted(text: str) -> str:
    """Return what a Markdown text itself asserts.

    A citation stays as its keys in ⟦ ⟧: where a clause names no instrument it may tell which one is meant. Left out are
    code, comments, the wrong options of self-check questions, and each sentence or list item that ``<!-- stated -->``
    follows: the mark of a sentence that is quoted in order to be tested.
    """
    text = re.sub(r"^(`{3,}) *\w*\n.*?^\1 *$", "", text, flags=re.M | re.S)
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


class Names:
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
        keys = {key.strip() for group in CITATION.findall(clause) for key in group.split(",")}
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
        r"(?P<noun>(?:Interim |Implementation )?"
        r"(?:Measures|Provisions|Regulations|Opinions|Guidelines|Code of Practice|Framework))"
        r" (?:for|on|of)(?: the)?(?: (?:Security )?(?:Management|Administration|Protection) of)?(?: the)?"
        r" (?P<about>.+)",
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


def find_dates(text: str) -> list[Found]:
    """Return the dates of a text, as ISO days, months or years."""
    found: list[Found] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if inside(Found(match.start(), match.end(), ""), found):
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
            if not inside(Found(match.start(), match.end(), ""), found):
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


def matches(pinpoint: str, articles: list[Found]) -> bool:
    """Say whether a row's pinpoint is one of the articles, or lies in one, or holds one."""
    mine = [number for each in find_articles(pinpoint.replace("Art. ", "Article ")) for number in each.value]
    mine += re.findall(r"\d+(?:-\d+)*-\d+(?:\.\d+)?(?:\(\w+\))*", pinpoint)
    for one in mine:
        for other in (number for each in articles for number in each.value):
            if one == other or one.startswith(f"{other}(") or other.startswith(f"{one}("):
                return True
    return False


def inside(each: Found, spans: list[Found]) -> bool:
    """Say whether something found overlaps one of several others."""
    return any(span.start < each.end and each.start < span.end for span in spans)
