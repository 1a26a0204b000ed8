"""The pages of money: proposed by one, approved by another, refused with a reason; what waits, in one place."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.models import LedgerEntry, PaymentProposal, ProposalState, RecurringPayment, SubProjectState
from measures.models import new_form_key
from organisation.models import Role
from tests.at_once import at_once
from tests.factories import (
    LedgerEntryFactory,
    PaymentProposalFactory,
    RecurringPaymentFactory,
    make_funded,
    make_member,
)
from tests.pages.place import Place, make_place
from tests.turning import turn

pytestmark = pytest.mark.django_db
PURPOSE = "Sykler til utlån"


@pytest.fixture
def place() -> Place:
    return make_place()


@pytest.fixture
def client(place: Place, client_for: Any) -> Client:
    return client_for(place.caseworker)


def url(name: str, row: Any) -> str:
    return reverse(name, args=[row.public_id])


def typed(**changes: Any) -> dict[str, Any]:
    fields = {
        "amount": "1 600", "mode": "individual_needs", "use": "equipment", "purpose": PURPOSE, "voucher": "B-1",
        "pay_on": timezone.localdate().isoformat(), "form_key": new_form_key(),
    }  # fmt: skip
    return fields | changes


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode().replace("\xa0", " ")))


def waiting(place: Place, **fields: Any) -> PaymentProposal:
    defaults = {"sub_project": place.sub_project, "pay_on": timezone.localdate(), "proposed_by": place.caseworker}
    return PaymentProposalFactory(**defaults | fields)


def test_one_proposes_and_another_approves(place: Place, client: Client, client_for: Any) -> None:
    page = url("sub-project-spending", place.sub_project)
    proposed = client.post(url("payment-new", place.sub_project), typed(), follow=True)
    assert proposed.redirect_chain == [(page, 302)]
    assert "1 600 kroner · Sykler til utlån" in text_of(proposed)
    assert "Du foreslo dette. En annen må godkjenne." in text_of(proposed)
    proposal = PaymentProposal.objects.get()
    leader = client_for(place.coordinator)
    assert url("payment-approve", proposal) in leader.get(page).content.decode()
    done = leader.post(url("payment-approve", proposal), {"version": 1}, follow=True)
    assert "Utbetalingen på 1 600 kroner er godkjent." in text_of(done)
    entry = LedgerEntry.objects.get()
    assert (entry.amount, entry.proposed_by, entry.approved_by) == (1600, place.caseworker, place.coordinator)
    assert "1 600 kroner betalt" in text_of(done)


def test_the_proposer_does_not_approve_her_own(place: Place, client_for: Any) -> None:
    proposal = waiting(place, proposed_by=place.project_lead)
    own = client_for(place.project_lead)
    page = own.get(url("sub-project-spending", place.sub_project))
    assert url("payment-approve", proposal) not in page.content.decode()
    assert own.post(url("payment-approve", proposal), {"version": 1}).status_code == 403
    assert own.post(url("payment-refuse", proposal), {"version": 1, "reason": "x"}).status_code == 403
    assert not LedgerEntry.objects.exists()


def test_a_proposal_is_taken_back_by_its_own_message(place: Place, client: Client, client_for: Any) -> None:
    answer = client.post(url("payment-new", place.sub_project), typed(), follow=True)
    proposal = PaymentProposal.objects.get()
    undo = url("payment-withdraw", proposal)
    assert f'action="{undo}"' in answer.content.decode()
    refused = client_for(place.coordinator).post(undo, follow=True)
    assert "Bare den som foreslo" in text_of(refused)
    client.post(undo)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN
    assert "Avviste og trukne forslag" in text_of(client.get(url("sub-project-spending", place.sub_project)))


def test_pressed_twice_it_is_one_proposal(place: Place, client: Client) -> None:
    same = typed()
    for _ in range(2):
        assert client.post(url("payment-new", place.sub_project), same).status_code == 302
    assert PaymentProposal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_in_the_same_moment_it_is_one_proposal(place: Place, client_for: Any) -> None:
    same, clients = typed(), [client_for(place.caseworker) for _ in range(2)]
    answers = at_once(
        *(lambda client=client: client.post(url("payment-new", place.sub_project), same) for client in clients)
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert PaymentProposal.objects.count() == 1


def test_a_refused_form_comes_back_with_a_new_key(place: Place, client: Client) -> None:
    same = typed(amount="nok")
    answer = client.post(url("payment-new", place.sub_project), same)
    assert answer.status_code == 422
    assert same["form_key"] not in answer.content.decode()
    assert re.search(r'name="form_key" value="[0-9a-z]{20}"', answer.content.decode())


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"use": "pay"}, "use", "stillinger eller lønn"),
        ({"amount": "200 000,50"}, "amount", "Det er 200 000 kroner igjen"),
        ({"amount": "0"}, "amount", "større enn 0"),
        ({"amount": "-5"}, "amount", "større enn 0"),
        ({"pay_on": "1999-01-01"}, "pay_on", "perioden til delprosjektet"),
        ({"mode": "gavekort"}, "mode", "gyldig valg"),
        ({"purpose": ""}, "purpose", "påkrevd"),
    ],
)
def test_a_payment_that_can_not_be_is_refused_by_name(
    changes: dict[str, str], field: str, message: str, place: Place, client: Client
) -> None:
    answer = client.post(url("payment-new", place.sub_project), typed(voucher="Dette skrev jeg") | changes)
    assert answer.status_code == 422
    assert message in str(answer.context["form"].errors[field]).replace("\xa0", " ")
    assert "Dette skrev jeg" in answer.content.decode()
    assert not PaymentProposal.objects.exists()


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (SubProjectState.PLANNED, "Det kan betales ut når tildelingsbrevet er godkjent"),
        (SubProjectState.STOPPED, "Delprosjektet ble stoppet"),
        (SubProjectState.ENDED, "Delprosjektet ble avsluttet"),
        (SubProjectState.IN_LINE, "Delprosjektet ble videreført i linja"),
    ],
)
def test_where_nothing_can_be_paid_there_is_a_reason_and_no_form(state: str, why: str, client_for: Any) -> None:
    place = make_place(state=state, state_reason="av en grunn")
    client = client_for(place.caseworker)
    for name in ("payment-new", "recurring-new"):
        page = client.get(url(name, place.sub_project))
        assert why in text_of(page)
        assert "data-guard" not in page.content.decode() and "kroner" not in text_of(page).split("Hopp til")[1]
        assert f'href="{url("sub-project-spending", place.sub_project)}"' in page.content.decode()


def test_once_stopped_everything_is_refused_with_the_reason(client_for: Any) -> None:
    place = make_place(state=SubProjectState.STOPPED, state_reason="Samarbeidet kom ikke i gang.")
    client = client_for(place.caseworker)
    page = client.get(url("sub-project-spending", place.sub_project))
    assert "Det kan ikke betales ut mer. Samarbeidet kom ikke i gang." in text_of(page)
    assert url("payment-new", place.sub_project) not in page.content.decode()
    stopped = "stoppet ved et stoppunkt. Det kan ikke betales ut mer."
    for name, fields in (("payment-new", typed()), ("recurring-new", recurring_typed(place))):
        answer = client.post(url(name, place.sub_project), fields)
        assert answer.status_code == 422
        assert stopped in text_of(answer)
    proposal = waiting(place)
    answer = client_for(place.coordinator).post(url("payment-approve", proposal), {"version": 1}, follow=True)
    assert stopped in text_of(answer)
    assert not LedgerEntry.objects.exists()


def test_two_buttons_and_an_old_page_pay_once(place: Place, client_for: Any) -> None:
    proposal, leader = waiting(place), client_for(place.coordinator)
    assert "lagret" in text_of(leader.post(url("payment-approve", proposal), {"version": "x"}, follow=True))
    for text in ("er godkjent", "avgjort allerede"):
        answer = leader.post(url("payment-approve", proposal), {"version": 1}, follow=True)
        assert text in text_of(answer)
    assert LedgerEntry.objects.count() == 1


def test_a_refusal_tells_the_proposer_why(place: Place, client: Client, client_for: Any) -> None:
    proposal, leader = waiting(place), client_for(place.coordinator)
    assert leader.post(url("payment-refuse", proposal), {"version": 1, "reason": ""}).status_code == 422
    leader.post(url("payment-refuse", proposal), {"version": 1, "reason": "Kvitteringen mangler."})
    page = client.get(url("sub-project-spending", place.sub_project))
    assert "Kvitteringen mangler." in text_of(page)


def test_a_line_of_the_ledger_is_reversed_by_two(place: Place, client: Client, client_for: Any) -> None:
    entry = LedgerEntryFactory(sub_project=place.sub_project, paid_on=timezone.localdate(), amount=Decimal(2500))
    page = url("sub-project-spending", place.sub_project)
    assert url("payment-reverse", entry) in client.get(page).content.decode()
    today = timezone.localdate().isoformat()
    client.post(url("payment-reverse", entry), {"reason": "Feil konto", "on": today})
    waits = client.get(page)
    assert "Tilbakeføring venter" in text_of(waits)
    assert url("payment-reverse", entry) not in waits.content.decode()
    again = client.post(url("payment-reverse", entry), {"reason": "Feil konto", "on": today})
    assert again.status_code == 422
    leader = client_for(place.coordinator)
    leader.post(url("payment-approve", PaymentProposal.objects.get()), {"version": 1})
    after = text_of(leader.get(page))
    assert "Tilbakeført" in after and "-2 500" in after and "0 kroner betalt" in after


def recurring_typed(place: Place, **changes: Any) -> dict[str, Any]:
    month = timezone.localdate().replace(day=1).isoformat()
    fields = {
        "purpose": "Borgerlønn per barn", "mode": "basic_income", "use": "residents", "amount_each": "1 600",
        "receivers": "3", "first_month": month, "last_month": month, "day_of_month": "15", "voucher_prefix": "F",
    }  # fmt: skip
    return fields | changes


def test_a_recurring_payment_is_agreed_by_two_and_ended_by_one(place: Place, client: Client, client_for: Any) -> None:
    page = url("sub-project-spending", place.sub_project)
    for _ in range(2):
        client.post(url("recurring-new", place.sub_project), recurring_typed(place))
    recurring = RecurringPayment.objects.get()
    assert "1 600 kroner × 3 = 4 800 kroner hver måned" in text_of(client.get(page))
    assert client_for(place.caseworker).post(url("recurring-approve", recurring), {"version": 1}).status_code == 403
    leader = client_for(place.coordinator)
    assert "er godkjent" in text_of(leader.post(url("recurring-approve", recurring), {"version": 1}, follow=True))
    today = timezone.localdate().isoformat()
    end = url("recurring-end", recurring)
    assert client.post(end, {"last_day": today, "reason": "", "version": 2}).status_code == 422
    client.post(end, {"last_day": today, "reason": "Familiene flytter", "version": 2})
    assert "Familiene flytter" in text_of(client.get(page))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"use": "pay"}, "use"),
        ({"receivers": "0"}, "amount_each"),
        ({"receivers": "2,5"}, "receivers"),
        ({"first_month": "1999-01-01"}, "first_month"),
        ({"first_month": "tull"}, "first_month"),
        ({"day_of_month": "31"}, "day_of_month"),
    ],
)
def test_a_recurring_payment_that_can_not_be(changes: dict[str, str], field: str, place: Place, client: Client) -> None:
    answer = client.post(url("recurring-new", place.sub_project), recurring_typed(place, **changes))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not RecurringPayment.objects.exists()


def test_a_recurring_payment_is_refused_or_taken_back(place: Place, client: Client, client_for: Any) -> None:
    fields = {"sub_project": place.sub_project, "state": ProposalState.PROPOSED, "proposed_by": place.caseworker}
    first, second = (RecurringPaymentFactory(**fields) for _ in range(2))
    leader = client_for(place.coordinator)
    leader.post(url("recurring-refuse", first), {"version": 1, "reason": "For dyrt"})
    client.post(url("recurring-withdraw", second))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.decision_reason, second.state) == ("refused", "For dyrt", "withdrawn")


def test_what_waits_is_in_one_place_and_ones_own_is_not(place: Place, client_for: Any) -> None:
    elsewhere = make_place()
    mine = waiting(place, purpose="Min egen", proposed_by=place.coordinator)
    theirs = waiting(place, purpose="En annens")
    foreign = waiting(elsewhere, purpose="I en annen kommune")
    agreed = RecurringPaymentFactory(
        sub_project=place.sub_project, state=ProposalState.PROPOSED, purpose="Hver måned", proposed_by=place.caseworker
    )
    page = client_for(place.coordinator).get(reverse("payments-waiting"))
    html, text = page.content.decode(), text_of(page)
    assert "Til godkjenning (2)" in text and "Du har selv foreslått 1 utbetaling" in text
    assert url("payment-approve", theirs) in html and url("recurring-approve", agreed) in html
    assert url("payment-approve", mine) not in html and "I en annen kommune" not in text
    assert client_for(place.coordinator).post(url("payment-approve", foreign), {"version": 1}).status_code == 404
    back = client_for(place.coordinator).post(
        url("payment-approve", theirs), {"version": 1, "next": reverse("payments-waiting")}
    )
    assert back["Location"] == reverse("payments-waiting")
    away = client_for(place.coordinator).post(
        url("recurring-approve", agreed), {"version": 9, "next": "https://ondt.example/"}
    )
    assert away["Location"] == url("sub-project-spending", place.sub_project)


def test_whoever_takes_no_part_reads_and_moves_no_money(place: Place, client_for: Any) -> None:
    proposal = waiting(place, purpose="Til å lese")
    entry = LedgerEntryFactory(sub_project=place.sub_project, paid_on=timezone.localdate())
    recurring = RecurringPaymentFactory(sub_project=place.sub_project)
    rows = {
        "payment-new": place.sub_project, "recurring-new": place.sub_project, "payment-reverse": entry,
        "payment-approve": proposal, "payment-refuse": proposal, "payment-withdraw": proposal,
        "recurring-end": recurring, "recurring-approve": recurring, "recurring-withdraw": recurring,
    }  # fmt: skip
    for user in (place.outsider, place.partner, make_member(Role.STEERING_GROUP, place.own.unit)):
        client = client_for(user)
        page = client.get(url("sub-project-spending", place.sub_project))
        assert "Til å lese" in text_of(page)
        for name, row in rows.items():
            assert url(name, row) not in page.content.decode(), name
            assert client.post(url(name, row), {"version": 1}).status_code == 403, name
    assert PaymentProposal.objects.get().state == ProposalState.PROPOSED


def test_a_leader_of_another_municipality_finds_nothing(place: Place, client_for: Any) -> None:
    stranger = client_for(make_place().coordinator)
    proposal = waiting(place)
    for name in ("payment-approve", "payment-refuse", "payment-withdraw"):
        assert stranger.post(url(name, proposal), {"version": 1}).status_code == 404, name
    assert stranger.get(url("sub-project-spending", place.sub_project)).status_code == 404


def test_a_long_ledger_is_turned_by_pages_newest_first(place: Place, client: Client) -> None:
    for number in range(27):
        LedgerEntryFactory(
            sub_project=place.sub_project, paid_on=timezone.localdate(), amount=1, purpose=f"Nr {number}"
        )
    page = client.get(url("sub-project-spending", place.sub_project))
    first, second = text_of(page), text_of(turn(client, page))
    assert "Nr 26 " in first and "1–25 av 27" in first and "Nr 1 " not in first
    assert "Nr 1 " in second and "Nr 0 " in second


def test_before_the_letter_is_in_force_the_page_says_so(client_for: Any) -> None:
    place = make_place(state=SubProjectState.PLANNED)
    page = client_for(place.caseworker).get(url("sub-project-spending", place.sub_project))
    assert "når tildelingsbrevet er godkjent av alle" in text_of(page)


def test_a_sub_project_without_any_money_has_a_page(client_for: Any) -> None:
    sub_project = make_funded()
    client = client_for(make_member(Role.COORDINATOR, make_place().own.unit))
    assert client.get(url("sub-project-spending", sub_project)).status_code == 404
    place = make_place()
    bare = make_funded(municipality=place.municipality)
    assert client_for(place.coordinator).get(url("sub-project-spending", bare)).status_code == 200
