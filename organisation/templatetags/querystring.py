"""Links that keep the filters of the page."""

from typing import Any

from django import template

from organisation.paging import AFTER, BEFORE

register = template.Library()


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """The page's query with some values changed; None takes one away. A mark of a page (paging.py) is never carried on:
    it was made for the order and the rows that were shown."""
    query = context["request"].GET.copy()
    for name in (AFTER, BEFORE):
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return str(query.urlencode())
