"""Headers that sort: a link each, with the direction told to screen readers."""

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("partials/sortable.html", takes_context=True)
def sort_header(context: dict[str, Any], key: str, label: str, sorter: str) -> dict[str, Any]:
    direction = {key: "ascending", f"-{key}": "descending"}.get(sorter, "")
    return {
        "request": context["request"],
        "label": label,
        "direction": direction,
        "key": f"-{key}" if sorter == key else key,
    }
