"""The life of a sub-project: the one place that writes its state."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grants.domain.closing import start_closing_report
from grants.domain.people import leadership, representatives
from grants.domain.spending import refuse_waiting
from grants.models import (
    OVER_STATES,
    RUNNING_STATES,
    AwardLetter,
    Decision,
    LetterState,
    Review,
    SubProject,
    SubProjectState,
    SubProjectStateChange,
)
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify
from organisation.domain.writing import acting, locked
from organisation.models import User

S = SubProjectState
# Stopped and in the line are final: what was stopped at a review is not taken up again, it is applied for anew.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    S.PLANNED: (S.RUNNING, S.ENDED),
    S.RUNNING: (S.WITH_CONDITIONS, S.STOPPED, S.ENDED, S.IN_LINE),
    S.WITH_CONDITIONS: (S.RUNNING, S.STOPPED, S.ENDED, S.IN_LINE),
    S.STOPPED: (),
    S.ENDED: (S.IN_LINE,),
    S.IN_LINE: (),
}
WAYS_TO_END = (S.ENDED, S.IN_LINE)


def needs_reason(before: str, after: str) -> bool:
    """A stop must be explained, and so must ending what never began."""
    return after == S.STOPPED or (before == S.PLANNED and after == S.ENDED)


def change_state(
    *,
    sub_project: SubProject,
    to: str,
    reason: str,
    by: User,
    on: datetime.date,
    at: datetime.datetime,
    version: int | None = None,
) -> SubProject:
    """Move a sub-project along the table. `on` is the day it happened: not in the future, not before the last change.

    When it is over, no payment waits or recurs any more, and the closing report is begun (unless it never ran).
    """
    with acting(by, "sub_project.change_state"):
        sub_project = locked(sub_project, version)
        before = sub_project.state
        if to not in TRANSITIONS[before]:
            raise DomainError(
                _("Et delprosjekt som er «%(from)s», kan ikke bli «%(to)s».")
                % {"from": S(before).label.lower(), "to": S(to).label.lower() if to in S.values else to},
                "to",
            )
        if needs_reason(before, to) and not reason.strip():
            raise DomainError(_("Skriv en begrunnelse."), "reason")
        _check_day(sub_project, on, at)
        _check_basis(sub_project, to)
        sub_project.state, sub_project.state_since, sub_project.state_by = to, on, by
        sub_project.state_reason = reason
        sub_project.save()
        SubProjectStateChange.objects.create(
            sub_project=sub_project, before=before, after=to, on=on, by=by, reason=reason
        )
        if to in OVER_STATES:
            said = reason.strip() or str(S(to).label)
            refuse_waiting(sub_project=sub_project, reason=said, by=by, at=at, on=on)
            if to == S.STOPPED:
                _tell_of_stop(sub_project, by)
            if before in RUNNING_STATES:
                start_closing_report(sub_project=sub_project, by=by, on=on)
    return sub_project


def _tell_of_stop(sub_project: SubProject, by: User) -> None:
    """Leadership and every partner, at once: nobody plans with money that will not come."""
    on = sub_project.state_since
    users = set(leadership(sub_project.municipality_id, on))
    for partner in sub_project.partners.active(on).select_related("unit"):
        users |= set(representatives(partner, on))
    notify(
        users=users, kind="stopped", key=f"stopped-{sub_project.public_id}", by=by,
        text=format_lazy(
            _("{title} ble stoppet {day}. Det kan ikke betales ut mer."), title=sub_project.title,
            day=lazy(date_format, str)(on),
        ),
        url_path=reverse("sub-project", args=[sub_project.public_id]),
    )  # fmt: skip


def end_sub_project(
    *, sub_project: SubProject, to: str, reason: str, version: int, by: User, on: datetime.date, at: datetime.datetime
) -> SubProject:
    """Leadership ends it, or says that it goes on in ordinary operation. A stop comes from a review only."""
    if to not in WAYS_TO_END:
        raise DomainError(_("Velg om delprosjektet avsluttes eller videreføres i linja."), "to")
    return change_state(sub_project=sub_project, to=to, reason=reason, by=by, on=on, at=at, version=version)


def _check_day(sub_project: SubProject, on: datetime.date, at: datetime.datetime) -> None:
    if on > at.astimezone(timezone.get_current_timezone()).date():
        raise DomainError(_("Datoen ligger fram i tid."), "on")
    if on < sub_project.state_since:
        raise DomainError(
            _("Delprosjektet har hatt denne tilstanden siden %(day)s. Velg den dagen eller en senere dag.")
            % {"day": date_format(sub_project.state_since)},
            "on",
        )


def _check_basis(sub_project: SubProject, to: str) -> None:
    """It runs on a letter that all partners have accepted, and is stopped by people at a review."""
    letters = AwardLetter.objects.filter(sub_project=sub_project, state=LetterState.IN_FORCE)
    if to in RUNNING_STATES and not letters.exists():
        raise DomainError(_("Delprosjektet kan ikke settes i gang før alle partnerne har godkjent tildelingsbrevet."))
    if to == S.STOPPED and not Review.objects.filter(sub_project=sub_project, decision=Decision.STOP).exists():
        raise DomainError(_("Et delprosjekt stoppes bare ved et stoppunkt."), "to")
