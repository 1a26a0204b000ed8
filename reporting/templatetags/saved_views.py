"""A person's saved views, in one statement a page: those of the page she is on, or all of them."""

from typing import Any

from django import template

from organisation.access import SignedInRequest
from reporting.models import SavedView

register = template.Library()


@register.simple_tag(takes_context=True)
def my_saved_views(context: dict[str, Any]) -> list[SavedView]:
    return _of(context["request"])


@register.simple_tag(takes_context=True)
def saved_views_here(context: dict[str, Any]) -> list[SavedView]:
    request: SignedInRequest = context["request"]
    return [row for row in _of(request) if row.path == request.path]


def _of(request: SignedInRequest) -> list[SavedView]:
    return list(SavedView.objects.visible_to(request.user).kept())
