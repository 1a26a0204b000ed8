"""Accounts of social investments, with plainly made-up assumptions."""

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from reporting.models import InvestmentAssumption, InvestmentCase
from tests.factories.grants_spending import make_funded


class InvestmentCaseFactory(DjangoModelFactory):
    """Of a sub-project: ten persons, half of whom succeed, for four years, without a discount."""

    class Meta:
        model = InvestmentCase

    sub_project = factory.LazyFunction(lambda: make_funded(("2025-1", 500_000)))
    municipality = factory.LazyAttribute(
        lambda row: row.sub_project.municipality if row.sub_project else row.measure.plan.municipality
    )
    price_year = 2025
    cost = Decimal(100_000)
    cost_source, persons_source, share_source, years_source, discount_source = ("oppdiktet",) * 5
    persons = 10
    share = Decimal(50)
    years = 4
    discount = Decimal(0)


class InvestmentAssumptionFactory(DjangoModelFactory):
    class Meta:
        model = InvestmentAssumption

    case = factory.SubFactory(InvestmentCaseFactory)
    name = factory.Sequence(lambda n: f"Prøvebesparelse {n}")
    payer = "municipality"
    amount = Decimal(10_000)
    source = "oppdiktet"
