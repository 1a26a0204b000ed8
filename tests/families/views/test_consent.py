"""The pages of consents: easy to take back, plain about who sees what, and never a word of what isn't shared."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from families import tasks
from families.models import Consent, Family, Member, Need
from organisation.models import Notice, Role, Unit, User
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def family() -> Family:
    return make_family(unit=UnitFactory(name="Tjenesten vår"))


@pytest.fixture
def other(family: Family) -> tuple[Unit, User]:
    unit = UnitFactory(name="Den andre tjenesten", municipality=family.municipality)
    user = make_member(Role.PARTNER, unit)
    with inside(family):
        join_team(family, user, unit)
    return unit, user


@pytest.fixture
def mother(family: Family) -> Member:
    with inside(family):
        return make_family_member(family)


def url(name: str, family: Family, *row: Any) -> str:
    return reverse(name, args=[family.public_id, *(one.public_id for one in row)])


def answers(mother: Member, *units: Unit, **fields: Any) -> dict[str, Any]:
    return {
        "member": mother.public_id, "services": [unit.public_id for unit in units], "topics": ["needs", "contact"],
        "reason": "coordination", "form": "oral", "given_on": TODAY.isoformat(),
        "expires_on": (TODAY + datetime.timedelta(days=180)).isoformat(),
    } | fields  # fmt: skip


def test_a_consent_is_given_and_from_then_on_the_other_service_sees(
    family: Family, mother: Member, other: tuple[Unit, User], client_for: Any
) -> None:
    with inside(family):
        values = {"need": "work", "life_area": "work", "said_on": TODAY}
        make_row(Need, family, words="Ordene hennes", subject=mother, **values)
    unit, user = other
    needs = url("family-needs", family)
    client = client_for(family.case_holder)
    page = client.get(url("family-consent-new", family))
    assert "Testine (mor)" in page.content.decode()
    answer = client.post(url("family-consent-new", family), answers(mother, family.unit, unit))
    assert answer.status_code == 302
    assert "Ordene hennes" in client_for(user).get(needs).content.decode()
    listed = client.get(url("family-consents", family)).content.decode()
    assert "Den andre tjenesten, Tjenesten vår" in listed


def test_what_was_typed_is_kept_when_the_consent_is_refused(
    family: Family, mother: Member, other: tuple[Unit, User], client_for: Any
) -> None:
    unit, _ = other
    late = (TODAY + datetime.timedelta(days=3000)).isoformat()
    answer = client_for(family.case_holder).post(
        url("family-consent-new", family), answers(mother, family.unit, unit, expires_on=late, note="i permen")
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "høyst to år" in page
    assert 'value="i permen"' in page
    with inside(family):
        assert not Consent.objects.exists()


def test_anybody_in_the_team_takes_back_with_one_button_and_all_of_it_unless_asked(
    family: Family, mother: Member, other: tuple[Unit, User], client_for: Any
) -> None:
    unit, user = other
    with inside(family):
        first, second, third = (
            make_consent(mother, [family.unit, unit], [topic]) for topic in ("needs", "contact", "outcomes")
        )
    client = client_for(user)
    page = client.get(url("family-consent-withdraw", family, first)).content.decode()
    assert "Alle samtykkene fra denne personen som gjelder nå (3)" in page
    client.post(url("family-consent-withdraw", family, first), {"which": "one"})
    with inside(family):
        assert set(Consent.objects.filter(withdrawn_at=None)) == {second, third}
    client.post(url("family-consent-withdraw", family, second), {"which": "all"})
    with inside(family):
        assert not Consent.objects.filter(withdrawn_at=None).exists()
        assert set(Consent.objects.values_list("withdrawn_by", flat=True)) == {user.pk}
    listed = client.get(url("family-consents", family)).content.decode()
    assert listed.count("Registrer på nytt") == 3, "withdrawn, and still there"
    assert client.get(url("family-consent-withdraw", family, first)).status_code == 404
    assert client.post(url("family-consent-withdraw", family, first)).status_code == 302, "sent twice does no harm"


def test_renewing_begins_with_what_was_said_yes_to_from_today(
    family: Family, mother: Member, other: tuple[Unit, User], client_for: Any
) -> None:
    unit, _ = other
    with inside(family):
        old = {"given_on": TODAY - datetime.timedelta(days=300), "expires_on": TODAY - datetime.timedelta(days=1)}
        consent = make_consent(mother, [family.unit, unit], ["outcomes"], **old)
    form = client_for(family.case_holder).get(url("family-consent-renew", family, consent)).context["form"]
    assert form["topics"].value() == ["outcomes"]
    assert set(form["services"].value()) == {family.unit.public_id, unit.public_id}
    assert form["given_on"].value() == TODAY


def test_a_note_is_for_the_services_of_the_consent(
    family: Family, mother: Member, other: tuple[Unit, User], client_for: Any
) -> None:
    unit, _ = other
    third = UnitFactory(municipality=family.municipality)
    outsider = make_member(Role.CASEWORKER, third)
    with inside(family):
        join_team(family, outsider, third)
        make_consent(mother, [family.unit, unit], ["needs"], note="Merknaden")
    address = url("family-consents", family)
    assert "Merknaden" in client_for(family.case_holder).get(address).content.decode()
    assert "Merknaden" not in client_for(outsider).get(address).content.decode()


def test_the_overview_names_whose_consent_is_missing_and_nobodys_name_that_is_not_shared(
    family: Family, mother: Member, other: tuple[Unit, User], client_for: Any
) -> None:
    unit, user = other
    with inside(family):
        make_family_member(family, "father", first_name="Hemmelignavn")
        make_consent(mother, [family.unit, unit], ["needs"])
    page = client_for(user).get(url("family-consent-overview", family)).content.decode()
    assert "Mangler samtykke fra Far" in page
    assert "Hemmelignavn" not in page
    assert "Testine" not in page
    about_her = client_for(user).get(f"{url('family-consent-overview', family)}?gjelder={mother.public_id}")
    assert "Ser alt" in about_her.content.decode()


def test_in_a_closed_case_consents_are_taken_back_and_not_given(
    family: Family, mother: Member, other: tuple[Unit, User], client_for: Any
) -> None:
    unit, _ = other
    with inside(family):
        consent = make_consent(mother, [family.unit, unit], ["needs"])
        Family.objects.filter(pk=family.pk).update(closed_on=TODAY, closed_reason="done")
    client = client_for(family.case_holder)
    assert client.get(url("family-consent-new", family)).status_code == 403
    assert client.post(url("family-consent-new", family), answers(mother, family.unit, unit)).status_code == 403
    assert client.post(url("family-consent-withdraw", family, consent)).status_code == 302


def test_the_queries_do_not_grow_with_the_consents(
    family: Family, mother: Member, other: tuple[Unit, User], client_for: Any
) -> None:
    unit, _ = other
    client = client_for(family.case_holder)

    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(name, family)).status_code == 200
        return len(queries)

    names = ("family-consents", "family-consent-overview", "family-consent-new")
    with inside(family):
        make_consent(mother, [family.unit, unit], ["needs"])
    few = {name: count(name) for name in names}
    with inside(family):
        for _ in range(5):
            member = make_family_member(family, "adult")
            third = UnitFactory(municipality=family.municipality)
            join_team(family, make_member(Role.CASEWORKER, third), third)
            make_consent(member, [family.unit, unit, third], ["needs", "contact"])
    assert {name: count(name) for name in names} == few
    assert max(few.values()) <= 26


def test_the_daily_job_reminds(family: Family, mother: Member, other: tuple[Unit, User]) -> None:
    unit, _ = other
    with inside(family):
        make_consent(mother, [family.unit, unit], ["needs"], expires_on=TODAY + datetime.timedelta(days=5))
    tasks.remind_of_consents()
    assert Notice.objects.get().user == family.case_holder


def test_services_without_anybody_in_the_team_are_last_and_marked(
    family: Family, mother: Member, other: tuple[Unit, User], client_for: Any
) -> None:
    absent = UnitFactory(name="Aller først i alfabetet", municipality=family.municipality)
    with inside(family):
        make_consent(mother, [family.unit, absent], ["needs"])
    client = client_for(family.case_holder)
    page = client.get(url("family-consent-new", family))
    labels = [str(label) for _value, label in page.context["form"].fields["services"].choices]
    assert labels[-1] == "Aller først i alfabetet (ingen i teamet ennå)"
    assert not any("ingen i teamet" in label for label in labels[:-1])
    assert "Lagre bare når du har snakket med" in page.content.decode()
    assert "Ingen i teamet ennå" in client.get(url("family-consent-overview", family)).content.decode()


def test_a_consent_of_other_services_is_not_ones_own_to_renew(
    family: Family, mother: Member, other: tuple[Unit, User], client_for: Any
) -> None:
    unit, user = other
    third = UnitFactory(municipality=family.municipality)
    with inside(family):
        consent = make_consent(mother, [unit, third], ["needs"])
    address, renew = url("family-consents", family), url("family-consent-renew", family, consent)
    assert renew not in client_for(family.case_holder).get(address).content.decode()
    assert renew in client_for(user).get(address).content.decode()
