"""The pages of a family's case, as somebody in the team uses them."""

import datetime
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from families.models import Family, Member, Participation, TeamMember
from organisation.models import Membership, ReadEntry, Role, Unit, User
from tests.factories import UnitFactory, make_member
from tests.factories.families import (
    inside,
    join_team,
    make_consent,
    make_family,
    make_family_member,
    make_row,
)
from tests.factories.measures import MeasureFactory
from tests.factories.organisation import ZoneFactory
from tests.identity_numbers import made_up

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LIST = reverse("family-list")


@pytest.fixture
def holder() -> User:
    return make_member(Role.CASEWORKER)


@pytest.fixture
def unit(holder: User) -> Unit:
    return holder.current_memberships[0].unit


@pytest.fixture
def client(holder: User, client_for: Any) -> Client:
    client: Client = client_for(holder)
    return client


def address(name: str, family: Family, *more: str) -> str:
    return reverse(name, args=[family.public_id, *more])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_without_families_the_list_says_what_belongs_there(client: Client) -> None:
    body = text(client.get(LIST))
    assert "Her kommer familiene du er i teamet til" in body
    assert reverse("family-new") in body
    assert 'class="filters"' not in body, "there is nothing to filter"


def test_the_list_filters_and_sorts_and_opens_only_what_it_shows(client: Client, holder: User, unit: Unit) -> None:
    zone = ZoneFactory(municipality=unit.municipality, name="Prøvehaugen")
    families = [
        make_family(by=holder, unit=unit, on=TODAY - datetime.timedelta(days=number), zone=zone if number < 2 else None)
        for number in range(27)
    ]
    answer = client.get(LIST)
    assert len(answer.context["rows"]) == 25
    assert answer.context["page_obj"].paginator.count == 27
    assert "Prøvehaugen" not in text(answer).split("<tbody>")[1], "the newest are those without"
    with inside(families[0]):
        assert not ReadEntry.objects.filter(family=families[0].pk, page="family-list").exists(), "on the second page"
    rows = client.get(LIST, {"sone": zone.public_id}).context["rows"]
    assert {row.family for row in rows} == set(families[:2])
    newest_first = client.get(LIST, {"sorter": "-apnet"}).context["rows"]
    assert newest_first[0].family == families[0]
    found = client.get(LIST, {"sok": families[3].reference.upper()}).context["rows"]
    assert [row.family for row in found] == [families[3]]
    assert client.get(LIST, {"tilstand": "avsluttet"}).context["rows"] == []
    assert client.get(LIST, {"sone": "2222222222", "tilstand": "x", "side": "x"}).context["rows"] == []


def test_the_list_shows_protection_instead_of_a_zone_and_neither_where_it_is_not_shared(
    client: Client, holder: User, unit: Unit, client_for: Any
) -> None:
    other = UnitFactory(municipality=unit.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    family = make_family(by=holder, unit=unit, protected=True)
    with inside(family):
        join_team(family, colleague, other)
    assert "Skjermet" in text(client.get(LIST))
    theirs = text(client_for(colleague).get(LIST))
    assert family.reference in theirs
    assert "Skjermet" not in theirs
    assert family.reference not in text(client_for(make_member(Role.UNIT_LEADER, unit)).get(LIST))


def test_filter_for_ones_own_cases(client: Client, holder: User, unit: Unit) -> None:
    mine, theirs = make_family(by=holder, unit=unit), make_family(unit=unit)
    with inside(theirs):
        join_team(theirs, holder, unit)
    assert {row.family for row in client.get(LIST).context["rows"]} == {mine, theirs}
    assert [row.family for row in client.get(LIST, {"mine": "on"}).context["rows"]] == [mine]


def test_a_new_family_gets_a_reference_and_says_what_to_do_next(client: Client, unit: Unit) -> None:
    answer = client.post(reverse("family-new"), {"unit": unit.pk}, follow=True)
    body = text(answer)
    reference = answer.context["family"].reference
    assert f'<span class="case-reference">{reference}</span>' in body
    for name in ("family-member-new", "family-team-new"):
        assert address(name, answer.context["family"]) in body


def test_a_protected_family_is_not_made_with_a_zone(client: Client, unit: Unit) -> None:
    zone = ZoneFactory(municipality=unit.municipality)
    answer = client.post(reverse("family-new"), {"unit": unit.pk, "zone": zone.pk, "protected": "on"})
    assert answer.status_code == 422
    assert "kan ikke ha levekårssone" in text(answer)


def test_the_overview_shows_each_service_what_is_shared_with_it(
    client: Client, holder: User, unit: Unit, client_for: Any
) -> None:
    other = UnitFactory(municipality=unit.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    zone = ZoneFactory(municipality=unit.municipality, name="Prøvehaugen")
    family = make_family(by=holder, unit=unit, zone=zone)
    secrets = ("Testine", "1987", "Prøvehaugen", "Hemmelig kurs", "31. januar 2024")
    with inside(family):
        join_team(family, colleague, other)
        mother = make_family_member(family, birth_year=1987, left_on=None)
        measure = MeasureFactory(plan__municipality=unit.municipality, title="Hemmelig kurs")
        make_row(Participation, family, measure=measure, started_on=datetime.date(2024, 1, 31))
    mine = text(client.get(address("family", family)))
    theirs = text(client_for(colleague).get(address("family", family)))
    for secret in secrets:
        assert secret in mine, secret
        assert secret not in theirs, secret
    assert "Mor" in theirs
    assert "Ikke delt med tjenesten din" in theirs
    with inside(family):
        consent = make_consent(mother, [unit, other], ["household", "participation"])
    theirs = text(client_for(colleague).get(address("family", family)))
    for secret in secrets:
        assert secret in theirs, secret
    assert address("family-member-edit", family, mother.public_id) not in theirs, "the owner alone changes it"
    with inside(family):
        consent.withdrawn_at, consent.withdrawn_by = timezone.now(), holder
        consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    theirs = text(client_for(colleague).get(address("family", family)))
    assert not [secret for secret in secrets if secret in theirs]


def test_a_member_is_added_changed_and_removed(client: Client, holder: User, unit: Unit) -> None:
    family = make_family(by=holder, unit=unit)
    sent = {"role": "mother", "first_name": "Testine", "birth_year": "1990", "is_guardian": "on"}
    assert client.post(address("family-member-new", family), sent).status_code == 302
    with inside(family):
        member = Member.objects.get()
    url = address("family-member-edit", family, member.public_id)
    assert client.post(url, sent | {"first_name": "Testa", "version": "1"}).status_code == 302
    stale = client.post(url, sent | {"first_name": "Testb", "version": "1"})
    assert stale.status_code == 422
    assert "Testa" in text(stale), "what stands now"
    assert "Testb" in text(stale), "what was typed"
    url = address("family-member-remove", family, member.public_id)
    assert "Testa" in text(client.get(url))
    assert client.post(url, {"version": "2"}).status_code == 302
    with inside(family):
        member.refresh_from_db()
        assert (member.first_name, member.removed_at is not None) == ("", True)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"first_name": "Test Testesen"}, "Skriv bare fornavnet"),
        ({"first_name": made_up()}, "Skriv bare fornavnet"),
        ({"birth_year": "19x0"}, "Fødselsår"),
        ({"birth_year": str(TODAY.year + 1)}, "fram i tid"),
        ({"role": ""}, "Hvem er det?"),
        ({"role": "child", "is_guardian": "on"}, "foreldreansvar"),
    ],
)
def test_what_is_wrong_with_a_member_is_said_and_what_was_typed_is_kept(
    sent: dict[str, str], message: str, client: Client, holder: User, unit: Unit
) -> None:
    family = make_family(by=holder, unit=unit)
    answer = client.post(address("family-member-new", family), {"role": "mother"} | sent)
    assert answer.status_code == 422
    assert message in text(answer)
    for typed in set(sent.values()) - {"", "on"}:
        assert typed in text(answer)


def test_the_case_holder_adds_by_name_and_may_write_a_part_of_it(client: Client, holder: User, unit: Unit) -> None:
    family = make_family(by=holder, unit=unit)
    whole, part = (
        make_member(Role.CASEWORKER, unit, name="Prøve Hele"),
        make_member(Role.PARTNER, unit, name="Prøve Del"),
    )
    make_member(Role.CASEWORKER, unit, name="Prøve Delvis")
    url = address("family-team-new", family)
    assert f'<option value="Prøve Hele, {unit.name}">' in text(client.get(url))
    assert client.post(url, {"person": f"Prøve Hele, {unit.name}"}).status_code == 302
    asked = client.post(url, {"person": "prøve del"})
    assert asked.status_code == 422
    choices = asked.context["form"].fields["choice"].choices
    assert [label.split(",")[0] for _key, label in choices] == ["Prøve Del", "Prøve Delvis"]
    chosen = Membership.objects.get(user=part).public_id
    assert client.post(url, {"person": "prøve del", "choice": chosen}).status_code == 302
    with inside(family):
        assert {row.user for row in TeamMember.objects.filter(family=family)} == {holder, whole, part}
    foreign = Membership.objects.get(user=make_member(Role.CASEWORKER)).public_id
    for sent in ({"person": "Ingen Heter Dette"}, {"person": ""}, {"person": "prøve delv", "choice": foreign}):
        assert client.post(url, sent).status_code == 422


def test_two_of_the_same_name_and_unit_are_told_apart(client: Client, holder: User, unit: Unit) -> None:
    family = make_family(by=holder, unit=unit)
    twins = [make_member(Role.CASEWORKER, unit, name="Prøve Lik") for _ in range(2)]
    suggested = client.get(address("family-team-new", family)).context["form"].people
    assert {row.user for row in suggested.values()} == set(twins)


def test_a_membership_is_ended_and_the_undo_brings_it_back(client: Client, holder: User, unit: Unit) -> None:
    family = make_family(by=holder, unit=unit)
    with inside(family):
        row = join_team(family, make_member(Role.CASEWORKER, unit), unit)
    answer = client.post(address("family-team-end", family, row.public_id), {"last_day": TODAY, "version": "1"})
    (message,) = get_messages(answer.wsgi_request)
    assert message.extra_tags == address("family-team-return", family, row.public_id)
    assert client.post(message.extra_tags).status_code == 302
    with inside(family):
        row.refresh_from_db()
        assert row.to_day is None


def test_the_case_is_handed_over_on_a_page(client: Client, holder: User, unit: Unit) -> None:
    family = make_family(by=holder, unit=unit)
    url = address("family-hand-over", family)
    assert "ingen andre i teamet" in text(client.get(url))
    with inside(family):
        row = join_team(family, make_member(Role.CASEWORKER, unit), unit)
    assert client.post(url, {"to": row.public_id}).status_code == 302
    assert client.get(url).status_code == 403, "hers no more"


def test_the_case_is_closed_and_opened_again_by_the_undo(client: Client, holder: User, unit: Unit) -> None:
    family = make_family(by=holder, unit=unit)
    url = address("family-close", family)
    assert client.post(url, {"reason": "done", "on": TODAY, "version": "1"}).status_code == 302
    body = text(client.get(address("family", family)))
    assert "Åpne saken igjen" in body
    for name in ("family-member-new", "family-team-new", "family-edit", "family-close"):
        assert address(name, family) not in body, name
        assert client.get(address(name, family)).status_code == 403, name
    assert client.post(address("family-reopen", family)).status_code == 302
    assert client.get(url).status_code == 200


def test_a_participation_is_made_ended_and_removed(client: Client, holder: User, unit: Unit) -> None:
    family = make_family(by=holder, unit=unit)
    measure = MeasureFactory(plan__municipality=unit.municipality)
    foreign = MeasureFactory()
    url = address("family-participation-new", family)
    assert client.post(url, {"thing": foreign.public_id, "started_on": TODAY}).status_code == 422
    assert client.post(url, {"thing": measure.public_id, "started_on": TODAY}).status_code == 302
    with inside(family):
        row = Participation.objects.get()
    sent = {"started_on": TODAY, "ended_on": TODAY, "version": "1"}
    assert client.post(address("family-participation-edit", family, row.public_id), sent).status_code == 302
    assert (
        client.post(address("family-participation-remove", family, row.public_id), {"version": "2"}).status_code == 302
    )
    assert "Ingenting er registrert" in text(client.get(address("family", family)))


def test_one_corrects_the_first_day_while_another_ends_it(client: Client, holder: User, unit: Unit) -> None:
    """The last day that the page proposes is hers; the first day that he has corrected is not put back."""
    family, earlier = make_family(by=holder, unit=unit), TODAY - datetime.timedelta(days=9)
    with inside(family):
        measure = MeasureFactory(plan__municipality=unit.municipality)
        row = make_row(Participation, family, measure=measure, started_on=TODAY)
    url = address("family-participation-edit", family, row.public_id)
    form = client.get(url).context["form"]
    assert form["ended_on"].value() == TODAY
    mine = {"started_on": TODAY, "ended_on": TODAY, "version": row.version, "base": form.standing_to_send()}
    theirs = mine | {"started_on": earlier, "ended_on": ""}
    assert client.post(url, theirs).status_code == 302
    answer = client.post(url, mine)
    assert answer.status_code == 422
    changed = {item.name: str(item.changed) for item in answer.context["form"].merge.rows}
    assert changed == {"started_on": "theirs", "ended_on": "mine"}
    assert client.post(url, answer.context["form"].data.dict()).status_code == 302
    with inside(family):
        row = Participation.objects.get()
    assert (row.started_on, row.ended_on) == (earlier, TODAY)


def test_a_last_day_that_another_has_saved_gives_no_way_to_the_proposed_one(
    client: Client, holder: User, unit: Unit
) -> None:
    family, earlier = make_family(by=holder, unit=unit), TODAY - datetime.timedelta(days=9)
    with inside(family):
        measure = MeasureFactory(plan__municipality=unit.municipality)
        row = make_row(Participation, family, measure=measure, started_on=earlier)
    url = address("family-participation-edit", family, row.public_id)
    base = client.get(url).context["form"].standing_to_send()
    sent = {"started_on": earlier, "ended_on": TODAY, "version": row.version, "base": base}
    assert client.post(url, sent | {"ended_on": earlier}).status_code == 302
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert [(item.name, item.asks) for item in answer.context["form"].merge.rows] == [("ended_on", True)]


def test_a_colleague_of_another_service_changes_nothing_of_ours(
    client: Client, holder: User, unit: Unit, client_for: Any
) -> None:
    other = UnitFactory(municipality=unit.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    family = make_family(by=holder, unit=unit)
    with inside(family):
        join_team(family, colleague, other)
        member = make_family_member(family)
        measure = MeasureFactory(plan__municipality=unit.municipality)
        part = make_row(Participation, family, measure=measure, started_on=TODAY)
        make_consent(member, [unit, other], ["household"])
        me = TeamMember.objects.get(user=holder)
    theirs = client_for(colleague)
    assert theirs.get(address("family-member-edit", family, member.public_id)).status_code == 403
    assert theirs.get(address("family-participation-edit", family, part.public_id)).status_code == 404, "not shared"
    for name in ("family-edit", "family-close", "family-team-new", "family-hand-over"):
        assert theirs.get(address(name, family)).status_code == 403, name
    assert theirs.get(address("family-team-end", family, me.public_id)).status_code == 403
    with inside(family):
        assert ReadEntry.objects.filter(reader=colleague, basis="team", page="family-edit:refused").exists()


def count(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_list_takes_the_same_queries_for_many_families(client: Client, holder: User, unit: Unit) -> None:
    def more(families: int) -> None:
        for _ in range(families):
            family = make_family(by=holder, unit=unit)
            with inside(family):
                make_family_member(family)

    more(5)
    few = count(client, LIST)
    more(45)
    assert count(client, LIST) <= few <= 18, few


def test_the_overview_takes_the_same_queries_for_a_large_family(client: Client, holder: User, unit: Unit) -> None:
    family = make_family(by=holder, unit=unit)

    def more(times: int) -> None:
        with inside(family):
            for _ in range(times):
                make_family_member(family, "child")
                join_team(family, make_member(Role.CASEWORKER, unit), unit)
                measure = MeasureFactory(plan__municipality=unit.municipality)
                make_row(Participation, family, measure=measure, started_on=TODAY)

    more(1)
    few = count(client, address("family", family))
    more(6)
    assert count(client, address("family", family)) <= few <= 20, few
