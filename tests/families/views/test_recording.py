"""What the forms share that record something: for which service, and once however often it is sent."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from families.domain.reading import reading
from families.models import (
    Consent,
    Contact,
    Decision,
    Family,
    FamilyOutcome,
    Member,
    Need,
    Participation,
    Support,
    TeamMember,
    VoiceLink,
)
from organisation.models import ReadEntry, Role, Unit, User
from tests.at_once import at_once
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member
from tests.factories.measures import MeasureFactory, PlanFactory
from tests.factories.organisation import MembershipFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
# Every form that records a new row of a family: address, and what it takes besides what it is filled in with.
FORMS: dict[type[Any], tuple[str, dict[str, Any]]] = {
    Contact: ("family-contact-new", {"text": "Prøvetekst"}),
    Need: ("family-need-new", {"words": "Prøvetekst", "need": "housing", "life_area": "housing"}),
    Decision: ("family-decision-new", {"scheme": "other", "title": "Prøvetekst"}),
    Support: ("family-support-new", {"kind": "leisure", "what": "Prøvetekst"}),
    FamilyOutcome: ("family-outcome-new", {"kind": "housing"}),
    Member: ("family-member-new", {"role": "father"}),
    Participation: ("family-participation-new", {}),
    Consent: ("family-consent-new", {"form": "written", "topics": ["contact"]}),
    VoiceLink: ("family-voice-link-new", {}),
}


def in_two_services() -> tuple[Family, Unit]:
    """A family whose case holder is in its team for a second service too."""
    family = make_family()
    second = UnitFactory(municipality=family.municipality)
    MembershipFactory(user=family.case_holder, unit=second, role=Role.CASEWORKER)
    with inside(family):
        join_team(family, family.case_holder, second)
        make_family_member(family)
    MeasureFactory(plan=PlanFactory(municipality=family.municipality), responsible_unit=family.unit)
    return family, second


def filled_in(client: Client, family: Family, model: type[Any], **changes: Any) -> tuple[str, dict[str, Any]]:
    """The form as it is shown, with the least that must be chosen."""
    name, values = FORMS[model]
    url = reverse(name, args=[family.public_id])
    form = client.get(url).context["form"]
    sent = {form[name].html_name: value for name in form.fields if (value := form[name].value()) is not None}
    for field, value in (values | changes).items():
        sent[form.add_prefix(field)] = value
    if model is Participation:
        sent["thing"] = form.fields["thing"].choices[-1][1][0][0]
    if model is Consent:
        services = [public_id for public_id, _name in form.fields["services"].choices]
        sent |= {"member": form.fields["member"].choices[0][0], "services": services}
    return url, sent


def rows(family: Family, model: type[Any]) -> list[Any]:
    with inside(family):
        return list(model.objects.standing().filter(family=family).select_related("unit").order_by("pk"))


@pytest.mark.parametrize("model", FORMS)
def test_somebody_in_two_services_says_for_which_she_records(model: type[Any], client_for: Any) -> None:
    family, second = in_two_services()
    client = client_for(family.case_holder)
    url, sent = filled_in(client, family, model)
    unit = next(name for name in sent if name.endswith("unit"))
    assert sent[unit] == family.unit.public_id, "the first is suggested"
    assert client.post(url, sent | {unit: second.public_id}).status_code in (200, 302)
    assert rows(family, model)[-1].unit == second


@pytest.mark.parametrize("model", FORMS)
def test_a_service_that_is_not_hers_is_no_choice(model: type[Any], client_for: Any) -> None:
    family, _second = in_two_services()
    client = client_for(family.case_holder)
    before = len(rows(family, model))
    url, sent = filled_in(client, family, model)
    unit = next(name for name in sent if name.endswith("unit"))
    for value in (UnitFactory(municipality=family.municipality).public_id, ""):
        client.post(url, sent | {unit: value})
        assert len(rows(family, model)) == before


@pytest.mark.parametrize("model", FORMS)
def test_whoever_is_in_one_service_is_not_asked(model: type[Any], client_for: Any) -> None:
    family = make_family()
    page = client_for(family.case_holder).get(reverse(FORMS[model][0], args=[family.public_id]))
    assert "unit" not in page.context["form"].fields


def test_a_consent_shares_what_the_chosen_service_recorded(client_for: Any) -> None:
    family, second = in_two_services()
    third = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, third)
    with inside(family):
        join_team(family, colleague, third)
        mother = Member.objects.get(family=family)
        mother.family = family
        make_consent(mother, [second, third], ["contact"])
    client = client_for(family.case_holder)
    for unit, words in ((family.unit, "For den første"), (second, "For den andre")):
        url, sent = filled_in(client, family, Contact, text=words, unit=unit.public_id)
        assert client.post(url, sent).status_code == 302
    with inside(family, colleague) as vault:
        assert [row.text for row in vault.rows(Contact)] == ["For den andre"]


@pytest.mark.parametrize("model", [Member, Participation])
def test_a_form_that_is_sent_twice_makes_one_row(model: type[Any], client_for: Any) -> None:
    family = make_family()
    MeasureFactory(plan=PlanFactory(municipality=family.municipality), responsible_unit=family.unit)
    client = client_for(family.case_holder)
    url, sent = filled_in(client, family, model)
    assert [client.post(url, sent).status_code for _press in range(2)] == [302, 302]
    assert len(rows(family, model)) == 1


def test_a_form_with_another_person_in_it_is_not_taken_for_the_first(client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    url, sent = filled_in(client, family, Member)
    client.post(url, sent)
    answer = client.post(url, sent | {"role": "child"})
    assert (answer.status_code, len(rows(family, Member))) == (422, 1)
    again = answer.context["form"]["form_key"].value()
    assert client.post(url, sent | {"role": "child", "form_key": again}).status_code == 302
    assert len(rows(family, Member)) == 2


def new_family(client: Client) -> tuple[str, dict[str, Any]]:
    url = reverse("family-new")
    form = client.get(url).context["form"]
    return url, {name: form[name].value() or "" for name in form.fields if name != "protected"}


def opened_by(user: User) -> list[int]:
    with reading(user):
        return list(TeamMember.objects.filter(user=user).values_list("family_id", flat=True))


def test_two_presses_open_one_case(client_for: Any) -> None:
    user = make_member(Role.CASEWORKER)
    client = client_for(user)
    url, sent = new_family(client)
    first, second = (client.post(url, sent) for _press in range(2))
    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    assert len(opened_by(user)) == 1
    other = client.post(url, sent | {"protected": "on"})
    assert (other.status_code, len(opened_by(user))) == (422, 1), (
        "another content is another case, with a key of its own"
    )
    again = sent | {"protected": "on", "form_key": other.context["form"]["form_key"].value()}
    assert client.post(url, again).status_code == 302
    assert len(opened_by(user)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_open_one_case(client_for: Any) -> None:
    user = make_member(Role.CASEWORKER)
    client, other = client_for(user), client_for(user)
    url, sent = new_family(client)
    answers = at_once(lambda: client.post(url, sent), lambda: other.post(url, sent))
    assert {answer.status_code for answer in answers} == {302}
    assert len(opened_by(user)) == 1


def test_a_row_that_is_not_in_the_family_is_a_miss_and_logged(client_for: Any) -> None:
    family, other = make_family(), make_family()
    with inside(other):
        foreign = make_family_member(other)
    url = reverse("family-member-edit", args=[family.public_id, foreign.public_id])
    assert client_for(family.case_holder).get(url).status_code == 404
    with inside(family):
        newest = ReadEntry.objects.filter(family=family.pk, reader=family.case_holder).exclude(page="test").latest("pk")
        assert newest.page.startswith("family-member-edit")
