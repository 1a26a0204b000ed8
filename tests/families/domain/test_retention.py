"""What is kept of a family, and what is left when the time is out."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from families.domain import retention
from families.domain.reading import open_families, reading
from families.domain.retention import erase_expired, erase_family, expired_families, set_rule, vault_models
from families.models import Family, Member, Purpose, RetentionRule, Support
from organisation.models import Municipality, Notice, ReadBasis, Role
from tests.database import owner_cursor
from tests.factories import MunicipalityFactory, NoticeFactory, ZoneFactory, make_member
from tests.factories.families import inside, make_family, make_family_member
from tests.factories.family_rows import make_everything

pytestmark = pytest.mark.django_db(transaction=True)
ON = timezone.localdate()


def make_rules(municipality: Municipality, months: int = 12, purposes: Any = tuple(Purpose)) -> None:
    """Periods that were set long ago."""
    for purpose in purposes:
        RetentionRule.objects.create(municipality=municipality, purpose=purpose, months=months, basis="Prøveloven § 1")
    put_back_the_clock(
        "families_retentionrule", "in_force_from", "SET in_force_from = %s WHERE municipality_id = %s",
        ON, municipality.pk,
    )  # fmt: skip


def closed(family: Family, days: int) -> None:
    """The case was closed so many days ago, and for that day."""
    day = ON - datetime.timedelta(days=days)
    put_back_the_clock(
        "families_family", "closed_at", "SET opened_on = %s, closed_on = %s, closed_at = %s WHERE id = %s",
        day, day, day, family.pk,
    )  # fmt: skip


def put_back_the_clock(table: str, trigger: str, change: str, *values: Any) -> None:
    """What the database says by its own clock, said as if time had gone by: the owner alone can, without the trigger."""
    as_owner(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    try:
        as_owner(f"UPDATE {table} {change}", *values)
    finally:
        as_owner(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def as_owner(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with owner_cursor() as cursor:
        cursor.execute("SET povertyplan.maintenance = 'on'")
        cursor.execute(query, values)
        return list(cursor.fetchall()) if cursor.description else []


def rows_left(family: Family) -> dict[str, int]:
    found = {
        model.__name__: as_owner(f"SELECT count(*) FROM {model._meta.db_table} WHERE family_id = %s", family.pk)[0][0]
        for model in vault_models()
    }
    return {name: number for name, number in found.items() if number}


def sets(municipality: Municipality) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM povertyplan_family_sets(%s, %s)", [municipality.pk, ON])
        return sorted(cursor.fetchall(), key=str)


def make_whole_family(days: int = 800) -> Family:
    municipality_zone = ZoneFactory()
    from tests.factories import UnitFactory

    unit = UnitFactory(municipality=municipality_zone.municipality)
    family = make_family(unit=unit, zone=municipality_zone)
    make_everything(family)
    with inside(family):
        make_family_member(family, "child")
    closed(family, days)
    return family


def test_all_goes_but_the_numbers() -> None:
    family = make_whole_family()
    make_rules(family.municipality)
    before, rows = sets(family.municipality), rows_left(family)
    assert set(rows) == {model.__name__ for model in vault_models()}
    assert {figure for _project, figure, _family, _weight in before} == {
        "families", "children", "driving_licences", "voice_partly",
    }  # fmt: skip
    result = erase_expired(on=ON)
    assert (result.families, result.anonymised, result.failed) == (1, 1, [])
    assert rows_left(family) == {"Participation": 1, "FamilyOutcome": 1, "VoiceAnswer": 1}
    assert sets(family.municipality) == before


def test_what_is_left_has_no_words_no_days_and_no_reference() -> None:
    family = make_whole_family()
    make_rules(family.municipality)
    erase_expired(on=ON)
    ((reference, zone, protected, reason, opened_on, closed_on, closed_at, adults, children),) = as_owner(
        "SELECT public_id, zone_id, protected, closed_reason, opened_on, closed_on, (closed_at AT TIME ZONE 'Europe/Oslo')::date,"
        " adults, children FROM families_family"
        " WHERE id = %s", family.pk,
    )  # fmt: skip
    assert reference != family.public_id
    assert (zone, protected, reason, adults, children) == (None, False, "", 1, 1)
    for day in (opened_on, closed_on, closed_at):
        assert (day.month, day.day) in {(1, 1), (7, 1)}
    row = as_owner("SELECT started_on, ended_on, written_at FROM families_participation")
    assert row == [
        (datetime.date(2025, 1, 1), datetime.date(2025, 7, 1), datetime.datetime(2024, 12, 31, 23, tzinfo=datetime.UTC))
    ]
    assert as_owner("SELECT happened_on, note, subject_id, form_key FROM families_familyoutcome") == [
        (datetime.date(2025, 1, 1), "", None, "")
    ]
    ((link, matters, wants_contact, answered_on),) = as_owner(
        "SELECT link_id, matters, wants_contact, answered_on FROM families_voiceanswer"
    )
    assert (link, matters, wants_contact) == (None, "", False)
    assert (answered_on.month, answered_on.day) in {(1, 1), (7, 1)}


def test_nobody_finds_an_anonymous_family_again() -> None:
    family = make_whole_family()
    make_rules(family.municipality)
    erase_expired(on=ON)
    with reading(family.case_holder):
        assert open_families(ids=[family.pk], page="test") == []
    with reading(None):
        assert open_families(ids=[family.pk], page="test", basis=ReadBasis.RETENTION) == []


def test_each_purpose_has_its_own_time() -> None:
    """The follow-up is over, and support is kept on: the row stands, and whoever it points to has neither name nor age."""
    family = make_whole_family(days=400)
    make_rules(family.municipality, 12, [Purpose.FOLLOW_UP])
    make_rules(family.municipality, 60, [Purpose.SUPPORT, Purpose.CONSENT, Purpose.VOICE])
    before = sets(family.municipality)
    assert erase_expired(on=ON).anonymised == 0
    assert set(rows_left(family)) == {
        "Member", "TeamMember", "Participation", "FamilyOutcome", "Support", "Consent", "ConsentService", "VoiceLink",
        "VoiceAnswer",
    }  # fmt: skip
    assert set(as_owner("SELECT first_name, birth_year, is_guardian, role FROM families_member")) == {
        ("", None, False, "adult")
    }
    assert sets(family.municipality) == before
    with inside(family):
        assert Support.objects.get().subject is not None
    closed(family, 60 * 32)
    assert erase_expired(on=ON).anonymised == 1
    assert set(rows_left(family)) == {"Participation", "FamilyOutcome", "VoiceAnswer"}
    assert sets(family.municipality) == before


def test_support_may_go_before_the_rest() -> None:
    family = make_whole_family(days=400)
    make_rules(family.municipality, 12, [Purpose.SUPPORT])
    erase_expired(on=ON)
    assert "Support" not in rows_left(family)
    with inside(family):
        assert Member.objects.filter(role="mother").get().first_name != ""


@pytest.mark.parametrize("why", ["too early", "no rule", "open", "another's rule"])
def test_nothing_is_erased_that_should_stand(why: str) -> None:
    family = make_whole_family(days=300 if why == "too early" else 800)
    if why != "no rule":
        make_rules(MunicipalityFactory() if why == "another's rule" else family.municipality)
    if why == "open":
        as_owner("UPDATE families_family SET closed_on = NULL WHERE id = %s", family.pk)
    before = rows_left(family)
    assert expired_families() == []
    erase_family(pk=family.pk, on=ON)
    assert erase_expired(on=ON).families == 0
    assert rows_left(family) == before
    with inside(family):
        assert Member.objects.filter(role="mother").get().first_name != ""


def test_a_case_that_is_closed_with_an_old_date_is_kept_as_long_as_any_other() -> None:
    """The day somebody writes is not the day it was closed; only the database says that."""
    family = make_whole_family(days=0)
    make_rules(family.municipality, months=1)
    old = ON - datetime.timedelta(days=800)
    as_owner("UPDATE families_family SET opened_on = %s, closed_on = NULL WHERE id = %s", old, family.pk)
    with inside(family):
        Family.objects.filter(pk=family.pk).update(
            closed_on=old, closed_at=timezone.now() - datetime.timedelta(days=800)
        )
        Family.objects.filter(pk=family.pk).update(closed_at=timezone.now() - datetime.timedelta(days=800))
    assert expired_families() == []
    with reading(None):
        assert open_families(ids=[family.pk], page="test", basis=ReadBasis.RETENTION) == []
    assert erase_family(pk=family.pk, on=ON) == ([], False)


@pytest.mark.parametrize(("days", "gone"), [(27, False), (29, False), (32, True)])
def test_a_month_is_never_less_than_thirty_days(days: int, gone: bool) -> None:
    family = make_whole_family(days=days)
    make_rules(family.municipality, months=1)
    assert erase_expired(on=ON).anonymised == gone


@pytest.mark.parametrize(
    ("day", "months", "on", "out"),
    [
        ("2025-02-01", 1, "2025-03-02", False), ("2025-02-01", 1, "2025-03-03", True), ("2025-01-31", 1, "2025-03-01", False),
        ("2025-01-31", 1, "2025-03-02", True), ("2024-05-05", 12, "2025-05-04", False), ("2024-05-05", 12, "2025-05-05", True),
    ],
)  # fmt: skip
def test_the_days_of_a_period(day: str, months: int, on: str, out: bool) -> None:
    for closed_on in (day, "2020-01-01"):
        assert as_owner("SELECT povertyplan_is_out(%s, %s, %s, %s)", closed_on, f"{day} 12:00", months, on) == [(out,)]
    assert as_owner("SELECT povertyplan_is_out(NULL, NULL, 1, %s)", on) == [(False,)]


def test_nothing_is_erased_in_the_thirty_days_after_a_period_was_set_or_shortened() -> None:
    family = make_whole_family()
    administrator = make_member(Role.ADMINISTRATOR, family.unit)
    said: dict[str, Any] = {"municipality": family.municipality, "basis": "Prøveloven § 1", "by": administrator}

    def in_force(**ago: int) -> None:
        day = ON - datetime.timedelta(**ago)
        put_back_the_clock("families_retentionrule", "in_force_from", "SET in_force_from = %s", day)

    later = ON + datetime.timedelta(days=30)
    rules = [set_rule(purpose=purpose, months=24, **said) for purpose in Purpose]
    assert {rule.in_force_from for rule in rules} == {later}
    RetentionRule.objects.update(in_force_from=ON)
    assert expired_families() == []
    in_force(days=-1)
    assert erase_family(pk=family.pk, on=ON) == ([], False)
    in_force(days=0)
    assert expired_families() == [family.pk]
    longer = set_rule(purpose="voice", months=25, version=1, **said)
    assert longer.in_force_from == ON, "a longer one holds on"
    shorter = set_rule(purpose="voice", months=24, version=2, **said)
    assert shorter.in_force_from == later
    assert set(erase_family(pk=family.pk, on=ON)[0]) == set(Purpose) - {Purpose.VOICE}


def test_the_database_lets_nobody_erase_before_the_time(monkeypatch: Any) -> None:
    """With the rules of Python taken away: what the program believes to be out is asked of PostgreSQL again."""
    family = make_whole_family(days=400)
    make_rules(family.municipality, 12, [Purpose.VOICE])
    make_rules(family.municipality, 60, [Purpose.FOLLOW_UP])
    before = rows_left(family)
    monkeypatch.setattr(retention, "_purposes_out", lambda pk: list(Purpose.values))
    with pytest.raises(RuntimeError):
        erase_family(pk=family.pk, on=ON)
    assert rows_left(family) == before


def test_a_crash_in_the_middle_leaves_the_family_as_it_was_and_the_others_erased(monkeypatch: Any) -> None:
    broken, other = make_whole_family(), make_family()
    closed(other, 800)
    for family in (broken, other):
        make_rules(family.municipality)
    before, counted = rows_left(broken), sets(broken.municipality)
    finish = retention._finish

    def crash(family: Family, on: datetime.date) -> None:
        finish(family, on)
        if family.pk == broken.pk:
            raise OSError("the machine stops")

    with monkeypatch.context() as patched:
        patched.setattr(retention, "_finish", crash)
        result = erase_expired(on=ON)
    assert (result.anonymised, result.failed) == (1, [broken.pk])
    assert rows_left(broken) == before
    assert sets(broken.municipality) == counted
    with inside(broken):
        assert Member.objects.filter(role="mother").get().first_name != ""
    assert erase_expired(on=ON).anonymised == 1


def test_running_again_changes_nothing() -> None:
    family = make_whole_family(days=400)
    make_rules(family.municipality, 12, [Purpose.FOLLOW_UP])
    assert erase_expired(on=ON).families == 1
    reads = as_owner("SELECT count(*) FROM organisation_readentry")
    assert erase_expired(on=ON).families == 0
    assert as_owner("SELECT count(*) FROM organisation_readentry") == reads, "opened for nothing"
    assert erase_family(pk=family.pk, on=ON) == ([], False)


def test_a_rule_that_comes_late_or_comes_back_ends_what_is_left() -> None:
    family = make_whole_family()
    make_rules(family.municipality, 12, [Purpose.FOLLOW_UP])
    erase_expired(on=ON)
    RetentionRule.objects.all().delete()
    make_rules(family.municipality, 12, [Purpose.SUPPORT, Purpose.CONSENT, Purpose.VOICE])
    assert erase_expired(on=ON).anonymised == 0
    make_rules(family.municipality, 12, [Purpose.FOLLOW_UP])
    assert erase_expired(on=ON).anonymised == 1
    assert expired_families() == []


def test_reminders_that_lead_to_the_family_go_and_others_stay() -> None:
    family = make_whole_family()
    make_rules(family.municipality)
    holder = family.case_holder
    NoticeFactory(user=holder, url_path=f"/familier/{family.public_id}/vedtak/")
    NoticeFactory(user=holder, key=f"consent:{family.public_id}")
    other = NoticeFactory(user=holder, url_path=f"/familier/{make_family().public_id}/")
    erase_expired(on=ON)
    assert list(Notice.objects.filter(user=holder)) == [other]


def test_that_it_was_opened_to_be_erased_stands_in_the_read_log() -> None:
    family = make_whole_family()
    make_rules(family.municipality)
    erase_expired(on=ON)
    assert as_owner(
        "SELECT reader_id, page, basis FROM organisation_readentry WHERE family = %s AND basis = 'retention'", family.pk
    ) == [(None, "erase-expired", "retention")]


def test_a_case_of_which_something_is_erased_is_not_opened_again() -> None:
    from django.db import IntegrityError

    family = make_whole_family(days=400)
    make_rules(family.municipality, 12, [Purpose.FOLLOW_UP])
    erase_expired(on=ON)
    with pytest.raises(IntegrityError), inside(family):
        Family.objects.filter(pk=family.pk).update(closed_on=None, closed_reason="")
