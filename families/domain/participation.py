"""What a family takes part in: sub-projects and measures of the municipality."""

import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from families.domain.once import for_service, once
from families.domain.recording import own, recorded
from families.domain.vault import OpenFamily
from families.models import Participation
from grants.models import SubProject
from measures.models import Measure, PlanState
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, refusing
from organisation.models import Unit, User

ONCE = {
    "in_sub_project_once": (_("Tjenesten din har registrert at familien er med i delprosjektet."), "thing"),
    "in_measure_once": (_("Tjenesten din har registrert at familien er med i tiltaket."), "thing"),
    "participation_ends_after_start": (_("Sluttdatoen er før startdatoen."), "ended_on"),
}


def sub_projects(*, vault: OpenFamily) -> QuerySet[SubProject]:
    """Those of the family's municipality that the reader may see; a partner those it is in."""
    return SubProject.objects.visible_to(vault.user).filter(municipality=vault.family.municipality_id)


def measures(*, vault: OpenFamily) -> QuerySet[Measure]:
    """The measures of the plans that are not closed, as far as the reader may see them."""
    return (
        Measure.objects.visible_to(vault.user)
        .filter(plan__municipality=vault.family.municipality_id)
        .exclude(plan__state=PlanState.CLOSED)
    )


def add_participation(
    *,
    vault: OpenFamily,
    by: User,
    at: datetime.datetime,
    started_on: datetime.date,
    ended_on: datetime.date | None = None,
    sub_project: SubProject | None = None,
    measure: Measure | None = None,
    form_key: str = "",
    unit: Unit | None = None,
) -> Participation:
    """The family takes part in one thing, from a day; recorded for the reader's service, which can be in it once at a time."""
    _check_days(vault, started_on)
    if (sub_project is None) == (measure is None):
        raise DomainError(_("Velg enten et delprosjekt eller et tiltak."), "thing")
    if sub_project and not sub_projects(vault=vault).filter(pk=sub_project.pk).exists():
        raise DomainError(_("Velg et av delprosjektene i lista."), "thing")
    if measure and not measures(vault=vault).filter(pk=measure.pk).exists():
        raise DomainError(_("Velg et av tiltakene i lista."), "thing")
    values = {"sub_project": sub_project, "measure": measure, "started_on": started_on, "ended_on": ended_on}

    def write() -> Participation:
        with refusing(**ONCE):
            row: Participation = Participation.objects.create(
                **recorded(vault=vault, by=by, at=at, unit=unit), **values, form_key=form_key
            )
            return row

    with acting(by, "participation.add"):
        return once(
            vault=vault, model=Participation, form_key=form_key, constraint="participation_form_key_unique",
            values=values | for_service(unit), by=by, write=write,
        )  # fmt: skip


def update_participation(
    *,
    vault: OpenFamily,
    row: Participation,
    version: int,
    by: User,
    started_on: datetime.date,
    ended_on: datetime.date | None,
) -> Participation:
    """Correct the days, end the participation, or let it go on by taking the last day away."""
    _check_days(vault, started_on)
    with acting(by, "participation.update"), refusing(**ONCE):
        current = own(vault=vault, row=row, version=version)
        current.started_on, current.ended_on = started_on, ended_on
        current.save()
        return current


def _check_days(vault: OpenFamily, started_on: datetime.date) -> None:
    if started_on > vault.on:
        raise DomainError(_("Datoen er fram i tid. Registrer det når det har begynt."), "started_on")
