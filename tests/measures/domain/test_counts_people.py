"""Whether what is counted are persons or families."""

import datetime

import pytest

from measures.domain.indicators import add_indicator, update_indicator
from measures.domain.measure import set_target, update_target
from measures.domain.revision import Fate, revise_plan
from measures.models import Indicator, Target
from tests.factories import IndicatorFactory, IndicatorTableFactory, MeasureFactory, TargetFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_whoever_has_said_nothing_counts_people() -> None:
    by = UserFactory()
    assert set_target(measure=MeasureFactory(), name="deltakere", by=by).counts_people
    assert add_indicator(table=IndicatorTableFactory(), name="Mottakere", by=by).counts_people


def test_it_can_be_said_and_changed() -> None:
    by = UserFactory()
    target = set_target(measure=MeasureFactory(), name="boliger", counts_people=False, by=by)
    assert not target.counts_people
    changed = update_target(
        target=target, name="beboere", value=None, counting="sum", counts_people=True, version=target.version, by=by
    )
    assert changed.counts_people
    row = add_indicator(table=IndicatorTableFactory(), name="Boliger", counts_people=False, by=by)
    assert not row.counts_people
    assert update_indicator(
        indicator=row, name="Beboere", measured_in="", in_total=True, counts_people=True, version=row.version, by=by
    ).counts_people


def test_a_revised_plan_goes_on_with_it_and_a_row_keeps_its_series() -> None:
    target = TargetFactory(counts_people=False)
    plan = target.measure.plan
    row = IndicatorFactory(table=IndicatorTableFactory(plan=plan), counts_people=False)
    new = revise_plan(
        plan=plan, title="Ny", starts_on=datetime.date(2026, 1, 1), ends_on=None,
        fates={target.measure: Fate("carried_over")}, version=plan.version, by=UserFactory(),
    )  # fmt: skip
    assert not Target.objects.get(measure__plan=new).counts_people
    copy = Indicator.objects.get(table__plan=new)
    assert (copy.counts_people, copy.series) == (False, row.series)
    assert copy.series != IndicatorFactory().series
