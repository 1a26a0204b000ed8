"""A file that somebody has laid before the product: kept as it was read, looked at, and then stored or thrown away."""

import datetime
import re
from pathlib import PurePath

from django.utils.translation import gettext as _

from grants.domain.grant_file_columns import kind_of
from grants.domain.grant_files import Sheet, read_file
from grants.domain.grant_import import check, store
from grants.domain.grant_import_preview import Preview, Stored
from grants.models import GrantImport, GrantScheme
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.identity_numbers import FILE_NAME_MESSAGE, contains_identity_number
from organisation.models import User

LONGEST_NAME = 200
# Somebody who has been away for some weeks still finds it; a file that nobody stores says what nobody needs.
KEPT_FOR = datetime.timedelta(days=30)


class DiscardedError(DomainError):
    """The file has been thrown away meanwhile: in another window, or because it was old."""

    def __init__(self) -> None:
        super().__init__(_("Filen er forkastet, og ingenting er lagret. Les den inn på nytt."))


def keep_file(
    *, name: str, content: bytes, scheme: GrantScheme, year: int, by: User, at: datetime.datetime
) -> GrantImport:
    """Read a file and keep what it says. Raises DomainError for one that can't be stored whatever its rows say."""
    name = _tidy(name)
    if contains_identity_number(name):
        raise DomainError(FILE_NAME_MESSAGE, "file")
    sheet = read_file(name, content)
    check(sheet=sheet, scheme=scheme, year=year, by=by)
    with acting(by, "grant_import.keep"):
        return GrantImport.objects.create(
            scheme=scheme, year=year, file_name=name, columns=list(sheet.columns), rows=sheet.as_rows(),
            uploaded_at=at, uploaded_by=by,
        )  # fmt: skip


def preview_of(*, kept: GrantImport, by: User) -> Preview:
    """What storing the file would do now."""
    return check(sheet=_sheet(kept), scheme=kept.scheme, year=kept.year, by=by)


def store_kept(*, kept: GrantImport, by: User, at: datetime.datetime) -> Stored | None:
    """Store the file, and throw its lines away. None where that has been done already: a button may be pressed twice.

    Raises DiscardedError where there is nothing to store any more.
    """
    with acting(by, "grant_import.store"):
        held = _held(kept)
        if held is None:
            raise DiscardedError
        if held.stored_at:
            return None
        stored = store(sheet=_sheet(held), scheme=held.scheme, year=held.year, by=by, at=at)
        held.rows, held.stored_at = [], at
        held.save(update_fields=["rows", "stored_at"])
    return stored


def discard_kept(*, kept: GrantImport, by: User) -> None:
    """Throw a file away that has not been stored. One that has stays in the list of what has been read."""
    with acting(by, "grant_import.discard"):
        held = _held(kept)
        if held is not None and held.stored_at is None:
            held.delete()


def discard_old(*, by: User | None, at: datetime.datetime) -> int:
    """Throw away what has lain for 30 days without being stored. A job, every day (`by` None); returns how many."""
    with acting(by, "grant_import.discard"):
        old = GrantImport.objects.select_for_update(of=("self",), skip_locked=True)
        rows = list(old.filter(stored_at=None, uploaded_at__lt=at - KEPT_FOR).values_list("pk", flat=True))
        GrantImport.objects.filter(pk__in=rows).delete()
    return len(rows)


def kind_of_kept(kept: GrantImport) -> str:
    """The kind of file, also when its lines are gone."""
    return kind_of(kept.columns)


def _held(kept: GrantImport) -> GrantImport | None:
    return GrantImport.objects.select_for_update(of=("self",)).select_related("scheme").filter(pk=kept.pk).first()


def _sheet(kept: GrantImport) -> Sheet:
    return Sheet.from_rows(kept.columns, kept.rows)


def _tidy(name: str) -> str:
    """The name without folders and what can't be shown, as long as its column; the end says what kind of file it is."""
    bare = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "", PurePath(name.replace("\\", "/")).name).strip()
    return (bare or _("uten navn"))[-LONGEST_NAME:]
