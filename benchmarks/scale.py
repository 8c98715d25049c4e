"""The law at a date, regimes side by side and the check, on the record multiplied: seconds, and how they grow.

The tables of the law are copied until they hold a thousand, ten thousand and a hundred thousand provisions or a few
more. Each copy has ids and sentences of its own, so that every size passes the check. Growth is held against n log n.
"""

from __future__ import annotations

import csv
import gc
import io
import math
import re
import sys
import time
import zipfile
from collections.abc import Callable
from itertools import pairwise

from rulebooks.check import POINTS_TO, UNREPEATED, check
from rulebooks.comparison import compare
from rulebooks.law import in_force
from rulebooks.record import DESCRIPTOR, Record, data_directory, load

SIZES = (1_000, 10_000, 100_000)
COPIED = (
    "instruments",
    "provisions",
    "cohorts",
    "application",
    "relations",
    "penalties",
    "actions",
    "events",
    "triggers",
)
SLACK = 1.5
ENOUGH = 0.5


def copied(record: Record, name: str, number: int, ids: set[str]) -> list[list[str]]:
    """Return the rows of a table as one copy has them: its own ids, and a number in each sentence, none twice."""
    schema = next(each["schema"] for each in record.descriptor["resources"] if each["name"] == name)
    pointers = {key["fields"][0] for key in schema.get("foreignKeys", [])} | {"id"}
    pointers |= {column for table, column in POINTS_TO if table == name}
    frame = record.table(name)
    columns = []
    for field in schema["fields"]:
        cells = frame[field["name"]].tolist()
        if number and field["name"] in pointers:
            cells = [
                "; ".join(f"{item}-x{number}" if item in ids else item for item in cell.split("; ")) for cell in cells
            ]
        elif number and field["name"] in UNREPEATED:
            longest = field.get("constraints", {}).get("maxLength")
            cells = [re.sub(r"^|(?<=[.;:!?] )", f"{number} ", cell)[:longest].strip() if cell else "" for cell in cells]
        columns.append(cells)
    before = {tuple(row) for row in frame.to_numpy().tolist()} if number else set()
    return [list(cells) for cells in zip(*columns, strict=True) if cells not in before]


def multiplied(record: Record, provisions: int) -> zipfile.Path:
    """Return an archive in memory of the record with at least as many provisions."""
    ids = {id for name in COPIED if "id" in record.table(name) for id in record.table(name)["id"]}
    copies = math.ceil(provisions / len(record.provisions))
    memory = io.BytesIO()
    memory.name = "memory.zip"
    with zipfile.ZipFile(memory, "w") as archive:
        for path in record.directory.iterdir():
            if path.suffix == ".bib" or path.name == DESCRIPTOR:
                archive.writestr(f"data/{path.name}", path.read_bytes())
        for name, frame in record.tables.items():
            text = io.StringIO(newline="")
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(frame.columns)
            for number in range(copies if name in COPIED else 1):
                writer.writerows(copied(record, name, number, ids))
            archive.writestr(f"data/{name}.csv", text.getvalue())
    return zipfile.Path(zipfile.ZipFile(memory), "data/")


def seconds(function: Callable[[], object]) -> float:
    """Return the shortest of two runs or more in time of the processor, without collecting what was there before."""
    gc.collect()
    gc.freeze()
    runs: list[float] = []
    while len(runs) < 2 or (sum(runs) < ENOUGH and len(runs) < 20):
        start = time.process_time()
        function()
        runs.append(time.process_time() - start)
    gc.unfreeze()
    return min(runs)


def main() -> int:
    """Print seconds for each size; return 1 if one grows faster than n log n, with some slack, or the check fails."""
    base = load(data_directory(None))
    taken: dict[str, list[float]] = {"in_force": [], "compare": [], "check": []}
    numbers = []
    print("provisions  in_force   compare     check   (seconds)")
    for size in SIZES:
        folder = multiplied(base, size)
        record = load(folder)
        numbers.append(len(record.provisions))
        taken["in_force"].append(seconds(lambda record=record: in_force(record, "2025-06-01", "2026-01-01")))
        taken["compare"].append(seconds(lambda record=record: compare(record)))
        gc.collect()
        gc.freeze()
        start = time.process_time()
        problems = [problem for problem in check(folder) if problem.level == "error"]
        taken["check"].append(time.process_time() - start)
        gc.unfreeze()
        if problems:
            print(f"{size}: {problems[0]} (and {len(problems) - 1} more)")
            return 1
        print(f"{numbers[-1]:10,}" + "".join(f"{times[-1]:10.3f}" for times in taken.values()), flush=True)
    worst = 0.0
    for name, times in taken.items():
        for (few, many), (early, late) in zip(pairwise(numbers), pairwise(times), strict=True):
            allowed = many * math.log(many) / (few * math.log(few))
            worst = max(worst, late / early / allowed)
            more = f"{many / few:.1f} times the provisions"
            print(f"{name}: {more}, {late / early:.1f} times as long, n log n {allowed:.1f}")
    print(f"the fastest growth is {worst:.2f} of n log n, limit {SLACK}")
    return int(worst > SLACK)


if __name__ == "__main__":
    sys.exit(main())
