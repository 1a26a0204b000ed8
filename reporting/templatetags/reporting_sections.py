"""Which sections a report has, for the templates that walk through them."""

from typing import Any

from django import template

from reporting.domain.sections import Section, sections_of

register = template.Library()


@register.filter
def first_sections(content: dict[str, Any]) -> list[Section]:
    """What stands before the list of contents."""
    return [section for section in sections_of(content) if section.on_first_page]


@register.filter
def sections(content: dict[str, Any]) -> list[Section]:
    return sections_of(content)
