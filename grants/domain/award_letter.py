"""Award letters: drafted, offered, accepted by every partner, in force, replaced. The one writer of a letter's state."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from grants.domain.counted_goals import count_in_log
from grants.domain.economy import economy, format_kroner
from grants.domain.letter_content import (
    Goal,
    Instalments,
    frozen,
    goals_of,
    instalments_from_call,
    instalments_of,
    period_of,
    signed_content,
    write_goals,
    write_instalments,
)
from grants.domain.people import representatives
from grants.domain.review import follow_period, schedule_review
from grants.domain.spending import hold
from grants.domain.sub_project_state import change_state
from grants.models import (
    AwardLetter,
    GoalKind,
    LetterState,
    Signature,
    SubProject,
    SubProjectPartner,
    SubProjectState,
)
from organisation.domain.documents import make_document
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify, settle
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import User
from organisation.periods import HalfYear

DOCUMENT_KIND = "award_letter"
IN_THE_MAKING = {"one_letter_in_the_making": (_("Det finnes allerede en ny versjon som ikke er godkjent."), None)}
COPIED = ("target_group", "conditions", "case_number", "starts_on", "ends_on")


def create_letter(*, sub_project: SubProject, by: User) -> AwardLetter:
    """A draft of the next version: a copy of the last one, or else filled from the sub-project and its call."""
    with acting(by, "award_letter.create"), refusing(**IN_THE_MAKING):
        sub_project = hold(sub_project)
        _check_not_over(sub_project)
        earlier = AwardLetter.objects.filter(sub_project=sub_project)
        last = earlier.filter(state=LetterState.IN_FORCE).first() or earlier.first()
        number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
        if last:
            fields = {name: getattr(last, name) for name in COPIED}
        else:
            call = sub_project.call
            fields = {"target_group": sub_project.target_group, "conditions": call.terms if call else ""}
        letter = AwardLetter.objects.create(sub_project=sub_project, number=number, **fields)
        write_goals(letter, goals_of(last) if last else [])
        period = (sub_project.starts_on, sub_project.ends_on)
        write_instalments(letter, instalments_of(last) if last else instalments_from_call(sub_project.call, *period))
    return letter


def update_letter(
    *,
    letter: AwardLetter,
    version: int,
    by: User,
    goals: Sequence[Goal] | None = None,
    instalments: Instalments | None = None,
    **fields: Any,
) -> AwardLetter:
    """Change a draft; what is not given stays. What has been offered is not changed: withdraw it, make a new version."""
    with acting(by, "award_letter.update"):
        letter = locked(letter, version)
        if letter.state != LetterState.DRAFT:
            raise DomainError(_("Brevet er ikke et utkast lenger. Lag en ny versjon for å endre noe."))
        _check_goals(goals or [])
        apply(letter, fields)
        starts_on, ends_on = period_of(letter)
        if ends_on <= starts_on:
            raise DomainError(_("Delprosjektet slutter før det starter."), "ends_on")
        letter.save()
        if goals is not None:
            write_goals(letter, goals)
        if instalments is not None:
            write_instalments(letter, instalments)
    return letter


def offer_letter(*, letter: AwardLetter, version: int, by: User, on: datetime.date) -> AwardLetter:
    """Freeze the draft and lay it before the partners: each gets a place to sign, and is told."""
    with acting(by, "award_letter.offer"):
        sub_project = hold(letter.sub_project)
        _check_not_over(sub_project)
        letter = locked(letter, version)
        if letter.state != LetterState.DRAFT:
            raise DomainError(_("Brevet er allerede sendt til godkjenning."))
        _check_can_be_offered(letter, on)
        partners = list(sub_project.partners.staying().select_related("unit"))
        letter.state, letter.offered_on, letter.offered_by = LetterState.OFFERED, on, by
        letter.content = frozen(letter, partners)
        letter.save()
        Signature.objects.bulk_create(Signature(letter=letter, partner=partner) for partner in partners)
        for partner in partners:
            _ask_to_sign(letter, partner, on)
    return letter


def withdraw_letter(*, letter: AwardLetter, version: int, by: User) -> AwardLetter:
    """Take back a draft or an offered letter. Nobody can sign it after that; what is in force stays in force."""
    with acting(by, "award_letter.withdraw"):
        hold(letter.sub_project)
        letter = locked(letter, version)
        if letter.state not in (LetterState.DRAFT, LetterState.OFFERED):
            raise DomainError(_("Brevet kan ikke trekkes. Lag en ny versjon for å endre vilkårene."))
        letter.state = LetterState.WITHDRAWN
        letter.save()
    return letter


def sign(*, signature: Signature, by: User, at: datetime.datetime) -> AwardLetter:
    """A partner accepts the letter, as it was offered. The last one to sign puts it into force."""
    return _accept(signature, by, at, "")


def sign_on_paper(*, signature: Signature, reference: str, by: User, at: datetime.datetime) -> AwardLetter:
    """Leadership notes that a partner has signed on paper, and where the paper is."""
    if not reference.strip():
        raise DomainError(_("Skriv arkivreferansen til det signerte brevet."), "reference")
    return _accept(signature, by, at, reference.strip())


def _accept(signature: Signature, by: User, at: datetime.datetime, reference: str) -> AwardLetter:
    with acting(by, "award_letter.sign"):
        # Held, so that of two who sign last at the same moment one sees both signatures.
        sub_project = hold(signature.letter.sub_project)
        letter = AwardLetter.objects.select_related("sub_project__municipality").get(pk=signature.letter_id)
        signature = (
            Signature.objects.select_for_update(no_key=True, of=("self",))
            .select_related("partner")
            .get(pk=signature.pk)
        )
        day = at.astimezone(timezone.get_current_timezone()).date()
        _check_not_over(sub_project)
        if letter.state != LetterState.OFFERED:
            raise DomainError(_("Brevet ligger ikke til godkjenning lenger. Se om det er kommet en ny versjon."))
        if signature.is_signed:
            raise DomainError(_("Brevet er allerede godkjent for denne partneren."))
        if signature.partner.left_on and signature.partner.left_on <= day:
            raise DomainError(_("Partneren har gått ut av delprosjektet. Trekk brevet, og lag en ny versjon."))
        signature.accepted_at, signature.accepted_by, signature.paper_reference = at, by, reference
        signature.save()
        settle(key=_asked(letter, signature.partner), by=by)
        if not letter.signatures.filter(accepted_at=None).exists():
            _check_covers_what_is_paid(letter, day)
            letter = _put_into_force(letter, sub_project, by, at)
    return letter


def _put_into_force(letter: AwardLetter, sub_project: SubProject, by: User, at: datetime.datetime) -> AwardLetter:
    """All have signed: it replaces the earlier one, starts what was planned, and says when it is reviewed."""
    day = at.astimezone(timezone.get_current_timezone()).date()
    for earlier in AwardLetter.objects.filter(sub_project=sub_project, state=LetterState.IN_FORCE):
        earlier = locked(earlier, None)
        earlier.state = LetterState.SUPERSEDED
        earlier.save()
    letter = locked(letter, None)
    letter.state, letter.in_force_on = LetterState.IN_FORCE, day
    with override("nb"):
        title = str(_("Tildelingsbrev %(title)s, versjon %(number)s")) % {"title": sub_project, "number": letter.number}
    letter.document = make_document(
        municipality=sub_project.municipality, kind=DOCUMENT_KIND, title=title, content=signed_content(letter)
    )
    letter.save()
    sub_project = locked(sub_project, None)
    sub_project.starts_on, sub_project.ends_on = period_of(letter)
    sub_project.save()
    if sub_project.state == SubProjectState.PLANNED:
        change_state(sub_project=sub_project, to=SubProjectState.RUNNING, reason="", by=by, on=day, at=at)
    follow_period(sub_project=sub_project, by=by)
    schedule_review(sub_project=sub_project, by=by)
    count_in_log(letter=letter, measure=sub_project.measure, by=by)
    return letter


def _asked(letter: AwardLetter, partner: SubProjectPartner) -> str:
    return f"letter-{letter.public_id}-{partner.pk}"


def _ask_to_sign(letter: AwardLetter, partner: SubProjectPartner, on: datetime.date) -> None:
    notify(
        users=list(representatives(partner, on)), kind="letter_offered", key=_asked(letter, partner),
        text=format_lazy(_("Tildelingsbrevet til {title} venter på at dere godkjenner det."), title=letter.sub_project),
        url_path=reverse("award-letter", args=[letter.public_id]),
    )  # fmt: skip


def _check_can_be_offered(letter: AwardLetter, on: datetime.date) -> None:
    goals, (starts_on, ends_on) = goals_of(letter), period_of(letter)
    for kind, message in (
        (GoalKind.EFFECT, _("Brevet må ha minst ett effektmål.")),
        (GoalKind.RESULT, _("Brevet må ha minst ett resultatmål.")),
    ):
        if not any(goal.kind == kind for goal in goals):
            raise DomainError(message)
    _check_goals(goals)
    for goal in goals:
        if goal.due_on and not starts_on <= goal.due_on <= ends_on:
            raise DomainError(
                _("Resultatmålet «%(goal)s» skal nås %(day)s, som er utenfor perioden til delprosjektet.")
                % {"goal": goal.text, "day": date_format(goal.due_on)}
            )
    instalments = instalments_of(letter)
    outside = [half for half in instalments if half.last_day < starts_on or half.first_day > ends_on]
    if outside:
        raise DomainError(
            _("Det er ført opp beløp for %(half)s, som er utenfor perioden.") % {"half": outside[0].label}
        )
    _check_against_what_is_in_force(letter, instalments, on)


def _check_against_what_is_in_force(letter: AwardLetter, instalments: Instalments, on: datetime.date) -> None:
    if not AwardLetter.objects.filter(sub_project=letter.sub_project_id, state=LetterState.IN_FORCE).exists():
        return
    if not letter.change_reason.strip():
        raise DomainError(_("Skriv hva som er endret siden forrige versjon, og hvorfor."))
    paid, total = economy(letter.sub_project, on).paid, sum(instalments.values(), Decimal(0))
    if total < paid:
        raise DomainError(
            _("Det er allerede betalt ut %(paid)s kroner. Summen i brevet kan ikke være lavere.")
            % {"paid": format_kroner(paid)}
        )


def _check_covers_what_is_paid(letter: AwardLetter, on: datetime.date) -> None:
    """Again when the last one signs: under the earlier letter more may have been paid since the offer."""
    if sum(instalments_of(letter).values(), Decimal(0)) < economy(letter.sub_project, on).paid:
        raise DomainError(_("Det er betalt ut mer siden brevet ble sendt. Trekk det, og lag en ny versjon."))


def _check_goals(goals: Sequence[Goal]) -> None:
    names = [goal.indicator.strip().casefold() for goal in goals if goal.kind == GoalKind.RESULT]
    for goal in goals:
        if goal.kind == GoalKind.RESULT and not (
            goal.indicator.strip() and goal.target_value is not None and goal.due_on
        ):
            raise DomainError(_("Et resultatmål må ha indikator, måltall og dato."), "goals")
    if len(set(names)) < len(names):
        raise DomainError(_("To resultatmål har samme indikator. Gi dem hvert sitt navn."), "goals")


def _check_not_over(sub_project: SubProject) -> None:
    if sub_project.is_over:
        raise DomainError(_("Delprosjektet er over. Tildelingsbrevet kan ikke endres eller godkjennes."))


def default_halves(letter: AwardLetter) -> list[HalfYear]:
    """The half-years of the letter's period, for a form with a line for each."""
    starts_on, ends_on = period_of(letter)
    halves, half = [], HalfYear.of(starts_on)
    while half.first_day <= ends_on:
        halves.append(half)
        half = HalfYear.of(half.last_day + datetime.timedelta(days=1))
    return halves
