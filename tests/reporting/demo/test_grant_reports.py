"""The demo's yearly reports on grants: Trondheim's of 2009 and of last year taken through review, this year's a draft."""

import logging
from pathlib import Path

import pytest

from organisation.pdf.render import render_pdf
from reporting.domain.free_texts import HELD, texts_in
from reporting.domain.report_files import numbers_in, unnamed_in
from reporting.models import ReportKind, ReportVersion, VersionState
from tests.organisation.pdf import structure

pytestmark = pytest.mark.django_db


def versions() -> list[ReportVersion]:
    return list(ReportVersion.objects.filter(report__kind=ReportKind.YEARLY_GRANTS).order_by("report__year"))


def test_three_reports_of_one_town(demo: None, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One test, since loading the demo takes its time."""
    of_2009, last, running = versions()
    assert [row.state for row in (of_2009, last, running)] == [
        VersionState.APPROVED, VersionState.APPROVED, VersionState.DRAFT,
    ]  # fmt: skip
    assert of_2009.report.title == "Årsrapport om tilskudd 2009"
    figures = of_2009.content
    assert figures is not None
    assert HELD not in str(figures)
    # The amount is real; the seven measures are those of the demo's file.
    assert figures["money"]["awarded"] == 1_800_000
    assert len(figures["grants"]) == 1 and len(figures["grants"][0]["measures"]) == 7
    assert figures["children"]["value"] == 686
    numbers = [table["number"] for table in figures["tables"]]
    assert numbers == [6, 9, 10, 11, 12, 14, 20, 21, 30, 34]
    # What the town answered, not what the 55 did.
    assert all(table["values"]["n"] <= 7 for table in figures["tables"])
    assert last.content is not None
    assert [row["kind"] for row in last.content["turned_down"]] == ["returned"]
    assert running.figures["changes"]["since"]["label"] == str(last.report.year)
    assert running.content is None and any(not text.cleared for text in texts_in(running.figures))
    for row in (of_2009, last):
        assert unnamed_in(row.content) == set()
        assert all(number.section and number.row for number in numbers_in(row.content))
        path = tmp_path / f"{row.report.year}.pdf"
        with caplog.at_level(logging.ERROR):
            render_pdf("reporting/pdf/report.html", row.content, path, on_progress=lambda step, percent: None)
        structure.check(path)
    assert not caplog.records
