"""What a service sees of a family: what it has recorded itself, and what valid consents share with it, at this moment.

A row has an owner (the service that recorded it), a topic, and a subject (a person, or the family as a whole). Another
service sees it when everybody whose consent it takes has one that is valid today, covers the topic, and names both the
owner and that service. Whose consent it takes:

- a grown-up, and a child who is old enough: her own, whoever else has said yes;
- a younger child: everybody with parental responsibility, also one who has moved out;
- a child in the year she comes of that age, when nobody can tell from her year of birth: theirs and her own;
- a child of whom the year of birth isn't known: nobody's, since nobody can tell whose;
- the family as a whole: all grown-ups in the household, and those who lived there when the row was written.

Where there is nobody whose consent could cover a row, it is not shared. Consents don't add up over services: somebody who
works in two of them sees what the one or the other may see, never what only both together would.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from families.domain.reading import Reader
from families.models import Consent, ConsentService, Member, Topic, VaultRow

Row = TypeVar("Row", bound=VaultRow)
# The subject of a row about the family as a whole.
WHOLE = None


@dataclass(frozen=True)
class Agreement:
    """A valid consent, as far as sharing goes."""

    member: int
    topics: frozenset[str]
    services: frozenset[int]


@dataclass(frozen=True)
class Takes:
    """Whose consents it takes to share what was written from a day on, or whenever it was."""

    members: frozenset[int]
    since: datetime.date | None = None


@dataclass(frozen=True)
class Source:
    """Other services whose rows are shown: those that were written from a day on, or whenever they were."""

    units: frozenset[int]
    since: datetime.date | None = None

    def covers(self, unit: int, written: datetime.date | None) -> bool:
        """`written` None is what stands of the family now."""
        return unit in self.units and (self.since is None or written is None or written >= self.since)


@dataclass(frozen=True)
class Sharing:
    """What one reader may see of one family. `sources[(subject, topic)]`: of which other services, written when."""

    reader: Reader
    sources: Mapping[tuple[int | None, str], Sequence[Source]] = field(default_factory=dict)

    def shows(self, *, unit: int, subject: int | None, topic: str | None, written: datetime.date | None = None) -> bool:
        if self.reader.sees_all or topic is None or unit in self.reader.units:
            return True
        return any(source.covers(unit, written) for source in self.sources.get((subject, topic), ()))

    def shows_row(self, row: VaultRow) -> bool:
        """Whether a whole row is shown. Its subject is the person it is about, or the person it is."""
        column = _subject_column(type(row))
        return self.shows(
            unit=row.unit_id,
            subject=getattr(row, column) if column else WHOLE,
            topic=row.privacy.topic,
            written=_day(row.written_at),
        )

    def rows(self, found: QuerySet[Row]) -> QuerySet[Row]:
        """The rows of a model that are shown; the condition goes into the query."""
        topic = found.model.privacy.topic
        if self.reader.sees_all or topic is None:
            return found
        column = _subject_column(found.model)
        shown = Q(unit__in=self.reader.units)
        for (subject, of), sources in self.sources.items():
            if of == topic and (column or subject is WHOLE):
                about = Q(**{column: subject}) if column else Q()
                for source in sources:
                    written = Q(written_at__date__gte=source.since) if source.since else Q()
                    shown |= Q(unit__in=source.units) & about & written
        return found.filter(shown)


def _day(moment: datetime.datetime) -> datetime.date:
    """As the database says it for `written_at__date`."""
    return moment.astimezone(timezone.get_current_timezone()).date()


def _subject_column(model: type[VaultRow]) -> str | None:
    """The column that says whom a row is about. A member's own row is about herself."""
    if issubclass(model, Member):
        return "pk"
    return "subject_id" if any(column.name == "subject" for column in model._meta.concrete_fields) else None


def sharing(*, reader: Reader, members: Sequence[Member], agreements: Iterable[Agreement]) -> Sharing:
    """Work out what a reader sees of one family, from its household and the consents that are valid today."""
    if reader.sees_all or not reader.units:
        return Sharing(reader)
    of_member: dict[int, list[Agreement]] = defaultdict(list)
    for agreement in agreements:
        of_member[agreement.member].append(agreement)
    sources: dict[tuple[int | None, str], list[Source]] = {}
    for subject, eras in whose_consent(members=members, on=reader.on).items():
        for topic in Topic.values:
            found = [
                Source(units, era.since)
                for era in eras
                if (units := _shared_by_all(era.members, topic, reader.units, of_member))
            ]
            if found:
                sources[(subject, topic)] = found
    return Sharing(reader, sources)


def whose_consent(*, members: Sequence[Member], on: datetime.date) -> dict[int | None, list[Takes]]:
    """For each subject, whose consents it takes; nothing where nobody's would do.

    What was written of the family as a whole while somebody lived there is about her too: it takes hers as well.
    """
    guardians = frozenset(row.pk for row in members if row.is_guardian)
    needed: dict[int | None, list[Takes]] = {WHOLE: _of_the_whole(members, on)}
    for row in members:
        asked: frozenset[int] = frozenset()
        if row.consents_herself(on):
            asked = frozenset({row.pk})
        elif guardians and row.birth_year is not None:
            asked = guardians | {row.pk} if row.may_consent(on) else guardians
        needed[row.pk] = [Takes(asked)] if asked else []
    return needed


def _of_the_whole(members: Sequence[Member], on: datetime.date) -> list[Takes]:
    adults = [row for row in members if row.is_adult(on)]
    here = frozenset(row.pk for row in adults if row.left_on is None or row.left_on > on)
    gone = {row.pk: row.left_on for row in adults if row.left_on is not None and row.left_on <= on}
    if not here:
        return []
    eras = [Takes(here | gone.keys())]
    for day in sorted(set(gone.values())):
        eras.append(Takes(here | {pk for pk, left_on in gone.items() if left_on > day}, since=day))
    return eras


def _shared_by_all(
    needed: Iterable[int], topic: str, units: Iterable[int], of_member: Mapping[int, list[Agreement]]
) -> frozenset[int]:
    """The services whose rows everybody lets one of the reader's services see."""
    shown: set[int] = set()
    for unit in units:
        each = []
        for member in needed:
            allowed: set[int] = set()
            for agreement in of_member.get(member, ()):
                if topic in agreement.topics and unit in agreement.services:
                    allowed |= agreement.services
            each.append(allowed)
        shown |= set.intersection(*each) if each else set()
    return frozenset(shown)


@dataclass
class Household:
    """What sharing is worked out from: who is in a family, and the consents that are valid."""

    members: list[Member] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)  # what the agreements are read off


def households(*, ids: Iterable[int], on: datetime.date) -> dict[int, Household]:
    """Those of opened families, in two queries; read anew each time it is asked."""
    found = {family: Household() for family in ids}
    for row in Member.objects.standing().filter(family__in=list(found)).select_related("unit"):
        found[row.family_id].members.append(row)
    named = ConsentService.objects.filter(consent=OuterRef("pk")).order_by().values("unit_id")
    for consent in Consent.objects.valid(on).filter(family__in=list(found)).annotate(named=ArraySubquery(named)):
        found[consent.family_id].consents.append(consent)
        found[consent.family_id].agreements.append(
            Agreement(consent.member_id, frozenset(consent.topics), frozenset(consent.named))
        )
    return found


def sharing_of(*, readers: dict[int, Reader]) -> dict[int, Sharing]:
    """The sharing of several opened families, each with its reader, all on the same day."""
    on = next(iter(readers.values())).on if readers else datetime.date.min
    found = households(ids=readers, on=on)
    return {
        family: sharing(reader=reader, members=found[family].members, agreements=found[family].agreements)
        for family, reader in readers.items()
    }


def shared(rows: Iterable[Any], sharings: dict[int, Sharing]) -> list[Any]:
    """Of rows of several families, those that are shown."""
    return [row for row in rows if row.family_id in sharings and sharings[row.family_id].shows_row(row)]
