"""Re-execute notebooks and store what they show: outputs, and the numbers in their prose; print references."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from . import prose
from .citations import CitationError, update
from .record import BIBLIOGRAPHY
from .references import CITATIONS

LIVE_VIEW = "application/vnd.jupyter.widget-view+json"
FOLDERS = ("chapters", "reference")


class RefreshError(Exception):
    """A notebook or bibliography that cannot be refreshed: names the file, the cell and the mend."""


def last_line(error: Exception) -> str:
    """Return the last line of what a kernel says of an error, without the colours of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines()[-1]


def notebooks(root: Path | None = None) -> list[Path]:
    """Return the book's notebooks, in the order of their names."""
    root = Path.cwd() if root is None else Path(root)
    return sorted(path for folder in FOLDERS for path in (root / folder).glob("*.ipynb"))


def refreshed(path: Path) -> str:
    """Execute a notebook in a fresh kernel and return its text as `refresh` stores it.

    The file is not touched. Widget views and state, execution times and the Python version are left out, so that two
    runs give the same bytes.

    Raises
    ------
    RefreshError
        If the notebook cannot be read, a cell fails, or an expression in the prose gives no number or date.
    """
    path = Path(path)
    try:
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
        raise RefreshError(f"{path}: not a notebook that can be read ({error}); restore it from git") from error
    client = NotebookClient(
        notebook,
        timeout=180,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    with client.setup_kernel():
        for position, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, position)
            except CellExecutionError as error:
                last = last_line(error)
                raise RefreshError(f"{path}: cell {position + 1} fails: {last}; mend the cell and run again") from error
        _rewrite_prose(notebook, client, path)
    _drop_what_varies(notebook)
    return nbformat.writes(notebook) + "\n"


def _rewrite_prose(notebook, client: NotebookClient, path: Path) -> None:
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown":
            continue
        try:
            found = prose.find(cell.source)
            if found:
                cell.source = prose.replace(cell.source, _ask(client, [each.expression for each in found]))
        except ValueError as error:
            raise RefreshError(f"{path}: cell {position + 1}: {error}") from error


def _ask(client: NotebookClient, expressions: list[str]) -> list[object]:
    code = f"__import__('rulebooks.prose').prose.answer({expressions!r}, globals())"
    cell = nbformat.v4.new_code_cell(code)
    client.nb.cells.append(cell)  # nbclient stores outputs in the notebook, so the question stands there for a moment
    try:
        client.execute_cell(cell, len(client.nb.cells) - 1, store_history=False)
    except CellExecutionError as error:
        raise ValueError(f"{last_line(error)} in one of {expressions}") from error
    finally:
        client.nb.cells.pop()
    return json.loads("".join(output.text for output in cell.outputs if output.output_type == "stream"))


def _drop_what_varies(notebook) -> None:
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            output.get("data", {}).pop(LIVE_VIEW, None)
            if "execution_count" in output:
                output["execution_count"] = count


def refresh(paths: list[str | Path] | None = None, root: Path | None = None) -> list[Path]:
    """Refresh files in place and return those that changed; a file is replaced whole or not at all.

    Parameters
    ----------
    paths : list of path, optional
        Notebooks, or a ``references.bib`` whose printed references are to be made. Default: the record's bibliography
        and then every notebook of the book.
    root : pathlib.Path, optional
        The checkout. Default: the working folder.

    Returns
    -------
    list of pathlib.Path

    Raises
    ------
    RefreshError
        From the first file that fails; that file and the ones after it are left as they were.
    """
    changed = []
    for path in [Path(each) for each in paths] if paths else [*_bibliographies(root), *notebooks(root)]:
        if path.name == BIBLIOGRAPHY:
            try:
                changed += [path.with_name(f"{CITATIONS}.csv")] if update(path) else []
            except CitationError as error:
                raise RefreshError(str(error)) from error
            continue
        text = refreshed(path)
        if text != path.read_text(encoding="utf-8"):
            _write_whole(path, text)
            changed.append(path)
    return changed


def _bibliographies(root: Path | None) -> list[Path]:
    path = (Path.cwd() if root is None else Path(root)) / "data" / BIBLIOGRAPHY
    return [path] if path.is_file() else []


def _write_whole(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.chmod(temporary, path.stat().st_mode)
    os.replace(temporary, path)
