"""Comments on a row of any kind that an app has registered, and its activity. Each kind has its own addresses and rule."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from organisation import comment_subjects
from organisation.access import Rule, SignedInRequest, access, roles
from organisation.comment_forms import CommentForm, CorrectionForm
from organisation.comment_subjects import Subject
from organisation.domain.activity import activity
from organisation.domain.comment_notices import page_of
from organisation.domain.comment_threads import Threads, earlier_texts, number_of_comments, thread_of, threads
from organisation.domain.comments import add_comment, correct_comment, withdraw_comment
from organisation.domain.errors import DomainError
from organisation.models import CASE_ROLES, Comment, CommentFile, Role
from organisation.permissions import can_correct_comment, can_withdraw_comment
from organisation.views.download import download
from organisation.views.form_page import form_page, posted, posted_version

# Whoever may read comments of some kind; the row says whether she may read this one.
SOMEBODY = roles(*CASE_ROLES, Role.STEERING_GROUP, Role.PARTNER)


def pages_of(url_name: str, prefix: str, rule: Rule) -> list[URLPattern]:
    """The two pages of a kind of row, for the app's own list of addresses: `prefix` is that of the row's page."""
    return [
        path(f"{prefix}kommentarer/", _with_rule(_comments, url_name, rule), name=f"{url_name}-comments"),
        path(f"{prefix}aktivitet/", _with_rule(_activity, url_name, rule), name=f"{url_name}-activity"),
    ]


def _with_rule(page: Callable[..., HttpResponse], url_name: str, rule: Rule) -> Callable[..., HttpResponse]:
    @access(rule)
    def view(request: SignedInRequest, public_id: str) -> HttpResponse:
        subject = comment_subjects.named(url_name)
        return page(request, subject, get_object_or_404(subject.rows(request.user), public_id=public_id))

    return view


def _comments(request: SignedInRequest, subject: Subject, row: Any) -> HttpResponse:
    """The conversations and the form for a new one; with `svar` in the address one of them, and the form for an answer."""
    url = reverse(f"{subject.url_name}-comments", args=[row.public_id])
    answered = _answered(request, row)
    people = subject.people(row, timezone.localdate())
    form = CommentForm(posted(request), request.FILES or None, people=people, by=request.user)
    start = request.GET.get("fra", "").replace("\0", "")
    page = Threads([thread_of(comment=answered, row=row)]) if answered else threads(row=row, start=start)

    def add(data: dict[str, Any]) -> Comment:
        files = data.pop("file")
        return add_comment(row=row, by=request.user, at=timezone.now(), answers=answered, files=files, **data)

    return form_page(
        request, form, action=add, done=lambda comment: page_of(comment, row), cancel_url=url,
        title=_("Svar på kommentaren") if answered else _("Kommentarer"), crumbs=subject.crumbs(row),
        message=_("Kommentaren er lagret."), template="organisation/comments.html", subject=subject, row=row,
        threads=page, tab="comments", answered=answered, start=start, comments_url=url, row_url=_page_of_row(subject, row),
        activity_url=reverse(f"{subject.url_name}-activity", args=[row.public_id]),
        number=number_of_comments(row=row), coordinated=request.user.coordinated_municipality_ids(),
    )  # fmt: skip


def _answered(request: SignedInRequest, row: models.Model) -> Comment | None:
    """What the answer is to. An answer has no answers of its own, and a comment that was taken back gets no new ones."""
    asked = request.GET.get("svar", "").replace("\0", "")
    firsts = Comment.objects.about(row).standing().filter(answers=None)
    return get_object_or_404(firsts, public_id=asked) if asked else None


@require_GET
def _activity(request: SignedInRequest, subject: Subject, row: Any) -> HttpResponse:
    context = {
        "activity": activity(row=row, reader=request.user, before=request.GET.get("for", "")),
        "is_first": "for" not in request.GET, "subject": subject, "row": row, "tab": "activity", "title": _("Aktivitet"),
        "crumbs": [*subject.crumbs(row), (_("Aktivitet"), None)], "number": number_of_comments(row=row),
        "comments_url": reverse(f"{subject.url_name}-comments", args=[row.public_id]),
        "activity_url": request.path, "row_url": _page_of_row(subject, row),
    }  # fmt: skip
    return render(request, "organisation/activity.html", context)


def _page_of_row(subject: Subject, row: Any) -> str:
    return reverse(subject.url_name, args=[row.public_id])


def _found(request: SignedInRequest, public_id: str) -> tuple[Comment, Any]:
    """A comment and what it is about, if the user may see both."""
    rows = Comment.objects.visible_to(request.user).select_related("answers", "written_by")
    comment = get_object_or_404(rows, public_id=public_id)
    return comment, get_object_or_404(comment.subject.rows(request.user), pk=comment.row_id)


@access(SOMEBODY)
def comment_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    comment, row = _found(request, public_id)
    if not can_correct_comment(request.user, comment):
        raise PermissionDenied
    subject, url = comment.subject, page_of(comment, row)
    form = CorrectionForm(
        posted(request), people=subject.people(row, timezone.localdate()), by=request.user,
        initial={"text": comment.text, "version": comment.version},
    )  # fmt: skip

    def correct(data: dict[str, Any]) -> Comment:
        return correct_comment(comment=comment, row=row, by=request.user, at=timezone.now(), **data)

    return form_page(
        request, form, action=correct, done=lambda _row: url, cancel_url=url, title=_("Rett kommentaren"),
        crumbs=[*subject.crumbs(row), (_("Kommentarer"), url)], message=_("Kommentaren er rettet."),
        template="organisation/comment_edit.html",
    )  # fmt: skip


@access(SOMEBODY)
@require_GET
def comment_versions(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What it said before, for those who read it. Of a comment that was taken back nobody reads anything."""
    comment, row = _found(request, public_id)
    if comment.withdrawn_at:
        raise Http404
    title, url = _("Alle versjoner av kommentaren"), page_of(comment, row)
    context = {
        "comment": comment, "earlier": earlier_texts(comment=comment), "title": title,
        "crumbs": [*comment.subject.crumbs(row), (_("Kommentarer"), url), (title, None)],
    }  # fmt: skip
    return render(request, "organisation/comment_versions.html", context)


@access(SOMEBODY)
@require_POST
def comment_withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    comment, row = _found(request, public_id)
    if not can_withdraw_comment(request.user, comment):
        raise PermissionDenied
    try:
        withdraw_comment(comment=comment, version=posted_version(request), by=request.user, at=timezone.now())
        messages.success(request, _("Kommentaren er trukket tilbake."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(page_of(comment, row))


@access(SOMEBODY)
@require_GET
def comment_file(request: SignedInRequest, public_id: str) -> FileResponse:
    """A comment's file, for those who may read the comment as long as it stands."""
    file = get_object_or_404(CommentFile.objects.visible_to(request.user), public_id=public_id)
    try:
        return download(file)
    except FileNotFoundError as error:
        raise Http404 from error
