"""The command ``rulebooks``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand and return its exit status."""
    parser = argparse.ArgumentParser(prog="rulebooks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    checker = commands.add_parser("check", help="hold the record against its descriptor and its rules")
    checker.add_argument("data", nargs="?", metavar="DIR", help="folder of the record (default: the project's)")
    checker.add_argument("--overlay", metavar="DIR", help="folder of CSV files that adds a legal order")
    refresher = commands.add_parser("refresh", help="run notebooks and store their outputs")
    refresher.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="notebooks (default: all of the book)")
    chosen = parser.parse_args(arguments)
    if chosen.command == "refresh":
        return run_refresh(chosen.notebooks)
    return run_check(chosen.data, chosen.overlay)


def run_refresh(notebooks: list[str]) -> int:
    """Refresh notebooks, name those that changed, and return 1 if one fails."""
    try:
        from rulebooks.refresh import RefreshError, refresh
    except ImportError as error:
        print(f"error: {error}; install what runs notebooks: pip install 'rulebooks[book]'")
        return 1
    try:
        changed = refresh(notebooks)
    except RefreshError as error:
        print(f"error: {error}")
        return 1
    for path in changed:
        print(f"refreshed {path}")
    print(f"{len(changed)} notebooks changed")
    return 0


def run_check(data: str | None, overlay: str | None) -> int:
    """Print every problem and return 1 if one is an error."""
    from rulebooks.check import check

    problems = check(data, overlay)
    for problem in problems:
        print(problem)
    errors = sum(problem.level == "error" for problem in problems)
    print(f"{errors} errors, {len(problems) - errors} warnings")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
