"""The reports on sub-projects in the demo: the pilot's two, which the worker makes and somebody publishes, and today's draft."""

import json
from typing import Any

import pytest
from django.utils import timezone

from organisation.models import JobState, User
from reporting.demo.reading import read
from reporting.demo.sub_project_reports import of_pilot
from reporting.demo.trondheim_2011 import publish_when_made
from reporting.domain.free_texts import HELD
from reporting.domain.report_files import numbers_in, unnamed_in
from reporting.domain.report_texts import standing_texts
from reporting.models import ReportVersion, VersionState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
FACTS = {row["title"]: row for row in read("pilot-0-24.yaml")["sub_projects"]}


def contents() -> list[dict[str, Any]]:
    return [version.content for version in of_pilot()]


def five(content: dict[str, Any]) -> dict[str, Any]:
    return {row["key"]: row for row in content["five"]}


def test_the_pilots_reports_are_approved_and_wait_for_their_pdf() -> None:
    for version in of_pilot():
        assert version.state == VersionState.APPROVED
        assert version.document and version.document.job.state == JobState.QUEUED
        assert HELD not in json.dumps(version.content, ensure_ascii=False)
    assert [version.report.title for version in of_pilot()] == [
        "Halvårsstatus for delprosjektene, 2. halvår 2022", "Halvårsstatus for delprosjektene, 2. halvår 2023",
    ]  # fmt: skip


def test_every_number_of_theirs_has_a_name_a_place_and_a_row() -> None:
    for content in contents():
        assert unnamed_in(content) == set()
        assert all(number.section and number.row for number in numbers_in(content))


def test_the_stop_is_in_the_first_with_its_reason_and_what_came_later_is_not() -> None:
    first, _last = contents()
    assert [(row["title"], row["on"]) for row in first["stopped"]] == [("Praktisk grunnskole", "2022-12-15")]
    part = next(row for row in first["sub_projects"] if row["title"] == "Praktisk grunnskole")
    assert (part["review"]["reason"], part["state_reason"]) == (FACTS["Praktisk grunnskole"]["stopped"]["reason"], "")
    assert "Som de andre" not in json.dumps(first["sub_projects"], ensure_ascii=False), "stopped half a year before"
    assert (five(first)["running"]["value"], five(first)["running"]["of"]) == (6, 7)
    assert first["results"] is None and first["changes"] is None


def test_the_last_one_has_the_results_of_the_facts_with_small_ones_protected() -> None:
    _first, last = contents()
    families = five(last)["families"]["cell"]
    assert (families["value"], families["at_least"]) == (193, True)
    columns = [column["kind"] for column in last["results"]["columns"]]
    for row in last["results"]["rows"]:
        for kind, cell in zip(columns, row["cells"], strict=True):
            fact = FACTS[row["title"]]["outcomes"].get(kind)
            value = fact[0] if isinstance(fact, list) else fact
            assert (cell is None) == (value is None)
            if cell and cell["shown"] == "number":
                assert cell["value"] == value and (value >= 5 or kind == "events")
            elif cell:
                assert cell["value"] is None
    assert five(last)["left"]["value"] == 12_000_000 - 10_000_000 - 1600 * 52 * 24
    assert five(last)["running"]["change"] == "6 færre enn i 2.\u00a0halvår\u00a02022"
    assert len(last["changes"]["states"]) == 6 and [row["title"] for row in last["changes"]["gone"]] == [
        "Praktisk grunnskole"
    ]


def test_they_are_published_when_their_pdfs_are_there() -> None:
    by = User.objects.get(email="koordinator@trondheim.example")
    for version in of_pilot():
        assert version.document
        version.document.job.state, version.document.job.percent = JobState.DONE, 100
        version.document.job.finished_at = timezone.now()
        version.document.job.save()
        version.document.file = "documents/x/1.pdf"
        version.document.save(update_fields=["file"])
        publish_when_made(version, by, timezone.now())
        publish_when_made(version, by, timezone.now())
    assert [version.state for version in of_pilot()] == [VersionState.PUBLISHED] * 2


def test_lillehammers_draft_is_of_today_with_texts_that_nobody_has_read() -> None:
    draft = ReportVersion.objects.get(report__municipality__name="Lillehammer", report__kind="sub_projects")
    assert draft.is_draft
    assert [row["title"] for row in draft.figures["sub_projects"]] == [
        "Åpen fritid (eksempel)", "Jobb og skole sammen (eksempel)",
    ]  # fmt: skip
    assert [row["kind"] for row in draft.figures["late"]] == ["letter"]
    assert any(not row.is_cleared for row in standing_texts(draft))
