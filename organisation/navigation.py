"""The one navigation. What a user may not see is not there."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from organisation.models import CASE_ROLES, Accent, Role

# Who reads what is published. Who has a part in making it finds the reading room from the list of reports.
READERS = (Role.STEERING_GROUP, Role.BOARD_MEMBER, Role.ANALYST)
AROUND_SUB_PROJECTS = (*CASE_ROLES, Role.STEERING_GROUP, Role.PARTNER)
# Who can be in a family's team.
FAMILY_ROLES = (Role.CASEWORKER, Role.UNIT_LEADER, Role.PARTNER)

# Addresses that belong to an entry and don't begin with its own.
PLACES = {
    "plan-list": ("/mal/", "/tiltak/", "/logg/", "/indikatorer/", "/maltall/", "/tall/", "/runder/"),
    "sub-project-list": (
        "/utlysninger/", "/jurymedlemmer/", "/soknader/", "/tildelingsbrev/", "/stoppunkter/", "/utbetalinger/",
        "/posteringer/", "/faste-utbetalinger/", "/resultater/", "/erfaringer/", "/sitater/",
        "/oversikt/gevinst/", "/oversikt/deltakelse/",
    ),
}  # fmt: skip


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The main menu with the current place marked, and the user's roles for her own menu."""
    context: dict[str, Any] = {"demo": settings.DEMO}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    entries = [(_("Min side"), "home", True)]
    entries.append((_("Oversikt"), "overview", user.has_role(*CASE_ROLES)))
    entries.append((_("Planer"), "plan-list", user.has_role(*CASE_ROLES)))
    entries.append((_("Jury"), "jury-list", user.has_role(Role.JUROR)))
    entries.append((_("Delprosjekter"), "sub-project-list", user.has_role(*AROUND_SUB_PROJECTS)))
    entries.append((_("Tilskudd"), "grant-list", user.has_role(*CASE_ROLES, Role.ANALYST)))
    entries.append((_("Familier"), "family-list", user.has_role(*FAMILY_ROLES)))
    # The steering group reviews reports.
    entries.append((_("Rapporter"), "report-list", user.has_role(*CASE_ROLES, Role.STEERING_GROUP)))
    entries.append((_("Lesesal"), "reading-room", user.has_role(*READERS)))
    entries.append((_("Brukere og enheter"), "user-list", user.has_role(Role.ADMINISTRATOR)))
    context["main_navigation"] = [
        {
            "label": label,
            "url": (url := reverse(name)),
            "current": _is_current(request.path, name, url),
        }
        for label, name, shown in entries
        if shown
    ]
    # A juror has her applications and nothing to look for.
    context["can_search"] = user.has_role(*(role for role in Role if role != Role.JUROR))
    # Hers of the day; whoever works in several municipalities has the colour that stands first.
    towns = [row.unit.municipality for row in user.current_memberships if row.unit.municipality]
    context["accent"] = towns[0].accent if towns and towns[0].accent != Accent.BLUE else ""
    context["at_notices"] = _is_current(request.path, "notice-list", reverse("notice-list"))
    context["user_roles"] = [f"{row.get_role_display()}, {row.unit.name}" for row in user.current_memberships]
    return context


def _is_current(path: str, name: str, url: str) -> bool:
    """Whether the page belongs to the entry. What belongs to one by PLACES belongs to no other."""
    if owner := next((entry for entry, places in PLACES.items() if path.startswith(places)), None):
        return owner == name
    return path == url if url == "/" else path.startswith(url)
