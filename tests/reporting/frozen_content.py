"""A made-up frozen copy (docs/report-content.md) with everything a report can hold."""

from typing import Any

from django.utils import translation

from reporting.domain.first_page import first_page

LABELS = {
    "planned": "Planlagt",
    "in_progress": "Under arbeid",
    "in_operation": "I ordinær drift",
    "completed": "Gjennomført",
    "not_feasible": "Lot seg ikke gjennomføre",
    "overtaken": "Ikke lenger aktuelt",
    "stopped": "Stoppet",
}
HOSTILE = (
    "<script>alert(1)</script><img src=file:///etc/passwd><link rel=stylesheet href=http://example.invalid/a.css>"
    "{{ content }}{% now 'Y' %}&lt;b&gt;\x00\x0b\x1f\ufffe"
)
LONG_WORD = "Menneskerettighetsorganisasjonssamarbeidsavtale" * 12
WEEKS_1_8, WEEKS_1_4 = "Gjennomsnitt måned 1-8", "Gjennomsnitt måned 1-4"


def make_measure(number: int, **changes: Any) -> dict[str, Any]:
    measure = {
        "id": number,
        "title": f"Prøvetiltak {number}",
        "unit": "Prøvekontoret",
        "partners": ["Prøvebanken", "Prøvelaget"],
        "approach_label": "Avhjelpende",
        "state": "in_operation",
        "state_label": LABELS["in_operation"],
        "state_since": "2011-03-15",
        "state_reason": "",
        "note": "",
        "text": f"Bidrag til tiltak {number}.\n\nAndre avsnitt.",
        "confirmed": True,
        "case_references": ["10/43162"],
        "period": "2011–2013",
        "due": "våren 2011",
        "evaluation_label": "Hvert halvår",
        "evaluation_by": "Antall deltakere",
        "next_evaluation": "2011-12-31",
        "overdue": False,
        "deadline_overdue": False,
        "targets": [],
        "also_under": [],
    }
    measure.update(changes)
    measure.setdefault("state_label", LABELS[measure["state"]])
    if "state" in changes and "state_label" not in changes:
        measure["state_label"] = LABELS[changes["state"]]
    return measure


def make_goal(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": int("".join(sign for sign in number if sign.isdigit())) * 10 + len(number),
        "number": number,
        "kind": "goal",
        "kind_label": "Mål",
        "title": f"Prøvemål {number}",
        "aim": "",
        "horizon_label": "",
        "summary": "",
        "state_counts": [],
        "measures": [],
        "indicator_tables": [],
        "children": [],
        **changes,
    }


def make_cell(value: float | None, basis: str = "", remark: str = "") -> dict[str, Any]:
    return {"key": "", "value": value, "basis": basis, "remark": remark}


def mixed_table() -> dict[str, Any]:
    rows = [
        [make_cell(2070, WEEKS_1_8), make_cell(1458, WEEKS_1_8), make_cell(1448, WEEKS_1_4)],
        [make_cell(None, remark="utrullingsfase"), make_cell(465, WEEKS_1_8), make_cell(390, WEEKS_1_4)],
    ]
    return {
        "title": "Prøvetall",
        "note": "Tallene er oppdiktet.",
        "columns": ["2009", "2010", "2011"],
        "rows": [
            {
                "id": f"rad-{number}",
                "label": f"Indikator {number}",
                "unit": "personer",
                "in_total": True,
                "cells": cells,
            }
            for number, cells in enumerate(rows, 1)
        ],
        "total": {
            "id": "rad-sum",
            "label": "Sum",
            "cells": [
                make_cell(None, remark="kan ikke summeres, et tall mangler"),
                make_cell(1923, WEEKS_1_8),
                make_cell(1838, WEEKS_1_4),
            ],
        },
        "mixed_bases": True,
        "bases": [{"basis": WEEKS_1_8, "columns": ["2009", "2010"]}, {"basis": WEEKS_1_4, "columns": ["2011"]}],
    }


def plain_table(of: str = "mal") -> dict[str, Any]:
    rows = [("Andel i arbeid", "prosent", False, 60.5), ("Familier", "familier", True, 12345)]
    return {
        "title": "Tall uten sum",
        "note": "",
        "columns": ["2011"],
        "rows": [
            {
                "id": f"rad-{of}-{unit}",
                "label": label,
                "unit": unit,
                "in_total": counted,
                "cells": [make_cell(value, "Telling 30. juni")],
            }
            for label, unit, counted, value in rows
        ],
        "total": None,
        "mixed_bases": False,
        "bases": [{"basis": "Telling 30. juni", "columns": ["2011"]}],
    }


def make_entry(number: int, measure: dict[str, Any], goal: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "measure_id": measure["id"],
        "measure": measure["title"],
        "goal": goal,
        "on": f"2011-{1 + number % 6:02}-{1 + number % 28:02}",
        "kind": "activity",
        "kind_label": "Aktivitet",
        "text": f"Loggføring {number}.",
        "figures": [],
        "evaluation": False,
        **changes,
    }


def make_content(**changes: Any) -> dict[str, Any]:
    """Every state, a second-level goal, a measure under two goals, missing values and mixed bases."""
    first = [
        make_measure(
            1,
            also_under=["2"],
            targets=[
                {
                    "key": "target:1",
                    "name": "deltakere",
                    "unit": "personer",
                    "target": 50,
                    "result": protected(38),
                    "entries": 2,
                },
                {"key": "target:2", "name": "kurs", "unit": "", "target": None, "result": None, "entries": 0},
            ],
        ),
        make_measure(2, state="planned", text="", confirmed=False, overdue=True, next_evaluation="2011-05-31"),
        make_measure(3, state="not_feasible", state_reason="Ingen tilbud kom inn.", note="En merknad."),
    ]
    second = [
        {
            "id": 1,
            "title": "Prøvetiltak 1",
            "see_goal": "1",
            "state": "in_operation",
            "state_label": LABELS["in_operation"],
            "unit": "Prøvekontoret",
        },
        make_measure(4, state="in_progress", confirmed=False),
    ]
    third = [make_measure(5, state="completed"), make_measure(6, state="overtaken"), make_measure(7, state="stopped")]
    child = make_goal("2 b", kind="strategy", kind_label="Strategi", horizon_label="Langsiktig", measures=third)
    content = {
        "schema": 2,
        "kind": "plan_half_year",
        "title": "Statusrapport 1. halvår 2011",
        "subject": "Prøveplanen",
        "counted_on": "2011-08-15",
        "municipality": {"name": "Prøvevik", "number": "9999", "region": "Prøvefylket"},
        "plan": {
            "id": 1,
            "title": "Prøveplan mot fattigdom",
            "short_title": "Prøveplanen",
            "kind_label": "Handlingsplan",
            "adopted": "høsten 2008",
            "period": "2008–2011",
            "case_number": "08/1",
            "description": "Planen er oppdiktet.",
            "approaches": [{"label": "Strukturelle tiltak", "text": "arbeid og utdanning"}],
        },
        "case_number": "11/26497",
        "period": {"code": "2011-1", "label": "1. halvår 2011", "start": "2011-01-01", "end": "2011-06-30"},
        "closed_on": "2011-08-15",
        "closed_by_role": "Plankoordinator",
        "proposed_decision": "Formannskapet tar rapporten til orientering.",
        "summary": "Det går framover.",
        "main_aims": [{"number": "1", "text": "Flest mulig forsørger seg selv"}],
        "state_counts": [
            {"key": f"state:{state}", "state": state, "label": label, "count": 1} for state, label in LABELS.items()
        ],
        "measure_count": 7,
        "indicator_tables": [plain_table("plan") | {"title": "Familier i kommunen"}],
        "goals": [
            make_goal(
                "1",
                aim="Ingen skal stå utenfor",
                summary="Oppsummering av første mål.",
                measures=first,
                indicator_tables=[mixed_table(), plain_table()],
                state_counts=[{"state": "planned", "label": "Planlagt", "count": 1}],
            ),
            make_goal("2", measures=second, children=[child]),
            make_goal("3"),
        ],
        "family_answers": [
            {"label": "Ja", "shown": "number", "value": 31, "on": "2011-08-01", "until": "2011-08-01"},
            {"label": "Litt", "shown": "number", "value": 12, "on": "2011-03-01", "until": "2011-08-01"},
            {"label": "Nei", "shown": "under", "value": None, "on": None, "until": "2011-08-01"},
            {"label": "Vet ikke", "shown": "withheld", "value": None, "on": None, "until": "2011-08-01"},
        ],
        "overdue": [
            {
                "id": 2,
                "measure": "Prøvetiltak 2",
                "goal": "1",
                "unit": "Prøvekontoret",
                "what": "evaluation",
                "due": "2011-05-31",
                "cadence_label": "Evaluering, hvert halvår",
            }
        ],
        "not_reported": [{"id": 2, "measure": "Prøvetiltak 2", "goal": "1", "unit": "Prøvekontoret"}],
        "counts": [{"key": "target:1", **protected(38), "counted_on": "2011-06-30"}],
        "count_sums": [],
        "resolutions": [make_resolution()],
        "log": [
            make_entry(
                1,
                first[0],
                "1",
                figures=[{"key": "figure:1", "name": "deltakere", "value": 1838, "unit": "personer"}],
                evaluation=True,
            ),
            make_entry(2, first[0], "1", kind="result", kind_label="Resultat"),
            make_entry(3, third[0], "2 b"),
        ],
    }
    made = with_first_page({**content, **changes}, changes.get("changes"))
    return {**made, "first_page": changes.get("first_page", made["first_page"])}


def with_first_page(content: dict[str, Any], changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """The content with the page that is made of all of it."""
    with translation.override("nb"):
        whole = {**content, "changes": changes}
        return whole | {"first_page": first_page(whole, None)}


def protected(value: int | None, shown: str = "number") -> dict[str, Any]:
    return {"shown": shown, "value": value, "on": None}


def make_resolution() -> dict[str, Any]:
    """One point that is late and one that was closed."""
    late = {
        "id": "p1", "number": 1, "text": "Se på fristene.", "unit": "Prøvekontoret", "due": "2011-06-01", "state": "open",
        "overdue": True, "closed_on": None, "closing": "", "notes": [{"on": "2011-05-02", "text": "Ringte rundt."}],
    }  # fmt: skip
    closed = {
        "id": "p2", "number": 2, "text": "Tell opp.", "unit": "", "due": None, "state": "closed", "overdue": False,
        "closed_on": "2011-07-01", "closing": "Talt opp.", "notes": [],
    }  # fmt: skip
    return {
        "id": "v1", "body": "Formannskapet", "decided_on": "2011-02-08", "case_number": "11/300",
        "text": "Formannskapet ber om mer.", "points": [late, closed],
    }  # fmt: skip


def first_schema_content() -> dict[str, Any]:
    """A report as it was published before there were keys, first pages and protected counts."""
    content = make_content(schema=1)
    newer = ("title", "subject", "counted_on", "counts", "count_sums", "resolutions", "changes", "first_page")
    for name in newer:
        del content[name]
    content["goals"][0]["measures"][0]["targets"][0]["result"] = 38

    def without_keys(value: Any) -> Any:
        if isinstance(value, dict):
            row = {name: without_keys(part) for name, part in value.items() if name not in ("key", "what")}
            return row if "in_total" not in row and "cells" not in row else {k: v for k, v in row.items() if k != "id"}
        return [without_keys(row) for row in value] if isinstance(value, list) else value

    old: dict[str, Any] = without_keys(content)
    return old


def empty_content() -> dict[str, Any]:
    """A plan with nothing in it yet."""
    content = make_content()
    for name in (
        "goals",
        "indicator_tables",
        "main_aims",
        "state_counts",
        "overdue",
        "not_reported",
        "family_answers",
        "resolutions",
        "counts",
        "log",
    ):
        content[name] = []
    for name in ("summary", "proposed_decision", "case_number", "closed_by_role"):
        content[name] = ""
    content["plan"] |= {"description": "", "approaches": [], "adopted": "", "case_number": "", "short_title": ""}
    content["measure_count"] = 0
    return with_first_page(content)


def hostile_content() -> dict[str, Any]:
    """Texts that try to be code, words without a break, and a long log."""
    content = make_content(proposed_decision=HOSTILE, summary=HOSTILE + "\n\n" + LONG_WORD)
    content["plan"] |= {"title": LONG_WORD, "short_title": HOSTILE, "description": HOSTILE}
    measure = make_measure(
        1,
        title=LONG_WORD,
        unit=LONG_WORD,
        text=HOSTILE,
        note=LONG_WORD,
        partners=[HOSTILE],
        case_references=[LONG_WORD],
    )
    table = mixed_table()
    table |= {"title": LONG_WORD, "note": HOSTILE}
    table["rows"][0]["label"] = LONG_WORD
    content["not_reported"], content["overdue"] = [], [{**content["overdue"][0], "id": 1}]
    content["goals"] = [
        make_goal("1", title=HOSTILE, summary=LONG_WORD, aim=HOSTILE, measures=[measure], indicator_tables=[table])
    ]
    content["log"] = [make_entry(number, measure, "1", text=f"{number} {HOSTILE}") for number in range(200)]
    content["log"][0]["text"] = LONG_WORD
    content["overdue"][0] |= {"measure": LONG_WORD, "unit": LONG_WORD}
    content["resolutions"][0] |= {"text": HOSTILE, "body": LONG_WORD}
    content["resolutions"][0]["points"][0] |= {"text": HOSTILE, "unit": LONG_WORD}
    return with_first_page(content)
