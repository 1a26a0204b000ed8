"""Headers that sort: a link each, with the direction told to screen readers."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from organisation.templatetags.querystring import with_query

register = template.Library()


@register.simple_tag(takes_context=True)
def sort_header(context: dict[str, Any], key: str, label: str, sorter: str) -> SafeString:
    direction = {key: "ascending", f"-{key}": "descending"}.get(sorter)
    return format_html(
        '<th scope="col"{}><a class="sort" href="?{}">{}</a></th>',
        format_html(' aria-sort="{}"', direction) if direction else "",
        with_query(context, sorter=f"-{key}" if sorter == key else key, side=None),
        label,
    )
