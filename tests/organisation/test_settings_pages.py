"""The administrator's pages: users, roles, units and the change log of her own municipality, nothing of another's."""

import datetime
import html
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisation.domain.units import create_unit, update_unit
from organisation.domain.users import add_user, end_membership, grant_role, set_language, set_password, update_user
from organisation.domain.writing import acting
from organisation.models import AuditEntry, Membership, Role, Unit, UnitKind, User
from organisation.permissions import can_change_account, can_set_password
from tests.factories import PASSWORD, MembershipFactory, UnitFactory, UserFactory, make_member
from tests.turning import turn

pytestmark = pytest.mark.django_db

GOOD_PASSWORD = "en lang nok frase"
LONG_AGO = datetime.date(2020, 1, 1)


class Town:
    """A municipality with an administrator and a caseworker."""

    def __init__(self, client_for: Any, word: str) -> None:
        self.root = UnitFactory(name=f"{word} kommune")
        self.office = UnitFactory(parent=self.root, name=f"{word} kontor")
        self.admin = make_member(Role.ADMINISTRATOR, self.root, name=f"{word} Administrator")
        self.worker = make_member(Role.CASEWORKER, self.office, name=f"{word} Saksbehandler")
        self.membership = self.worker.memberships.get()
        self.client: Client = client_for(self.admin)

    def urls(self) -> dict[str, str]:
        person, membership = self.worker.public_id, self.membership.public_id
        return {
            "user-list": reverse("user-list"),
            "user-create": reverse("user-create"),
            "role-by-email": reverse("role-by-email"),
            "change-list": reverse("change-list"),
            "unit-list": reverse("unit-list"),
            "unit-create": reverse("unit-create"),
        } | self.row_urls(person, membership)

    def row_urls(self, person: str, membership: str) -> dict[str, str]:
        return {
            "user-detail": reverse("user-detail", args=[person]),
            "user-edit": reverse("user-edit", args=[person]),
            "user-password": reverse("user-password", args=[person]),
            "role-grant": reverse("role-grant", args=[person]),
            "role-end": reverse("role-end", args=[person, membership]),
            "unit-edit": reverse("unit-edit", args=[self.office.public_id]),
        }


@pytest.fixture
def town(client_for: Any) -> Town:
    return Town(client_for, "Nærvik")


@pytest.fixture
def far(client_for: Any) -> Town:
    return Town(client_for, "Fjernvik")


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def new_user(town: Town, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Nina Ny",
        "email": "nina@prove.example",
        "role": Role.CASEWORKER,
        "unit": town.office.public_id,
        "valid_from": "2026-01-01",
        "password": GOOD_PASSWORD,
    } | changes


def new_role(town: Town, **changes: Any) -> dict[str, Any]:
    return {"role": Role.UNIT_LEADER, "unit": town.office.public_id, "valid_from": "2026-01-01"} | changes


# Who may see the pages


def test_the_administrator_sees_every_page(town: Town) -> None:
    for name, url in town.urls().items():
        assert town.client.get(url).status_code == 200, name


def test_no_other_role_sees_any_page(town: Town, client_for: Any) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        client = client_for(make_member(role, None if role == Role.ANALYST else town.root))
        for name, url in town.urls().items():
            assert client.get(url).status_code == 403, (role, name)
            assert client.post(url, {}).status_code == 403, (role, name)


def test_an_administrator_who_has_left_sees_nothing(town: Town, client_for: Any) -> None:
    former = MembershipFactory(unit=town.root, role=Role.ADMINISTRATOR, valid_to=datetime.date(2021, 1, 1)).user
    assert {client_for(former).get(url).status_code for url in town.urls().values()} == {403}


def test_rows_of_another_municipality_are_not_found(town: Town, far: Town) -> None:
    before = AuditEntry.objects.count()
    for name, url in far.row_urls(far.worker.public_id, far.membership.public_id).items():
        assert town.client.get(url).status_code == 404, name
        if name != "user-detail":
            assert town.client.post(url, {"version": 1}).status_code == 404, name
    assert AuditEntry.objects.count() == before


def test_a_foreign_membership_is_not_found_under_ones_own_user(town: Town, far: Town) -> None:
    foreign = MembershipFactory(user=town.worker, unit=far.office)
    url = reverse("role-end", args=[town.worker.public_id, foreign.public_id])
    assert town.client.get(url).status_code == 404
    assert town.client.post(url, {"valid_to": "2026-01-01", "version": 1}).status_code == 404


# The list of users


def test_the_list_shows_ones_own_people_only(town: Town, far: Town) -> None:
    page = text_of(town.client.get(reverse("user-list")))
    assert "Nærvik Saksbehandler" in page
    assert "2 brukere" in page
    assert "Fjernvik" not in page


def test_the_list_shows_only_the_roles_in_ones_own_municipality(town: Town, far: Town) -> None:
    MembershipFactory(user=town.worker, unit=far.office, role=Role.PROJECT_LEAD)
    page = text_of(town.client.get(reverse("user-list")))
    assert "Saksbehandler, Nærvik kontor" in page
    assert "Fjernvik" not in page
    assert "3 brukere" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sok=SAKSB", {"Nærvik Saksbehandler"}),
        ("sok=leder@", {"Lotte Leder"}),
        ("rolle=unit_leader", {"Lotte Leder"}),
        ("tilgang=stengt", {"Sture Stengt"}),
        ("tilgang=ingen", {"Sture Stengt"}),
        ("tilgang=rolle", {"Nærvik Administrator", "Nærvik Saksbehandler", "Lotte Leder"}),
        ("rolle=finnes-ikke", {"Nærvik Administrator", "Nærvik Saksbehandler", "Lotte Leder", "Sture Stengt"}),
        ("sok=%00", {"Nærvik Administrator", "Nærvik Saksbehandler", "Lotte Leder", "Sture Stengt"}),
        ("sorter=%00&side=%00", {"Nærvik Administrator", "Nærvik Saksbehandler", "Lotte Leder", "Sture Stengt"}),
        ("enhet=%00", {"Nærvik Administrator", "Nærvik Saksbehandler", "Lotte Leder", "Sture Stengt"}),
    ],
)
def test_the_list_can_be_filtered(town: Town, query: str, found: set[str]) -> None:
    make_member(Role.UNIT_LEADER, town.root, name="Lotte Leder", email="leder@prove.example")
    shut = UserFactory(name="Sture Stengt", is_active=False)
    MembershipFactory(user=shut, unit=town.root, valid_to=datetime.date(2021, 1, 1))
    answer = town.client.get(f"{reverse('user-list')}?{query}")
    assert {row.name for row in answer.context["page_obj"]} == found


def test_role_and_unit_ask_for_the_same_membership(town: Town) -> None:
    MembershipFactory(user=town.worker, unit=town.root, role=Role.UNIT_LEADER)
    url = reverse("user-list")
    both = town.client.get(url, {"rolle": Role.UNIT_LEADER, "enhet": town.root.public_id})
    neither = town.client.get(url, {"rolle": Role.UNIT_LEADER, "enhet": town.office.public_id})
    assert [row.name for row in both.context["page_obj"]] == ["Nærvik Saksbehandler"]
    assert not list(neither.context["page_obj"])


def test_a_foreign_unit_is_no_choice_of_the_filter(town: Town, far: Town) -> None:
    answer = town.client.get(reverse("user-list"), {"enhet": far.office.public_id})
    assert "Fjernvik" not in text_of(answer)
    assert answer.context["page_obj"].paginator.count == 2


@pytest.mark.parametrize("sorter", ["navn", "epost", "innlogget"])
def test_the_list_can_be_sorted_both_ways(town: Town, sorter: str) -> None:
    User.objects.filter(pk=town.worker.pk).update(last_login=timezone.now())
    User.objects.filter(pk=town.admin.pk).update(last_login=timezone.now() - datetime.timedelta(days=1))
    url = reverse("user-list")
    up = [row.pk for row in town.client.get(url, {"sorter": sorter}).context["page_obj"]]
    down = [row.pk for row in town.client.get(url, {"sorter": f"-{sorter}"}).context["page_obj"]]
    assert up == down[::-1]
    assert len(up) == 2


def test_the_list_comes_in_pages(town: Town) -> None:
    for number in range(25):
        make_member(Role.CASEWORKER, town.office, name=f"Person {number:02}")
    answer = town.client.get(reverse("user-list"), {"side": 2, "rolle": Role.CASEWORKER})
    assert len(answer.context["page_obj"]) == 1
    assert "rolle=caseworker&side=1" in text_of(answer)


def test_an_empty_list_says_what_to_do(town: Town) -> None:
    page = text_of(town.client.get(reverse("user-list"), {"sok": "ingen heter dette"}))
    assert "Ingen brukere passer med det du har valgt." in page


@pytest.mark.parametrize("name", ["user-list", "unit-list", "change-list", "user-detail"])
def test_more_rows_take_no_more_queries(town: Town, name: str) -> None:
    url = town.urls()[name]

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert town.client.get(url).status_code == 200
        return len(queries)

    grant_role(user=town.worker, unit=town.root, role=Role.UNIT_LEADER, by=town.admin, valid_from=LONG_AGO)
    few = count()
    for number in range(12):
        unit = create_unit(municipality=town.root.municipality, name=f"Ny {number}", kind=UnitKind.STATE, by=town.admin)
        grant_role(user=town.worker, unit=unit, role=Role.CASEWORKER, by=town.admin, valid_from=LONG_AGO)
        add_user(
            name=f"Person {number}", email=f"mange{number}@prove.example", password=GOOD_PASSWORD, unit=unit,
            role=Role.CASEWORKER, by=town.admin, valid_from=LONG_AGO,
        )  # fmt: skip
    assert count() == few


# New users


def test_a_new_user_comes_with_her_first_role(town: Town) -> None:
    answer = town.client.post(reverse("user-create"), new_user(town, email="Nina@Prove.Example"))
    user = User.objects.get(email="nina@prove.example")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("user-detail", args=[user.public_id])
    assert user.check_password(GOOD_PASSWORD)
    membership = user.memberships.get()
    assert (membership.role, membership.unit) == (Role.CASEWORKER, town.office)
    written = AuditEntry.objects.filter(actor_id=town.admin.pk, operation="INSERT")
    assert set(written.values_list("table_name", flat=True)) == {"organisation_user", "organisation_membership"}
    assert "Brukeren er opprettet" in text_of(town.client.get(answer["Location"]))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Dette feltet er påkrevd."),
        ("name", "Ni\x00na", "Null-tegn er ikke tillatt."),
        ("email", "nina", "Oppgi en gyldig epost-adresse."),
        ("email", "nina\x00@prove.example", ""),
        ("role", Role.ANALYST, ""),
        ("role", "\x00", ""),
        ("unit", "\x00", ""),
        ("valid_from", "i går", "Oppgi en gyldig dato."),
        ("valid_to", "2025-12-31", "Sluttdatoen er før startdatoen."),
        ("password", "kort", ""),
        ("password", "passordpass\x00ord", ""),
    ],
)
def test_bad_input_gets_a_message_at_its_field_and_keeps_the_rest(
    town: Town, field: str, value: str, message: str
) -> None:
    answer = town.client.post(reverse("user-create"), new_user(town, **{field: value}))
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors[field]
    assert message in " ".join(form.errors[field])
    assert not User.objects.filter(email="nina@prove.example").exists()
    page = text_of(answer)
    assert f'id="id_{field}_error"' in page
    for kept, typed in {"name": "Nina Ny", "email": "nina@prove.example", "valid_from": "2026-01-01"}.items():
        if kept != field:
            assert f'value="{typed}"' in page
    assert GOOD_PASSWORD not in page


def test_when_something_else_is_wrong_the_password_is_asked_for_again(town: Town) -> None:
    answer = town.client.post(reverse("user-create"), new_user(town, name=""))
    assert "Skriv passordet på nytt" in " ".join(answer.context["form"].errors["password"])


def test_an_empty_post_is_refused(town: Town) -> None:
    for name in ("user-create", "role-by-email", "unit-create", "role-grant", "user-password", "user-edit"):
        assert town.client.post(town.urls()[name], {}).status_code == 422, name


def test_an_address_in_use_is_refused_without_telling_whose_it_is(town: Town, far: Town) -> None:
    answer = town.client.post(reverse("user-create"), new_user(town, email=far.worker.email.upper()))
    assert answer.status_code == 422
    assert "Gi personen en rolle i stedet" in " ".join(answer.context["form"].errors["email"])
    page = text_of(answer)
    assert reverse("role-by-email") in page
    assert "Fjernvik" not in page
    assert not Membership.objects.filter(user=far.worker, unit=town.office).exists()


def test_a_foreign_unit_is_no_choice(town: Town, far: Town) -> None:
    for name, data in {
        "user-create": new_user(far),
        "role-by-email": new_role(far, email=town.worker.email),
        "role-grant": new_role(far),
    }.items():
        answer = town.client.post(town.urls()[name], data)
        assert answer.status_code == 422, name
        assert "unit" in answer.context["form"].errors, name
        assert "Fjernvik" not in text_of(answer)
    assert Membership.objects.filter(unit=far.office).count() == 1


def test_a_unit_out_of_use_is_no_choice(town: Town) -> None:
    Unit.objects.filter(pk=town.office.pk).update(active=False)
    assert "unit" in town.client.post(reverse("user-create"), new_user(town)).context["form"].errors


# Somebody who has a user already


def test_a_role_can_be_given_to_a_user_of_another_municipality_by_her_whole_address(town: Town, far: Town) -> None:
    type(far.worker).objects.filter(pk=far.worker.pk).update(password_is_own=True)
    answer = town.client.post(reverse("role-by-email"), new_role(town, email=f" {far.worker.email.upper()} "))
    assert answer["Location"] == reverse("user-detail", args=[far.worker.public_id])
    page = text_of(town.client.get(answer["Location"]))
    assert "Enhetsleder" in page
    assert "Fjernvik kontor" not in page
    assert "også en rolle utenfor kommunen" in page


def test_an_unknown_address_gets_a_message(town: Town) -> None:
    answer = town.client.post(reverse("role-by-email"), new_role(town, email="ingen@prove.example"))
    assert answer.status_code == 422
    assert "opprett en ny bruker" in " ".join(answer.context["form"].errors["email"])


def test_nobody_gives_herself_a_role(town: Town) -> None:
    answer = town.client.post(reverse("role-by-email"), new_role(town, email=town.admin.email))
    assert answer.status_code == 422
    assert town.client.get(reverse("role-grant", args=[town.admin.public_id])).status_code == 403
    assert town.client.post(reverse("role-grant", args=[town.admin.public_id]), new_role(town)).status_code == 403
    assert town.admin.memberships.count() == 1


@pytest.mark.parametrize("unit", ["another municipality", "the directorate"])
@pytest.mark.parametrize("starts", [-10, 10])
def test_whoever_also_works_elsewhere_keeps_her_own_name_password_and_access(
    town: Town, far: Town, unit: str, starts: int
) -> None:
    elsewhere = far.office if unit == "another municipality" else UnitFactory(municipality=None)
    start = timezone.localdate() + datetime.timedelta(days=starts)
    role = Role.CASEWORKER if unit == "another municipality" else Role.ANALYST
    membership = MembershipFactory(user=town.worker, unit=elsewhere, role=role, valid_from=start)
    for name in ("user-edit", "user-password"):
        data = {"name": "Et annet navn", "password": GOOD_PASSWORD, "version": town.worker.version}
        assert town.client.get(town.urls()[name]).status_code == 403
        assert town.client.post(town.urls()[name], data).status_code == 403
    town.worker.refresh_from_db()
    assert town.worker.check_password(PASSWORD)
    assert town.client.post(town.urls()["role-grant"], new_role(town)).status_code == 302
    Membership.objects.filter(pk=membership.pk).update(valid_from=LONG_AGO, valid_to=datetime.date(2021, 1, 1))
    assert can_change_account(User.objects.get(pk=town.admin.pk), town.worker)


# One user


def test_a_user_has_her_roles_with_the_ended_ones_below(town: Town) -> None:
    MembershipFactory(user=town.worker, unit=town.root, role=Role.PROJECT_LEAD, valid_to=datetime.date(2021, 6, 30))
    answer = town.client.get(town.urls()["user-detail"])
    assert [row.role for row in answer.context["current"]] == [Role.CASEWORKER]
    assert [row.role for row in answer.context["ended"]] == [Role.PROJECT_LEAD]
    assert "30. juni 2021" in text_of(answer)


def test_name_and_access_can_be_changed(town: Town, client_for: Any) -> None:
    shut_out = client_for(town.worker)
    assert shut_out.get(reverse("my-settings")).status_code == 200
    answer = town.client.post(town.urls()["user-edit"], {"name": "Nytt Navn", "version": town.worker.version})
    assert answer.status_code == 302
    town.worker.refresh_from_db()
    assert (town.worker.name, town.worker.is_active) == ("Nytt Navn", False)
    assert shut_out.get(reverse("my-settings")).status_code == 302
    assert "Stengt ute" in text_of(town.client.get(town.urls()["user-detail"]))


def test_nobody_shuts_herself_out(town: Town) -> None:
    url = reverse("user-edit", args=[town.admin.public_id])
    assert "is_active" not in town.client.get(url).context["form"].fields
    assert town.client.post(url, {"name": "Selv Bestemt", "version": town.admin.version}).status_code == 302
    town.admin.refresh_from_db()
    assert (town.admin.name, town.admin.is_active) == ("Selv Bestemt", True)


@pytest.mark.parametrize("name", ["user-edit", "role-end", "unit-edit"])
def test_a_stale_version_shows_what_stands_now_and_keeps_what_was_typed(town: Town, name: str) -> None:
    url = town.urls()[name]
    if name == "user-edit":
        data = {"name": "Skrevet Av Meg", "is_active": "on", "version": town.worker.version}
        update_user(
            user=town.worker, name="Lagret Av Andre", is_active=True, version=town.worker.version, by=town.admin
        )
        stands, typed = "Lagret Av Andre", 'value="Skrevet Av Meg"'
    elif name == "role-end":
        data = {"valid_to": "2036-01-01", "version": town.membership.version}
        end_membership(membership=town.membership, last_day=datetime.date(2035, 5, 5), version=1, by=town.admin)
        stands, typed = "5. mai 2035", 'value="2036-01-01"'
    else:
        data = {"name": "Skrevet av meg", "kind": UnitKind.STATE, "parent": "", "version": town.office.version}
        update_unit(
            unit=town.office, name="Lagret av andre", kind=UnitKind.MUNICIPAL, parent=town.root, active=True,
            version=town.office.version, by=town.admin,
        )  # fmt: skip
        stands, typed = "Nærvik kommune", 'value="Skrevet av meg"'
    answer = town.client.post(url, data)
    page = text_of(answer)
    assert answer.status_code == 422
    assert ("Slik står det lagret nå" if name == "role-end" else "Dette har dere endret") in page
    assert stands in page
    assert typed in page
    form = answer.context["form"]
    again = data | {"version": form["version"].value()}
    again |= {row.input_name: "mine" for row in form.merge.rows if row.asks and not form.merge.acts}
    assert town.client.post(url, again).status_code == 302


@pytest.mark.parametrize("version", [{}, {"version": ""}, {"version": "en"}])
def test_a_row_is_never_saved_without_the_version_that_was_read(town: Town, version: dict[str, str]) -> None:
    for name in ("user-edit", "role-end", "unit-edit"):
        data = {"name": "Blindt lagret", "kind": UnitKind.STATE, "valid_to": "2036-01-01"}
        answer = town.client.post(town.urls()[name], data | version)
        assert answer.status_code == 422, name
        assert "Last siden på nytt" in text_of(answer)
    assert not Unit.objects.filter(name="Blindt lagret").exists()


def test_a_new_password_ends_the_sessions_and_is_in_no_log(town: Town, client_for: Any) -> None:
    before = client_for(town.worker)
    assert before.get(reverse("my-settings")).status_code == 200
    assert town.client.post(town.urls()["user-password"], {"password": GOOD_PASSWORD}).status_code == 302
    town.worker.refresh_from_db()
    assert town.worker.check_password(GOOD_PASSWORD)
    assert before.get(reverse("my-settings")).status_code == 302
    entry = AuditEntry.objects.get(action="user.password")
    assert set(entry.after) == {"version"}
    page = text_of(town.client.get(reverse("change-list")))
    assert "Satte nytt passord for Nærvik Saksbehandler" in page
    assert town.worker.password not in page


@pytest.mark.parametrize("password", ["", "kort", "naervik saksbehandler", "en lang\x00 nok frase", "x" * 129])
def test_a_weak_or_broken_password_is_refused(town: Town, password: str) -> None:
    User.objects.filter(pk=town.worker.pk).update(name="Naervik Saksbehandler")
    answer = town.client.post(town.urls()["user-password"], {"password": password})
    assert answer.status_code == 422
    assert answer.context["form"].errors["password"]


def test_ones_own_password_is_changed_where_the_old_one_is_asked_for(town: Town) -> None:
    url = reverse("user-password", args=[town.admin.public_id])
    assert town.client.get(url).status_code == 403
    assert town.client.post(url, {"password": GOOD_PASSWORD}).status_code == 403
    assert not can_set_password(town.admin, town.admin)


# Roles


def test_a_role_is_given_and_ended(town: Town) -> None:
    assert town.client.post(town.urls()["role-grant"], new_role(town, valid_to="2036-12-31")).status_code == 302
    membership = town.worker.memberships.get(role=Role.UNIT_LEADER)
    url = reverse("role-end", args=[town.worker.public_id, membership.public_id])
    assert town.client.get(url).context["form"]["valid_to"].value() == datetime.date(2036, 12, 31)
    assert town.client.post(url, {"valid_to": "2026-06-30", "version": membership.version}).status_code == 302
    membership.refresh_from_db()
    assert membership.valid_to == datetime.date(2026, 6, 30)


def test_the_same_role_twice_is_refused_at_the_role(town: Town) -> None:
    data = new_role(town, role=Role.CASEWORKER, valid_from=town.membership.valid_from.isoformat())
    answer = town.client.post(town.urls()["role-grant"], data)
    assert answer.status_code == 422
    assert "allerede denne rollen" in " ".join(answer.context["form"].errors["role"])


def test_a_role_cannot_end_before_it_began(town: Town) -> None:
    answer = town.client.post(town.urls()["role-end"], {"valid_to": "1999-12-30", "version": 1})
    assert answer.status_code == 422
    assert "før startdatoen" in " ".join(answer.context["form"].errors["valid_to"])
    assert 'value="1999-12-30"' in text_of(answer)


def test_a_role_that_has_ended_stays_as_it_was(town: Town) -> None:
    ended = MembershipFactory(user=town.worker, unit=town.root, valid_to=datetime.date(2021, 6, 30))
    url = reverse("role-end", args=[town.worker.public_id, ended.public_id])
    assert town.client.post(url, {"valid_to": "2036-01-01", "version": 1}).status_code == 404


def test_ones_own_role_cannot_be_ended(town: Town) -> None:
    own = town.admin.memberships.get()
    url = reverse("role-end", args=[town.admin.public_id, own.public_id])
    assert town.client.get(url).status_code == 403
    assert town.client.post(url, {"valid_to": "2036-01-01", "version": 1}).status_code == 403
    assert url not in text_of(town.client.get(reverse("user-detail", args=[town.admin.public_id])))


# Units


def test_the_units_stand_as_a_tree(town: Town, far: Town) -> None:
    below = UnitFactory(parent=town.office, name="Et team")
    partner = UnitFactory(municipality=town.root.municipality, name="Aasen forening", kind=UnitKind.VOLUNTARY)
    answer = town.client.get(reverse("unit-list"))
    rows = [(row["unit"], row["step"]) for row in answer.context["rows"]]
    assert rows == [(partner, 0), (town.root, 0), (town.office, 1), (below, 2)]
    assert "Fjernvik" not in text_of(answer)


def test_the_number_of_members_is_that_of_the_list_it_leads_to(town: Town) -> None:
    MembershipFactory(user=town.worker, unit=town.office, role=Role.UNIT_LEADER)
    MembershipFactory(unit=town.office, valid_to=datetime.date(2021, 1, 1))
    MembershipFactory(unit=town.office, valid_from=timezone.localdate() + datetime.timedelta(days=9))
    rows = town.client.get(reverse("unit-list")).context["rows"]
    members = {row["unit"].pk: row["unit"].members for row in rows}
    listed = town.client.get(reverse("user-list"), {"enhet": town.office.public_id}).context["page_obj"]
    assert members[town.office.pk] == listed.paginator.count == 2


def test_a_unit_is_made_in_ones_own_municipality(town: Town) -> None:
    data = {"name": "Ny enhet", "kind": UnitKind.STATE, "parent": town.root.public_id}
    assert town.client.post(reverse("unit-create"), data)["Location"] == reverse("unit-list")
    unit = Unit.objects.get(name="Ny enhet")
    assert (unit.municipality, unit.parent, unit.kind) == (town.root.municipality, town.root, UnitKind.STATE)
    assert "Enheten er opprettet." in text_of(town.client.get(reverse("unit-list")))


def test_an_administrator_of_two_municipalities_chooses_between_them(town: Town, far: Town) -> None:
    MembershipFactory(user=town.admin, unit=far.root, role=Role.ADMINISTRATOR)
    data = {"name": "Ny enhet", "kind": UnitKind.STATE}
    answer = town.client.post(reverse("unit-create"), data)
    assert "municipality" in answer.context["form"].errors
    data["municipality"] = far.root.municipality.public_id
    wrong = town.client.post(reverse("unit-create"), data | {"parent": town.root.public_id})
    assert "samme kommune" in " ".join(wrong.context["form"].errors["parent"])
    assert town.client.post(reverse("unit-create"), data).status_code == 302
    assert Unit.objects.get(name="Ny enhet").municipality == far.root.municipality


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "Nærvik kommune"),
        ("name", "Nul\x00l"),
        ("name", "x" * 151),
        ("kind", "ukjent"),
        ("parent", "\x00"),
    ],
)
def test_a_bad_unit_gets_a_message_at_its_field(town: Town, field: str, value: str) -> None:
    data = {"name": "Godt navn", "kind": UnitKind.STATE, "parent": "", field: value}
    answer = town.client.post(reverse("unit-create"), data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert f'id="id_{field}_error"' in text_of(answer)
    if field != "name":
        assert 'value="Godt navn"' in text_of(answer)


def test_a_foreign_unit_is_no_parent(town: Town, far: Town) -> None:
    data = {"name": "Ny enhet", "kind": UnitKind.STATE, "parent": far.root.public_id, "version": 1}
    for name in ("unit-create", "unit-edit"):
        answer = town.client.post(town.urls()[name], data)
        assert "parent" in answer.context["form"].errors, name
        assert "Fjernvik" not in text_of(answer)


def test_a_unit_is_changed_moved_and_taken_out_of_use(town: Town) -> None:
    data = {"name": "Nytt navn", "kind": UnitKind.COUNTY, "parent": "", "version": town.office.version}
    assert town.client.post(town.urls()["unit-edit"], data).status_code == 302
    town.office.refresh_from_db()
    assert (town.office.name, town.office.kind, town.office.parent, town.office.active) == (
        "Nytt navn", UnitKind.COUNTY, None, False,
    )  # fmt: skip
    assert "Ikke i bruk" in text_of(town.client.get(reverse("unit-list")))


def test_a_unit_does_not_lie_under_itself(town: Town) -> None:
    below = UnitFactory(parent=town.office)
    for parent in (town.office, below):
        data = {"name": "Navn", "kind": UnitKind.STATE, "parent": parent.public_id, "version": town.office.version}
        assert "parent" in town.client.post(town.urls()["unit-edit"], data).context["form"].errors


def test_a_parent_out_of_use_stays_a_choice_for_what_lies_under_it(town: Town) -> None:
    Unit.objects.filter(pk=town.root.pk).update(active=False)
    data = {"name": "Navn", "kind": UnitKind.STATE, "parent": town.root.public_id, "active": "on", "version": 1}
    assert town.client.post(town.urls()["unit-edit"], data).status_code == 302


# The change log


def lines(town: Town, **query: Any) -> list[Any]:
    answer = town.client.get(reverse("change-list"), query)
    assert answer.status_code == 200
    found: list[Any] = answer.context["lines"]
    return found


def test_the_log_says_who_did_what_when_and_what_it_was_before(town: Town) -> None:
    update_user(user=town.worker, name="Nytt Navn", is_active=False, version=town.worker.version, by=town.admin)
    line = lines(town)[0]
    assert (line.who, line.what) == ("Nærvik Administrator", "Endret brukeren Nytt Navn")
    assert [(str(change.label), change.before, change.after) for change in line.changes] == [
        ("Navn", "Nærvik Saksbehandler", "Nytt Navn"),
        ("Kan logge inn", "ja", "nei"),
    ]
    assert timezone.now() - line.at < datetime.timedelta(minutes=1)


def test_the_log_speaks_of_roles_and_units_in_plain_words(town: Town) -> None:
    membership = grant_role(
        user=town.worker, unit=town.root, role=Role.PROJECT_LEAD, by=town.admin, valid_from=datetime.date(2026, 1, 1)
    )
    end_membership(membership=membership, last_day=datetime.date(2026, 6, 30), version=1, by=town.admin)
    unit = create_unit(
        municipality=town.root.municipality, name="Et team", kind=UnitKind.STATE, parent=town.office, by=town.admin
    )
    update_unit(
        unit=unit,
        name="Et team",
        kind=UnitKind.VOLUNTARY,
        parent=None,
        active=True,
        version=unit.version,
        by=town.admin,
    )
    set_language(user=town.worker, language="en", by=town.worker)
    said = [
        (line.who, line.what, [(str(c.label), c.before, c.after) for c in line.changes]) for line in lines(town)[:5]
    ]
    worker, admin = "Nærvik Saksbehandler", "Nærvik Administrator"
    assert said == [
        (worker, f"Byttet språk for {worker}", [("Språk", "ikke satt", "English")]),
        (admin, "Endret enheten Et team", [
            ("Type", "Statlig", "Frivillig"), ("Ligger under", "Nærvik kontor", "øverste nivå"),
        ]),
        (admin, "Opprettet enheten Et team", [
            ("Navn", None, "Et team"), ("Type", None, "Statlig"), ("Ligger under", None, "Nærvik kontor"),
            ("I bruk", None, "ja"),
        ]),
        (admin, f"Endret siste dag for {worker} i rollen prosjektleder i Nærvik kommune", [
            ("Til og med", "ikke satt", "30. juni 2026"),
        ]),
        (admin, f"Ga {worker} rollen prosjektleder i Nærvik kommune", [("Fra og med", None, "1. januar 2026")]),
    ]  # fmt: skip


def test_what_only_moved_along_is_left_out(town: Town) -> None:
    UnitFactory(parent=town.office, name="Et team")
    before = len(lines(town))
    update_unit(
        unit=town.office, name="Flyttet", kind=UnitKind.MUNICIPAL, parent=None, active=True,
        version=town.office.version, by=town.admin,
    )  # fmt: skip
    assert len(lines(town)) == before + 1


def test_other_municipalities_are_not_in_the_log(town: Town, far: Town) -> None:
    update_user(user=far.worker, name="Fjernt Navn", is_active=True, version=far.worker.version, by=far.admin)
    membership = grant_role(user=far.worker, unit=far.root, role=Role.UNIT_LEADER, by=far.admin, valid_from=LONG_AGO)
    create_unit(municipality=far.root.municipality, name="Fjernvik team", kind=UnitKind.STATE, by=far.admin)
    with acting(far.admin, "membership.delete"):
        membership.delete()
    page = text_of(town.client.get(reverse("change-list")))
    assert "Fjern" not in page
    assert town.worker.name in page


def test_what_another_municipality_did_with_a_shared_user_is_not_shown(town: Town, far: Town) -> None:
    grant_role(user=far.worker, unit=town.office, role=Role.CASEWORKER, by=town.admin, valid_from=LONG_AGO)
    update_user(user=far.worker, name="Delt Bruker", is_active=True, version=far.worker.version, by=far.admin)
    grant_role(user=far.worker, unit=far.root, role=Role.UNIT_LEADER, by=far.admin, valid_from=LONG_AGO)
    for url in (reverse("change-list"), reverse("user-detail", args=[far.worker.public_id])):
        page = text_of(town.client.get(url))
        assert "Ga Delt Bruker rollen saksbehandler i Nærvik kontor" in page
        assert "Endret brukeren" not in page
        assert "Fjernvik Administrator" not in page
        assert "Fjernvik kommune" not in page


def test_case_data_is_not_in_the_log(town: Town) -> None:
    from tests.factories import MeasureFactory

    MeasureFactory(plan__municipality=town.root.municipality, title="Hemmelig tiltak")
    assert AuditEntry.objects.filter(table_name="measures_measure").exists()
    assert "Hemmelig" not in text_of(town.client.get(reverse("change-list")))
    tables = {entry.table_name for entry in AuditEntry.objects.administered_by(town.admin)}
    assert {table.partition("_")[0] for table in tables} == {"organisation"}


def test_a_row_removed_behind_the_applications_back_is_in_the_log(town: Town) -> None:
    membership = MembershipFactory(user=town.worker, unit=town.root, role=Role.UNIT_LEADER)
    with acting(None, ""):
        membership.delete()
    assert lines(town)[0].what == "Slettet rollen enhetsleder i Nærvik kommune for Nærvik Saksbehandler"


def test_the_log_can_be_filtered_by_person_and_day(town: Town, far: Town) -> None:
    other = make_member(Role.ADMINISTRATOR, town.root, name="Annen Administrator")
    set_password(user=town.worker, password=GOOD_PASSWORD, by=other)
    create_unit(municipality=town.root.municipality, name="Et team", kind=UnitKind.STATE, by=town.admin)
    today = timezone.localdate().isoformat()
    assert {line.who for line in lines(town, av=other.public_id)} == {"Annen Administrator"}
    assert lines(town, gjelder=town.worker.public_id)[0].what == "Satte nytt passord for Nærvik Saksbehandler"
    assert all("Nærvik Saksbehandler" in line.what for line in lines(town, gjelder=town.worker.public_id))
    assert len(lines(town, fra=today, til=today)) == len(lines(town))
    assert lines(town, til="2020-01-01") == []
    for name in ("av", "gjelder"):
        answer = town.client.get(reverse("change-list"), {name: far.admin.public_id})
        assert answer.context["filter"].form.errors[name]


@pytest.mark.parametrize(
    ("query", "field"),
    [("fra=2026-05-05&til=2026-01-01", "til"), ("fra=igår", "fra"), ("fra=%00", "fra"), ("av=%00", "av")],
)
def test_bad_filters_get_a_message(town: Town, query: str, field: str) -> None:
    answer = town.client.get(f"{reverse('change-list')}?{query}")
    assert answer.status_code == 200
    assert set(answer.context["filter"].form.errors) == {field}
    assert f'id="filter-{field}_error"' in text_of(answer) or f'id="id_{field}_error"' in text_of(answer)


def test_the_log_comes_in_pages_newest_first(town: Town) -> None:
    for number in range(51):
        create_unit(municipality=town.root.municipality, name=f"Ny {number}", kind=UnitKind.STATE, by=town.admin)
    page = town.client.get(reverse("change-list"))
    first, second = page.context["lines"], turn(town.client, page).context["lines"]
    assert len(first) == 50
    assert first[0].what == "Opprettet enheten Ny 50"
    assert second[0].what == "Opprettet enheten Ny 0"


# What the rules rest on


def test_the_search_of_an_administrator_never_leaves_her_municipality(town: Town, far: Town) -> None:
    assert set(User.objects.account_editable_by(town.admin, timezone.localdate())) == {town.admin, town.worker}
    assert not User.objects.account_editable_by(town.worker, timezone.localdate()).exists()
