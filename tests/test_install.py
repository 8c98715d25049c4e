"""The package as others get it: a wheel that carries the record, and an editable checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rulebooks import load

ROOT = Path(__file__).parents[1]
COUNT = "import rulebooks; r = rulebooks.load(); print(len(r.provisions), len(rulebooks.in_force(r)), r.directory)"
TRAVELS = ("pyproject.toml", "README.md", "LICENSE", "LICENSE-CONTENT", "src", "data")


def run(*command: object, cwd: Path) -> str:
    """Run a command outside the checkout and return what it prints."""
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "RULEBOOKS_OVERLAY")}
    done = subprocess.run([str(each) for each in command], cwd=cwd, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
    return done.stdout


def copy_source(folder: Path) -> Path:
    """Copy what the package is made from into a folder."""
    for name in TRAVELS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """A copy of what the package is made from."""
    return copy_source(tmp_path_factory.mktemp("source"))


def environment(folder: Path, *install: object) -> Path:
    """Make an empty environment, install into it and return its Python."""
    uv = Path(sys.executable).with_name("uv")
    run(uv, "venv", "--quiet", "--python", sys.executable, folder / "env", cwd=folder)
    python = folder / "env" / "bin" / "python"
    run(uv, "pip", "install", "--quiet", "--python", python, *install, cwd=folder)
    return python


def test_the_wheel_carries_the_record(source, tmp_path):
    """Would catch a wheel without data/, without the explorers' module, or that needs the checkout."""
    uv = Path(sys.executable).with_name("uv")
    run(uv, "build", "--quiet", "--wheel", "--out-dir", tmp_path / "dist", source, cwd=tmp_path)
    [wheel] = (tmp_path / "dist").glob("rulebooks-*.whl")
    python = environment(tmp_path, wheel)
    provisions, answers, directory = run(python, "-c", COUNT, cwd=tmp_path).split()
    record = load()
    assert int(provisions) == len(record.provisions)
    assert int(answers) > 0
    assert str(tmp_path) in directory
    explorer = "from rulebooks import load; from rulebooks.explorers import compare_regimes; "
    shown = run(python, "-c", explorer + "print(len(compare_regimes(load()).selection))", cwd=tmp_path)
    assert int(shown) > 0
    assert "0 errors" in run(python.with_name("rulebooks"), "check", cwd=tmp_path)


def test_an_editable_checkout_reads_its_own_rows(source, tmp_path):
    """Would catch an editable install that reads a stale copy of data/ instead of the row just edited."""
    python = environment(tmp_path, "--editable", source)
    before = int(run(python, "-c", COUNT, cwd=tmp_path).split()[0])
    path = source / "data" / "provisions.csv"
    first, rest = path.read_text(encoding="utf-8").rsplit("\n", 2)[0], "\n"
    path.write_text(first + rest, encoding="utf-8")
    assert int(run(python, "-c", COUNT, cwd=tmp_path).split()[0]) == before - 1


def test_requirements_are_those_of_the_lock_file():
    """Would catch a Binder or a pip install that runs other versions than the tests do."""
    uv = Path(sys.executable).with_name("uv")
    export = [uv, "export", "--quiet", "--frozen", "--no-emit-project", "--no-hashes", "--no-annotate", "--no-header"]
    locked = run(*export, cwd=ROOT).splitlines()
    written = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert written[1:] == [*locked, "-e ."]
