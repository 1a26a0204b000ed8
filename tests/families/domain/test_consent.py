"""Giving and taking back consents, and hearing of them before they run out."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from families.domain.consent import (
    Terms,
    give_consent,
    later,
    remind_of_consents,
    services_to_choose,
    withdraw_consents,
)
from families.domain.vault import OpenFamily
from families.domain.who_sees_what import units_in_team, who_sees_what
from families.models import Consent, ConsentService, Member, Need, Participation
from organisation.domain.errors import DomainError
from organisation.models import Notice, Role, Unit
from tests.factories import UnitFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.factories.grants_sub_projects import SubProjectFactory, SubProjectPartnerFactory
from tests.identity_numbers import made_up

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def terms(person: Member, units: list[Unit], **fields: Any) -> Terms:
    today = timezone.localdate()
    values = {
        "member": person.public_id, "services": [unit.public_id for unit in units], "topics": ["needs"],
        "reason": "coordination", "form": "oral", "given_on": today, "expires_on": today + 180 * DAY,
    }  # fmt: skip
    return Terms(**(values | fields))


def give(vault: OpenFamily, person: Member, units: list[Unit], **fields: Any) -> Consent:
    return give_consent(vault=vault, terms=terms(person, units, **fields), by=vault.user, at=NOW, on=vault.on)


def colleague_in(vault: OpenFamily) -> tuple[Unit, Any]:
    """Another service of the family's team, and somebody there."""
    unit = UnitFactory(municipality=vault.family.municipality)
    user = make_member(Role.CASEWORKER, unit)
    join_team(vault.family, user, unit)
    vault.__init__(vault.family, vault.user, vault.on)  # type: ignore[misc]  # the team as it is now
    return unit, user


def test_a_consent_says_who_what_and_until_when() -> None:
    with inside(make_family()) as vault:
        other, _ = colleague_in(vault)
        mother = make_family_member(vault.family)
        consent = give(vault, mother, [vault.unit, other], topics=["needs", "contact"], note="i permen")
        assert (consent.member, consent.unit, consent.topics) == (mother, vault.unit, ["contact", "needs"])
        assert {row.unit for row in consent.services.all()} == {vault.unit, other}
        assert give(vault, mother, [vault.unit, other], topics=["contact", "needs"], note="i permen") == consent


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"member": "2222222222"}, "member"),
        ({"services": []}, "services"),
        ({"services": ["2222222222", "3333333333"]}, "services"),
        ({"topics": []}, "topics"),
        ({"topics": ["everything"]}, "topics"),
        ({"reason": "curiosity"}, None),
        ({"form": "nod"}, None),
        ({"given_on": timezone.localdate() + DAY}, "given_on"),
        ({"expires_on": timezone.localdate() - DAY}, "expires_on"),
        ({"expires_on": timezone.localdate() + 800 * DAY}, "expires_on"),
        ({"note": f"Nummer {made_up()}"}, "note"),
    ],
)
def test_a_consent_that_can_not_be_right_is_refused_at_its_field(fields: dict[str, Any], field: str | None) -> None:
    with inside(make_family()) as vault:
        other, _ = colleague_in(vault)
        mother = make_family_member(vault.family)
        with pytest.raises(DomainError) as error:
            give(vault, mother, [vault.unit, other], **fields)
        assert error.value.field == field


def test_one_service_alone_has_nobody_to_share_with() -> None:
    with inside(make_family()) as vault:
        mother = make_family_member(vault.family)
        with pytest.raises(DomainError) as error:
            give(vault, mother, [vault.unit])
        assert error.value.field == "services"


def test_a_child_who_is_too_young_does_not_consent() -> None:
    with inside(make_family()) as vault:
        other, _ = colleague_in(vault)
        years = {age: make_family_member(vault.family, "child", birth_year=vault.on.year - age) for age in (14, 15)}
        assert give(vault, years[15], [vault.unit, other])
        with pytest.raises(DomainError):
            give(vault, years[14], [vault.unit, other])


def test_the_services_to_choose_are_those_around_the_family_that_one_knows_of() -> None:
    family = make_family()
    with inside(family) as vault:
        other, colleague = colleague_in(vault)
        partner, stranger = (UnitFactory(municipality=family.municipality) for _ in range(2))
        project = SubProjectFactory(municipality=family.municipality)
        SubProjectPartnerFactory(sub_project=project, unit=partner)
        make_row(Participation, family, vault.unit, sub_project=project, started_on=vault.on - DAY)
        assert {partner, other, vault.unit} <= set(services_to_choose(vault=vault))
        assert stranger not in services_to_choose(vault=vault)
    with inside(family, colleague) as theirs:
        assert partner not in services_to_choose(vault=theirs), "she may not know what the family takes part in"


def test_a_withdrawal_works_at_once_and_for_anybody_in_the_team() -> None:
    family = make_family()
    with inside(family) as vault:
        other, colleague = colleague_in(vault)
        mother = make_family_member(family)
        make_row(Need, family, words="Ord", need="work", life_area="work", said_on=vault.on, subject=mother)
        consent = give(vault, mother, [vault.unit, other])
    with inside(family, colleague) as theirs:
        assert theirs.rows(Need).count() == 1
        family.closed_on = theirs.on  # a closed case too
        assert withdraw_consents(vault=theirs, consents=[consent], by=colleague, at=NOW) == 1
        assert theirs.rows(Need).count() == 0, "the same reader, in the same transaction"
        consent.refresh_from_db()
        assert (consent.withdrawn_at, consent.withdrawn_by) == (NOW, colleague)
        assert withdraw_consents(vault=theirs, consents=[consent], by=colleague, at=NOW + DAY) == 0
        consent.refresh_from_db()
        assert consent.withdrawn_at == NOW, "the first time counts"


def test_nobody_outside_the_team_records_or_withdraws() -> None:
    with inside(make_family()) as vault:
        other, _ = colleague_in(vault)
        mother = make_family_member(vault.family)
        consent = give(vault, mother, [vault.unit, other])
        vault.mine = []
        with pytest.raises(DomainError):
            withdraw_consents(vault=vault, consents=[consent], by=vault.user, at=NOW)
        with pytest.raises(DomainError):
            give(vault, mother, [vault.family.unit, other], topics=["contact"])


@pytest.mark.django_db(transaction=True)
def test_what_somebody_said_yes_to_is_not_widened_or_changed_afterwards() -> None:
    family = make_family()
    with inside(family) as vault:
        other, _ = colleague_in(vault)
        third = UnitFactory(municipality=family.municipality)
        consent = give(vault, make_family_member(family), [vault.unit, other])
    with inside(family):
        with pytest.raises(IntegrityError, match="no others later"), transaction.atomic():
            ConsentService.objects.create(family=family, consent=consent, unit=third)
        with pytest.raises(ProgrammingError), transaction.atomic():
            ConsentService.objects.update(unit=third)
        for change in ({"topics": ["contact"]}, {"expires_on": timezone.localdate() + 900 * DAY}, {"removed_at": NOW}):
            with pytest.raises(ProgrammingError), transaction.atomic():
                Consent.objects.filter(pk=consent.pk).update(**change)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ((2026, 8, 31), 6, (2027, 2, 28)),
        ((2024, 2, 29), 24, (2026, 2, 28)),
        ((2026, 11, 21), 6, (2027, 5, 21)),
        ((2026, 6, 30), 6, (2026, 12, 30)),
        ((2026, 12, 31), 2, (2027, 2, 28)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(
    day: tuple[int, int, int], months: int, expected: tuple[int, int, int]
) -> None:
    assert later(datetime.date(*day), months=months) == datetime.date(*expected)


def test_the_case_holder_hears_once_of_what_runs_out_and_is_not_renewed() -> None:
    family, today = make_family(), timezone.localdate()
    with inside(family) as vault:
        other, _ = colleague_in(vault)
        mother, father = make_family_member(family), make_family_member(family, "father")
        services = [vault.unit, other]
        soon = {"given_on": today - 90 * DAY, "expires_on": today + 20 * DAY}
        make_consent(mother, services, ["contact"], **soon, withdrawn_at=NOW, withdrawn_by=vault.user)
        make_consent(father, services, ["needs"], **soon)  # he has given another, for longer and of more
        third = UnitFactory(municipality=family.municipality)
        make_consent(father, [*services, third], ["contact", "needs"])
        make_consent(mother, services, ["decisions"], expires_on=today + 31 * DAY)
    assert remind_of_consents(on=today) == []
    with inside(family):
        make_consent(mother, [*services, third], ["decisions"], **soon)  # the longer one has not all of its services
    (notice,) = remind_of_consents(on=today)
    assert notice.user == family.case_holder
    assert notice.url_path == f"/familier/{family.public_id}/samtykke/"
    assert mother.first_name not in notice.text
    assert remind_of_consents(on=today) == []
    with inside(family) as vault:
        withdraw_consents(vault=vault, consents=Consent.objects.filter(member=mother), by=vault.user, at=NOW)
    assert Notice.objects.get().read_at, "there is nothing left to renew"


def test_nobody_is_reminded_of_a_closed_case() -> None:
    family, today = make_family(), timezone.localdate()
    with inside(family) as vault:
        other, _ = colleague_in(vault)
        make_consent(make_family_member(family), [vault.unit, other], ["needs"], expires_on=today + 3 * DAY)
        type(family).objects.filter(pk=family.pk).update(closed_on=today, closed_reason="done")
    assert remind_of_consents(on=today) == []


def test_the_overview_says_what_is_shared_and_whose_consent_is_missing() -> None:
    family = make_family()
    with inside(family) as vault:
        other, _ = colleague_in(vault)
        mother, father = make_family_member(family), make_family_member(family, "father")
        child = make_family_member(family, "child")
        unknown = make_family_member(family, "child", birth_year=None)
        give(vault, mother, [vault.unit, other], topics=["needs", "contact"])
        give(vault, father, [vault.unit, other], topics=["contact"])
        whole = who_sees_what(vault=vault, subject=None)
        lines = {line.topic: line for line in whole.lines}
        assert set(whole.asked) == {mother.pk, father.pk}
        assert (lines["needs"].missing, lines["needs"].partly) == ([father.pk], True)
        assert (lines["contact"].missing, lines["contact"].partly) == ([], False)
        assert all(cell.everything for cell in lines["contact"].cells)
        about_mother = {line.topic: line for line in who_sees_what(vault=vault, subject=mother.pk).lines}
        assert not about_mother["needs"].partly
        assert set(who_sees_what(vault=vault, subject=child.pk).asked) == {mother.pk, father.pk}
        assert "Fødselsåret" in who_sees_what(vault=vault, subject=unknown.pk).nobody


def test_the_overview_tells_when_all_have_consented_to_different_services() -> None:
    family = make_family()
    with inside(family) as vault:
        other, _ = colleague_in(vault)
        third, _ = colleague_in(vault)
        mother, father = make_family_member(family), make_family_member(family, "father")
        give(vault, mother, [vault.unit, other])
        give(vault, father, [vault.unit, third])
        line = next(line for line in who_sees_what(vault=vault, subject=None).lines if line.topic == "needs")
        assert line.apart
        assert not any(cell.sees for cell in line.cells)
        moved = Member.objects.filter(pk=father.pk)
        moved.update(left_on=vault.on)
        found = who_sees_what(vault=vault, subject=None)
        assert (list(found.asked), list(found.before)) == ([mother.pk], [father.pk])


def test_a_consent_is_told_to_the_case_holder_and_to_the_other_services_it_names() -> None:
    family = make_family()
    with inside(family) as vault:
        writers, writer = colleague_in(vault)
        named, colleague = colleague_in(vault)
        _unnamed, stranger = colleague_in(vault)
        mother = make_family_member(family, first_name="Testmor")
    with inside(family, writer) as vault:
        consent = give(vault, mother, [writers, named], note="i permen")
        assert give(vault, mother, [writers, named], note="i permen") == consent
    told = Notice.objects.filter(key=f"consent-{consent.pk}-given")
    assert {row.user for row in told} == {family.case_holder, colleague}
    assert stranger not in {row.user for row in told}
    for row in told:
        assert "Testmor" not in row.text and "permen" not in row.text
    with inside(family) as vault:
        withdraw_consents(vault=vault, consents=[consent], by=vault.user, at=NOW)
    assert not told.filter(read_at=None).exists(), "what is withdrawn asks for nothing"


def test_ones_own_service_is_among_those_that_share() -> None:
    with inside(make_family()) as vault:
        other, _ = colleague_in(vault)
        third, _ = colleague_in(vault)
        mother = make_family_member(vault.family)
        with pytest.raises(DomainError, match="Tjenesten din") as error:
            give(vault, mother, [other, third])
        assert error.value.field == "services"
        assert not Consent.objects.exists()


def test_a_service_without_anybody_in_the_team_sees_nothing_and_nothing_is_shared_with_it() -> None:
    with inside(make_family()) as vault:
        absent = UnitFactory(municipality=vault.family.municipality)
        mother = make_family_member(vault.family)
        make_consent(mother, [vault.unit, absent], ["needs"])
        found = who_sees_what(vault=vault, subject=None)
        line = next(line for line in found.lines if line.topic == "needs")
        assert {cell.service: cell.here for cell in line.cells} == {vault.unit: True, absent: False}
        assert found.shared == []
        assert (line.waiting, line.apart) == (True, False)
        join_team(vault.family, make_member(Role.CASEWORKER, absent), absent)
        vault.__init__(vault.family, vault.user, vault.on)  # type: ignore[misc]
        assert len(who_sees_what(vault=vault, subject=None).shared) == 1
        assert units_in_team(vault=vault) == {vault.unit.pk, absent.pk}
