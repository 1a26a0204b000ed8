"""A sub-project with results, ratings and money, for tests that visit every page. Made by the domain's own functions."""

import datetime
from decimal import Decimal
from typing import Any

from grants.domain.lesson import add_lesson
from grants.domain.outcome import correct_outcome, record_outcome
from grants.domain.quote import add_quote
from grants.domain.recurring import approve_recurring, propose_recurring
from grants.domain.relational import FEWEST, rate
from grants.domain.spending import approve, propose_payment, propose_reversal
from grants.models import Dimension, OutcomeKind, PartnerRole, SubProject, SubProjectPartner
from organisation.models import Municipality, Role, Unit, User
from organisation.periods import HalfYear
from tests.factories import UnitFactory, make_funded, make_member
from tests.factories.grants_results import make_partners

Ids = dict[str, dict[str, str]]
Users = dict[Role, User]


def results_and_money(municipality: Municipality, unit: Unit, users: Users, today: datetime.date, secret: str) -> Ids:
    """The arguments of the addresses of results, relations and money. `unit` takes part with six others."""
    half = HalfYear.of(today)
    before = half.previous()
    sub_project = make_funded(
        (before.code, 500_000), (half.code, 500_000), municipality=municipality, by=users[Role.COORDINATOR],
        title=f"Delprosjekt med resultater. {secret}", state_since=before.first_day,
    )  # fmt: skip
    own = SubProjectPartner.objects.create(sub_project=sub_project, unit=unit, role=PartnerRole.RESPONSIBLE)
    results = _results(sub_project, users, today, before.last_day, secret)
    _relations(sub_project, own, half, today)
    money = _money(sub_project, users, today, secret)
    names = "sub-project-results sub-project-relations sub-project-spending relations-rate result-new result-history"
    names += " lesson-new quote-new payment-new recurring-new"
    return _at(names, sub_project) | results | money


def _at(names: str, row: Any) -> Ids:
    return {name: {"public_id": row.public_id} for name in names.split()}


def _results(sub_project: SubProject, users: Users, today: datetime.date, earlier: datetime.date, secret: str) -> Ids:
    by, now = users[Role.CASEWORKER], datetime.datetime.now(datetime.UTC)
    said: dict[str, Any] = {"sub_project": sub_project, "by": by, "at": now, "today": today, "source": secret}
    first = record_outcome(kind=OutcomeKind.FAMILIES, value=Decimal(60), counted_on=earlier, **said)
    named = {"kind": OutcomeKind.OTHER, "label": "meldte saker", "measured_in": "saker"}
    for year, value in enumerate((111, 102, 49)):
        day = datetime.date(earlier.year - 3 + year, 12, 31)
        record_outcome(value=Decimal(value), counted_on=day, note=secret, **named, **said)
    del said["sub_project"]
    last = correct_outcome(outcome=first, value=Decimal(70), counted_on=today, is_at_least=True, **said)
    lesson = add_lesson(sub_project=sub_project, text=secret, by=by, on=today)
    quote = add_quote(
        sub_project=sub_project, text=secret, said_by="mor", consent_given_on=today, consent_note="signert skjema",
        by=by, today=today,
    )  # fmt: skip
    return (
        _at("result-correct result-withdraw", last)
        | _at("lesson-edit", lesson)
        | _at("quote-edit quote-withdraw", quote)
    )


def _relations(sub_project: SubProject, own: SubProjectPartner, half: HalfYear, today: datetime.date) -> None:
    """Two half-years, rated by three helpers of two services and one of a third; the others have answered nothing."""
    other, third, *_silent = make_partners(sub_project, 6)
    unit = UnitFactory(municipality=sub_project.municipality)
    helpers = [make_member(Role.PARTNER, unit) for _ in range(FEWEST)]
    for period, on, strength in ((half.previous(), half.previous().last_day, 2), (half, today, 4)):
        for rater, rated in ((own, other), (other, own), (own, third)):
            strengths = {(rated, dimension): strength for dimension in Dimension.values}
            for by in helpers:
                rate(sub_project=sub_project, rater=rater, strengths=strengths, half=period, by=by, on=on)
        alone = {(own, dimension): strength for dimension in Dimension.values}
        rate(sub_project=sub_project, rater=third, strengths=alone, half=period, by=helpers[0], on=on)


def _money(sub_project: SubProject, users: Users, today: datetime.date, secret: str) -> Ids:
    """A payment, one that waits, a reversal that waits; a recurring payment that runs and one that waits."""
    by, leader, now = users[Role.CASEWORKER], users[Role.COORDINATOR], datetime.datetime.now(datetime.UTC)

    def propose(amount: int, voucher: str) -> Any:
        return propose_payment(
            sub_project=sub_project, amount=Decimal(amount), mode="individual_needs", use="equipment", purpose=secret,
            pay_on=today, voucher=voucher, by=by, at=now,
        )  # fmt: skip

    def agree(receivers: int) -> Any:
        return propose_recurring(
            sub_project=sub_project, amount_each=Decimal(1600), receivers=receivers, first_month=today,
            last_month=today, by=by, at=now, purpose=secret, mode="basic_income", use="residents", day_of_month=15,
            voucher_prefix=f"F{receivers}",
        )  # fmt: skip

    entries = []
    for number in range(2):
        proposal = propose(1600, f"B-{number}")
        entries.append(approve(proposal=proposal, version=proposal.version, by=leader, at=now))
    propose_reversal(entry=entries[0], reason="Betalt til feil konto", on=today, by=by, at=now)
    waiting, agreed = propose(2500, "B-9"), agree(3)
    agreed = approve_recurring(recurring=agreed, version=agreed.version, by=leader, at=now)
    return (
        _at("payment-approve payment-refuse payment-withdraw", waiting)
        | _at("recurring-approve recurring-refuse recurring-withdraw", agree(2))
        | _at("recurring-end", agreed)
        | _at("payment-reverse", entries[1])
    )
