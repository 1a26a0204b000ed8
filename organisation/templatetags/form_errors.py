"""A field's errors as they stand in the summary above a form."""

from django import forms, template
from django.forms import BoundField

register = template.Library()


@register.filter
def summary_lines(bound: BoundField) -> list[str]:
    """What the code says about this field stands alone; Django's own words, the same for all fields, get its label."""
    lines = []
    for error in bound.errors.as_data():
        own = error.code is None or _is_own(bound.field, error.code)
        for message in error.messages:
            lines.append(message if own else f"{bound.label}{'' if str(bound.label).endswith('?') else ':'} {message}")
    return lines


def _is_own(field: forms.Field, code: str) -> bool:
    """Whether the field was given a message of its own for this error."""
    usual = None
    for kind in reversed(type(field).__mro__):
        usual = getattr(kind, "default_error_messages", {}).get(code, usual)
    return field.error_messages.get(code) is not usual
