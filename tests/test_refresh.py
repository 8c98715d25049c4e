"""Refresh: what it stores, and what it leaves alone when something fails."""

import nbformat
import pytest

from rulebooks import refresh


def notebook(folder, *cells):
    """Write a notebook of code cells (text) and Markdown cells (tuples)."""
    made = nbformat.v4.new_notebook()
    for number, cell in enumerate(cells):
        make = nbformat.v4.new_markdown_cell if isinstance(cell, tuple) else nbformat.v4.new_code_cell
        made.cells.append(make(cell[0] if isinstance(cell, tuple) else cell, id=f"cell-{number}"))
    path = folder / "page.ipynb"
    path.write_text(nbformat.writes(made), encoding="utf-8")
    return path


def test_stores_outputs_and_numbers_and_then_changes_nothing(tmp_path):
    """Would catch a second refresh that differs from the first, or a number that is not rewritten."""
    path = notebook(tmp_path, ("Now 1<!--= 40 + answer --> of them.",), "answer = 2\nanswer")
    assert refresh.refresh([path]) == [path]
    stored = nbformat.read(path, as_version=4)
    assert stored.cells[0].source == "Now 42<!--= 40 + answer --> of them."
    assert stored.cells[1].outputs[0].data["text/plain"] == "2"
    assert len(stored.cells) == 2
    assert refresh.refresh([path]) == []


def test_leaves_out_the_live_view_of_a_widget(tmp_path):
    """Would catch a random widget id in git."""
    path = notebook(tmp_path, "import ipywidgets\nipywidgets.IntSlider(3)")
    text = refresh.refreshed(path)
    assert refresh.LIVE_VIEW not in text
    assert "model_id" not in text


@pytest.mark.parametrize(
    ("cells", "named"),
    [(["1 / 0"], "ZeroDivisionError"), ([("3<!--= nothing -->",)], "nothing"), ([("x<!--= 1 -->",)], "expression")],
)
def test_a_failure_names_the_notebook_and_leaves_it_whole(tmp_path, cells, named):
    """Would catch a notebook half-written or an error that does not say where it is."""
    path = notebook(tmp_path, *cells)
    before = path.read_bytes()
    with pytest.raises(refresh.RefreshError, match=rf"page\.ipynb: cell 1.*{named}"):
        refresh.refresh([path])
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["page.ipynb"]


def test_a_broken_file_is_named(tmp_path):
    """Would catch a traceback where a notebook is not a notebook."""
    path = tmp_path / "broken.ipynb"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(refresh.RefreshError, match=r"broken\.ipynb"):
        refresh.refresh([path])
