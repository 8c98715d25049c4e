"""The command ``rulebooks``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand and return its exit status."""
    parser = argparse.ArgumentParser(prog="rulebooks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    checker = commands.add_parser("check", help="hold the record against its descriptor and its rules")
    checker.add_argument("data", nargs="?", metavar="DIR", help="folder of the record (default: the project's)")
    checker.add_argument(
        "--overlay", metavar="DIR", help="folder of CSV files that adds a legal order (default: $RULEBOOKS_OVERLAY)"
    )
    refresher = commands.add_parser("refresh", help="run notebooks, store their outputs, and print references")
    whole = "notebooks, or a references.bib (default: the record's, then all of the book)"
    refresher.add_argument("files", nargs="*", metavar="FILE", help=whole)
    exporter = commands.add_parser(
        "export", help="write the record as a data package, SQLite, CSV for Excel and BibTeX"
    )
    exporter.add_argument("folder", metavar="FOLDER", help="a new or empty folder, or an earlier export to replace")
    exporter.add_argument("data", nargs="?", metavar="DIR", help="folder of the record (default: the project's)")
    reviewer = commands.add_parser("review", help="list rows that are due to be held against their sources again")
    reviewer.add_argument("data", nargs="?", metavar="DIR", help="folder of the record (default: the project's)")
    reviewer.add_argument("--on", metavar="DAY", type=date.fromisoformat, help="day of the list (default: today)")
    copier = commands.add_parser("colab", help="write copies of the chapters that install the package on Google Colab")
    copier.add_argument("folder", metavar="FOLDER", help="a new or empty folder")
    copier.add_argument(
        "--wheel", metavar="ADDRESS", help="where the wheel is (default: this version's release at the clone's origin)"
    )
    chosen = parser.parse_args(arguments)
    if chosen.command == "refresh":
        return run_refresh(chosen.files)
    if chosen.command == "export":
        return run_export(chosen.folder, chosen.data)
    if chosen.command == "colab":
        return run_colab(chosen.folder, chosen.wheel)
    if chosen.command == "review":
        return run_review(chosen.data, chosen.on)
    return run_check(chosen.data, chosen.overlay)


def run_export(folder: str, data: str | None) -> int:
    """Export the record, name what was written, and return 1 if nothing was."""
    from rulebooks.exports import ExportError, export
    from rulebooks.record import RecordError, load
    from rulebooks.references import bibliography, printed_references

    try:
        written = export(folder, data)
        record = load(data, overlay="")
    except (ExportError, RecordError) as error:
        print(f"error: {error}")
        return 1
    for path in written:
        print(f"{path.stat().st_size:>12,}  {path}")
    old = len(bibliography(record)) - len(printed_references(record))
    if old:
        print(f"warning: {old} references have no printed form or an old one; run `rulebooks refresh`, export again")
    return 0


def run_colab(folder: str, wheel: str | None) -> int:
    """Write the copies for Colab and say how many; return 1 if there is none."""
    try:
        from rulebooks.colab import ColabError, write_copies
    except ImportError as error:
        print(f"error: {error}; install what reads notebooks: pip install 'rulebooks[book]'")
        return 1
    try:
        written = write_copies(folder, wheel)
    except ColabError as error:
        print(f"error: {error}")
        return 1
    print(f"{len(written)} copies in {written[0].parent}")
    return 0


def run_review(data: str | None, on: date | None) -> int:
    """Print the rows that are due, in the order of their days; 1 only if the record cannot be read."""
    from rulebooks.record import RecordError, load
    from rulebooks.review import due

    try:
        rows = due(load(data), on)
    except RecordError as error:
        print(f"error: {error}")
        return 1
    for row in rows:
        print(row)
    print(f"{len(rows)} rows due on {on or date.today()}")
    return 0


def run_refresh(files: list[str]) -> int:
    """Refresh files, name those that changed, and return 1 if one fails."""
    try:
        from rulebooks.refresh import RefreshError, refresh
    except ImportError as error:
        print(f"error: {error}; install what runs notebooks: pip install 'rulebooks[book]'")
        return 1
    try:
        changed = refresh(files)
    except RefreshError as error:
        print(f"error: {error}")
        return 1
    for path in changed:
        print(f"refreshed {path}")
    print(f"{len(changed)} files changed")
    return 0


def run_check(data: str | None, overlay: str | None) -> int:
    """Print every problem and return 1 if one is an error."""
    from rulebooks.check import check

    problems = check(data, overlay or os.environ.get("RULEBOOKS_OVERLAY") or None)
    for problem in problems:
        print(problem)
    errors = sum(problem.level == "error" for problem in problems)
    print(f"{errors} errors, {len(problems) - errors} warnings")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
