"""What the pages of sub-projects and calls share: the sections beside each other, dates of frozen content, a measure's own."""

import datetime
from collections.abc import Callable
from typing import Any

from django import template
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grants.models import SubProject
from measures.models import Measure

register = template.Library()


def _sections() -> list[tuple[str, str, str]]:
    return [
        ("sub_projects", "sub-project-list", _("Delprosjekter")),
        ("calls", "call-list", _("Utlysninger")),
        ("applications", "application-list", _("Søknader")),
        ("reviews", "review-list", _("Stoppunkter")),
        ("results", "result-totals", _("Resultater")),
        ("payments", "payments-waiting", _("Til godkjenning")),
    ]


@register.simple_tag(takes_context=True)
def grants_sections(context: dict[str, Any]) -> list[dict[str, str]]:
    """The sections that the user may use: each address is asked its own access rule."""
    user = context["request"].user
    found = []
    for key, name, label in _sections():
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        view: Callable[..., Any] = resolve(url).func
        rule = getattr(view, "access_rule", None)
        if rule and rule.allows(user):
            found.append({"key": key, "label": label, "url": url})
    return found


@register.filter
def iso_date(text: str | None) -> str:
    """A day as it stands in frozen content, as people write it."""
    return date_format(datetime.date.fromisoformat(text)) if text else "–"


@register.inclusion_tag("grants/sub_projects/_of_measure.html", takes_context=True)
def sub_project_of(context: dict[str, Any], measure: Measure) -> dict[str, Any]:
    """The sub-project that a measure is, where the user may see it; one query."""
    user = context["request"].user
    return {"sub_project": SubProject.objects.visible_to(user).filter(measure=measure).first()}
