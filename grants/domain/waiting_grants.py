"""What waits for one person among grants: reports to send, to put right and to judge. All in one query."""

import datetime
from collections.abc import Iterator

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grants.domain.grant_overview import AHEAD
from grants.domain.waiting_line import Found, Source, Waiting, lines
from grants.models import Grant, ReportState, YearlyReport
from organisation.models import LEADERSHIP_ROLES, Role, User
from organisation.models.counting import number_of


def grants_waiting(user: User, on: datetime.date) -> Iterator[Waiting]:
    return lines(grant_sources(user, on))


def grant_sources(user: User, on: datetime.date) -> list[Source]:
    """Nothing is asked for whom nothing can wait for."""
    sources = []
    if user.has_role(*LEADERSHIP_ROLES, Role.UNIT_LEADER):
        sources += [_to_send(user, on), _returned(user)]
    if user.has_role(Role.ANALYST):
        sources.append(_to_judge(user))
    return sources


def _to_send(user: User, on: datetime.date) -> Source:
    """Those that are due as the list of grants says it: once the deadline is near, or, where there is none, the year over."""
    near = Q(report_by=None, year__lt=on.year) | Q(report_by__lte=on + datetime.timedelta(days=AHEAD))
    never_sent = Q(report=None) | Q(report__state=ReportState.DRAFT)
    rows = Grant.objects.editable_by(user).to_report().filter(near, never_sent)

    def tell(row: Found) -> Waiting:
        # Where the report is written; the grant where there is none.
        url = (
            reverse("yearly-report", args=[row.second_place])
            if row.second_place
            else reverse("grant", args=[row.place])
        )
        is_late = row.due_on is not None and row.due_on < on
        return Waiting(_name(row), _("Send årsrapporten"), url, row.due_on, is_late, row.scheme)

    columns = {
        "unit": "reporting_unit__name", "scheme": "scheme__name", "number": "year", "place": "public_id",
        "second_place": "report__public_id", "due_on": "report_by",
    }  # fmt: skip
    return Source(rows.order_by(F("report_by").asc(nulls_last=True), "id"), columns, tell)


def _returned(user: User) -> Source:
    rows = YearlyReport.objects.editable_by(user).filter(state=ReportState.RETURNED).order_by("submitted_at", "id")

    def tell(row: Found) -> Waiting:
        asked = _("Rett årsrapporten, som ble sendt tilbake")
        return Waiting(_name(row), asked, reverse("yearly-report", args=[row.place]), about=row.scheme)

    columns = {
        "unit": "grant__reporting_unit__name", "scheme": "grant__scheme__name", "number": "grant__year",
        "place": "public_id",
    }  # fmt: skip
    return Source(rows, columns, tell)


def _name(row: Found) -> str:
    return f"{row.unit} {row.number}"


def _to_judge(user: User) -> Source:
    rows = User.objects.filter(pk=user.pk).annotate(reports=number_of(YearlyReport.objects.to_be_judged_by(user)))

    def tell(row: Found) -> Waiting:
        title = ngettext("%(n)s årsrapport", "%(n)s årsrapporter", row.number) % {"n": row.number}
        return Waiting(title, _("Venter på godkjenning"), reverse("directorate"))

    return Source(rows.filter(reports__gt=0), {"number": "reports"}, tell)
