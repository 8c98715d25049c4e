"""The codebook: what it counts, and how far two coders agree."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

from rulebooks import codebook, load
from rulebooks.record import Record

ROOT = Path(__file__).parents[1]
RECORD = load(overlay="")


def with_codes(first: str, second: str) -> Record:
    """Return the record with points of one power, coded twice on one variable by the letters given."""
    tables = dict(RECORD.tables)
    points = RECORD.points.head(len(first)).assign(theme=list(first))
    same = {name: points[name].to_numpy() for name in codebook.CODED_TWICE[1:]}
    columns = RECORD.second_codings.columns
    tables["points"] = points
    twice = points.rename(columns={"id": "point"})[["point"]].assign(theme=list(second), doubt="", **same)
    tables["second_codings"] = twice[columns]
    return Record(RECORD.as_of, RECORD.directory, RECORD.descriptor, tables)


def of_theme(record: Record) -> dict:
    """Return the line of `agreement` on themes over all points."""
    table = codebook.agreement(record, draws=50)
    return table[(table["power"] == "all") & (table["variable"] == "theme")].iloc[0].to_dict()


def test_sixty_points_are_coded_twice_twenty_for_each_power():
    """Would catch a second coding that leaves a power out, or names a point that is gone."""
    both = codebook.second_codings(RECORD)
    assert both["power"].value_counts().to_dict() == {"CN": 20, "EU": 20, "US": 20}
    for variable in codebook.CODED_TWICE:
        allowed = set(codebook.values(RECORD, "points", variable)["value"]) if variable != "theme" else None
        assert set(both[f"{variable}_2"]) <= (allowed or set(RECORD.themes["id"]))


def test_alpha_of_the_textbook_example():
    """Would catch a wrong formula: Krippendorff's example of two observers, nominal data and none missing is 0.692."""
    found = of_theme(with_codes("aabbdcccedda", "babbbccceddd"))
    assert found["alpha"] == pytest.approx(0.69)
    assert found["agreement"] == pytest.approx(9 / 12)


def test_alpha_is_that_of_the_library():
    """Would catch a formula of our own that parts from the reference implementation on any variable or power."""
    reference = pytest.importorskip("krippendorff", reason="make test installs it")
    both = codebook.second_codings(RECORD)
    for row in codebook.agreement(RECORD, draws=10).to_dict("records"):
        part = both if row["power"] == "all" else both[both["power"] == row["power"]]
        codes = sorted({*part[row["variable"]], *part[row["variable"] + "_2"]})
        coded = [[codes.index(each) for each in part[name]] for name in (row["variable"], row["variable"] + "_2")]
        if len(codes) > 1:
            expected = reference.alpha(reliability_data=coded, level_of_measurement="nominal")
            assert row["alpha"] == pytest.approx(expected, abs=0.005)


def test_one_code_throughout_has_no_alpha():
    """Would catch a division by zero, or a perfect score, where chance alone would agree throughout."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = of_theme(with_codes("aaaa", "aaaa"))
    assert found["agreement"] == 1
    assert np.isnan(found["alpha"])


def test_interval_holds_the_estimate_and_is_the_same_twice():
    """Would catch a bootstrap without a seed, which makes the stored codebook change by itself."""
    first, second = codebook.agreement(RECORD), codebook.agreement(RECORD)
    assert first.equals(second)
    known = first.dropna()
    assert (known["low"] <= known["alpha"]).all()
    assert (known["alpha"] <= known["high"]).all()


def test_every_table_and_column_is_shown():
    """Would catch a table that the record holds and the codebook leaves out."""
    cells = json.loads((ROOT / "reference" / "codebook.ipynb").read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert {each for each in codebook.tables(RECORD)["table"] if f'"{each}"' not in code} == set()


def test_the_codebook_says_who_coded():
    """Would catch a figure of agreement that hides that no human coded."""
    text = (ROOT / "reference" / "codebook.ipynb").read_text(encoding="utf-8")
    for said in ("language model", "no human", "guess"):
        assert said in text
