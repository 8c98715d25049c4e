"""The bibliography's style: a Chinese title is followed by its English one, and a note begins like a sentence."""

from __future__ import annotations

from typing import Any

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.alpha import Style as Alpha
from pybtex.style.template import Node, field, join, optional, sentence, tag

NAME = "rulebooks"


class BookStyle(Alpha):
    """Pybtex's alpha style with ``titleaddon``; titles keep their capitals."""

    def format_title(self, e: Entry, which_field: str, as_sentence: bool = True) -> Node:
        """Return the title of a document, with its English title in brackets where it has another."""
        return self._with_addition(field(which_field), as_sentence)

    def format_btitle(self, e: Entry, which_field: str, as_sentence: bool = True) -> Node:
        """Return the title of a book, in the same way."""
        return self._with_addition(tag("em")[field(which_field)], as_sentence)

    def _with_addition(self, title: Node, as_sentence: bool) -> Node:
        full = join[title, optional[" [", field("titleaddon"), "]"]]
        return sentence[full] if as_sentence else full

    def format_entry(self, label: str, entry: Entry, bib_data: Any = None) -> Any:
        """Format one entry, its note as a sentence."""
        note = entry.fields.get("note", "")
        if note:
            entry.fields["note"] = note[0].upper() + note[1:]
        return super().format_entry(label, entry, bib_data)


def register() -> None:
    """Make the style known to the bibliography directive as :data:`NAME`."""
    register_plugin("pybtex.style.formatting", NAME, BookStyle)
