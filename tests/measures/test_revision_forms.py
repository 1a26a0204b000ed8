"""The page of a revision, made bearable for hundreds of measures."""

from typing import Any

import pytest
from django.urls import reverse

from measures.models import MeasureFate, MeasureState, Plan, PlanState
from organisation.models import Role
from tests.factories import GoalFactory, MeasureFactory, PlanFactory, UnitFactory, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    """Two goals; under the first one measure that goes on and one that was stopped."""
    plan: Plan = PlanFactory(state=PlanState.ADOPTED)
    first, second = (GoalFactory(plan=plan, number=number, position=ord(number)) for number in "AB")
    unit = UnitFactory(municipality=plan.municipality)
    for title, goal, state, reason in (
        ("Leksehjelp", first, MeasureState.IN_PROGRESS, ""),
        ("Ferieleir", first, MeasureState.STOPPED, "Ingen deltakere"),
        ("Sommerjobb", second, MeasureState.COMPLETED, ""),
    ):
        row = MeasureFactory(plan=plan, responsible_unit=unit, title=title, state=state, state_reason=reason)
        row.goals.set([goal])
    return plan


@pytest.fixture
def client(plan: Plan, client_for: Any) -> Any:
    return client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality)))


def address(plan: Plan) -> str:
    return reverse("plan-revise", args=[plan.public_id])


def sent_by(page: Any) -> dict[str, Any]:
    """What a browser sends of the page when nothing is touched."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields} | {"starts_on": "2030-01-01"}


def test_each_measure_stands_with_what_is_usual_for_its_state(plan: Plan, client: Any) -> None:
    groups = list(client.get(address(plan)).context["form"].groups())
    stands = [(row.measure.title, row.fate.value(), row.reason.value()) for group in groups for row in group.rows]
    assert stands == [
        ("Leksehjelp", "carried_over", ""),
        ("Ferieleir", "ended", "Ingen deltakere"),
        ("Sommerjobb", "ended", "Gjennomført"),
    ]


def test_untouched_it_can_be_sent(plan: Plan, client: Any) -> None:
    answer = client.post(address(plan), sent_by(client.get(address(plan))))
    assert answer.status_code == 302
    assert MeasureFate.objects.filter(measure__plan=plan, kind="ended").count() == 2


def test_all_in_a_goal_are_set_with_one_button_and_nothing_is_saved(plan: Plan, client: Any) -> None:
    sent = sent_by(client.get(address(plan)))
    goal = plan.goals.get(number="A")
    sent |= {f"fate-all-{goal.public_id}": "changed", f"reason-all-{goal.public_id}": "Ny enhet"}
    page = client.post(address(plan), sent | {"for_alle": goal.public_id})
    values = {
        row.measure.title: (row.fate.value(), row.reason.value())
        for g in page.context["form"].groups()
        for row in g.rows
    }
    assert values == {
        "Leksehjelp": ("changed", "Ny enhet"), "Ferieleir": ("changed", "Ny enhet"), "Sommerjobb": ("ended", "Gjennomført"),
    }  # fmt: skip
    assert not Plan.objects.filter(revises=plan).exists()


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [("", 3), ("i-gang", 1), ("over", 2), ("uten-begrunnelse", 0)],
)
def test_the_filter_shows_some_and_keeps_all(plan: Plan, client: Any, wanted: str, shown: int) -> None:
    sent = sent_by(client.get(address(plan))) | {"vis": wanted, "bare_vis": "1"}
    form = client.post(address(plan), sent).context["form"]
    assert sum(group.shown for group in form.groups()) == shown
    assert sum(len(group.rows) for group in form.groups()) == 3
    assert not form.errors


def test_what_the_filter_leaves_out_is_not_set_with_the_others(plan: Plan, client: Any) -> None:
    sent = sent_by(client.get(address(plan)))
    goal = plan.goals.get(number="A")
    sent |= {f"fate-all-{goal.public_id}": "ended", f"reason-all-{goal.public_id}": "Slutt", "vis": "i-gang"}
    form = client.post(address(plan), sent | {"for_alle": goal.public_id}).context["form"]
    reasons = {row.measure.title: row.reason.value() for group in form.groups() for row in group.rows}
    assert reasons == {"Leksehjelp": "Slutt", "Ferieleir": "Ingen deltakere", "Sommerjobb": "Gjennomført"}


def test_each_reason_that_is_missing_is_asked_for_beside_its_field(plan: Plan, client: Any) -> None:
    sent = sent_by(client.get(address(plan)))
    sent |= {name: "" for name in sent if name.startswith("reason-")}
    answer = client.post(address(plan), sent | {"vis": "i-gang"})
    assert answer.status_code == 422
    assert len([name for name in answer.context["form"].errors if name.startswith("reason-")]) == 2
    assert sum(group.shown for group in answer.context["form"].groups()) == 3  # what was refused is in sight


def test_two_hundred_measures_take_no_more_queries_than_three(
    plan: Plan, client: Any, django_assert_max_num_queries: Any
) -> None:
    MeasureFactory.create_batch(200, plan=plan)
    with django_assert_max_num_queries(12):
        assert client.get(address(plan)).status_code == 200
