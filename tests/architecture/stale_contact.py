"""Cases for test_stale_writes.py: contacts with families, support and outcomes."""

import datetime
from typing import Any

from django.utils import timezone

from families.domain import contact, outcome, support
from families.models import Contact, FamilyOutcome, Support
from tests.factories.families import NOW, make_family, make_row, stay_inside

Case = tuple[Any, dict[str, Any]]


def today() -> datetime.date:
    return timezone.localdate()


def a_contact(**fields: Any) -> Case:
    family = make_family()
    vault = stay_inside(family)
    row = make_row(Contact, family, happened_on=today(), next_step="Ringe", **fields)
    return row, {"vault": vault, "contact": row, "by": family.case_holder}


def a_contact_to_change() -> Case:
    row, arguments = a_contact()
    return row, arguments | {"kind": "phone", "happened_on": today()}


def a_done_step() -> Case:
    return a_contact(done_on=today())


def a_support() -> Case:
    family = make_family()
    vault = stay_inside(family)
    row = make_row(Support, family, kind="other", what="Prøve", given_on=today())
    return row, {"vault": vault, "support": row, "by": family.case_holder}


def a_support_to_change() -> Case:
    row, arguments = a_support()
    new = {"kind": "home", "what": "Nytt", "given_on": today(), "mode": "individual_needs", "agreed_with": ""}
    return row, arguments | new


def a_support_to_remove() -> Case:
    row, arguments = a_support()
    return row, arguments | {"at": NOW}


def an_outcome() -> Case:
    family = make_family()
    vault = stay_inside(family)
    row = make_row(FamilyOutcome, family, kind="housing", happened_on=today())
    change = {"kind": "own_home", "happened_on": today()}
    return row, {"vault": vault, "outcome": row, "by": family.case_holder} | change


CASES = {
    contact.update_contact: a_contact_to_change,
    contact.finish_step: a_contact,
    contact.reopen_step: a_done_step,
    support.update_support: a_support_to_change,
    support.remove_support: a_support_to_remove,
    outcome.update_family_outcome: an_outcome,
}
