"""Copies of the chapters for Google Colab: each begins with one cell that installs the wheel of a release."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import nbformat

from rulebooks.refresh import notebooks
from rulebooks.sphinx_ext.origin import HOSTS, Repository, of_clone

SET_UP = """# Run this cell first: it installs the package of the book, which carries the record.
%pip install --quiet "{address}\""""
SET_UP_ID = "set-up"
_WHEEL = re.compile(r"https?://[A-Za-z0-9.:-]+(?:/[A-Za-z0-9._~+-]+)*/[A-Za-z0-9._+-]+\.whl")


class ColabError(Exception):
    """No copies can be made; the message says why and how to mend it."""


def wheel_address(repository: Repository, version: str) -> str:
    """Return the address at which a repository's release of this version holds the wheel."""
    release = "-/releases/v{version}/downloads" if repository.host == "gitlab.com" else "releases/download/v{version}"
    return f"{repository.url}/{release.format(version=version)}/rulebooks-{version}-py3-none-any.whl"


def copied(path: Path, address: str) -> str:
    """Return the text of a chapter's copy: its own cells and outputs after one that installs the wheel."""
    notebook = nbformat.read(path, as_version=4)
    cell = nbformat.v4.new_code_cell(SET_UP.format(address=address), id=SET_UP_ID)
    notebook.cells.insert(0, cell)
    return nbformat.writes(notebook) + "\n"


def write_copies(folder: str | Path, address: str | None = None, root: str | Path | None = None) -> list[Path]:
    """Write a copy of every chapter for Colab.

    Parameters
    ----------
    folder : path
        A new or empty folder; the copies stand in it under ``chapters``.
    address : str, optional
        Where the wheel is. Default: the release of this version at the clone's origin.
    root : path, optional
        The checkout. Default: the working folder.

    Returns
    -------
    list of pathlib.Path
        The copies, in the order of their names.

    Raises
    ------
    ColabError
        If the clone has no origin at a known host, the address is not one of a wheel, there is no chapter, or the
        folder holds something.
    """
    root = Path.cwd() if root is None else Path(root)
    target = Path(folder)
    if address is None:
        repository = of_clone(root)
        if repository is None:
            raise ColabError(
                f"{root}: the clone has no origin at a known host ({', '.join(HOSTS)}), so no release has its wheel "
                "and no copies are made; add one with `git remote add origin ADDRESS`, or name the wheel with --wheel"
            )
        address = wheel_address(repository, _version(root))
    elif not _WHEEL.fullmatch(address):
        raise ColabError(f"--wheel: {address!r} is not the plain http or https address of a .whl file")
    chapters = [path for path in notebooks(root) if path.parent.name == "chapters"]
    if not chapters:
        raise ColabError(f"{root}: no notebook stands in chapters/; run this in the book's checkout")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ColabError(f"{target}: is not an empty folder; name a new one")
    texts = {target / "chapters" / path.name: copied(path, address) for path in chapters}
    (target / "chapters").mkdir(parents=True)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return list(texts)


def _version(root: Path) -> str:
    """Return the version that the checkout gives its package."""
    try:
        return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise ColabError(f"{root}/pyproject.toml: names no version ({error}); run this in the checkout") from error
