"""What waits for one person among calls, sub-projects and grants: a line each, with where to do it. A fixed number of queries."""

import datetime
from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grants.domain.review_reminders import AHEAD
from grants.domain.waiting_grants import grants_waiting
from grants.domain.waiting_line import MOST, Waiting
from grants.models import (
    RUNNING_STATES,
    Call,
    CallState,
    ClosingReport,
    LetterState,
    PartnerAnswer,
    PaymentProposal,
    ProposalState,
    RecurringPayment,
    Review,
    Signature,
    SubProject,
    SubProjectPartner,
)
from organisation.models import User


def waiting_for(user: User, on: datetime.date) -> list[Waiting]:
    """What is due first on top, then what has no date."""
    found = [*_letters(user), *_questionnaires(user, on), *_reviews(user, on), *_closing_reports(user, on)]
    found += [*_payments(user), *_calls(user), *grants_waiting(user, on)]
    return sorted(found, key=lambda row: (row.due_on is None, row.due_on or on))


def _letters(user: User) -> Iterator[Waiting]:
    rows = Signature.objects.filter(
        accepted_at=None,
        letter__state=LetterState.OFFERED,
        partner__in=SubProjectPartner.objects.represented_by(user),
    )
    for row in rows.select_related("letter__sub_project", "partner__unit")[:MOST]:
        text = _("Godkjenn tildelingsbrevet til %(title)s for %(partner)s")
        names = {"title": row.letter.sub_project.title, "partner": row.partner.unit.name}
        yield Waiting(text % names, reverse("award-letter", args=[row.letter.public_id]))


def _questionnaires(user: User, on: datetime.date) -> Iterator[Waiting]:
    review = Review.objects.due_for_review(on, AHEAD).filter(sub_project=OuterRef("sub_project"))
    rows = (
        SubProjectPartner.objects.represented_by(user)
        .active(on)
        .filter(sub_project__state__in=RUNNING_STATES)
        .annotate(review=review.values("pk")[:1], review_id_in_url=review.values("public_id")[:1])
        .annotate(due_on=review.values("due_on")[:1])
        .filter(review__isnull=False)
        .filter(~Exists(PartnerAnswer.objects.filter(review=OuterRef("review"), partner=OuterRef("pk"))))
    )
    for row in rows.select_related("sub_project", "unit")[:MOST]:
        text = _("Svar på spørreskjemaet om %(title)s for %(partner)s")
        url = reverse("review-questionnaire", args=[row.review_id_in_url, row.public_id])
        names = {"title": row.sub_project.title, "partner": row.unit.name}
        yield Waiting(text % names, url, row.due_on, row.due_on < on)


def _reviews(user: User, on: datetime.date) -> Iterator[Waiting]:
    rows = Review.objects.editable_by(user).due_for_review(on, AHEAD).filter(sub_project__state__in=RUNNING_STATES)
    for row in rows.select_related("sub_project")[:MOST]:
        text = _("Hold stoppunktet for %(title)s") % {"title": row.sub_project.title}
        yield Waiting(text, reverse("review", args=[row.public_id]), row.due_on, row.due_on < on)


def _closing_reports(user: User, on: datetime.date) -> Iterator[Waiting]:
    rows = ClosingReport.objects.filter(submitted_at=None, sub_project__in=SubProject.objects.worked_on_by(user))
    for row in rows.select_related("sub_project").order_by("due_on", "id")[:MOST]:
        text = _("Skriv sluttrapporten for %(title)s") % {"title": row.sub_project.title}
        yield Waiting(text, reverse("closing-report", args=[row.sub_project.public_id]), row.due_on, row.due_on < on)


def _payments(user: User) -> Iterator[Waiting]:
    """How many wait for somebody like her; never those she proposed herself."""
    others = Q(state=ProposalState.PROPOSED, sub_project__in=SubProject.objects.editable_by(user)) & ~Q(
        proposed_by=user
    )
    count = PaymentProposal.objects.filter(others).count() + RecurringPayment.objects.filter(others).count()
    if count:
        text = ngettext(
            "%(n)s utbetaling venter på godkjenning", "%(n)s utbetalinger venter på godkjenning", count
        ) % {"n": count}  # fmt: skip
        yield Waiting(text, reverse("payments-waiting"))


def _calls(user: User) -> Iterator[Waiting]:
    rows = (
        Call.objects.editable_by(user)
        .filter(state=CallState.CLOSED)
        .order_by(F("scoring_closed_at").desc(nulls_last=True))
    )
    for row in rows[:MOST]:
        text = _("Avgjør utlysningen %(title)s") if row.scoring_closed_at else _("Følg juryens vurdering i %(title)s")
        yield Waiting(text % {"title": row.title}, reverse("call", args=[row.public_id]))
