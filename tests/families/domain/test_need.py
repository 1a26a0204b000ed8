"""What the family says is important, and how it says it goes."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from families.domain.need import (
    Said,
    add_need,
    correct_rating,
    end_need,
    rate_needs,
    ratings,
    remove_need,
    unrated,
    update_need,
)
from families.domain.vault import OpenFamily
from families.models import Family, Need, NeedRating
from organisation.domain.errors import DomainError
from organisation.models import Role
from organisation.periods import HalfYear
from tests.factories import UnitFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.identity_numbers import made_up

pytestmark = pytest.mark.django_db


def said(**fields: Any) -> Said:
    values = {"words": "Et rom til hver", "need": "housing", "life_area": "housing", "said_on": timezone.localdate()}
    return Said(**(values | fields))


def add(vault: OpenFamily, **fields: Any) -> Need:
    value = fields.pop("value", None)
    return add_need(vault=vault, said=said(**fields), value=value, by=vault.user, at=NOW, on=vault.on)


def test_a_need_is_the_familys_own_words_placed_and_rated_at_once() -> None:
    family = make_family()
    with inside(family) as vault:
        child = make_family_member(family, "child")
        need = add(vault, member=child.public_id, words="  Et rom til hver ", value=2)
        half = HalfYear.of(vault.on)
        assert (need.words, need.subject, need.unit, need.written_by) == (
            "Et rom til hver", child, family.unit, family.case_holder,
        )  # fmt: skip
        rating = need.ratings.get()
        assert (rating.value, rating.year, rating.half, rating.rated_on) == (2, half.year, half.half, vault.on)


def test_a_form_sent_twice_makes_one_need() -> None:
    with inside(make_family()) as vault:
        assert add(vault) == add(vault)
        assert add(vault, words="Noe annet") != add(vault)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"words": "  "}, "words"),
        ({"need": "luck"}, None),
        ({"life_area": "luck"}, None),
        ({"said_on": timezone.localdate() + datetime.timedelta(days=1)}, "said_on"),
        ({"member": "2222222222"}, "subject"),
        ({"words": f"Ring {made_up()}"}, "words"),
    ],
)
def test_a_need_that_can_not_be_right_is_refused_at_its_field(fields: dict[str, Any], field: str | None) -> None:
    with inside(make_family()) as vault, pytest.raises(DomainError) as error:
        add(vault, **fields)
    assert error.value.field == field


def test_a_need_is_corrected_by_its_own_service_only() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family) as vault:
        mother = make_family_member(family)
        join_team(family, colleague, other)
        make_consent(mother, [family.unit, other], ["needs"])
        need = add(vault, member=mother.public_id)
        need = update_need(
            vault=vault, need=need, said=said(words="Hver sitt rom", member=mother.public_id), version=1,
            by=vault.user, on=vault.on,
        )  # fmt: skip
        assert (need.words, need.version) == ("Hver sitt rom", 2)
    with inside(family, colleague) as vault:
        shared = vault.rows(Need).get()
        with pytest.raises(DomainError):
            update_need(vault=vault, need=shared, said=said(), version=2, by=colleague, on=vault.on)
        with pytest.raises(DomainError):
            end_need(vault=vault, need=shared, met_on=vault.on, version=2, by=colleague, on=vault.on)
        with pytest.raises(DomainError):
            remove_need(vault=vault, need=shared, version=2, by=colleague, at=NOW)
        # But the answer is the family's, whoever holds the phone.
        assert rate_needs(vault=vault, values={shared: 4}, by=colleague, at=NOW, on=vault.on) == 1


def test_a_need_is_met_from_a_day_and_can_be_taken_up_again() -> None:
    with inside(make_family()) as vault:
        day = vault.on - datetime.timedelta(days=10)
        need = add(vault, said_on=day)
        for wrong in (day - datetime.timedelta(days=1), vault.on + datetime.timedelta(days=1)):
            with pytest.raises(DomainError) as error:
                end_need(vault=vault, need=need, met_on=wrong, version=1, by=vault.user, on=vault.on)
            assert error.value.field == "met_on"
        end_need(vault=vault, need=need, met_on=vault.on, version=1, by=vault.user, on=vault.on)
        assert unrated(vault=vault) == []
        with pytest.raises(DomainError):
            rate_needs(vault=vault, values={need: 3}, by=vault.user, at=NOW, on=vault.on)
        end_need(vault=vault, need=need, met_on=None, version=2, by=vault.user, on=vault.on)
        assert unrated(vault=vault) == [need]


def test_what_is_removed_loses_its_words_and_its_ratings_are_shown_nowhere() -> None:
    with inside(make_family()) as vault:
        need = add(vault, value=1)
        remove_need(vault=vault, need=need, version=1, by=vault.user, at=NOW)
        assert Need.objects.get(pk=need.pk).words == ""
        assert not ratings(vault).exists()


def test_a_need_has_one_rating_each_half_year_and_those_left_out_wait() -> None:
    with inside(make_family()) as vault:
        first, second = add(vault), add(vault, words="Venner")
        assert rate_needs(vault=vault, values={first: 2}, by=vault.user, at=NOW, on=vault.on) == 1
        assert unrated(vault=vault) == [second]
        with pytest.raises(DomainError):
            rate_needs(vault=vault, values={second: 3, first: 5}, by=vault.user, at=NOW, on=vault.on)
        assert list(ratings(vault).values_list("value", flat=True)) == [2], "all or nothing"
        with pytest.raises(DomainError):
            rate_needs(vault=vault, values={second: 6}, by=vault.user, at=NOW, on=vault.on)
        next_half = OpenFamily(vault.family, vault.user, HalfYear.of(vault.on).last_day + datetime.timedelta(days=1))
        assert set(unrated(vault=next_half)) == {first, second}


def rating_of(family: Family, half: HalfYear, **fields: Any) -> NeedRating:
    need = make_row(Need, family, words="Ord", need="work", life_area="work", said_on=half.first_day)
    return NeedRating.objects.create(
        need=need, family=family, year=half.year, half=half.half, value=2, rated_on=half.first_day,
        written_by=family.case_holder, written_at=NOW, **fields,
    )  # fmt: skip


def test_this_half_years_rating_can_be_corrected_and_no_earlier_one() -> None:
    family = make_family()
    with inside(family) as vault:
        now = HalfYear.of(vault.on)
        this, before = rating_of(family, now), rating_of(family, now.previous())
        arguments = {"vault": vault, "version": 1, "by": vault.user, "on": vault.on}
        assert correct_rating(rating=this, value=4, **arguments).value == 4
        for rating, value in ((before, 4), (this, 6)):
            with pytest.raises(DomainError):
                correct_rating(rating=rating, value=value, **arguments | {"version": rating.version})


def test_a_rating_follows_its_need() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family) as vault:
        mother, father = make_family_member(family), make_family_member(family, "father")
        join_team(family, colleague, other)
        make_consent(mother, [family.unit, other], ["needs"])
        shown = add(vault, member=mother.public_id, value=2)
        add(vault, member=father.public_id, value=3)
        add(vault, words="Alle sammen", value=4)
    with inside(family, colleague) as vault:
        assert [rating.need for rating in ratings(vault)] == [shown]
        assert unrated(vault=vault) == []


def test_nobody_rates_from_outside_the_team_or_in_a_closed_case() -> None:
    family = make_family()
    with inside(family) as vault:
        need = add(vault)
        family.closed_on = vault.on
        with pytest.raises(DomainError):
            rate_needs(vault=vault, values={need: 2}, by=vault.user, at=NOW, on=vault.on)
        family.closed_on = None
        vault.mine = []
        with pytest.raises(DomainError):
            rate_needs(vault=vault, values={need: 2}, by=vault.user, at=NOW, on=vault.on)


def test_only_the_one_who_took_the_answer_down_corrects_it() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family) as vault:
        mother = make_family_member(family)
        join_team(family, colleague, other)
        make_consent(mother, [family.unit, other], ["needs"])
        rating = add(vault, member=mother.public_id, value=2).ratings.get()
    with inside(family, colleague) as vault:
        with pytest.raises(DomainError, match="tok imot svaret"):
            correct_rating(vault=vault, rating=rating, value=5, version=1, by=colleague, on=vault.on)
        assert ratings(vault).get().value == 2
