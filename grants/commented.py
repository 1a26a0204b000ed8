"""Sub-projects and grants received: whose comments who reads, and what their activity is made of.

Applications have none: nothing that is said of one may come before the jury.
"""

import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grants.domain.activity import (
    letters_of_sub_project,
    reports_of_grant,
    reviews_of_sub_project,
    states_of_sub_project,
)
from grants.models import READING_ROLES, Grant, SubProject
from measures.domain.activity import log_of
from measures.models import LogEntry
from organisation import comment_subjects
from organisation.comment_subjects import Subject
from organisation.domain.activity_sources import changes_of, comments_of
from organisation.models import CASE_ROLES, Membership, Role, User


def people_of_sub_project(sub_project: SubProject, on: datetime.date) -> Any:
    """Those who work in the municipality, and the representatives of the partners of the day."""
    paths = sub_project.partners.active(on).values_list("unit__path", flat=True)
    above = {path[: index + 1] for path in paths for index, letter in enumerate(path) if letter == "/" and index}
    seats = Membership.objects.active(on).filter(user=OuterRef("pk"), role=Role.PARTNER, unit__path__in=above)
    inside = User.objects.working_in(sub_project.municipality_id, READING_ROLES, on)
    return inside | User.objects.filter(Exists(seats), is_active=True)


def own_grants(user: User) -> Any:
    """Those of one's own municipality: the directorate reads grants of all, and nothing of what is said about them."""
    return Grant.objects.filter(reporting_unit__municipality__in=user.municipality_ids(*CASE_ROLES)).select_related(
        "scheme", "reporting_unit"
    )


def register() -> None:
    comment_subjects.register(
        Subject(
            SubProject, "sub-project", _("delprosjektet"),
            _("Alle som kan se delprosjektet, kan lese kommentarene, også partnerne og styringsgruppa."),
            rows=SubProject.objects.visible_to, people=people_of_sub_project, municipality_id=lambda row: row.municipality_id,
            crumbs=lambda row: [
                (_("Delprosjekter"), reverse("sub-project-list")), (row.title, reverse("sub-project", args=[row.public_id])),
            ],
            sources=[
                comments_of(), changes_of(SubProject), states_of_sub_project(), letters_of_sub_project(),
                reviews_of_sub_project(), log_of(lambda row: LogEntry.objects.filter(measure=row.measure_id)),
            ],
        )
    )  # fmt: skip
    comment_subjects.register(
        Subject(
            Grant, "grant", _("tilskuddet"),
            _("Alle som arbeider med planer og tilskudd i kommunen, kan lese kommentarene. Direktoratet kan ikke lese dem."),
            rows=own_grants,
            people=lambda row, on: User.objects.working_in(row.reporting_unit.municipality_id, CASE_ROLES, on),
            municipality_id=lambda row: row.reporting_unit.municipality_id,
            crumbs=lambda row: [
                (_("Tilskudd"), reverse("grant-list")), (str(row), reverse("grant", args=[row.public_id])),
            ],
            sources=[comments_of(), changes_of(Grant, state="state"), reports_of_grant()],
        )
    )  # fmt: skip
