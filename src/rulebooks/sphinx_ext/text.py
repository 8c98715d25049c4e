"""What happens to a page's text: paragraphs get numbers that can be cited, Chinese text gets its language."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from rulebooks.explorers.page import CHINESE

LOGGER = logging.getLogger(__name__)
_MARKUP = re.compile(r"(<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>)", re.DOTALL | re.IGNORECASE)
_FOLDS = re.compile(r"<(/?)details\b", re.IGNORECASE)


class NumberedParagraphs(SphinxPostTransform):
    """Give each paragraph of a chapter's running text an id, ``p1``, ``p2``, and a link beside it.

    Paragraphs in lists, notes, exercises, quotations and folds are not counted.
    """

    default_priority = 400
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Give a number to each paragraph of one document."""
        if not self.env.docname.startswith("chapters/"):
            return
        depth = count = 0
        for node in list(self.document.findall(lambda n: isinstance(n, (nodes.raw, nodes.paragraph)))):
            if isinstance(node, nodes.raw):
                depth += sum(-1 if close else 1 for close in _FOLDS.findall(node.astext()))
            elif depth == 0 and _is_running_text(node):
                count += 1
                self._number(node, count)

    def _number(self, paragraph: nodes.paragraph, number: int) -> None:
        name = f"p{number}"
        if name in self.document.ids:
            LOGGER.warning("the label %r is kept for numbered paragraphs: rename it", name, location=paragraph)
            return
        paragraph["ids"].append(name)
        paragraph["classes"].append("numbered")
        link = f'<a class="paragraph-link" href="#{name}" aria-label="Paragraph {number}" data-number="{number}"></a>'
        paragraph.append(nodes.raw("", link, format="html"))


def _is_running_text(paragraph: nodes.paragraph) -> bool:
    """Say whether a paragraph stands in nothing but sections (an exercise holds a section of its own)."""
    part = paragraph.parent
    while isinstance(part, nodes.section):
        part = part.parent
    return isinstance(part, nodes.document) and bool(paragraph.astext().strip())


def mark(markup: str) -> str:
    """Mark the Chinese runs of a piece of HTML with their language, so that voices and fonts are chosen rightly.

    Tags, comments, scripts and styles are left as they are.
    """
    parts = _MARKUP.split(markup)
    parts[::2] = [CHINESE.sub(r'<span lang="zh-Hans">\1</span>', part) for part in parts[::2]]
    return "".join(parts)
