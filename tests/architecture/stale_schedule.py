"""Stale writes of the calendar of rounds."""

from collections.abc import Callable
from typing import Any

from reporting.domain import schedule
from reporting.models import ReportSchedule
from tests.architecture.stale_case import Case
from tests.factories import MunicipalityFactory


def a_calendar() -> Case:
    row = ReportSchedule.objects.create(municipality=MunicipalityFactory())
    return row, {"municipality": row.municipality, "deadline_days": 20}


CASES: dict[Callable[..., Any], Callable[[], Case]] = {schedule.save_schedule: a_calendar}
