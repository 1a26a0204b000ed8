"""Where a figure of a report comes from: the very rows it was counted from, as far as the reader may see them.

The version remembers the rows by their public ids (`ReportVersion.sources`). What is append-only stands as it was counted, with
a word on whether it has been corrected since; of what can be changed, what stands now is shown. Rows are found among those the
reader may see inside, so what a protected number hides is seen by nobody here who doesn't see it anyway.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from organisation.charts.numbers import MINUS
from organisation.models import User
from reporting.domain import tracing_grants, tracing_rows
from reporting.domain.free_texts import as_they_stand
from reporting.domain.report_file_names import AT_LEAST, UNDER, WITHHELD
from reporting.domain.report_files import Number, numbers_by_key
from reporting.domain.tracing_rows import Asked, Found, Row
from reporting.models import ReportVersion


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
    title: str = ""

    @property
    def is_protected(self) -> bool:
        """Whether the report tells less of it than its rows would; a number that stands from before does so too."""
        return self.figure is not None and (self.figure.is_older or self.figure.printed in (UNDER, WITHHELD))


def trace(*, report_version: ReportVersion, key: str, by: User) -> Trace | None:
    """Where the figure with this key comes from; None where the version has no such figure."""
    version = report_version
    source = version.sources.get(key)
    if source is None:
        return None
    content = version.content if version.content is not None else as_they_stand(version.figures, {})
    asked = Asked(version, key, [str(one) for one in source.get("ids", ())], by, content)
    found = FINDERS.get(source.get("kind", ""), tracing_rows.nothing_rows)(asked)
    rows = [found.rows[one] for one in asked.ids if one in found.rows]
    figure = numbers_by_key(content).get(key)
    title = ", ".join(filter(None, (figure.row, figure.column))) if figure else called(content, key)
    made = Trace(key, source.get("kind", ""), figure, rows, len(asked.ids) - len(rows), title=title)
    if made.is_protected:
        return replace(made, hidden=None) if made.hidden else replace(made, counted=found.counted)
    if made.hidden or found.counted is None:
        return made
    return replace(made, counted=found.counted, agrees=_agrees(figure, found.counted))


def called(content: dict[str, Any], key: str) -> str:
    """What a figure that is printed nowhere by itself is about: the sub-project, grant or measure whose id is in its key."""
    parts, titles = key.split(":"), dict(_titles(content))
    return next((titles[part] for part in reversed(parts) if part in titles), _("Et tall i rapporten"))


def _titles(found: Any) -> Iterator[tuple[str, str]]:
    if isinstance(found, list):
        for row in found:
            yield from _titles(row)
    elif isinstance(found, dict):
        id, title = found.get("id"), found.get("title")
        if isinstance(id, str) and isinstance(title, str) and title:
            yield id, title
        for inner in found.values():
            if isinstance(inner, dict | list):
                yield from _titles(inner)


def _agrees(figure: Number | None, counted: Decimal) -> bool | None:
    value = _value_of(figure)
    return None if value is None else value == counted


def _value_of(figure: Number | None) -> Decimal | None:
    try:
        plain = figure.printed.removeprefix(AT_LEAST) if figure else None
        return None if plain is None else Decimal(plain.replace(MINUS, "-").replace(",", "."))
    except InvalidOperation:
        return None


def _figures(asked: Asked) -> Found:
    """Other figures of the same report, each as it is printed and with the way to where it comes from itself."""
    version, rows, figures = asked.version, {}, numbers_by_key(asked.content)
    for one in asked.ids:
        figure = figures.get(one)
        if figure is None and one not in version.sources:
            continue
        url = (
            reverse("report-number", args=[version.report.public_id, version.number, one])
            if one in version.sources
            else ""
        )
        title = ", ".join(filter(None, (figure.table, figure.row, figure.column))) if figure else ""
        rows[one] = Row(
            title or called(asked.content, one), url, value=_value_of(figure), printed=figure.printed if figure else ""
        )
    return Found(rows)


# By the kind of source (domain/sources.py). A new kind needs a row here, and shows nothing until it has one.
FINDERS: dict[str, Callable[[Asked], Found]] = {
    "log": tracing_rows.log_rows,
    "measures": tracing_rows.measures_rows,
    "observations": tracing_rows.observations_rows,
    "target": tracing_rows.targets_rows,
    "targets": tracing_rows.targets_rows,
    "resolutions": tracing_rows.points_rows,
    "results": _figures,
    "sum": _figures,
    "outcomes": tracing_grants.outcomes_rows,
    "ledger": tracing_grants.ledger_rows,
    "payments": tracing_grants.ledger_rows,
    "ledger_of_sub_projects": tracing_grants.spending_rows,
    "sub_projects": tracing_grants.sub_projects_rows,
    "award_letters": tracing_grants.award_letters_rows,
    "reviews": tracing_grants.reviews_rows,
    "grants": tracing_grants.grants_rows,
    "fundings": tracing_grants.fundings_rows,
    "funded_measures": tracing_grants.funded_measures_rows,
    "yearly_reports": tracing_grants.yearly_reports_rows,
    "measure_reports": tracing_grants.measure_reports_rows,
}
