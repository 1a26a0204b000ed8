"""What a user can do next with a sub-project, most urgent first: the page's buttons."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from grants.domain.review_reminders import AHEAD
from grants.models import AwardLetter, ClosingReport, LetterState, PartnerAnswer, Review, Signature, SubProject
from grants.models import SubProjectPartner as Partner
from grants.permissions import can_work_on
from organisation.models import User

Step = tuple[str, str]


def next_steps(user: User, sub_project: SubProject, today: datetime.date, leads: bool) -> list[Step]:
    """Labels and addresses; the first one is the page's main button."""
    steps = [*_as_partner(user, sub_project, today), *(_as_leader(sub_project, today) if leads else [])]
    report = ClosingReport.objects.filter(sub_project=sub_project, submitted_at=None).exists()
    if report and can_work_on(user, sub_project):
        steps.append((_("Skriv sluttrapporten"), reverse("closing-report", args=[sub_project.public_id])))
    return steps


def _as_partner(user: User, sub_project: SubProject, today: datetime.date) -> list[Step]:
    """Accept the letter, and answer the questionnaire when the review comes near."""
    mine = list(Partner.objects.represented_by(user).filter(sub_project=sub_project))
    if not mine or sub_project.is_over:
        return []
    steps: list[Step] = []
    waiting = Signature.objects.filter(partner__in=mine, accepted_at=None, letter__state=LetterState.OFFERED)
    if signature := waiting.select_related("letter").first():
        steps.append(
            (_("Les og godkjenn tildelingsbrevet"), reverse("award-letter", args=[signature.letter.public_id]))
        )
    review = Review.objects.due_for_review(today, AHEAD).filter(sub_project=sub_project).first()
    if review:
        answered = set(PartnerAnswer.objects.filter(review=review, partner__in=mine).values_list("partner", flat=True))
        for partner in mine:
            if partner.pk not in answered:
                url = reverse("review-questionnaire", args=[review.public_id, partner.public_id])
                steps.append((_("Svar på spørreskjemaet"), url))
                break
    return steps


def _as_leader(sub_project: SubProject, today: datetime.date) -> list[Step]:
    steps: list[Step] = []
    review = Review.objects.due_for_review(today, AHEAD).filter(sub_project=sub_project).first()
    if review:
        steps.append((_("Åpne stoppunktet"), reverse("review", args=[review.public_id])))
    if sub_project.is_over:
        return steps
    making = (LetterState.DRAFT, LetterState.OFFERED)
    letters = AwardLetter.objects.filter(sub_project=sub_project)
    if letter := letters.filter(state__in=making).first():
        label = (
            _("Fortsett på tildelingsbrevet") if letter.state == LetterState.DRAFT else _("Se hvem som har godkjent")
        )
        steps.append((label, reverse("award-letter", args=[letter.public_id])))
    elif not letters.filter(state=LetterState.IN_FORCE).exists():
        steps.append((_("Lag tildelingsbrev"), reverse("sub-project-letters", args=[sub_project.public_id])))
    return steps
