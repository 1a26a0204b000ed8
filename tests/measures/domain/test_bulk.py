"""Many measures at once: what changes, what stays and why, and how it is taken back."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import ngettext
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.domain import bulk
from measures.domain.bulk import (
    ChangedMeanwhileError,
    change_states,
    move_measures,
    outlook_of_move,
    outlook_of_state,
    take_back_move,
)
from measures.domain.plan import close_period
from measures.models import Measure, MeasureState, PlanState, StateChange
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Municipality, Notice, Role, Unit, User
from tests.factories import MeasureFactory, MunicipalityFactory, PlanFactory, UnitFactory, make_member

pytestmark = pytest.mark.django_db
KEY = "flytting12"


class Town:
    """A municipality that reorganises: an old unit with three measures, a new one, and their leaders."""

    def __init__(self) -> None:
        self.municipality: Municipality = MunicipalityFactory()
        self.root: Unit = UnitFactory(municipality=self.municipality)
        self.old: Unit = UnitFactory(municipality=self.municipality, parent=self.root)
        self.new: Unit = UnitFactory(municipality=self.municipality, parent=self.root)
        self.coordinator: User = make_member(Role.COORDINATOR, self.root)
        self.leader: User = make_member(Role.UNIT_LEADER, self.new)
        self.plan = PlanFactory(municipality=self.municipality)
        self.measures: list[Measure] = [
            MeasureFactory(plan=self.plan, responsible_unit=self.old, title=f"Tiltak {number}") for number in range(3)
        ]

    def read(self) -> dict[Measure, int]:
        return {row: row.version for row in Measure.objects.filter(plan__municipality=self.municipality)}

    def move(self, **changes: Any) -> bulk.Move:
        wanted: dict[str, Any] = {
            "read": self.read(), "unit": self.new, "by": self.coordinator, "on": timezone.localdate(), "key": KEY,
        }  # fmt: skip
        return move_measures(**wanted | changes)

    def units(self) -> list[Unit]:
        return [row.responsible_unit for row in Measure.objects.filter(plan=self.plan).order_by("pk")]


@pytest.fixture
def town() -> Town:
    return Town()


def test_what_stays_where_it_is(town: Town) -> None:
    closed = MeasureFactory(
        plan=PlanFactory(municipality=town.municipality, state=PlanState.CLOSED), responsible_unit=town.old
    )
    there = MeasureFactory(plan=town.plan, responsible_unit=town.new)
    foreign = MeasureFactory()
    outlook = outlook_of_move(measures=[*town.measures, closed, there, foreign], unit=town.new)
    assert outlook.changes == town.measures
    assert [(row, str(why)) for row, why in outlook.stays] == [
        (closed, "Planen er avsluttet, og står som den var."),
        (there, "Har enheten fra før."),
        (foreign, "Enheten hører til en annen kommune."),
    ]
    moved = move_measures(
        read={row: row.version for row in (*town.measures, closed, foreign)}, unit=town.new, by=town.coordinator,
        on=timezone.localdate(), key=KEY,
    )  # fmt: skip
    assert len(moved.rows) == 3
    assert Measure.objects.get(pk=closed.pk).responsible_unit == town.old
    assert Measure.objects.get(pk=foreign.pk).responsible_unit == foreign.responsible_unit


def test_many_are_moved_with_one_line_each_in_the_log(town: Town) -> None:
    town.move()
    assert town.units() == [town.new] * 3
    log = AuditEntry.objects.filter(action="measure.move_many", table_name="measures_measure")
    assert {row.row_id for row in log} == {row.pk for row in town.measures}
    assert {row.actor_id for row in log} == {town.coordinator.pk}


def test_the_number_of_queries_does_not_grow_with_the_measures(
    town: Town, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    MeasureFactory.create_batch(20, plan=town.plan, responsible_unit=town.old)
    read = town.read()
    with django_assert_max_num_queries(40):
        town.move(read=read)


def test_the_new_leaders_are_told_once_and_not_whoever_did_it(town: Town) -> None:
    above = make_member(Role.UNIT_LEADER, town.root)
    make_member(Role.UNIT_LEADER, town.old)
    town.move()
    assert {row.user for row in Notice.objects.all()} == {town.leader, above}
    notice = Notice.objects.get(user=town.leader)
    assert notice.text == f"{town.new.name}: 3 tiltak har fått enheten som ansvarlig."
    assert notice.url_path.endswith(f"?enhet={town.new.public_id}")


def test_the_leaders_read_the_number_in_their_own_language(town: Town) -> None:
    english = make_member(Role.UNIT_LEADER, town.new, language="en")
    with translation.override("en"):
        said = ngettext(
            "%d tiltak har fått enheten som ansvarlig.", "%d tiltak har fått enheten som ansvarlig.", 3
        )  # fmt: skip
        town.move()
    assert "3 tiltak har fått" in Notice.objects.get(user=town.leader).text
    assert Notice.objects.get(user=english).text == f"{town.new.name}: {said % 3}"
    assert "har fått" not in said


def test_nothing_is_done_when_one_was_changed_meanwhile(town: Town) -> None:
    read = town.read()
    Measure.objects.filter(pk=town.measures[1].pk).update(version=7)
    with pytest.raises(ChangedMeanwhileError) as refused:
        town.move(read=read)
    assert refused.value.rows == [town.measures[1]]
    with pytest.raises(ChangedMeanwhileError):
        change_states(
            read=read, to=MeasureState.STOPPED, reason="Slutt", by=town.coordinator, on=timezone.localdate(),
            today=timezone.localdate(),
        )  # fmt: skip
    assert town.units() == [town.old] * 3
    assert not StateChange.objects.filter(after=MeasureState.STOPPED).exists()


def test_a_unit_that_is_not_in_use_gets_nothing(town: Town) -> None:
    Unit.objects.filter(pk=town.new.pk).update(active=False)
    town.new.refresh_from_db()
    with pytest.raises(DomainError, match="ikke i bruk"):
        town.move()


def test_a_unit_is_replaced_also_where_it_takes_part(town: Town) -> None:
    third = UnitFactory(municipality=town.municipality)
    partner = MeasureFactory(plan=town.plan, responsible_unit=third)
    partner.partners.set([town.old])
    both = town.measures[0]
    both.partners.set([town.new, third])
    untouched = MeasureFactory(plan=town.plan, responsible_unit=third)
    assert set(Measure.objects.having(town.old)) == {*town.measures, partner}
    town.move(instead_of=town.old)
    assert town.units() == [town.new] * 3 + [third, third]
    assert list(partner.partners.all()) == [town.new]
    assert list(both.partners.all()) == [third]  # whoever answers for it is no partner beside
    assert Measure.objects.get(pk=untouched.pk).version == untouched.version


def test_taken_back_all_stands_as_before(town: Town) -> None:
    town.measures[0].partners.set([town.old, town.new])
    move = town.move(instead_of=town.old)
    outlook = take_back_move(move=move, by=town.coordinator)
    assert len(outlook.changes) == 3
    assert town.units() == [town.old] * 3
    assert set(town.measures[0].partners.all()) == {town.old, town.new}
    assert not Notice.objects.unread().exists()


def test_what_was_changed_since_is_not_taken_back(town: Town) -> None:
    move = town.move()
    Measure.objects.filter(pk=town.measures[2].pk).update(version=9)
    outlook = take_back_move(move=move, by=town.coordinator)
    assert [row for row, _why in outlook.stays] == [town.measures[2]]
    assert town.units() == [town.old, town.old, town.new]


def test_nothing_goes_back_to_a_unit_that_is_no_longer_in_use(town: Town) -> None:
    gone = UnitFactory(municipality=town.municipality)
    town.measures[1].partners.set([gone])  # takes part still: that is no going back
    partner = MeasureFactory(plan=town.plan, responsible_unit=gone)
    move = town.move(read={row: row.version for row in (town.measures[1], partner)})
    Unit.objects.filter(pk=gone.pk).update(active=False)
    outlook = take_back_move(move=move, by=town.coordinator)
    assert outlook.changes == [town.measures[1]]
    assert [(row, str(why)) for row, why in outlook.stays] == [
        (partner, "Enheten det hadde før, er ikke lenger i bruk.")
    ]
    assert Measure.objects.get(pk=partner.pk).responsible_unit == town.new


def test_a_partner_that_is_no_longer_in_use_does_not_come_back_either(town: Town) -> None:
    third = UnitFactory(municipality=town.municipality)
    partner = MeasureFactory(plan=town.plan, responsible_unit=third)
    partner.partners.set([town.old])
    move = town.move(instead_of=town.old)
    Unit.objects.filter(pk=town.old.pk).update(active=False)
    assert take_back_move(move=move, by=town.coordinator).changes == []
    assert list(partner.partners.all()) == [town.new]


def test_the_notice_stands_until_all_of_its_plan_is_back(town: Town) -> None:
    other = MeasureFactory(plan=PlanFactory(municipality=town.municipality), responsible_unit=town.old)
    move = town.move()
    Measure.objects.filter(pk=town.measures[2].pk).update(version=9)
    take_back_move(move=move, by=town.coordinator)
    assert [row.key for row in Notice.objects.unread()] == [f"{KEY}:{town.plan.pk}"]
    assert Measure.objects.get(pk=other.pk).responsible_unit == town.old


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_moving_and_taking_back_is_as_if_nothing_had_been_done(data: Any) -> None:
    town = Town()
    units = [town.old, town.new, UnitFactory(municipality=town.municipality)]
    for measure in town.measures:
        measure.responsible_unit = data.draw(st.sampled_from(units))
        measure.save()
        measure.partners.set(data.draw(st.sets(st.sampled_from(units))))

    def stands() -> list[Any]:
        rows = Measure.objects.filter(plan=town.plan).order_by("pk")
        return [(row.responsible_unit_id, {unit.pk for unit in row.partners.all()}) for row in rows]

    before = stands()
    move = town.move(instead_of=data.draw(st.sampled_from([None, town.old])), key=f"k{town.plan.pk}")
    take_back_move(move=move, by=town.coordinator)
    assert stands() == before


def test_one_state_for_those_that_can_have_it(town: Town) -> None:
    today = timezone.localdate()
    Measure.objects.filter(pk=town.measures[0].pk).update(state=MeasureState.COMPLETED)
    Measure.objects.filter(pk=town.measures[1].pk).update(state_since=today + datetime.timedelta(days=1))
    rows = list(Measure.objects.filter(plan=town.plan).order_by("pk"))
    outlook = outlook_of_state(measures=rows, to=MeasureState.STOPPED, reason="Planen er slutt", on=today, today=today)
    assert outlook.changes == [town.measures[2]]
    assert [str(why) for _row, why in outlook.stays] == [
        "Er «Gjennomført», og kan ikke bli «Stoppet».", "Har hatt tilstanden sin siden en senere dag.",
    ]  # fmt: skip
    done = change_states(
        read=town.read(), to=MeasureState.STOPPED, reason="Planen er slutt", by=town.coordinator, on=today, today=today
    )
    assert done == [town.measures[2]]
    assert StateChange.objects.get(measure=town.measures[2], after=MeasureState.STOPPED).reason == "Planen er slutt"


def test_a_state_that_asks_for_a_reason_is_refused_without_one(town: Town) -> None:
    today = timezone.localdate()
    with pytest.raises(DomainError, match="begrunnelse"):
        change_states(read=town.read(), to=MeasureState.STOPPED, reason="", by=town.coordinator, on=today, today=today)
    assert not StateChange.objects.filter(after=MeasureState.STOPPED).exists()


def test_the_outlook_is_refused_as_the_change_would_be(town: Town) -> None:
    today = timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    with pytest.raises(DomainError, match="fram i tid"):
        outlook_of_state(measures=town.measures, to=MeasureState.IN_PROGRESS, reason="", on=tomorrow, today=today)
    with pytest.raises(DomainError, match="begrunnelse"):
        outlook_of_state(measures=town.measures, to=MeasureState.STOPPED, reason=" ", on=today, today=today)
    Measure.objects.filter(plan=town.plan).update(state=MeasureState.STOPPED, state_reason="Slutt")
    outlook = outlook_of_state(measures=town.read(), to=MeasureState.STOPPED, reason="", on=today, today=today)
    assert (len(outlook.changes), len(outlook.stays)) == (0, 3)  # nothing that asks for a reason is done


def test_a_day_that_has_been_reported_stays_as_it_was(town: Town) -> None:
    today = timezone.localdate()
    MeasureFactory(plan=PlanFactory(municipality=town.municipality))
    close_period(plan=town.plan, first_day=today, last_day=today, by=town.coordinator)
    done = change_states(
        read=town.read(), to=MeasureState.STOPPED, reason="Slutt", by=town.coordinator, on=today, today=today
    )
    assert len(done) == 1
    outlook = outlook_of_state(measures=town.measures, to=MeasureState.STOPPED, reason="Slutt", on=today, today=today)
    assert outlook.changes == []
    assert {str(why) for _row, why in outlook.stays} == {"Dagen er i en periode som er rapportert og lukket."}


def test_many_states_are_written_with_few_statements_and_one_line_each_in_the_log(
    town: Town, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    MeasureFactory.create_batch(20, plan=town.plan, responsible_unit=town.old)
    read, today = town.read(), timezone.localdate()
    with django_assert_max_num_queries(15):
        change_states(read=read, to=MeasureState.STOPPED, reason="Slutt", by=town.coordinator, on=today, today=today)
    for row in Measure.objects.filter(plan=town.plan):
        assert (row.state, row.state_since, row.state_by, row.state_reason, row.version) == (
            MeasureState.STOPPED, today, town.coordinator, "Slutt", 2,
        )  # fmt: skip
    steps = StateChange.objects.filter(after=MeasureState.STOPPED).values_list(
        "measure", "before", "on", "by", "reason"
    )
    assert set(steps) == {(row.pk, row.state, today, town.coordinator.pk, "Slutt") for row in read}
    log = AuditEntry.objects.filter(action="measure.change_states", table_name="measures_measure")
    assert {row.row_id for row in log} == {row.pk for row in read}
