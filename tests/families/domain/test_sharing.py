"""Who sees what by consent, against the rule said plainly and without cleverness; then as PostgreSQL is asked."""

import datetime
import itertools
import random
from dataclasses import dataclass

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from families.domain.reading import Reader
from families.domain.sharing import Agreement, Sharing, households, shared, sharing, sharing_of, whose_consent
from families.models import Family, Member, MemberRole, Need, Participation, Topic
from organisation.models import User
from tests.factories import UnitFactory
from tests.factories.families import inside, make_consent, make_family, make_family_member, make_row
from tests.factories.grants_sub_projects import SubProjectFactory

ON = datetime.date(2026, 9, 1)
DAYS = [ON - datetime.timedelta(days=n) for n in (400, 30, 1, 0)] + [ON + datetime.timedelta(days=1)]
UNITS = (1, 2, 3, 4)
TOPICS = (Topic.NEEDS, Topic.CONTACT)


@dataclass(frozen=True)
class Row:
    owner: int
    topic: str
    subject: int | None
    written: datetime.date


def may_service_see(row: Row, service: int, members: list[Member], agreements: list[Agreement]) -> bool:
    """The rule, said plainly."""
    if row.owner == service:
        return True
    people = who_decides(row, members)
    return bool(people) and all(
        any(
            one.member == person and row.topic in one.topics and row.owner in one.services and service in one.services
            for one in agreements
        )
        for person in people
    )


def who_decides(row: Row, members: list[Member]) -> set[int]:
    if row.subject is None:
        adults = [one for one in members if one.role != "child" or (one.birth_year or 9999) <= ON.year - 18]
        here = {one.pk for one in adults if not (one.left_on and one.left_on <= ON)}
        lived_there = {one.pk for one in adults if one.left_on and row.written < one.left_on}
        return here | lived_there if here else set()
    person = next((one for one in members if one.pk == row.subject), None)
    if person is None:
        return set()
    if person.role != "child":
        return {person.pk}
    if person.birth_year is None:
        return set()
    years = ON.year - person.birth_year
    parents = {one.pk for one in members if one.is_guardian}
    if years >= 16:
        return {person.pk}
    if not parents:
        return set()
    return parents | {person.pk} if years == 15 else parents


@st.composite
def households_of_people(draw: st.DrawFn) -> list[Member]:
    return [
        Member(
            pk=pk,
            role=draw(st.sampled_from(MemberRole.values)),
            birth_year=draw(st.sampled_from([None, 1980, *range(ON.year - 19, ON.year - 13), ON.year - 5])),
            is_guardian=draw(st.booleans()),
            left_on=draw(st.sampled_from([None, None, *DAYS])),
        )
        for pk in range(1, draw(st.integers(0, 4)) + 1)
    ]


agreements_of_people = st.lists(
    st.builds(
        Agreement,
        member=st.integers(1, 5),
        topics=st.frozensets(st.sampled_from(TOPICS), min_size=1),
        services=st.frozensets(st.sampled_from(UNITS), min_size=1),
    ),
    max_size=7,
)


@given(
    members=households_of_people(),
    agreements=agreements_of_people,
    units=st.frozensets(st.sampled_from(UNITS), min_size=1, max_size=2),
)
def test_what_is_shown_is_what_the_plain_rule_says(
    members: list[Member], agreements: list[Agreement], units: frozenset[int]
) -> None:
    found = sharing(reader=Reader(User(pk=1), units, ON), members=members, agreements=agreements)
    subjects = [None, 99, *(one.pk for one in members)]
    for owner, topic, subject, written in itertools.product(UNITS, TOPICS, subjects, DAYS):
        row = Row(owner, topic, subject, written)
        expected = any(may_service_see(row, unit, members, agreements) for unit in units)
        assert found.shows(unit=owner, subject=subject, topic=topic, written=written) == expected, row


def person(pk: int, role: str = "mother", **fields: object) -> Member:
    return Member(pk=pk, **({"role": role, "birth_year": 1985, "is_guardian": role != "child"} | fields))


def seen(
    members: list[Member], consents: dict[int, set[int]], subject: int | None, *units: int, **more: object
) -> bool:
    """Whether service 1's need about `subject` is shown to somebody of `units`; consents: services by member."""
    agreements = [Agreement(pk, frozenset({Topic.NEEDS}), frozenset(services)) for pk, services in consents.items()]
    found = sharing(reader=Reader(User(pk=1), frozenset(units), ON), members=members, agreements=agreements)
    return found.shows(unit=1, subject=subject, topic=Topic.NEEDS, **more)  # type: ignore[arg-type]


def test_one_grown_ups_consent_never_shows_what_is_about_the_other() -> None:
    both = [person(1), person(2, "father")]
    assert seen(both, {1: {1, 2}}, 1, 2)
    assert not seen(both, {1: {1, 2}}, 2, 2)
    assert not seen(both, {1: {1, 2}}, None, 2), "about both of them"
    assert seen(both, {1: {1, 2}, 2: {1, 2, 3}}, None, 2)


def test_a_reader_in_two_services_does_not_add_up_two_half_consents() -> None:
    both = [person(1), person(2, "father")]
    assert not seen(both, {1: {1, 2}, 2: {1, 3}}, None, 2, 3)
    assert seen(both, {1: {1, 2}, 2: {1, 2}}, None, 2, 3)


def test_a_consent_without_the_owner_shows_nothing_of_hers() -> None:
    assert not seen([person(1)], {1: {2, 3}}, 1, 2)


def test_consents_are_no_chain_from_service_to_service() -> None:
    members = [person(1)]
    agreements = [Agreement(1, frozenset({Topic.NEEDS}), frozenset(pair)) for pair in ({1, 2}, {2, 3})]
    found = sharing(reader=Reader(User(pk=1), frozenset({3}), ON), members=members, agreements=agreements)
    assert found.shows(unit=2, subject=1, topic=Topic.NEEDS)
    assert not found.shows(unit=1, subject=1, topic=Topic.NEEDS)


@pytest.mark.parametrize(
    ("birth_year", "whose"),
    [
        (ON.year - 14, {1}),
        (ON.year - 15, {1, 3}),  # she may be 15 already: then it is hers
        (ON.year - 16, {3}),
        (None, set()),
    ],
)
def test_a_child_that_grows_old_enough_is_no_longer_covered_by_her_parents(
    birth_year: int | None, whose: set[int]
) -> None:
    members = [person(1), person(2, "adult", is_guardian=False), person(3, "child", birth_year=birth_year)]
    eras = whose_consent(members=members, on=ON)[3]
    assert {pk for era in eras for pk in era.members} == whose


def test_a_parent_who_has_moved_out_still_decides_for_the_child() -> None:
    members = [person(1), person(2, "father", left_on=DAYS[1]), person(3, "child", birth_year=2020)]
    assert not seen(members, {1: {1, 2}}, 3, 2)
    assert seen(members, {1: {1, 2}, 2: {1, 2}}, 3, 2)
    members[1].is_guardian = False
    assert seen(members, {1: {1, 2}}, 3, 2)


def test_what_was_written_while_somebody_lived_there_is_about_her_too() -> None:
    members = [person(1), person(2, "father", left_on=DAYS[1])]
    assert not seen(members, {1: {1, 2}}, None, 2, written=DAYS[0])
    assert seen(members, {1: {1, 2}}, None, 2, written=DAYS[1])
    assert seen(members, {1: {1, 2}}, None, 2), "what stands now"
    assert seen(members, {1: {1, 2}, 2: {1, 2}}, None, 2, written=DAYS[0])


def test_without_a_grown_up_at_home_nothing_of_the_family_is_shared() -> None:
    assert not seen([person(1, left_on=DAYS[1])], {1: {1, 2}}, None, 2, written=DAYS[0])
    assert not seen([person(1, "child", birth_year=2010)], {1: {1, 2}}, None, 2)
    assert not seen([], {}, None, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({}, True),
        ({"expires_on": 0}, True),
        ({"given_on": -10, "expires_on": -1}, False),
        ({"given_on": 1}, False),
        ({"withdrawn_at": timezone.now()}, False),
    ],
)
def test_a_consent_holds_from_its_first_day_through_its_last_unless_it_is_withdrawn(
    fields: dict[str, object], holds: bool
) -> None:
    today, family = timezone.localdate(), make_family()
    other = UnitFactory(municipality=family.municipality)
    values = {name: today + datetime.timedelta(days=n) if isinstance(n, int) else n for name, n in fields.items()}
    if "withdrawn_at" in values:
        values["withdrawn_by"] = family.case_holder
    with inside(family):
        mother = make_family_member(family)
        make_consent(mother, [family.unit, other], ["needs"], **values)
        reader = Reader(family.case_holder, frozenset({other.pk}), today)
        found = sharing_of(readers={family.pk: reader})[family.pk]
    assert found.shows(unit=family.unit_id, subject=mother.pk, topic=Topic.NEEDS) == holds


@pytest.mark.django_db
def test_the_query_shows_the_rows_that_the_rule_shows() -> None:
    """Random consents over a family of every sort: the condition in SQL and the one in Python never differ."""
    today, family = timezone.localdate(), make_family()
    units = [family.unit, *UnitFactory.create_batch(2, municipality=family.municipality)]
    start, chance = timezone.now(), random.Random(4)
    with inside(family):
        people = [
            make_family_member(family, "mother", units[0]),
            make_family_member(family, "father", units[1], left_on=today - datetime.timedelta(days=50)),
            make_family_member(family, "child", units[0], birth_year=today.year - 16),
            make_family_member(family, "child", units[1], birth_year=today.year - 4),
        ]
        for number, (unit, subject, days) in enumerate(itertools.product(units, [None, *people], (0, 100))):
            written = {"written_at": start - datetime.timedelta(days=days)}
            make_need(family, unit, f"Ord {number}", subject=subject, **written)
            if subject is None:
                project = SubProjectFactory(municipality=family.municipality)
                make_row(Participation, family, unit, sub_project=project, started_on=today, **written)
        shown = set()
        for _ in range(40):
            agreements = [
                Agreement(
                    chance.choice(people).pk,
                    frozenset(chance.sample([Topic.NEEDS, Topic.PARTICIPATION, Topic.HOUSEHOLD], 2)),
                    frozenset(chance.sample([unit.pk for unit in units], 2)),
                )
                for _ in range(6)
            ]
            reader = Reader(family.case_holder, frozenset({chance.choice(units).pk}), today)
            found = sharing(reader=reader, members=people, agreements=agreements)
            for model in (Need, Participation, Member):
                rows = set(found.rows(model.objects.filter(family=family)))
                assert rows == {row for row in model.objects.filter(family=family) if found.shows_row(row)}
                assert rows == set(shared(model.objects.filter(family=family), {family.pk: found}))
                shown |= {row.pk for row in rows if row.unit_id not in reader.units}
    assert shown, "nothing was shared at all"


def make_need(family: Family, unit: object, words: str, **fields: object) -> Need:
    values = {"need": "housing", "life_area": "housing", "said_on": timezone.localdate()} | fields
    row: Need = make_row(Need, family, unit, words=words, **values)  # type: ignore[arg-type]
    return row


@pytest.mark.django_db
def test_a_childs_name_is_not_shown_on_a_consent_of_the_grown_ups_when_she_decides_herself() -> None:
    today, family = timezone.localdate(), make_family()
    other = UnitFactory(municipality=family.municipality)
    with inside(family):
        mother = make_family_member(family)
        child = make_family_member(family, "child", birth_year=today.year - 17, first_name="Testsytten")
        make_consent(mother, [family.unit, other], ["household"])
        found = households(ids=[family.pk], on=today)[family.pk]
        reader = Reader(family.case_holder, frozenset({other.pk}), today)
        theirs: Sharing = sharing(reader=reader, members=found.members, agreements=found.agreements)
        assert set(theirs.rows(Member.objects.filter(family=family))) == {mother}
        assert not theirs.shows_row(child)
