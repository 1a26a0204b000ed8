"""Innsyn shows one member of the family what is stored, and not what is another's: who may read which row.

Masked are the rows of everybody who decides herself, as consent is asked of her and not of her parents. Nobody can tell
of a child in the year she comes of that age, nor of one of whom the year of birth isn't known: those are masked too.

One who has moved out gets what is about herself, and what was said of the family until then and not touched since. That
is so for every family alike: a rule of its own for those with a protected address would tell that this is one.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from families.models import Member
from organisation.models import AuditEntry

# A first name where it stands as a word, also with the genitive's s.
GENITIVE = "(?:['’]?s|['’])?"


@dataclass(frozen=True)
class Asker:
    """Who asks, and what she gets of the others."""

    member: Member
    members: tuple[Member, ...]
    on: datetime.date

    @property
    def gone_from(self) -> datetime.date | None:
        """The day from which she no longer lives there; what was written of the family later isn't about her."""
        left_on = self.member.left_on
        return left_on if left_on is not None and left_on <= self.on else None

    def gets_member(self, pk: int) -> bool:
        if pk == self.member.pk:
            return True
        other = next((row for row in self.members if row.pk == pk), None)
        if other is None or other.birth_year is None or other.may_consent(self.on):
            return False
        return self.member.is_guardian and self.gone_from is None

    def lived_there(self, *days: datetime.date | None) -> bool:
        """Whether what was recorded and changed on these days is from before she left; of a day nobody knows it is not."""
        return self.gone_from is None or all(day is not None and day < self.gone_from for day in days)

    def others(self) -> list[str]:
        """First names of those whose rows are masked."""
        return [row.first_name for row in self.members if row.first_name and not self.gets_member(row.pk)]


def person_of(row: Any) -> int | None:
    """Whom a row is about: the member it names, or that of the need or the consent it belongs to. None: the family."""
    if isinstance(row, Member):
        return row.pk
    for column in row._meta.concrete_fields:
        if column.name in ("subject", "member"):
            pk: int | None = getattr(row, column.attname)
            return pk
    for column in row._meta.concrete_fields:
        if isinstance(column, models.ForeignKey) and column.name in ("need", "consent"):
            return person_of(getattr(row, column.name))
    return None


def written_on(row: Any) -> datetime.date | None:
    """When a row came to be, by whatever column of it says so."""
    for name in ("written_at", "opened_at", "from_day", "answered_on"):
        found = getattr(row, name, None)
        if isinstance(found, datetime.datetime):
            return found.astimezone(timezone.get_current_timezone()).date()
        if found:
            day: datetime.date = found
            return day
    return None


def last_changed(rows: Sequence[models.Model]) -> dict[int, datetime.date]:
    """The day each row of a model was written last, as the audit log has it: an old row may say something new.

    The log holds no word of what people wrote, and the version that every change adds one to.
    """
    if not rows:
        return {}
    found = (
        AuditEntry.objects.filter(table_name=rows[0]._meta.db_table, row_id__in=[row.pk for row in rows])
        .order_by()
        .values_list("row_id")
        .annotate(at=models.Max("at"))
    )
    return {pk: at.astimezone(timezone.get_current_timezone()).date() for pk, at in found}


def without_names(text: str, names: Iterable[str]) -> str:
    """The text with other people's first names taken out, whole words only, whatever their case."""
    wanted = sorted({_normal(name) for name in names if name}, key=len, reverse=True)
    if not wanted:
        return text
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, wanted))}){GENITIVE}(?!\w)"
    return re.sub(pattern, _("[et annet familiemedlem]"), _normal(text), flags=re.IGNORECASE)


def _normal(text: str) -> str:
    """One way of writing å: a name is found however the keyboard made its letters."""
    return unicodedata.normalize("NFC", text)
