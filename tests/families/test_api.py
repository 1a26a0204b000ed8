"""The API gives what the pages give, opened and logged by the same service."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from families.models import Participation
from organisation.models import ReadEntry, Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.factories.measures import MeasureFactory
from tests.factories.organisation import ZoneFactory

pytestmark = pytest.mark.django_db
LIST = reverse("api-family-list")


def test_a_service_gets_exactly_what_is_shared_with_it_and_after_a_withdrawal_none(client_for: Any) -> None:
    unit = UnitFactory()
    other = UnitFactory(municipality=unit.municipality)
    family = make_family(unit=unit, zone=ZoneFactory(municipality=unit.municipality, name="Prøvehaugen"))
    colleague = make_member(Role.PARTNER, other)
    with inside(family):
        join_team(family, colleague, other)
        mother = make_family_member(family, birth_year=1987)
        measure = MeasureFactory(plan__municipality=unit.municipality, title="Hemmelig kurs")
        make_row(Participation, family, measure=measure, started_on=datetime.date(2024, 1, 31))
    client, url = client_for(colleague), reverse("api-family", args=[family.public_id])

    def seen() -> tuple[Any, ...]:
        found = client.get(url).json()
        member = found["members"][0]
        named = [line["measure"] for line in found["participations"]]
        return member["first_name"], member["birth_year"], found["zone"], found["protected"], named

    assert seen() == ("", None, None, None, [])
    with inside(family):
        consent = make_consent(mother, [unit, other], ["household", "participation"])
    assert seen() == ("Testine", 1987, "Prøvehaugen", False, ["Hemmelig kurs"])
    with inside(family):
        consent.withdrawn_at, consent.withdrawn_by = timezone.now(), family.case_holder
        consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    assert seen() == ("", None, None, None, [])


def test_a_miss_is_404_and_logged(client_for: Any) -> None:
    family, stranger = make_family(), make_member(Role.CASEWORKER)
    client = client_for(stranger)
    answers = [client.get(reverse("api-family", args=[reference])) for reference in (family.public_id, "2222222222")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    with inside(family):
        line = ReadEntry.objects.get(reader=stranger)
        assert (line.page, line.basis) == ("api-family", "denied")


def test_the_list_has_the_filters_of_the_page_and_logs_each_family_it_sends(client_for: Any) -> None:
    holder = make_member(Role.CASEWORKER)
    unit = holder.current_memberships[0].unit
    families = [make_family(by=holder, unit=unit) for _ in range(3)]
    make_family(unit=unit)
    client = client_for(holder)
    answer = client.get(LIST)
    assert {line["id"] for line in answer.json()["results"]} == {family.public_id for family in families}
    assert "no-store" in answer["Cache-Control"]
    only = client.get(LIST, {"sok": families[0].reference}).json()
    assert [line["id"] for line in only["results"]] == [families[0].public_id]
    for family, times in zip(families, (2, 1, 1), strict=True):
        with inside(family):
            assert ReadEntry.objects.filter(family=family.pk, page="api-family-list").count() == times
    assert client.get(LIST, {"tilstand": "x"}).status_code == 400
    assert client.get(LIST, {"page": "9"}).status_code == 404
