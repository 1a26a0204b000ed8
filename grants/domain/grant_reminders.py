"""Reminders of grants: reports that are due, late or sent back, money that can be applied for, and what the directorate asks for.

Each reminder has a key of what it is about and its stage, not of a day: a deadline that is moved makes none a second time.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grants.domain.directorate import missing
from grants.domain.grant_overview import application_year
from grants.domain.people import leadership
from grants.models import (
    AWARDED_STATES,
    Grant,
    GrantScheme,
    ReportState,
    ReportStep,
)
from organisation.domain.notices import notify
from organisation.domain.writing import acting
from organisation.models import LEADERSHIP_ROLES, Membership, Notice, Role, User
from organisation.models.base import PUBLIC_ID_LENGTH

KIND = "grant"
AHEAD, SHORTLY = 30, 7  # days before a deadline
GIVES_UP = 365  # days late: grants of long ago come in by file, and nobody shall be told each week for ever
AFTER_RETURN = (14, 7)  # days after a report was sent back
KEY = "grant-"


def remind_of_grants(*, on: datetime.date) -> list[Notice]:
    """The daily job. Each reminder is given once, whenever the job runs, and however often."""
    return [*_remind_of_deadlines(on), *_remind_of_returned(on), *_remind_of_applications(on)]


def remind_missing(*, grants: Iterable[Grant], by: User, on: datetime.date) -> int:
    """The directorate asks for the reports that are missing among these: each person once a day for each unit.

    Returns how many people got something new. What has been sent meanwhile is asked of nobody.
    """
    rows = missing(Grant.objects.filter(pk__in=[grant.pk for grant in grants])).order_by("pk")
    waiting = list(rows.select_related("reporting_unit__unit", "responsible_unit", "scheme", "report"))
    told, people = holders(grants=waiting, on=on), set()
    with acting(by, "grant.ask_for_report"):
        for grant in waiting:
            text = _("Direktoratet minner om årsrapporten for {unit} {year} ({scheme}). Fristen er {day}.")
            late = _("Direktoratet minner om årsrapporten for {unit} {year} ({scheme}). Fristen var {day}.")
            bare = _("Direktoratet minner om årsrapporten for {unit} {year} ({scheme}).")
            chosen = bare if grant.report_by is None else late if grant.report_by < on else text
            made = notify(
                users=told[grant.pk], kind=KIND, key=f"{KEY}{grant.public_id}-asked-{on}", text=_about(grant, chosen),
                url_path=report_address(grant), by=by,
            )  # fmt: skip
            people |= {notice.user_id for notice in made}
    return len(people)


def holders(*, grants: Iterable[Grant], on: datetime.date) -> dict[int, list[User]]:
    """Who may write each grant's report, by the grant: leadership, and who leads the unit that reports or holds the grant.

    The same as `Grant.objects.editable_by`, asked the other way round, and only those who can log in. One query.
    """
    grants = list(grants)
    municipalities = {grant.reporting_unit.municipality_id for grant in grants}
    seats: dict[int | None, list[Membership]] = defaultdict(list)
    active = Membership.objects.active(on).filter(role__in=(*LEADERSHIP_ROLES, Role.UNIT_LEADER), user__is_active=True)
    for seat in active.filter(unit__municipality__in=municipalities).select_related("user", "unit").order_by("user"):
        seats[seat.unit.municipality_id].append(seat)
    return {
        grant.pk: list({seat.user: None for seat in seats[grant.reporting_unit.municipality_id] if _holds(seat, grant)})
        for grant in grants
    }


def _holds(seat: Membership, grant: Grant) -> bool:
    units = (grant.reporting_unit.unit, grant.responsible_unit)
    return seat.role != Role.UNIT_LEADER or any(unit and unit.path.startswith(seat.unit.path) for unit in units)


def last_reminded(*, grants: Iterable[Grant], on: datetime.date) -> dict[int, datetime.datetime]:
    """When those who hold the grants today were last reminded of their reports, by the job or by the directorate.

    Whoever had them before is left out: a reminder that nobody reads any more is none. Two queries.
    """
    grants = list(grants)
    people = {user.pk for users in holders(grants=grants, on=on).values() for user in users}
    ids = {grant.public_id: grant.pk for grant in grants}
    notices = (
        Notice.objects.filter(user__in=people, kind=KIND, key__startswith=KEY)
        .annotate(grant=Substr("key", len(KEY) + 1, PUBLIC_ID_LENGTH))
        .filter(grant__in=ids)
        .order_by("made_at")
    )
    return {ids[grant]: made_at for grant, made_at in notices.values_list("grant", "made_at")}


def report_address(grant: Grant) -> str:
    """Where the report is written; the grant where there is none, or none that may be seen."""
    report = getattr(grant, "report", None)
    return reverse("yearly-report", args=[report.public_id]) if report else reverse("grant", args=[grant.public_id])


def _remind_of_deadlines(on: datetime.date) -> list[Notice]:
    """Thirty days before, seven days before, on the day, and then every week. Not of what has been sent once."""
    first, last = on - datetime.timedelta(days=GIVES_UP), on + datetime.timedelta(days=AHEAD)
    never_sent = Q(report=None) | Q(report__state=ReportState.DRAFT)
    grants = _with_names(Grant.objects.to_report().filter(never_sent, report_by__range=(first, last)))
    told = holders(grants=grants, on=on)
    made: list[Notice] = []
    for grant in grants:
        assert grant.report_by is not None  # the filter has seen to it
        days_late = (on - grant.report_by).days
        if days_late < 0:
            stage = str(SHORTLY if -days_late <= SHORTLY else AHEAD)
            text = _("Årsrapporten for {unit} {year} ({scheme}) skal sendes innen {day}.")
        elif days_late < 7:
            stage, text = "due", _("Årsrapporten for {unit} {year} ({scheme}) skal sendes nå. Fristen er {day}.")
        else:
            stage = f"late-{days_late // 7}"
            text = _("Årsrapporten for {unit} {year} ({scheme}) skulle vært sendt innen {day}.")
        made += _tell(grant, told, stage, text)
    return made


def _remind_of_returned(on: datetime.date) -> list[Notice]:
    """A week and two weeks after a report was sent back. When it is sent back once more, that is told anew."""
    steps = ReportStep.objects.filter(report__grant=OuterRef("pk"), after=ReportState.RETURNED).order_by("-id")
    last = on - datetime.timedelta(days=min(AFTER_RETURN))
    rows = Grant.objects.filter(report__state=ReportState.RETURNED).annotate(
        step=Subquery(steps.values("pk")[:1]), returned_on=Subquery(steps.values("at__date")[:1])
    )
    grants: list[Any] = _with_names(rows.filter(returned_on__lte=last))
    told = holders(grants=grants, on=on)
    text = _("Årsrapporten for {unit} {year} ({scheme}) ble sendt tilbake. Rett den og send den på nytt.")
    made: list[Notice] = []
    for grant in grants:
        days = next(days for days in AFTER_RETURN if (on - grant.returned_on).days >= days)
        made += _tell(grant, told, f"returned-{grant.step}-{days}", text)
    return made


def _remind_of_applications(on: datetime.date) -> list[Notice]:
    """Thirty and seven days before a scheme's deadline: leadership where the money was had before and isn't yet sought."""
    last = on + datetime.timedelta(days=AHEAD)
    made: list[Notice] = []
    for scheme in GrantScheme.objects.filter(active=True, apply_by__range=(on, last)):
        assert scheme.apply_by is not None  # the filter has seen to it
        stage = SHORTLY if (scheme.apply_by - on).days <= SHORTLY else AHEAD
        year = application_year(scheme.apply_by)
        text = format_lazy(
            _("Søknadsfristen for {scheme} {year} er {day}."),
            scheme=scheme.name, year=year, day=lazy(date_format, str)(scheme.apply_by),
        )  # fmt: skip
        for municipality in _could_apply(scheme, year):
            made += notify(
                users=list(leadership(municipality, on)), kind=KIND, key=f"scheme-{scheme.public_id}-{year}-{stage}",
                text=text, url_path=reverse("scheme", args=[scheme.public_id]),
            )  # fmt: skip
    return made


def _could_apply(scheme: GrantScheme, year: int) -> list[int]:
    """The municipalities that have had a grant of it, or whose own it is, and have none registered for the year."""
    grants = Grant.objects.filter(scheme=scheme)
    owner = F("reporting_unit__municipality")
    had = {*grants.filter(state__in=AWARDED_STATES).values_list(owner, flat=True), scheme.municipality_id}
    have = {*grants.filter(year__gte=year).values_list(owner, flat=True), None}
    return sorted(had - have)


def _with_names(rows: Any) -> list[Grant]:
    return list(rows.select_related("reporting_unit__unit", "responsible_unit", "scheme", "report").order_by("pk"))


def _tell(grant: Grant, told: dict[int, list[User]], stage: str, text: Any) -> list[Notice]:
    return notify(
        users=told[grant.pk], kind=KIND, key=f"{KEY}{grant.public_id}-{stage}", text=_about(grant, text),
        url_path=report_address(grant),
    )  # fmt: skip


def _about(grant: Grant, text: Any) -> Any:
    """Put together when it is read, in the reader's own language."""
    day = lazy(date_format, str)(grant.report_by) if grant.report_by else ""
    return format_lazy(text, unit=grant.reporting_unit.name, year=grant.year, scheme=grant.scheme.name, day=day)
