"""PostgreSQL itself guards the vault: with every filter of Python's taken away, no foreign row is seen or touched."""

import datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from families.domain.family import open_case
from families.domain.reading import my_family_ids, open_families, open_family, reading
from families.models import (
    Consent,
    ConsentService,
    Contact,
    EmergencyAccess,
    Family,
    InFamily,
    Member,
    Need,
    TeamMember,
)
from organisation.models import Role, User
from tests.database import owner_cursor
from tests.factories import MembershipFactory, UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row

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


def test_whoever_has_changed_service_has_left_the_teams_of_the_old_one() -> None:
    family, yesterday = make_family(), timezone.localdate() - datetime.timedelta(days=1)
    family.case_holder.memberships.update(valid_from=yesterday, valid_to=yesterday)
    elsewhere = UnitFactory(municipality=family.municipality)
    MembershipFactory(user=family.case_holder, unit=elsewhere, role=Role.CASEWORKER)
    with reading(family.case_holder):
        assert open_families(ids=[family.pk], page="test") == []


def by_emergency(family: Family) -> User:
    """A leader of the family's unit, outside its team, with emergency access; inside `reading` of hers."""
    leader = make_member(Role.UNIT_LEADER, family.unit)
    with reading(leader), connection.cursor() as cursor:
        cursor.execute("SELECT povertyplan_emergency(%s, %s)", [family.public_id, "Akutt, ingen på jobb"])
        assert cursor.fetchone()[0]
    return leader


def test_emergency_access_reads_and_never_writes_whatever_the_code_says() -> None:
    family = make_family()
    with inside(family):
        member = make_family_member(family)
    leader = by_emergency(family)
    with reading(leader):
        assert open_families(ids=[family.pk], page="test") == [family.pk]
        assert Member.objects.get().pk == member.pk
        assert Member.objects.update(first_name="Endret") == 0
        assert Family.objects.update(closed_on=timezone.localdate()) == 0
        row = {"words": "x", "need": "work", "life_area": "work", "said_on": datetime.date(2025, 1, 1)}
        for write in (
            lambda: make_row(Need, family, written_by=leader, **row),
            lambda: join_team(family, leader, family.unit),
            lambda: EmergencyAccess.objects.update(seen_by=leader, seen_at=timezone.now()),
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                write()
        EmergencyAccess.objects.update(ended_at=timezone.now())
        with pytest.raises(ProgrammingError), transaction.atomic():
            EmergencyAccess.objects.update(ended_at=None)


def test_nobody_takes_a_case_that_somebody_holds() -> None:
    family = make_family()
    leader = by_emergency(family)
    with reading(leader), connection.cursor() as cursor:
        open_families(ids=[family.pk], page="test")
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("SELECT povertyplan_take_over(%s)", [family.pk])


def test_nobody_begins_the_team_of_a_family_to_come() -> None:
    """The number of the next family is no secret: a team row for it, made ahead, would open it when it is there."""
    family, stranger = make_family(), make_member(Role.CASEWORKER, UnitFactory())
    with reading(stranger), pytest.raises(ProgrammingError), transaction.atomic():
        TeamMember.objects.create(
            family_id=family.pk + 1, municipality_id=stranger.current_memberships[0].unit.municipality_id, user=stranger,
            unit=stranger.current_memberships[0].unit, from_day=timezone.localdate(),
        )  # fmt: skip
    with reading(stranger), connection.cursor() as cursor, pytest.raises(ProgrammingError), transaction.atomic():
        cursor.execute("SELECT povertyplan_begin_family(%s, current_date)", [family.unit_id])


def test_a_consent_that_was_withdrawn_stays_so_and_is_never_widened() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    with inside(family):
        consent = make_consent(make_family_member(family), [family.unit, other], ["contact"])
        rows = Consent.objects.filter(pk=consent.pk)
        assert rows.update(withdrawn_at=timezone.now(), withdrawn_by=family.case_holder) == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(withdrawn_at=None, withdrawn_by=None)


@pytest.mark.django_db(transaction=True)
def test_a_consent_that_was_touched_later_is_no_new_one() -> None:
    family = make_family()
    with inside(family):
        consent = make_consent(make_family_member(family), [family.unit], ["contact"])
    third = UnitFactory(municipality=family.municipality)
    with inside(family):
        Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now(), withdrawn_by=family.case_holder)
        with pytest.raises(IntegrityError), transaction.atomic():
            ConsentService.objects.create(family=family, consent=consent, unit=third)


def test_every_function_that_runs_as_its_owner_looks_for_temporary_tables_last() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, array_to_string(proconfig, ';') FROM pg_proc"
            " WHERE prosecdef AND pronamespace = 'public'::regnamespace AND proname NOT IN ('povertyplan_audit')"
        )
        for name, settings in cursor.fetchall():
            assert settings and settings.split(";")[0].endswith("pg_temp"), name
