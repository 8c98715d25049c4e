"""Copies of the chapters for Colab: what they install, where they are refused, and that one of them runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from test_install import copy_source, environment, run

from rulebooks import load
from rulebooks.cli import main
from rulebooks.colab import ColabError, wheel_address, write_copies
from rulebooks.refresh import LIVE_VIEW, notebooks, refreshed
from rulebooks.sphinx_ext import origin, pages

ROOT = Path(__file__).parents[1]
CHAPTERS = [path for path in notebooks(ROOT) if path.parent.name == "chapters"]
TRIED = "how_to_use"
WHEEL = "http://127.0.0.1:1/rulebooks-0.2.0-py3-none-any.whl"
EXECUTE = """
import nbformat, nbclient, sys
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", store_widget_state=False).execute()
nbformat.write(notebook, sys.argv[1])
"""


def checkout(folder: Path, address: str | None = None) -> Path:
    """Make a clone with two chapters and a page of reference, from an address or from nowhere."""
    for name in ("chapters/one", "chapters/two", "reference/codebook"):
        path = folder / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), path)
    (folder / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n', encoding="utf-8")
    subprocess.run(["git", "init", "-q", folder], check=True)
    if address:
        subprocess.run(["git", "-C", folder, "remote", "add", "origin", address], check=True)
    return folder


def test_a_copy_adds_one_cell_and_changes_none(tmp_path):
    """Would catch a copy that loses a cell, and a chapter left without a copy."""
    written = write_copies(tmp_path / "out", WHEEL, ROOT)
    assert [path.name for path in written] == [path.name for path in CHAPTERS]
    for copy, chapter in zip(written, CHAPTERS, strict=True):
        first, *others = nbformat.read(copy, as_version=4).cells
        assert first.source.splitlines()[1:] == [f'%pip install --quiet "{WHEEL}"']
        assert others == nbformat.read(chapter, as_version=4).cells


def test_the_wheel_of_the_clones_own_release(tmp_path):
    """Would catch a copy that installs another repository's package, another version, or that carries a token."""
    root = checkout(tmp_path / "clone", "https://ann:s3cret@github.com/ann/book.git")
    written = write_copies(tmp_path / "out", root=root)
    assert [path.relative_to(tmp_path / "out").as_posix() for path in written] == [
        "chapters/one.ipynb",
        "chapters/two.ipynb",
    ]
    wheel = "https://github.com/ann/book/releases/download/v1.2.3/rulebooks-1.2.3-py3-none-any.whl"
    for path in written:
        assert f'"{wheel}"' in nbformat.read(path, as_version=4).cells[0].source
        assert "s3cret" not in path.read_text(encoding="utf-8")
    deep = origin.Repository("gitlab.com", "a/b", "book")
    assert wheel_address(deep, "1").startswith("https://gitlab.com/a/b/book/-/releases/v1/downloads/")


def test_a_clone_from_nowhere_gets_no_copies_and_is_told_so(tmp_path, monkeypatch, capsys):
    """Would catch copies that install from an address which nobody publishes at."""
    monkeypatch.chdir(checkout(tmp_path / "clone", "https://git.example.org/ann/book.git"))
    assert main(["colab", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().out
    assert said.startswith("error: ")
    assert "no origin at a known host (github.com" in said
    assert "git remote add origin" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "address",
    [
        'http://a.org/x.whl"; !ls',
        "file:///x.whl",
        "https://a.org/x.zip",
        "https://u:t@a.org/x.whl",
        "http://a.org/\n.whl",
    ],
)
def test_an_address_that_is_no_plain_wheel_is_refused(tmp_path, address):
    """Would catch an address that becomes code of the set-up cell, or that carries a token."""
    with pytest.raises(ColabError, match=r"is not the plain http or https address of a \.whl file"):
        write_copies(tmp_path / "out", address, ROOT)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    """Would catch copies written over somebody's notebooks."""
    (tmp_path / "mine.ipynb").write_text("mine", encoding="utf-8")
    with pytest.raises(ColabError, match="is not an empty folder; name a new one"):
        write_copies(tmp_path, WHEEL, ROOT)
    with pytest.raises(ColabError, match="no notebook stands in chapters/"):
        write_copies(tmp_path / "out", WHEEL, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.ipynb"]


def buttons(root: Path, page: str) -> dict[str, str]:
    """Return the launch buttons of a page, by name, as a build of this clone gives them."""
    record = load()
    config = SimpleNamespace(ogp_site_url="https://example.org/", html_baseurl="")
    app = SimpleNamespace(rulebooks_record=record, config=config, rulebooks_repository=origin.of_clone(root))
    app.rulebooks_copies = origin.has_copies(root)
    context = {"page_source_suffix": ".ipynb", "header_buttons": []}
    pages.finish(app, page, "page.html", context, None)
    return {button["text"]: button["url"] for group in context["header_buttons"] for button in group["buttons"]}


def test_the_page_links_to_colab_only_where_a_copy_exists(tmp_path):
    """Would catch a button that leads to a missing copy: no branch of copies, another host, a page of reference."""
    root = checkout(tmp_path / "hub", "git@github.com:ann/book.git")
    git = ["git", "-C", root, "-c", "user.name=a", "-c", "user.email=a@example.org"]
    assert list(buttons(root, "chapters/one")) == ["Binder"]
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "copies"], check=True)
    subprocess.run([*git, "update-ref", "refs/remotes/origin/colab", "HEAD"], check=True)
    opened = "https://colab.research.google.com/github/ann/book/blob/colab/chapters/one.ipynb"
    assert buttons(root, "chapters/one")["Colab"] == opened
    assert list(buttons(root, "reference/codebook")) == ["Binder"]
    subprocess.run([*git, "remote", "set-url", "origin", "https://gitee.com/ann/book.git"], check=True)
    assert list(buttons(root, "chapters/one")) == ["Binder"]


def shown(notebook) -> list[list[dict]]:
    """Return what the code cells after the set-up show, without what varies from one run to the next."""
    outputs = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.id == "set-up":
            continue
        for output in cell.outputs:
            output.pop("execution_count", None)
            output.get("data", {}).pop(LIVE_VIEW, None)
        outputs.append(cell.outputs)
    return outputs


def test_a_copy_runs_where_there_is_no_checkout(tmp_path, serve):
    """Would catch a set-up cell that does not install, a chapter that needs the checkout, and other results there."""
    (tmp_path / "source").mkdir()
    source = copy_source(tmp_path / "source")
    uv = Path(sys.executable).with_name("uv")
    run(uv, "build", "--quiet", "--wheel", "--out-dir", tmp_path / "dist", source, cwd=tmp_path)
    [wheel] = (tmp_path / "dist").glob("rulebooks-*.whl")
    # As on Colab, the environment has pip, a kernel and the libraries, and nothing of the book.
    pinned = [line for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines() if line != "-e ."]
    (tmp_path / "libraries.txt").write_text("\n".join(pinned), encoding="utf-8")
    python = environment(tmp_path, "pip", "ipykernel", "nbclient", "-r", tmp_path / "libraries.txt")
    with serve(tmp_path / "dist") as address:
        write_copies(tmp_path / "out", f"{address}/{wheel.name}", ROOT)
        copy = tmp_path / "out" / "chapters" / f"{TRIED}.ipynb"
        run(python, "-c", EXECUTE, copy, cwd=copy.parent)
    here = nbformat.reads(refreshed(ROOT / "chapters" / f"{TRIED}.ipynb"), as_version=4)
    assert shown(nbformat.read(copy, as_version=4)) == shown(here)
    assert str(tmp_path) in run(python, "-c", "import rulebooks; print(rulebooks.__file__)", cwd=tmp_path)
