"""Reminders of reviews: leadership before and after they are due, partners whose questionnaire is unanswered."""

import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grants.domain.people import leadership, representatives
from grants.models import PartnerAnswer, Review, SubProjectPartner
from organisation.domain.notices import notify
from organisation.models import Notice

AHEAD = 30  # days before a review is due
SHORTLY = 7
KIND = "review"


def remind_of_reviews(*, on: datetime.date) -> list[Notice]:
    """The daily job. Each reminder is given once, whenever the job runs, and however often: it has a key of its own."""
    made: list[Notice] = []
    for review in Review.objects.due_for_review(on, AHEAD).select_related("sub_project"):
        made += _remind_leadership(review, on)
        if on <= review.due_on:
            made += _remind_partners(review, on)
    return made


def _remind_leadership(review: Review, on: datetime.date) -> list[Notice]:
    """Thirty days before, on the day, and then every week."""
    days_late = (on - review.due_on).days
    stage: str
    if days_late < 0:
        stage, text = "before", _("Stoppunktet for {title} skal holdes innen {day}.")
    elif days_late < 7:
        stage, text = "due", _("Stoppunktet for {title} skal holdes nå. Fristen er {day}.")
    else:
        stage, text = f"late-{days_late // 7}", _("Stoppunktet for {title} skulle vært holdt innen {day}.")
    return notify(
        users=list(leadership(review.sub_project.municipality_id, on)), kind=KIND,
        key=f"review-{review.public_id}-{stage}", text=_about(review, text), url_path=reverse("review", args=[review.public_id]),
    )  # fmt: skip


def _remind_partners(review: Review, on: datetime.date) -> list[Notice]:
    """Those who have not answered: thirty days before, and seven."""
    stage = AHEAD if (review.due_on - on).days > SHORTLY else SHORTLY
    answered = PartnerAnswer.objects.filter(review=review, partner=OuterRef("pk"))
    waiting = SubProjectPartner.objects.active(on).filter(~Exists(answered), sub_project=review.sub_project)
    text = _about(review, _("Svar på spørreskjemaet før stoppunktet for {title}, som skal holdes innen {day}."))
    made: list[Notice] = []
    for partner in waiting.select_related("unit"):
        made += notify(
            users=list(representatives(partner, on)), kind=KIND,
            key=f"review-{review.public_id}-answer-{partner.pk}-{stage}", text=text,
            url_path=reverse("review-questionnaire", args=[review.public_id, partner.public_id]),
        )  # fmt: skip
    return made


def _about(review: Review, text: Any) -> Any:
    """Put together when it is read, in the reader's own language."""
    return format_lazy(text, title=review.sub_project.title, day=lazy(date_format, str)(review.due_on))
