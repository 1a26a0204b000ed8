"""The demo's yearly reports on grants: Trondheim's of 2009 and of last year, taken through review, and this year's in draft."""

import datetime

from django.utils import timezone

from organisation.models import Municipality, User
from organisation.periods import HalfYear
from reporting.demo.organisation import Town
from reporting.domain.report import approve, make_report, send_for_review
from reporting.domain.report_texts import clear_texts, edit_text, standing_texts
from reporting.domain.yearly_grants import yearly_title
from reporting.models import ReportKind, ReportVersion, VersionState

# When the directorate had judged the reports of 2009 (grants_2009.py).
YEAR, DAY = 2009, datetime.date(2010, 5, 10)
SUMMARY = (
    "Tilskuddet for 2009 gikk til sju tiltak for barn og unge i familier med lav inntekt. Beløpet er ekte. Tiltakene og svarene "
    "er oppdiktet for demoen."
)
LAST_YEARS = (
    "Regnskapet for det største tilskuddet er ført ut. Bydelens rapport er sendt tilbake fra direktoratet, som vil vite "
    "hvordan barna er talt. Alt er oppdiktet for demoen."
)
# What a year is about that has hardly begun is in the one before.
HAS_BEGUN = datetime.timedelta(days=60)


def load_2009(town: Town, reviewer: User) -> ReportVersion:
    """Made, read, sent and approved on a day of its time; published when the worker has made it (demo_report)."""
    return _approved(town, reviewer, YEAR, DAY, SUMMARY)


def load_running(town: Town, reviewer: User, today: datetime.date) -> ReportVersion:
    """Last year's, approved, and this year's draft, which nobody has read yet."""
    year = HalfYear.of(today).previous().year
    _approved(town, reviewer, year - 1, min(datetime.date(year, 5, 10), today), LAST_YEARS)
    return _draft(town.municipality, year, town.coordinator, today, timezone.now())


def approved() -> list[ReportVersion]:
    """Those that were taken through review, the oldest first."""
    rows = ReportVersion.objects.filter(report__kind=ReportKind.YEARLY_GRANTS).exclude(state=VersionState.DRAFT)
    return list(rows.order_by("report__year"))


def _approved(town: Town, reviewer: User, year: int, day: datetime.date, summary: str) -> ReportVersion:
    by, at = town.coordinator, datetime.datetime.combine(day, datetime.time(12), timezone.get_current_timezone())
    draft = _draft(town.municipality, year, by, day, at)
    edit_text(draft=draft, key="summary", text=summary, version=0, by=by)
    read = {row.came.key: row.sha256 for row in standing_texts(draft)}
    clear_texts(draft=draft, read=read, by=by, at=at)
    sent = send_for_review(draft=draft, version=draft.version, by=by, at=at)
    return approve(reviewed=sent, version=sent.version, by=reviewer, at=at)


def _draft(municipality: Municipality, year: int, by: User, on: datetime.date, at: datetime.datetime) -> ReportVersion:
    return make_report(
        municipality=municipality, kind=ReportKind.YEARLY_GRANTS, title=yearly_title(year), year=year, half=None, by=by,
        at=at, on=on,
    )  # fmt: skip
