"""What has been told of counts of persons and families: the newest number of each that has gone through disclosure control.

A dashboard inside the municipality leaves the team too. It reads what published reports and the releases of the vault have
told, and counts nobody anew: whatever is made of numbers that were told, tells nothing more than they do.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisation.charts import norwegian
from reporting.domain.disclosure import Shown
from reporting.models import VersionState

# Of a number that stood, `on` is the day it was counted. A withdrawn report is shown to nobody. Of the same day, the release
# of the vault goes before the report that took its number from there. That a number is "at least" so many stands beside the
# number in the report (`at_least` of its cell), and where it stood in a later one, beside it in the first.
TOLD = """
WITH told AS (
    SELECT c ->> 'key' AS key, c ->> 'shown' AS shown, (c ->> 'value')::integer AS value,
        coalesce((c ->> 'on')::date, (c ->> 'counted_on')::date, (v.content ->> 'counted_on')::date,
            (v.made_at AT TIME ZONE %(zone)s)::date) AS counted_on, 0 AS place, v.published_at AS told_at,
        coalesce(least ? (c ->> 'key'), false) AS at_least
    FROM reporting_reportversion v JOIN reporting_report r ON r.id = v.report_id,
        jsonb_path_query_array(v.content -> 'sub_projects', '$.** ? (@.at_least == true).key') AS floors (least),
        jsonb_array_elements(v.content -> 'counts') AS counts (c)
    WHERE r.municipality_id = ANY (%(municipalities)s) AND v.state = %(published)s
        AND jsonb_typeof(v.content -> 'counts') = 'array'
        AND (c ->> 'key' LIKE 'target:%%' OR c ->> 'key' LIKE 'outcome:%%')
    UNION ALL
    SELECT 'outcome:' || (f ->> 'figure') || ':' || (s ->> 'id'), f ->> 'shown', (f ->> 'value')::integer,
        coalesce((f ->> 'on')::date, release.until), 1, release.made_at, false
    FROM reporting_familyrelease release, jsonb_array_elements(release.content -> 'sub_projects') AS rows (s),
        jsonb_array_elements(s -> 'figures') AS figures (f)
    WHERE release.municipality_id = ANY (%(municipalities)s)
)
SELECT DISTINCT ON (key) key, shown, value, counted_on, bool_or(at_least) OVER (PARTITION BY key, counted_on, value)
FROM told WHERE counted_on <= %(until)s
ORDER BY key, counted_on DESC, place DESC, told_at DESC
"""


@dataclass(frozen=True)
class Told:
    """What was told of a count. `value` only where it was told as a number."""

    shown: Shown
    value: Decimal | None
    on: datetime.date
    is_at_least: bool = False

    @property
    def text(self) -> str:
        """With the day the number is of: dashboards with live numbers may have another."""
        number = told_text(self.value, is_under=self.shown == Shown.UNDER, is_at_least=self.is_at_least)
        if self.value is None:
            return number
        return _("%(number)s per %(day)s (publisert)") % {"number": number, "day": date_format(self.on)}


def told_text(value: int | Decimal | None, *, is_under: bool, is_at_least: bool) -> str:
    """ "18", "minst 18", or without a number "<5" and "vises ikke": one way to write what was told, on all dashboards."""
    if value is None:
        return "<5" if is_under else _("vises ikke")
    return _("minst %(number)s") % {"number": norwegian(value)} if is_at_least else norwegian(value)


def told_results(municipalities: Iterable[int], until: datetime.date) -> dict[str, Told]:
    """By key (`target:ID`, `outcome:KIND:SUBPROJECT`), the newest that was told of a count up to a day; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            TOLD,
            {
                "municipalities": sorted(municipalities),
                "zone": settings.TIME_ZONE,
                "published": VersionState.PUBLISHED.value,
                "until": until,
            },
        )
        rows: list[tuple[str, str, int | None, datetime.date, bool]] = cursor.fetchall()
    return {key: _told(shown, value, on, at_least) for key, shown, value, on, at_least in rows}


def _told(shown: str, value: int | None, on: datetime.date, at_least: bool) -> Told:
    is_number = shown == Shown.NUMBER and value is not None
    return Told(Shown(shown), Decimal(value) if is_number and value is not None else None, on, is_number and at_least)
