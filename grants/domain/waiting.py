"""What waits for one person among calls, sub-projects and grants: a line each, with where to do it. All in one query."""

import datetime

from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grants.domain.review_reminders import AHEAD
from grants.domain.waiting_grants import grant_sources
from grants.domain.waiting_line import Found, Source, Waiting, lines
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
from organisation.models import LEADERSHIP_ROLES, User
from organisation.models.counting import number_of


def waiting_for(user: User, on: datetime.date) -> list[Waiting]:
    """What is due first on top, then what has no date."""
    sources = [_letters(user), _questionnaires(user, on), _reviews(user, on), _closing_reports(user, on)]
    if user.has_role(*LEADERSHIP_ROLES):
        sources += [_payments(user), _calls(user)]
    found = lines([*sources, *grant_sources(user, on)])
    return sorted(found, key=lambda row: (row.due_on is None, row.due_on or on))


def _letters(user: User) -> Source:
    rows = Signature.objects.filter(
        accepted_at=None,
        letter__state=LetterState.OFFERED,
        partner__in=SubProjectPartner.objects.represented_by(user),
    )

    def tell(row: Found) -> Waiting:
        asked = _("Godkjenn tildelingsbrevet for %(partner)s") % {"partner": row.unit}
        return Waiting(row.title, asked, reverse("award-letter", args=[row.place]))

    columns = {"title": "letter__sub_project__title", "unit": "partner__unit__name", "place": "letter__public_id"}
    return Source(rows.order_by("id"), columns, tell)


def _questionnaires(user: User, on: datetime.date) -> Source:
    review = Review.objects.due_for_review(on, AHEAD).filter(sub_project=OuterRef("sub_project"))
    rows = (
        SubProjectPartner.objects.represented_by(user)
        .active(on)
        .filter(sub_project__state__in=RUNNING_STATES)
        .annotate(review=review.values("pk")[:1], review_id_in_url=review.values("public_id")[:1])
        .annotate(review_due_on=review.values("due_on")[:1])
        .filter(review__isnull=False)
        .filter(~Exists(PartnerAnswer.objects.filter(review=OuterRef("review"), partner=OuterRef("pk"))))
    )

    def tell(row: Found) -> Waiting:
        asked = _("Svar på spørreskjemaet for %(partner)s") % {"partner": row.unit}
        url = reverse("review-questionnaire", args=[row.place, row.second_place])
        return _due(asked, url, row, on)

    columns = {
        "title": "sub_project__title", "unit": "unit__name", "place": "review_id_in_url", "second_place": "public_id",
        "due_on": "review_due_on",
    }  # fmt: skip
    return Source(rows, columns, tell)


def _reviews(user: User, on: datetime.date) -> Source:
    rows = Review.objects.editable_by(user).due_for_review(on, AHEAD).filter(sub_project__state__in=RUNNING_STATES)

    def tell(row: Found) -> Waiting:
        return _due(_("Hold stoppunktet"), reverse("review", args=[row.place]), row, on)

    return Source(rows, {"title": "sub_project__title", "place": "public_id", "due_on": "due_on"}, tell)


def _closing_reports(user: User, on: datetime.date) -> Source:
    rows = ClosingReport.objects.filter(submitted_at=None, sub_project__in=SubProject.objects.worked_on_by(user))

    def tell(row: Found) -> Waiting:
        return _due(_("Skriv sluttrapporten"), reverse("closing-report", args=[row.place]), row, on)

    columns = {"title": "sub_project__title", "place": "sub_project__public_id", "due_on": "due_on"}
    return Source(rows.order_by("due_on", "id"), columns, tell)


def _due(asked: str, url: str, row: Found, on: datetime.date) -> Waiting:
    return Waiting(row.title, asked, url, row.due_on, row.due_on is not None and row.due_on < on)


def _payments(user: User) -> Source:
    """How many wait for somebody like her; never those she proposed herself."""
    others = Q(state=ProposalState.PROPOSED, sub_project__in=SubProject.objects.editable_by(user)) & ~Q(
        proposed_by=user
    )
    once, recurring = PaymentProposal.objects.filter(others), RecurringPayment.objects.filter(others)
    rows = User.objects.filter(pk=user.pk).annotate(proposals=number_of(once) + number_of(recurring))

    def tell(row: Found) -> Waiting:
        title = ngettext("%(n)s utbetaling", "%(n)s utbetalinger", row.number) % {"n": row.number}
        return Waiting(title, _("Venter på godkjenning"), reverse("payments-waiting"))

    return Source(rows.filter(proposals__gt=0), {"number": "proposals"}, tell)


def _calls(user: User) -> Source:
    rows = (
        Call.objects.editable_by(user)
        .filter(state=CallState.CLOSED)
        .order_by(F("scoring_closed_at").desc(nulls_last=True))
    )

    def tell(row: Found) -> Waiting:
        asked = _("Avgjør utlysningen") if row.number else _("Følg juryens vurdering")
        return Waiting(row.title, asked, reverse("call", args=[row.place]))

    is_scored = Case(When(scoring_closed_at__isnull=False, then=1), default=0)
    return Source(rows, {"title": "title", "place": "public_id", "number": is_scored}, tell)
