"""When a measure is due. Written here, and not as templates in templates: a list has it on each of its rows."""

from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from organisation.templatetags.icons import icon

register = template.Library()
BREAK = SafeString("<br>")


@register.simple_tag
def late(measure: Any) -> SafeString:
    """What is overdue, a line each."""
    return format_html_join(BREAK, "{}", ((line,) for line in _late_lines(measure)))


@register.simple_tag
def due_cell(measure: Any) -> SafeString:
    """A cell of a table: the next evaluation, and what is overdue."""
    lines = []
    if not measure.evaluation_overdue:
        if measure.next_evaluation:
            lines.append(format_html('<span class="date">{}</span>', date_format(measure.next_evaluation)))
        elif measure.evaluation_cadence:
            lines.append(format_html('<span class="quiet">{}</span>', measure.get_evaluation_cadence_display()))
    lines += _late_lines(measure)
    if not lines:
        return SafeString("<td></td>")
    told = format_html_join(BREAK, "{}", ((line,) for line in lines))
    return format_html('<td data-label="{}">{}</td>', _("Evaluering og frist"), told)


def _late_lines(measure: Any) -> list[SafeString]:
    told = []
    if measure.evaluation_overdue:
        told.append(_("Skulle vært evaluert %(day)s") % {"day": date_format(measure.next_evaluation)})
    if measure.deadline_overdue:
        told.append(_("Fristen var %(day)s") % {"day": date_format(measure.due_on)})
    return [format_html('<span class="late">{}{}</span>', icon("late"), text) for text in told]
