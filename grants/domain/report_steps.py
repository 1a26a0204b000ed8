"""The steps of a yearly report's life: what is written of each, and who is told of it."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy

from grants.domain.grant_reminders import holders
from grants.models import ReportState, ReportStep, YearlyReport
from organisation.domain.notices import notify, settle
from organisation.models import User

# The steps that somebody is told of, and what such a notice is called.
KINDS = {ReportState.RETURNED: "report_returned", ReportState.ACCEPTED: "report_accepted"}


def take_step(
    *, report: YearlyReport, after: ReportState, by: User, at: datetime.datetime, comment: str = ""
) -> ReportStep:
    """Write the step, and put the report in its new state, not yet saved."""
    step = ReportStep.objects.create(report=report, before=report.state, after=after, at=at, by=by, comment=comment)
    report.state = after
    return step


def tell_of(*, report: YearlyReport, step: ReportStep, text: Any, by: User) -> None:
    """Whoever sent the report, and those who may write it today."""
    told = holders(grants=[report.grant], on=day_of(step.at))[report.grant_id]
    users = {report.submitted_by, *told}
    notify(
        users=[user for user in users if user is not None], kind=KINDS[ReportState(step.after)],
        key=_notice_key(report, step), text=format_lazy(text, grant=str(report.grant)),
        url_path=reverse("yearly-report", args=[report.public_id]), by=by,
    )  # fmt: skip


def settle_return(*, report: YearlyReport, by: User) -> None:
    """What the directorate asked for has been done: nobody need read any more that the report was sent back."""
    if returned := report.steps.filter(after=ReportState.RETURNED).last():
        settle(key=_notice_key(report, returned), by=by)


def day_of(at: datetime.datetime) -> datetime.date:
    return at.astimezone(timezone.get_current_timezone()).date()


def _notice_key(report: YearlyReport, step: ReportStep) -> str:
    return f"report-{step.after}-{report.public_id}-{step.pk}"
