"""The closing report: begun by itself when a sub-project is stopped or ended, filled from what is known, submitted once."""

import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from grants.domain.economy import economy, format_kroner
from grants.domain.outcome import standing_outcomes
from grants.domain.people import leadership, representatives
from grants.models import ClosingReport, Lesson, PartnerRole, SubProject
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify
from organisation.domain.writing import acting, apply, locked
from organisation.models import User

DAYS_TO_WRITE = 60
MUST_SAY = ("achieved", "learnt")  # the rest may be nothing


def start_closing_report(*, sub_project: SubProject, by: User, on: datetime.date) -> ClosingReport:
    """Due in 60 days, and those who are to write it are told. One per sub-project: what has been begun stays.

    In bokmål, like everything people write.
    """
    with acting(by, "closing_report.start"), override("nb"):
        report, made = ClosingReport.objects.get_or_create(
            sub_project=sub_project,
            defaults={
                "started_on": on,
                "due_on": on + datetime.timedelta(days=DAYS_TO_WRITE),
                "achieved": _achieved(sub_project, on),
                "learnt": "\n\n".join(Lesson.objects.filter(sub_project=sub_project).values_list("text", flat=True)),
                "remaining": _remaining(sub_project, on),
            },
        )
        if made:
            _tell(report, on)
    return report


def save_closing_report(
    *,
    report: ClosingReport,
    achieved: str,
    learnt: str,
    carried_on: str,
    remaining: str,
    submit: bool,
    version: int,
    by: User,
    at: datetime.datetime,
) -> ClosingReport:
    """Keep a draft, or submit it. What has been submitted stands."""
    texts = {"achieved": achieved, "learnt": learnt, "carried_on": carried_on, "remaining": remaining}
    with acting(by, "closing_report.submit" if submit else "closing_report.save"):
        report = locked(report, version)
        if report.submitted_at:
            raise DomainError(_("Sluttrapporten er sendt inn og kan ikke endres."))
        if submit:
            for name in MUST_SAY:
                if not texts[name].strip():
                    raise DomainError(_("Fyll ut dette før du sender inn sluttrapporten."), name)
            report.submitted_at, report.submitted_by = at, by
        apply(report, texts)
        report.save()
    return report


def _tell(report: ClosingReport, on: datetime.date) -> None:
    """Leadership, and those who answer for the responsible partner."""
    sub_project = report.sub_project
    users = set(leadership(sub_project.municipality_id, on))
    for partner in sub_project.partners.active(on).filter(role=PartnerRole.RESPONSIBLE).select_related("unit"):
        users |= set(representatives(partner, on))
    notify(
        users=users, kind="closing_report", key=f"closing-report-{report.public_id}",
        text=format_lazy(
            gettext_lazy("Sluttrapporten for {title} skal være ferdig innen {day}."),
            title=sub_project.title, day=lazy(date_format, str)(report.due_on),
        ),
        url_path=reverse("closing-report", args=[sub_project.public_id]),
    )  # fmt: skip


def _achieved(sub_project: SubProject, on: datetime.date) -> str:
    lines = [
        f"{row.name}: {_('minst') + ' ' if row.is_at_least else ''}{format_kroner(row.value)}"
        for row in standing_outcomes([sub_project], on)
    ]
    return "\n".join(lines)


def _remaining(sub_project: SubProject, on: datetime.date) -> str:
    money = economy(sub_project, on)
    return _("Tildelt %(awarded)s kroner, utbetalt %(paid)s kroner. %(left)s kroner er ikke brukt.") % {
        "awarded": format_kroner(money.awarded), "paid": format_kroner(money.paid), "left": format_kroner(money.left),
    }  # fmt: skip
