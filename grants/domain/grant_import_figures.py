"""Published figures in a file, beside those that stand. A row of a table and year replaces that row, and leaves the others."""

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from grants.domain.grant_file_columns import PUBLISHED
from grants.domain.grant_import_preview import Counts, Preview, PreviewRow
from grants.domain.grant_import_rows import FigureRow
from grants.domain.published_figures import publishable_rows, set_published
from grants.models import GrantScheme, PublishedFigure
from organisation.models import User

Key = tuple[int | None, int | None]


class FigurePlan:
    """The rows of a file beside the scheme's published figures, which are read in one query."""

    def __init__(self, rows: list[FigureRow], scheme: GrantScheme) -> None:
        self.rows, self.scheme = rows, scheme
        self.standing: dict[Key, dict[str, Decimal]] = defaultdict(dict)
        for figure in PublishedFigure.objects.filter(scheme=scheme):
            self.standing[figure.table, figure.year][figure.row] = figure.value

    def preview(self) -> Preview:
        rows = tuple(self._previewed(row) for row in self.rows)
        changed = sum(bool(row.changes) for row in rows)
        counts = Counts(figures=len(rows), changed=changed, unchanged=len(rows) - changed)
        return Preview(PUBLISHED, rows, counts)

    def save(self, *, by: User | None, at: datetime.datetime) -> None:
        """A table's year is written as a whole, if something in it is another."""
        given: dict[Any, dict[str, Decimal]] = defaultdict(dict)
        for row in self.rows:
            if row.value is not None:
                given[row.table, row.year][row.option] = row.value
        for (table, year), values in given.items():
            standing = self.standing[table, year]
            if standing | values != standing:
                set_published(scheme=self.scheme, table=table, year=year, values=standing | values, by=by)  # type: ignore[arg-type]  # the system, too

    def _previewed(self, row: FigureRow) -> PreviewRow:
        name = _("Tabell %(table)s, %(year)s") % {"table": row.table or "–", "year": row.year}
        if row.errors or row.table is None:
            return PreviewRow(row.number, name, "", (), (), tuple(row.errors))
        title = dict(publishable_rows(row.table))[row.option] if row.option else ""
        before = self.standing[row.table, row.year].get(row.option)
        change = {"before": before, "after": row.value}
        changes: tuple[str, ...] = ()
        if before is None:
            changes = (_("Nytt tall: %(after)s.") % change,)
        elif before != row.value:
            changes = (_("Tallet endres fra %(before)s til %(after)s.") % change,)
        return PreviewRow(row.number, name, title, changes, (), ())
