"""The timeline of a measure: what was logged and what state it went into, together, newest first."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measures.models import ClosedPeriod, LogEntry, LogFigure, LogKind, Measure, StateChange, Target
from organisation.paging import MOST_COUNTED, Key, KeysetPage, Mark, page_of
from organisation.spreadsheets import AT_A_TIME, asked_file, batched, streamed
from organisation.templatetags.numbers import number

LOG_COLUMNS = (
    gettext_lazy("Dato"),
    gettext_lazy("Type"),
    gettext_lazy("Evaluering"),
    gettext_lazy("Tekst"),
    gettext_lazy("Tall"),
    gettext_lazy("Skrevet av"),
    gettext_lazy("Skrevet"),
)
LOG, CHANGE = "log", "change"
KEYS = (
    Key("day", DateField(), descending=True),
    Key("sort", CharField(), descending=True),
    Key("pk", BigIntegerField(), descending=True),
)


class IsOneOf(Func):
    """`column = ANY(array)`."""

    arg_joiner, template, output_field = " = ANY(", "%(expressions)s)", BooleanField()


def with_timeline_lines(rows: QuerySet[Measure]) -> Any:
    """Measures that know how many lines their timelines have: every entry has one, whatever its newest version says."""
    changes = StateChange.objects.filter(measure=OuterRef("pk")).order_by().values("measure")
    counted = Subquery(changes.annotate(number=Count("pk")).values("number"))
    return rows.annotate(timeline_lines=Coalesce("log_summary__threads", 0) + Coalesce(counted, 0))


def timeline(
    request: HttpRequest, measure: Measure, size: int = 20, targets: Collection[Target] | None = None
) -> KeysetPage:
    """A page of it, in a fixed number of queries however long the log is and however far back one reads.

    An entry that was taken back leaves a line behind, which leads to what it said. `targets` are the measure's, where the
    caller has read them; and one from `with_timeline_lines` isn't counted again.
    """
    entries = LogEntry.objects.filter(measure=measure).last_versions()
    changes = StateChange.objects.filter(measure=measure)
    page = page_of(
        request, "timeline", KEYS, _fetch(entries, changes), size, values=tuple,
        count=lambda: _count(measure),
    )  # fmt: skip
    page.object_list = _read(measure, page.object_list, targets)
    return page


def _count(measure: Measure) -> int:
    known: int | None = getattr(measure, "timeline_lines", None)
    if known is None:
        known = (
            with_timeline_lines(Measure.objects.filter(pk=measure.pk)).values_list("timeline_lines", flat=True).get()
        )
    return min(known, MOST_COUNTED + 1)


def log_file(request: HttpRequest, measure: Measure) -> HttpResponseBase | None:
    """The log as it stands, as the file that the address asks for."""
    return asked_file(request, "logg", LOG_COLUMNS, _lines(measure), list)


def _lines(measure: Measure) -> Iterator[list[Any]]:
    """Columns, and not models: a log may have 200 000 entries. Nothing is read before the first line is asked for."""
    rows = LogEntry.objects.filter(measure=measure).current()
    names = ("pk", "happened_on", "kind", "is_evaluation", "text", "written_by__name", "written_at")
    kinds, yes = {kind.value: str(kind.label) for kind in LogKind}, _("ja")
    here = timezone.get_current_timezone()
    for part in batched(streamed(rows.values_list(*names)), AT_A_TIME):
        figures = _figures([row[0] for row in part])
        for pk, happened_on, kind, is_evaluation, text, name, written_at in part:
            written_on = written_at.astimezone(here).date()
            told = "; ".join(figures.get(pk, ()))
            yield [happened_on, kinds[kind], yes if is_evaluation else "", text, told, name, written_on]


def _figures(entries: list[int]) -> dict[int, list[str]]:
    """By one array: a thousand values one by one take longer to put into a query than the rest of a thousand lines takes."""
    found: dict[int, list[str]] = {}
    rows = LogFigure.objects.filter(IsOneOf(F("entry"), Value(entries, ArrayField(BigIntegerField()))))
    rows = rows.order_by("target_id")
    for entry, target, value in rows.values_list("entry", "target__name", "value"):
        found.setdefault(entry, []).append(f"{target}: {number(value)}")
    return found


def _fetch(entries: Any, changes: Any) -> Callable[[Mark | None, int], list[Any]]:
    """Days and keys of both kinds. Each is cut by its own index before they are put together, and only the page's own rows
    are then read."""

    def fetch(mark: Mark | None, limit: int) -> list[Any]:
        order = ("day", "sort", "pk") if mark and mark.backwards else ("-day", "-sort", "-pk")
        logged = _cut(entries, "happened_on", LOG, mark).order_by(*_of("happened_on", mark))[:limit]
        changed = _cut(changes, "on", CHANGE, mark).order_by(*_of("on", mark))[:limit]
        return list(logged.union(changed, all=True).order_by(*order)[:limit])

    return fetch


def _of(day: str, mark: Mark | None) -> tuple[str, str]:
    return (day, "pk") if mark and mark.backwards else (f"-{day}", "-pk")


def _cut(rows: QuerySet[Any], day: str, sort: str, mark: Mark | None) -> Any:
    if mark is not None:
        way, (mark_day, mark_sort, mark_pk) = "gt" if mark.backwards else "lt", mark.values
        if sort == mark_sort:
            same_day = Q(**{day: mark_day, f"pk__{way}": mark_pk})
            rows = rows.filter(Q(**{f"{day}__{way}e": mark_day}), Q(**{f"{day}__{way}": mark_day}) | same_day)
        else:
            is_beyond = (sort > mark_sort) if mark.backwards else (sort < mark_sort)
            rows = rows.filter(**{f"{day}__{way}{'e' if is_beyond else ''}": mark_day})
    return rows.annotate(day=F(day), sort=Value(sort, CharField())).values_list("day", "sort", "pk")


def _read(measure: Measure, found: list[Any], targets: Collection[Target] | None) -> list[dict[str, Any]]:
    closed = ClosedPeriod.objects.filter(
        plan=measure.plan_id, first_day__lte=OuterRef("happened_on"), last_day__gte=OuterRef("happened_on")
    )
    logged = (
        LogEntry.objects.filter(pk__in=[pk for _day, sort, pk in found if sort == LOG])
        .select_related("written_by", "attachment", "corrects")
        .prefetch_related("figures" if targets is not None else "figures__target")
        .annotate(is_closed=Exists(closed))
    )
    changed = StateChange.objects.filter(pk__in=[pk for _day, sort, pk in found if sort == CHANGE]).select_related("by")
    rows: dict[tuple[str, int], Any] = {(LOG, row.pk): row for row in logged}
    _name_figures(rows.values(), {target.pk: target for target in targets or ()})
    rows |= {(CHANGE, row.pk): row for row in changed}
    return [
        {"kind": sort, "row": rows[sort, pk], "is_open": sort == LOG and not rows[sort, pk].is_closed}
        for _day, sort, pk in found
    ]


def _name_figures(entries: Collection[LogEntry], targets: dict[int, Target]) -> None:
    for figure in (figure for entry in entries for figure in entry.figures.all()):
        if target := targets.get(figure.target_id):
            figure.target = target
