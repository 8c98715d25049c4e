"""The law at a date for growing records: seconds a call, and how they grow."""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd

from rulebooks.law import STATEMENT_COLUMNS, in_force
from rulebooks.record import Record

SIZES = (1_000, 10_000, 100_000)
FIRST = date(2020, 1, 1)
LIMIT = 25.0


def made(provisions: int) -> Record:
    """Return a record in which each provision has a cohort, a postponement, and every tenth a stay."""
    rows = []

    def add(number: int, cohort: str, date_type: str, event: str, start: int, known: int) -> None:
        days = [(FIRST + timedelta(days=offset % 2400)).isoformat() for offset in (start, known)]
        status = "open" if event == "stayed" else "known"
        rows.append(
            (f"p-{number}", cohort, date_type, event, days[0], "", status, "", "all", "law", "act", days[1], "s")
        )

    for number in range(provisions):
        add(number, "all", "applies", "enacted", number, number // 2)
        add(number, "group", "applies", "postponed", number * 7, number // 2 + 1)
        if number % 10 == 0:
            add(number, "all", "enforceable", "stayed", number * 3, number)
    tables = {
        "application": pd.DataFrame(rows, columns=STATEMENT_COLUMNS, dtype="object"),
        "cohorts": pd.DataFrame([("group", "")], columns=["id", "parent"], dtype="object"),
        "provisions": pd.DataFrame(
            [(f"p-{number}", "duty") for number in range(provisions)], columns=["id", "modality"], dtype="object"
        ),
    }
    return Record(date(2026, 11, 24), Path(), {}, tables)


def main() -> int:
    """Print seconds for each size; return 1 if ten times the provisions take more than LIMIT times as long."""
    taken = []
    for size in SIZES:
        record = made(size)
        runs = []
        for _ in range(3):
            start = time.perf_counter()
            in_force(record, "2025-06-01", "2026-01-01")
            runs.append(time.perf_counter() - start)
        taken.append(min(runs))
        print(f"{taken[-1]:7.3f} s  {size:7,} provisions")
    growth = max(late / early for early, late in pairwise(taken))
    print(f"growth for ten times the provisions: {growth:.1f}, limit {LIMIT}")
    return growth > LIMIT


if __name__ == "__main__":
    sys.exit(main())
