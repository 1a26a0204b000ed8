"""Each role has its steps, and each step leads where the role may go."""

import pytest

from organisation.help.tour import STEPS, around, find, steps_for
from organisation.models import Role
from tests.pages.test_urls import MAY


@pytest.mark.parametrize("role", list(Role))
def test_every_role_is_shown_more_than_its_first_page(role: Role) -> None:
    assert len(steps_for({role})) >= 2


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_a_step_leads_where_each_of_its_roles_may_go(step: object) -> None:
    assert set(step.roles) <= MAY[step.page]  # type: ignore[attr-defined]


def test_steps_have_addresses_of_their_own() -> None:
    assert len({step.slug for step in STEPS}) == len(STEPS)
    assert find("loggfor") in STEPS
    assert find("finnes-ikke") is None


def test_who_has_two_roles_sees_each_step_once_in_the_order_of_the_tour() -> None:
    steps = steps_for({Role.CASEWORKER, Role.COORDINATOR})
    assert [STEPS.index(step) for step in steps] == sorted({STEPS.index(step) for step in steps})


def test_next_and_previous_stay_among_ones_own() -> None:
    steps = steps_for({Role.JUROR})
    first, last = steps[0], steps[-1]
    assert around(first, steps) == (1, len(steps), None, steps[1])
    assert around(last, steps) == (len(steps), len(steps), steps[-2], None)
    foreign = next(step for step in STEPS if Role.JUROR not in step.roles)
    assert around(foreign, steps) == (0, len(steps), None, None)
