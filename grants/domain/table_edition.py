"""A collection of the 41 tables of a year, frozen one moment and printed as an appendix. It is national, and in bokmål."""

import datetime
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grants.domain.table_disclosure import Memory, is_about_persons, told_of
from grants.domain.table_list import SPECS
from grants.domain.table_queries import Selection
from grants.domain.table_shown import shown
from grants.domain.tables import Table, all_tables
from grants.models import GrantScheme, TableEdition
from organisation.domain.documents import make_document
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import User

DOCUMENT_KIND = "grant_tables"
SCHEMA = 2
TWICE = datetime.timedelta(seconds=30)  # a PDF takes about as long: nobody wants another before


def make_edition(*, scheme: GrantScheme, year: int, by: User, at: datetime.datetime) -> TableEdition:
    """Freeze the tables as they stand, and queue their PDF. A button that was pressed twice makes one."""
    with acting(by, "table_edition.make"):
        # One at a time: the second finds what the first has made.
        list(GrantScheme.objects.select_for_update(no_key=True).filter(pk=scheme.pk).values_list("pk"))
        made = TableEdition.objects.filter(
            scheme=scheme, year=year, made_by=by, made_at__gt=at - TWICE, made_at__lte=at
        )
        if twice := made.last():
            return twice
        before = _told_before(scheme, year)
        tables = all_tables(scheme=scheme, year=year, before=before)
        if all(table.is_empty for table in tables):
            raise DomainError(
                _("Ingen har svart for %(year)s, så det er ingen tabeller å lage PDF av.") % {"year": year}
            )
        with translation.override("nb"):
            content = _content(scheme, year, tables, at) | {"counts": _told(scheme, year, before)}
        document = make_document(
            municipality=None, kind=DOCUMENT_KIND, title=f"{content['title']}, {scheme.name}", content=content
        )
        return TableEdition.objects.create(scheme=scheme, year=year, document=document, made_at=at, made_by=by)


def _told(scheme: GrantScheme, year: int, before: Sequence[Memory]) -> dict[str, dict[str, int | None]]:
    """What this collection tells of persons, for those that come later: by table, what was shown and what was not."""
    selection = Selection(scheme, year, region="", is_today=False, is_over_time=False)
    return {
        str(number): told_of(spec, selection, before).sums for number, spec in SPECS.items() if is_about_persons(spec)
    }  # fmt: skip


def _told_before(scheme: GrantScheme, year: int) -> list[Memory]:
    """What the collections of the year have told of persons, the oldest first; what was told twice stands where it was last."""
    made = TableEdition.objects.filter(scheme=scheme, year=year, document__content__has_key="counts").order_by("id")
    found = [told for counts in made.values_list("document__content__counts", flat=True) for told in counts.values()]
    return [told for place, told in enumerate(found) if told not in found[place + 1 :]]


def _content(scheme: GrantScheme, year: int, tables: list[Table], at: datetime.datetime) -> dict[str, Any]:
    """The names of the first lines are those of templates/pdf/base.html."""
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return {
        "schema": SCHEMA,
        "municipality": scheme.funder,
        "kind": "Tabeller fra årsrapportene",
        "title": f"Tabellsamling {year}",
        "subject": scheme.name,
        "dated": local.date().isoformat(),
        "facts": [["Tilskuddsår", str(year)], ["Laget", date_format(local, "DATETIME_FORMAT")]],
        "tables": [shown(table) for table in tables],
    }
