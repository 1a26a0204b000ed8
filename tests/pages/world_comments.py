"""The part of the world that is about comments: a conversation on a row of every kind, one comment that was taken back."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from grants.models import Grant, SubProject
from measures.models import Measure
from organisation.domain.comments import add_comment, withdraw_comment
from organisation.models import Comment, Role, User
from tests.measures.uploads import PDF

Ids = dict[str, dict[str, Any]]


def comments(measure: Measure, ids: Ids, users: dict[Role, User], secret: str) -> Ids:
    """The arguments of their addresses. `secret` stands in every text."""
    sub_project = SubProject.objects.get(**ids["sub-project"])
    rows = {
        "plan": measure.plan,
        "goal": measure.goals.all()[0],
        "measure": measure,
        "grant": Grant.objects.get(**ids["grant"]),
        "sub-project": sub_project,
    }
    found: Ids = {}
    for name, row in rows.items():
        last = _conversation(row, users, secret)
        found |= {key: {"public_id": row.public_id} for key in (f"{name}-comments", f"{name}-activity")}
    found |= {key: {"public_id": last.public_id} for key in ("comment-edit", "comment-withdraw", "comment-versions")}
    return found | {"comment-file": {"public_id": last.files.get().public_id}}


def _conversation(row: Any, users: dict[Role, User], secret: str) -> Comment:
    by, at = users[Role.PROJECT_LEAD], timezone.now()
    first = add_comment(
        row=row, text=f"Kan noen se på dette? {secret}", by=by, at=at, told=[users[Role.COORDINATOR]],
        files=[SimpleUploadedFile("notat.pdf", PDF)],
    )  # fmt: skip
    add_comment(row=row, text=f"Ja. {secret}", by=users[Role.COORDINATOR], at=at, answers=first)
    hasty = add_comment(row=row, text=f"Feil side. {secret}", by=by, at=at)
    withdraw_comment(comment=hasty, version=hasty.version, by=by, at=at)
    return first
