"""Search that finds a Chinese word inside a longer run of characters.

Chinese has no spaces, so the index holds each pair of neighbouring characters, and a query is cut in the same way: a
page is found if it holds all pairs. English words go through Sphinx's own stemmer.
"""

from __future__ import annotations

import re

from sphinx.search.en import SearchEnglish

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECES = re.compile(rf"[{HAN}]+|[^{HAN}]+")
_IS_HAN = re.compile(rf"[{HAN}]")


def pairs(run: str) -> list[str]:
    """Return the pairs of neighbouring characters of a run, or the run itself where it is one character."""
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


class EnglishAndChinese(SearchEnglish):
    """Sphinx's English search, with Chinese cut into pairs of characters; Python and browser cut alike."""

    js_splitter_code = """
function splitQuery(query) {
  const words = query.split(/[^\\p{Letter}\\p{Number}_]+/u).filter((word) => word);
  return words.flatMap((word) => word.match(/[@]+|[^@]+/g)).flatMap((piece) => {
    if (!/^[@]/.test(piece) || piece.length === 1) return [piece];
    return Array.from({ length: piece.length - 1 }, (_, place) => piece.slice(place, place + 2));
  });
}
""".replace("@", HAN)

    def split(self, input: str) -> list[str]:
        """Cut a text into words, and runs of Chinese into pairs of characters."""
        found = []
        for word in super().split(input):
            for piece in _PIECES.findall(word):
                found.extend(pairs(piece) if _IS_HAN.match(piece) else [piece])
        return found
