from decimal import Decimal

import pytest

from grants.domain.published_figures import publishable_rows, published, set_published
from grants.models import PublishedFigure
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Role
from organisation.separation import Scope, seeing
from tests.factories import GrantSchemeFactory, MunicipalityFactory, UserFactory, make_member
from tests.grants.table_answers import OPTIONS

pytestmark = pytest.mark.django_db
SHARES = {"after_discussion": Decimal(37), "alone": Decimal(20), "other": Decimal(43)}


def test_a_year_of_a_table_is_replaced_and_the_others_stand() -> None:
    scheme, by = GrantSchemeFactory(), UserFactory()
    for year in (2006, 2007):
        set_published(scheme=scheme, table=5, year=year, values=SHARES, by=by)
    set_published(scheme=scheme, table=3, year=2006, values={"": Decimal("2.6")}, by=by)
    set_published(scheme=scheme, table=5, year=2006, values={"alone": Decimal(100)}, by=by)
    assert published(scheme=scheme, table=5, until=2009) == {2006: {"alone": 100}, 2007: SHARES}
    assert published(scheme=scheme, table=5, until=2006).keys() == {2006}
    assert published(scheme=scheme, table=3, until=2009) == {2006: {"": Decimal("2.6")}}
    set_published(scheme=scheme, table=5, year=2006, values={}, by=by)
    assert published(scheme=scheme, table=5, until=2009).keys() == {2007}
    assert published(scheme=GrantSchemeFactory(), table=5, until=2009) == {}


def test_it_is_audited_with_who_did_it() -> None:
    by = UserFactory()
    set_published(scheme=GrantSchemeFactory(), table=5, year=2006, values=SHARES, by=by)
    entries = AuditEntry.objects.filter(table_name="grants_publishedfigure")
    assert {(entry.actor_id, entry.action) for entry in entries} == {(by.pk, "published_figures.set")}
    assert len(entries) == 3


def test_the_directorate_writes_it_through_row_security() -> None:
    scheme, analyst = GrantSchemeFactory(), make_member(Role.ANALYST)
    with seeing(Scope(published=True)):
        set_published(scheme=scheme, table=4, year=2006, values={"": Decimal(359839)}, by=analyst)
    assert PublishedFigure.objects.get().value == 359839


@pytest.mark.parametrize(
    ("table", "year", "values"),
    [
        (12, 2006, {"jobs": Decimal(1)}),  # of one year only
        (99, 2006, {}),
        (5, 1989, SHARES),
        (5, 2101, SHARES),
        (5, 2006, {"jobs": Decimal(1)}),  # another table's option
        (13, 2006, {"other": Decimal(1)}),  # without annet
        (5, 2006, {"alone": Decimal(101)}),
        (5, 2006, {"alone": Decimal("20.5")}),
        (5, 2006, {"alone": Decimal(-1)}),
        (4, 2006, {"": Decimal("359839.50")}),
        (3, 2006, {"": Decimal("2.65")}),
    ],
)
def test_only_what_such_a_table_prints(table: int, year: int, values: dict[str, Decimal]) -> None:
    scheme = GrantSchemeFactory()
    with pytest.raises(DomainError):
        set_published(scheme=scheme, table=table, year=year, values=values, by=UserFactory())
    assert not PublishedFigure.objects.exists()


def test_a_municipalitys_own_scheme_has_none() -> None:
    own = GrantSchemeFactory(municipality=MunicipalityFactory())
    with pytest.raises(DomainError, match="hele landet"):
        set_published(scheme=own, table=5, year=2006, values=SHARES, by=UserFactory())


def test_the_rows_it_can_be_of() -> None:
    assert publishable_rows(8) == list(OPTIONS["cooperated_with"].items())
    assert [code for code, _label in publishable_rows(13)] == list(OPTIONS["goal_category"])[:-1]
    assert publishable_rows(4) == [("", "Gjennomsnitt")]
