"""PostgreSQL itself guards the vault: with every filter of Python's taken away, no foreign row is seen or touched."""

import datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from families.domain.family import open_case
from families.domain.reading import my_family_ids, open_families, open_family, reading
from families.models import Contact, Family, InFamily, Member, Need, TeamMember
from organisation.models import Role
from tests.database import owner_cursor
from tests.factories import MembershipFactory, UnitFactory, make_member
from tests.factories.families import inside, join_team, make_family, make_family_member, make_row

pytestmark = pytest.mark.django_db
VAULT = [Family, *(model for model in apps.get_app_config("families").get_models() if issubclass(model, InFamily))]


def test_every_table_of_the_vault_is_under_row_security_for_its_owner_too() -> None:
    tables = {model._meta.db_table for model in VAULT} | {"organisation_readentry"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        assert tables <= {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'families\\_%'")
        assert {name for (name,) in cursor.fetchall()} - tables == {"families_retentionrule"}


def test_without_a_reader_there_is_nothing() -> None:
    family = make_family()
    with inside(family):
        make_family_member(family)
    for model in VAULT:
        assert list(model.objects.all()) == [], model


def test_without_any_filter_no_foreign_family_is_seen() -> None:
    mine, theirs = make_family(), make_family()
    for family in (mine, theirs):
        with inside(family):
            member = make_family_member(family)
            make_row(Need, family, words="Ord", need="housing", life_area="housing", said_on=datetime.date(2025, 1, 1))
            make_row(Contact, family, happened_on=datetime.date(2025, 1, 1), text="Ord", subject=member)
    with reading(mine.case_holder):
        # What a forgotten filter would do: ask for all, and try to open what is another's.
        assert open_families(ids=[mine.pk, theirs.pk], page="test") == [mine.pk]
        assert list(Family.objects.all()) == [mine]
        for model in (Member, Need, Contact, TeamMember):
            assert {row.family_id for row in model.objects.all()} == {mine.pk}, model


@pytest.mark.django_db(transaction=True)  # it was opened when it was made, in a transaction that is over here
def test_a_family_that_is_not_opened_is_not_seen_by_its_own_team_either() -> None:
    family = make_family()
    with reading(family.case_holder):
        assert my_family_ids(by=family.case_holder, on=timezone.localdate()) == [family.pk]
        assert not Family.objects.exists()


def test_the_reader_of_one_transaction_is_nobody_in_the_next() -> None:
    family = make_family()
    with inside(family):
        assert Family.objects.exists()
    assert not Family.objects.exists()
    with reading(make_member(Role.CASEWORKER, family.unit)):
        assert not Family.objects.exists(), "another reader in the same transaction"


def test_whoever_has_left_the_team_sees_nothing_from_the_day_after() -> None:
    family, today = make_family(), timezone.localdate()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family):
        row = join_team(family, colleague, family.unit, to_day=today)
    with inside(family, colleague):
        assert Family.objects.count() == 1
    with inside(family):
        TeamMember.objects.filter(pk=row.pk).update(to_day=today - datetime.timedelta(days=1))
    with reading(colleague):
        assert open_families(ids=[family.pk], page="test") == []
        assert not Family.objects.exists()


def test_whoever_may_not_log_in_any_more_sees_nothing() -> None:
    family = make_family()
    family.case_holder.is_active = False
    family.case_holder.save()
    with reading(family.case_holder):
        assert open_families(ids=[family.pk], page="test") == []


def test_whoever_has_left_her_work_has_left_all_teams() -> None:
    family, yesterday = make_family(), timezone.localdate() - datetime.timedelta(days=1)
    family.case_holder.memberships.update(valid_from=yesterday, valid_to=yesterday)
    MembershipFactory(user=family.case_holder, unit=UnitFactory(), role=Role.CASEWORKER)
    with reading(family.case_holder):
        assert open_families(ids=[family.pk], page="test") == [], "a role in another municipality is no role here"
        assert not Family.objects.exists()


@pytest.mark.parametrize("doing", ["insert", "update", "delete", "move"])
def test_nothing_is_written_in_a_foreign_family(doing: str) -> None:
    mine, theirs = make_family(), make_family()
    with inside(theirs):
        member = make_family_member(theirs)
    with inside(mine):
        own = make_family_member(mine)
        if doing == "update":
            assert Member.objects.filter(pk=member.pk).update(first_name="Endret") == 0
        elif doing == "delete":
            assert Member.objects.filter(pk__in=[member.pk, own.pk])._raw_delete("default") == 0
        else:
            with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
                if doing == "insert":
                    make_row(Need, theirs, words="x", need="work", life_area="work", said_on=datetime.date(2025, 1, 1))
                else:
                    Member.objects.filter(pk=own.pk).update(family=theirs)
    with inside(theirs):
        assert Member.objects.get(pk=member.pk).first_name == member.first_name


def test_nobody_joins_the_team_of_a_family_that_is_there() -> None:
    family, stranger = make_family(), make_member(Role.CASEWORKER, UnitFactory())
    with reading(stranger), pytest.raises(ProgrammingError), transaction.atomic():
        TeamMember.objects.create(
            family_id=family.pk, municipality=family.municipality, user=stranger, unit=family.unit,
            from_day=timezone.localdate(),
        )  # fmt: skip


def test_rows_stay_in_their_family_and_municipality() -> None:
    mine, other = make_family(), make_family()
    with inside(other):
        foreign = make_family_member(other)
    with inside(mine):
        for fields in ({"subject_id": foreign.pk}, {"unit": other.unit}):
            with pytest.raises(IntegrityError), transaction.atomic():
                make_row(Contact, mine, happened_on=datetime.date(2025, 1, 1), **fields)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_owner_sees_nothing_by_a_slip() -> None:
    with owner_cursor() as cursor:
        cursor.execute("SELECT count(*) FROM families_family")
        assert cursor.fetchone() == (0,)


def test_a_refused_read_is_logged_also_for_a_reference_that_leads_nowhere() -> None:
    family, stranger = make_family(), make_member(Role.CASEWORKER, UnitFactory())
    with reading(stranger):
        for reference in (family.public_id, "2222222222"):
            assert open_family(reference=reference, page="family", by=stranger, on=timezone.localdate()) is None
    with connection.cursor() as cursor:
        # The test's own transaction, asked by nobody: the log is not there either.
        cursor.execute("SELECT count(*) FROM organisation_readentry")
        assert cursor.fetchone() == (0,)
    with inside(family):
        from organisation.models import ReadEntry

        lines = list(ReadEntry.objects.filter(reader=stranger).values_list("page", "basis", "family"))
        assert lines == [("family", "denied", family.pk)]


def test_a_case_is_opened_in_one_of_ones_own_services_only() -> None:
    from organisation.domain.errors import DomainError

    caseworker = make_member(Role.CASEWORKER, UnitFactory())
    with reading(caseworker), pytest.raises(DomainError):
        open_case(unit=UnitFactory(), by=caseworker, on=timezone.localdate())
