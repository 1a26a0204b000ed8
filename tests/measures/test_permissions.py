"""What a row says its user may do is what the predicates say."""

import pytest

from measures.models import Measure
from measures.permissions import allowed, can_change_state, can_edit_measure, can_log
from organisation.models import Role
from tests.factories import MeasureFactory, PlanFactory, UnitFactory, make_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
def test_the_annotations_say_what_the_predicates_say(role: Role) -> None:
    unit = UnitFactory()
    plan = PlanFactory(municipality=unit.municipality)
    mine = MeasureFactory(plan=plan, responsible_unit=unit)
    shared = MeasureFactory(plan=plan, partners=[unit], responsible_unit=UnitFactory(municipality=unit.municipality))
    others = MeasureFactory(plan=plan, responsible_unit=UnitFactory(municipality=unit.municipality))
    user = make_member(role) if role == Role.ANALYST else make_member(role, unit)
    rows = Measure.objects.annotate(**allowed(user)).in_bulk([mine.pk, shared.pk, others.pk, MeasureFactory().pk])
    for row in rows.values():
        assert (row.may_edit, row.may_log, row.may_change_state) == (  # type: ignore[attr-defined]
            can_edit_measure(user, row), can_log(user, row), can_change_state(user, row)
        )  # fmt: skip
