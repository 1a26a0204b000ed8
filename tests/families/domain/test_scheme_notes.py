import datetime
from typing import Any

import pytest
from django.utils import timezone

from families.domain.scheme_notes import NOTES, Facts, applies, facts_of, notes_of
from families.models import Decision, Scheme
from organisation.models import Role
from tests.factories import PaymentProposalFactory, UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row

BY_KEY = {note.key: note for note in NOTES}


def facts(*schemes: str, ages: tuple[int, ...] = (), sub_project: bool = False) -> Facts:
    return Facts(frozenset(schemes), frozenset(ages), sub_project)


def shown(given: Facts) -> set[str]:
    return {note.key for note in NOTES if applies(note, given)}


def test_every_note_says_something_has_a_source_and_a_key_of_its_own() -> None:
    assert len(BY_KEY) == len(NOTES)
    for note in NOTES:
        assert str(note.sentence).endswith(".")
        assert str(note.source)
        assert note.has, "a note without a scheme would be shown to everybody"
        assert note.has | note.also | note.lacks <= set(Scheme)


def test_no_note_gives_rates_or_promises() -> None:
    for note in NOTES:
        assert "kroner" not in str(note.sentence)
        assert "prosent" not in str(note.sentence)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (facts("housing_allowance", ages=(18,)), "housing_allowance_grown_up_child"),
        (facts("housing_allowance", "pay"), "housing_allowance_income"),
        (facts("social_assistance", sub_project=True), "social_assistance_sub_project"),
        (facts("social_assistance"), "social_assistance_subsidiary"),
        (facts("social_assistance", "child_benefit"), "social_assistance_child_benefit"),
        (facts("social_assistance", ages=(16,)), "social_assistance_child_pay"),
        (facts("kindergarten"), "fee_reduction_income"),
        (facts("after_school"), "fee_reduction_income"),
        (facts("cash_for_care", "kindergarten"), "cash_for_care_kindergarten"),
        (facts("child_benefit", ages=(18,)), "child_benefit_ends"),
        (facts("maintenance", ages=(18,)), "maintenance_ends"),
        (facts("transitional", "pay"), "transitional_income"),
    ],
)
def test_a_note_is_shown_where_its_schemes_meet(given: Facts, key: str) -> None:
    assert key in shown(given)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (facts("housing_allowance", ages=(17,)), "housing_allowance_grown_up_child"),
        (facts("pay", ages=(18,)), "housing_allowance_grown_up_child"),
        (facts("housing_allowance", "child_benefit"), "housing_allowance_income"),
        (facts("social_assistance"), "social_assistance_sub_project"),
        (facts("social_assistance", "housing_allowance"), "social_assistance_subsidiary"),
        (facts("cash_for_care"), "cash_for_care_kindergarten"),
        (facts("child_benefit", ages=(17, 19)), "child_benefit_ends"),
    ],
)
def test_a_note_is_not_shown_elsewhere(given: Facts, key: str) -> None:
    assert key not in shown(given)


@pytest.mark.django_db
def test_the_facts_are_those_of_the_household_this_year() -> None:
    today, family = timezone.localdate(), make_family()
    with inside(family) as vault:
        make_family_member(family, "mother", birth_year=today.year - 40)
        make_family_member(family, "child", birth_year=today.year - 18)
        make_family_member(family, "child", birth_year=today.year - 20, left_on=today)
        make_family_member(family, "child", birth_year=None)
        assert facts_of(vault, frozenset({"pay"}), today) == facts("pay", ages=(18,))


@pytest.mark.django_db
def test_money_from_a_sub_project_is_support_with_a_payment_or_basic_income() -> None:
    from families.models import Support

    today, family = timezone.localdate(), make_family()
    with inside(family) as vault:
        assert not facts_of(vault, frozenset(), today).sub_project
        assert facts_of(vault, frozenset({"basic_income"}), today).sub_project
        make_row(Support, family, kind="furniture", what="Seng", given_on=today, proposal=PaymentProposalFactory())
        assert facts_of(vault, frozenset(), today).sub_project


def decision(family: Any, scheme: str, **fields: Any) -> Decision:
    values = {"kind": "benefit", "service": family.unit, "starts_on": datetime.date(2025, 1, 1)}
    row: Decision = make_row(Decision, family, scheme=scheme, **(values | fields))
    return row


@pytest.mark.django_db
def test_a_note_uses_only_what_the_reader_may_see() -> None:
    """Another service is told neither of the decision nor of the age, until both are shared with it."""
    today, family = timezone.localdate(), make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family) as vault:
        join_team(family, colleague, other)
        mother = make_family_member(family)
        make_family_member(family, "child", birth_year=today.year - 18)
        decision(family, "housing_allowance")
        decision(family, "pay")
        assert {note.key for note in notes_of(vault, today)} == {
            "housing_allowance_grown_up_child", "housing_allowance_income",
        }  # fmt: skip
    with inside(family, colleague) as theirs:
        assert notes_of(theirs, today) == []
    with inside(family):
        make_consent(mother, [family.unit, other], ["decisions"])
    with inside(family, colleague) as theirs:
        assert "housing_allowance_grown_up_child" not in {note.key for note in notes_of(theirs, today)}


@pytest.mark.django_db
def test_what_has_ended_influences_nothing_any_more() -> None:
    today, family = timezone.localdate(), make_family()
    with inside(family) as vault:
        decision(family, "kindergarten", ends_on=today - datetime.timedelta(days=1))
        assert notes_of(vault, today) == []
        decision(family, "kindergarten", ends_on=today)
        assert [note.key for note in notes_of(vault, today)] == ["fee_reduction_income"]
