"""The page of support and outcomes, and what a sub-project's own pages say of it."""

import datetime
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from families.domain.support import Money, give_support
from families.models import Family, FamilyOutcome, Participation, Support
from grants.models import PartnerRole, PaymentProposal, SubProject, SubProjectPartner
from organisation.models import Role, User
from organisation.periods import HalfYear
from tests.at_once import at_once
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.factories.grants_spending import make_funded

pytestmark = pytest.mark.django_db
WHAT = "Hemmelig prøveseng"


def today() -> datetime.date:
    return timezone.localdate()


def at(name: str, family: Family, **more: str) -> str:
    return reverse(name, kwargs={"reference": family.public_id, **more})


def place(family: Family, partner: bool = True) -> SubProject:
    """Opened: a running sub-project with money that the family takes part in."""
    sub_project = make_funded(
        (HalfYear.of(today()).code, 10_000), municipality=family.municipality,
        ends_on=today() + datetime.timedelta(days=400),
    )  # fmt: skip
    if partner:
        SubProjectPartner.objects.create(sub_project=sub_project, unit=family.unit, role=PartnerRole.RESPONSIBLE)
    make_row(Participation, family, sub_project=sub_project, started_on=family.opened_on)
    return sub_project


def rows(model: Any, family: Family) -> list[Any]:
    with inside(family):
        return list(model.objects.standing().order_by("id"))


def form_of(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    key = re.search(r'name="form_key" value="([^"]+)"', client.get(url).content.decode())
    assert key, "the form has no key"
    fields = {"kind": "furniture", "what": WHAT, "given_on": today().isoformat(), "mode": "individual_needs"}
    return fields | {"form_key": key[1]} | changes


def paid(family: Family, **fields: Any) -> Support:
    with inside(family) as vault:
        return give_support(
            vault=vault, kind="furniture", what=WHAT, given_on=today(), mode="individual_needs", by=vault.user,
            at=timezone.now(), money=Money(place(family), Decimal(4000), "V-1"), **fields,
        )  # fmt: skip


def test_support_with_money_is_recorded_and_shown_with_its_state(client_for: Any) -> None:
    family = make_family()
    with inside(family):
        sub_project = place(family)
    client, url = client_for(family.case_holder), at("family-support-new", family)
    money = {"with_money": "yes", "sub_project": sub_project.pk, "amount": "4 000", "voucher": "V-1"}
    page = client.post(url, form_of(client, url, **money), follow=True).content.decode()
    assert "utbetalingen er sendt til godkjenning" in page
    assert "4 000 kroner" in page.replace("\xa0", " ") and "Til godkjenning" in page and WHAT in page
    assert reverse("sub-project-spending", args=[sub_project.public_id]) in page
    assert PaymentProposal.objects.get().amount == 4000


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"amount": ""}, "Skriv beløpet."),
        ({"voucher": ""}, "Skriv bilagsnummeret."),
        ({"sub_project": ""}, "Velg delprosjektet som betaler."),
        ({"amount": "10001"}, "er for stor"),
        ({"amount": "-1"}, "større enn 0"),
        ({"given_on": "1999-01-01"}, "perioden til delprosjektet"),
        ({"what": ""}, "Hva får familien?"),
    ],
)
def test_what_is_refused_keeps_what_was_typed_and_nothing_is_written(
    changes: dict[str, str], message: str, client_for: Any
) -> None:
    family = make_family()
    with inside(family):
        sub_project = place(family)
    client, url = client_for(family.case_holder), at("family-support-new", family)
    money = {"with_money": "yes", "sub_project": sub_project.pk, "amount": "10", "voucher": "V-77"}
    answer = client.post(url, form_of(client, url, **(money | changes)))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page and ("V-77" in page or "voucher" in changes)
    assert rows(Support, family) == [] and not PaymentProposal.objects.exists()


def test_fields_for_money_that_are_out_of_sight_say_nothing(client_for: Any) -> None:
    family = make_family()
    with inside(family):
        place(family)
    client, url = client_for(family.case_holder), at("family-support-new", family)
    answer = client.post(url, form_of(client, url, with_money="no", amount="tull", sub_project="tull"))
    assert answer.status_code == 302
    assert rows(Support, family)[0].proposal_id is None


def test_whoever_may_not_propose_there_reads_why(client_for: Any) -> None:
    family = make_family()
    client, url = client_for(family.case_holder), at("family-support-new", family)
    assert "ikke med i noe delprosjekt som kan betale" in client.get(url).content.decode()
    with inside(family):
        sub_project = place(family, partner=False)
    page = client.get(url).content.decode()
    assert f"Du kan ikke foreslå utbetalinger i {sub_project.title}." in page and 'name="amount"' not in page
    # One that pays is beside it: then it can be chosen, and the answer has its name.
    with inside(family):
        place(family)
    money = {"with_money": "yes", "sub_project": sub_project.pk, "amount": "10", "voucher": "V-1"}
    page = client.post(url, form_of(client, url, **money)).content.decode()
    assert "Du kan ikke foreslå utbetalinger i dette delprosjektet." in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("money", [False, True])
def test_the_same_form_from_two_connections_at_once(money: bool, client_for: Any) -> None:
    family = make_family()
    with inside(family):
        sub_project = place(family)
    clients: list[Client] = [client_for(family.case_holder) for _ in range(2)]
    url = at("family-support-new", family)
    paying = {"with_money": "yes", "sub_project": sub_project.pk, "amount": "10", "voucher": "V-1"}
    fields = form_of(clients[0], url, **(paying if money else {"with_money": "no"}))
    answers = at_once(*(lambda c=c: c.post(url, fields) for c in clients))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(rows(Support, family)) == 1
    assert PaymentProposal.objects.count() == int(money)


def test_from_the_sub_projects_money_there_is_no_way_to_the_family(client_for: Any) -> None:
    family = make_family()
    support = paid(family)
    lead = make_member(Role.COORDINATOR, family.unit)
    client = client_for(lead)
    spending = reverse("sub-project-spending", args=[support.proposal.sub_project.public_id])
    for url in (spending, reverse("payments-waiting")):
        page = client.get(url).content.decode()
        assert "Støtte til familie: Inventar" in page
        for secret in (WHAT, family.public_id, family.reference, support.public_id, '"/familier/'):
            assert secret not in page


def test_of_support_with_money_the_form_offers_what_may_be_put_right(client_for: Any) -> None:
    family = make_family()
    support = paid(family)
    client = client_for(family.case_holder)
    url = at("family-support-edit", family, support_id=support.public_id)
    page = client.get(url).content.decode()
    assert 'name="what"' in page and 'name="kind"' not in page and 'name="given_on"' not in page
    assert client.post(url, {"what": "Køyeseng", "version": support.version}).status_code == 302
    assert rows(Support, family)[0].what == "Køyeseng"
    answer = client.post(at("family-support-remove", family, support_id=support.public_id), {"version": 2})
    assert "Trekk eller tilbakefør utbetalingen" in answer.content.decode()
    client.post(reverse("payment-withdraw", args=[support.proposal.public_id]))
    assert "Trukket" in client.get(at("family-support", family)).content.decode()
    client.post(at("family-support-remove", family, support_id=support.public_id), {"version": 2})
    assert rows(Support, family) == []


def colleague_of(family: Family) -> User:
    colleague = make_member(Role.CASEWORKER, UnitFactory(municipality=family.municipality))
    with inside(family):
        join_team(family, colleague, colleague.current_memberships[0].unit)
    return colleague


def test_another_service_sees_the_amount_and_not_where_the_family_takes_part(client_for: Any) -> None:
    """That a family is in a sub-project is shared by itself."""
    family = make_family()
    colleague = colleague_of(family)
    with inside(family):
        mother = make_family_member(family)
    support = paid(family, member=mother.public_id)
    title = support.proposal.sub_project.title
    with inside(family):
        outcome = {"kind": "housing", "happened_on": today(), "sub_project": support.proposal.sub_project}
        make_row(FamilyOutcome, family, subject=mother, **outcome)
        unit = colleague.current_memberships[0].unit
        make_consent(mother, [family.unit, unit], ["support", "outcomes"])
    client = client_for(colleague)
    page = client.get(at("family-support", family)).content.decode()
    assert WHAT in page and "Har fått bolig" in page and title not in page
    assert client.get(at("family-support-edit", family, support_id=support.public_id)).status_code == 403
    with inside(family):
        make_consent(mother, [family.unit, unit], ["participation"])
    page = client.get(at("family-support", family)).content.decode()
    assert title in page


def test_an_outcome_is_recorded_corrected_and_taken_away(client_for: Any) -> None:
    family = make_family()
    with inside(family):
        sub_project = place(family)
    client, url = client_for(family.case_holder), at("family-outcome-new", family)
    fields = {
        "kind": "own_home",
        "happened_on": today().isoformat(),
        "sub_project": sub_project.pk,
        "note": "Prøvemerknad",
    }
    key = form_of(client, url)["form_key"]
    page = client.post(url, fields | {"form_key": key}, follow=True).content.decode()
    assert "Har kjøpt egen bolig" in page and "Prøvemerknad" in page and f"Telles i {sub_project.title}" in page
    (row,) = rows(FamilyOutcome, family)
    edit = at("family-outcome-edit", family, outcome_id=row.public_id)
    client.post(edit, fields | {"kind": "housing", "version": row.version})
    assert rows(FamilyOutcome, family)[0].kind == "housing"
    client.post(at("family-outcome-remove", family, outcome_id=row.public_id), {"version": 2})
    assert rows(FamilyOutcome, family) == []


def test_a_family_that_is_in_nothing_can_have_an_outcome(client_for: Any) -> None:
    family = make_family()
    client, url = client_for(family.case_holder), at("family-outcome-new", family)
    assert 'name="sub_project"' not in client.get(url).content.decode()
    fields = {"kind": "leisure", "happened_on": today().isoformat(), "form_key": form_of(client, url)["form_key"]}
    assert client.post(url, fields).status_code == 302


def test_the_queries_of_the_page_do_not_grow(client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    paid(family)
    with inside(family):
        member = make_family_member(family)
        make_row(FamilyOutcome, family, kind="housing", happened_on=today(), subject=member)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(at("family-support", family)).status_code == 200
        return len(queries)

    few = count()
    for number in range(5):
        with inside(family) as vault:
            money = Money(place(family), Decimal(10), f"V-{number}")
            given = {"kind": "other", "what": "x", "given_on": today(), "mode": "individual_needs", "money": money}
            give_support(vault=vault, by=vault.user, at=timezone.now(), member=member.public_id, **given)
            make_row(FamilyOutcome, family, kind="leisure", happened_on=today(), subject=member)
    assert count() == few
