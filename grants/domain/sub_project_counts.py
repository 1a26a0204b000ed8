"""The few numbers about sub-projects that somebody who takes part in them looks at first; one query."""

import datetime
from dataclasses import dataclass

from grants.domain.review_reminders import AHEAD
from grants.models import (
    RUNNING_STATES,
    Application,
    ApplicationState,
    Review,
    SubProject,
)
from organisation.models import User
from organisation.models.counting import number_of


@dataclass(frozen=True)
class SubProjectCounts:
    running: int
    reviews_due: int
    reviews_late: int
    applications: int


def sub_project_counts(*, by: User, on: datetime.date) -> SubProjectCounts:
    """Of what the user may see: in force, reviews that are due soon and late, applications that wait."""
    seen = SubProject.objects.visible_to(by)
    reviews = Review.objects.visible_to(by)
    counted = {
        "running": number_of(seen.filter(state__in=RUNNING_STATES)),
        "reviews_due": number_of(reviews.due_for_review(on, AHEAD)),
        "reviews_late": number_of(reviews.open().filter(due_on__lt=on)),
        "applications": number_of(Application.objects.visible_to(by).filter(state=ApplicationState.SUBMITTED)),
    }
    return SubProjectCounts(**User.objects.filter(pk=by.pk).values(**counted).get())
