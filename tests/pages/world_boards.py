"""Saved views: one that stands on its owner's pages, and one that can be removed and taken back."""

from django.urls import reverse

from measures.models import Plan
from organisation.models import User
from reporting.domain.saved_view import save_view


def saved_views(plan: Plan, by: User, secret: str) -> dict[str, dict[str, str]]:
    """The arguments of the addresses."""
    path = reverse("plan-dashboard", args=[plan.public_id])
    kept = save_view(name=f"Planen. {secret}"[:80], path=path, query="mot=2025-1", by=by)
    other = save_view(name="Alt som er stille", path=reverse("all-measures"), query="stille=on", by=by)
    removed = {"public_id": other.public_id}
    return {
        "saved-view-rename": {"public_id": kept.public_id},
        **dict.fromkeys(("saved-view-remove", "saved-view-restore"), removed),
    }
