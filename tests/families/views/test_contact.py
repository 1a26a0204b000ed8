"""The contact log's pages, and the caseworker's next steps on the first page."""

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from families.models import Contact, Family
from organisation.models import ReadEntry, Role, Unit, User
from tests.at_once import at_once
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.turning import turn

pytestmark = pytest.mark.django_db
TEXT = "Prøvetekst om et hjemmebesøk"
HTMX = {"HX-Request": "true"}


def today(days: int = 0) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def at(name: str, family: Family, **more: str) -> str:
    return reverse(name, kwargs={"reference": family.public_id, **more})


def of_row(name: str, row: Contact) -> str:
    return at(name, row.family, contact_id=row.public_id)


def contact(family: Family, unit: Unit | None = None, **fields: Any) -> Contact:
    with inside(family):
        row: Contact = make_row(Contact, family, unit, **({"happened_on": today(), "text": TEXT} | fields))
    return row


def contacts(family: Family) -> list[Contact]:
    with inside(family):
        return list(Contact.objects.standing().select_related("family").order_by("id"))


def fields_for(family: Family, page: str, **changes: Any) -> dict[str, Any]:
    """What the quick form sends, with its key."""
    key = re.search(r'name="[^"]*form_key" value="([^"]+)"', page)
    assert key, "the form has no key"
    fields = {"kind": "home_visit", "day": "today", "text": TEXT, "form_key": key[1]}
    return {f"{family.public_id}-{name}": value for name, value in (fields | changes).items()}


def open_form(client: Client, family: Family, **changes: Any) -> dict[str, Any]:
    return fields_for(family, client.get(at("family-contacts", family)).content.decode(), **changes)


def test_the_form_is_filled_in_for_a_home_visit_today(client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    answer = client.post(at("family-contact-new", family), open_form(client, family), follow=True)
    assert "Kontakten er lagret." in answer.content.decode()
    (row,) = contacts(family)
    assert (row.kind, row.happened_on, row.text) == ("home_visit", today(), TEXT)


@pytest.mark.parametrize(
    ("changes", "day"),
    [
        ({"day": "yesterday"}, -1),
        ({"day": "other", "happened_on": today(-8).isoformat()}, -8),
        ({"day": "today", "happened_on": "tull"}, 0),
    ],
)
def test_the_day_is_chosen_by_its_button(changes: dict[str, str], day: int, client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    assert client.post(at("family-contact-new", family), open_form(client, family, **changes)).status_code == 302
    assert contacts(family)[0].happened_on == today(day)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "quick"])
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"day": "other"}, "Velg datoen."),
        ({"day": "other", "happened_on": today(1).isoformat()}, "Datoen ligger fram i tid."),
        ({"next_on": today(1).isoformat()}, "Skriv hva som er neste steg."),
        ({"next_step": "Ringe", "next_on": today(-1).isoformat()}, "kan ikke være før kontakten"),
        ({"kind": "brev"}, "Velg et gyldig valg"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(
    headers: dict[str, str], changes: dict[str, str], message: str, client_for: Any
) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    answer = client.post(at("family-contact-new", family), open_form(client, family, **changes), headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page and TEXT in page
    assert contacts(family) == []


def test_the_quick_form_answers_in_place_with_a_way_to_undo(client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    fields = open_form(client, family, next_step="Ringe")
    there = HTMX | {"HX-Current-URL": "http://testserver/"}
    page = client.post(at("family-contact-new", family), fields, headers=there).content.decode()
    (row,) = contacts(family)
    assert "Lagret: Hjemmebesøk" in page and "family-log" not in page
    assert of_row("family-contact-remove", row) in page
    on_log = HTMX | {"HX-Current-URL": f"http://testserver{at('family-contacts', family)}?side=1"}
    again = client.post(at("family-contact-new", family), fields, headers=on_log).content.decode()
    assert 'id="family-log" hx-swap-oob="true"' in again and TEXT in again, "the log comes anew with the answer"
    client.post(of_row("family-contact-remove", row), {"version": row.version})
    assert contacts(family) == []


def test_undo_beside_the_message_takes_it_away_and_nobodys_later_change(client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    answer = client.post(at("family-contact-new", family), open_form(client, family), follow=True)
    (url,) = re.findall(r'action="([^"]+/fjern/\?version=\d+)"', answer.content.decode())
    with inside(family):
        Contact.objects.update(version=5)
    assert client.post(url).status_code == 422
    with inside(family):
        Contact.objects.update(version=1)
    assert client.post(url).status_code == 302
    assert contacts(family) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "quick"])
def test_the_same_form_from_two_connections_at_once(headers: dict[str, str], client_for: Any) -> None:
    family = make_family()
    clients: list[Client] = [client_for(family.case_holder) for _ in range(2)]
    fields, url = open_form(clients[0], family), at("family-contact-new", family)
    answers = at_once(*(lambda c=c: c.post(url, fields, headers=headers) for c in clients))
    assert [answer.status_code for answer in answers] == ([200, 200] if headers else [302, 302])
    assert len(contacts(family)) == 1


def test_a_next_step_is_done_from_its_button_and_can_be_undone(client_for: Any) -> None:
    family = make_family()
    row = contact(family, next_step="Ringe skolen", next_on=today(-2))
    client = client_for(family.case_holder)
    assert "skulle vært gjort" in client.get(at("family-contacts", family)).content.decode()
    answer = client.post(of_row("family-step-done", row), {"version": row.version}, follow=True)
    page = answer.content.decode()
    assert "Neste steg er gjort." in page and answer.context["steps"] == []
    (url,) = re.findall(r'action="([^"]+/ikke-gjort/\?version=\d+)"', page)
    assert [item["row"] for item in client.post(url, follow=True).context["steps"]] == [row]


def test_a_step_that_somebody_changed_meanwhile_is_not_ticked_off(client_for: Any) -> None:
    family = make_family()
    row = contact(family, next_step="Ringe skolen")
    client = client_for(family.case_holder)
    for version in ("7", "", "tull"):
        answer = client.post(of_row("family-step-done", row), {"version": version}, follow=True)
        assert "Noen andre lagret en endring" in answer.content.decode()
    assert contacts(family)[0].done_on is None


def test_the_log_is_in_pages_newest_first(client_for: Any) -> None:
    family = make_family(on=today(-60))
    for number in range(27):
        contact(family, happened_on=today(-number), text=f"Nummer {number}.")
    client = client_for(family.case_holder)
    page = client.get(at("family-contacts", family))
    first = page.content.decode()
    assert first.index("Nummer 0.") < first.index("Nummer 24.") and "Nummer 25." not in first
    assert "Nummer 26." in turn(client, page).content.decode()


def test_another_service_reads_what_is_shared_and_changes_nothing(client_for: Any) -> None:
    family = make_family()
    colleague = other_service(family)
    with inside(family):
        mother = make_family_member(family)
    shared = contact(family, subject=mother, text="Om mor", next_step="Steg om mor")
    hidden = contact(family, text="Om hele familien", next_step="Steg om alle")
    with inside(family):
        make_family_member(family, "father")
        make_consent(mother, [family.unit, colleague.current_memberships[0].unit], ["contact"])
    client = client_for(colleague)
    page = client.get(at("family-contacts", family)).content.decode()
    assert "Om mor" in page and "Steg om mor" in page
    assert "Om hele familien" not in page and "Steg om alle" not in page and "(2)" not in page
    for name in ("family-contact-edit", "family-contact-remove"):
        assert client.get(of_row(name, shared)).status_code == 403
        assert client.get(of_row(name, hidden)).status_code == 404
    assert client.post(of_row("family-step-done", shared), {"version": 1}).status_code == 403


def other_service(family: Family) -> User:
    colleague = make_member(Role.CASEWORKER, UnitFactory(municipality=family.municipality))
    with inside(family):
        join_team(family, colleague, colleague.current_memberships[0].unit)
    return colleague


def test_a_correction_over_a_newer_one_shows_what_stands_now(client_for: Any) -> None:
    family = make_family()
    row = contact(family)
    client = client_for(family.case_holder)
    url = of_row("family-contact-edit", row)
    fields = {"kind": "phone", "happened_on": today().isoformat(), "text": "Min tekst", "version": row.version}
    with inside(family):
        Contact.objects.update(text="Den andres tekst", version=2)
    page = client.post(url, fields).content.decode()
    assert "Den andres tekst" in page and "Min tekst" in page
    assert client.post(url, fields | {"version": 2}).status_code == 302
    assert (contacts(family)[0].kind, contacts(family)[0].text) == ("phone", "Min tekst")


def test_a_closed_case_is_read_and_nothing_more(client_for: Any) -> None:
    family = make_family()
    row = contact(family, next_step="Ringe")
    with inside(family):
        Family.objects.filter(pk=family.pk).update(closed_on=today(), closed_reason="done")
    client = client_for(family.case_holder)
    page = client.get(at("family-contacts", family)).content.decode()
    assert TEXT in page and "form_key" not in page and "Gjort" not in page
    for url in (at("family-contact-new", family), of_row("family-contact-edit", row)):
        assert client.get(url).status_code == 403


def count(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("page", ["family-contacts", "family", "home"])
def test_the_queries_of_a_page_do_not_grow(page: str, client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    with inside(family):
        member = make_family_member(family)
    contact(family, next_step="Ringe", subject=member)
    url = reverse("home") if page == "home" else at(page, family)
    few = count(client, url)
    for number in range(6):
        another = make_family(by=family.case_holder, unit=family.unit)
        contact(another, next_step=f"Steg {number}")
        contact(family, next_step=f"Steg {number}", subject=member)
    assert count(client, url) <= few


def test_whoever_works_with_no_family_pays_one_query_for_it(client_for: Any, monkeypatch: Any) -> None:
    user = make_member(Role.CASEWORKER, UnitFactory())
    client = client_for(user)
    count(client, reverse("home"))
    with_it = count(client, reverse("home"))
    monkeypatch.setattr("reporting.views.home_work.TEAM_ROLES", ())
    assert with_it - count(client, reverse("home")) == 1


def test_the_first_page_shows_what_is_next_and_logs_the_read(client_for: Any) -> None:
    family = make_family()
    contact(family, next_step="Ringe skolen", next_on=today(-1))
    answer = client_for(family.case_holder).get(reverse("home"))
    page = answer.content.decode()
    assert "Ringe skolen" in page and "skulle vært gjort" in page
    assert at("family-contact-new", family) in page and at("family-contacts", family) in page
    assert "no-store" in answer["Cache-Control"]
    with inside(family):
        assert ReadEntry.objects.filter(family=family.pk, page="home", basis="team").count() == 1


def test_a_partner_in_a_team_finds_her_families_and_another_only_the_sub_projects(client_for: Any) -> None:
    family = make_family()
    partner = make_member(Role.PARTNER, family.unit)
    client = client_for(partner)
    page = client.get(reverse("home")).content.decode()
    assert reverse("sub-project-list") in page and "Neste steg" not in page
    with inside(family):
        join_team(family, partner, family.unit)
    page = client.get(reverse("home")).content.decode()
    assert "Her kommer det som er avtalt med familiene dine." in page
    contact(family, next_step="Ringe skolen")
    page = client.get(reverse("home")).content.decode()
    assert "Ringe skolen" in page and reverse("sub-project-list") in page


def test_the_list_says_when_the_family_was_met_last_and_what_is_next_and_leads_to_the_form(client_for: Any) -> None:
    family = make_family()
    quiet = make_family(by=family.case_holder, unit=family.unit)
    contact(family, happened_on=today(-3), next_step="Ringe skolen", next_on=today(-1))
    client = client_for(family.case_holder)
    page = client.get(reverse("family-list")).content.decode()
    assert "Ringe skolen" in page and "late" in page and "Ingen kontakt er loggført" in page
    for row in (family, quiet):
        assert at("family-contact-new", row) in page
    few = count(client, reverse("family-list"))
    for number in range(4):
        contact(make_family(by=family.case_holder, unit=family.unit), next_step=f"Steg {number}")
    assert count(client, reverse("family-list")) == few
