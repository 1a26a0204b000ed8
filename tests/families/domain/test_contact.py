"""The contact log: once, for one's own service, on days that have been, with next steps that can be done."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from families.domain.contact import (
    MOST_ON_HOME,
    finish_step,
    latest_by_family,
    log_contact,
    my_next_steps,
    reopen_step,
    update_contact,
)
from families.domain.days import check_happened
from families.domain.reading import reading
from families.domain.recording import remove
from families.domain.vault import OpenFamily, open_for_list
from families.models import Contact, ContactKind, Family, TeamMember
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, ReadEntry, Role, User
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row

pytestmark = pytest.mark.django_db
KEY = "k" * 12


def day(days: int = 0) -> datetime.date:
    """So many days from today."""
    return timezone.localdate() + datetime.timedelta(days=days)


def log(vault: OpenFamily, **fields: Any) -> Contact:
    values = {"kind": ContactKind.HOME_VISIT, "happened_on": day(), "by": vault.user, "at": timezone.now()} | fields
    return log_contact(vault=vault, **values)


def test_a_contact_says_who_which_service_and_whom_it_is_about() -> None:
    family = make_family()
    with inside(family) as vault:
        mother = make_family_member(family)
        row = log(vault, text="Prøvetekst", next_step="Ringe", next_on=day(7), member=mother.public_id)
        row = Contact.objects.get(pk=row.pk)
        assert (row.unit, row.written_by, row.subject) == (family.unit, family.case_holder, mother)
        assert (row.text, row.next_step, row.next_on, row.done_on) == ("Prøvetekst", "Ringe", day(7), None)


def test_a_home_visit_without_a_word_is_a_contact_too() -> None:
    with inside(make_family()) as vault:
        assert log(vault).text == ""


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"happened_on": day(1)}, "happened_on"),
        ({"happened_on": day(-366)}, "happened_on"),
        ({"next_on": day(1)}, "next_step"),
        ({"next_step": "Ringe", "next_on": day(-1)}, "next_on"),
        ({"member": "2222222222"}, "subject"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(fields: dict[str, Any], field: str) -> None:
    with inside(make_family()) as vault, pytest.raises(DomainError) as refused:
        log(vault, **fields)
    assert refused.value.field == field


def test_a_member_of_another_family_is_nobody_here() -> None:
    other = make_family()
    with inside(other):
        stranger = make_family_member(other)
    with inside(make_family()) as vault, pytest.raises(DomainError):
        log(vault, member=stranger.public_id)


@given(st.integers(-800, 800))
def test_a_day_is_taken_from_a_year_before_the_case_until_today_and_no_other(days: int) -> None:
    family = Family(opened_on=day(-100))
    vault = OpenFamily.__new__(OpenFamily)
    vault.family = family
    if -465 <= days <= 0:
        check_happened(vault=vault, day=day(days), on=day(), field="x")
    else:
        with pytest.raises(DomainError):
            check_happened(vault=vault, day=day(days), on=day(), field="x")


def test_the_same_form_makes_one_contact_and_another_text_is_not_dropped() -> None:
    with inside(make_family()) as vault:
        first = log(vault, text="Prøvetekst", form_key=KEY)
        assert log(vault, text="Prøvetekst", form_key=KEY) == first
        with pytest.raises(DomainError, match="lagret før"):
            log(vault, text="En annen tekst", form_key=KEY)
        assert Contact.objects.count() == 1


def test_another_persons_key_is_refused_and_tells_nothing() -> None:
    mine, theirs = make_family(), make_family()
    with inside(theirs) as vault:
        log(vault, text="Prøvetekst", form_key=KEY)
    with inside(mine) as vault, pytest.raises(DomainError, match="lagret før"):
        log(vault, text="Prøvetekst", form_key=KEY)


def test_only_the_own_service_corrects_removes_and_finishes() -> None:
    family = make_family()
    other = make_member(Role.CASEWORKER, UnitFactory(municipality=family.municipality))
    with inside(family) as vault:
        join_team(family, other, other.current_memberships[0].unit)
        row = log(vault, next_step="Ringe")
    changes: dict[str, Any] = {"vault": None, "contact": row, "version": row.version, "by": other}
    for change in (finish_step, reopen_step):
        with inside(family, other) as vault, pytest.raises(DomainError, match="Bare tjenesten"):
            change(**changes | {"vault": vault})
    with inside(family, other) as vault, pytest.raises(DomainError, match="Bare tjenesten"):
        update_contact(**changes | {"vault": vault, "kind": row.kind, "happened_on": row.happened_on})


def test_a_step_is_done_and_not_done_after_all() -> None:
    with inside(make_family()) as vault:
        row = log(vault, next_step="Ringe", next_on=day(1))
        row = finish_step(vault=vault, contact=row, version=row.version, by=vault.user)
        assert row.done_on == day()
        row = reopen_step(vault=vault, contact=row, version=row.version, by=vault.user)
        assert row.done_on is None
        nothing = log(vault)
        with pytest.raises(DomainError, match="ikke avtalt"):
            finish_step(vault=vault, contact=nothing, version=nothing.version, by=vault.user)


def test_another_next_step_than_the_one_that_was_done_is_open() -> None:
    with inside(make_family()) as vault:
        row = log(vault, next_step="Ringe")
        row = finish_step(vault=vault, contact=row, version=row.version, by=vault.user)
        same = {"kind": row.kind, "happened_on": row.happened_on, "by": vault.user}
        row = update_contact(vault=vault, contact=row, version=row.version, text="Ny", next_step="Ringe", **same)
        assert row.done_on == day()
        row = update_contact(vault=vault, contact=row, version=row.version, next_step="Møte", **same)
        assert (row.text, row.next_step, row.done_on) == ("", "Møte", None)


def test_a_contact_with_a_next_step_on_a_day_can_be_removed_and_its_words_are_gone() -> None:
    with inside(make_family()) as vault:
        row = log(vault, text="Prøvetekst", next_step="Ringe", next_on=day(3))
        remove(vault=vault, row=row, version=row.version, by=vault.user, at=timezone.now())
        assert not vault.rows(Contact).exists()
        assert list(Contact.objects.values_list("text", "next_step")) == [("", "")]


def test_the_change_log_says_who_and_never_what() -> None:
    with inside(make_family()) as vault:
        row = log(vault, text="Hemmelig prøvetekst", next_step="Hemmelig steg")
    entry = AuditEntry.objects.get(table_name="families_contact", row_id=row.pk)
    assert (entry.actor_id, entry.action) == (row.written_by_id, "contact.log")
    assert "emmelig" not in str(entry.after) and "home_visit" not in str(entry.after)


def latest_of(by: User, *families: Family) -> dict[int, Any]:
    with reading(by):
        sharings = open_for_list(ids=[row.pk for row in families], page="test", by=by, on=day())
        return latest_by_family(sharings=sharings)


def test_the_newest_contact_and_the_step_that_is_due_first() -> None:
    family = make_family()
    with inside(family) as vault:
        newest = log(vault)
        log(vault, happened_on=day(-9), next_step="Uten dag")
        first = log(vault, happened_on=day(-3), next_step="Snart", next_on=day(2))
        log(vault, happened_on=day(-2), next_step="Senere", next_on=day(9))
        done = log(vault, happened_on=day(-2), next_step="Gjort", next_on=day(1))
        finish_step(vault=vault, contact=done, version=done.version, by=vault.user)
    latest = latest_of(family.case_holder, family)[family.pk]
    assert (latest.contact, latest.next_step) == (newest, first)


def test_a_family_without_any_has_an_entry_too() -> None:
    family = make_family()
    latest = latest_of(family.case_holder, family)[family.pk]
    assert (latest.contact, latest.next_step) == (None, None)


def test_another_service_sees_what_consent_covers_and_no_more() -> None:
    family = make_family()
    other = make_member(Role.CASEWORKER, UnitFactory(municipality=family.municipality))
    unit = other.current_memberships[0].unit
    with inside(family) as vault:
        join_team(family, other, unit)
        mother, father = make_family_member(family), make_family_member(family, "father")
        log(vault, next_step="Om alle")
        log(vault, next_step="Om far", member=father.public_id)
        of_mother = log(vault, happened_on=day(-5), next_step="Om mor", member=mother.public_id)
    assert latest_of(other, family)[family.pk].contact is None
    with inside(family):
        make_consent(mother, [family.unit, unit], ["contact"])
    latest = latest_of(other, family)[family.pk]
    assert (latest.contact, latest.next_step) == (of_mother, of_mother)


def test_it_takes_two_queries_however_many_there_are() -> None:
    first = make_family()
    by = first.case_holder
    families = [first, *(make_family(by=by, unit=first.unit) for _ in range(2))]
    for family in families:
        with inside(family) as vault:
            for number in range(3):
                log(vault, happened_on=day(-number), next_step="Ringe")
    with reading(by):
        ids = [row.pk for row in families]
        sharings = open_for_list(ids=ids, page="test", by=by, on=day())
        with CaptureQueriesContext(connection) as queries:
            latest = latest_by_family(sharings=sharings)
    assert len(queries) == 2
    assert {pk: row.contact.happened_on for pk, row in latest.items()} == dict.fromkeys(ids, day())


def lines_of(by: User, family: Family) -> list[str]:
    with inside(family):
        return list(ReadEntry.objects.filter(reader=by, family=family.pk, page="home").values_list("basis", flat=True))


def test_what_is_due_first_is_on_top_and_its_family_is_logged_as_read() -> None:
    family = make_family()
    by = family.case_holder
    quiet = make_family(by=by, unit=family.unit)
    with inside(quiet) as vault:
        log(vault)
    with inside(family) as vault:
        log(vault, next_step="Uten dag")
        log(vault, next_step="Senere", next_on=day(4))
        log(vault, happened_on=day(-9), next_step="Skulle vært gjort", next_on=day(-2))
    found = my_next_steps(by=by, on=day(), page="home")
    assert [(row.text, row.is_late) for row in found.steps] == [
        ("Skulle vært gjort", True), ("Senere", False), ("Uten dag", False),
    ]  # fmt: skip
    assert found.total == 3
    assert lines_of(by, family) == ["team"]
    assert lines_of(by, quiet) == [], "a family that is not shown is not read"


def test_at_most_ten_are_shown_and_all_are_counted() -> None:
    family = make_family()
    with inside(family) as vault:
        for number in range(MOST_ON_HOME + 2):
            log(vault, next_step=f"Steg {number}")
    found = my_next_steps(by=family.case_holder, on=day(), page="home")
    assert (len(found.steps), found.total) == (MOST_ON_HOME, MOST_ON_HOME + 2)


@pytest.mark.parametrize("why", ["done", "removed", "closed", "other service", "left", "inactive", "stranger"])
def test_what_is_no_step_of_ones_own_is_not_there(why: str) -> None:
    family = make_family()
    by = family.case_holder
    with inside(family) as vault:
        unit = UnitFactory(municipality=family.municipality) if why == "other service" else family.unit
        done = {"done_on": day()} if why == "done" else {}
        removed = {"removed_at": timezone.now()} if why == "removed" else {}
        make_row(Contact, family, unit, happened_on=day(), next_step="Ringe", **done, **removed)
        if why == "closed":
            Family.objects.filter(pk=family.pk).update(closed_on=day(), closed_reason="done")
        if why == "left":
            TeamMember.objects.filter(family=family).update(from_day=day(-5), to_day=day(-1))
        assert vault
    if why == "inactive":
        by.is_active = False
        by.save()
    reader = make_member(Role.CASEWORKER, family.unit) if why == "stranger" else by
    assert my_next_steps(by=reader, on=day(), page="home").steps == []


def test_whoever_has_none_costs_one_query() -> None:
    by = make_family().case_holder
    with CaptureQueriesContext(connection) as queries:
        my_next_steps(by=by, on=day(), page="home")
    assert len(queries) == 1
