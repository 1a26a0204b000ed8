"""The pages of what a grant's money goes to: measures are described, given a share and taken out."""

from decimal import Decimal
from typing import Any

import pytest

from grants.models import FundedMeasure, Funding, Grant
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    MeasureFactory,
    PlanFactory,
    SubProjectFactory,
    TargetFactory,
)
from tests.pages.grant_town import YEAR, S, Town, errors, make_town, page, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(client_for: Any) -> Town:
    return make_town(client_for)


def profile(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Ferieklubben",
        "budget_nok": "100 000",
        "goal_category": "holiday",
        "recruited_by": ["nav"],
    } | fields


def test_a_new_measure_is_tied_to_a_measure_and_a_number_of_its_log(town: Town) -> None:
    grant = town.grant()
    measure = MeasureFactory(plan=PlanFactory(municipality=town.municipality), title="Sommerferie")
    target = TargetFactory(measure=measure)
    data = profile(title="", measure=measure.pk, children_target=target.pk)
    answer = town.leader.post(url("funding-new", grant), data)
    funded = FundedMeasure.objects.get()
    assert answer["Location"] == url("grant", grant)
    assert (funded.title, funded.measure, funded.children_target) == ("Sommerferie", measure, target)
    assert (funded.goal_category, funded.recruited_by) == ("holiday", ["nav"])
    assert Funding.objects.get().budget_nok == 100_000
    assert "Finansieres av:" in page(town.leader.get(url("measure", measure)))
    detail = page(town.leader.get(url("funded-measure", funded)))
    assert "Ferie/aktivitet med familie" in detail and f"{YEAR}" in detail


def test_anothers_measure_sub_project_and_number_are_no_choices(town: Town) -> None:
    grant = town.grant()
    mine = MeasureFactory(plan=PlanFactory(municipality=town.municipality))
    foreign = {"measure": MeasureFactory(), "sub_project": SubProjectFactory(), "children_target": TargetFactory()}
    for field, row in foreign.items():
        assert errors(town.leader.post(url("funding-new", grant), profile(**{field: row.pk}))) == {field}
    # One's own number, but of another measure.
    other = TargetFactory(measure=MeasureFactory(plan=mine.plan))
    data = profile(measure=mine.pk, children_target=other.pk)
    assert errors(town.leader.post(url("funding-new", grant), data)) == {"children_target"}
    for field, value in (
        ("title", ""), ("title", "\0"), ("goal_category", "x"), ("recruited_by", ["x"]), ("budget_nok", "-5"),
    ):  # fmt: skip
        assert errors(town.leader.post(url("funding-new", grant), profile(**{field: value}))) == {field}
    assert not FundedMeasure.objects.exists()


def test_a_measure_of_before_is_chosen_with_its_years_and_warned_of_in_the_last(town: Town) -> None:
    funded = FundedMeasureFactory(reporting_unit=town.unit, scheme=town.scheme, title="Ferieklubben")
    for year in (YEAR - 2, YEAR - 1):
        FundingFactory(grant=town.grant(year=year, state=S.CLOSED), funded_measure=funded)
    grant = town.grant()
    answer = town.leader.get(url("funding-new", grant))
    assert "Ferieklubben (2 år med penger)" in page(answer)
    data = {"funded_measure": funded.pk, "budget_nok": "5000"}
    answer = town.leader.post(url("funding-new", grant), data, follow=True)
    assert "Ferieklubben: Tredje og siste år" in page(answer)
    # There is nothing to choose any more, so the next form is that of a new one; the old choice gets nowhere.
    assert town.leader.post(url("funding-new", grant), data).status_code == 422
    assert Funding.objects.filter(grant=grant).count() == 1
    other = FundedMeasureFactory(reporting_unit=town.unit)  # of another scheme
    FundedMeasureFactory(reporting_unit=town.unit, scheme=town.scheme)
    assert errors(town.leader.post(url("funding-new", grant), {"funded_measure": other.pk})) == {"funded_measure"}


def test_a_share_is_changed_and_taken_away_until_it_is_reported(town: Town) -> None:
    funding = FundingFactory(grant=town.grant())
    grant, funded = funding.grant, funding.funded_measure
    old = {"budget_nok": "7,50", "version": funding.version}
    town.leader.post(url("funding-edit", grant, funded), old)
    assert Funding.objects.get().budget_nok == Decimal("7.50")
    stale = town.leader.post(url("funding-edit", grant, funded), old | {"budget_nok": "9"})
    assert stale.status_code == 422 and "7,50" in page(stale), "a colleague's amount stands"
    assert errors(town.leader.post(url("funding-edit", grant, funded), {"budget_nok": "9"})) == {"version"}
    assert Funding.objects.get().budget_nok == Decimal("7.50")
    Grant.objects.update(state=S.REPORTED)
    answer = town.leader.post(url("funding-remove", grant, funded), follow=True)
    assert "kan ikke endres" in page(answer) and Funding.objects.exists()
    assert town.leader.get(url("funding-new", grant)).status_code == 302
    Grant.objects.update(state=S.GRANTED)
    town.leader.post(url("funding-remove", grant, funded))
    assert not Funding.objects.exists()
    assert town.leader.post(url("funding-remove", grant, funded)).status_code == 404
