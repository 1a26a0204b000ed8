"""What is written of somebody stays hers: a correction never makes it about the whole family, unless that is chosen."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from families.domain.about import UNCHANGED, person_label, subject_label
from families.domain.contact import update_contact
from families.domain.decision import renew_decision
from families.models import Contact, Decision, Family, FamilyOutcome, Member, Need, Support
from tests.factories.families import inside, make_family, make_family_member, make_row

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
GONE = "En som ikke lenger er registrert"
# Address, the name of its id, and the field of whom it is about; then the row.
FORMS: dict[type[Any], tuple[str, str, str, dict[str, Any]]] = {
    Contact: ("family-contact-edit", "contact_id", "member", {"happened_on": TODAY, "text": "Prøvetekst"}),
    Need: (
        "family-need-edit", "public_id", "subject",
        {"words": "Prøvetekst", "need": "housing", "life_area": "housing", "said_on": TODAY},
    ),
    Decision: (
        "family-decision-edit", "public_id", "subject",
        {"kind": "decision", "scheme": "other", "title": "Prøvetekst", "starts_on": TODAY, "ends_on": TODAY},
    ),
    Support: (
        "family-support-edit", "support_id", "member",
        {"kind": "leisure", "what": "Prøvetekst", "given_on": TODAY, "mode": "individual_needs"},
    ),
    FamilyOutcome: ("family-outcome-edit", "outcome_id", "member", {"kind": "housing", "happened_on": TODAY}),
}  # fmt: skip


def row_of_somebody_gone(model: type[Any], *, others: bool = True) -> tuple[Family, Any]:
    """A row about a child whom (another service) has taken away since; perhaps nobody else is in the family."""
    family = make_family(on=TODAY)
    values = dict(FORMS[model][3])
    if model is Decision:
        values["service"] = family.unit
    with inside(family):
        child = make_family_member(family, "child")
        if others:
            make_family_member(family, "mother")
        if model is Support:
            values["agreed_with"] = child
        row = make_row(model, family, subject=child, **values)
        Member.objects.filter(pk=child.pk).update(removed_at=timezone.now(), first_name="")
    return family, row


def subject_of(family: Family, row: Any) -> int | None:
    with inside(family):
        found: int | None = type(row).objects.get(pk=row.pk).subject_id
    return found


def filled_in(form: Any) -> dict[str, Any]:
    """What a browser sends of a form that nobody has touched."""
    return {form[name].html_name: value for name in form.fields if (value := form[name].value()) is not None}


@pytest.mark.parametrize("others", [True, False])
@pytest.mark.parametrize("model", FORMS)
def test_a_correction_leaves_it_about_whom_it_was(model: type[Any], others: bool, client_for: Any) -> None:
    family, row = row_of_somebody_gone(model, others=others)
    name, argument, field, _values = FORMS[model]
    url = reverse(name, kwargs={"reference": family.public_id, argument: row.public_id})
    client = client_for(family.case_holder)
    page = client.get(url)
    assert GONE in page.content.decode()
    assert page.context["form"][field].value() == UNCHANGED
    assert client.post(url, filled_in(page.context["form"])).status_code == 302
    assert subject_of(family, row) == row.subject_id
    if model is Support:
        with inside(family):
            assert Support.objects.get(pk=row.pk).agreed_with_id == row.agreed_with_id


@pytest.mark.parametrize("model", FORMS)
def test_whoever_chooses_the_whole_family_gets_it(model: type[Any], client_for: Any) -> None:
    family, row = row_of_somebody_gone(model)
    name, argument, field, _values = FORMS[model]
    url = reverse(name, kwargs={"reference": family.public_id, argument: row.public_id})
    client = client_for(family.case_holder)
    sent = filled_in(client.get(url).context["form"]) | {field: ""}
    assert client.post(url, sent).status_code == 302
    assert subject_of(family, row) is None


def test_a_new_period_is_about_the_same_person() -> None:
    family, row = row_of_somebody_gone(Decision)
    with inside(family) as vault:
        row = Decision.objects.get(pk=row.pk)
        fields = {name: getattr(row, name) for name in ("kind", "scheme", "title", "service")}
        fields["starts_on"] = TODAY + datetime.timedelta(days=1)
        renewed = renew_decision(vault=vault, decision=row, by=vault.user, at=timezone.now(), **fields)
        assert renewed.subject_id == row.subject_id


def test_an_update_that_says_nothing_of_whom_keeps_her() -> None:
    family, row = row_of_somebody_gone(Contact)
    with inside(family) as vault:
        changed = update_contact(
            vault=vault, contact=row, version=row.version, kind=row.kind, happened_on=TODAY, by=vault.user
        )
        assert changed.subject_id == row.subject_id


def test_somebody_gone_is_not_called_the_whole_family() -> None:
    family, row = row_of_somebody_gone(Contact)
    with inside(family) as vault:
        assert GONE in subject_label(vault, row.subject_id)
        assert GONE in person_label(vault, row.subject_id)
        assert (subject_label(vault, None), person_label(vault, None)) == ("Hele familien", "")
