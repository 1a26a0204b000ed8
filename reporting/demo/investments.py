"""The demo's accounts of social investments. Every assumption is made up, and says so; so is the zone of the example."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from grants.models import SubProject
from organisation.models import LivingConditionZone, User
from reporting.demo.organisation import Town
from reporting.domain.investment_case import add_assumption, create_case

MADE_UP = "Oppdiktet for demoen"
NOTE = (
    "Alle forutsetningene her er oppdiktet for demoen, og sier ingenting om hva det virkelige delprosjektet har spart. "
    "Kostnaden er det som er utbetalt."
)
PILOT, EXAMPLE = "Tidlig innsats på Brundalen", "Åpen fritid (eksempel)"
SAVINGS: list[dict[str, Any]] = [
    {"name": "Økonomisk sosialhjelp", "payer": "municipality", "amount": Decimal(60_000)},
    {"name": "Arbeidsavklaringspenger", "payer": "state", "amount": Decimal(150_000), "amount_low": Decimal(80_000)},
    {"name": "Skatt av lønn", "payer": "state", "amount": Decimal(50_000)},
    {"name": "Helsetjenester i fylket", "payer": "county", "amount": Decimal(8_000)},
    {"name": "Høyere inntekt etter skatt", "payer": "person", "amount": Decimal(70_000)},
]


def load(towns: Mapping[str, Town], people: Mapping[str, User]) -> None:
    _account(
        SubProject.objects.get(title=PILOT), people["prosjektleder@trondheim.example"], persons=40, price_year=2023
    )
    example = SubProject.objects.get(title=EXAMPLE)
    _account(example, people["prosjektleder@lillehammer.example"], persons=15, price_year=2025)
    town = towns["Lillehammer"].municipality
    example.zones.add(LivingConditionZone.objects.create(municipality=town, name="Sentrum (eksempel)"))


def _account(sub_project: SubProject, by: User, *, persons: int, price_year: int) -> None:
    case = create_case(
        of=sub_project, by=by, persons=persons, persons_source=MADE_UP, share=Decimal(20), share_low=Decimal(10),
        share_high=Decimal(30), share_source=MADE_UP, years=6, years_low=3, years_high=10, years_source=MADE_UP,
        discount=Decimal(4), discount_source=f"{MADE_UP}; fire prosent er vanlig", price_year=price_year, note=NOTE,
    )  # fmt: skip
    for values in SAVINGS:
        add_assumption(case=case, by=by, source=MADE_UP, **values)
