"""Stale claims: dates, amounts and article numbers that prose says of an instrument, held against the record.

A sentence is read in four steps. Names of instruments are found by a gazetteer that is derived from the titles and
official references of the record. Dates, sums, shares of turnover and articles are found by their form. A verb says
what a date is (adopted, published, applies, repealed). Then rows are asked: those of ``instruments``,
``application``, ``penalties``, ``provisions``, ``initiatives``, ``participation`` and ``actions``.

The reader prefers silence to a false alarm. A date that no verb ties to an instrument is no claim, and a claim that no
row can test is left as "no row". A sentence that names no article may mean any, so a date that fits one of them passes.
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
from .reading import (
    CITATION,
    Found,
    Names,
    asserted,
    find_articles,
    find_dates,
    find_money,
    find_shares,
    inside,
    matches,
    sentences,
)
from .record import Record

CONSISTENT, CONTRADICTED, NO_ROW = "consistent", "contradicted", "no row"
COLUMNS = ["sentence", "instrument", "kind", "said", "about", "verdict", "row", "record_says", "known_from", "note"]
ENDINGS = frozenset({"repealed", "annulled", "expired", "vacated", "re-enacted"})
DRAFTS = ("bill", "proposal")
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

# What a verb says that a date is, and the tags of the facts that answer it.
_VERBS = {
    about: re.compile(rf"\b(?:{'|'.join(patterns.split())})\b".replace("_", " "), re.I)
    for about, patterns in {
        "proposed": r"propos(?:ed|es|ing|al) tabled put_forward put_out_for_comment",
        "adopted": r"adopt(?:ed|s|ing|ion) passed enact(?:ed|s|ment) approv(?:ed|es|al)",
        "ruled": r"decided ruled handed_down held found judgment",
        "signed": r"sign(?:ed|s|ing) ratif(?:ied|ies) endors(?:ed|es) join(?:ed|s) deposited",
        "became law": r"bec[ao]mes?_law",
        "published": r"publish(?:ed|es) publication releas(?:ed|es) issu(?:ed|es) gazetted made_public"
        r" appear(?:ed|s)",
        "in force": r"(?:entered|came|comes?|enters?|went|goes|been|is|was|entry|coming)_in(?:to)?_(?:force|effect)"
        r" in_(?:force|effect) t(?:ook|ake|akes|aken|aking)_effect (?:bec[ao]mes?|been|is|was)_effective"
        r" effective_(?:from|since|on|as_of|date)",
        "applies": r"appl(?:y|ies|ied|icable|ication|ying) start(?:s|ed|ing)? beg[aiu]n(?:s|ning)? bites? bit binds?"
        r" binding bound compl(?:y|ied|iance) operative kick(?:s|ed)?_in oblig(?:ed|es|ation) due must required?"
        r" ha(?:s|ve|d)_to"
        r" com(?:e|es|ing)_(?:within|under) falls?_(?:within|under) cover(?:s|ed) caught",
        "enforceable": r"enforc(?:e|ed|eable|ement|es) fine[ds]?_(?:from|since) be_fined sanctioned",
        "ended": r"repeal(?:ed|s)? revok(?:ed|es) revocation rescind(?:ed|s)? rescission withdr[ae]wn? withdrew"
        r" withdrawal annul(?:led|s|ment)? replac(?:ed|es) lapsed? expir(?:ed|es|y) end(?:s|ed) ceas(?:ed|es)"
        r" struck_down abolish(?:ed|es) vetoed veto supersed(?:ed|es) fell dropped",
        "suspended": r"suspend(?:ed|s)? suspension stay(?:ed|s)? enjoined",
        "postponed": r"postpon(?:ed|es|ement|ing) delay(?:ed|s)? defer(?:red|s|ral)? moved? pushed_(?:back|to)"
        r" put_(?:off|back) shifted",
        "launched": r"launch(?:ed|es)? announc(?:ed|es|ement) unveil(?:ed|s) presented founded set_up",
        "opened": r"open(?:ed|ing)?_(?:for|to)_signature",
    }.items()
}
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
_LASTING = _INTRANSITIVE | {"postponed"}
_LINK_BREAK = re.compile(
    r"\b(?:that|who|whose|where|when|because|although|if|whether|while|than|unlike|after|whom)\b|[:]", re.I
)
_OTHER = re.compile(r"\b(?:which|there (?:was|were)|wrote|said|says|claimed|reported|told|asked)\b", re.I)
_WAS = re.compile(
    r"\b(?:(?:was|were|been) (?:to|due|meant|supposed|set|expected|scheduled|planned)|original(?:ly)?|initial(?:ly)?"
    r"|at first|would|once|former(?:ly)?|as (?:first )?(?:published|enacted|signed|passed)|was then|had said|used to"
    r"|first (?:set|fixed|named)|had (?:named|set|fixed)|under the (?:old|first|original) text)\b",
    re.I,
)
_NOW = re.compile(
    r"\b(?:appl(?:y|ies)|starts?|begins?|takes?|comes?|is|are|has|have|binds?|may|must|cannot|can)\b", re.I
)
_HOPED = re.compile(r"\b(?:propos|agreed|provisional|draft|deal\b|expected|would|wanted|asked)", re.I)
_NEGATED = re.compile(
    r"\b(?:not|never|no longer|instead of|rather than|nobody|none|without|false|wrong(?:ly)?)\b|n't\b", re.I
)
_ONWARD = re.compile(r",? (?:to|until)\b")
_ENTERED = re.compile(r"\bent(?:ers?|ered|ry|ering) into\b", re.I)
_ON_A_DAY = re.compile(r"(?<!starts to )(?<!began to )\bappl\w+ (?:on|in|during)(?: the)? $")
_BANNED = re.compile(r"\b(?:bans?|banned|prohibit\w*|forbidden) (?:practices?|uses?|AI)\b|\bfor (?:the )?bans\b", re.I)
_UNTIL = re.compile(r"\b(?:until|till|up to|before|by)(?: the)? $", re.I)
_TO = re.compile(r"\b(?:to|until|till)(?: the)? $", re.I)
_PENALTY = re.compile(
    r"\b(?:fine[sd]?|penalt|sanction|ceiling|damages|maximum|up to|at most|punish|forfeit|liable|violation"
    r"|costs?\b|risks?\b)",
    re.I,
)
_PAID = re.compile(r"\b(?:fined|award|settle|paid|pays?\b|damages|fine of|imposed|ordered)", re.I)
_TURNOVER = re.compile(r"\b(?:turnover|revenue|sales|income)\b", re.I)
_PRONOUN = re.compile(
    r"^\W*(?:and |but |then )?(?P<word>it|its|they|this|(?:the|this) (?P<noun>act|law|statute|regulation|directive"
    r"|rules?|order|measures|convention|treaty|decision|judgment|agreement|bill|standard|initiative|plan|code|provisions"
    r"|memorandum))\b",
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
        One row for each claim. ``verdict`` is "consistent", "contradicted" or "no row". For a contradiction ``row``
        is the row that contradicts, ``record_says`` what it holds, ``known_from`` since when that could be known, and
        ``note`` until when the claim was true, where it once was.
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
                tag = "ruled" if row["kind"] in ("judgment", "court-order", "order") else "acted"
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
    """Return for each cohort what in a sentence points to it: its annex, or the class that its definition names."""
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
def _names(record: Record) -> Names:
    return Names(record)


@lru_cache(maxsize=8)
def _facts(record: Record, known: str) -> _Facts:
    return _Facts(record, known)


class _Reader:
    """Reads sentences and holds what they claim against the facts."""

    def __init__(self, names: Names, facts: _Facts) -> None:
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
                named = self.names.find(CITATION.sub(lambda match: " " * len(match[0]), clause))
                cited = [] if named else self.names.cites(clause)
                if cited:
                    clause = clause[: CITATION.search(clause).start()]
                named = named or [*(self._meant(clause, carried) if carried else []), *cited]
                if named:
                    shown = " ".join(CITATION.sub("", sentence).split()).replace(" .", ".")
                    yield from self._clause(shown, clause, named)
                    spoken.extend(each.value for each in named)
                    carried = spoken[0] if len(set(spoken)) == 1 else None
            if not spoken:
                carried = None

    def _meant(self, clause: str, carried: frozenset[str]) -> list[Found]:
        """Return what "it" or "the order" at the head of a clause means, if the last instrument can be called so."""
        match = _PRONOUN.match(clause)
        if not match or re.match(r" (?:that|which|of)\b", clause[match.end() :]):
            return []
        kinds = _NOUNS.get((match["noun"] or "").lower())
        if kinds and not any(self.facts.kind.get(each) in kinds for each in carried):
            return []
        return [Found(match.start("word"), match.end("word"), carried)]

    def _clause(self, sentence: str, clause: str, named: list[Found]) -> Iterator[tuple[str, ...]]:
        dates = [each for each in find_dates(clause) if not inside(each, named)]
        if not any(each.end for each in named):
            dates = [each for each in dates if len(each.value) > 4]
        articles = [each for each in find_articles(clause) if not inside(each, named)]
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
            if not inside(Found(match.start(), match.end(), about), named)
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
        """Return the nearest verb before a date; a legal step outranks "must" or "comply" close to it."""
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
        yield sentence, _join(nearest.value), "date", said.value, about, *answer

    def _hold(self, identities: frozenset[str], clause: str, said: Found, about: str, articles: list[Found]) -> Verdict:
        """Hold one date against the facts about the instruments that a name may mean."""
        before, around = clause[: said.start], clause[max(0, said.start - 70) : said.end + 30]
        left = about == "postponed" and before.endswith("from ") and _ONWARD.match(clause[said.end :])
        was, hoped = bool(_WAS.search(around) or left), bool(_HOPED.search(around))
        mine = sorted(identities)
        if about in _LASTING and not was and _NOW.search(before[-60:]):
            mine = [each for each in mine if not self._over(each)] or mine
        tags = self._tags(about, before, around, bool(left))
        facts = [fact for each in mine for fact in self.facts.dated.get(each, ()) if fact.tag in tags]
        if about == "enforceable":
            facts = self._enforceable(facts)
        if about == "in force" and _ENTERED.search(clause) and not articles and not self._narrowed(mine, clause):
            facts = [fact for fact in facts if fact.tag == "in force"] or facts
        if about in _LASTING or about == "ended":
            facts = self._select(mine, facts, clause, articles)
        eligible = [
            fact
            for fact in facts
            if fact.current or (was and (fact.certainty == "law" or hoped)) or (hoped and fact.certainty != "law")
        ]
        if about == "applies" and _ON_A_DAY.search(before):
            begun = [fact for fact in eligible if fact.tag == "starts" and fact.day <= said.value]
            if begun:
                return Verdict(CONSISTENT, begun[0].row, begun[0].says, begun[0].known)
        return _compare(said.value, eligible, facts, about)

    @staticmethod
    def _tags(about: str, before: str, around: str, left: bool) -> set[str]:
        """Return the tags of the facts that can answer: a date moved "to" is another thing than one moved "on"."""
        tags = set(_ANSWERS[about])
        if about in ("applies", "in force") and _UNTIL.search(before):
            tags |= {"ends", "ended"}
        if about == "postponed" and left:
            tags = {"starts", "transition-ends"}
        elif about == "postponed" and not _TO.search(before):
            tags |= {"moved on", "adopted", "published", "in force", "became law"}
        return tags | ({"draft"} if re.search(r"\bdraft\b", around) else set())

    def _enforceable(self, facts: list[Fact]) -> list[Fact]:
        """Drop the start of what is enforced later, and of what nobody enforces."""
        later = {fact.provision for fact in facts if fact.tag == "enforceable"}
        bound = [fact for fact in facts if self.facts.modality.get(fact.provision) in ("duty", "ban")]
        return [fact for fact in bound if fact.tag == "enforceable" or fact.provision not in later]

    def _narrowed(self, identities: list[str], clause: str) -> bool:
        """Say whether a clause speaks of a part of an instrument."""
        return bool(self._subject(identities, clause)) or any(
            phrase.search(clause) for _, _, phrase in self.facts.cohorts
        )

    def _over(self, identity: str) -> bool:
        """Say whether an instrument had ended on the day on which one stands."""
        return "" < self.facts.ended.get(identity, "") <= self.facts.known

    def _select(self, identities: list[str], facts: list[Fact], clause: str, articles: list[Found]) -> list[Fact]:
        """Keep the facts about the articles, the cohort or the subject that the clause names."""
        rows = self._rows(identities, articles)
        if articles and not _on_dates(rows):
            named = {row["id"] for row in rows}
            facts = [fact for fact in facts if fact.provision in named]
        cohorts = {
            cohort: phrase.pattern
            for cohort, home, phrase in self.facts.cohorts
            if phrase.search(clause) and (home in identities or any(fact.cohort == cohort for fact in facts))
        }
        annexes = {cohort for cohort, phrase in cohorts.items() if "Annex" in phrase}
        kept = [fact for fact in facts if fact.cohort in (annexes or cohorts)]
        subject = set() if articles else self._subject(identities, clause, 4.8 if kept else 3.2)
        if kept:
            return kept + [fact for fact in facts if fact.provision in subject and fact.cohort == ALL]
        about = [fact for fact in facts if fact.provision in subject]
        return about if any(fact.current for fact in about) else facts

    def _rows(self, identities: Iterable[str], articles: list[Found]) -> list[dict]:
        """Return the provisions of some instruments that stand at one of the articles."""
        rows = [row for each in identities for row in self.facts.provisions.get(each, ())]
        return [row for row in rows if matches(row["pinpoint"], articles)]

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
        money = [each for each in find_money(clause) if not inside(each, named)]
        shares = [each for each in find_shares(clause) if not inside(each, named)] if _TURNOVER.search(clause) else []
        for each in (*money, *shares):
            holder = min(named, key=lambda name: _gap(name, each))
            partner = (
                next((share for share in shares if 0 < share.start - each.end < 60), None) if each in money else None
            )
            if partner and any(each.end < other.start < partner.start for other in money):
                partner = None
            answers = [self._sum(name.value, clause, each, partner, articles) for name in (holder, *named)]
            answer = next((found for found in answers if found.verdict == CONSISTENT), answers[0])
            yield sentence, _join(holder.value), "amount", clause[each.start : each.end], "sum", *answer

    def _sum(
        self, identities: frozenset[str], clause: str, said: Found, partner: Found | None, articles: list[Found]
    ) -> Verdict:
        """Hold one sum, with the share of turnover beside it, against penalties and paid sums."""
        amount, currency = said.value
        rows = [(each, row) for each in sorted(identities) for row in self.facts.penalties.get(each, ())]
        living = [(each, row) for each, row in rows if not self._over(each)]
        paid = [
            row for each in sorted(identities) for row in self.facts.paid.get(each, ()) if row["currency"] == currency
        ]
        if currency and paid and any(float(row["amount"]) == amount for row in paid):
            return Verdict(CONSISTENT, f"actions: {paid[0]['id']}")
        now = self._concerned(
            [row for _, row in (rows if _WAS.search(clause) else living)], identities, clause, articles
        )
        now = [row for row in now if (row["currency"] == currency if currency else row["turnover_pct"])]
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
        old = next((each for each, row in rows if _fits(row, amount, currency) and self._over(each)), "")
        note = f"true of {old} until {self.facts.ended[old]}" if old else ""
        return Verdict(CONTRADICTED, f"penalties: {now[0]['id']}", says, self._known(now[0]["provision"]), note)

    def _concerned(
        self, rows: list[dict], identities: frozenset[str], clause: str, articles: list[Found]
    ) -> list[dict]:
        """Keep the penalties of the article named, of a breach of it, or of a breach of the bans."""
        wanted = {row["id"] for row in self._rows(identities, articles)}
        if not articles and _BANNED.search(clause):
            rows_of = (row for each in identities for row in self.facts.provisions.get(each, ()))
            wanted = {row["id"] for row in rows_of if row["modality"] == "ban"}
        sanctioning = wanted | {subject for each in wanted for subject in self.facts.sanctions.get(each, ())}
        return [row for row in rows if row["provision"] in sanctioning] or rows

    def _known(self, provision: str) -> str:
        facts = self.facts.dated.get(self.facts.home.get(provision, ""), ())
        return min((fact.known for fact in facts if fact.provision == provision), default="")

    # Articles

    def _article(self, sentence: str, clause: str, named: Found, said: Found) -> Iterator[tuple[str, ...]]:
        """Ask whether the article named is about what the clause says, or another one plainly is."""
        alive = [each for each in sorted(named.value) if self.facts.provisions.get(each) and not self._over(each)]
        if len(alive) != 1:
            return
        home = alive[0]
        stems = set(_stems(f"{clause[: named.start]} {clause[named.end :]}"))
        if _on_dates(self._rows([home], [said])):
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
            if matches(row["pinpoint"], articles):
                own = max(own, scored)
            else:
                other = max(other, scored)
        return own, other


def _on_dates(rows: list[dict]) -> bool:
    """Say whether all of some provisions are about dates: the article cited for a date is not what the date is of."""
    return bool(rows) and all("dates-and-transitions" in row["dimensions"] for row in rows)


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
