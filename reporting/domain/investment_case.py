"""Writing accounts of social investments, and reading their terms."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from grants.models import SubProject
from measures.models import Measure
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import User
from reporting.domain.investment import Estimate, Saving, Terms
from reporting.models import InvestmentAssumption, InvestmentCase

_CASE: dict[str, Any] = {
    "measure_investment_says_its_cost": (_("Skriv hva tiltaket koster. Et tiltak har ikke regnskap her."), "cost"),
    "investment_cost_has_source": (_("Skriv hvor kostnaden kommer fra."), "cost_source"),
    "investment_is_about_five_or_more": (
        _("Et regnskap for færre enn fem ville handlet om personer noen kjenner."), "persons",
    ),
    "investment_assumptions_make_sense": (
        _("Andelen er 0 til 100 prosent, virkningen varer 1 til 60 år, og renten er 0 til 20 prosent."), "share",
    ),
    "investment_share_lies_in_its_range": (_("Andelen må ligge mellom lav og høy."), "share"),
    "investment_years_lie_in_their_range": (_("Antall år må ligge mellom lavt og høyt."), "years"),
    "investment_assumptions_have_sources": (_("Skriv hvor hver forutsetning kommer fra."), None),
}  # fmt: skip
_SAVING: dict[str, Any] = {
    "investment_saving_once": (_("Dette står der allerede for den samme som sparer."), "name"),
    "investment_saving_has_source": (_("Skriv hvor beløpet kommer fra."), "source"),
    "investment_amount_lies_in_its_range": (
        _("Beløpet må ligge mellom lavt og høyt, og kan ikke være under 0."),
        "amount",
    ),
}


def create_case(*, of: SubProject | Measure, by: User, **values: Any) -> InvestmentCase:
    """An account of a sub-project or a measure; one has one at the most. A measure's cost is stated, a sub-project's may be.

    A measure that is a sub-project too has none of its own: it would be the same thing twice.
    """
    once = (_("Det finnes allerede et gevinstregnskap her."), None)
    more = {"reporting_investmentcase_sub_project_id_key": once, "reporting_investmentcase_measure_id_key": once}
    with acting(by, "investment_case.create"), refusing(**_CASE, **more):
        if isinstance(of, SubProject):
            return InvestmentCase.objects.create(municipality_id=of.municipality_id, sub_project=of, **values)
        if SubProject.objects.filter(measure=of).exists():
            raise DomainError(_("Tiltaket er også et delprosjekt. Lag gevinstregnskapet for delprosjektet."), "of")
        return InvestmentCase.objects.create(municipality_id=of.plan.municipality_id, measure=of, **values)


def update_case(*, case: InvestmentCase, version: int, by: User, **values: Any) -> InvestmentCase:
    with acting(by, "investment_case.update"), refusing(**_CASE):
        row = locked(case, version)
        apply(row, values)
        row.save()
    return row


def add_assumption(*, case: InvestmentCase, by: User, **values: Any) -> InvestmentAssumption:
    with acting(by, "investment_assumption.add"), refusing(**_SAVING):
        return InvestmentAssumption.objects.create(case=case, **values)


def update_assumption(
    *, assumption: InvestmentAssumption, version: int, by: User, **values: Any
) -> InvestmentAssumption:
    with acting(by, "investment_assumption.update"), refusing(**_SAVING):
        row = locked(assumption, version)
        apply(row, values)
        row.save()
    return row


def delete_assumption(*, assumption: InvestmentAssumption, version: int, by: User) -> InvestmentAssumption:
    """It goes out of the account; what it was stands in the audit log."""
    with acting(by, "investment_assumption.delete"):
        row = locked(assumption, version)
        InvestmentAssumption.objects.filter(pk=row.pk).delete()
    return row


def terms_of(case: InvestmentCase, paid: Decimal) -> Terms:
    """What an account rests on. `paid` is the cost where none is stated; its assumptions are best prefetched."""
    return Terms(
        cost=paid if case.cost is None else case.cost,
        persons=Decimal(case.persons),
        share=Estimate(case.share, case.share_low, case.share_high),
        years=Estimate(Decimal(case.years), _decimal(case.years_low), _decimal(case.years_high)),
        discount=Estimate(case.discount),
        savings=tuple(
            Saving(row.name, row.payer, Estimate(row.amount, row.amount_low, row.amount_high))
            for row in case.assumptions.all()
        ),
    )


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
