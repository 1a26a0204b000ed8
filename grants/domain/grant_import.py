"""Files of amounts and answers: laid beside what there is first, and then stored in one piece or not at all.

The same file again changes nothing: every value is compared before it is written.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from grants.domain.grant_file_columns import MEASURE_ANSWERS, PUBLISHED, UNIT_ANSWERS, kind_of
from grants.domain.grant_files import Sheet
from grants.domain.grant_import_figures import FigurePlan
from grants.domain.grant_import_plan import Plan
from grants.domain.grant_import_preview import Preview, RowsRefusedError, Stored
from grants.domain.grant_import_rows import YEARS, read_figure_rows, read_rows
from grants.models import GrantScheme
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, refusing
from organisation.models import LEADERSHIP_ROLES, Role, User
from organisation.separation import SYSTEM, seeing

# What somebody may have made on a page since the file was laid beside the rows.
MEANWHILE = {
    name: (_lazy("Noen andre registrerte noe av det samme i mellomtiden. Ingenting er lagret. Prøv igjen."), None)
    for name in ("reporting_unit_name_unique", "grant_unique", "grants_yearlyreport_grant_id_key")
}


def check(*, sheet: Sheet, scheme: GrantScheme, year: int, by: User | None) -> Preview:
    """What storing the file would do, row by row, with everything that is wrong with it. Writes nothing.

    `by` None is the system. Raises DomainError where the file as a whole can't be taken.
    """
    kind = _checked_kind(sheet, scheme, year, by)
    with _reaching(by) as whose:
        return _laid(sheet, kind, scheme, year, whose, hold=False).preview()


def store(*, sheet: Sheet, scheme: GrantScheme, year: int, by: User | None, at: datetime.datetime) -> Stored:
    """Write the file in one piece. Raises RowsRefusedError, with nothing written, when a row has an error."""
    kind = _checked_kind(sheet, scheme, year, by)
    with _reaching(by) as whose, acting(by, "grant_import.store"):
        _one_at_a_time()
        laid = _laid(sheet, kind, scheme, year, whose, hold=True)
        preview = laid.preview()
        if preview.errors:
            raise RowsRefusedError(preview.errors)
        if preview.counts.changed:
            with refusing(**MEANWHILE):
                laid.save(by=by, at=at)
        return Stored(kind, preview.counts)


def may_import(*, kind: str, by: User | None) -> bool:
    """The directorate's analysts and the system read in all kinds; a municipality's leadership what is of its own units."""
    if by is None or by.has_role(Role.ANALYST):
        return True
    return kind != PUBLISHED and by.has_role(*LEADERSHIP_ROLES)


def _checked_kind(sheet: Sheet, scheme: GrantScheme, year: int, by: User | None) -> str:
    kind = kind_of(sheet.columns)
    if not may_import(kind=kind, by=by):
        raise DomainError(_("Du kan ikke lese inn filer av dette slaget."), "file")
    if by and by.has_role(Role.ANALYST) and not scheme.reported_here:  # whose grants the database doesn't show her
        raise DomainError(
            _("Velg en ordning som rapporteres i Povertyplan. Andre ordninger leser kommunene inn selv."), "scheme"
        )
    if year not in YEARS:
        raise DomainError(_("Skriv et årstall fra 1990 til 2100."), "year")
    if kind in (UNIT_ANSWERS, MEASURE_ANSWERS) and not scheme.reported_here:
        raise DomainError(_("Ordningen rapporteres ikke i Povertyplan. Bare beløp kan leses inn for den."), "scheme")
    if kind == PUBLISHED and not scheme.is_national:
        raise DomainError(_("Publiserte tall gjelder hele landet, og ordningen er en kommunes egen."), "scheme")
    return kind


@contextmanager
def _reaching(by: User | None) -> Iterator[list[int] | None]:
    """The municipalities whose rows the file may be about; None: all.

    The database lets an analyst read what has been awarded and sent, and write judgements of it. What a file of hers holds
    is the directorate's own knowledge of all municipalities, so it is laid beside all rows and written as the system does
    it, once her right to it has been asked here. In the audit log it is hers.
    """
    if by is None or by.has_role(Role.ANALYST):
        with seeing(SYSTEM):
            yield None
    else:
        yield sorted(by.municipality_ids(*LEADERSHIP_ROLES))


def _one_at_a_time() -> None:
    """Two files at once could make the same unit or municipality twice; the second waits until the first is stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock('public.grants_grantimport'::regclass::oid::bigint)")


def _laid(
    sheet: Sheet, kind: str, scheme: GrantScheme, year: int, whose: list[int] | None, *, hold: bool
) -> Plan | FigurePlan:
    if kind == PUBLISHED:
        return FigurePlan(read_figure_rows(sheet.rows, year), scheme)
    return Plan(read_rows(sheet.rows, kind), kind=kind, scheme=scheme, year=year, whose=whose, hold=hold)
