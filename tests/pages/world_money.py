"""The part of the world that is about social investments: an account of the sub-project that runs."""

from decimal import Decimal

from grants.models import SubProject
from organisation.models import Role, User
from reporting.domain.investment_case import add_assumption, create_case
from tests.pages import may_money


def social_investments(sub_project: str, users: dict[Role, User], secret: str) -> dict[str, dict[str, str]]:
    """The arguments of their addresses. `sub_project` is a public id; `secret` stands in every text."""
    by, of = users[Role.PROJECT_LEAD], SubProject.objects.get(public_id=sub_project)
    case = create_case(
        of=of, by=by, price_year=2025, cost=Decimal(400_000), cost_source=secret, persons=12, persons_source=secret,
        share=Decimal(30), share_low=Decimal(20), share_high=Decimal(40), share_source=secret, years=5,
        years_source=secret, discount=Decimal(4), discount_source=secret, note=secret,
    )  # fmt: skip
    row = add_assumption(
        case=case, by=by, name=f"Sosialhjelp. {secret}", payer="municipality", amount=Decimal(90_000), source=secret
    )
    add_assumption(
        case=case, by=by, name=f"Skatt. {secret}", payer="state", amount=Decimal(60_000), amount_low=Decimal(20_000),
        source=secret,
    )  # fmt: skip
    return may_money.ids(of, case, row)
