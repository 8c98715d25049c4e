"""Law at a date: what the law said about one day, standing on another.

Every statement about application has two kinds of time. Valid time (``applies_from``, ``applies_until``) is when
the rule applies; knowledge time (``known_from``) is when the public could first read the statement. Both answers,
``verdict`` and ``enforceable``, are yes, no or cannot tell.

Days are compared as ISO strings. A date known to the month or year stands for all its days: an answer is
"cannot tell" only where those days disagree.
"""

from __future__ import annotations

import difflib
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from rulebooks.record import Record

ALL = "all"
ANSWERS = {1: "no", 2: "yes", 3: "cannot tell"}
SUSPENSIONS = frozenset({"stayed", "enjoined", "unenforced"})
NO, YES, OPEN_END = 1, 2, "9999-12-31"
IN_FORCE_COLUMNS = [
    "provision",
    "cohort",
    "verdict",
    "enforceable",
    "reason",
    "applies_from",
    "applies_until",
    "set_by",
    "known_from",
    "statement_cohort",
    "source",
]
CALENDAR_COLUMNS = [
    "date",
    "jurisdiction",
    "provision",
    "cohort",
    "event",
    "what",
    "certainty",
    "set_by",
    "known_from",
    "content",
    "pinpoint",
]
RECTANGLE_COLUMNS = [
    "provision",
    "cohort",
    "answer",
    "valid_from",
    "valid_until",
    "known_from",
    "known_until",
    "side",
    "value",
    "reason",
]
STAGE_COLUMNS = ["provision", "cohort", "known_from", "known_until", "applies_from", "applies_until", "over"]
STATEMENT_COLUMNS = [
    "provision",
    "cohort",
    "date_type",
    "event",
    "applies_from",
    "applies_until",
    "date_status",
    "condition",
    "scope",
    "certainty",
    "set_by",
    "known_from",
    "source",
]


class Statement(NamedTuple):
    """One row of ``application``, with the first and last possible day of each date."""

    provision: str
    cohort: str
    date_type: str
    event: str
    applies_from: str
    applies_until: str
    date_status: str
    condition: str
    scope: str
    certainty: str
    set_by: str
    known_from: str
    source: str
    from_first: str
    from_last: str
    until_first: str
    until_last: str
    known_first: str
    known_last: str


class Answer(NamedTuple):
    """Both answers for one provision and cohort, with the statement that decides the verdict."""

    provision: str
    cohort: str
    verdict: str
    enforceable: str
    verdict_reason: str
    enforceable_reason: str
    stage: str
    statement: Statement | None

    @property
    def reason(self) -> str:
        """Return the reasons for both answers."""
        return "; ".join(part for part in (self.verdict_reason, self.enforceable_reason) if part)


class _Question(NamedTuple):
    """The statements of law that can decide one answer, nearest cohort first."""

    levels: list[list[Statement]]
    suspensions: list[tuple[int, Statement]]
    revivals: list[tuple[int, Statement]]


class _Case(NamedTuple):
    """One provision and cohort with what can decide its two answers."""

    provision: str
    cohort: str
    verdict: _Question
    enforceable: _Question


def in_force(record: Record, as_of: date | str | None = None, known_on: date | str | None = None) -> pd.DataFrame:
    """Say for each provision and cohort what the law said about a day, standing on another.

    Parameters
    ----------
    record : Record
    as_of : date or str, optional
        The day asked about. Default: the record's day.
    known_on : date or str, optional
        The day on which one stands. Default: the record's day; a later one is an error.

    Returns
    -------
    pandas.DataFrame
        One row for each provision and cohort that has statements, silences excluded.
    """
    rows = [
        (
            answer.provision,
            answer.cohort,
            answer.verdict,
            answer.enforceable,
            answer.reason,
            *_decisive(answer.statement),
        )
        for answer in answers(record, as_of, known_on)
    ]
    return pd.DataFrame(rows, columns=IN_FORCE_COLUMNS, dtype="object")


def answers(record: Record, as_of: date | str | None = None, known_on: date | str | None = None) -> list[Answer]:
    """Return both answers for every provision and cohort, with the stage that led to them.

    ``stage`` is "law" for a statement that holds or will hold, "ended", "never" or "not law".
    """
    day, known = days(record, as_of, known_on)
    beyond = day > known
    return [_decide(case, day, known, beyond) for case in _cases(record)]


def history(record: Record, provision: str) -> pd.DataFrame:
    """Return every statement about a provision in all its versions, in the order in which they became known.

    Parameters
    ----------
    record : Record
    provision : str
        The id of any version.

    Returns
    -------
    pandas.DataFrame
        The columns of ``application`` and ``version``.
    """
    known_id(provision, record.provisions["id"], "provision")
    older = dict(zip(record.provisions["id"], record.provisions["replaces"], strict=True))
    family = {provision}
    grown = True
    while grown:
        more = {old for new, old in older.items() if new in family and old}
        more |= {new for new, old in older.items() if old in family}
        grown = not more <= family
        family |= more
    rows = record.application[record.application["provision"].isin(family)].copy()
    versions = dict(zip(record.provisions["id"], record.provisions["version"], strict=True))
    rows["version"] = rows["provision"].map(versions)
    return rows.sort_values("known_from", kind="stable").reset_index(drop=True)


def calendar(
    record: Record,
    jurisdiction: str | None = None,
    known_on: date | str | None = None,
    expected: bool = False,
) -> pd.DataFrame:
    """Return the dated starts and ends that the law, as known on a day, holds for each provision and cohort.

    Parameters
    ----------
    record : Record
    jurisdiction : str, optional
        Keep this order only.
    known_on : date or str, optional
        The day on which one stands. Default: the record's day.
    expected : bool, optional
        Add what was proposed, agreed or adopted since the latest statement of law.

    Returns
    -------
    pandas.DataFrame
        One row for each date, in order. ``what`` is "starts", "ends", "transition-ends", "enforceable",
        "suspended" or "resumes".
    """
    _, known = days(record, None, known_on)
    if jurisdiction is not None:
        known_id(jurisdiction, record.jurisdictions["id"], "jurisdiction")
    about = {
        row[0]: row[1:]
        for row in zip(
            *(record.provisions[name] for name in ("id", "jurisdiction", "modality", "content", "pinpoint")),
            strict=True,
        )
    }
    rows = []
    for provision, cohorts in _grouped(record).items():
        order, modality, content, pinpoint = about.get(provision, ("", "", "", ""))
        if modality == "silence" or (jurisdiction is not None and order != jurisdiction):
            continue
        for cohort, statements in cohorts.items():
            for statement, what, day in _dated(statements, known, expected):
                rows.append(
                    (
                        day,
                        order,
                        provision,
                        cohort,
                        statement.event,
                        what,
                        statement.certainty,
                        statement.set_by,
                        statement.known_from,
                        content,
                        pinpoint,
                    )
                )
    rows.sort(key=lambda row: row[0])
    return pd.DataFrame(rows, columns=CALENDAR_COLUMNS, dtype="object")


def rectangles(record: Record) -> pd.DataFrame:
    """Compile every statement into rectangles of valid time by knowledge time.

    A rectangle holds for day D as known on day K where ``valid_from <= D < valid_until`` and ``known_from <= K <
    known_until``, compared as strings, an empty bound being no bound. Where ``side`` is "past" it holds only for
    D not after K, where it is "future" only for D after K: an open date is no in the past and cannot be told in
    the future. A day in no rectangle of its provision, cohort and answer is "no": not law on K.

    Returns
    -------
    pandas.DataFrame
    """
    rows = []
    for case in _cases(record):
        rows.extend(_compiled(case, record.as_of.isoformat()))
    return pd.DataFrame(rows, columns=RECTANGLE_COLUMNS, dtype="object")


def stages(record: Record) -> pd.DataFrame:
    """Return the statement that decides each verdict, for each interval of knowledge time.

    As known on day K where ``known_from <= K < known_until``, compared as strings, an empty ``known_until`` being no
    bound, the deciding statement gives ``applies_from`` and ``applies_until``, and the rule is law for every day D
    before ``over``: empty where it never applied, the day after the last possible one where it ends, far off where no
    end is set. Days on which it was not law have no row.

    Parameters
    ----------
    record : Record

    Returns
    -------
    pandas.DataFrame
        One row for each provision, cohort and interval, in order; silences excluded.
    """
    last = record.as_of.isoformat()
    rows = []
    for case in _cases(record):
        levels = case.verdict.levels
        cuts = _cuts((each.known_first, each.known_last) for level in levels for each in level)
        cuts = [cut for cut in cuts if cut <= last]
        for known_from, known_until in pairwise([*cuts, ""]):
            statement = _candidates(levels, known_from)[0]
            if statement is not None:
                over = {"never": "", "known": statement.until_last}.get(statement.date_status, OPEN_END)
                dates = (known_from, known_until, statement.applies_from, statement.applies_until, over)
                rows.append((case.provision, case.cohort, *dates))
    return pd.DataFrame(rows, columns=STAGE_COLUMNS, dtype="object")


def days(record: Record, as_of: date | str | None, known_on: date | str | None) -> tuple[str, str]:
    """Return both days as ISO strings, each by default the record's, or raise ValueError."""
    last = record.as_of.isoformat()
    day = last if as_of is None else _day(as_of, "as_of")
    known = last if known_on is None else _day(known_on, "known_on")
    if known > last:
        raise ValueError(f"known_on {known} is after the record's day {last}: nothing is known of it; ask up to {last}")
    return day, known


def known_id(value: str, ids: pd.Series | list[str], what: str) -> None:
    """Raise ValueError, with the nearest ids, unless the value is one of them."""
    choices = list(ids)
    if value not in choices:
        near = difflib.get_close_matches(str(value), choices, n=3, cutoff=0.4)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        raise ValueError(f"unknown {what} {value!r}{hint}")


def bounds(text: str) -> tuple[str, str]:
    """Return the first and last possible day of a date known to the day, month or year."""
    if len(text) == 7:
        return f"{text}-01", f"{text}-{monthrange(int(text[:4]), int(text[5:]))[1]:02d}"
    if len(text) == 4:
        return f"{text}-01-01", f"{text}-12-31"
    return text, text


def _day(value: date | str, name: str) -> str:
    """Return a full day as an ISO string, or raise ValueError."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    try:
        if len(value) == 10:
            return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{name} {value!r} is not a day; write it as YYYY-MM-DD")


def _decisive(statement: Statement | None) -> tuple[str, ...]:
    """Return the columns of in_force that come from the deciding statement."""
    if statement is None:
        return ("",) * 6
    return (
        statement.applies_from,
        statement.applies_until,
        statement.set_by,
        statement.known_from,
        statement.cohort,
        statement.source,
    )


def _grouped(record: Record) -> dict[str, dict[str, list[Statement]]]:
    """Group the statements by provision and cohort, in the order of the file."""
    frame = record.application
    spans: dict[str, tuple[str, str]] = {}

    def span(text: str) -> tuple[str, str]:
        found = spans.get(text)
        if found is None:
            found = spans[text] = bounds(text)
        return found

    groups: dict[str, dict[str, list[Statement]]] = {}
    for row in zip(*(frame[name].tolist() for name in STATEMENT_COLUMNS), strict=True):
        start, end = span(row[4]), span(row[5]) if row[5] else (OPEN_END, OPEN_END)
        if start[0] < end[1] and (start[1] >= end[1] or end[0] <= start[0]):
            start, end = _in_order(start, end)
        statement = Statement(*row, *start, *end, *span(row[11]))
        groups.setdefault(row[0], {}).setdefault(row[1], []).append(statement)
    return groups


def _in_order(start: tuple[str, str], end: tuple[str, str]) -> tuple[tuple[str, str], tuple[str, str]]:
    """Take out the possible days on which the end would not lie after the start."""
    day = timedelta(days=1)
    latest_start = (date.fromisoformat(end[1]) - day).isoformat()
    earliest_end = (date.fromisoformat(start[0]) + day).isoformat()
    return (start[0], min(start[1], latest_start)), (max(end[0], earliest_end), end[1])


def _cases(record: Record) -> Iterator[_Case]:
    """Yield each provision and cohort with the statements of law that can decide it."""
    parents = dict(zip(record.cohorts["id"], record.cohorts["parent"], strict=True))
    provisions = record.provisions
    silences = set(provisions.loc[provisions["modality"] == "silence", "id"])
    for provision, cohorts in _grouped(record).items():
        if provision in silences:
            continue
        for cohort in cohorts:
            levels = [cohorts[name] for name in _chain(cohort, parents) if name in cohorts]
            verdict = _question(levels, ("applies", "transition-ends"))
            yield _Case(provision, cohort, verdict, _question(levels, ("enforceable",)))


def _chain(cohort: str, parents: dict[str, str]) -> list[str]:
    """Return the cohort, its parents and ``all``, nearest first."""
    chain = []
    while cohort and cohort != ALL and cohort not in chain:
        chain.append(cohort)
        cohort = parents.get(cohort, "")
    return [*chain, ALL]


def _question(levels: list[list[Statement]], date_types: tuple[str, ...]) -> _Question:
    """Sort the statements of law of these date types into dates, suspensions and revivals."""
    question = _Question([], [], [])
    for depth, statements in enumerate(levels):
        dates = []
        for statement in statements:
            if statement.certainty != "law" or statement.date_type not in date_types:
                continue
            if statement.event in SUSPENSIONS:
                question.suspensions.append((depth, statement))
            elif statement.event == "revived":
                question.revivals.append((depth, statement))
            else:
                dates.append(statement)
        if dates:
            question.levels.append(dates)
    return question


def _candidates(levels: list[list[Statement]], known: str) -> list[Statement | None]:
    """Return the statements that may be the latest known of the nearest cohort, the likeliest first.

    More than one is left only where a ``known_from`` is partial; None stands for no statement at all.
    """
    found: list[Statement | None] = []
    for statements in levels:
        possible = [each for each in statements if each.known_first <= known]
        certain = [each for each in possible if each.known_last <= known]
        if certain:
            latest = max(each.known_first for each in certain)
            possible = [each for each in possible if each.known_last >= latest]
            if len(possible) > 1 and all(each.known_from == latest for each in possible):
                # one act may set the general date and a transition: for its cohort the transition decides
                possible = [each for each in possible if each.date_type == "transition-ends"] or possible
        found.extend(sorted(possible, key=lambda each: each.known_last, reverse=True))
        if certain:
            return found
    return [*found, None]


def _holds(statement: Statement, day: str, beyond: bool) -> int:
    """Return which answers are possible for a day under one statement."""
    if statement.date_status == "never":
        return NO
    if statement.date_status in ("open", "conditional"):
        return NO | YES if beyond else NO
    may_hold = statement.from_first <= day < statement.until_last
    may_fail = day < statement.from_last or day >= statement.until_first
    return (YES if may_hold else 0) | (NO if may_fail else 0)


def _suspended(question: _Question, day: str, known: str, beyond: bool, possible: int) -> tuple[int, list[str]]:
    """Take suspensions off an answer and return it with what is to be said of them."""
    remarks = []
    for depth, statement in question.suspensions:
        if statement.known_first > known or statement.date_status == "never":
            continue
        end_first, end_last = statement.until_first, statement.until_last
        certain = statement.known_last <= known
        started = (statement.from_first, statement.known_first)
        for revived_at, revival in question.revivals:
            applies = revived_at <= depth and revival.known_first <= known and revival.date_status == "known"
            if applies and (revival.from_last, revival.known_last) > started:
                end_first = min(end_first, revival.from_first)
                if revival.known_last <= known:
                    end_last = min(end_last, revival.from_last)
        if not statement.from_first <= day < end_last:
            continue
        certain = certain and statement.from_last <= day < end_first
        remark = f"{statement.event} from {statement.applies_from} ({statement.set_by})"
        if statement.scope != ALL:
            remarks.append(f"{remark}, {'between the parties' if statement.scope == 'parties' else 'text'} only")
            continue
        if certain and not beyond:
            possible = NO
        else:
            possible |= NO
            remark += ", whether still then is not known" if beyond else ", its days are known in part only"
        remarks.append(remark)
    return possible, remarks


def _decide(case: _Case, day: str, known: str, beyond: bool) -> Answer:
    """Answer both questions for one provision and cohort."""
    candidates = _candidates(case.verdict.levels, known)
    statement = candidates[0]
    if statement is None:
        return Answer(case.provision, case.cohort, "no", "no", f"not law on {known}", "", "not law", None)
    verdict = 0
    for each in candidates:
        verdict |= NO if each is None else _holds(each, day, beyond)
    stage = _stage(statement, day)
    reason = _reason(statement, day, verdict, beyond, "applies")
    if len(candidates) > 1 and verdict == YES | NO:
        reason += f"; the day on which it became known is recorded only as {statement.known_from}"
    if case.verdict.suspensions:
        verdict, remarks = _suspended(case.verdict, day, known, beyond, verdict)
        reason = "; ".join([reason, *remarks])
    enforceable, enforceable_reason = verdict, ""
    if case.enforceable.levels:
        candidates = _candidates(case.enforceable.levels, known)
        own = 0
        for each in candidates:
            own |= verdict if each is None else _both(verdict, _holds(each, day, beyond))
        enforceable = own
        if candidates[0] is not None and verdict != NO:
            enforceable_reason = _reason(candidates[0], day, own, beyond, "enforceable")
    if case.enforceable.suspensions and verdict != NO:
        enforceable, remarks = _suspended(case.enforceable, day, known, beyond, enforceable)
        remarks = [f"enforcement {remark}" for remark in remarks]
        enforceable_reason = "; ".join(part for part in (enforceable_reason, *remarks) if part)
    return Answer(
        case.provision,
        case.cohort,
        ANSWERS[verdict],
        ANSWERS[enforceable],
        reason,
        enforceable_reason,
        stage,
        statement,
    )


def _both(one: int, other: int) -> int:
    """Return the possible answers to "one and other"."""
    return (one & other & YES) | ((one | other) & NO)


def _stage(statement: Statement, day: str) -> str:
    """Say whether the deciding statement never held, has ended, or holds or will hold."""
    if statement.date_status == "never":
        return "never"
    if statement.date_status == "known" and day >= statement.until_last:
        return "ended"
    return "law"


def _reason(statement: Statement, day: str, possible: int, beyond: bool, word: str) -> str:
    """Say in words what one statement says about a day."""
    by = f"{statement.event} by {statement.set_by}"
    if statement.date_status == "never":
        cause = statement.set_by if statement.event == "enacted" else by
        return f"never {'applied' if word == 'applies' else word} ({cause})"
    if statement.date_status == "conditional":
        waits = statement.condition or "a condition"
        return f"waits for {waits}" + (", which may be met by then" if beyond else "")
    if statement.date_status == "open":
        return "no date set" + (", one may be by then" if beyond else "")
    start, end = statement.applies_from, statement.applies_until
    if end and day >= statement.until_last:
        return f"ended on {end} ({by})"
    if day < statement.from_first:
        return f"{word} only from {start} ({by})"
    text = f"{word} from {start}"
    if end:
        text += f" until {end}"
    if possible == YES | NO and (day < statement.from_last or day >= statement.until_first):
        text += ", a date not known to the day"
    return f"{text} ({by})"


def _dated(statements: list[Statement], known: str, expected: bool) -> Iterator[tuple[Statement, str, str]]:
    """Yield the dates that one provision and cohort has on a day known: statement, what happens, day."""
    seen = [each for each in statements if each.known_first <= known]
    for date_types, start, end in (
        (("applies", "transition-ends"), "starts", "ends"),
        (("enforceable",), "enforceable", "ends"),
    ):
        mine = [each for each in seen if each.date_type in date_types]
        law = [each for each in mine if each.certainty == "law"]
        lasting = [each for each in law if each.event not in SUSPENSIONS and each.event != "revived"]
        latest = _candidates([lasting], known)[0] if lasting else None
        chosen = [latest] if latest else []
        if expected:
            since = latest.known_first if latest else ""
            hopes = [each for each in mine if each.certainty != "law" and each.known_first > since]
            chosen += [max(hopes, key=lambda each: each.known_first)] if hopes else []
        for each in chosen:
            if each.date_status != "known":
                continue
            if each.applies_from:
                yield each, "transition-ends" if each.date_type == "transition-ends" else start, each.applies_from
            if each.applies_until:
                yield each, end, each.applies_until
        for each in law:
            if each.event in SUSPENSIONS and each.applies_from:
                yield each, "suspended", each.applies_from
                if each.applies_until:
                    yield each, "resumes", each.applies_until
            elif each.event == "revived" and each.applies_from:
                yield each, "resumes", each.applies_from


def _compiled(case: _Case, last: str) -> Iterator[tuple[str, ...]]:
    """Yield the rectangles of one provision and cohort."""
    statements = []
    for question in (case.verdict, case.enforceable):
        for level in question.levels:
            statements.extend(level)
        statements.extend(each for _, each in (*question.suspensions, *question.revivals))
    known_cuts = _cuts((each.known_first, each.known_last) for each in statements)
    known_cuts = [cut for cut in known_cuts if cut <= last]
    if not known_cuts:
        return
    valid_cuts = _cuts((each.from_first, each.from_last, each.until_first, each.until_last) for each in statements)
    finished: list[tuple[tuple[str, ...], list[str]]] = []
    running: dict[tuple[str, ...], list[str]] = {}
    for known_from, known_until in zip(known_cuts, [*known_cuts[1:], ""], strict=True):
        now = {}
        for face in _faces(case, known_from, known_until or OPEN_END, valid_cuts):
            span = running.get(face)
            if span is None:
                span = [known_from, known_until]
                finished.append((face, span))
            span[1] = known_until
            now[face] = span
        running = now
    for (answer, valid_from, valid_until, side, value, reason), span in finished:
        yield case.provision, case.cohort, answer, valid_from, valid_until, *span, side, value, reason


def _faces(case: _Case, known_from: str, known_until: str, valid_cuts: list[str]) -> list[tuple[str, ...]]:
    """Return the valid intervals of one known interval: answer, from, until, side, value, reason."""
    faces: list[list[str]] = []
    open_faces: dict[tuple[str, ...], list[str]] = {}
    for valid_from, valid_until in zip(["", *valid_cuts], [*valid_cuts, ""], strict=True):
        day = valid_from or "0001-01-01"
        sides = {}
        if valid_from < known_until:
            sides["past"] = _decide(case, day, known_from, False)
        if not valid_until or valid_until > known_from:
            sides["future"] = _decide(case, day, known_from, True)
        if any(found.stage == "not law" for found in sides.values()):
            return []
        now = {}
        for answer in ("verdict", "enforceable"):
            values = {
                side: (getattr(found, answer), getattr(found, f"{answer}_reason")) for side, found in sides.items()
            }
            if len(set(values.values())) == 1:
                values = {"": next(iter(values.values()))}
            for side, (value, reason) in values.items():
                key = (answer, side, value, reason)
                face = open_faces.get(key)
                if face is None:
                    face = [answer, valid_from, valid_until, side, value, reason]
                    faces.append(face)
                face[2] = valid_until
                now[key] = face
        open_faces = now
    return [tuple(face) for face in faces]


def _cuts(days_of: Iterator[tuple[str, ...]]) -> list[str]:
    """Return the days on which an answer can change, in order."""
    return sorted({day for group in days_of for day in group if day not in ("", OPEN_END)})
