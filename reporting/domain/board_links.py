"""The way from one dashboard to the others. What the user may not see is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grants.models import READING_ROLES
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Role, User
from reporting.domain.board import Section


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    about: str = ""


# Name of the address: its title, what it shows, and who sees it.
BOARDS: dict[str, tuple[Any, Any, tuple[Role, ...]]] = {
    "overview": (
        gettext_lazy("Oversikt over kommunen"), gettext_lazy("Tiltakene i planene som gjelder, og delprosjektene."), CASE_ROLES,
    ),
    "sub-projects-dashboard": (
        gettext_lazy("Oversikt over delprosjektene"), gettext_lazy("Stoppunkter, resultatmål og penger i hvert av dem."),
        (*READING_ROLES, Role.PARTNER),
    ),
    "participation-dashboard": (
        gettext_lazy("Deltakelse per levekårssone og livsområde"), gettext_lazy("Familier som er med, halvår for halvår."),
        (*LEADERSHIP_ROLES, Role.STEERING_GROUP),
    ),
    "investment": (
        gettext_lazy("Gevinst"), gettext_lazy("Kostnad per resultat og forventet besparelse."), (*READING_ROLES, Role.PARTNER),
    ),
}  # fmt: skip


def other_boards(*, user: User, here: str, plans: Sequence[Link] = ()) -> Section:
    """All but the one she is at (the name of its address); `plans` are those whose dashboards she may go on to."""
    links = [
        Link(str(title), reverse(name), str(about))
        for name, (title, about, readers) in BOARDS.items()
        if name != here and user.has_role(*readers)
    ]
    template = "reporting/_board_links.html"
    return Section("more", _("Flere oversikter"), template=template, context={"links": [*links, *plans]})
