"""A field's errors as they stand in the summary above a form."""

from django import forms, template
from django.forms import BoundField

from organisation.merge_forms import place_of
from organisation.merging import MergeRow

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


@register.filter
def summary_place(bound: BoundField) -> str:
    """Where a line of the summary leads: to the field, or to what must be chosen for it first."""
    row = merge_row(bound)
    return row.place if row and row.asks and not row.chosen else place_of(bound)


@register.filter
def unanswered(form: forms.BaseForm) -> list[MergeRow]:
    """What must be chosen between and has no line in the summary of its own."""
    merge = getattr(form, "merge", None)
    return [row for row in merge.rows if row.asks and row.name not in form.errors] if merge else []


@register.filter
def merge_row(bound: BoundField) -> MergeRow | None:
    """What somebody else's change did to a field."""
    merge = getattr(bound.form, "merge", None)
    return next((row for row in merge.rows if row.name == bound.name), None) if merge else None
