"""A figure of a report leads to the rows it was counted from, as they were, for those who may see them."""

import datetime
import itertools
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from measures.domain.log import correct_log_entry, withdraw_log_entry
from measures.models import Measure, Target
from organisation.models import Role, User
from reporting.domain.sources import SourceKind
from reporting.domain.tracing import FINDERS, Trace, called, trace
from reporting.models import ReportKind, ReportVersion
from tests.factories import (
    IndicatorFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    MembershipFactory,
    ObservationFactory,
    ReportFactory,
    ReportVersionFactory,
    ResolutionPointFactory,
    RoundFactory,
    TargetFactory,
    UnitFactory,
    make_member,
)
from tests.reporting import sub_project_content

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 3, 1)
YEARS = itertools.count(2000)


class Scene:
    """A version with a result counted in three log entries, and those who may want to know."""

    def __init__(self, result: Any = 15, counting: str = Target.Counting.SUM) -> None:
        self.round = RoundFactory(closed=True)
        self.measure: Measure = MeasureFactory(plan=self.round.plan)
        self.target: Target = TargetFactory(measure=self.measure, name="deltakere", counting=counting)
        self.entries = [LogEntryFactory(measure=self.measure, happened_on=DAY, text=f"Kurs {n}.") for n in range(3)]
        for entry, value in zip(self.entries, (4, 5, 6), strict=True):
            LogFigureFactory(entry=entry, target=self.target, value=value)
        self.key = f"target:{self.target.public_id}"
        targets = [{"key": self.key, "name": "deltakere", "target": 20, "result": result, "entries": 3}]
        self.version = self.a_version(
            {"targets": targets}, {self.key: {"kind": "log", "ids": [entry.public_id for entry in self.entries]}}
        )

    def a_version(self, figures: dict[str, Any], sources: dict[str, Any]) -> ReportVersion:
        report = ReportFactory(
            kind=ReportKind.YEARLY_GRANTS,
            round=None,
            municipality=self.round.plan.municipality,
            year=next(YEARS),
            half=None,
        )
        found: ReportVersion = ReportVersionFactory(
            report=report, figures={"kind": "plan_half_year", **figures}, sources=sources
        )
        return found

    def member(self, role: Role) -> User:
        user: User = make_member(role, UnitFactory(municipality=self.round.plan.municipality))
        return user

    def trace(self, role: Role = Role.CASEWORKER) -> Trace:
        found = trace(report_version=self.version, key=self.key, by=self.member(role))
        assert found is not None
        return found


def test_a_result_leads_to_its_log_entries_and_their_sum_agrees() -> None:
    scene = Scene()
    found = scene.trace()
    assert [(row.text, row.value, row.day, row.since) for row in found.rows] == [
        ("Kurs 0.", 4, DAY, ""), ("Kurs 1.", 5, DAY, ""), ("Kurs 2.", 6, DAY, ""),
    ]  # fmt: skip
    assert [row.url for row in found.rows] == [reverse("log-versions", args=[entry.thread]) for entry in scene.entries]
    assert (found.hidden, found.counted, found.agrees) == (0, 15, True)
    assert found.figure is not None
    assert (found.figure.row, found.figure.printed) == ("deltakere", "15")


def test_where_the_last_number_counts_it_is_the_last_that_agrees() -> None:
    found = Scene(result=6, counting=Target.Counting.LATEST).trace()
    assert (found.counted, found.agrees) == (6, True)


def test_a_sum_that_does_not_agree_is_said() -> None:
    assert Scene(result=16).trace().agrees is False


def test_the_entry_is_shown_as_it_was_counted_and_what_came_after_is_said() -> None:
    scene = Scene()
    leader = scene.member(Role.COORDINATOR)
    first, second, _third = scene.entries
    correct_log_entry(
        entry=first, text="Et annet ord.", happened_on=DAY, figures={scene.target: Decimal(9)}, reason="Feil tall",
        by=leader, today=DAY, kind=first.kind,
    )  # fmt: skip
    withdraw_log_entry(entry=second, reason="Hører ikke hit", by=leader)
    found = scene.trace()
    assert [(row.text, row.value) for row in found.rows] == [("Kurs 0.", 4), ("Kurs 1.", 5), ("Kurs 2.", 6)]
    assert found.rows[0].since.startswith("Rettet ")
    assert found.rows[1].since.startswith("Tatt tilbake ")
    assert found.rows[2].since == ""
    assert found.agrees is True, "the report says what held then"


def test_the_steering_group_sees_no_log_and_is_told_how_much_it_does_not_see() -> None:
    found = Scene().trace(Role.STEERING_GROUP)
    assert (found.rows, found.hidden, found.counted, found.agrees) == ([], 3, None, None)


@pytest.mark.parametrize(
    "result",
    [
        {"shown": "under", "value": None, "on": None},
        {"shown": "withheld", "value": None, "on": None},
        {"shown": "number", "value": 12, "on": "2025-01-01"},
    ],
)
def test_of_a_protected_number_nothing_is_told_but_to_those_who_see_its_rows(result: Any) -> None:
    scene = Scene(result=result)
    outside = scene.trace(Role.STEERING_GROUP)
    assert outside.is_protected
    assert (outside.rows, outside.hidden, outside.counted, outside.agrees) == ([], None, None, None)
    inside = scene.trace(Role.CASEWORKER)
    assert (len(inside.rows), inside.hidden, inside.counted, inside.agrees) == (3, 0, 15, None)


def test_an_older_number_that_stands_is_not_compared_with_todays_rows() -> None:
    found = Scene(result={"shown": "number", "value": 12, "on": "2025-01-01"}).trace()
    assert found.figure is not None
    assert (found.figure.printed, found.figure.day) == ("12", "2025-01-01")
    assert found.agrees is None


def test_rows_of_another_municipality_are_never_shown() -> None:
    """Whatever the sources say, and whoever has a role in both."""
    scene, other = Scene(), Scene()
    ids = [entry.public_id for entry in other.entries]
    version = scene.a_version({}, {"target:x": {"kind": "log", "ids": ids}})
    both = scene.member(Role.CASEWORKER)
    MembershipFactory(user=both, role=Role.CASEWORKER, unit__municipality=other.round.plan.municipality)
    found = trace(report_version=version, key="target:x", by=both)
    assert found is not None
    assert (found.rows, found.hidden) == ([], 3)


def test_a_figure_that_is_not_there_is_none() -> None:
    scene = Scene()
    assert trace(report_version=scene.version, key="target:finnes-ikke", by=scene.member(Role.CASEWORKER)) is None


def test_a_kind_that_is_not_known_shows_nothing_and_fails_nothing() -> None:
    scene = Scene()
    version = scene.a_version({}, {"a": {"kind": "noe nytt", "ids": ["x", "y"]}})
    found = trace(report_version=version, key="a", by=scene.member(Role.CASEWORKER))
    assert found is not None
    assert (found.rows, found.hidden) == ([], 2)


def test_measures_observations_and_other_figures_are_followed_too() -> None:
    scene = Scene()
    observation = ObservationFactory(
        indicator=IndicatorFactory(table__plan=scene.round.plan, name="Mottakere"), period="2025", value=1448
    )
    figures = {
        "state_counts": [{"key": "state:planned", "label": "Planlagt", "count": 1}],
        "tables": [
            {"columns": ["2025"], "rows": [{"label": "Mottakere", "cells": [{"key": "cell", "value": 1448}]}],
             "total": {"label": "I alt", "cells": [{"key": "total", "value": 1448}]}}
        ],
    }  # fmt: skip
    version = scene.a_version(
        figures,
        {
            "state:planned": {"kind": "measures", "ids": [scene.measure.public_id]},
            "cell": {"kind": "observations", "ids": [observation.public_id]},
            "total": {"kind": "results", "ids": ["cell"]},
        },
    )
    by = scene.member(Role.CASEWORKER)
    measures, cell, total = (
        trace(report_version=version, key=key, by=by) for key in ("state:planned", "cell", "total")
    )
    assert measures and cell and total
    assert [(row.title, row.url) for row in measures.rows] == [
        (scene.measure.title, reverse("measure", args=[scene.measure.public_id]))
    ]
    assert (measures.agrees, cell.agrees) == (True, True)
    assert [(row.title, row.value) for row in cell.rows] == [("Mottakere, 2025", 1448)]
    assert [(row.printed, row.url) for row in total.rows] == [
        ("1448", reverse("report-number", args=[version.report.public_id, version.number, "cell"]))
    ]


def test_a_point_of_a_resolution_leads_to_what_has_been_done_with_it() -> None:
    scene, other = Scene(), Scene()
    points = [
        ResolutionPointFactory(resolution__plan=where.round.plan, resolution__body="Formannskapet", number=2)
        for where in (scene, other)
    ]
    sources = {"point:x": {"kind": str(SourceKind.RESOLUTIONS), "ids": [point.public_id for point in points]}}
    version = scene.a_version({}, sources)
    found = trace(report_version=version, key="point:x", by=scene.member(Role.CASEWORKER))
    assert found is not None
    assert [(row.title, row.text, row.url, row.since) for row in found.rows] == [
        (
            "Formannskapet, punkt 2", "Se på fristene.",
            reverse("resolution", args=[points[0].resolution.public_id]), "Tilstand nå: Åpent",
        )
    ]  # fmt: skip
    assert found.hidden == 1, "the other municipality's"


def test_every_kind_that_a_plan_writes_down_has_its_rows() -> None:
    assert set(SourceKind) <= set(FINDERS)


def test_page_one_of_the_other_kinds_leads_to_named_rows_with_their_numbers_and_never_to_a_key() -> None:
    scene = Scene()
    content = sub_project_content.make_content(parts=2)
    content["sub_projects"][1]["money"] = {"halves": [], "awarded": None, "paid": None, "left": None}
    ids = [row["id"] for row in content["sub_projects"]]
    sources = {
        "five:left": {"kind": "results", "ids": [f"money:{id}:left" for id in ids]},
        f"judged:{ids[0]}": {"kind": "reviews", "ids": []},
        **{f"money:{id}:left": {"kind": "ledger", "ids": []} for id in ids},
    }
    version, by = scene.a_version(content, sources), scene.member(Role.CASEWORKER)
    found = trace(report_version=version, key="five:left", by=by)
    judged = trace(report_version=version, key=f"judged:{ids[0]}", by=by)
    assert found and judged and found.figure
    assert (found.title, found.figure.printed, found.figure.section) == (
        "Kroner igjen, Tall",
        "12345678",
        "Første side",
    )
    assert [(row.title, row.printed) for row in found.rows] == [
        ("Prøve delprosjekt 1, Igjen", "599997"), ("Prøve delprosjekt 2", ""),
    ]  # fmt: skip
    assert judged.title == "Prøve delprosjekt 1"
    assert called(content, "noe:annet") == "Et tall i rapporten"


def test_a_number_that_is_at_least_so_much_is_compared_with_its_rows() -> None:
    found = Scene(result={"shown": "number", "value": 15, "on": None, "at_least": True}).trace()
    assert found.figure is not None
    assert (found.figure.printed, found.agrees) == ("minst 15", True)


@pytest.mark.parametrize("kind", sorted(FINDERS))
def test_each_kind_is_read_with_a_fixed_number_of_statements(kind: str) -> None:
    scene = Scene()
    by = scene.member(Role.CASEWORKER)
    assert by.current_memberships

    def statements(ids: list[str]) -> int:
        version = scene.a_version({}, {"k": {"kind": kind, "ids": ids}})
        with CaptureQueriesContext(connection) as counted:
            trace(report_version=version, key="k", by=by)
        return len(counted)

    ids = [entry.public_id for entry in scene.entries]
    assert statements(ids) <= 6
    assert statements(ids) == statements(ids * 3)
