"""The parts of the first page for those who read, judge and administer: jury, board, directorate, administrator."""

from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from grants.domain.directorate import Sums, overview
from grants.domain.jury_left import left_to_judge
from grants.forms.directorate import Choice, DirectorateFilter
from grants.models import Grant
from organisation.domain.administration import to_administer
from organisation.models import Role
from reporting.domain.board import Figure
from reporting.views.home_part import Part, Visit
from reporting.views.reading_room import newest

MOST_OLDER = 5


def jury_part(visit: Visit) -> Part | None:
    """How many applications are left to judge in each call."""
    if not visit.user.has_role(Role.JUROR):
        return None
    work = left_to_judge(by=visit.user)
    left = sum(row.left for row in work if not row.waits_for_deadline)
    return Part("jury", _("Søknader du skal vurdere"), "reporting/home/_jury.html", {"jury_work": work}, left)


def newest_report_part(visit: Visit) -> Part | None:
    """The newest published report with its figures, and the ones before it."""
    if not visit.user.has_role(Role.BOARD_MEMBER, Role.ANALYST, Role.STEERING_GROUP):
        return None
    found = newest(visit.user, MOST_OLDER)
    template, style = "reporting/home/_newest_report.html", "reporting/reading-room.css"
    return Part("reports", _("Publiserte rapporter"), template, found, style=style)


def administration_part(visit: Visit) -> Part | None:
    """Users, units, and what needs somebody."""
    if not visit.user.has_role(Role.ADMINISTRATOR):
        return None
    counts = to_administer(by=visit.user, on=visit.on)
    users = reverse("user-list")
    figures = [
        Figure(_("brukere med rolle"), number(counts.people), f"{users}?tilgang=rolle"),
        Figure(_("brukere uten rolle nå"), number(counts.without_role), f"{users}?tilgang=ingen"),
        Figure(_("enheter og partnere"), number(counts.units), reverse("unit-list")),
        Figure(
            _("e-poster som ikke kom fram"), number(counts.failed_mails), reverse("failed-mail-list"),
            is_late=bool(counts.failed_mails),
        ),
    ]  # fmt: skip
    context = {"administration": counts, "administration_figures": figures}
    return Part("administration", _("Brukere og enheter"), "reporting/home/_administration.html", context)


def directorate_part(visit: Visit) -> Part | None:
    """One year of the grants in a few figures, with the choice of year and region, and the way to the tables."""
    if not visit.user.has_role(Role.ANALYST):
        return None
    choice = Choice(visit.query)
    context: dict[str, Any] = {"choice": choice}
    if choice.scheme:
        found = overview(scheme=choice.scheme, year=choice.year, region=choice.region, on=visit.on)
        context |= {
            "grant_filter": DirectorateFilter(choice=choice, user=visit.user, queryset=Grant.objects.none()),
            "grant_figures": _grant_figures(found.now, choice),
        }
    return Part("directorate", _("Tilskuddene"), "reporting/home/_directorate.html", context)


def _grant_figures(sums: Sums, choice: Choice) -> list[Figure]:
    units, address = reverse("directorate-units"), choice.address()
    missing = f"{reverse('directorate-missing')}?{address}"
    return [
        Figure(_("enheter med tilskudd"), number(sums.units), f"{units}?{address}"),
        Figure(_("kroner tildelt"), number(sums.awarded_nok), f"{units}?{choice.address(sorter='-belop')}"),
        Figure(_("årsrapporter sendt inn"), number(sums.sent), f"{units}?{choice.address(rapport='inne')}"),
        Figure(_("har ikke sendt inn"), number(sums.not_sent), missing, is_late=bool(sums.late)),
    ]


def number(value: Any) -> str:
    return number_format(value, decimal_pos=0, force_grouping=True)
