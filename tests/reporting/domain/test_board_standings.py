"""What dashboards count is what plain counting gives."""

import datetime
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from grants.models import SubProject
from measures.domain.measure_state import change_state
from measures.filters import MeasureFilter
from measures.models import Measure, MeasureState, Target
from measures.models.log_counts import FEWEST
from organisation.models import Role
from organisation.periods import HalfYear
from reporting.domain.board import Board
from reporting.domain.board_measures import (
    Bar,
    MeasureLinks,
    change_text,
    log_section,
    measure_figures,
    measures_on_target,
    money_section,
    over_time_section,
    results_section,
    status_section,
)
from reporting.domain.board_money import MoneyByHalf, money_by_half, sub_projects_of, sums_of
from reporting.domain.board_standings import (
    Moment,
    Standing,
    TargetLine,
    entries_by_month,
    moment,
    moments,
    present,
    standings,
    target_lines,
)
from reporting.domain.disclosure import LEAST
from tests.factories import (
    LedgerEntryFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    PlanFactory,
    TargetFactory,
    UnitFactory,
    UserFactory,
    make_funded,
    make_member,
)
from tests.pages.place import make_place

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 29)
NOW, BEFORE = moment(HalfYear(2026, 2), TODAY), moment(HalfYear(2026, 1), TODAY)
OLD = datetime.date(2024, 1, 1)


def line(result: int | None, value: int = 10, before: int | None = None, **fields: Any) -> TargetLine:
    told = {"name": "deltakere", "measure": "Leksehjelp", "measure_id": "2222222222", "counts_people": False} | fields
    amounts = {"value": value, "result": result, "before": before}
    return TargetLine(**told, **{key: None if n is None else Decimal(n) for key, n in amounts.items()})  # type: ignore[arg-type]


def everything(at: Moment) -> Any:
    return Measure.objects.all()


def test_the_half_year_that_is_not_over_ends_today() -> None:
    assert (NOW.at, NOW.is_now) == (TODAY, True)
    assert (BEFORE.at, BEFORE.is_now) == (datetime.date(2026, 6, 30), False)
    assert [row.period.code for row in moments(HalfYear(2026, 2), TODAY, 3)] == ["2025-2", "2026-1", "2026-2"]


def test_the_states_of_each_moment_are_what_plain_counting_gives() -> None:
    """Measures that come, change and end at different times; the state of a moment is that of the last change up to it."""
    plan, by = PlanFactory(starts_on=datetime.date(2024, 1, 1)), UserFactory()
    steps = [("in_progress", 60), ("in_operation", 200), ("completed", 200), ("in_progress", 150)]
    plain: dict[Moment, Counter[str]] = {row: Counter() for row in moments(HalfYear(2026, 2), TODAY, 6)}
    completed: Counter[Moment] = Counter()
    for number in range(12):
        day = OLD + datetime.timedelta(days=70 * number)
        made = MeasureFactory(plan=plan, state_since=day)
        made.state_changes.create(after="planned", on=day, by=by)
        life = [("planned", day)]
        for state, days in steps[: number % 5]:
            day = min(day + datetime.timedelta(days=days), TODAY)
            made = change_state(
                measure=made, to=state, reason="Slik ble det.", version=made.version, by=by, on=day, today=TODAY
            )
            life.append((state, day))
        for at in plain:
            if there := [(state, on) for state, on in life if on <= at.at]:
                plain[at][there[-1][0]] += 1
                completed[at] += there[-1][0] == "completed" and there[-1][1] > BEFORE.at
    found = standings(scope=everything, at=list(plain), since=BEFORE.at)
    assert {at: row.states for at, row in found.items()} == plain
    assert {at: row.completed for at, row in found.items()} == {at: completed[at] for at in plain}
    assert all(row.plans == {(plan.public_id, plan.name): row.states} for row in found.values() if row.total)
    assert len({tuple(sorted(row.items())) for row in plain.values()}) > 3, "nothing changes in this example"


def test_late_and_quiet_measures_are_counted_at_each_moment() -> None:
    fields = {"state": "in_operation", "state_since": OLD, "evaluation_cadence": "yearly"}
    logged, silent = MeasureFactory(**fields), MeasureFactory(**fields)
    LogEntryFactory(measure=logged, happened_on=datetime.date(2026, 5, 1), is_evaluation=True)
    found = standings(scope=everything, at=[BEFORE, NOW], since=BEFORE.at)
    assert [(row.overdue, row.quiet) for row in found.values()] == [(1, 1), (1, 2)]
    assert Measure.objects.overdue(TODAY).get() == silent


def test_one_statement_for_any_number_of_half_years_and_measures() -> None:
    MeasureFactory.create_batch(5)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        standings(scope=everything, at=moments(HalfYear(2026, 2), TODAY, 6), since=BEFORE.at)
        target_lines(scope=everything, at=NOW, compared=BEFORE)
        entries_by_month(scope=everything, at=NOW)
    assert len(asked) == 3


def test_nobodys_measures_are_none() -> None:
    MeasureFactory()
    found = standings(scope=lambda at: Measure.objects.none(), at=[NOW], since=BEFORE.at)
    assert found == {NOW: Standing()}


def test_targets_are_held_against_the_log_of_both_moments() -> None:
    target = TargetFactory(value=10)
    TargetFactory(value=None)
    for day, value in ((datetime.date(2026, 6, 30), 4), (datetime.date(2026, 7, 1), 7)):
        entry = LogEntryFactory(measure=target.measure, happened_on=day)
        LogFigureFactory(target=target, entry=entry, value=value)
    (found,) = target_lines(scope=everything, at=NOW, compared=BEFORE)
    assert (found.result, found.before, found.is_reached, found.was_reached) == (11, 4, True, False)
    (then,) = target_lines(scope=everything, at=BEFORE, compared=BEFORE)
    assert then.result == 4


def test_a_measure_is_on_target_when_all_its_numbers_are() -> None:
    rows = [line(10), line(9), line(12, measure_id="3"), line(None, measure_id="4")]
    assert measures_on_target(rows) == (1, 3)
    assert measures_on_target([line(None, before=10)], then=True) == (1, 1)


def test_entries_of_twelve_months_are_counted() -> None:
    made = MeasureFactory()
    for day in (datetime.date(2026, 11, 1), datetime.date(2026, 11, 29), datetime.date(2025, 11, 30)):
        LogEntryFactory(measure=made, happened_on=day)
    months = entries_by_month(scope=everything, at=NOW)
    assert (months[0], months[-1], len(months)) == (
        (datetime.date(2025, 12, 1), 0),
        (datetime.date(2026, 11, 1), 2),
        12,
    )


def test_a_measure_that_came_later_is_not_present_before() -> None:
    MeasureFactory(state_since=datetime.date(2026, 7, 1))
    assert present(everything, NOW).count() == 1
    assert present(everything, BEFORE).count() == 0


@pytest.mark.parametrize(
    ("now", "then", "has_data", "text"),
    [
        (5, 3, True, "2 flere enn i 1. halvår 2026"),
        (3, 5, True, "2 færre enn i 1. halvår 2026"),
        (3, 3, True, "som i 1. halvår 2026"),
        (3, 0, False, "ingen tall fra 1. halvår 2026"),
    ],
)
def test_what_has_become_of_a_count_is_said_in_words(now: int, then: int, has_data: bool, text: str) -> None:
    assert change_text(now, then, BEFORE, has_data=has_data) == text


def test_each_figure_leads_to_a_list_and_late_ones_are_marked() -> None:
    now = Standing(Counter({"in_operation": 3, "completed": 1}), overdue=2, quiet=0, completed=1)
    links = MeasureLinks("/tiltak/", {"vedtatt": "ja"}, NOW)
    found = measure_figures(now=now, then=Standing(), compared=BEFORE, results=[line(10)], links=links)
    assert [(row.exact, row.is_late) for row in found] == [(4, False), (2, True), (0, False), (1, False), (1, False)]
    assert found[3].url == "/tiltak/?vedtatt=ja&tilstand=completed&siden=2026-07-01"
    past = MeasureLinks("/tiltak/", {}, BEFORE)
    assert past.to(stille="on") == "/tiltak/?per=2026-1&stille=on"
    assert past.to(NOW) == "/tiltak/"


def test_an_empty_dashboard_says_what_to_do() -> None:
    links = MeasureLinks("/tiltak/", {}, NOW)
    sections = [
        status_section(title="Status", rows=[Bar("Mål 1", "/", Counter())], empty="Legg inn tiltak.", head="Mål"),
        over_time_section(standings={NOW: Standing()}, links=links),
        results_section(results=[], links=links),
        log_section(months=[(OLD, 0)]),
        money_section(money=money_by_half([], TODAY), around=NOW.period, url="/"),
    ]
    assert all(not row.has_content and row.empty for row in sections)
    Board("Oversikt", [], sections)


def test_few_people_are_not_told_as_a_number() -> None:
    links = MeasureLinks("/tiltak/", {}, NOW)
    rows = [line(4, counts_people=True), line(5, counts_people=True), line(4), line(None, counts_people=True)]
    (chart,) = results_section(results=rows, links=links).charts
    assert [row[2] for row in chart["table"]["rows"]] == ["<5", "5", "4", "ikke telt"]


def test_of_few_people_nothing_beside_the_number_tells_which_it_is() -> None:
    """With three to reach, "reached" would say that "<5" is three or four; and an order of rows would say which is more."""
    assert FEWEST == LEAST
    few = [line(n, value=3, counts_people=True, measure_id=str(n) * 10) for n in (2, 3)]
    assert measures_on_target(few) == (0, 0)
    assert measures_on_target([*few, line(5, value=5, counts_people=True), line(2, value=2, measure_id="9")]) == (2, 2)
    section = results_section(results=few, links=MeasureLinks("/tiltak/", {}, NOW))
    assert section.note == "Mål på færre enn 5 personer er verken talt som nådd eller ikke nådd."
    found = []
    for value in (4, 0, 1):
        target = TargetFactory(value=8, counts_people=True, measure__plan=PlanFactory())
        LogFigureFactory(target=target, entry=LogEntryFactory(measure=target.measure, happened_on=OLD), value=value)
        found.append(value)
    assert [row.result for row in target_lines(scope=everything, at=NOW, compared=BEFORE)] == found


def test_the_list_tells_no_more_of_few_people_than_the_figure() -> None:
    user = make_member(Role.COORDINATOR, UnitFactory())
    plan = PlanFactory(municipality=user.memberships.get().unit.municipality)
    for value, counts_people in ((3, True), (3, True), (3, False), (5, True)):
        target = TargetFactory(value=value, counts_people=counts_people, measure__plan=plan)
        for number in (1, 3)[: len(plan.measures.all())]:
            LogFigureFactory(
                target=target, entry=LogEntryFactory(measure=target.measure, happened_on=OLD), value=number
            )

    def listed(result: str) -> int:
        return MeasureFilter({"resultat": result}, queryset=Measure.objects.all(), user=user, plan=plan).qs.count()

    assert (listed("nadd"), listed("ikke-nadd")) == (1, 1)
    reached, with_targets = measures_on_target(target_lines(scope=everything, at=NOW, compared=BEFORE))
    assert (reached, with_targets - reached) == (1, 1)


def test_only_the_targets_that_are_furthest_away_are_drawn() -> None:
    rows = [line(number) for number in range(20)]
    section = results_section(results=rows, links=MeasureLinks("/tiltak/", {}, NOW))
    assert len(section.charts[0]["rows"]) == 15
    assert section.note == "De 15 som er lengst unna målet, av 20."


def test_a_bar_for_each_goal_has_its_states_and_leads_to_its_list() -> None:
    rows = [Bar("Mål 1", "/tiltak/?mal=a", Counter({"planned": 2, "stopped": 1})), Bar("Mål 2", "/b/", Counter())]
    section = status_section(title="Status", rows=rows, empty="Tom.", head="Mål", note="Ikke en sum.")
    (row,) = section.charts[0]["rows"]
    assert (row["label"], row["url"], row["total"]) == ("Mål 1", "/tiltak/?mal=a", "3")
    assert section.note == "", "one row adds up to itself"


def test_a_goal_below_another_stands_indented_and_says_so_and_the_rows_are_no_sum() -> None:
    rows = [
        Bar("4 Bolig", "/a/", Counter({"planned": 2})),
        Bar("4 b Leie", "/b/", Counter({"planned": 1}), "under mål 4"),
    ]
    section = status_section(title="Status", rows=rows, empty="Tom.", head="Mål", note="Ikke en sum.")
    (chart,) = section.charts
    assert [row["under"] for row in chart["rows"]] == ["", "under mål 4"]
    assert [row[0] for row in chart["table"]["rows"]] == ["4 Bolig", "4 b Leie, under mål 4"]
    assert chart["table"]["under"] == [1]
    assert "4 b Leie, under mål 4: 1" in chart["description"]
    assert section.note == "Ikke en sum."
    page = render_to_string("charts/chart.html", {"chart": chart})
    assert page.count('class="is-under"') == page.count('class="chart-under"') == 1


def test_half_years_before_the_first_measure_are_left_out_and_an_empty_one_after_it_is_a_gap() -> None:
    some = Standing(Counter({MeasureState.PLANNED.value: 1}))
    first, early, before, now = moments(HalfYear(2026, 2), TODAY, 4)
    known = {first: Standing(), early: some, before: Standing(), now: some}
    states, late = over_time_section(standings=known, links=MeasureLinks("/tiltak/", {}, NOW)).charts
    assert [(row["label"], row["total"]) for row in states["rows"]] == [
        ("2. halvår 2025", "1"),
        ("1. halvår 2026", "0"),
        ("Nå", "1"),
    ]
    assert states["rows"][1]["none"] == "ingen"
    assert [row[1] for row in late["table"]["rows"]] == ["0", "mangler", "0"]


def test_the_log_of_each_month_is_drawn() -> None:
    (chart,) = log_section(months=[(datetime.date(2026, 10, 1), 0), (datetime.date(2026, 11, 1), 3)]).charts
    assert chart["table"]["rows"] == [["10/26", "0"], ["11/26", "3"]]


def test_money_is_added_up_over_sub_projects() -> None:
    place = make_place()
    sums = sums_of(sub_projects_of(place.coordinator, None), HalfYear.of(datetime.date.today()).last_day)
    first, last = sums.money.halves
    assert list(sums.money.awarded.values()) == [100_000, 100_000]
    assert (sums.paid_in(first), sums.money.expected) == (0, {})
    assert sums_of(sub_projects_of(place.coordinator, place.own.unit), OLD).money.awarded == sums.money.awarded
    stranger = make_member(Role.COORDINATOR, UnitFactory())
    assert sums_of(sub_projects_of(stranger, None), OLD).money.halves == []
    section = money_section(money=sums.money, around=last, url="/delprosjekter/")
    assert "Tildelt i alt 200\u00a0000 kr" in section.lead
    (chart,) = section.charts
    assert "tusen kroner" in chart["caption"]
    assert chart["table"]["rows"][0][0] == first.short and chart["table"]["rows"][0][1].endswith("kr")


def test_money_that_is_all_long_past_is_shown_where_it_is_and_nothing_is_said_of_a_forecast() -> None:
    awarded = {HalfYear(2015 + number // 2, 1 + number % 2): Decimal(1000) for number in range(14)}
    section = money_section(money=MoneyByHalf(TODAY, awarded, {}, {}, Decimal(0)), around=NOW.period, url="/")
    (chart,) = section.charts
    assert [row[0] for row in chart["table"]["rows"]] == [half.short for half in sorted(awarded)[-10:]]
    assert section.note == ""
    near = money_section(
        money=MoneyByHalf(TODAY, awarded | {NOW.period: Decimal(2)}, {}, {}, Decimal(0)), around=NOW.period, url="/"
    )
    assert [row[0] for row in near.charts[0]["table"]["rows"]] == [NOW.period.short]


def test_the_forecast_stands_beside_what_was_awarded_and_spent_and_comes_to_the_forecast_in_all() -> None:
    sub_project = make_funded(("2026-1", 500_000), ("2026-2", 500_000), ends_on=datetime.date(2027, 6, 30))
    LedgerEntryFactory(sub_project=sub_project, amount=90_000, paid_on=datetime.date(2026, 9, 1))
    used_up = make_funded(("2026-2", 10_000))
    LedgerEntryFactory(sub_project=used_up, amount=10_000, paid_on=datetime.date(2026, 9, 1))
    money = sums_of(SubProject.objects.all(), TODAY).money
    now, after = HalfYear(2026, 2), HalfYear(2027, 1)
    assert money.expected.keys() == {now, after}
    paid_before = sum(paid for half, paid in money.paid.items() if half < now)
    assert sum(money.expected.values()) + paid_before == money.forecast > 100_000
    (chart,) = money_section(money=money, around=now, url="/").charts
    assert chart["table"]["head"] == ["Halvår", "Tildelt", "Brukt", "Prognose"]
    rows = {row[0]: row for row in chart["table"]["rows"]}
    assert rows[HalfYear(2026, 1).short][3] == "–"
    assert rows[after.short][2] == "–" and rows[after.short][3].endswith("kr")


def test_targets_that_are_latest_figures_are_read_as_such() -> None:
    target = TargetFactory(value=10, counting=Target.Counting.LATEST)
    for day, value in ((datetime.date(2026, 2, 1), 9), (datetime.date(2026, 2, 20), 3), (datetime.date(2026, 2, 3), 8)):
        entry = LogEntryFactory(measure=target.measure, happened_on=day)
        LogFigureFactory(target=target, entry=entry, value=value)
    (found,) = target_lines(scope=everything, at=NOW, compared=BEFORE)
    assert (found.result, found.before) == (3, 3)
