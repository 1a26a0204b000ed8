"""One running sub-project with two partners and those who work on it, for tests of its pages."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from grants.models import PartnerRole, SubProject, SubProjectPartner
from organisation.models import Municipality, Role, Unit, User
from organisation.periods import HalfYear
from tests.factories import MunicipalityFactory, UnitFactory, make_funded, make_member


@dataclass
class Place:
    municipality: Municipality
    sub_project: SubProject
    own: SubProjectPartner  # the unit of the caseworker
    other: SubProjectPartner  # an organisation with a representative
    caseworker: User
    coordinator: User
    project_lead: User
    partner: User
    outsider: User  # a caseworker of the municipality, in a unit that takes no part


def make_place(today: datetime.date | None = None, **fields: object) -> Place:
    half = HalfYear.of(today or timezone.localdate())
    municipality = MunicipalityFactory()
    root = UnitFactory(municipality=municipality, name=f"Kommunen {municipality.number}")
    own, aside = (UnitFactory(municipality=municipality, parent=root) for _ in range(2))
    other: Unit = UnitFactory(municipality=municipality, kind="voluntary")
    sub_project = make_funded(
        (half.previous().code, 100_000), (half.code, 100_000), municipality=municipality,
        **{"state_since": half.previous().first_day} | fields,
    )  # fmt: skip
    partners = [
        SubProjectPartner.objects.create(sub_project=sub_project, unit=unit, role=role)
        for unit, role in ((own, PartnerRole.RESPONSIBLE), (other, PartnerRole.PARTNER))
    ]
    return Place(
        municipality, sub_project, *partners, caseworker=make_member(Role.CASEWORKER, own),
        coordinator=make_member(Role.COORDINATOR, root), project_lead=make_member(Role.PROJECT_LEAD, root),
        partner=make_member(Role.PARTNER, other), outsider=make_member(Role.CASEWORKER, aside),
    )  # fmt: skip
