"""Where a figure of a report comes from: the very rows it was counted from, as far as the reader may see them.

The version remembers the rows by their public ids (`ReportVersion.sources`). What is append-only stands as it was counted, with
a word on whether it has been corrected since; of what can be changed, what stands now is shown. Rows are found among those the
reader may see inside, so what a protected number hides is seen by nobody here who doesn't see it anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grants.models import AwardLetter, Grant, LedgerEntry, Outcome, Review, SubProject, YearlyReport
from measures.models import IndicatorTable, LogEntry, Measure, Observation, Target
from organisation.charts.numbers import MINUS
from organisation.models import User
from reporting.domain.free_texts import as_they_stand
from reporting.domain.report_files import UNDER, WITHHELD, Number, number_called
from reporting.models import ReportVersion


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
class Trace:
    """`hidden` is how many rows the reader may not see; None where even that would tell of a protected number.

    `agrees` is None where there is nothing to compare: no sum, or a number that is not printed.
    """

    key: str
    kind: str
    figure: Number | None
    rows: list[Row]
    hidden: int | None
    counted: Decimal | None = None
    agrees: bool | None = None

    @property
    def is_protected(self) -> bool:
        return self.figure is not None and self.figure.printed in (UNDER, WITHHELD)


@dataclass(frozen=True)
class _Asked:
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
class _Found:
    rows: dict[str, Row]
    counted: Decimal | None = None


def trace(*, report_version: ReportVersion, key: str, by: User) -> Trace | None:
    """Where the figure with this key comes from; None where the version has no such figure."""
    version = report_version
    source = version.sources.get(key)
    if source is None:
        return None
    content = version.content if version.content is not None else as_they_stand(version.figures, {})
    asked = _Asked(version, key, [str(one) for one in source.get("ids", ())], by, content)
    found = FINDERS.get(source.get("kind", ""), _nothing)(asked)
    rows = [found.rows[one] for one in asked.ids if one in found.rows]
    figure = number_called(content, key)
    made = Trace(key, source.get("kind", ""), figure, rows, len(asked.ids) - len(rows))
    if made.is_protected:
        return Trace(
            key, made.kind, figure, rows, None if made.hidden else 0, found.counted if not made.hidden else None
        )
    if made.hidden or found.counted is None:
        return made
    return Trace(key, made.kind, figure, rows, 0, found.counted, _agrees(figure, found.counted))


def _agrees(figure: Number | None, counted: Decimal) -> bool | None:
    """A number that stands from an earlier report says nothing of today's rows."""
    value = _value_of(figure)
    return None if value is None or figure is None or figure.is_older else value == counted


def _value_of(figure: Number | None) -> Decimal | None:
    try:
        return Decimal(figure.printed.replace(MINUS, "-").replace(",", ".")) if figure else None
    except InvalidOperation:
        return None


def _nothing(asked: _Asked) -> _Found:
    return _Found({})


def _log(asked: _Asked) -> _Found:
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
            figure.value if figure else None, entry.text, _corrected(entry),
        )  # fmt: skip
    counted = (values[-1] if latest else sum(values, Decimal(0))) if values else None
    return _Found(rows, counted)


def _corrected(row: LogEntry | Outcome) -> str:
    """What has become of an append-only row since."""
    after = getattr(row, "corrected_by", None)
    if after is None:
        return ""
    day = {"day": date_format(after.written_at)}
    return _("Tatt tilbake %(day)s") % day if after.withdrawn else _("Rettet %(day)s") % day


def _measures(asked: _Asked) -> _Found:
    rows = Measure.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, plan__municipality=asked.municipality
    ).select_related("responsible_unit")  # fmt: skip
    return _Found(
        {
            row.public_id: Row(
                row.title, reverse("measure", args=[row.public_id]), text=row.responsible_unit.name,
                since=_("Tilstand nå: %(state)s") % {"state": row.get_state_display()},
            )
            for row in rows
        },
        Decimal(len(rows)),
    )  # fmt: skip


def _observations(asked: _Asked) -> _Found:
    tables = IndicatorTable.objects.visible_to(asked.by).filter(plan__municipality=asked.municipality)
    rows = Observation.objects.filter(public_id__in=asked.ids, indicator__table__in=tables)
    found = {
        row.public_id: Row(
            f"{row.indicator.name}, {row.period}", reverse("indicator-table", args=[row.indicator.table.public_id]),
            value=row.value, text=row.basis or row.remark,
        )
        for row in rows.select_related("indicator__table")
    }  # fmt: skip
    return _Found(found, _sum(found))


def _outcomes(asked: _Asked) -> _Found:
    rows = Outcome.objects.filter(public_id__in=asked.ids, sub_project__in=_sub_projects_of(asked))
    found = {
        row.public_id: Row(
            f"{row.sub_project.title}: {row.name}", reverse("result-history", args=[row.sub_project.public_id]),
            row.counted_on, row.value, row.source, _corrected(row),
        )
        for row in rows.select_related("sub_project", "corrected_by")
    }  # fmt: skip
    return _Found(found, _sum(found))


def _ledger(asked: _Asked) -> _Found:
    rows = LedgerEntry.objects.filter(public_id__in=asked.ids, sub_project__in=_sub_projects_of(asked))
    found = {
        row.public_id: Row(
            f"{row.sub_project.title}: {row.purpose}", reverse("sub-project-spending", args=[row.sub_project.public_id]),
            row.paid_on, row.amount,
        )
        for row in rows.select_related("sub_project")
    }  # fmt: skip
    return _Found(found, _sum(found))


def _sub_projects_of(asked: _Asked) -> Any:
    return SubProject.objects.visible_to(asked.by).filter(municipality=asked.municipality)


def _sub_projects(asked: _Asked) -> _Found:
    rows = _sub_projects_of(asked).filter(public_id__in=asked.ids)
    return _Found({row.public_id: Row(row.title, reverse("sub-project", args=[row.public_id])) for row in rows})


def _award_letters(asked: _Asked) -> _Found:
    rows = AwardLetter.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, sub_project__municipality=asked.municipality
    )
    return _Found(
        {
            row.public_id: Row(
                _("%(title)s: tildelingsbrev %(number)s") % {"title": row.sub_project.title, "number": row.number},
                reverse("award-letter", args=[row.public_id]),
            )
            for row in rows.select_related("sub_project")
        }
    )


def _reviews(asked: _Asked) -> _Found:
    rows = Review.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, sub_project__municipality=asked.municipality
    )
    return _Found(
        {
            row.public_id: Row(
                _("Stoppunkt for %(title)s") % {"title": row.sub_project.title}, reverse("review", args=[row.public_id]),
                row.due_on,
            )
            for row in rows.select_related("sub_project")
        }
    )  # fmt: skip


def _targets(asked: _Asked) -> _Found:
    """What the log counts against a target, by its measure's page."""
    measures = Measure.objects.visible_to(asked.by).filter(plan__municipality=asked.municipality)
    rows = Target.objects.filter(public_id__in=asked.ids, measure__in=measures).select_related("measure")
    return _Found(
        {
            row.public_id: Row(f"{row.measure.title}: {row.name}", reverse("measure", args=[row.measure.public_id]))
            for row in rows
        }
    )


def _grants(asked: _Asked) -> _Found:
    rows = Grant.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, reporting_unit__municipality=asked.municipality
    )
    return _Found(
        {
            row.public_id: Row(
                f"{row.scheme.name} {row.year}: {row.reporting_unit.name}", reverse("grant", args=[row.public_id])
            )
            for row in rows.select_related("scheme", "reporting_unit__unit")
        }
    )


def _yearly_reports(asked: _Asked) -> _Found:
    rows = YearlyReport.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, grant__reporting_unit__municipality=asked.municipality
    )
    return _Found(
        {
            row.public_id: Row(
                _("Årsrapport %(year)s: %(unit)s") % {"year": row.grant.year, "unit": row.grant.reporting_unit.name},
                reverse("yearly-report", args=[row.public_id]),
            )
            for row in rows.select_related("grant__reporting_unit__unit")
        }
    )


def _figures(asked: _Asked) -> _Found:
    """Other figures of the same report, each as it is printed and with the way to where it comes from itself."""
    version, rows = asked.version, {}
    for one in asked.ids:
        figure = number_called(asked.content, one)
        if figure is None and one not in version.sources:
            continue
        url = (
            reverse("report-number", args=[version.report.public_id, version.number, one])
            if one in version.sources
            else ""
        )
        title = ", ".join(filter(None, (figure.table, figure.row, figure.column))) if figure else one
        rows[one] = Row(title, url, value=_value_of(figure), printed=figure.printed if figure else "")
    return _Found(rows)


def _sum(rows: dict[str, Row]) -> Decimal | None:
    values = [row.value for row in rows.values() if row.value is not None]
    return sum(values, Decimal(0)) if values else None


FINDERS: dict[str, Callable[[_Asked], _Found]] = {
    "log": _log,
    "measures": _measures,
    "observations": _observations,
    "results": _figures,
    "sum": _figures,
    "outcomes": _outcomes,
    "ledger": _ledger,
    "payments": _ledger,
    "sub_projects": _sub_projects,
    "award_letters": _award_letters,
    "reviews": _reviews,
    "target": _targets,
    "targets": _targets,
    "grants": _grants,
    "yearly_reports": _yearly_reports,
}
