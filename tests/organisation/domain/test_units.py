"""The tree of units: paths follow the parents, whatever is moved and in whatever order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisation.domain.errors import DomainError
from organisation.domain.units import create_unit, update_unit
from organisation.models import Unit, UnitKind, User
from tests.at_once import while_uncommitted
from tests.database import undone
from tests.factories import MunicipalityFactory, UnitFactory, UserFactory

STEPS = st.lists(
    st.tuples(st.sampled_from(["create", "move"]), st.integers(0, 9), st.none() | st.integers(0, 9)),
    max_size=25,
)


def move(unit: Unit, parent: Unit | None, by: User) -> Unit:
    return update_unit(
        unit=unit, name=unit.name, kind=unit.kind, parent=parent, active=unit.active, version=unit.version, by=by
    )


def chain(unit: Unit) -> str:
    """The path by the parents. A circle would never end, so it is cut off."""
    ids: list[int] = []
    above: Unit | None = unit
    while above is not None:
        assert above.pk not in ids, "a circle"
        ids.insert(0, above.pk)
        above = above.parent
    return "/" + "".join(f"{pk}/" for pk in ids)


@pytest.mark.django_db
@given(steps=STEPS)
def test_paths_are_the_chain_of_parents_after_any_moves(steps: list[tuple[str, int, int | None]]) -> None:
    with undone():
        municipality, by = MunicipalityFactory(), UserFactory()
        for number, (step, first, second) in enumerate(steps):
            units = list(Unit.objects.filter(municipality=municipality).order_by("pk"))
            parent = units[second % len(units)] if units and second is not None else None
            if step == "create" or not units:
                create_unit(municipality=municipality, name=str(number), kind="municipal", by=by, parent=parent)
                continue
            unit = units[first % len(units)]
            if parent and chain(parent).startswith(chain(unit)):
                with pytest.raises(DomainError):
                    move(unit, parent, by)
            else:
                move(unit, parent, by)
        for unit in Unit.objects.filter(municipality=municipality):
            assert unit.path == chain(unit)


@pytest.mark.django_db
def test_a_moved_unit_takes_only_its_own_branch_along() -> None:
    town, by = MunicipalityFactory(), UserFactory()
    old, new = UnitFactory(municipality=town), UnitFactory(municipality=town)
    moved, stays = UnitFactory(parent=old), UnitFactory(parent=old)
    below = UnitFactory(parent=moved)

    move(moved, new, by)

    below.refresh_from_db()
    stays.refresh_from_db()
    assert below.path == f"/{new.pk}/{moved.pk}/{below.pk}/"
    assert stays.path == f"/{old.pk}/{stays.pk}/"
    assert set(Unit.objects.under([new.path])) == {new, moved, below}


@pytest.mark.django_db
def test_a_unit_can_not_lie_under_itself() -> None:
    unit = UnitFactory()
    with pytest.raises(DomainError) as refusal:
        move(unit, unit, UserFactory())
    assert refusal.value.field == "parent"


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["create", "move"])
def test_a_parent_in_another_municipality_is_refused(step: str) -> None:
    here, foreign, by = UnitFactory(), UnitFactory(), UserFactory()
    with pytest.raises(DomainError) as refusal:
        if step == "move":
            move(here, foreign, by)
        else:
            create_unit(municipality=here.municipality, name="Ny", kind=UnitKind.STATE, by=by, parent=foreign)
    assert refusal.value.field == "parent"
    assert not Unit.objects.filter(parent=foreign).exists()


@pytest.mark.django_db
def test_a_name_is_used_once_in_a_municipality_and_again_in_another() -> None:
    taken, by = UnitFactory(name="NAV Prøvevik"), UserFactory()
    with pytest.raises(DomainError) as refusal:
        create_unit(municipality=taken.municipality, name="NAV Prøvevik", kind=UnitKind.STATE, by=by)
    assert refusal.value.field == "name"
    assert UnitFactory(name="NAV Prøvevik").municipality != taken.municipality


@pytest.mark.django_db(transaction=True)
def test_a_unit_made_while_its_parent_is_moved_lies_under_the_parents_new_place() -> None:
    above, by = UnitFactory(), UserFactory()
    parent = UnitFactory(municipality=above.municipality)
    town, as_it_was = above.municipality, Unit.objects.get(pk=parent.pk)
    _, unit, waited = while_uncommitted(
        lambda: move(parent, above, by),
        lambda: create_unit(municipality=town, name="Ny", kind=UnitKind.MUNICIPAL, by=by, parent=as_it_was),
    )
    assert waited
    assert unit.path == chain(unit) == f"/{above.pk}/{parent.pk}/{unit.pk}/"


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_circle() -> None:
    one = UnitFactory()
    other, by = UnitFactory(municipality=one.municipality), UserFactory()

    _, outcome, waited = while_uncommitted(lambda: move(one, other, by), lambda: move(other, one, by))

    assert waited
    assert isinstance(outcome, DomainError)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.path, other.path) == (chain(one), chain(other)) == (f"/{other.pk}/{one.pk}/", f"/{other.pk}/")
