"""What is said of a file before it is stored, and after: its rows with what they do, what is wrong with them, and how many."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grants.domain.grant_import_rows import RowError
from organisation.amounts import format_kroner
from organisation.domain.errors import DomainError


@dataclass(frozen=True)
class Counts:
    """What a file is about: so many reporting units, measures, kroner (None: it has no amounts) and published figures."""

    units: int = 0
    measures: int = 0
    amount: Decimal | None = None
    figures: int = 0
    new_units: int = 0
    changed: int = 0  # rows that say something else than the database
    unchanged: int = 0

    def __str__(self) -> str:
        parts = []
        if self.units:
            parts.append(ngettext("%(n)s enhet", "%(n)s enheter", self.units) % {"n": self.units})
        if self.measures:
            parts.append(ngettext("%(n)s tiltak", "%(n)s tiltak", self.measures) % {"n": self.measures})
        if self.amount is not None:
            parts.append(_("%(amount)s kroner") % {"amount": format_kroner(self.amount)})
        if self.figures:
            parts.append(ngettext("%(n)s publisert tall", "%(n)s publiserte tall", self.figures) % {"n": self.figures})
        return ", ".join(parts)


@dataclass(frozen=True)
class PreviewRow:
    """One row of the file: what it is about, and what storing it does. No changes and no errors: it stands already."""

    number: int
    name: str
    title: str
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    errors: tuple[RowError, ...]


@dataclass(frozen=True)
class Preview:
    """What storing a file would do. Nothing can be stored while there is an error."""

    kind: str
    rows: tuple[PreviewRow, ...]
    counts: Counts

    @property
    def errors(self) -> list[RowError]:
        return [error for row in self.rows for error in row.errors]


@dataclass(frozen=True)
class Stored:
    """What storing a file did."""

    kind: str
    counts: Counts

    @property
    def is_changed(self) -> bool:
        return self.counts.changed > 0


class RowsRefusedError(DomainError):
    """Rows that can't be stored, all of them. Nothing has been written."""

    def __init__(self, errors: list[RowError]) -> None:
        rows = len({error.row for error in errors})
        message = ngettext(
            "%(n)s rad har feil. Ingenting er lagret.", "%(n)s rader har feil. Ingenting er lagret.", rows
        ) % {"n": rows}
        super().__init__(message)
        self.errors = errors
