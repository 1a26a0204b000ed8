"""Conditions on the tree, as the querysets of measures use them."""

import pytest
from django.db import IntegrityError, transaction

from organisation.models import Unit, within
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db


def test_within_reaches_down_and_not_up_nor_aside() -> None:
    top = UnitFactory()
    middle, beside = UnitFactory(parent=top), UnitFactory(parent=top)
    bottom = UnitFactory(parent=middle)
    assert set(Unit.objects.filter(within([middle.path]))) == {middle, bottom}
    assert set(Unit.objects.filter(within([beside.path, bottom.path]))) == {beside, bottom}


def test_within_no_paths_is_nothing() -> None:
    UnitFactory()
    assert not Unit.objects.filter(within([])).exists()


def test_a_path_is_no_prefix_of_a_unit_with_a_longer_number() -> None:
    """/1/ must not reach /12/: the slash after the number is what parts them."""
    short, long = UnitFactory(), UnitFactory()
    Unit.objects.filter(pk=short.pk).update(path="/1/")
    Unit.objects.filter(pk=long.pk).update(path="/12/")
    assert list(Unit.objects.under(["/1/"])) == [short]


def test_the_database_takes_no_unit_under_itself() -> None:
    unit = UnitFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(parent=unit)
