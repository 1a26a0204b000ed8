"""The way from a row's own page to its comments and its activity."""

from typing import Any

from django import template
from django.urls import reverse

from organisation import comment_subjects
from organisation.domain.comment_threads import number_of_comments

register = template.Library()


@register.inclusion_tag("organisation/_comment_links.html")
def comment_links(row: Any, shown: bool = True) -> dict[str, Any]:
    """`shown` False: whoever reads the page doesn't read its comments."""
    if not shown:
        return {}
    name = comment_subjects.of_row(row).url_name
    return {
        "number": number_of_comments(row=row),
        "comments_url": reverse(f"{name}-comments", args=[row.public_id]),
        "activity_url": reverse(f"{name}-activity", args=[row.public_id]),
    }
