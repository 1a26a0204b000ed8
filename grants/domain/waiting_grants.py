"""What waits for one person among grants: reports to send, to put right and to judge. A fixed number of queries."""

import datetime
from collections.abc import Iterator

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grants.domain.grant_overview import AHEAD
from grants.domain.grant_reminders import report_address
from grants.domain.waiting_line import MOST, Waiting
from grants.models import Grant, ReportState, YearlyReport
from organisation.models import LEADERSHIP_ROLES, Role, User


def grants_waiting(user: User, on: datetime.date) -> Iterator[Waiting]:
    """Nothing is asked for whom nothing can wait for."""
    if user.has_role(*LEADERSHIP_ROLES, Role.UNIT_LEADER):
        yield from _to_send(user, on)
        yield from _returned(user)
    if user.has_role(Role.ANALYST):
        yield from _to_judge(user)


def _to_send(user: User, on: datetime.date) -> Iterator[Waiting]:
    """Those that are due as the list of grants says it: once the deadline is near, or, where there is none, the year over."""
    near = Q(report_by=None, year__lt=on.year) | Q(report_by__lte=on + datetime.timedelta(days=AHEAD))
    never_sent = Q(report=None) | Q(report__state=ReportState.DRAFT)
    rows = Grant.objects.editable_by(user).to_report().filter(near, never_sent)
    for row in rows.select_related("reporting_unit", "scheme", "report").order_by(
        F("report_by").asc(nulls_last=True), "id"
    )[:MOST]:
        text = _("Send årsrapporten for %(unit)s %(year)s (%(scheme)s)") % _names(row)
        yield Waiting(text, report_address(row), row.report_by, row.is_late(on))


def _returned(user: User) -> Iterator[Waiting]:
    rows = YearlyReport.objects.editable_by(user).filter(state=ReportState.RETURNED).order_by("submitted_at", "id")
    for row in rows.select_related("grant__reporting_unit", "grant__scheme")[:MOST]:
        text = _("Årsrapporten for %(unit)s %(year)s (%(scheme)s) ble sendt tilbake") % _names(row.grant)
        yield Waiting(text, reverse("yearly-report", args=[row.public_id]))


def _names(grant: Grant) -> dict[str, object]:
    return {"unit": grant.reporting_unit.name, "year": grant.year, "scheme": grant.scheme.name}


def _to_judge(user: User) -> Iterator[Waiting]:
    count = YearlyReport.objects.to_be_judged_by(user).count()
    if count:
        text = ngettext("%(n)s årsrapport venter på godkjenning", "%(n)s årsrapporter venter på godkjenning", count)
        yield Waiting(text % {"n": count}, reverse("directorate"))
