"""Small records for the tests: rows of hard cases, under the descriptor of the real record."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
ATTACK = (
    "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>](javascript:window.pwned=1) "
    "{include} /etc/hostname ```{raw} html``` {{config}} =cmd()"
)
ATTACKED = {
    "jurisdictions": ["name"],
    "instruments": ["title", "summary", "issuer", "official_ref", "notes"],
    "provisions": ["pinpoint", "content", "notes"],
    "application": ["condition", "notes"],
}
EVIDENCE = {"source": "examples", "checked": "2026-11-24", "read": "secondary", "confidence": "medium"}


def headers() -> dict[str, list[str]]:
    """Return the columns of each table."""
    descriptor = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return {
        resource["name"]: [field["name"] for field in resource["schema"]["fields"]]
        for resource in descriptor["resources"]
    }


def write_table(folder: Path, name: str, rows: list[dict[str, str]]) -> Path:
    """Write one table with the columns of the descriptor."""
    path = folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, headers()[name], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_record(folder: Path, **tables: list[dict[str, str]]) -> Path:
    """Write a record with the given rows and empty tables beside them; no order is compared in it."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    descriptor["compared"] = []
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    for name in headers():
        write_table(folder, name, tables.get(name, []))
    shutil.copy(DATA / "dimensions.csv", folder)
    shutil.copy(HERE / "references.bib", folder)
    return folder


def copy_examples(folder: Path) -> Path:
    """Write the record of the hard cases."""
    write_record(folder)
    for path in HERE.glob("*.csv"):
        shutil.copy(path, folder)
    return folder


def write_overlay(folder: Path) -> Path:
    """Write an overlay that adds one order with one provision."""
    folder.mkdir()
    write_table(
        folder, "jurisdictions", [{"id": "XA", "name": "Example", "kind": "national", "knowledge_rule": "Print"}]
    )
    write_table(
        folder,
        "instruments",
        [
            {
                "id": "xa-act",
                "jurisdiction": "XA",
                "title": "Act",
                "language": "en",
                "kind": "statute",
                "summary": "An act of an order that the tests add.",
                **EVIDENCE,
            }
        ],
    )
    write_table(
        folder,
        "provisions",
        [
            {
                "id": "xa-act-1",
                "jurisdiction": "XA",
                "instrument": "xa-act",
                "pinpoint": "s. 1",
                "version": "1",
                "modality": "duty",
                "legal_effect": "general",
                "bearer": "anyone",
                "dimensions": "minors",
                "content": "Everybody must obey an added example.",
                **EVIDENCE,
            }
        ],
    )
    statement = {"provision": "xa-act-1", "cohort": "all", "date_type": "applies", "event": "enacted"}
    statement |= {"applies_from": "2026-01-01", "date_status": "known", "scope": "all", "certainty": "law"}
    write_table(folder, "application", [{**statement, "set_by": "xa-act", "known_from": "2025-12-01", **EVIDENCE}])
    return folder


def statement(**cells: str) -> dict[str, str]:
    """Return a row of application: law for everybody with a known date, unless the cells say otherwise."""
    row = {
        "provision": "us-fixture-act-1",
        "cohort": "all",
        "date_type": "applies",
        "event": "enacted",
        "applies_from": "",
        "applies_until": "",
        "date_status": "known",
        "scope": "all",
        "certainty": "law",
        "set_by": "us-fixture-act",
        "known_from": "2026-01-10",
    }
    return {**row, **EVIDENCE, **cells}


def write_hostile_overlay(folder: Path) -> Path:
    """Write the same overlay with text that tries to become code in every text column."""
    write_overlay(folder)
    for table, columns in ATTACKED.items():
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            row.update(dict.fromkeys(columns, ATTACK))
            row.update({"source": "eu2024aiact"} if "source" in row else {})
        write_table(folder, table, rows)
    return folder
