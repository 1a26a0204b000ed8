"""A municipality with a reporting unit and a scheme, and somebody who leads it, for tests of the pages of grants."""

from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.models import Grant, GrantScheme, GrantState, ReportingUnit
from organisation.models import Municipality, Role, Unit
from tests.factories import (
    GrantFactory,
    GrantSchemeFactory,
    MunicipalityFactory,
    ReportingUnitFactory,
    UnitFactory,
    make_member,
)

TODAY = timezone.localdate()
YEAR = TODAY.year
S = GrantState


@dataclass
class Town:
    municipality: Municipality
    root: Unit
    unit: ReportingUnit
    scheme: GrantScheme  # national, not reported here
    leader: Client
    client_for: Any

    def login(self, role: Role, unit: Unit | None = None) -> Client:
        client: Client = self.client_for(make_member(role, unit or self.root))
        return client

    def grant(self, **fields: Any) -> Grant:
        row: Grant = GrantFactory(
            **{"reporting_unit": self.unit, "scheme": self.scheme, "year": YEAR, "report_by": None} | fields
        )
        return row


def make_town(client_for: Any) -> Town:
    municipality = MunicipalityFactory(name="Fjordvik")
    root = UnitFactory(municipality=municipality)
    unit = ReportingUnitFactory(municipality=municipality, name="Fjordvik kommune")
    scheme = GrantSchemeFactory(name="Barnefattigdom", reported_here=False)
    leader = client_for(make_member(Role.COORDINATOR, root))
    return Town(municipality, root, unit, scheme, leader, client_for)


def url(name: str, *rows: Any) -> str:
    return reverse(name, args=[row.public_id for row in rows])


def shown(answer: Any) -> list[str]:
    return [f"{row['grant'].scheme.name} {row['grant'].year}" for row in answer.context["lines"]]


def page(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def errors(answer: Any) -> set[str]:
    assert answer.status_code == 422
    return set(answer.context["form"].errors)
