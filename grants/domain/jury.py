"""The jury: who sits on it, who is excluded and why, conflicts of interest, and each member's own sheets."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from grants.domain.call import hold
from grants.models import (
    HIGHEST_POINTS,
    LOWEST_POINTS,
    Application,
    ApplicationState,
    Call,
    ConflictOfInterest,
    Criterion,
    Exclusion,
    JuryMember,
    Score,
    ScoreSheet,
)
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import LEADERSHIP_ROLES, LOGGING_ROLES, Membership, Role, Unit, User

ON_JURY = {
    "jury_member_unique": (_("Personen er allerede med i juryen."), "user"),
    "jury_group_has_number": (_("Gruppene har nummer fra 1."), "group"),
}
TWICE = {"conflict_unique": (_("Det er allerede meldt inhabilitet for denne søknaden."), None)}
DELIVERED = _("Vurderingen er levert. Den kan ikke endres.")
Points = Mapping[Criterion, int | None]  # None for "can't judge it"; a criterion that is not there is not answered yet


def appoint(
    *,
    call: Call,
    user: User,
    by: User,
    on: datetime.date,
    age: int | None = None,
    background: str = "",
    group: int = 1,
    connected_units: Sequence[Unit] = (),
) -> JuryMember:
    """Give a juror of the municipality the next number. Never somebody who leads, or sits in the steering group."""
    with acting(by, "jury.appoint"), refusing(**ON_JURY):
        held = hold(call)
        _check_jury_is_open(held)
        roles = _roles(user, held, on)
        if Role.JUROR not in roles:
            raise DomainError(_("Personen må ha rollen jurymedlem i kommunen."), "user")
        if reason := reason_of_roles(roles):
            raise DomainError(
                _("Personen kan ikke sitte i juryen: %(reason)s.") % {"reason": Exclusion(reason).label.lower()}, "user"
            )
        number = (held.jury.aggregate(last=Max("number"))["last"] or 0) + 1
        member = JuryMember.objects.create(
            call=held, user=user, number=number, age=age, background=background, group=group
        )
        member.connected_units.set(_in_municipality(held, connected_units))
    return member


def update_member(*, member: JuryMember, version: int, by: User, **fields: Any) -> JuryMember:
    """Age, background, group and connected units, until the scoring is closed."""
    with acting(by, "jury.update"), refusing(**ON_JURY):
        call = hold(member.call)
        held = locked(member, version)
        _check_jury_is_open(call)
        units = fields.pop("connected_units", None)
        apply(held, fields)
        held.save()
        if units is not None:
            held.connected_units.set(_in_municipality(call, units))
    return held


def remove_member(*, member: JuryMember, by: User) -> None:
    """Take a member out who has delivered nothing. Points that were given can't be made to disappear."""
    with acting(by, "jury.remove"):
        _check_jury_is_open(hold(member.call))
        if member.sheets.filter(delivered_at__isnull=False).exists():
            raise DomainError(_("Medlemmet har levert vurderinger og kan ikke fjernes."))
        JuryMember.objects.filter(pk=member.pk).delete()


def exclusions(call: Call, on: datetime.date) -> dict[int, str]:
    """Members (by id) who judge nothing in this call, each with the reason; once the scoring is closed, as it was then.

    Whoever leads or sits in the steering group; and whoever belongs to a unit that takes part in an application, or to
    one above or below it: she would judge a competition she takes part in.
    """
    if call.scoring_closed_at is not None:
        return {row.pk: row.excluded_as for row in call.jury.all() if row.excluded_as}
    applicants = _paths_of_applicants(call)
    roles: dict[int, set[str]] = {}
    paths: dict[int, set[str]] = {}
    memberships = Membership.objects.active(on).filter(user__jury_seats__call=call).select_related("unit")
    for row in memberships:
        if row.unit.municipality_id == call.municipality_id:
            roles.setdefault(row.user_id, set()).add(row.role)
        if row.role in (*LOGGING_ROLES, Role.PARTNER):
            paths.setdefault(row.user_id, set()).add(row.unit.path)
    found = {}
    for member in call.jury.prefetch_related("connected_units"):
        own = paths.get(member.user_id, set()) | {unit.path for unit in member.connected_units.all()}
        reason = reason_of_roles(roles.get(member.user_id, set()))
        if not reason and any(one.startswith(two) or two.startswith(one) for one in own for two in applicants):
            reason = Exclusion.TAKES_PART
        if reason:
            found[member.pk] = str(reason)
    return found


def declare_conflict(
    *, member: JuryMember, application: Application, reason: str, by: User, at: datetime.datetime
) -> ConflictOfInterest:
    """The member can't judge one application (inhabil). Her sheet for it, if there is one, doesn't count."""
    if not reason.strip():
        raise DomainError(_("Skriv hvorfor du er inhabil."), "reason")
    with acting(by, "jury.declare_conflict"), refusing(**TWICE):
        call = hold(member.call)
        _check_judgeable(call, application)
        return ConflictOfInterest.objects.create(
            member=member, application=application, reason=reason, declared_at=at, declared_by=by
        )


def withdraw_conflict(*, conflict: ConflictOfInterest, by: User) -> None:
    """By the member herself, until the scoring is closed. Never when she has delivered and seen the others' points:
    then she would choose with open eyes whether hers count."""
    with acting(by, "jury.withdraw_conflict"):
        _check_judgeable(hold(conflict.member.call), conflict.application)
        sheets = ScoreSheet.objects.filter(member=conflict.member_id, application=conflict.application_id)
        if sheets.filter(delivered_at__isnull=False).exists():
            raise DomainError(
                _(
                    "Du har levert en vurdering og kan ha sett poengene fra de andre. "
                    "Inhabiliteten kan ikke trekkes tilbake."
                )
            )
        ConflictOfInterest.objects.filter(pk=conflict.pk).delete()


def save_sheet(
    *,
    member: JuryMember,
    application: Application,
    points: Points,
    version: int,
    by: User,
    on: datetime.date,
    comment: str = "",
) -> ScoreSheet:
    """Keep what the member has come to so far; only she sees it. The version of a sheet that is not there is 0."""
    with acting(by, "jury.save_sheet"):
        return _write_sheet(member, application, points, comment, version, on)


def deliver_sheet(
    *,
    member: JuryMember,
    application: Application,
    points: Points,
    version: int,
    by: User,
    at: datetime.datetime,
    on: datetime.date,
    comment: str = "",
) -> ScoreSheet:
    """The member's judgement, for good. Every criterion is answered, at least one of them with points."""
    with acting(by, "jury.deliver_sheet"):
        sheet = _write_sheet(member, application, points, comment, version, on)
        unanswered = [row for row in application.call.criteria.all() if row not in points]
        if unanswered:
            raise DomainError(
                _("Svar på alle kriteriene før du leverer. Velg «kan ikke vurdere» der du ikke vet."),
                f"criterion_{unanswered[0].number}",
            )
        if all(value is None for value in points.values()):
            raise DomainError(_("Gi poeng på minst ett kriterium. Er du inhabil, så meld fra om det."))
        sheet.delivered_at = at
        sheet.save()
    return sheet


def _write_sheet(
    member: JuryMember, application: Application, points: Points, comment: str, version: int, on: datetime.date
) -> ScoreSheet:
    """The call is held, so that two first sheets of a member, or a sheet and the closing, come one after the other."""
    call = hold(member.call)
    _check_judgeable(call, application)
    if member.pk in exclusions(call, on):
        raise DomainError(_("Du deltar ikke i vurderingen av denne utlysningen."))
    if ConflictOfInterest.objects.filter(member=member, application=application).exists():
        raise DomainError(_("Du har meldt deg inhabil i denne søknaden."))
    if any(row.call_id != call.pk for row in points):
        raise DomainError(_("Kriteriet hører til en annen utlysning."))
    if any(value is not None and not LOWEST_POINTS <= value <= HIGHEST_POINTS for value in points.values()):
        raise DomainError(_("Poengene går fra 1 til 5."))
    sheet = ScoreSheet.objects.filter(member=member, application=application).first()
    sheet = locked(sheet, version) if sheet else ScoreSheet(member=member, application=application)
    if sheet.delivered_at is not None:
        raise DomainError(DELIVERED)
    sheet.comment = comment
    sheet.save()
    sheet.scores.all().delete()
    Score.objects.bulk_create(Score(sheet=sheet, criterion=row, points=value) for row, value in points.items())
    return sheet


def _check_judgeable(call: Call, application: Application) -> None:
    if application.call_id != call.pk:
        raise DomainError(_("Søknaden hører til en annen utlysning."))
    if not call.takes_scores:
        raise DomainError(_("Juryen kan ikke vurdere søknadene nå."))
    if application.state != ApplicationState.SUBMITTED:
        raise DomainError(_("Søknaden er ikke sendt inn."))


def _check_jury_is_open(call: Call) -> None:
    if call.scoring_closed_at is not None or call.decided_at is not None:
        raise DomainError(_("Vurderingen er lukket. Juryen kan ikke endres lenger."))


def _roles(user: User, call: Call, on: datetime.date) -> set[str]:
    rows = Membership.objects.active(on).filter(user=user, unit__municipality=call.municipality_id)
    return set(rows.values_list("role", flat=True))


def reason_of_roles(roles: set[str]) -> str:
    if roles & set(LEADERSHIP_ROLES):
        return Exclusion.LEADERSHIP
    return Exclusion.STEERING_GROUP if Role.STEERING_GROUP in roles else ""


def _paths_of_applicants(call: Call) -> set[str]:
    sent = call.applications.sent()
    units = Unit.objects.filter(
        Q(applications__in=sent) | Q(pk__in=sent.filter(partners__unit__isnull=False).values("partners__unit"))
    )
    return set(units.values_list("path", flat=True))


def _in_municipality(call: Call, units: Sequence[Unit]) -> list[Unit]:
    if any(unit.municipality_id != call.municipality_id for unit in units):
        raise DomainError(_("Velg enheter i kommunen."), "connected_units")
    return list(units)
