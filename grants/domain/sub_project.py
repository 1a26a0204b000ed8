"""Sub-projects: made, changed, joined and left, tied to a measure of a plan. Their state: sub_project_state.py."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from grants.domain.counted_goals import count_in_log, has_counted
from grants.domain.spending import hold
from grants.models import (
    Application,
    ApplicationState,
    AwardLetter,
    Call,
    LetterState,
    PartnerRole,
    SubProject,
    SubProjectPartner,
    SubProjectState,
    SubProjectStateChange,
)
from measures.domain.measure import create_measure
from measures.models import Goal, Measure, Plan
from organisation.domain.errors import DomainError
from organisation.domain.units import create_unit
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import LivingConditionZone, Municipality, Unit, User

ONE_RESPONSIBLE = _("Velg én hovedansvarlig blant partnerne.")
ALREADY_WITH_US = _("Enheten er allerede med i delprosjektet.")
OVER = _("Delprosjektet er over. Det kan ikke endres lenger.")
REFUSED: dict[str, Any] = {
    "sub_project_title_unique": (_("Kommunen har allerede et delprosjekt med dette navnet."), "title"),
    "grants_subproject_application_id_key": (_("Det er allerede laget et delprosjekt av søknaden."), None),
    "grants_subproject_measure_id_key": (_("Tiltaket hører allerede til et annet delprosjekt."), "measure"),
    "sub_project_partner_unique": (ALREADY_WITH_US, "unit"),
}
AGREED_IN_LETTER = ("starts_on", "ends_on")


def create_sub_project(
    *,
    municipality: Municipality,
    title: str,
    partners: Sequence[tuple[Unit, str]],
    starts_on: datetime.date,
    ends_on: datetime.date,
    by: User,
    on: datetime.date,
    call: Call | None = None,
    application: Application | None = None,
    target_group: str = "",
    note: str = "",
    zones: Iterable[LivingConditionZone] = (),
    measure: Measure | None = None,
) -> SubProject:
    """A planned sub-project with its partners (unit and role), one of them responsible."""
    _check_period(starts_on, ends_on)
    _check_partners(municipality, partners)
    if call and call.municipality_id != municipality.pk:
        raise DomainError(_("Velg en utlysning i samme kommune."), "call")
    _check_measure(municipality.pk, measure)
    with acting(by, "sub_project.create"), refusing(**REFUSED):
        sub_project = SubProject.objects.create(
            municipality=municipality, title=title, starts_on=starts_on, ends_on=ends_on, call=call,
            application=application, target_group=target_group, note=note, measure=measure,
            state=SubProjectState.PLANNED, state_since=on, state_by=by,
        )  # fmt: skip
        sub_project.zones.set(zones)
        for unit, role in partners:
            SubProjectPartner.objects.create(sub_project=sub_project, unit=unit, role=role)
        SubProjectStateChange.objects.create(sub_project=sub_project, before="", after=sub_project.state, on=on, by=by)
    return sub_project


def create_from_application(
    *,
    application: Application,
    starts_on: datetime.date,
    ends_on: datetime.date,
    by: User,
    on: datetime.date,
    title: str | None = None,
) -> SubProject:
    """The sub-project of an application that got a place. Partners that were named freely become units, once.

    With the application's name, or another `title`: an earlier sub-project may have taken it.
    """
    if application.state != ApplicationState.AWARDED:
        raise DomainError(_("Søknaden har ikke fått plass."))
    call = application.call
    with acting(by, "sub_project.create_from_application"):
        # One at a time, so that two applications that name the same newcomer get the same unit.
        municipality = Municipality.objects.select_for_update(no_key=True).get(pk=call.municipality_id)
        if SubProject.objects.filter(application=application).exists():
            raise DomainError(_("Det er allerede laget et delprosjekt av søknaden."))
        roles: dict[Unit, str] = {application.responsible_unit: PartnerRole.RESPONSIBLE}
        for row in application.partners.select_related("unit"):
            unit = row.unit or _unit_called(municipality, row.name, row.kind, by)
            roles.setdefault(unit, PartnerRole.PARTNER)
        return create_sub_project(
            municipality=municipality, title=title or application.title, partners=list(roles.items()),
            starts_on=starts_on, ends_on=ends_on, by=by, on=on, call=call, application=application,
            target_group=application.target_group, note=application.text,
        )  # fmt: skip


def update_sub_project(*, sub_project: SubProject, version: int, by: User, **fields: Any) -> SubProject:
    """Change what is said of it. The period is part of what the partners agree on: from the offer it follows the letter."""
    zones = fields.pop("zones", None)
    with acting(by, "sub_project.update"), refusing(**REFUSED):
        sub_project = locked(sub_project, version)
        _check_not_over(sub_project)
        moved = [name for name in AGREED_IN_LETTER if name in fields and fields[name] != getattr(sub_project, name)]
        if moved and period_is_agreed(sub_project):
            raise DomainError(
                _("Perioden står i tildelingsbrevet. Lag en ny versjon av brevet for å endre den."), moved[0]
            )
        apply(sub_project, fields)
        _check_period(sub_project.starts_on, sub_project.ends_on)
        sub_project.save()
        if zones is not None:
            sub_project.zones.set(zones)
    return sub_project


def period_is_agreed(sub_project: SubProject) -> bool:
    """Whether a letter that has been offered, or is in force, says when it starts and ends."""
    return bool(_letters(sub_project, LetterState.OFFERED, LetterState.IN_FORCE).exists())


def add_partner(*, sub_project: SubProject, unit: Unit, role: str, by: User) -> SubProjectPartner:
    """Somebody joins; one who becomes responsible takes over from the one who was."""
    with acting(by, "sub_project.add_partner"), refusing(**REFUSED):
        sub_project = hold(sub_project)
        _check_partners_may_change(sub_project)
        _check_unit(sub_project.municipality_id, unit)
        if sub_project.partners.filter(unit=unit).exists():
            raise DomainError(_("Enheten er eller har vært med. Endre raden den har i lista."), "unit")
        if role == PartnerRole.RESPONSIBLE:
            _hand_over(sub_project)
        return SubProjectPartner.objects.create(sub_project=sub_project, unit=unit, role=role)


def update_partner(
    *, partner: SubProjectPartner, role: str, left_on: datetime.date | None, version: int, by: User
) -> SubProjectPartner:
    """Another role, or the day somebody left; whoever left stays in the history, and comes back without the day.

    There is always one who is responsible: she hands over by somebody else getting the role.
    """
    with acting(by, "sub_project.update_partner"):
        sub_project = hold(partner.sub_project)
        partner = locked(partner, version)
        _check_partners_may_change(sub_project)
        is_it, becomes_it = partner.role == PartnerRole.RESPONSIBLE, role == PartnerRole.RESPONSIBLE
        if left_on and (is_it or becomes_it):
            raise DomainError(_("Den som går ut, kan ikke være hovedansvarlig. Gi rollen til en annen."), "left_on")
        if is_it and not becomes_it:
            raise DomainError(_("Delprosjektet må ha en hovedansvarlig. Gi rollen til en annen partner."), "role")
        if left_on and left_on < sub_project.starts_on:
            raise DomainError(_("Datoen er før delprosjektet starter."), "left_on")
        if becomes_it and not is_it:
            _hand_over(sub_project)
        partner.role, partner.left_on = role, left_on
        partner.save()
    return partner


def link_measure(*, sub_project: SubProject, measure: Measure | None, version: int, by: User) -> SubProject:
    """Say which measure of a plan it is, so that one log entry serves both; None takes the tie away.

    Not when something has been counted towards the letter's goals on the measure it has: those numbers stand.
    """
    with acting(by, "sub_project.link_measure"), refusing(**REFUSED):
        sub_project = locked(sub_project, version)
        _check_measure(sub_project.municipality_id, measure)
        if measure and measure.pk == sub_project.measure_id:
            return _saved(sub_project)
        letter = _letters(sub_project, LetterState.IN_FORCE).first()
        if letter and has_counted(letter):
            raise DomainError(
                _("Det er telt resultater på tiltaket. Delprosjektet kan ikke flyttes til et annet."), "measure"
            )
        sub_project.measure = measure
        _saved(sub_project)
        if letter:
            count_in_log(letter=letter, measure=measure, by=by)
    return sub_project


def create_measure_for(
    *, sub_project: SubProject, plan: Plan, goals: Iterable[Goal], version: int, by: User, on: datetime.date
) -> SubProject:
    """Make it a new measure of a plan: same name, period and zones, the responsible partner answers for it."""
    with acting(by, "sub_project.create_measure"):
        if plan.municipality_id != sub_project.municipality_id:
            raise DomainError(_("Velg en plan i samme kommune."), "plan")
        hold(sub_project)
        units = {row.unit: row.role for row in sub_project.partners.active(on).select_related("unit")}
        responsible = next(unit for unit, role in units.items() if role == PartnerRole.RESPONSIBLE)
        measure = create_measure(
            plan=plan, goals=goals, by=by, on=on, title=sub_project.title, note=sub_project.note,
            responsible_unit=responsible, partners=[unit for unit in units if unit != responsible],
            starts_on=sub_project.starts_on, ends_on=sub_project.ends_on, zones=list(sub_project.zones.all()),
        )  # fmt: skip
        return link_measure(sub_project=sub_project, measure=measure, version=version, by=by)


def _saved(sub_project: SubProject) -> SubProject:
    sub_project.save()
    return sub_project


def _letters(sub_project: SubProject, *states: str) -> Any:
    return AwardLetter.objects.filter(sub_project=sub_project, state__in=states)


def _unit_called(municipality: Municipality, name: str, kind: str, by: User) -> Unit:
    name = " ".join(name.split())
    known = Unit.objects.filter(municipality=municipality, name__iexact=name).first()
    return known or create_unit(municipality=municipality, name=name, kind=kind, by=by)


def _hand_over(sub_project: SubProject) -> None:
    """Whoever is responsible goes on as a partner."""
    for row in sub_project.partners.filter(role=PartnerRole.RESPONSIBLE, left_on=None):
        row = locked(row, None)
        row.role = PartnerRole.PARTNER
        row.save()


def _check_partners_may_change(sub_project: SubProject) -> None:
    _check_not_over(sub_project)
    if _letters(sub_project, LetterState.OFFERED).exists():
        raise DomainError(
            _("Tildelingsbrevet ligger til godkjenning hos partnerne. Trekk det før du endrer hvem som er med.")
        )


def _check_not_over(sub_project: SubProject) -> None:
    if sub_project.is_over:
        raise DomainError(OVER)


def _check_period(starts_on: datetime.date, ends_on: datetime.date) -> None:
    if ends_on <= starts_on:
        raise DomainError(_("Delprosjektet slutter før det starter."), "ends_on")


def _check_partners(municipality: Municipality, partners: Sequence[tuple[Unit, str]]) -> None:
    if [role for _unit, role in partners].count(PartnerRole.RESPONSIBLE) != 1:
        raise DomainError(ONE_RESPONSIBLE, "responsible")
    for unit, _role in partners:
        _check_unit(municipality.pk, unit)
    if len({unit.pk for unit, _role in partners}) < len(partners):
        raise DomainError(_("Samme enhet står to ganger blant partnerne."), "partners")


def _check_unit(municipality_id: int, unit: Unit) -> None:
    if unit.municipality_id != municipality_id:
        raise DomainError(_("Velg enheter som kommunen har registrert."), "unit")


def _check_measure(municipality_id: int, measure: Measure | None) -> None:
    if measure and measure.plan.municipality_id != municipality_id:
        raise DomainError(_("Velg et tiltak i en av kommunens egne planer."), "measure")
