"""What reports have told of counts of persons and families: the memory of disclosure control, across reports and versions.

Every protected count that a report prints stands in its content, under `counts`; `counted_on` is the day they were counted,
and `count_sums` are the sums that every reader of it knows, as [whole, part, part ...]. What was withdrawn counts too:
whoever had it still knows it.
"""

import datetime

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from organisation.domain.errors import DomainError
from organisation.models import Municipality
from reporting.domain.suppression import LEAST, Earlier, Protected, Shown, Sum, from_json, leaks
from reporting.domain.suppression_told import sums_still_known
from reporting.models import OUT_STATES, ReportVersion

# What stood (a number with a day of its own) is known from the report that printed it first. A count may say a day of its own.
# Before anything was protected, results stood as plain numbers, under their measures by name. Of a small one it's known that
# it was small; it is not to be printed again.
EARLIER = """
WITH versions AS (
    SELECT v.id, v.published_at, v.content,
        coalesce((v.content ->> 'counted_on')::date, (v.made_at AT TIME ZONE %(zone)s)::date) AS counted_on
    FROM reporting_reportversion v JOIN reporting_report r ON r.id = v.report_id
    WHERE r.municipality_id = %(municipality)s AND v.state = ANY (%(out)s)
), told AS (
    SELECT c ->> 'key' AS key, c ->> 'shown' AS shown,
        CASE WHEN c ->> 'shown' = %(number)s THEN (c ->> 'value')::integer END AS value,
        coalesce((c ->> 'counted_on')::date, counted_on) AS counted_on, id, published_at, place
    FROM versions, jsonb_array_elements(content -> 'counts') WITH ORDINALITY AS counts (c, place)
    WHERE jsonb_typeof(content -> 'counts') = 'array'
        AND (c ->> 'shown' <> %(number)s OR c ->> 'on' IS NULL)
    UNION ALL
    SELECT 'target:' || target.public_id, CASE WHEN result < %(least)s THEN %(under)s ELSE %(number)s END,
        CASE WHEN result >= %(least)s THEN result END,
        coalesce((content -> 'period' ->> 'end')::date, counted_on), versions.id, published_at, 0
    FROM versions, jsonb_path_query(content, 'strict $.goals.** ? (exists (@.targets))', '{}', true) AS printed,
        jsonb_array_elements(printed -> 'targets') AS row
        CROSS JOIN LATERAL (SELECT trunc((row ->> 'result')::numeric)::integer AS result) AS plain
        JOIN measures_target target ON target.name = row ->> 'name'
        JOIN measures_measure measure ON measure.id = target.measure_id
    WHERE NOT content ? 'counts' AND jsonb_typeof(row -> 'result') = 'number' AND measure.public_id = printed ->> 'id'
)
SELECT key, shown, value, counted_on, id FROM told ORDER BY counted_on, published_at, id, place, key
"""


def earlier(municipality: Municipality) -> list[Earlier]:
    """Everything that reports of a municipality have told of protected counts so far, oldest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            EARLIER,
            {
                "municipality": municipality.pk,
                "zone": settings.TIME_ZONE,
                "number": Shown.NUMBER.value,
                "under": Shown.UNDER.value,
                "least": LEAST,
                "out": [str(state) for state in OUT_STATES],
            },
        )
        rows: list[tuple[str, str, int | None, datetime.date, int]] = cursor.fetchall()
    return [Earlier(key, value, Shown(shown), on, version) for key, shown, value, on, version in rows]


def sums_told(municipality: Municipality) -> list[list[str]]:
    """The sums that reports of a municipality have told so far, each once, as [whole, part, part ..]; one query."""
    rows = ReportVersion.objects.out().filter(report__municipality=municipality).order_by("published_at", "pk")
    found = rows.values_list("content__count_sums", flat=True)
    return [list(one) for one in dict.fromkeys(tuple(one) for sums in found for one in sums or ())]


def check_before_publishing(row: ReportVersion) -> None:
    """Refuse a version whose counts, beside all that was published since they were counted, would tell of few.

    Belongs inside a transaction that holds the municipality, so that no other report is published meanwhile. What it asks
    is what the builder asked, with what has come since: counting anew is always a way out.
    """
    content = row.content or {}
    printed = [from_json(one) for one in content.get("counts", ())]
    # Where nothing is said of today, there is nothing to work out.
    if not any(tells_of_today(one) for one in printed):
        return
    protected = {one.key: one for one in printed}
    sums = [Sum(whole, tuple(parts)) for whole, *parts in content.get("count_sums", ())]
    known = set(protected).union(*(one.keys for one in sums))
    # Another report that has come since may have told another sum of the same.
    sums += sums_still_known(known, sums_told(row.report.municipality))
    known = known.union(*(one.keys for one in sums))
    told = [one for one in earlier(row.report.municipality) if one.key in known]
    if leaks(protected=protected, sums=sums, earlier=told):
        raise DomainError(
            _(
                "Tallene må hentes på nytt. En annen rapport er publisert siden de ble talt opp, og sammen ville de to "
                "rapportene vise tall om færre enn fem. Send rapporten tilbake til utkast, og hent tallene på nytt der."
            )
        )


def tells_of_today(row: Protected) -> bool:
    return row.is_new or row.shown in (Shown.UNDER, Shown.WITHHELD)
