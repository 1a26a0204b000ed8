"""Contents of reports on sub-projects as they are read, to make PDFs of: with everything, or with nothing."""

from typing import Any

Json = dict[str, Any]
HOSTILE = "<script>alert(1)</script>{{ x }}\u202e</h2>"


def number(key: str, value: int | None, shown: str = "number", on: str | None = None, at_least: bool = False) -> Json:
    return {"key": key, "shown": shown, "value": value, "on": on, "at_least": at_least}


def make_content(parts: int = 3, late: int = 2, stopped: int = 1, entries: int = 2, text: str = "Prøve") -> Json:
    rows = [_part(at, text, entries) for at in range(1, parts + 1)]
    kinds = [("families", "Familier"), ("children", "Barn og unge"), ("housing", "Familier som har fått bolig")]
    kinds += [("own_home", "Familier som har kjøpt egen bolig"), ("driving_licences", "Førerkort")]
    kinds += [("work_or_education", "Begynt i arbeid eller utdanning"), ("events", "Felles arrangementer")]
    return {
        "schema": 2,
        "kind": "sub_projects",
        "title": "Halvårsstatus for delprosjektene",
        "subject": "1. halvår 2025",
        "municipality": {"name": "Prøvevik", "number": "9999", "region": "Midt"},
        "case_number": "25/1234",
        "as_of": "2025-06-30",
        "counted_on": "2025-06-30",
        "closed_on": "2025-08-15",
        "period": {"code": "2025-1", "label": "1. halvår 2025", "start": "2025-01-01", "end": "2025-06-30"},
        "proposed_decision": f"{text} vedtak: tas til orientering.",
        "summary": f"{text} sammendrag.",
        "five": _five(parts),
        "late": [_late(rows[at % parts], at) for at in range(late)] if parts else [],
        "stopped": [{"id": row["id"], "title": row["title"], "on": "2025-06-15"} for row in rows[:stopped]],
        "results": {
            "columns": [{"kind": kind, "label": label} for kind, label in kinds],
            "rows": [_row(row, kinds) for row in rows],
            "total": [number(f"outcome:{kind}:total", 1200, at_least=kind == "families") for kind, _label in kinds],
        }
        if parts
        else None,
        "money": _money(),
        "sub_projects": rows,
        "log": [_entry(row, at, text) for row in rows for at in range(entries)],
        "counts": [{"key": "outcome:families:total", "shown": "number", "value": 1200, "on": None}] if parts else [],
        "count_sums": [],
        "changes": _changes(rows) if parts else None,
    }


def _five(parts: int) -> list[Json]:
    since = "2 flere enn i 2. halvår 2024"
    return [
        {
            "key": "running",
            "label": "Delprosjekter i gang",
            "value": parts,
            "of": parts,
            "note": "",
            "change": since,
            "place": "delprosjektene",
        },
        {
            "key": "reached",
            "label": "Resultatmål nådd",
            "value": 4,
            "of": 6,
            "note": "av dem som er vurdert i halvåret",
            "change": since,
            "place": "delprosjektene",
        },
        {
            "key": "reviews",
            "label": "Stoppunkt holdt",
            "value": None,
            "of": 0,
            "note": "ingen skulle holdes i halvåret",
            "change": "",
            "place": "delprosjektene",
        },
        {
            "key": "families",
            "label": "Familier som er nådd",
            "value": None,
            "of": None,
            "note": "i alt siden starten",
            "change": since,
            "place": "resultater",
            "cell": number("outcome:families:total", 1200, at_least=True),
        },
        {
            "key": "left",
            "label": "Kroner igjen",
            "value": 12_345_678,
            "of": 99_000_000,
            "note": "86 654 322 utbetalt av 99 000 000",
            "change": "1 234 567 mindre enn i 2. halvår 2024",
            "place": "penger",
        },
    ]


def _late(row: Json, at: int) -> Json:
    kind = ("review", "closing", "letter")[at % 3]
    return {
        "kind": kind,
        "id": row["id"],
        "title": row["title"],
        "what": "Tildelingsbrevet er ikke underskrevet" if kind == "letter" else f"Stoppunkt {at} er ikke holdt",
        "due": "2025-06-01",
        "done_on": "2025-07-03" if at % 2 else None,
        "missing": ["NAV Prøvevik", *(f"Prøvelaget {n}" for n in range(14))] if kind == "letter" else [],
    }


def _row(row: Json, kinds: list[tuple[str, str]]) -> Json:
    cells = [
        number(f"outcome:{kinds[0][0]}:{row['id']}", 70, at_least=True),
        number(f"outcome:{kinds[1][0]}:{row['id']}", None, "under"),
        number(f"outcome:{kinds[2][0]}:{row['id']}", None, "withheld"),
        number(f"outcome:{kinds[3][0]}:{row['id']}", 12, on="2024-12-31"),
        None,
        number(f"outcome:{kinds[5][0]}:{row['id']}", None, "too_few"),
        number(f"outcome:{kinds[6][0]}:{row['id']}", 3),
    ]
    return {"id": row["id"], "title": row["title"], "is_told": True, "cells": cells}


def _money() -> Json:
    halves = [
        {
            "code": f"{year}-{half}",
            "label": f"{half}. halvår {year}",
            "awarded": 500_000,
            "paid": 400_000.5,
            "left": 99_999.5,
            "is_to_come": year > 2025,
        }
        for year in (2024, 2025, 2026)
        for half in (1, 2)
    ]
    return {"halves": halves, "awarded": 3_000_000, "paid": 2_400_003, "left": 599_997}


def _goal(at: int, text: str, cell: Json | None) -> Json:
    return {
        "id": f"g{at}",
        "number": at,
        "about": "residents",
        "text": f"{text} mål {at}",
        "indicator": "familier",
        "target": 40,
        "due_on": "2026-06-30",
        "cell": cell,
        "counted_in": "log",
        "verdict": "reached" if at % 2 else "not_reached",
        "verdict_label": "Nådd" if at % 2 else "Ikke nådd",
        "comment": f"{text} kommentar",
    }


def _part(at: int, text: str, entries: int) -> Json:
    id = f"del{at:07}"
    return {
        "id": id,
        "title": f"{text} delprosjekt {at}",
        "unit": "Prøvekontoret",
        "partners": ["NAV Prøvevik", "Prøvelaget"],
        "reference_group": ["Foreldrerådet"],
        "state": ("running", "with_conditions", "stopped", "ended")[at % 4],
        "state_label": ("I gang", "Videre med vilkår", "Stoppet ved stoppunkt", "Avsluttet")[at % 4],
        "state_since": "2025-01-15",
        "state_reason": f"{text} grunn",
        "starts_on": "2024-08-01",
        "ends_on": "2026-12-31",
        "target_group": f"{text} målgruppe",
        "letter": {
            "number": 2,
            "in_force_on": "2025-01-15",
            "case_number": "25/99",
            "change_reason": f"{text} endring",
            "conditions": f"{text} vilkår",
        },
        "offered": {"number": 3, "on": "2025-06-20", "missing": ["NAV Prøvevik"]},
        "effect_goals": [
            {"about": "collaboration", "about_label": "Samhandlingen mellom aktørene", "text": f"{text} effektmål"}
        ],
        "goals": [
            _goal(1, text, number(f"target:{id}1", 50)),
            _goal(2, text, number(f"target:{id}2", None, "under")),
            _goal(3, text, None),
        ],
        "judged_before": [
            {"text": f"{text} eldre mål", "verdict": "partly", "verdict_label": "Delvis nådd", "comment": ""}
        ],
        "verdicts": [
            {"key": "reached", "label": "Nådd", "count": 2},
            {"key": "not_reached", "label": "Ikke nådd", "count": 1},
        ],
        "review": {
            "number": 2,
            "held_on": "2025-06-15",
            "letter": 2,
            "decision": "with_conditions",
            "decision_label": "Fortsetter med vilkår",
            "reason": f"{text} begrunnelse",
            "summary": f"{text} oppsummering",
            "conditions": f"{text} nye vilkår",
            "answers": {"count": 5, "asked": 6, "questions": [{"text": "Samarbeidet fungerer.", "mean": "4.2"}]},
        },
        "earlier_conditions": {"number": 1, "held_on": "2024-12-15", "text": f"{text} gamle vilkår"},
        "next_review": "2025-12-15",
        "money": _money(),
        "results": [{"label": "Barn og unge", "cell": number(f"outcome:children:{id}", None, "under")}],
        "other": [
            {
                "label": "Ansatte",
                "unit": "personer",
                "cell": number(f"outcome:other:{id}:6b51d431df5d", 7),
                "text": f"{text} merknad",
            },
            {"label": "", "unit": "", "cell": None, "text": f"{text}: 65 prosent."},
        ],
        "lessons": [{"on": "2025-06-01", "text": f"{text} erfaring"}],
        "closing": {"due_on": "2025-08-30", "sent_on": None, "learnt": "", "carried_on": ""},
        "entries": entries,
    }


def _entry(row: Json, at: int, text: str) -> Json:
    return {
        "id": f"t{at}",
        "sub_project": row["id"],
        "title": row["title"],
        "on": "2025-03-01",
        "kind_label": "Aktivitet",
        "text": f"{text} loggføring {at}",
        "figures": [{"name": "felles møter", "value": 2}],
    }


def _changes(rows: list[Json]) -> Json:
    head = {"id": rows[0]["id"], "title": rows[0]["title"]}
    late = [_late(rows[0], 0)]
    return {
        "since": {"title": "Halvårsstatus for delprosjektene", "label": "2. halvår 2024"},
        "nothing": False,
        "five": [],
        "new": [head],
        "gone": [{"id": "borte", "title": "Borte"}],
        "late": late,
        "no_longer_late": late,
        "states": [{**head, "from": "I gang", "to": "Avsluttet", "state": "ended"}],
        "letters": [{**head, "from": 1, "to": 2}],
        "verdicts": [{**head, "goal": "Mål 1", "from": "Delvis nådd", "to": "Nådd"}],
        "results": [{**head, "goal": "Mål 1", "from": 20, "to": 50}],
    }
