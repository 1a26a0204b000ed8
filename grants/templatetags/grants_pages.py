"""What the pages of sub-projects, calls and grants share: sections, dates of frozen content, a measure's own sub-project."""

import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.urls import NoReverseMatch, get_urlconf, resolve, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grants.domain.small_counts import is_small
from grants.models import AWARDED_STATES, Funding, Grant, SubProject
from measures.models import Measure

register = template.Library()
MOST_GRANTS = 5  # named on a measure's page; the rest stands on the grants' own


def _sections() -> list[tuple[str, str, str]]:
    return [
        ("sub_projects", "sub-project-list", _("Delprosjekter")),
        ("dashboard", "sub-projects-dashboard", _("Oversikt")),
        ("calls", "call-list", _("Utlysninger")),
        ("applications", "application-list", _("Søknader")),
        ("reviews", "review-list", _("Stoppunkter")),
        ("results", "result-totals", _("Resultater")),
        ("payments", "payments-waiting", _("Til godkjenning")),
    ]


def _received_sections() -> list[tuple[str, str, str]]:
    return [
        ("grants", "grant-list", _("Tilskudd")),
        ("schemes", "scheme-list", _("Ordninger")),
        ("reports", "yearly-report-list", _("Årsrapporter")),
        ("tables", "grant-table-list", _("Tabeller")),
        ("imports", "grant-import-list", _("Les inn fra fil")),
    ]


@register.simple_tag(takes_context=True)
def grants_sections(context: dict[str, Any]) -> list[dict[str, str]]:
    """The sections of calls and sub-projects that the user may use."""
    return _allowed(context["request"].user, _sections())


@register.simple_tag(takes_context=True)
def received_sections(context: dict[str, Any]) -> list[dict[str, str]]:
    """The sections of grants received that the user may use."""
    return _allowed(context["request"].user, _received_sections())


def _allowed(user: Any, sections: list[tuple[str, str, str]]) -> list[dict[str, str]]:
    """Each address is asked its own access rule."""
    found = []
    for key, name, label in sections:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        rule = _rule_of(url, get_urlconf())
        if rule and rule.allows(user):
            found.append({"key": key, "label": label, "url": url})
    return found


@lru_cache(100)
def _rule_of(url: str, urls: Any) -> Any:
    """The rule of an address without an id, found once; `urls`: the addresses it is looked for among."""
    return getattr(resolve(url, urls).func, "access_rule", None)


register.filter("is_small", is_small)


@register.filter
def iso_date(text: str | None) -> str:
    """A day as it stands in frozen content, as people write it."""
    return date_format(datetime.date.fromisoformat(text)) if text else "–"


@register.inclusion_tag("grants/sub_projects/_of_measure.html", takes_context=True)
def sub_project_of(context: dict[str, Any], measure: Measure) -> dict[str, Any]:
    """The sub-project that a measure is, where the user may see it; one query."""
    user = context["request"].user
    return {"sub_project": SubProject.objects.visible_to(user).filter(measure=measure).first()}


@register.inclusion_tag("grants/received/_funded_by.html", takes_context=True)
def funded_by(context: dict[str, Any], row: Measure | SubProject) -> dict[str, Any]:
    """The grants that pay for a measure or a sub-project, newest first, where the user may see them; one query."""
    link = "sub_project" if isinstance(row, SubProject) else "measure"
    seen = Grant.objects.visible_to(context["request"].user).filter(state__in=AWARDED_STATES)
    given = Funding.objects.filter(**{f"funded_measure__{link}": row})
    rows = seen.filter(pk__in=given.values("grant")).select_related("scheme").order_by("-year", "id")
    return {"grants": rows[:MOST_GRANTS]}
