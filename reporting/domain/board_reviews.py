"""The reviews that are to be held of a plan's sub-projects, on the plan's dashboard."""

import datetime
from collections.abc import Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grants.models import Review, SubProjectPartner
from measures.models import Plan
from organisation.charts import norwegian
from organisation.models import Unit, User
from reporting.domain.board import Section, Table

MOST = 8


def upcoming_reviews(*, user: User, plan: Plan, unit: Unit | None) -> list[Review]:
    """Those of the sub-projects that are measures of the plan, the first one first; there is at most one of each. One statement.

    With a unit, of those that it or a unit below it takes part in, as the list behind has it.
    """
    rows = Review.objects.visible_to(user).open().filter(sub_project__measure__plan=plan)
    if unit is not None:
        partners = SubProjectPartner.objects.filter(unit__path__startswith=unit.path)
        rows = rows.filter(sub_project__in=partners.values("sub_project"))
    return list(rows.select_related("sub_project").order_by("due_on", "id"))


def reviews_section(*, reviews: Sequence[Review], on: datetime.date, url: str) -> Section:
    """The next ones, each with its day and the way to it. `url` is the list of them all."""
    shown = reviews[:MOST]
    table = Table(
        [_("Delprosjekt"), _("Stoppunkt"), _("Frist")],
        [[row.sub_project.title, norwegian(row.number), _day_of(row, on)] for row in shown],
        [reverse("review", args=[row.public_id]) for row in shown],
    )
    label = _("Alle stoppunktene som skal holdes i planen (%(count)s)") % {"count": norwegian(len(reviews))}
    return Section(
        "stoppunkter", _("Neste stoppunkter"), table=table, url=url if reviews else "", url_label=label,
        empty=_("Ingen stoppunkter skal holdes nå. De lages av seg selv, seks måneder etter at et delprosjekt har startet."),
    )  # fmt: skip


def _day_of(review: Review, on: datetime.date) -> str:
    day = date_format(review.due_on)
    return _("%(day)s, over fristen") % {"day": day} if review.due_on < on else str(day)
