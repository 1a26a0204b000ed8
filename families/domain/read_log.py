"""Who has read a family, in words: for the case holder's own control, and for what the family gets (innsyn)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from families.domain.read_pages import page_in_words
from families.domain.vault import OpenFamily
from families.models import TeamMember
from organisation.models import Membership, ReadBasis, ReadEntry, User


@dataclass(frozen=True)
class ReadLine:
    """One read, or one that was refused. `services`: what the reader worked in that day, in the team or else at all."""

    at: datetime.datetime
    who: str
    services: str
    page: str
    basis: str
    denied: bool


def reads(
    *,
    vault: OpenFamily,
    reader: str = "",
    from_day: datetime.date | None = None,
    to_day: datetime.date | None = None,
) -> QuerySet[ReadEntry]:
    """The family's lines of the read log, newest first. `reader` is a user's public id; a foreign one has read nothing."""
    found = ReadEntry.objects.filter(family=vault.family.pk).select_related("reader")
    if reader:
        found = found.filter(reader__public_id=reader)
    if from_day:
        found = found.filter(at__date__gte=from_day)
    if to_day:
        found = found.filter(at__date__lte=to_day)
    return found


def readers(*, vault: OpenFamily) -> list[User]:
    """Everybody who has read the family, or tried to."""
    tried = (
        ReadEntry.objects.filter(family=vault.family.pk, reader__isnull=False).order_by().values("reader").distinct()
    )
    return list(User.objects.filter(pk__in=[row["reader"] for row in tried]).order_by("name", "id"))


def in_words(*, vault: OpenFamily, entries: Iterable[ReadEntry]) -> list[ReadLine]:
    """Lines as people read them. Three queries at most, however many there are."""
    found = list(entries)
    ids = {row.reader_id for row in found if row.reader_id}
    team: dict[int, list[tuple[datetime.date, datetime.date | None, str]]] = {}
    others: dict[int, list[tuple[datetime.date, datetime.date | None, str]]] = {}
    if ids:
        for row in TeamMember.objects.filter(family=vault.family, user__in=ids).select_related("unit"):
            team.setdefault(row.user_id, []).append((row.from_day, row.to_day, row.unit.name))
        town = Q(unit__municipality=vault.family.municipality_id)
        for role in Membership.objects.filter(town, user__in=ids).select_related("unit"):
            others.setdefault(role.user_id, []).append((role.valid_from, role.valid_to, role.unit.name))
    return [_line(row, team.get(row.reader_id or 0, []), others.get(row.reader_id or 0, [])) for row in found]


def _line(
    row: ReadEntry,
    team: list[tuple[datetime.date, datetime.date | None, str]],
    others: list[tuple[datetime.date, datetime.date | None, str]],
) -> ReadLine:
    day = row.at.astimezone(timezone.get_current_timezone()).date()
    services = _then(team, day) or _then(others, day)
    return ReadLine(
        at=row.at, who=row.reader.name if row.reader else _("Systemet"), services=", ".join(services),
        page=page_in_words(row.page), basis=str(row.get_basis_display()), denied=row.basis == ReadBasis.DENIED,
    )  # fmt: skip


def _then(spells: list[tuple[datetime.date, datetime.date | None, str]], day: datetime.date) -> list[str]:
    return sorted({name for first, last, name in spells if first <= day and (last is None or last >= day)})
