"""The list of one's cases. What it is chosen and ordered by is known without opening any; only those shown are opened.

The zone is the exception: whoever asks which families live in one has read each family's, so all of them are opened and
logged then.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from families.domain.contact import latest_by_family
from families.domain.sharing import Sharing
from families.domain.vault import household_in_words, member_views, open_for_list
from families.models import EmergencyAccess, Family, Member, TeamMember, Topic
from organisation.models import LivingConditionZone, User


@dataclass(frozen=True)
class MyCase:
    """One case of the reader's: its state, and her own part in it. Nothing of the people."""

    pk: int
    reference: str
    opened_on: datetime.date
    closed_on: datetime.date | None
    units: tuple[str, ...]
    is_case_holder: bool


@dataclass
class FamilyRow:
    """A line of the list, of a family that is opened and logged."""

    family: Family
    case: MyCase
    household: str
    shows_household: bool
    case_holder: User | None = None
    # For what other parts of the vault add to the line, by name.
    more: dict[str, Any] = field(default_factory=dict)


def my_cases(*, by: User, on: datetime.date) -> list[MyCase]:
    """The cases whose teams the reader is in, newest first. None is opened. Inside `reading(by)`.

    Emergency access puts no family here: it is reached by its reference.
    """
    mine: dict[int, list[TeamMember]] = defaultdict(list)
    for row in TeamMember.objects.active(on).filter(user=by).select_related("unit"):
        mine[row.family_id].append(row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT family, reference, opened_on, closed_on FROM povertyplan_my_cases()")
        found = cursor.fetchall()
    return [
        MyCase(
            pk=pk, reference=reference, opened_on=opened_on, closed_on=closed_on,
            units=tuple(sorted({row.unit.name for row in mine[pk]})),
            is_case_holder=any(row.is_case_holder for row in mine[pk]),
        )
        for pk, reference, opened_on, closed_on in found if pk in mine
    ]  # fmt: skip


def living_in(
    *, cases: Collection[MyCase], zone: LivingConditionZone, page: str, by: User, on: datetime.date
) -> list[int]:
    """Of the cases, those whose zone the reader may see, and it is this one. Opens and logs each. Inside `reading(by)`."""
    sharings = open_for_list(ids=[case.pk for case in cases], page=page, by=by, on=on)
    rows = Family.objects.visible_to(by, on).filter(pk__in=sharings, zone=zone, protected=False)
    return [row.pk for row in rows if _shows_household(row, sharings[row.pk])]


def family_rows(*, cases: Collection[MyCase], page: str, by: User, on: datetime.date) -> list[FamilyRow]:
    """Open the cases, in their order, each logged as read on `page`, with what the reader may see of each."""
    sharings = open_for_list(ids=[case.pk for case in cases], page=page, by=by, on=on)
    families = Family.objects.visible_to(by, on).filter(pk__in=sharings).select_related("unit", "zone").in_bulk()
    members: dict[int, list[Member]] = defaultdict(list)
    for row in Member.objects.standing().filter(family__in=sharings):
        members[row.family_id].append(row)
    holders = TeamMember.objects.active(on).filter(family__in=sharings, is_case_holder=True).select_related("user")
    holder_of = {row.family_id: row.user for row in holders}
    latest = latest_by_family(sharings=sharings)
    return [
        FamilyRow(
            family=families[case.pk], case=case, case_holder=holder_of.get(case.pk),
            household=household_in_words(member_views(members[case.pk], sharings[case.pk], on)) if members[case.pk] else "",
            shows_household=_shows_household(families[case.pk], sharings[case.pk]),
            more={"latest": latest[case.pk], "is_late": latest[case.pk].is_late(on)},
        )
        for case in cases if case.pk in families
    ]  # fmt: skip


def opened_by_emergency(*, page: str, by: User, on: datetime.date) -> list[EmergencyAccess]:
    """The reader's own accesses that still run, with their families, opened and logged. Inside `reading(by)`."""
    running = list(EmergencyAccess.objects.running().filter(user=by))
    open_for_list(ids=[row.family_id for row in running], page=page, by=by, on=on)
    return list(EmergencyAccess.objects.running().filter(user=by).select_related("family"))


def _shows_household(family: Family, sharing: Sharing) -> bool:
    return sharing.shows(unit=family.unit_id, subject=None, topic=Topic.HOUSEHOLD)
