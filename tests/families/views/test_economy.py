"""The economy page: thirteen months, what falls and why."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from families.domain.money_months import next_month
from families.views.economy import decisions_part
from organisation.models import Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member
from tests.families.views.test_decision import address, make_decision

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def test_the_running_month_and_twelve_more(client_for: Any) -> None:
    family, today = make_family(), timezone.localdate()
    with inside(family):
        make_decision(family, ends_on=None, pay_day=15)
        make_decision(family, kind="reduction", scheme="kindergarten", ends_on=None, pay_day=None, amount=Decimal(900))
    rows = client_for(family.case_holder).get(address(family, "family-economy")).context["months"]
    assert [row["month"].first for row in rows] == [next_month(today, number) for number in range(13)]
    assert {row["month"].total for row in rows} == {1600}
    assert {row["month"].saved for row in rows} == {900}
    assert [row["fall"] for row in rows] == [None] * 13


def test_a_fall_says_what_ended(client_for: Any) -> None:
    family, today = make_family(), timezone.localdate()
    ends_on = next_month(today, 3) - DAY
    with inside(family):
        make_decision(family, title="Oppdiktet stønad", ends_on=ends_on, pay_day=10, amount=Decimal(4000))
        make_decision(family, scheme="child_benefit", title="", ends_on=None, pay_day=10)
    page = client_for(family.case_holder).get(address(family, "family-economy"))
    marked = [(row["month"].first, row["fall"]) for row in page.context["months"] if row["fall"] is not None]
    assert marked == [(ends_on + DAY, 71)]
    text = page.content.decode()
    assert "71 prosent mindre enn måneden før (5 600 kroner)" in text.replace("\xa0", " ")
    assert "Oppdiktet stønad, Hele familien" in text


def test_without_amounts_the_page_says_what_belongs_there(client_for: Any) -> None:
    family = make_family()
    page = client_for(family.case_holder).get(address(family, "family-economy"))
    assert "når et vedtak eller en ytelse har beløp" in page.content.decode()


def test_the_first_page_says_what_ends_next_and_this_months_money() -> None:
    family, today = make_family(), timezone.localdate()
    with inside(family) as vault:
        assert decisions_part(vault) is None
        for number in range(5):
            without = {"rhythm": "none", "amount": None, "pay_day": None}
            make_decision(family, ends_on=today + number * DAY, title=f"Nummer {number}", **without)
        make_decision(family, ends_on=None, pay_day=15)
        shown = decisions_part(vault)
        assert shown is not None
        _template, part = shown
        assert [item["row"].title for item in part["ending"]] == ["Nummer 0", "Nummer 1", "Nummer 2"]
        assert (part["more"], part["current"], part["month"].total) == (2, 6, 1600)


def test_what_two_services_have_recorded_is_counted_once_and_said_to_be(client_for: Any) -> None:
    family = make_family()
    other = UnitFactory(name="Den andre", municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    fields = {"ends_on": None, "pay_day": 15}
    with inside(family):
        join_team(family, colleague, other)
        mother = make_family_member(family)
        make_consent(mother, [family.unit, other], ["decisions"])
        make_decision(family, subject=mother, **fields)
        make_decision(family, subject=mother, scheme="pay", **fields)
    with inside(family, colleague):
        same = {"unit": other, "written_by": colleague, "subject": mother, **fields}
        make_decision(family, **same)
        make_decision(family, scheme="pay", **same | {"amount": Decimal(100)})
    client = client_for(family.case_holder)
    economy = client.get(address(family, "family-economy"))
    assert {row["month"].total for row in economy.context["months"]} == {3300}
    for page in (economy, client.get(address(family))):
        text = page.content.decode()
        assert text.count("Står to ganger. Vi regner den én gang.") == 1
        assert "Kan være det samme som Lønn fra Den andre, 100 kroner" in text.replace("\xa0", " ")
