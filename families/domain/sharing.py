"""What a service sees of a family: what it has recorded itself, and what valid consents share with it, at this moment.

A row has an owner (the service that recorded it), a topic, and a subject (a person, or the family as a whole). Another
service sees it when everybody whose consent it takes has one that is valid today, covers the topic, and names both the
owner and the reader. Whose consent it takes:

- a grown-up, and a child who is old enough (Member.consents_herself): her own;
- a younger child: everybody in the household with parental responsibility;
- the family as a whole: all grown-ups in the household.

Where there is nobody whose consent could cover a row, it is not shared.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

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
class Sharing:
    """What one reader may see of one family. `sources[(subject, topic)]` are the other services whose rows she sees."""

    reader: Reader
    sources: dict[tuple[int | None, str], frozenset[int]] = field(default_factory=dict)

    def shows(self, *, unit: int, subject: int | None, topic: str | None) -> bool:
        if self.reader.sees_all or topic is None or unit in self.reader.units:
            return True
        return unit in self.sources.get((subject, topic), frozenset())

    def shows_row(self, row: VaultRow) -> bool:
        """Whether a whole row is shown. Its subject is the person it is about, or the person it is."""
        subject = row.pk if isinstance(row, Member) else getattr(row, "subject_id", WHOLE)
        return self.shows(unit=row.unit_id, subject=subject, topic=row.privacy.topic)

    def rows(self, found: QuerySet[Row]) -> QuerySet[Row]:
        """The rows of a model that are shown; the condition goes into the query."""
        topic = found.model.privacy.topic
        if self.reader.sees_all or topic is None:
            return found
        shown = Q(unit__in=self.reader.units)
        has_subject = any(column.name == "subject" for column in found.model._meta.concrete_fields)
        for (subject, of), units in self.sources.items():
            if of == topic and units and (has_subject or subject is WHOLE):
                shown |= Q(unit__in=units, subject=subject) if has_subject else Q(unit__in=units)
        return found.filter(shown)


def sharing(*, reader: Reader, members: Sequence[Member], agreements: Iterable[Agreement]) -> Sharing:
    """Work out what a reader sees of one family, from its household and the consents that are valid today."""
    if reader.sees_all or not reader.units:
        return Sharing(reader)
    of_member: dict[int, list[Agreement]] = defaultdict(list)
    for agreement in agreements:
        of_member[agreement.member].append(agreement)
    sources = {}
    for subject, needed in _needed(members, reader.on).items():
        for topic in Topic.values:
            if needed:
                sources[(subject, topic)] = _shared_by_all(needed, topic, reader.units, of_member)
    return Sharing(reader, sources)


def _needed(members: Sequence[Member], on: datetime.date) -> dict[int | None, list[int]]:
    """For each subject, whose consents it takes."""
    here = [row for row in members if row.left_on is None or row.left_on > on]
    adults = [row.pk for row in here if row.is_adult(on)]
    guardians = [row.pk for row in here if row.is_guardian]
    needed: dict[int | None, list[int]] = {WHOLE: adults}
    for row in members:
        needed[row.pk] = [row.pk] if row.consents_herself(on) else guardians
    return needed


def _shared_by_all(
    needed: list[int], topic: str, units: Collection[int], of_member: dict[int, list[Agreement]]
) -> frozenset[int]:
    """The services whose rows everybody lets the reader's services see."""
    each = []
    for member in needed:
        allowed: set[int] = set()
        for agreement in of_member.get(member, ()):
            if topic in agreement.topics and not agreement.services.isdisjoint(units):
                allowed |= agreement.services
        each.append(allowed)
    return frozenset(set.intersection(*each))


def sharing_of(*, readers: dict[int, Reader]) -> dict[int, Sharing]:
    """The sharing of several opened families, each with its reader, in three queries; read anew each time it is asked."""
    ids = list(readers)
    on = next(iter(readers.values())).on if readers else datetime.date.min
    members: dict[int, list[Member]] = defaultdict(list)
    for row in Member.objects.standing().filter(family__in=ids):
        members[row.family_id].append(row)
    services: dict[int, set[int]] = defaultdict(set)
    for consent_id, unit_id in ConsentService.objects.filter(family__in=ids).values_list("consent_id", "unit_id"):
        services[consent_id].add(unit_id)
    agreements: dict[int, list[Agreement]] = defaultdict(list)
    for consent in Consent.objects.valid(on).filter(family__in=ids):
        agreements[consent.family_id].append(
            Agreement(consent.member_id, frozenset(consent.topics), frozenset(services[consent.pk]))
        )
    return {
        family: sharing(reader=reader, members=members[family], agreements=agreements[family])
        for family, reader in readers.items()
    }


def shared(rows: Iterable[Any], sharings: dict[int, Sharing]) -> list[Any]:
    """Of rows of several families, those that are shown."""
    return [row for row in rows if row.family_id in sharings and sharings[row.family_id].shows_row(row)]
