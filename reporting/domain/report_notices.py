"""Who is told of a step in a report's life, and when nobody need be reminded of it any more."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from organisation.domain.notices import notify, settle
from organisation.models import LEADERSHIP_ROLES, Membership, Role, User
from reporting.models import ReportComment, ReportVersion, VersionState

KIND = "report_review"
REVIEWING_ROLES = (*LEADERSHIP_ROLES, Role.STEERING_GROUP)


def reviewers_of(row: ReportVersion, on: datetime.date) -> list[User]:
    """Those who may approve a version on a day: leadership and the steering group, but for those who wrote it."""
    seats = Membership.objects.active(on).filter(
        role__in=REVIEWING_ROLES, unit__municipality=row.report.municipality_id
    )
    return list(User.objects.filter(memberships__in=seats).exclude(pk__in=authors_of(row)).distinct())


def authors_of(row: ReportVersion) -> set[int]:
    """Primary keys of those who have made, edited or sent a version, ever, and so don't approve it.

    Whoever has cleared its texts only, has read them: she may approve.
    """
    texts = row.texts.values_list("written_by_id", "writers_before")
    writers = {pk for last, before in texts for pk in (last, *before)}
    steps = row.steps.filter(before__in=("", VersionState.DRAFT)).values_list("by_id", flat=True)
    return {row.made_by_id, *writers, *steps} | ({row.sent_by_id} if row.sent_by_id else set())


def day_of(at: datetime.datetime) -> datetime.date:
    """The Norwegian day of a moment."""
    return at.astimezone(timezone.get_current_timezone()).date()


def tell_reviewers(*, sent: ReportVersion, by: User, at: datetime.datetime) -> None:
    """A version waits for somebody else to read and approve it. Nobody waits for its authors any more."""
    settle(key=_key(sent, "returned"), by=by)
    text = _("«{title}» er sendt til gjennomgang. Les rapporten, og godkjenn den eller send den tilbake.")
    _tell(sent, reviewers_of(sent, day_of(at)), _key(sent, "review"), text, by)


def tell_authors_of_return(*, returned: ReportVersion, by: User) -> None:
    for waiting in ("review", "approved"):
        settle(key=_key(returned, waiting, before_return=True), by=by)
    text = _("«{title}» er sendt tilbake til utkast, med en merknad om hva som må endres.")
    _tell(returned, _authors(returned, by), _key(returned, "returned"), text, by)


def tell_authors_of_approval(*, approved: ReportVersion, by: User) -> None:
    settle(key=_key(approved, "review"), by=by)
    text = _("«{title}» er godkjent og kan publiseres.")
    _tell(approved, _authors(approved, by), _key(approved, "approved"), text, by)


def settle_approval(*, published: ReportVersion, by: User) -> None:
    settle(key=_key(published, "approved"), by=by)


def tell_authors_of_comment(*, comment: ReportComment, by: User) -> None:
    row = comment.report_version
    _tell(row, _authors(row, by), _comment_key(comment), _("Noen har kommentert «{title}»."), by)


def settle_of_comment(*, comment: ReportComment, by: User) -> None:
    settle(key=_comment_key(comment), by=by)


def _authors(row: ReportVersion, by: User) -> list[User]:
    return list(User.objects.filter(pk__in=authors_of(row) - {by.pk}))


def _tell(row: ReportVersion, users: Iterable[User], key: str, text: Any, by: User) -> None:
    notify(
        users=users, kind=KIND, key=key, text=format_lazy(text, title=row.report.title), by=by,
        url_path=reverse("report", args=[row.report.public_id]),
    )  # fmt: skip


def _key(row: ReportVersion, about: str, before_return: bool = False) -> str:
    """Of the turn that the version is in: what is sent anew after a return is something new to read."""
    turn = row.steps.filter(
        before__in=(VersionState.IN_REVIEW, VersionState.APPROVED), after=VersionState.DRAFT
    ).count()
    return f"report-{about}:{row.report.public_id}:{row.number}:{turn - before_return}"


def _comment_key(comment: ReportComment) -> str:
    return f"report-comment:{comment.public_id}"
