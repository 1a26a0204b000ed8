"""Goals: a tree of two levels inside one plan."""

import pytest

from measures.domain.goal import create_goal, update_goal
from measures.models import Goal, GoalKind
from organisation.domain.errors import DomainError
from tests.at_once import while_uncommitted
from tests.factories import GoalFactory, PlanFactory, UserFactory

pytestmark = pytest.mark.django_db


def put_under(goal: Goal, parent: Goal | None) -> Goal:
    return update_goal(goal=goal, version=goal.version, by=UserFactory(), parent=parent)


def test_goals_stand_in_the_order_they_were_added() -> None:
    plan, by = PlanFactory(), UserFactory()
    titles = ["Først", "Så", "Til slutt"]
    for title in titles:
        create_goal(plan=plan, title=title, by=by)
    create_goal(plan=PlanFactory(), title="I en annen plan", by=by)
    assert [goal.title for goal in plan.goals.all()] == titles


def test_a_goal_lies_under_another_of_its_plan() -> None:
    parent = GoalFactory()
    child = create_goal(plan=parent.plan, title="Delmål", by=UserFactory(), parent=parent, kind=GoalKind.SUB_AIM)
    assert list(parent.children.all()) == [child]


def test_there_is_no_third_level() -> None:
    parent = GoalFactory()
    child = GoalFactory(plan=parent.plan, parent=parent)
    other = GoalFactory(plan=parent.plan)
    with pytest.raises(DomainError) as refusal:
        create_goal(plan=parent.plan, title="For dypt", by=UserFactory(), parent=child)
    assert refusal.value.field == "parent"
    for goal, below in ((other, child), (parent, other), (other, other)):
        with pytest.raises(DomainError):
            put_under(goal, below)
    assert Goal.objects.filter(parent=None).count() == 2


@pytest.mark.parametrize("step", ["create", "update"])
def test_a_parent_in_another_plan_is_refused(step: str) -> None:
    here, foreign = GoalFactory(), GoalFactory()
    with pytest.raises(DomainError) as refusal:
        if step == "create":
            create_goal(plan=here.plan, title="Ny", by=UserFactory(), parent=foreign)
        else:
            put_under(here, foreign)
    assert refusal.value.field == "parent"
    assert not foreign.children.exists()


def test_a_goal_comes_up_again() -> None:
    parent = GoalFactory()
    child = GoalFactory(plan=parent.plan, parent=parent)
    assert put_under(child, None).parent is None


def test_a_number_is_used_once_for_each_kind() -> None:
    goal, by = GoalFactory(number="4 b"), UserFactory()
    with pytest.raises(DomainError) as refusal:
        create_goal(plan=goal.plan, title="Samme nummer", number="4 b", by=by)
    assert refusal.value.field == "number"
    create_goal(plan=goal.plan, title="Annen type", number="4 b", kind=GoalKind.STRATEGY, by=by)
    create_goal(plan=PlanFactory(), title="Annen plan", number="4 b", by=by)
    create_goal(plan=goal.plan, title="Uten nummer", by=by)
    create_goal(plan=goal.plan, title="Uten nummer også", by=by)


@pytest.mark.django_db(transaction=True)
def test_two_goals_put_under_each_other_at_once_make_no_circle() -> None:
    one = GoalFactory()
    other = GoalFactory(plan=one.plan)
    _, outcome, _ = while_uncommitted(lambda: put_under(one, other), lambda: put_under(other, one))
    assert isinstance(outcome, DomainError)
    other.refresh_from_db()
    assert other.parent is None


@pytest.mark.django_db(transaction=True)
def test_a_goal_gets_no_child_while_it_is_put_under_another() -> None:
    top, goal = (parent := GoalFactory()), GoalFactory(plan=parent.plan)
    _, outcome, _ = while_uncommitted(
        lambda: put_under(goal, top),
        lambda: create_goal(plan=top.plan, title="Tredje nivå", by=UserFactory(), parent=goal),
    )
    assert isinstance(outcome, DomainError)
    assert not Goal.objects.filter(parent=goal).exists()
