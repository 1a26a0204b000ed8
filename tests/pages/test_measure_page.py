"""The page of a measure says all that belongs to it, though it is read in few statements."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from measures.models import ClosedPeriod, LifeArea, MeasureFate
from organisation.models import Role
from tests.factories import (
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    PlanFactory,
    TargetFactory,
    UnitFactory,
    ZoneFactory,
    make_member,
)

pytestmark = pytest.mark.django_db


def test_partners_zones_life_areas_and_what_it_was_carried_over_from_stand_there(client_for: Any) -> None:
    plan = PlanFactory(state="adopted")
    town = plan.municipality
    partners = [UnitFactory(municipality=town, name=name) for name in ("Ås skole", "Biblioteket", "Åpen barnehage")]
    measure = MeasureFactory(plan=plan, partners=partners)
    measure.zones.set([ZoneFactory(municipality=town, name=name) for name in ("Øvre", "Nedre")])
    measure.life_areas.set([LifeArea.objects.create(plan=plan, number=n, text=f"Livsområde {n}") for n in (2, 1)])
    before = MeasureFactory(plan=PlanFactory(municipality=town, title="Den gamle planen"), title="Gammelt tiltak")
    MeasureFate.objects.create(measure=before, kind="carried_over", successor=measure)
    client = client_for(make_member(Role.CASEWORKER, UnitFactory(municipality=town)))
    text = client.get(reverse("measure", args=[measure.public_id])).content.decode()
    assert "Biblioteket, Åpen barnehage, Ås skole" in text
    assert "Nedre, Øvre" in text
    assert text.index("Livsområde 1") < text.index("Livsområde 2")
    assert f"{before.plan.name}: Gammelt tiltak" in text
    other = client.get(reverse("measure", args=[before.public_id])).content.decode()
    assert "Videreført fra" not in other and "Samarbeidspartnere" not in other


def test_an_entry_is_corrected_only_outside_of_what_was_closed_and_its_figures_are_named(client_for: Any) -> None:
    plan = PlanFactory(state="adopted")
    unit = UnitFactory(municipality=plan.municipality)
    measure = MeasureFactory(plan=plan, responsible_unit=unit)
    today = timezone.localdate()
    first, last = today - datetime.timedelta(days=40), today - datetime.timedelta(days=20)
    ClosedPeriod.objects.create(plan=plan, first_day=first, last_day=last)
    ClosedPeriod.objects.create(plan=PlanFactory(), first_day=first, last_day=today)
    target = TargetFactory(measure=measure, name="deltakere")
    inside = [LogEntryFactory(measure=measure, happened_on=day) for day in (first, last)]
    outside = [
        LogEntryFactory(measure=measure, happened_on=day)
        for day in (first - datetime.timedelta(days=1), last + datetime.timedelta(days=1))
    ]
    LogFigureFactory(target=target, entry=outside[1], value=12)
    measure.state_changes.create(after="planned", on=first, by=outside[0].written_by)
    client = client_for(make_member(Role.CASEWORKER, unit))
    page = client.get(reverse("measure", args=[measure.public_id]))
    text = page.content.decode()
    assert [reverse("log-correct", args=[row.public_id]) in text for row in (*inside, *outside)] == [
        False,
        False,
        True,
        True,
    ]
    assert "deltakere: 12" in text
    assert page.context["measure"].timeline_lines == len(page.context["page_obj"].object_list) == 5
