"""How long the 41 tables take with ten years of reports from 400 units with 20 measures each: part of `make bench`.

Milliseconds of database time (median of 5), as an analyst goes through row-level security and as the system, and as they
are counted by default and the other way. Nothing here runs in the tests: times depend on the machine.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertyplan.settings")
os.environ.setdefault("POVERTYPLAN_VAR", str(BASE / "var" / "bench"))

import django  # noqa: E402

django.setup()

from organisation import separation  # noqa: E402

separation.this_process_is_the_system()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from grants.domain.questions import MEASURE_QUESTIONS, ONE, SEVERAL, UNIT_QUESTIONS, Question  # noqa: E402
from grants.domain.tables import SPECS, THEN, TODAY, all_tables, make_table  # noqa: E402
from grants.models import Grant, GrantScheme, GrantState, MeasureReport, ReportState, YearlyReport  # noqa: E402
from tests import database  # noqa: E402
from tests.factories import GrantSchemeFactory, MunicipalityFactory, ReportingUnitFactory, UserFactory  # noqa: E402
from tests.factories.grants_received import SENT_AT  # noqa: E402

UNITS, MEASURES, YEARS = 400, 20, range(2000, 2010)
REGIONS = ("Region Nord", "Region Midt-Norge", "Region Vest", "Region Sør", "Region Øst", "Bydeler Oslo")
LIMIT_EACH, LIMIT_ALL = 300, 5000  # ms: what the tables are made for
FILLED = ("grants_grant", "grants_yearlyreport", "grants_measurereport")
DIRECTORATE = separation.Scope(published=True)
made_up = random.Random(1)


def answer(question: Question) -> Any:
    """Made up; one in ten is left open."""
    codes = [code for code, _label in question.choices]
    if made_up.random() < 0.1:
        return question.empty
    if question.kind == SEVERAL:
        return made_up.sample(codes, made_up.randint(1, len(codes)))
    if question.kind == ONE:
        return made_up.choice(codes)
    return "Prøve " * 50 if question.kind == "text" else made_up.randint(1, 400)


def answers(questions: dict[str, Question]) -> dict[str, Any]:
    return {name: answer(question) for name, question in questions.items()}


def fill(scheme: GrantScheme) -> None:
    """Year by year, as reports come. Every tenth unit has become part of the one before it."""
    by, units = UserFactory(), []
    for n in range(UNITS):
        successor = units[-1] if n % 10 == 9 else None
        unit = ReportingUnitFactory(
            municipality=MunicipalityFactory(), region=REGIONS[n % len(REGIONS)], successor=successor
        )
        units.append(unit)
    for year in YEARS:
        grants = Grant.objects.bulk_create(
            Grant(
                reporting_unit=unit, scheme=scheme, year=year, state=GrantState.REPORTED, state_since=SENT_AT.date(),
                awarded_nok=Decimal(made_up.randint(50_000, 2_000_000)),
            )
            for unit in units
        )  # fmt: skip
        reports = YearlyReport.objects.bulk_create(
            YearlyReport(
                grant=grant, state=ReportState.SUBMITTED, submitted_at=SENT_AT, submitted_by=by, **answers(UNIT_QUESTIONS)
            )
            for grant in grants
        )  # fmt: skip
        MeasureReport.objects.bulk_create(
            MeasureReport(report=report, number=n, title=f"Tiltak {n}", **answers(MEASURE_QUESTIONS))
            for report in reports for n in range(MEASURES)
        )  # fmt: skip


def database_ms(action: Callable[[], Any]) -> float:
    """What its queries take, without what Python does with the answers."""
    spent: list[float] = []

    def timed(execute: Any, *args: Any) -> Any:
        begin = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent.append((time.perf_counter() - begin) * 1000)

    with connection.execute_wrapper(timed):
        action()
    return sum(spent)


def median_ms(action: Callable[[], Any], times: int = 5) -> float:
    return statistics.median(database_ms(action) for _ in range(times))


def is_over(slowest: float, together: float) -> bool:
    return slowest >= LIMIT_EACH or together >= LIMIT_ALL


def main() -> None:
    database.create_database()
    database.log_in_as(database.owner_settings())
    call_command("migrate", verbosity=0)
    database.log_in_as(database.app_settings())
    scheme: GrantScheme = GrantSchemeFactory()
    begin = time.perf_counter()
    with database.owner_cursor() as cursor:
        cursor.execute("; ".join(f"ALTER TABLE {table} DISABLE TRIGGER audit" for table in FILLED))
        fill(scheme)
        cursor.execute("; ".join(f"ALTER TABLE {table} ENABLE TRIGGER audit" for table in FILLED))
        cursor.execute("ANALYZE")
    print(f"{MeasureReport.objects.count()} measure reports made in {time.perf_counter() - begin:.0f} s")
    ways = {
        f"{who}, {division or 'default'}": (scope, division)
        for who, scope in (("analyst", DIRECTORATE), ("system", separation.SYSTEM))
        for division in (None, THEN, TODAY)
    }
    year, slowest = YEARS[-1], 0.0
    print(f"{'table, ms':12}" + "".join(f"{name:>18}" for name in ways))
    for number in SPECS:
        line = []
        for scope, division in ways.values():
            with separation.seeing(scope):
                line.append(median_ms(lambda n=number, d=division: make_table(n, scheme=scheme, year=year, division=d)))
        slowest = max(slowest, *line)
        print(f"{number:<12}" + "".join(f"{ms:18.1f}" for ms in line))
    totals = []
    for scope, division in ways.values():
        with separation.seeing(scope):
            totals.append(median_ms(lambda d=division: all_tables(scheme=scheme, year=year, division=d), 3))
    print(f"{'all 41':12}" + "".join(f"{ms:18.1f}" for ms in totals))
    print(f"slowest {slowest:.0f} ms (to be under {LIMIT_EACH}), all {max(totals):.0f} ms (to be under {LIMIT_ALL})")
    connection.close()
    database.drop_database()
    if is_over(slowest, max(totals)):
        sys.exit("The tables take longer than they are made for.")


if __name__ == "__main__":
    main()
