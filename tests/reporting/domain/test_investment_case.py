"""Accounts of social investments as they are written, and as their dashboards tell of them."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Role, User
from reporting.domain.board import Board, rows_of
from reporting.domain.investment_board import build_case_board, build_investment_board, with_terms
from reporting.domain.investment_case import (
    add_assumption,
    create_case,
    delete_assumption,
    terms_of,
    update_assumption,
    update_case,
)
from reporting.domain.sub_project_board_parts import kroner
from reporting.models import InvestmentCase
from reporting.permissions import can_edit_investment
from tests.factories import (
    LedgerEntryFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    PlanFactory,
    TargetFactory,
    UnitFactory,
    UserFactory,
    make_funded,
    make_member,
)
from tests.factories.grants_results import count_in_log
from tests.factories.investments import InvestmentAssumptionFactory, InvestmentCaseFactory
from tests.factories.reporting import ReportVersionFactory
from tests.reporting.domain.test_sub_projects_board import publish

pytestmark = pytest.mark.django_db
ON = datetime.date(2025, 9, 15)
TERMS: dict[str, Any] = {
    "price_year": 2025, "persons": 12, "persons_source": "oppdiktet", "share": Decimal(30), "share_source": "oppdiktet",
    "years": 5, "years_source": "oppdiktet", "discount": Decimal(4), "discount_source": "oppdiktet",
}  # fmt: skip


def words_of(board: Board) -> str:
    rows = ("; ".join(str(cell) for cell in row) for row in rows_of(board))
    return "\n".join(rows).replace("\xa0", " ")


def loaded(case: InvestmentCase) -> InvestmentCase:
    return with_terms(InvestmentCase.objects.filter(pk=case.pk)).get()


def member(role: Role, of: Any) -> User:
    return make_member(role, UnitFactory(municipality=of.municipality))


def test_a_sub_project_costs_what_is_paid_unless_another_cost_is_stated() -> None:
    sub_project, by = make_funded(("2025-1", 500_000)), UserFactory()
    LedgerEntryFactory(sub_project=sub_project, amount=60_000)
    case = create_case(of=sub_project, by=by, **TERMS)
    cost = next(figure for figure in build_case_board(loaded(case), ON).figures if "kostnad" in figure.label)
    assert cost.exact == 60_000
    update_case(case=case, version=case.version, by=by, cost=Decimal(90_000), cost_source="budsjettet")
    assert terms_of(loaded(case), Decimal(60_000)).cost == 90_000


def test_every_change_stands_in_the_audit_log() -> None:
    by = UserFactory()
    case = create_case(of=make_funded(("2025-1", 1000)), by=by, **TERMS)
    row = add_assumption(case=case, by=by, name="Hjelp", payer="state", amount=Decimal(10), source="oppdiktet")
    row = update_assumption(assumption=row, version=row.version, by=by, amount=Decimal(20))
    delete_assumption(assumption=row, version=row.version, by=by)
    assert not case.assumptions.exists()
    rows = AuditEntry.objects.filter(table_name__startswith="reporting_investment").order_by("id")
    assert [(entry.action, entry.operation) for entry in rows] == [
        ("investment_case.create", "INSERT"),
        ("investment_assumption.add", "INSERT"),
        ("investment_assumption.update", "UPDATE"),
        ("investment_assumption.delete", "DELETE"),
    ]
    assert {entry.actor_id for entry in rows} == {by.pk}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"persons": 4}, "persons"),
        ({"share": Decimal(101)}, "share"),
        ({"share_low": Decimal(31)}, "share"),
        ({"years_high": 4}, "years"),
        ({"cost": Decimal(10)}, "cost_source"),
        ({"years_source": ""}, None),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(values: dict[str, Any], field: str | None) -> None:
    with pytest.raises(DomainError) as error:
        create_case(of=make_funded(("2025-1", 1000)), by=UserFactory(), **TERMS | values)
    assert error.value.field == field


def test_a_measure_says_its_cost_and_nothing_has_two_accounts() -> None:
    measure, by = MeasureFactory(), UserFactory()
    with pytest.raises(DomainError):
        create_case(of=measure, by=by, **TERMS)
    create_case(of=measure, by=by, **TERMS, cost=Decimal(1000), cost_source="oppdiktet")
    with pytest.raises(DomainError):
        create_case(of=measure, by=by, **TERMS, cost=Decimal(1000), cost_source="oppdiktet")


def test_a_measure_that_is_a_sub_project_has_no_account_of_its_own() -> None:
    measure = MeasureFactory()
    make_funded(("2025-1", 1000), municipality=measure.plan.municipality, measure=measure)
    with pytest.raises(DomainError, match="delprosjekt"):
        create_case(of=measure, by=UserFactory(), **TERMS, cost=Decimal(1000), cost_source="oppdiktet")


def test_one_thing_with_two_accounts_is_counted_once() -> None:
    """The measure's came first; then it became a sub-project, which got one too."""
    measure = MeasureFactory(title="Tiltaket")
    town = measure.plan.municipality
    InvestmentCaseFactory(sub_project=None, measure=measure, cost=Decimal(70_000))
    lead = member(Role.PROJECT_LEAD, measure.plan)
    assert [row.exact for row in build_investment_board(lead, ON).figures[:2]] == [1, 70_000]
    sub_project = make_funded(("2025-1", 1000), municipality=town, measure=measure, title="Delprosjektet")
    assert [row.exact for row in build_investment_board(lead, ON).figures[:2]] == [1, 70_000]
    InvestmentCaseFactory(sub_project=sub_project, cost=Decimal(90_000))
    board = build_investment_board(lead, ON)
    assert [row.exact for row in board.figures[:2]] == [1, 90_000]
    assert "Tiltaket" not in words_of(board)


def test_plans_of_one_name_are_summed_apart_and_kroner_of_several_years_are_said() -> None:
    lead = make_member(Role.PROJECT_LEAD, UnitFactory())
    town = lead.memberships.get().unit.municipality
    plans = [PlanFactory(municipality=town, title="Planen", short_title="Planen") for _ in range(2)]
    for plan, year in zip(plans, (2023, 2023), strict=True):
        InvestmentCaseFactory(sub_project=None, measure=MeasureFactory(plan=plan), price_year=year)
    board = build_investment_board(lead, ON)
    table = next(section.table for section in board.sections if section.key == "plans")
    assert (
        table is not None and [list(row)[:3] for row in table.rows] == [["Planen", "1", kroner(Decimal(100_000))]] * 2
    )
    assert not any(figure.note for figure in board.figures)
    InvestmentCaseFactory(sub_project=None, measure=MeasureFactory(plan=plans[0]), price_year=2025)
    notes = [figure.note for figure in build_investment_board(lead, ON).figures]
    assert notes == ["", *["kroner fra 2023 til 2025 lagt sammen, ikke omregnet"] * 3, ""]


def test_an_amount_lies_in_its_range_and_stands_once() -> None:
    case, by = InvestmentCaseFactory(), UserFactory()
    ways: dict[str, Any] = {"case": case, "by": by, "name": "Hjelp", "payer": "state", "source": "oppdiktet"}
    with pytest.raises(DomainError):
        add_assumption(amount=Decimal(10), amount_low=Decimal(11), **ways)
    row = add_assumption(amount=Decimal(10), **ways)
    with pytest.raises(DomainError):
        add_assumption(amount=Decimal(12), **ways)
    other = add_assumption(amount=Decimal(12), **ways | {"payer": "county"})
    with pytest.raises(DomainError):
        update_assumption(assumption=other, version=other.version, by=by, payer=row.payer)


def test_the_assumptions_go_with_the_account_into_the_file() -> None:
    case = InvestmentCaseFactory(share_source="Kilden til andelen", note="Merknaden")
    InvestmentAssumptionFactory(case=case, name="Bostøtte", source="Kilden til bostøtten", amount_low=Decimal(8000))
    board = build_case_board(loaded(case), ON)
    told = words_of(board)
    for word in ("Kilden til andelen", "Kilden til bostøtten", "Bostøtte", "8 000", "± 25 %", "2025"):
        assert word in told, word
    assert "anslag" in board.lead


def test_who_sees_and_who_keeps_an_account() -> None:
    sub_project = make_funded(("2025-1", 1000))
    case = InvestmentCaseFactory(sub_project=sub_project)
    measure = MeasureFactory(plan__municipality=sub_project.municipality)
    of_measure = InvestmentCaseFactory(sub_project=None, measure=measure)
    stranger = make_member(Role.COORDINATOR)
    for role in (Role.COORDINATOR, Role.PROJECT_LEAD):
        assert can_edit_investment(member(role, sub_project), case)
    for user in (member(Role.CASEWORKER, sub_project), member(Role.STEERING_GROUP, sub_project), stranger):
        assert not can_edit_investment(user, case)
    seen = InvestmentCase.objects.visible_to
    assert set(seen(member(Role.CASEWORKER, sub_project))) == {case, of_measure}
    assert set(seen(member(Role.STEERING_GROUP, sub_project))) == {case}
    assert not seen(member(Role.PARTNER, sub_project)).exists()
    assert not seen(stranger).exists()


def test_what_a_result_costs_is_said_only_of_numbers_that_were_told() -> None:
    """Seven families in the log; 50 000 kroner in the first half-year and 70 000 in the next."""
    sub_project = make_funded(("2025-1", 500_000))
    user = member(Role.PROJECT_LEAD, sub_project)
    target = TargetFactory(measure__plan__municipality=sub_project.municipality, name="familier")
    count_in_log(sub_project, target, "families")
    LogFigureFactory(target=target, value=Decimal(7), entry=LogEntryFactory(measure=target.measure, happened_on=ON))
    LedgerEntryFactory(sub_project=sub_project, amount=50_000, paid_on=datetime.date(2025, 3, 1))
    LedgerEntryFactory(sub_project=sub_project, amount=70_000, paid_on=datetime.date(2025, 8, 1))
    untold = words_of(build_investment_board(user, ON))
    assert "ikke publisert" in untold and "17 142" not in untold and "17 143" not in untold
    publish(sub_project, f"target:{target.public_id}", value=10)
    told = words_of(build_investment_board(user, ON))
    assert "5 000 kr" in told and "50 000 kr til og med 30. juni 2025" in told


@pytest.mark.parametrize("stood", [False, True])
def test_at_least_so_many_cost_at_most_so_much_each(stood: bool) -> None:
    """Also where the number stands in a later report, which doesn't say "at least" of it."""
    sub_project = make_funded(("2025-1", 5_000_000))
    key = f"outcome:families:{sub_project.public_id}"
    row = {"key": key, "shown": "number", "value": 70, "on": None}
    contents: list[dict[str, Any]] = [
        {
            "sub_projects": [{"recorded": [{"cell": {**row, "at_least": True}}]}],
            "counts": [row],
            "counted_on": "2025-06-30",
        }
    ]
    if stood:
        later = {**row, "on": "2025-06-30"}
        cell = {**later, "at_least": False}
        contents.append(
            {"sub_projects": [{"recorded": [{"cell": cell}]}], "counts": [later], "counted_on": "2025-08-31"}
        )
    for content in contents:
        ReportVersionFactory(
            report__round__plan__municipality=sub_project.municipality, state="published", content=content
        )
    LedgerEntryFactory(sub_project=sub_project, amount=3_000_000, paid_on=datetime.date(2025, 3, 1))
    told = words_of(build_investment_board(member(Role.PROJECT_LEAD, sub_project), ON))
    assert "minst 70 per 30. juni 2025" in told and "høyst 42 857 kr" in told


def test_no_day_to_come_is_said_of_what_was_paid() -> None:
    sub_project = make_funded(("2025-2", 500_000))
    publish(sub_project, f"outcome:families:{sub_project.public_id}", value=10, on="2025-08-01")
    LedgerEntryFactory(sub_project=sub_project, amount=50_000, paid_on=datetime.date(2025, 8, 1))
    told = words_of(build_investment_board(member(Role.PROJECT_LEAD, sub_project), ON))
    assert "50 000 kr til og med 15. september 2025" in told and "31. desember" not in told


def test_income_and_tax_are_not_called_saved() -> None:
    case = InvestmentCaseFactory(sub_project=make_funded(("2025-1", 1000)))
    for payer in ("municipality", "state", "person"):
        InvestmentAssumptionFactory(case=case, name=f"Ledd {payer}", payer=payer)
    told = words_of(build_case_board(loaded(case), ON))
    assert "per person per år, spart av kommunen" in told
    assert "tilfaller staten" in told and "tilfaller personen selv" in told and "spart av staten" not in told


@pytest.mark.parametrize(("number", "label"), [(1, "regnskap"), (2, "regnskaper")])
def test_one_account_is_said_in_the_singular(number: int, label: str) -> None:
    measure = MeasureFactory()
    for _ in range(number):
        InvestmentCaseFactory(sub_project=None, measure=MeasureFactory(plan=measure.plan))
    user = make_member(Role.COORDINATOR, UnitFactory(municipality=measure.plan.municipality))
    assert build_investment_board(user, ON).figures[0].label == label


def test_plans_add_their_accounts_up_and_the_queries_do_not_grow() -> None:
    measure = MeasureFactory()
    user = make_member(Role.COORDINATOR, UnitFactory(municipality=measure.plan.municipality))

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            build_investment_board(user, ON)
        return len(queries)

    InvestmentCaseFactory(sub_project=make_funded(("2025-1", 1), municipality=measure.plan.municipality))
    InvestmentAssumptionFactory(case=InvestmentCaseFactory(sub_project=None, measure=measure))
    count()
    few = count()
    for _ in range(4):
        other = InvestmentCaseFactory(sub_project=None, measure=MeasureFactory(plan=measure.plan))
        InvestmentAssumptionFactory(case=other)
        InvestmentCaseFactory(sub_project=make_funded(("2025-1", 1), municipality=measure.plan.municipality))
    assert count() == few <= 8
    plans = next(section for section in build_investment_board(user, ON).sections if section.key == "plans")
    assert plans.table is not None
    row = next(row for row in plans.table.rows if row[0] == measure.plan.name)
    assert [cell.replace("\xa0", " ") for cell in row[1:]] == ["5", "500 000 kr", "1 000 000 kr", "500 000 kr"]
