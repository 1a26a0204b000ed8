"""The demo: real plans, and Trondheim's status of 2011 as published, with its sum put right."""

import json
from typing import Any

import pytest
from django.apps import apps

from measures.models import Measure, Plan
from organisation.models import Role, User
from reporting.demo.organisation import PASSWORD, PEOPLE
from reporting.demo.reading import read
from reporting.domain.changes import printed_number
from reporting.domain.contribution import standings
from reporting.models import LogWords, ReportRound, ReportVersion, ResolutionPoint, ThingWords
from tests.reporting.demo.conftest import load_demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(demo: None) -> dict[str, Any]:
    content: dict[str, Any] = ReportVersion.objects.get(
        report__municipality__name="Trondheim", report__year=2011
    ).content
    return content


def counts() -> dict[str, int]:
    """Of every kind of rows, but for the words of the search, which the database writes itself and nobody may read."""
    own = (apps.get_app_config(label) for label in ("organisation", "measures", "grants", "families", "reporting"))
    models = [model for config in own for model in config.get_models() if model not in (LogWords, ThingWords)]
    return {model.__name__: model._default_manager.count() for model in models}


def test_it_holds_the_plans_with_all_their_measures(demo: None) -> None:
    plans = sorted((plan.municipality.name, plan.state, plan.measures.count()) for plan in Plan.objects.all())
    assert plans == [
        ("Lillehammer", "adopted", 1),
        ("Lillehammer", "adopted", 39),
        ("Trondheim", "adopted", 15),
        ("Trondheim", "closed", 9),
        ("Trondheim", "closed", 38),
    ]


def test_loading_it_again_changes_nothing(demo: None) -> None:
    before = counts()
    assert "already" in load_demo()
    assert counts() == before
    assert before["AuditEntry"] > 100


def test_there_is_a_log_in_for_every_role(demo: None) -> None:
    assert {person.role for person in PEOPLE} == set(Role)
    for person in PEOPLE:
        user = User.objects.get_by_natural_key(person.email)
        assert user.check_password(PASSWORD)
        assert user.has_role(person.role)


def test_trondheims_goals_and_measures_stand_in_the_plans_order(content: dict[str, Any]) -> None:
    facts = read("trondheim-2011.yaml")["goals"]
    assert [goal["number"] for goal in content["goals"]] == [str(number) for number in range(1, 12)]
    assert content["measure_count"] == 38
    for goal, printed in zip(content["goals"], facts, strict=True):
        assert goal["title"] == printed["title"]
        assert [(row["title"], row["state"]) for row in goal["measures"]] == [
            (row["title"], row["state"]) for row in printed["measures"]
        ]


def test_every_trondheim_measure_is_confirmed_and_every_goal_summed_up(content: dict[str, Any]) -> None:
    assert content["not_reported"] == []
    assert all(goal["summary"] for goal in content["goals"])
    assert all(measure["text"] for goal in content["goals"] for measure in goal["measures"])
    assert len(content["log"]) == 38


def test_the_sum_is_1838_and_1848_is_nowhere(content: dict[str, Any]) -> None:
    (table,) = content["goals"][0]["indicator_tables"]
    assert [printed_number(cell["value"]) for cell in table["total"]["cells"]] == [None, 1923, 1838]
    assert "1848" not in json.dumps(content)


def test_both_bases_are_named_with_their_years(content: dict[str, Any]) -> None:
    (table,) = content["goals"][0]["indicator_tables"]
    assert table["mixed_bases"]
    assert table["bases"] == [
        {"basis": "gjennomsnitt måned 1-8", "columns": ["2009", "2010"]},
        {"basis": "gjennomsnitt måned 1-4", "columns": ["2011"]},
    ]


def test_the_programmes_figure_for_2009_is_missing_and_says_why(content: dict[str, Any]) -> None:
    (table,) = content["goals"][0]["indicator_tables"]
    programme = table["rows"][1]
    assert "KVP" in programme["label"]
    missing = programme["cells"][0]
    assert (missing["value"], missing["remark"], missing["basis"]) == (None, "utrullingsfase", "")
    assert table["total"]["cells"][0]["value"] is None


def test_the_report_has_its_case_number_and_waits_for_its_worker(content: dict[str, Any]) -> None:
    assert content["case_number"] == "11/26497"
    assert content["period"]["code"] == "2011-1"
    version = ReportVersion.objects.get(report__municipality__name="Trondheim", report__year=2011)
    assert (version.state, version.document.job.state) == ("approved", "queued")


def test_the_running_plan_is_alive(demo: None) -> None:
    """An open round with some who wait, something overdue, and a log up to these days."""
    round = ReportRound.objects.get(state="open")
    confirmed = {standing.is_confirmed for standing in standings(round)}
    assert confirmed == {True, False}
    assert Measure.objects.filter(plan=round.plan).overdue(round.opened_on).exists()
    assert round.plan.goals.filter(kind="focus_area").count() == 5
    assert (round.plan.zones.count(), round.plan.life_areas.count()) == (6, 6)


def test_the_running_plan_has_two_reports_behind_it_with_what_changed_between_them(demo: None) -> None:
    plan = ReportRound.objects.get(state="open").plan
    first, second = ReportVersion.objects.filter(report__round__plan=plan).order_by("report__year", "report__half")
    assert (first.content["changes"], first.state, second.state) == (None, "approved", "approved")
    changed = {row["title"]: (row["before"], row["state"]) for row in second.content["changes"]["states"]}
    assert changed["Nettverk for tverrfaglig læring"] == ("in_progress", "stopped")
    # The first is not published yet when the second is made: what has not gone out is not compared with.
    assert second.content["changes"]["results"] == []
    assert [row["title"] for row in second.content["first_page"]["stopped"]] == ["Nettverk for tverrfaglig læring"]


def test_a_resolution_is_followed_up_in_the_running_plan(demo: None) -> None:
    assert sorted(ResolutionPoint.objects.values_list("state", flat=True)) == ["closed", "open", "open"]
    of_plan = ReportVersion.objects.filter(report__round__plan__title="God hjelp til familier")
    second = of_plan.order_by("-report__year", "-report__half")[0]
    (resolution,) = second.content["resolutions"]
    assert [point["state"] for point in resolution["points"]] == ["open", "closed", "open"]
    assert all(point["text"] and "holdt tilbake" not in point["text"] for point in resolution["points"])


def test_lillehammer_uses_all_eight_cadences(demo: None) -> None:
    measures = Measure.objects.filter(plan__municipality__name="Lillehammer")
    assert len(set(measures.exclude(evaluation_cadence="").values_list("evaluation_cadence", flat=True))) == 8
