"""What a page weighs, gzipped, beside the same notebook under Jupyter Book's defaults.

Run ``python benchmarks/page_weight.py [PAGE]`` after ``make book``; PAGE is ``chapters/how_to_use`` unless named.
All that the page comes to load is counted: its HTML, style sheets, scripts, pictures, the icon font, and, where it
has them, the drawing library and the explorers' rows. The default build is of the same notebook with its charts and
explorers as the tables that viewers without the book's renderer show. Its own files are counted; what it would fetch
from other hosts (MathJax, require.js with the widget manager, Vega) is not, so the true figure is higher. Exits with 1
above the limit.
"""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import nbformat

from rulebooks.explorers import MIME_TYPE
from rulebooks.theme import SPEC_TYPE

ROOT = Path(__file__).parents[1]
LIMIT = 520
_LOADED = re.compile(r"""<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"#?]+)[^>]*>""")
_PAGES = re.compile(r"""rel="(?:next|prev|index|search|author|canonical)""")


def weigh(site: Path, page: str) -> Counter[str]:
    """Return the gzipped bytes of a page by kind of file."""
    path = site / f"{page}.html"
    markup = path.read_text(encoding="utf-8")
    names = [match[1] for match in _LOADED.finditer(markup) if not _PAGES.search(match[0])]
    names += re.findall(r'data-vega="([^"]+)"', markup)
    files = {(path.parent / name).resolve() for name in names if "://" not in name}
    if not any(each.suffix.startswith(".woff") for each in files):
        files |= set((site / "_static").glob("icons.woff"))
    weight = Counter(page=len(gzip.compress(markup.encode())))
    for each in files:
        kind = (
            "vega"
            if each.parent.name == "vega"
            else "explorers"
            if each.parent.name == "explorers"
            else each.suffix[1:]
        )
        weight[kind] += len(gzip.compress(each.read_bytes()))
    return weight


def build_with_defaults(page: str, folder: Path) -> Path:
    """Build one notebook as Jupyter Book does by default, from its stored outputs, and return the site's folder."""
    notebook = nbformat.read((ROOT / page).with_suffix(".ipynb"), as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for own in (SPEC_TYPE, MIME_TYPE):
                output.get("data", {}).pop(own, None)
    (folder / page).parent.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{page}.ipynb")
    (folder / "index.md").write_text("# Index\n")
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n- file: {page}\n")
    (folder / "_config.yml").write_text("title: Defaults\nexecute:\n  execute_notebooks: 'off'\n")
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "."]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "_build" / "html"


def main(page: str = "chapters/how_to_use") -> int:
    """Print both weights and return the exit status."""
    own = weigh(ROOT / "_build" / "html", page)
    with tempfile.TemporaryDirectory() as folder:
        default = weigh(build_with_defaults(page, Path(folder)), page)
    print(f"{page}, gzip, kB (limit {LIMIT})".ljust(44) + "book   defaults (local files only)")
    for kind in sorted({*own, *default}):
        print(f"  {kind:<40}{own[kind] / 1000:>6.1f} {default[kind] / 1000:>10.1f}")
    total = own.total() / 1000
    print(f"  {'total':<40}{total:>6.1f} {default.total() / 1000:>10.1f}")
    return int(total > LIMIT)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
