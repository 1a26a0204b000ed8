"""The rows of measures and of the log that a figure was counted from, as a reader may see them. What a trace is: tracing.py."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grants.models import Outcome
from measures.models import IndicatorTable, LogEntry, Measure, Observation, Target
from organisation.models import User
from reporting.models import ReportVersion, ResolutionPoint


@dataclass(frozen=True)
class Row:
    """One of the things that a figure was made from. `since` says what has become of it after it was counted."""

    title: str
    url: str = ""
    day: Any = None
    value: Decimal | None = None
    text: str = ""
    since: str = ""
    printed: str = ""


@dataclass(frozen=True)
class Asked:
    """What is looked for, for whom."""

    version: ReportVersion
    key: str
    ids: list[str]
    by: User
    content: dict[str, Any] = field(repr=False, default_factory=dict)

    @property
    def municipality(self) -> int:
        return self.version.report.municipality_id


@dataclass(frozen=True)
class Found:
    rows: dict[str, Row]
    counted: Decimal | None = None


def nothing_rows(asked: Asked) -> Found:
    return Found({})


def log_rows(asked: Asked) -> Found:
    """The versions of log entries that were counted, with the number each gave; the log itself says what came after."""
    entries = {
        row.public_id: row
        for row in LogEntry.objects.visible_to(asked.by)
        .filter(public_id__in=asked.ids, measure__plan__municipality=asked.municipality)
        .select_related("measure", "corrected_by")
        .prefetch_related("figures__target")
    }
    target = asked.key.rpartition(":")[2]
    rows, values, latest = {}, [], False
    for one in asked.ids:
        if one not in entries:
            continue
        entry = entries[one]
        figure = next((row for row in entry.figures.all() if row.target.public_id == target), None)
        if figure:
            values.append(figure.value)
            latest = figure.target.counting == Target.Counting.LATEST
        rows[one] = Row(
            entry.measure.title, reverse("log-versions", args=[entry.thread]), entry.happened_on,
            figure.value if figure else None, entry.text, became(entry),
        )  # fmt: skip
    counted = (values[-1] if latest else sum(values, Decimal(0))) if values else None
    return Found(rows, counted)


def became(row: LogEntry | Outcome) -> str:
    """What has become of an append-only row since."""
    after = getattr(row, "corrected_by", None)
    if after is None:
        return ""
    day = {"day": date_format(after.written_at)}
    return _("Tatt tilbake %(day)s") % day if after.withdrawn else _("Rettet %(day)s") % day


def measures_rows(asked: Asked) -> Found:
    rows = Measure.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, plan__municipality=asked.municipality
    ).select_related("responsible_unit")  # fmt: skip
    return Found(
        {
            row.public_id: Row(
                row.title, reverse("measure", args=[row.public_id]), text=row.responsible_unit.name,
                since=_("Tilstand nå: %(state)s") % {"state": row.get_state_display()},
            )
            for row in rows
        },
        Decimal(len(rows)),
    )  # fmt: skip


def observations_rows(asked: Asked) -> Found:
    tables = IndicatorTable.objects.visible_to(asked.by).filter(plan__municipality=asked.municipality)
    rows = Observation.objects.filter(public_id__in=asked.ids, indicator__table__in=tables)
    found = {
        row.public_id: Row(
            f"{row.indicator.name}, {row.period}", reverse("indicator-table", args=[row.indicator.table.public_id]),
            value=row.value, text=row.basis or row.remark,
        )
        for row in rows.select_related("indicator__table")
    }  # fmt: skip
    return Found(found, sum_of(found))


def targets_rows(asked: Asked) -> Found:
    """What the log counts against a target, by its measure's page."""
    measures = Measure.objects.visible_to(asked.by).filter(plan__municipality=asked.municipality)
    rows = Target.objects.filter(public_id__in=asked.ids, measure__in=measures).select_related("measure")
    return Found(
        {
            row.public_id: Row(f"{row.measure.title}: {row.name}", reverse("measure", args=[row.measure.public_id]))
            for row in rows
        }
    )


def points_rows(asked: Asked) -> Found:
    """Points of the board's resolutions, by the page that says what has been done with each."""
    rows = ResolutionPoint.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, resolution__municipality=asked.municipality
    ).select_related("resolution")  # fmt: skip
    return Found(
        {
            row.public_id: Row(
                _("%(body)s, punkt %(number)s") % {"body": row.resolution.body, "number": row.number},
                reverse("resolution", args=[row.resolution.public_id]), row.resolution.decided_on, text=row.text,
                since=_("Tilstand nå: %(state)s") % {"state": row.get_state_display()},
            )
            for row in rows
        }
    )  # fmt: skip


def sum_of(rows: dict[str, Row]) -> Decimal | None:
    values = [row.value for row in rows.values() if row.value is not None]
    return sum(values, Decimal(0)) if values else None
