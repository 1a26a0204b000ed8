"""Two sub-projects, three services, one family with partial consent: each service sees exactly what was consented to.

Asked of every model with a topic, of every page and of every route of the API; then again after a withdrawal, in the same
transaction, so in the same second.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from families.domain.need import ratings
from families.models import (
    Consent,
    Contact,
    Decision,
    Family,
    FamilyOutcome,
    Member,
    Need,
    NeedRating,
    Participation,
    Support,
    Topic,
    VaultRow,
)
from organisation.access import walk
from organisation.models import Municipality, Role, Unit, User
from tests.factories import UnitFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.factories.grants_sub_projects import SubProjectFactory, SubProjectPartnerFactory
from tests.pages.test_urls import POST_ONLY

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = datetime.date(2026, 1, 15)
# What a row of each model needs, beside whom it is about. A new model with a topic must be added: a test says so.
FIELDS: dict[Any, dict[str, Any]] = {
    Need: {"need": "housing", "life_area": "housing", "said_on": TODAY},
    Contact: {"kind": "meeting", "happened_on": TODAY},
    Support: {"kind": "equipment", "given_on": TODAY},
    FamilyOutcome: {"kind": "leisure", "happened_on": TODAY},
    Decision: {"kind": "decision", "scheme": "other", "starts_on": TODAY},
}
SUBJECTS = (None, "mother", "father", "teen", "child")
CONSENTS = {
    # Who: which services, and what they may share.
    "mother": ("AB", [Topic.NEEDS, Topic.CONTACT, Topic.HOUSEHOLD]),
    "father": ("AB", [Topic.NEEDS]),
    "teen": ("AC", [Topic.NEEDS]),
}
# What follows, written out: topic and subject that two services see of each other.
Seen = dict[str, set[tuple[str, str | None]]]
ALL: Seen = {
    "AB": {
        ("needs", None), ("needs", "mother"), ("needs", "father"), ("needs", "child"), ("contact", "mother"),
        ("household", "mother"),
    },
    "AC": {("needs", "teen")},
}  # fmt: skip
WITHOUT_MOTHER: Seen = {"AB": {("needs", "father")}, "AC": {("needs", "teen")}}
NONE: Seen = {}


@dataclass
class Story:
    """`rows`: each with its owner (A, B or C), whom it is about, and the words that give it away on a page."""

    family: Family
    units: dict[str, Unit]
    users: dict[str, User]
    people: dict[str, Member]
    rows: list[tuple[Any, str, str | None, str]] = field(default_factory=list)
    consents: dict[str, Consent] = field(default_factory=dict)

    def expected(self, reader: str, seen: Seen) -> set[Any]:
        return {
            row
            for row, owner, about, _words in self.rows
            if owner == reader or (str(row.privacy.topic), about) in seen.get("".join(sorted(owner + reader)), ())
        }


@pytest.fixture
def story() -> Story:
    municipality: Municipality = UnitFactory().municipality
    units = {name: UnitFactory(name=f"Tjeneste {name}", municipality=municipality) for name in "ABC"}
    # A partner's people are a service like the others.
    roles = {"A": Role.CASEWORKER, "B": Role.UNIT_LEADER, "C": Role.PARTNER}
    users = {name: make_member(roles[name], unit) for name, unit in units.items()}
    family = make_family(unit=UnitFactory(municipality=municipality))
    with inside(family):
        for name, user in users.items():
            join_team(family, user, units[name], from_day=TODAY - datetime.timedelta(days=9))
        story = Story(family, units, users, _people(family, units))
        for name, (services, topics) in CONSENTS.items():
            named = [units[service] for service in services]
            story.consents[name] = make_consent(story.people[name], named, topics)
        story.rows = list(_rows(story))
    return story


def _people(family: Family, units: dict[str, Unit]) -> dict[str, Member]:
    year = TODAY.year
    return {
        "mother": make_family_member(family, "mother", units["A"], first_name="Morsnavnet"),
        "father": make_family_member(family, "father", units["B"], first_name="Farsnavnet"),
        "teen": make_family_member(family, "child", units["A"], birth_year=year - 17, first_name="Tenåringsnavnet"),
        "child": make_family_member(family, "child", units["C"], birth_year=year - 6, first_name="Barnenavnet"),
    }


def _rows(story: Story) -> Iterator[tuple[Any, str, str | None, str]]:
    for name, member in story.people.items():
        owner = next(key for key, unit in story.units.items() if unit == member.unit)
        yield member, owner, name, member.first_name
    for model, fields in FIELDS.items():
        for owner, unit in story.units.items():
            for name in SUBJECTS:
                words = f"{model.__name__}{owner}{name or 'alle'}"
                about = {"subject": story.people[name] if name else None, model.privacy.texts[0]: words}
                if model is Decision:
                    about["service"] = unit
                yield make_row(model, story.family, unit, **fields, **about), owner, name, words
    for need in Need.objects.filter(family=story.family):
        NeedRating.objects.create(
            need=need, family=story.family, year=DAY.year, half=1, value=3, rated_on=DAY, written_at=NOW,
            written_by=story.family.case_holder,
        )  # fmt: skip
    # Two sub-projects: A and B work in the one, B and C in the other; each has recorded those it is in.
    for number, (services, owner) in enumerate((("AB", "A"), ("BC", "C"))):
        project = SubProjectFactory(municipality=story.family.municipality)
        for name in services:
            SubProjectPartnerFactory(sub_project=project, unit=story.units[name])
        started = datetime.date(2019, 3, 11 + number)
        row = make_row(Participation, story.family, story.units[owner], sub_project=project, started_on=started)
        yield row, owner, None, f"{started.day}. mars 2019"


def test_the_story_has_a_row_of_every_model_with_a_topic() -> None:
    models = apps.get_app_config("families").get_models()
    with_topic = {model for model in models if issubclass(model, VaultRow) and model.privacy.topic}
    assert with_topic == {*FIELDS, Member, Participation}
    others = {model for model in apps.get_app_config("families").get_models() if getattr(model, "privacy", None)}
    assert {model for model in others - with_topic if model.privacy.topic} == {Family, NeedRating}


@pytest.mark.parametrize("reader", "ABC")
def test_a_service_gets_exactly_the_rows_that_were_consented_to(reader: str, story: Story) -> None:
    check_rows(story, reader, ALL)
    withdraw(story, "mother")
    check_rows(story, reader, WITHOUT_MOTHER)
    for name in ("father", "teen"):
        withdraw(story, name)
    check_rows(story, reader, NONE)


def check_rows(story: Story, reader: str, seen: Seen) -> None:
    expected = story.expected(reader, seen)
    with inside(story.family, story.users[reader]) as vault:
        for model in (*FIELDS, Member, Participation):
            assert set(vault.rows(model)) == {row for row in expected if isinstance(row, model)}, model
        assert (
            {rating.need for rating in ratings(vault)}
            == set(vault.rows(Need))
            == {row for row in expected if isinstance(row, Need)}
        )
        named = {view.pk for view in vault.members if view.first_name or view.birth_year}
        assert named == {row.pk for row in expected if isinstance(row, Member)}
        assert not vault.shows_household, "where the family lives belongs to the service that answers for the case"


def withdraw(story: Story, name: str) -> None:
    """As anybody in the team does it: here somebody in another service than the consent was given to."""
    client = Client()
    client.force_login(story.users["C"], backend="organisation.sign_in.RolesBackend")
    arguments = [story.family.public_id, story.consents[name].public_id]
    assert client.post(reverse("family-consent-withdraw", args=arguments)).status_code == 302


@pytest.mark.parametrize("reader", "ABC")
def test_every_page_and_route_shows_what_was_consented_to_and_no_more(
    reader: str, story: Story, client_for: Any
) -> None:
    client = client_for(story.users[reader])
    check_pages(story, reader, ALL, client)
    withdraw(story, "mother")
    check_pages(story, reader, WITHOUT_MOTHER, client)
    for name in ("father", "teen"):
        withdraw(story, name)
    check_pages(story, reader, NONE, client)


def check_pages(story: Story, reader: str, seen: Seen, client: Client) -> None:
    expected = story.expected(reader, seen)
    secret = {words for row, _owner, _about, words in story.rows if row not in expected}
    found: set[str] = set()
    for name, url in addresses(story):
        body = text_of(client.get(url))
        assert not {words for words in secret if words in body}, f"{name} shows what was not consented to"
        found |= {words for _row, _owner, _about, words in story.rows if words in body}
    assert found == {words for row, _owner, _about, words in story.rows if row in expected}, "some of it is on no page"


def addresses(story: Story) -> Iterator[tuple[str, str]]:
    """Every page and route of families, but those of one row."""
    for _route, pattern in walk():
        arguments = set(pattern.pattern.converters)
        if pattern.name and "family" in pattern.name and pattern.name not in POST_ONLY and arguments <= {"reference"}:
            yield pattern.name, reverse(pattern.name, args=[story.family.public_id] if arguments else [])


def text_of(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode(errors="replace"))


def test_no_page_of_a_single_row_opens_one_that_was_not_consented_to(story: Story, client_for: Any) -> None:
    for reader, user in story.users.items():
        client, expected = client_for(user), story.expected(reader, ALL)
        hidden = {type(row): (row, words) for row, _owner, _about, words in story.rows if row not in expected}
        for name, other in single_rows():
            for row, words in hidden.values():
                url = reverse(name, kwargs={"reference": story.family.public_id, other: row.public_id})
                answer = client.post(url) if name in POST_ONLY else client.get(url)
                if isinstance(row, Member) and answer.status_code == 200:
                    assert words not in text_of(answer), name
                else:
                    assert answer.status_code in (403, 404, 405), f"{name} of a {type(row).__name__} for {reader}"


def single_rows() -> Iterator[tuple[str, str]]:
    for _route, pattern in walk():
        others = set(pattern.pattern.converters) - {"reference"}
        if pattern.name and "reference" in pattern.pattern.converters and len(others) == 1:
            yield pattern.name, others.pop()
