"""The frozen copy: what is in it, what is not, and that nothing changes it afterwards."""

import datetime
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from measures.domain.measure_state import change_state
from measures.domain.revision import Fate, revise_plan
from measures.models import Goal, Indicator, IndicatorTable, LogEntry, Measure, Observation, Plan
from reporting.domain.changes import goals_in_order
from reporting.domain.free_texts import HELD, as_they_stand, filled_in, texts_in
from reporting.domain.published_counts import earlier
from reporting.domain.report import send_for_review
from reporting.domain.report_before import content_before
from reporting.domain.round import close_round
from reporting.models import Contribution, GoalSummary, ReportVersion
from tests.factories import (
    IndicatorFactory,
    LogEntryFactory,
    MeasureFactory,
    ObservationFactory,
    PlanFactory,
    ReportVersionFactory,
    ResolutionFactory,
    ResolutionPointFactory,
    RoundFactory,
    UserFactory,
)
from tests.factories.family_releases import FamilyReleaseFactory
from tests.reporting.closed_round import CLOSED, IN_PERIOD, Scene
from tests.reporting.frozen_content import make_content

pytestmark = pytest.mark.django_db
# Made by modules of their own, whose tests look into them.
ELSEWHERE = {"first_page", "changes", "resolutions"}
DESCRIPTION = Path(__file__).parents[3] / "docs" / "report-content.md"


@pytest.fixture
def scene() -> Scene:
    return Scene.make()


def under(content: dict[str, Any], number: str) -> dict[str, Any]:
    goals = [goal for top in content["goals"] for goal in (top, *top["children"])]
    (goal,) = [goal for goal in goals if goal["number"] == number]
    return goal


def names(text: str) -> set[str]:
    """The keys of "{a, b: [..], c (why)}", without those of what lies inside."""
    text = text.strip()[1:-1]
    while (flat := re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}", "", text)) != text:
        text = flat
    return {re.match(r"\w+", part.strip())[0] for part in text.split(",")}  # type: ignore[index]


def described() -> dict[str, set[str]]:
    """The keys of each kind of object, as docs/report-content.md has them; "" is the whole."""
    kinds = ("goal", "measure", "table", "cell")
    block = "\n".join(line[4:] for line in DESCRIPTION.read_text().splitlines() if line.startswith("    "))
    entries = [" ".join(entry.split()) for entry in re.split(r"\n(?=\w)", block)]
    shapes: dict[str, set[str]] = {"": set()}
    for entry in entries:
        key, _, text = entry.partition(" ")
        braces = re.search(r"\{.*\}", text)
        if key not in kinds:
            shapes[""] |= {key, *re.findall(r"; (\w+): label only", text)}
        if key == "measure":
            whole, rest = re.split(r";(?= a measure stands)", text)
            shapes[key], shapes["measure elsewhere"] = names(whole.strip()), names(re.search(r"\{.*\}", rest)[0])  # type: ignore[index]
        elif braces and key not in ELSEWHERE:
            shapes[key] = names(braces[0])
    return shapes


def found(content: dict[str, Any]) -> dict[str, set[str]]:
    """The keys of each kind of object in a frozen copy."""
    shapes: dict[str, set[str]] = {"": set(content)}
    for key, value in content.items():
        rows = value if isinstance(value, list) else [value]
        for row in rows:
            if isinstance(row, dict) and key not in ("goals", "indicator_tables", *ELSEWHERE):
                assert shapes.setdefault(key, set(row)) == set(row)
    goals = [goal for top in content["goals"] for goal in (top, *top["children"])]
    for goal in goals:
        assert shapes.setdefault("goal", set(goal)) == set(goal)
        for measure in goal["measures"]:
            kind = "measure elsewhere" if "see_goal" in measure else "measure"
            assert shapes.setdefault(kind, set(measure)) == set(measure)
    for table in [table for goal in (content, *goals) for table in goal["indicator_tables"]]:
        assert shapes.setdefault("table", set(table)) == set(table)
        for cell in (cell for row in table["rows"] for cell in row["cells"]):
            assert shapes.setdefault("cell", set(cell)) == set(cell)
    return shapes


def test_it_has_exactly_the_keys_that_are_written_down(scene: Scene) -> None:
    assert found(scene.content()) == described()


def test_the_made_up_copy_of_the_pdf_tests_has_the_same_keys(scene: Scene) -> None:
    made_up = make_content(indicator_tables=[])
    real = found(scene.content())
    for kind, keys in found(made_up).items():
        assert keys == real[kind], kind


def test_goals_stand_in_order_with_the_second_level_below_its_parent(scene: Scene) -> None:
    content = scene.content()
    assert [goal["number"] for goal in content["goals"]] == ["1", "2"]
    assert [[goal["number"] for goal in top["children"]] for top in content["goals"]] == [[], ["2 a"]]
    assert under(content, "2 a")["summary"] == "Delmålet er nær."


def test_a_measure_stands_in_full_once_and_is_pointed_to_under_its_other_goals(scene: Scene) -> None:
    content = scene.content()
    (full,) = under(content, "1")["measures"]
    assert (full["title"], full["also_under"], full["text"]) == (
        "Bekreftet tiltak",
        ["2 a"],
        "Teksten som er bekreftet.",
    )
    elsewhere = under(content, "2 a")["measures"][0]
    assert (elsewhere["title"], elsewhere["see_goal"]) == ("Bekreftet tiltak", "1")
    assert "text" not in elsewhere


def test_what_nobody_confirmed_does_not_leave_the_unit(scene: Scene) -> None:
    content = scene.content()
    whole = json.dumps(content, ensure_ascii=False)
    for secret in (
        "Logg: Ubekreftet tiltak",
        "Logg: Bare lagret tiltak",
        "Teksten som bare er lagret.",
        "Logg etter bekreftelsen",
    ):
        assert secret not in whole
    (unconfirmed,) = under(content, "2")["measures"]
    assert (unconfirmed["text"], unconfirmed["confirmed"]) == ("", False)
    assert {row["measure"] for row in content["not_reported"]} == {"Ubekreftet tiltak", "Bare lagret tiltak"}


def test_the_log_is_that_of_the_half_year(scene: Scene) -> None:
    (entry,) = scene.content()["log"]
    assert (entry["text"], entry["on"], entry["goal"]) == ("Logg: Bekreftet tiltak", "2025-03-01", "1")
    (figure,) = entry["figures"]
    assert (figure["name"], figure["value"]) == ("deltakere", 12)


def test_targets_are_counted_up_to_the_last_day_of_the_half_year(scene: Scene) -> None:
    (full,) = under(scene.content(), "1")["measures"]
    (target,) = full["targets"]
    assert (target["name"], target["target"], target["entries"]) == ("deltakere", 50, 1)
    assert target["result"] == {"shown": "number", "value": 12, "on": None}


def test_what_was_overdue_on_the_day_of_closing_is_listed(scene: Scene) -> None:
    overdue = scene.content()["overdue"]
    assert [(row["measure"], row["due"], row["cadence_label"]) for row in overdue] == [
        ("Bekreftet tiltak", "2025-07-01", "Frist"),
        ("Bekreftet tiltak", "2025-07-02", "Evaluering, innen en frist"),
    ]


def test_states_are_counted_over_all_measures_each_once(scene: Scene) -> None:
    content = scene.content()
    assert [(row["state"], row["count"]) for row in content["state_counts"]] == [("planned", 2), ("in_progress", 1)]
    assert content["measure_count"] == 3


def test_tables_stand_under_their_goal_or_the_plan(scene: Scene) -> None:
    content = scene.content()
    assert [table["title"] for table in content["indicator_tables"]] == ["Tabell for planen"]
    assert [table["title"] for table in under(content, "1")["indicator_tables"]] == ["Tabell 1"]


def test_a_remark_and_a_note_on_a_table_wait_to_be_read(scene: Scene) -> None:
    """What somebody has written about a figure is as free as any other text; what the product says itself is not."""
    table = IndicatorTable.objects.get(goal=scene.first)
    IndicatorTable.objects.filter(pk=table.pk).update(note="Kari Nordmann har telt.")
    Observation.objects.filter(indicator__table=table).update(value=None, remark="Kari er syk.")
    ObservationFactory(indicator=IndicatorFactory(table=table), period="2012")
    figures = scene.close().figures

    def told(content: dict[str, Any]) -> tuple[str, list[list[str]]]:
        (found,) = under(content, "1")["indicator_tables"]
        return found["note"], [[cell["remark"] for cell in row["cells"]] for row in found["rows"]]

    missing = "ikke registrert"
    assert told(filled_in(figures, {}, {})) == (HELD, [[HELD, missing], [missing, ""]])
    assert told(as_they_stand(figures, {})) == ("Kari Nordmann har telt.", [["Kari er syk.", missing], [missing, ""]])
    texts = [text for text in texts_in(figures) if "Kari" in text.text]
    assert {text.section for text in texts} == {"mal"}
    assert len({text.key for text in texts_in(figures)}) == len(list(texts_in(figures)))


def test_it_is_in_bokmaal_whoever_closes(scene: Scene) -> None:
    with translation.override("en"):
        content = scene.content()
    assert content["first_page"]["figures"][0]["change_text"] == "første rapport"
    assert content["period"]["label"] == "1. halvår 2025"
    assert content["state_counts"][0]["label"] == "Planlagt"
    assert content["closed_by_role"] == "Plankoordinator"


def test_no_person_is_named(scene: Scene) -> None:
    version = scene.close()
    scene.round.refresh_from_db()
    whole = json.dumps(version.figures, ensure_ascii=False)
    people = {
        scene.round.opened_by,
        scene.round.closed_by,
        *(entry.written_by for entry in LogEntry.objects.all()),
    }
    assert len(people) > 2
    for person in people:
        assert person.name not in whole and person.email not in whole


def test_the_checksum_is_of_what_is_stored(scene: Scene) -> None:
    version = ReportVersion.objects.get(pk=scene.close().pk)
    canonical = json.dumps(version.figures, sort_keys=True, ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == version.figures_sha256


def test_what_is_changed_after_closing_changes_nothing(scene: Scene) -> None:
    version = scene.close()
    before = json.dumps(ReportVersion.objects.get().figures, sort_keys=True)
    for model, columns in (
        (Plan, {"title": "Ny"}),
        (Goal, {"title": "Nytt", "number": "99"}),
        (Measure, {"title": "Nytt", "state": "completed"}),
        (Indicator, {"name": "Nytt"}),
        (Observation, {"value": 999}),
        (Contribution, {"text": "Ny"}),
        (GoalSummary, {"text": "Ny"}),
    ):
        rows = model._default_manager.all()
        assert rows.exists()
        if model is Goal:
            rows = rows.filter(number="1")
        rows.update(**columns)
    LogEntryFactory(measure=scene.confirmed, happened_on=IN_PERIOD, text="Smuglet inn")
    MeasureFactory(plan=scene.plan, goals=[scene.first])
    version.refresh_from_db()
    assert json.dumps(version.figures, sort_keys=True) == before


def test_the_database_lets_nobody_change_it_once_it_is_sent(scene: Scene) -> None:
    """In a draft the figures may be taken anew."""
    draft = scene.close()
    sent = send_for_review(draft=draft, version=draft.version, by=draft.made_by, at=draft.made_at)
    with pytest.raises(IntegrityError, match="figures"), transaction.atomic():
        ReportVersion.objects.filter(pk=sent.pk).update(figures={})


def test_the_number_of_queries_does_not_grow_with_the_plan(scene: Scene, django_assert_max_num_queries: Any) -> None:
    from reporting.domain.freeze import _Builder

    for _ in range(10):
        measure = MeasureFactory(plan=scene.plan, goals=[scene.first, scene.second])
        LogEntryFactory(measure=measure, happened_on=IN_PERIOD)
    scene.close()
    scene.round.refresh_from_db()
    with django_assert_max_num_queries(28):
        _Builder(scene.round).content()


def test_the_families_own_answers_come_from_the_newest_numbers_before_the_round_was_closed(scene: Scene) -> None:
    town = scene.plan.municipality
    for days, value in ((-40, 7), (3, 99)):
        release = FamilyReleaseFactory.build(municipality=town, until=CLOSED + datetime.timedelta(days=days))
        release.content["voice"][0]["value"] = value
        FamilyReleaseFactory(municipality=town, until=release.until, content=release.content)
    rows = scene.content()["family_answers"]
    assert [(row["label"], row["shown"], row["value"], row["until"]) for row in rows] == [
        ("Ja", "number", 9, CLOSED.isoformat()),
        ("Litt", "under", None, CLOSED.isoformat()),
        ("Nei", "under", None, CLOSED.isoformat()),
        ("Vet ikke", "withheld", None, CLOSED.isoformat()),
    ]


def test_each_figure_leads_to_what_it_was_made_from(scene: Scene) -> None:
    version = scene.close()
    keys = set(re.findall(r'"key": "([^"]+)"', json.dumps(version.figures)))
    assert keys - set(version.sources) == set()
    (target,) = under(version.figures, "1")["measures"][0]["targets"]
    counted = LogEntry.objects.get(text="Logg: Bekreftet tiltak")
    assert version.sources[target["key"]] == {"kind": "log", "ids": [counted.public_id]}
    observation = Observation.objects.get(indicator__table__goal=scene.first)
    cell = under(version.figures, "1")["indicator_tables"][0]["rows"][0]["cells"][0]
    assert version.sources[cell["key"]] == {"kind": "observations", "ids": [observation.public_id]}
    late = version.sources["first:late"]
    assert late == {"kind": "measures", "ids": [scene.confirmed.public_id]}


def test_a_count_below_five_is_not_in_the_report_and_not_in_its_log() -> None:
    content = Scene.make(counted=3).content()
    (target,) = under(content, "1")["measures"][0]["targets"]
    assert (target["result"], target["entries"]) == ({"shown": "under", "value": None, "on": None}, 0)
    assert [entry["figures"] for entry in content["log"]] == [[]]
    told = {row["key"]: row["shown"] for row in content["counts"]}
    assert told[target["key"]] == "under"


def test_results_are_remembered_as_of_the_last_day_of_the_half_year(scene: Scene) -> None:
    version = scene.close()
    days = {row["key"].partition(":")[0]: row["counted_on"] for row in version.figures["counts"]}
    assert (days["target"], version.figures["counted_on"]) == ("2025-06-30", CLOSED.isoformat())
    assert days.get("indicator") is None
    ReportVersionFactory(
        state="published", figures=version.figures, report__round__plan=scene.plan, report__round__year=2030
    )
    known = {row.key.partition(":")[0]: row.on for row in earlier(scene.plan.municipality)}
    assert known["target"] == datetime.date(2025, 6, 30)


def test_what_counts_no_people_is_not_protected() -> None:
    scene = Scene.make(counted=3)
    scene.confirmed.targets.update(counts_people=False)
    content = scene.content()
    (target,) = under(content, "1")["measures"][0]["targets"]
    assert target["result"] == 3
    assert [figure["value"] for figure in content["log"][0]["figures"]] == [3]
    assert target["key"] not in {row["key"] for row in content["counts"]}


def test_the_next_report_says_what_has_changed(scene: Scene) -> None:
    first = scene.close()
    change_state(
        measure=scene.saved, to="stopped", reason="Ingen kom.", version=None, by=UserFactory(), on=CLOSED, today=CLOSED
    )
    later = RoundFactory(plan=scene.plan, year=2025, half=2)
    by, day = UserFactory(), datetime.date(2026, 2, 1)
    at = datetime.datetime(2026, 2, 1, 12, tzinfo=datetime.UTC)
    content = as_they_stand(close_round(round=later, version=later.version, by=by, on=day, at=at).figures, {})
    found = content["changes"]
    assert found["since"] == first.figures["period"]["label"] == content["first_page"]["since"]
    assert [(row["title"], row["before"], row["state"]) for row in found["states"]] == [
        ("Bare lagret tiltak", "planned", "stopped")
    ]
    assert [row["title"] for row in content["first_page"]["stopped"]] == ["Bare lagret tiltak"]
    assert content["first_page"]["figures"][2]["change_text"] == "1 flere enn i 1. halvår 2025"


def test_a_point_of_a_resolution_is_reported_on_until_it_is_told_as_closed(scene: Scene) -> None:
    resolution = ResolutionFactory(plan=scene.plan, decided_on=datetime.date(2025, 2, 1))
    for number, closed in ((1, None), (2, datetime.date(2025, 8, 1))):
        by = UserFactory() if closed else None
        ResolutionPointFactory(resolution=resolution, number=number, closed_on=closed, closed_by=by)
    scene.close()
    later = RoundFactory(plan=scene.plan, year=2025, half=2)
    at = datetime.datetime(2026, 2, 1, 12, tzinfo=datetime.UTC)
    second = close_round(round=later, version=later.version, by=UserFactory(), on=at.date(), at=at)
    first = ReportVersion.objects.order_by("id")[0]
    assert [[point["number"] for point in row["points"]] for row in first.figures["resolutions"]] == [[1, 2]]
    assert [[point["number"] for point in row["points"]] for row in second.figures["resolutions"]] == [[1]]


def test_a_measure_of_the_plan_before_is_known_by_what_it_has_become(scene: Scene) -> None:
    scene.close()
    plan = Plan.objects.get(pk=scene.plan.pk)
    fates = {row: Fate("carried_over") for row in plan.measures.all()}
    fates[scene.saved] = Fate("ended", reason="Ferdig.")
    by, start = UserFactory(), datetime.date(2025, 7, 1)
    new = revise_plan(
        plan=plan, title="Ny plan", starts_on=start, ends_on=None, fates=fates, version=plan.version, by=by
    )
    before = content_before(RoundFactory(plan=new, year=2025, half=2))
    assert before is not None
    ids = {row["id"] for goal in goals_in_order(before) for row in goal["measures"]}
    assert ids == {*new.measures.values_list("public_id", flat=True), scene.saved.public_id}
    assert not any(row.get("targets") for goal in goals_in_order(before) for row in goal["measures"])
    assert content_before(RoundFactory(plan=PlanFactory())) is None


def test_what_is_not_published_comes_without_its_counts(scene: Scene) -> None:
    first = scene.close()
    later = RoundFactory(plan=scene.plan, year=2025, half=2)

    def counted() -> tuple[list[Any], list[Any]]:
        before = content_before(later)
        assert before is not None
        goals = list(goals_in_order(before))
        targets = [row for goal in goals for measure in goal["measures"] for row in measure.get("targets", ())]
        return targets, [*before["indicator_tables"], *(table for goal in goals for table in goal["indicator_tables"])]

    assert counted() == ([], [])
    ReportVersionFactory(
        report=first.report, number=2, correction_reason="Feil.", state="published", figures=first.figures
    )
    targets, tables = counted()
    assert len(targets) == 3 and len(tables) == 2
