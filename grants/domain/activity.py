"""What letters, reviews, states and yearly reports say in the activity of a sub-project or a grant."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from grants.models import AwardLetter, ReportStep, Review, SubProjectStateChange
from organisation.domain.activity import Event, Source, day_as_moment
from organisation.models import User


def states_of_sub_project() -> Source:
    """Its states, each on the day it is said to have come."""
    return Source(
        "sub_state",
        lambda row, _reader: SubProjectStateChange.objects.filter(sub_project=row),
        day_as_moment("on"),
        _states,
    )


def _states(rows: Any, _row: Any, _reader: User) -> dict[int, Event]:
    return {
        change.pk: Event(
            _("Ny tilstand: %(state)s") % {"state": change.get_after_display().lower()},
            who=change.by.name, text=change.reason, icon="running", is_day=True,
        )
        for change in rows.select_related("by")
    }  # fmt: skip


def letters_of_sub_project() -> Source:
    """Award letters that have been sent to the partners, for those who may read them."""
    return Source(
        "letter", lambda row, reader: AwardLetter.objects.visible_to(reader).filter(sub_project=row, offered_on__isnull=False),
        day_as_moment("offered_on"), _letters,
    )  # fmt: skip


def _letters(rows: Any, _row: Any, _reader: User) -> dict[int, Event]:
    return {
        letter.pk: Event(
            _("%(letter)s: sendt til godkjenning") % {"letter": letter}, who=letter.offered_by.name, text=letter.change_reason,
            icon="offered", is_day=True, url=reverse("award-letter", args=[letter.public_id]),
        )
        for letter in rows.select_related("offered_by")
    }  # fmt: skip


def reviews_of_sub_project() -> Source:
    """Reviews that have been held, for those who may read them."""
    return Source(
        "review", lambda row, reader: Review.objects.visible_to(reader).filter(sub_project=row, concluded_at__isnull=False),
        "concluded_at", _reviews,
    )  # fmt: skip


def _reviews(rows: Any, _row: Any, _reader: User) -> dict[int, Event]:
    return {
        review.pk: Event(
            f"{review}: {review.get_decision_display().lower()}", who=review.concluded_by.name, text=review.reason,
            icon="continue", url=reverse("review", args=[review.public_id]),
        )
        for review in rows.select_related("concluded_by")
    }  # fmt: skip


def reports_of_grant() -> Source:
    """The steps of a grant's yearly report."""
    return Source("report", lambda row, _reader: ReportStep.objects.filter(report__grant=row), "at", _steps)


def _steps(rows: Any, _row: Any, _reader: User) -> dict[int, Event]:
    return {
        step.pk: Event(
            _("Årsrapporten: %(state)s") % {"state": step.get_after_display().lower()}, who=step.by.name, text=step.comment,
            icon="offered", url=reverse("yearly-report", args=[step.report.public_id]),
        )
        for step in rows.select_related("by", "report")
    }  # fmt: skip
