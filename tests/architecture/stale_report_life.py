"""Stale writes of reports: each step of a version's life, its texts, and the comments beside it."""

import datetime
from collections.abc import Callable
from typing import Any

from reporting.domain import report, report_comments, report_texts, report_versions
from reporting.domain.free_texts import free
from reporting.models import ReportComment, ReportText
from tests.architecture.stale_case import Case
from tests.factories import ReportVersionFactory, UserFactory
from tests.reporting.frozen_content import make_content

AT = datetime.datetime(2099, 1, 2, tzinfo=datetime.UTC)


def a_draft() -> Case:
    row = ReportVersionFactory()
    return row, {"draft": row, "at": AT}


def one_to_refresh() -> Case:
    row = ReportVersionFactory(figures=make_content())
    return row, {"draft": row, "at": AT, "on": AT.date()}


def one_to_throw_away() -> Case:
    first = ReportVersionFactory(state="published")
    row = ReportVersionFactory(report=first.report, number=2, correction_reason="Feil tall.")
    return row, {"draft": row}


def one_without_a_case_number() -> Case:
    row = ReportVersionFactory().report
    return row, {"report": row, "case_number": "26/1"}


def one_to_return() -> Case:
    row = ReportVersionFactory(state="in_review")
    return row, {"reviewed": row, "remark": "Rett tallet.", "at": AT}


def one_to_approve() -> Case:
    row = ReportVersionFactory(state="in_review")
    return row, {"reviewed": row, "at": AT}


def one_to_publish() -> Case:
    row = ReportVersionFactory(state="approved")
    return row, {"approved": row, "at": AT}


def one_to_withdraw() -> Case:
    row = ReportVersionFactory(state="published")
    return row, {"published": row, "reason": "Feil tall.", "at": AT}


def a_text() -> Case:
    version = ReportVersionFactory(figures={"summary": free("summary", "Sammendrag", "sammendrag", "Slik gikk det.")})
    row = ReportText.objects.create(
        report_version=version, key="summary", text="Slik går det.", written_by=UserFactory()
    )
    return row, {"draft": version, "key": "summary", "text": "Nytt"}


def a_comment() -> Case:
    row = ReportComment.objects.create(
        report_version=ReportVersionFactory(), section="status", text="Se her.", written_at=AT, written_by=UserFactory()
    )
    return row, {"comment": row, "at": AT}


CASES: dict[Callable[..., Any], Callable[[], Case]] = {
    report.send_for_review: a_draft,
    report.take_back: one_to_return,
    report.approve: one_to_approve,
    report.publish: one_to_publish,
    report.withdraw: one_to_withdraw,
    report_texts.edit_text: a_text,
    report_comments.settle_comment: a_comment,
    report_versions.refresh_draft: one_to_refresh,
    report_versions.delete_draft: one_to_throw_away,
    report_versions.set_case_number: one_without_a_case_number,
}
