"""Terms: how a term is translated, by whom, and what turns on the choice."""

from __future__ import annotations

from rulebooks.explorers.compiled import Compiled, choice, citations, source_links
from rulebooks.explorers.controls import plain
from rulebooks.record import Record

KIND = "terms_and_translations"
LANGUAGES = {"zh": "Chinese", "en": "English", "de": "German", "it": "Italian", "fr": "French", "es": "Spanish"}
KEPT = ["term", "term_original", "pinyin", "language", "used_by", "consequence", "definition", "source"]
FIELDS = ["entry", *KEPT]
COLUMNS = [
    {"id": "term", "as": "text", "label": "Term"},
    {"id": "term_original", "as": "text", "label": "Original"},
    {"id": "pinyin", "as": "pinyin", "label": "Pinyin"},
    {"id": "definition", "as": "text", "label": "Meaning here"},
    {"id": "used_by", "as": "text", "label": "Used by"},
    {"id": "consequence", "as": "text", "label": "What turns on it"},
    {"id": "sources", "as": "sources", "label": "Source"},
]


def compiled(record: Record) -> Compiled:
    """Compile the record for this kind of explorer."""
    rows = [
        {
            "id": row["id"],
            "entry": row["id"],
            **{name: row[name] for name in KEPT},
            "tongue": row["language"].partition("-")[0],
            "searched": _key(row),
            "sources": source_links(record, row["source"]),
        }
        for row in record.glossary.to_dict("records")
    ]
    return Compiled(KIND, "Terms", _definition(rows), rows, {}, citations(record, rows))


def _key(row: dict) -> str:
    """Return what a search looks through: the term, its original, and pinyin with and without its spaces."""
    pinyin = plain(row["pinyin"])
    joined = "".join(each for each in pinyin if each.isalnum())
    return " ".join([plain(row["term"]), plain(row["term_original"]), pinyin, joined])


def _definition(rows: list[dict]) -> dict:
    held = list(dict.fromkeys(row["tongue"] for row in rows))
    return {
        "intro": "Each line is one way to translate a term, with those who use it and what turns on the choice.",
        "caption": "Terms and translations",
        "nothing": "search for fewer words or another language, or start again.",
        "controls": [
            {
                "id": "search",
                "kind": "text",
                "label": "Search",
                "help": "Chinese characters, pinyin with or without tones, or English: 备案, bei'an, filing.",
                "value": "",
            },
            choice(
                "language",
                "Language",
                "Any language",
                [{"value": each, "label": LANGUAGES.get(each, each)} for each in held],
            ),
        ],
        "predicates": [
            {"op": "contains", "column": "searched", "control": "search"},
            {"op": "any-of", "column": "tongue", "control": "language"},
        ],
        "columns": COLUMNS,
        "fields": FIELDS,
        "layout": {"kind": "list"},
    }
