"""What reports have told of protected counts, and that no version goes out that would tell more beside it."""

import datetime
from typing import Any

import pytest

from organisation.domain.errors import DomainError
from organisation.models import Municipality
from reporting.domain.published_counts import check_before_publishing, earlier, sums_told
from reporting.domain.suppression import Count, Earlier, Protected, Shown, Sum, as_json, protect
from reporting.models import ReportVersion
from tests.factories import MeasureFactory, MunicipalityFactory, PlanFactory, ReportVersionFactory, TargetFactory

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = (datetime.date(2026, month, 1) for month in (3, 4, 5))
AT = datetime.datetime(2026, 3, 31, 23, 30, tzinfo=datetime.UTC)  # already 1 April in Norway
WHOLE = Sum("all", ("a", "b"))


def reported(
    town: Municipality, *printed: Protected, state: str = "published", on: datetime.date | None = MARCH, **fields: Any
) -> ReportVersion:
    content = {"schema": 2, "kind": "plan_half_year", "counts": [as_json(row) for row in printed]}
    content |= {"counted_on": on.isoformat()} if on else {}
    content |= {"count_sums": [["all", "a", "b"]]}
    if "report" not in fields:
        fields["report__round__plan"] = PlanFactory(municipality=town)
    return ReportVersionFactory(state=state, figures=content, **{"made_at": AT} | fields)


def number(key: str, value: int, on: datetime.date | None = None) -> Protected:
    return Protected(key, Shown.NUMBER, value, on)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory()


def test_what_is_or_was_out_is_known_oldest_first(town: Municipality) -> None:
    new = reported(town, number("a", 12), on=APRIL).pk
    old = reported(town, number("a", 7), Protected("b", Shown.UNDER), state="withdrawn").pk
    assert earlier(town) == [
        Earlier("a", 7, Shown.NUMBER, MARCH, old), Earlier("b", None, Shown.UNDER, MARCH, old),
        Earlier("a", 12, Shown.NUMBER, APRIL, new),
    ]  # fmt: skip


def test_two_versions_about_the_same_day_are_two_publications(town: Municipality) -> None:
    first, second = (reported(town, number("a", value)).pk for value in (12, 20))
    assert [(row.publication, row.value) for row in earlier(town)] == [(first, 12), (second, 20)]


@pytest.mark.parametrize("state", ["draft", "in_review", "approved"])
def test_what_has_not_gone_out_is_not_known(town: Municipality, state: str) -> None:
    reported(town, number("a", 12), state=state)
    assert earlier(town) == []


def test_another_municipalitys_reports_are_another_matter(town: Municipality) -> None:
    reported(MunicipalityFactory(), number("a", 12))
    assert earlier(town) == []


def test_a_number_that_stood_is_known_from_its_own_day_only(town: Municipality) -> None:
    stood = number("a", 7, on=MARCH)
    with_old_number = Protected("b", Shown.WITHHELD, 12, MARCH)
    row = reported(town, stood, with_old_number, on=APRIL)
    assert earlier(town) == [Earlier("b", None, Shown.WITHHELD, APRIL, row.pk)]


def test_a_report_without_protected_counts_tells_nothing(town: Municipality) -> None:
    plan = PlanFactory(municipality=town)
    for figures in ({"schema": 1}, {"counts": None}, {"counts": {}}):
        ReportVersionFactory(state="published", figures=figures, report__round__plan=plan, report__round__year=2020)
        plan = PlanFactory(municipality=town)
    assert earlier(town) == []


def test_a_version_that_does_not_say_its_day_counted_when_it_was_made_in_norway(town: Municipality) -> None:
    reported(town, number("a", 12), on=None)
    assert [row.on for row in earlier(town)] == [APRIL]


def test_a_count_may_be_as_of_a_day_of_its_own(town: Municipality) -> None:
    content = {"counted_on": "2026-04-01", "counts": [as_json(number("a", 12)) | {"counted_on": "2026-03-01"}]}
    row = reported(town, on=None)
    ReportVersionFactory(report=row.report, number=2, correction_reason="Tall.", state="published", figures=content)
    assert [one.on for one in earlier(town)] == [MARCH]


def test_plain_results_of_before_are_remembered_and_small_ones_as_small(town: Municipality) -> None:
    measure = MeasureFactory(plan=PlanFactory(municipality=town))
    large, small = (TargetFactory(measure=measure, name=name) for name in ("familier", "barn"))
    TargetFactory(measure=MeasureFactory(plan=measure.plan), name="familier")
    targets = [{"name": "familier", "result": 12}, {"name": "barn", "result": 3}, {"name": "borte", "result": 9}]
    rows = [{"id": measure.public_id, "targets": targets}, {"id": "x", "see_goal": "1"}]
    goal = {"id": "g", "measures": [], "children": [{"id": "h", "measures": rows, "children": []}]}
    content = {"schema": 1, "goals": [goal], "period": {"end": "2026-03-01"}}
    row = ReportVersionFactory(state="published", figures=content, report__round__plan=measure.plan)
    assert sorted(earlier(town), key=lambda one: one.shown) == [
        Earlier(f"target:{large.public_id}", 12, Shown.NUMBER, MARCH, row.pk),
        Earlier(f"target:{small.public_id}", None, Shown.UNDER, MARCH, row.pk),
    ]


def test_sums_that_were_told_are_known_once_and_only_here(town: Municipality) -> None:
    first = reported(town)
    reported(town, report=first.report, number=2, correction_reason="Tall.", state="withdrawn")
    reported(MunicipalityFactory())
    reported(town, state="draft")
    assert sums_told(town) == [["all", "a", "b"]]
    assert sums_told(MunicipalityFactory()) == []


def test_it_is_one_query(town: Municipality, django_assert_num_queries: Any) -> None:
    for value in (12, 20, 30):
        reported(town, number("a", value))
    with django_assert_num_queries(1):
        assert len(earlier(town)) == 3


# --- Asked again before publishing ---------------------------------------------------------------------------------


def protected(told: list[Earlier], **values: int) -> list[Protected]:
    counts = [Count("all", sum(values.values())), *(Count(key, value) for key, value in values.items())]
    return list(protect(counts=counts, sums=[WHOLE], earlier=told).values())


def test_a_version_is_published_while_nothing_has_come_in_between(town: Municipality) -> None:
    check_before_publishing(reported(town, *protected([], a=12, b=30), state="approved"))


def test_a_version_that_tells_of_few_beside_one_published_meanwhile_is_refused(town: Municipality) -> None:
    waiting = reported(town, *protected([], a=12, b=30), state="approved")
    reported(town, *protected([], a=14, b=30), on=APRIL)
    with pytest.raises(DomainError, match="hentes på nytt"):
        check_before_publishing(waiting)


def test_counted_anew_it_is_published(town: Municipality) -> None:
    reported(town, *protected([], a=14, b=30), on=APRIL)
    again = protected(earlier(town), a=12, b=30)
    assert number("a", 14, on=APRIL) in again
    check_before_publishing(reported(town, *again, state="approved", on=MAY))


def test_the_sums_that_readers_know_are_asked_too(town: Municipality) -> None:
    naive = [number("all", 33), Protected("a", Shown.UNDER), number("b", 30)]
    with pytest.raises(DomainError, match="hentes på nytt"):
        check_before_publishing(reported(town, *naive, state="approved"))


def test_a_sum_that_another_report_has_told_meanwhile_is_asked_too(town: Municipality) -> None:
    """It said 15 of a and b and that b is small; 12 of a would leave three."""
    one = [Protected("a", Shown.NUMBER, 12), Protected("b", Shown.UNDER)]
    waiting = reported(town, *one, state="approved", on=APRIL)
    waiting.content["count_sums"] = []
    check_before_publishing(waiting)
    reported(town, number("all", 15), Protected("a", Shown.WITHHELD), Protected("b", Shown.UNDER))
    with pytest.raises(DomainError, match="hentes på nytt"):
        check_before_publishing(waiting)


def test_another_municipalitys_numbers_hinder_nothing(town: Municipality) -> None:
    reported(MunicipalityFactory(), number("a", 14), on=APRIL)
    check_before_publishing(reported(town, *protected([], a=12, b=30), state="approved"))


def test_what_says_nothing_of_today_goes_out_whatever_was_told_before(town: Municipality) -> None:
    for value in (12, 14):
        reported(town, number("a", value))
    silent = [Protected("a", Shown.TOO_FEW, 14, MARCH)]
    check_before_publishing(reported(town, *silent, state="approved", on=MAY))
    check_before_publishing(reported(town, state="approved", on=MAY))


def test_a_corrected_version_with_the_same_figures_goes_out(town: Municipality) -> None:
    counts = protected([], a=12, b=30)
    first = reported(town, *counts)
    check_before_publishing(
        reported(town, *counts, state="approved", report=first.report, number=2, correction_reason="En tekst.")
    )
