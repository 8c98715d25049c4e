"""A record made for the tests of explorers: many rows, every kind of statement, and strings that mean harm."""

from __future__ import annotations

import csv
import json
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

from rulebooks.record import Record, load

AS_OF = "2026-11-24"
DATA = Path(__file__).parents[1] / "data"
HOSTILE = "<img src=x onerror=alert(1)></section><script>alert(2)</script> \u2028 {raw} `code` 算法备案 \"'&"
EFFECTS = ["general", "state-bodies", "parties", "persuasive"]
DIMENSIONS = ["minors", "training-data", "transparency-and-labels", "state-use"]
ORDERS = {"CN": "China", "EU": "European Union", "US": "United States", "US-CA": "California"}
BIBLIOGRAPHY = """@online{good, title = {{A statute of tests}}, url = {https://example.org/a?b=1&c=2}}
@online{harmful, title = {{A <b>link</b> that runs}}, url = {javascript:alert(3)}}
"""


def write(directory: Path, seed: int = 7) -> Record:
    """Write the record to a folder and load it as any other record."""
    draw = random.Random(seed)
    directory.mkdir(parents=True, exist_ok=True)
    descriptor = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    (directory / "datapackage.json").write_text(json.dumps({**descriptor, "as_of": AS_OF}), encoding="utf-8")
    shutil.copy(DATA / "dimensions.csv", directory)
    (directory / "references.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    provisions, application = _provisions(draw)
    tables = {
        "jurisdictions": [{"id": each, "name": name, "kind": "national"} for each, name in ORDERS.items()],
        "instruments": [
            {"id": f"{order.lower()}-law", "jurisdiction": order, "title": f"Law of {name}", "language": "en"}
            for order, name in ORDERS.items()
        ],
        "cohorts": [
            {"id": "wide", "definition": "Systems of the wide group."},
            {"id": "narrow", "parent": "wide", "definition": HOSTILE},
        ],
        "provisions": provisions,
        "application": application,
        "themes": [{"id": "safety", "name": "Safety"}, {"id": "capacity", "name": "Capacity building"}],
        "initiatives": [
            {
                "id": f"from-{proposer.lower().replace('; ', '-')}",
                "title": f"Initiative of {proposer}",
                "proposer": proposer,
            }
            for proposer in ("CN", "EU", "US", "joint", "CN; US")
        ],
        "points": _points(draw),
    }
    tables["instruments"][0].update(title_original="生成式人工智能办法", language="zh")
    tables["initiatives"][0].update(title_original="全球人工智能治理倡议")
    for path in DATA.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream))
        if path.name != "dimensions.csv":
            with (directory / path.name).open("w", encoding="utf-8", newline="") as stream:
                rows = csv.DictWriter(stream, header, restval="", lineterminator="\n")
                rows.writeheader()
                rows.writerows(tables.get(path.stem, []))
    return load(directory)


def random_states(definition: dict, count: int, seed: int) -> list[dict]:
    """Draw states of an explorer: any option, any subset, days around the record's, known up to its day."""
    draw = random.Random(seed)
    states = []
    for _ in range(count):
        state = {}
        for control in definition["controls"]:
            options = [option["value"] for option in control.get("options", [])]
            if control["kind"] == "choice":
                every = control.get("any") and draw.random() < 0.6
                state[control["id"]] = None if every else draw.choice(options)
            elif control["kind"] == "choices":
                state[control["id"]] = [each for each in options if draw.random() < 0.6]
            elif control["kind"] == "flag":
                state[control["id"]] = draw.random() < 0.3
            elif control["kind"] == "text":
                state[control["id"]] = draw.choice(["", "suan fa", "算法", "Bèi'àn", "filing", "x"])
            else:
                last = date.fromisoformat(control.get("maximum", "2029-12-31"))
                state[control["id"]] = (last - timedelta(days=draw.randrange(0, 2200))).isoformat()
        states.append(state)
    return states


def _day(draw: random.Random, first: int = 2023, last: int = 2028) -> str:
    day = date(first, 1, 1) + timedelta(days=draw.randrange(0, 365 * (last - first)))
    return day.isoformat() if draw.random() < 0.9 else day.isoformat()[:7]


def _provisions(draw: random.Random) -> tuple[list[dict], list[dict]]:
    provisions, application = [], []
    for number in range(160):
        order = draw.choice(list(ORDERS))
        provision = {
            "id": f"{order.lower()}-law-{number}",
            "jurisdiction": order,
            "instrument": f"{order.lower()}-law",
            "pinpoint": f"Art. {number}",
            "modality": draw.choice(["duty", "ban", "right"]),
            "legal_effect": draw.choice(EFFECTS),
            "bearer": "service-provider",
            "dimensions": "; ".join(sorted(draw.sample(DIMENSIONS, draw.randrange(1, 3)))),
            "content": HOSTILE if number % 20 == 0 else f"Somebody does thing {number}.",
            "source": "harmful Art. 1; good Art. 2" if number % 20 == 0 else "good Art. 2",
            "checked": "2026-11-24",
        }
        provisions.append(provision)
        for cohort in draw.choice([["all"], ["all", "wide"], ["wide", "narrow"], ["all", "narrow"]]):
            application.extend(_statements(draw, provision["id"], cohort))
    for order, checked in (("CN", "2026-11-24"), ("EU", "2026-10-01"), ("US", "2026-11-20")):
        provisions.append(
            {
                "id": f"{order.lower()}-silence-minors",
                "jurisdiction": order,
                "modality": "silence",
                "legal_effect": "none",
                "dimensions": "minors",
                "content": f"None found in {order}.",
                "source": "good",
                "checked": checked,
            }
        )
    return provisions, application


def _statements(draw: random.Random, provision: str, cohort: str) -> list[dict]:
    known = sorted({f"{_day(draw, 2022, 2027)[:7]}-{draw.randrange(1, 28):02d}" for _ in range(draw.randrange(1, 4))})
    base = {"provision": provision, "cohort": cohort, "scope": "all", "certainty": "law", "set_by": "an-act"}
    found = []
    for day in known:
        status = draw.choice(["known", "known", "known", "known", "open", "conditional", "never"])
        start, end = sorted([_day(draw), _day(draw)])
        ends = status == "known" and draw.random() < 0.3 and start[:7] < end[:7]
        found.append(
            {
                **base,
                "date_type": "transition-ends" if draw.random() < 0.1 else "applies",
                "event": "enacted" if day == known[0] else "postponed",
                "applies_from": start if status == "known" else "",
                "applies_until": end if ends else "",
                "date_status": status,
                "condition": "five ratifications" if status == "conditional" else "",
                "known_from": day,
            }
        )
    if draw.random() < 0.3:
        found.append({**base, **_later(draw, "enforceable", "enacted"), "date_status": "known"})
    if draw.random() < 0.3:
        kind = draw.choice(["applies", "enforceable"])
        scope = draw.choice(["all", "all", "parties"])
        found.append({**base, **_later(draw, kind, draw.choice(["stayed", "unenforced"])), "scope": scope})
        if draw.random() < 0.5:
            found.append({**base, **_later(draw, kind, "revived"), "date_status": "known"})
    return found


def _later(draw: random.Random, date_type: str, event: str) -> dict:
    day = f"{_day(draw, 2023, 2027)[:7]}-15"
    return {"date_type": date_type, "event": event, "applies_from": day, "date_status": "open", "known_from": day}


def _points(draw: random.Random) -> list[dict]:
    return [
        {
            "id": f"point-{number}",
            "initiative": draw.choice(["from-cn", "from-eu", "from-us", "from-joint", "from-cn-us"]),
            "number": str(number),
            "theme": draw.choice(["safety", "capacity"]),
            "speech_act": draw.choice(["urges", "commits", "opposes"]),
            "addressee": draw.choice(["all-states", "own-government"]),
            "legal_effect": "political",
            "summary": HOSTILE if number == 0 else f"Point {number} says a thing.",
            "source": "harmful 3" if number == 0 else "good para 1",
        }
        for number in range(450)
    ]
