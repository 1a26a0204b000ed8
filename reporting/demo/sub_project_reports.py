"""The demo's reports on sub-projects: the pilot's, taken through review, and one of today that waits in draft."""

import datetime

from django.utils import timezone

from organisation.models import Municipality, User
from organisation.periods import HalfYear
from reporting.demo.organisation import Town
from reporting.domain.report import approve, make_report, send_for_review, title_of
from reporting.domain.report_texts import clear_texts, edit_text, standing_texts
from reporting.models import ReportKind, ReportVersion

# Two of the pilot's half-years: one in which a sub-project was stopped, and the last, with the results.
PILOT = (
    (
        HalfYear(2022, 2),
        datetime.date(2023, 1, 16),
        "Ett delprosjekt ble stoppet ved stoppunktet i desember. De seks andre går videre med det som er avtalt i "
        "tildelingsbrevene.",
    ),
    (
        HalfYear(2023, 2),
        datetime.date(2024, 1, 22),
        "Prosjektperioden er over. Tre delprosjekter går videre i linja, og tre er avsluttet. Resultatene er de som står i "
        "sluttrapporten for Pilot 0-24.",
    ),
)  # fmt: skip
# What a half-year is about that has hardly begun is in the one before.
HAS_BEGUN = datetime.timedelta(days=60)


def load_pilot(town: Town, reviewer: User) -> list[ReportVersion]:
    """Made, read, sent and approved on days of their time; published when the worker has made them (demo_report)."""
    return [_pilot(town, reviewer, period, day, summary) for period, day, summary in PILOT]


def of_pilot() -> list[ReportVersion]:
    """The first versions of the pilot's reports, in the order they are published."""
    periods = [period for period, _day, _summary in PILOT]
    rows = ReportVersion.objects.filter(
        report__kind=ReportKind.SUB_PROJECTS, report__municipality__name="Trondheim", number=1,
        report__year__in=[period.year for period in periods],
    )  # fmt: skip
    return list(rows.order_by("report__year", "report__half"))


def load_running(town: Town, today: datetime.date) -> ReportVersion:
    """The draft of today: nobody has read its texts yet."""
    period = HalfYear.of(today - HAS_BEGUN)
    return _draft(town.municipality, period, town.coordinator, today, timezone.now())


def _pilot(town: Town, reviewer: User, period: HalfYear, day: datetime.date, summary: str) -> ReportVersion:
    by, at = town.coordinator, datetime.datetime.combine(day, datetime.time(12), timezone.get_current_timezone())
    draft = _draft(town.municipality, period, by, day, at)
    edit_text(draft=draft, key="summary", text=summary, version=0, by=by)
    read = {row.came.key: row.sha256 for row in standing_texts(draft)}
    clear_texts(draft=draft, read=read, by=by, at=at)
    sent = send_for_review(draft=draft, version=draft.version, by=by, at=at)
    return approve(reviewed=sent, version=sent.version, by=reviewer, at=at)


def _draft(
    municipality: Municipality, period: HalfYear, by: User, on: datetime.date, at: datetime.datetime
) -> ReportVersion:
    return make_report(
        municipality=municipality, kind=ReportKind.SUB_PROJECTS, year=period.year,
        title=title_of(ReportKind.SUB_PROJECTS, period.year, period.half),
        half=period.half, by=by, at=at, on=on,
    )  # fmt: skip
