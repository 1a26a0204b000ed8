"""The pages of decisions: what they show, to whom, and what the forms keep."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from families.models import Decision
from organisation.models import Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def make_decision(family: Any, **fields: Any) -> Decision:
    today = timezone.localdate()
    values = {
        "kind": "benefit", "scheme": "housing_allowance", "title": "Oppdiktet ytelse", "service": family.unit,
        "starts_on": today - 100 * DAY, "ends_on": today + 30 * DAY, "rhythm": "monthly", "amount": Decimal(1600),
        "pay_day": 20,
    }  # fmt: skip
    row: Decision = make_row(Decision, family, **(values | fields))
    return row


def address(family: Any, name: str = "family-decisions", row: Decision | None = None) -> str:
    return reverse(name, args=[family.public_id, *([row.public_id] if row else [])])


def form(family: Any, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "benefit", "scheme": "child_benefit", "title": "", "subject": "", "service": family.unit.pk,
        "starts_on": "2026-01-01", "ends_on": "", "conditions": "", "rhythm": "monthly", "amount": "1 510",
        "pay_day": "31",
    } | fields  # fmt: skip


def test_what_ends_next_comes_first_and_what_has_ended_on_request(client_for: Any) -> None:
    family, today = make_family(), timezone.localdate()
    with inside(family):
        make_decision(family, title="Uten slutt", ends_on=None)
        make_decision(family, title="Om to måneder", ends_on=today + 60 * DAY)
        make_decision(family, title="Om to uker", ends_on=today + 14 * DAY)
        make_decision(family, title="Forbi", ends_on=today - DAY)
    client = client_for(family.case_holder)
    page = client.get(address(family))
    assert [item["row"].title for item in page.context["items"]] == ["Om to uker", "Om to måneder", "Uten slutt"]
    assert [item["stands"].state for item in page.context["items"]] == ["danger", "warning", "open"]
    assert "Går ut om 14 dager" in page.content.decode()
    past = client.get(address(family) + "?vis=tidligere")
    assert [item["row"].title for item in past.context["items"]] == ["Forbi"]


def test_the_list_is_chosen_by_person(client_for: Any) -> None:
    family = make_family()
    with inside(family):
        child = make_family_member(family, "child")
        make_decision(family, title="Barnets", subject=child)
        make_decision(family, title="Familiens")
    client = client_for(family.case_holder)
    for who, titles in ((child.public_id, ["Barnets"]), ("familien", ["Familiens"]), ("ukjent", None)):
        rows = client.get(address(family), {"hvem": who}).context["items"]
        assert titles is None or [item["row"].title for item in rows] == titles
        assert titles is not None or len(rows) == 2


def test_the_page_says_that_it_may_not_be_all(client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    for name in ("family-decisions", "family-economy"):
        assert "det familien har samtykket til å dele" in client.get(address(family, name)).content.decode()


def test_a_decision_is_recorded_renewed_ended_and_removed(client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    assert client.post(address(family, "family-decision-new"), form(family, ends_on="2026-12-31")).status_code == 302
    with inside(family) as vault:
        (row,) = vault.rows(Decision)
    assert (row.amount, row.pay_day, row.subject) == (1510, 31, None)
    page = client.get(address(family, "family-decision-renew", row))
    assert page.context["form"].initial["starts_on"] == datetime.date(2027, 1, 1)
    answer = client.post(address(family, "family-decision-renew", row), form(family, starts_on="2027-01-01"))
    assert answer.status_code == 302
    with inside(family) as vault:
        new = vault.rows(Decision).get(ends_on=None)
    end = {"last_day": "2027-03-31", "version": 1}
    assert client.post(address(family, "family-decision-end", new), end).status_code == 302
    assert client.post(address(family, "family-decision-remove", new), {"version": 2}).status_code == 302
    with inside(family) as vault:
        assert list(vault.rows(Decision)) == [row]


def test_a_refused_form_keeps_what_was_typed(client_for: Any) -> None:
    family = make_family()
    answer = client_for(family.case_holder).post(
        address(family, "family-decision-new"),
        form(family, starts_on="2026-02-01", ends_on="2026-01-01", conditions="Skrevne vilkår", amount="1 510"),
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["ends_on"] == ["Sluttdatoen er før startdatoen."]
    assert "Skrevne vilkår" in answer.content.decode()
    assert "1 510" in answer.content.decode()


def test_somebody_else_saved_first_is_shown_with_what_stands(client_for: Any) -> None:
    family = make_family()
    with inside(family):
        child = make_family_member(family, "child")
        row = make_decision(family, subject=child)
        Decision.objects.filter(pk=row.pk).update(version=2, amount=Decimal(1700))
    answer = client_for(family.case_holder).post(
        address(family, "family-decision-edit", row), form(family, version=1, subject="")
    )
    assert answer.status_code == 422
    shown = {row.label: row.theirs for row in answer.context["form"].merge.rows}
    assert shown["Hvem det gjelder"] == "Testbarn (barn)"
    assert "".join(shown["Kroner"].split()) == "1700"


def test_another_service_sees_by_consent_and_changes_nothing(client_for: Any) -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family):
        join_team(family, colleague, other)
        mother = make_family_member(family)
        row = make_decision(family)
    client = client_for(colleague)
    for name in ("family", "family-decisions", "family-economy"):
        assert "Oppdiktet ytelse" not in client.get(address(family, name)).content.decode()
    for name in ("edit", "renew", "end", "remove"):
        assert client.get(address(family, f"family-decision-{name}", row)).status_code == 404
    with inside(family):
        consent = make_consent(mother, [family.unit, other], ["decisions"])
    for name in ("family-decisions", "family-economy"):
        assert "Oppdiktet ytelse" in client.get(address(family, name)).content.decode()
    for name in ("edit", "renew", "end", "remove"):
        assert client.get(address(family, f"family-decision-{name}", row)).status_code == 403
    with inside(family):
        type(consent).objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now(), withdrawn_by=family.case_holder)
    for name in ("family", "family-decisions", "family-economy"):
        assert "Oppdiktet ytelse" not in client.get(address(family, name)).content.decode()


def test_what_has_no_end_is_not_renewed(client_for: Any) -> None:
    family = make_family()
    with inside(family):
        row = make_decision(family, ends_on=None)
    assert client_for(family.case_holder).get(address(family, "family-decision-renew", row)).status_code == 404


def test_nothing_is_recorded_in_a_closed_case(client_for: Any) -> None:
    family = make_family()
    with inside(family):
        row = make_decision(family)
        type(family).objects.filter(pk=family.pk).update(closed_on=timezone.localdate(), closed_reason="done")
    client = client_for(family.case_holder)
    assert client.get(address(family)).status_code == 200
    assert client.get(address(family, "family-decision-new")).status_code == 403
    assert client.get(address(family, "family-decision-edit", row)).status_code == 403


def test_a_form_offers_services_of_the_municipality_and_people_of_the_family(client_for: Any) -> None:
    family = make_family()
    own, foreign = UnitFactory(municipality=family.municipality), UnitFactory()
    unused = UnitFactory(municipality=family.municipality)
    type(unused).objects.filter(pk=unused.pk).update(active=False)
    with inside(family):
        make_family_member(family, "child")
        row = make_decision(family, service=unused)
    client = client_for(family.case_holder)
    offered = set(client.get(address(family, "family-decision-new")).context["form"].fields["service"].queryset)
    assert {family.unit, own} <= offered
    assert not {foreign, unused} & offered
    fields = client.get(address(family, "family-decision-edit", row)).context["form"].fields
    assert unused in fields["service"].queryset
    assert [label for _value, label in fields["subject"].choices] == ["Hele familien", "Testbarn (barn)"]


@pytest.mark.parametrize("name", ["family", "family-decisions", "family-economy"])
def test_the_queries_do_not_grow(name: str, client_for: Any) -> None:
    family, today = make_family(), timezone.localdate()
    client = client_for(family.case_holder)
    with inside(family):
        child = make_family_member(family, "child")
        make_decision(family, subject=child)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(family, name)).status_code == 200
        return len(queries)

    few = count()
    with inside(family):
        for number in range(10):
            service = UnitFactory(municipality=family.municipality)
            make_decision(
                family, title=f"Nummer {number}", service=service, subject=child, ends_on=today + number * DAY
            )
    assert count() <= few
