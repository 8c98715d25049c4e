"""Loading the record beside importing pandas: medians of ten alternating runs, each in a fresh process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 10
LIMIT = 1.3
PANDAS = "import pandas"
RECORD = "import rulebooks; rulebooks.load()"


def seconds(code: str) -> float:
    """Return how long a fresh process takes to run the code."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main() -> int:
    """Print both medians and their ratio; return 1 if the ratio is above the limit."""
    for code in (PANDAS, RECORD):
        seconds(code)
    times: dict[str, list[float]] = {PANDAS: [], RECORD: []}
    for _ in range(RUNS):
        for code, taken in times.items():
            taken.append(seconds(code))
    for code, taken in times.items():
        print(f"{statistics.median(taken):6.3f} s  {code}")
    ratio = statistics.median(times[RECORD]) / statistics.median(times[PANDAS])
    print(f"ratio {ratio:.2f}, limit {LIMIT}")
    return ratio > LIMIT


if __name__ == "__main__":
    sys.exit(main())
