"""A municipality with at least one row in every table: what `tests/pages/world.py` has, and what none of its pages needs."""

from django.utils import timezone

from grants.models import JuryMember
from measures.models import LifeArea, MeasureFate
from organisation.models import LivingConditionZone, Municipality, Role
from reporting.models import (
    FamilyFigure,
    FamilyRelease,
    ReportComment,
    ReportExport,
    ReportPassage,
    ReportSchedule,
    ReportText,
    TextClearance,
)
from tests.factories import UnitFactory
from tests.pages.world import World, make_world


def everything_of() -> Municipality:
    """A new municipality."""
    world = make_world(timezone.localdate())
    town, measure = world.municipality, world.measure
    measure.partners.add(UnitFactory(municipality=town))
    measure.zones.set(LivingConditionZone.objects.filter(municipality=town))
    measure.life_areas.set(LifeArea.objects.filter(plan=measure.plan))
    MeasureFate.objects.create(measure=measure, kind=MeasureFate.Kind.ENDED, reason="Prøven er over.")
    for member in JuryMember.objects.filter(call__municipality=town):
        member.connected_units.add(world.unit)
    release = FamilyRelease.objects.filter(municipality=town)[0]
    FamilyFigure.objects.create(release=release, figure="test", value=12)
    fill_a_report(world)
    ReportSchedule.objects.create(municipality=town)
    return town


def fill_a_report(world: World) -> None:
    """What stands beside a report while it is at work."""
    version, by = world.report.versions.get(), world.users[Role.COORDINATOR]
    ReportText.objects.create(report_version=version, key="summary", text="Sammendrag.", written_by=by)
    ReportComment.objects.create(
        report_version=version, section="status", text="Se her.", written_at=version.made_at, written_by=by
    )
    TextClearance.objects.create(
        report_version=version, key="summary", sha256="0" * 64, cleared_at=version.made_at, cleared_by=by
    )
    ReportPassage.objects.create(report_version=version, position=0, title="Rapporten", text="Det går framover.")
    ReportExport.objects.create(report_version=version, sha256="0" * 64, at=version.made_at, by=by)
