"""Rhetoric and force: what each point of an initiative urges, and what backs it at home and abroad."""

from __future__ import annotations

from rulebooks import law
from rulebooks.explorers.compiled import Compiled, choice, citations, coded, names_of, source_links
from rulebooks.explorers.initiatives import controls, heading, powers
from rulebooks.record import Record

KIND = "rhetoric_and_force"
BACKINGS = [
    {"value": "law-at-home", "label": "A provision at home that applies"},
    {"value": "other-at-home", "label": "A provision at home that does not apply"},
    {"value": "texts-abroad", "label": "Texts between states"},
    {"value": "nothing-found", "label": "Nothing found"},
    {"value": "contrary", "label": "Contrary practice on record"},
]
KEPT = ["initiative", "number", "theme", "speech_act", "addressee", "legal_effect", "summary", "domestic"]
FIELDS = ["point", "power", *KEPT, "multilateral", "contrary", "source"]
COLUMNS = [
    {"id": "heading", "as": "text", "label": "Initiative and point"},
    {"id": "summary", "as": "text", "label": "What it says"},
    {"id": "speech_act", "as": "term", "label": "Speech act"},
    {"id": "addressee", "as": "term", "label": "Addressee"},
    {"id": "legal_effect", "as": "term", "label": "Legal effect"},
    {"id": "at_home", "as": "text", "label": "At home"},
    {"id": "multilateral", "as": "text", "label": "Between states"},
    {"id": "contrary", "as": "text", "label": "Contrary practice"},
    {"id": "sources", "as": "sources", "label": "Source"},
]


def compiled(record: Record) -> Compiled:
    """Compile the record for this kind of explorer."""
    rows = _rows(record)
    return Compiled(KIND, "Rhetoric and force", _definition(record, rows), rows, {}, citations(record, rows))


def _rows(record: Record) -> list[dict]:
    initiatives = record.initiatives.set_index("id").to_dict("index")
    names = names_of(record)
    verdicts: dict[str, set[str]] = {}
    for row in law.in_force(record)[["provision", "verdict"]].itertuples(index=False):
        verdicts.setdefault(row.provision, set()).add(row.verdict)
    rows = []
    for point in record.points.to_dict("records"):
        initiative = initiatives[point["initiative"]]
        domestic = [each.strip() for each in point["domestic"].split(";") if each.strip() not in ("", "none-found")]
        found = {each: _applies(verdicts.get(each, set())) for each in domestic}
        backing = ["law-at-home"] if "applies" in found.values() else ["other-at-home"] if found else []
        backing += ["texts-abroad"] if point["multilateral"] else []
        backing = backing or ["nothing-found"]
        backing += ["contrary"] if point["contrary"] else []
        held = powers(initiative["proposer"], record)
        rows.append(
            {
                "id": point["id"],
                "point": point["id"],
                **{name: point[name] for name in (*KEPT, "multilateral", "contrary", "source")},
                "power": "; ".join(held),
                "powers": held,
                "backing": backing,
                "heading": heading(initiative, point["number"]),
                "at_home": "; ".join(f"{names[each]} ({verdict})" for each, verdict in found.items()) or "none found",
                "sources": source_links(record, point["source"]),
            }
        )
    return rows


def _applies(verdicts: set[str]) -> str:
    if "yes" in verdicts:
        return "applies"
    return "cannot tell" if "cannot tell" in verdicts else "does not apply"


def _definition(record: Record, rows: list[dict]) -> dict:
    seen = {each for row in rows for each in row["backing"]}
    return {
        "intro": "One coding for every power: what each point says and to whom, and what stands behind it in the "
        f"proposer's own law, as it applies on {record.as_of.isoformat()}, and in texts between states.",
        "caption": "Points and what backs them",
        "nothing": "choose another power, initiative, theme, speech act or backing, or start again.",
        "controls": [
            *controls(record, rows),
            coded("speech_act", "Speech act", "Any speech act", {row["speech_act"] for row in rows}, record, "points"),
            choice("backing", "Backing", "Any backing", [each for each in BACKINGS if each["value"] in seen]),
        ],
        "predicates": [
            {"op": "any-of", "column": "powers", "control": "power"},
            {"op": "any-of", "column": "initiative", "control": "initiative"},
            {"op": "any-of", "column": "theme", "control": "theme"},
            {"op": "any-of", "column": "speech_act", "control": "speech_act"},
            {"op": "any-of", "column": "backing", "control": "backing"},
        ],
        "columns": COLUMNS,
        "fields": FIELDS,
        "layout": {"kind": "list"},
    }
