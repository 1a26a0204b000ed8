import pytest

from organisation.models import Unit
from tests.factories import MunicipalityFactory, UnitFactory

pytestmark = pytest.mark.django_db


def test_names_stand_in_norwegian_order() -> None:
    municipality = MunicipalityFactory()
    right = ["Asker", "bydelen", "Zoologen", "Ærlig", "Ødegård", "øvre", "Åsen", "åtte"]
    for name in reversed(right):
        UnitFactory(municipality=municipality, name=name)
    assert [unit.name for unit in Unit.objects.all()] == right
    assert [unit.name for unit in Unit.objects.filter(municipality__in=[municipality]).distinct()] == right
