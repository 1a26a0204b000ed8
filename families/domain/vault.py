"""A family as one reader sees it: opened, logged, and with everything she may not see left out."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from families.domain.reading import Reader, open_families, open_family
from families.domain.sharing import Household, Sharing, households, sharing, sharing_of
from families.models import TEAM_ROLES, EmergencyAccess, Family, Member, MemberRole, TeamMember
from organisation.models import ReadBasis, Unit, User


@dataclass(frozen=True)
class MemberView:
    """A member as the reader may see her. Who is in the family (mother, child 2) the team knows; the rest is shared."""

    pk: int
    public_id: str
    role: str
    label: str
    first_name: str
    birth_year: int | None
    shown: bool
    in_household: bool

    def __str__(self) -> str:
        return f"{self.first_name} ({self.label.lower()})" if self.first_name else self.label


def works_in(*, user: User, unit: Unit) -> bool:
    """Whether the user has a role today, with which one can be in a team, in the unit or one above it. The database asks
    the same (sql/vault.sql)."""
    return user.is_active and any(
        row.role in TEAM_ROLES and unit.path.startswith(row.unit.path) for row in user.current_memberships
    )


class OpenFamily:
    """What a page gets: the family, the reader's part in its team, and the rows she may see."""

    def __init__(self, family: Family, user: User, on: datetime.date, *, sees_all: bool = False) -> None:
        self.family, self.user, self.on = family, user, on
        team = list(TeamMember.objects.filter(family=family).select_related("user", "unit"))
        for row in team:
            if row.user_id == user.pk:
                row.user = user  # whose roles are known
        self.team = [row for row in team if row.is_active(on)]
        # Not those who were taken out before they had been there a day.
        self.gone = [row for row in team if row.to_day and row.from_day <= row.to_day < on]
        # For the services she works in today: whoever has changed service has left the teams she was in for the old one.
        self.mine = [row for row in self.team if row.user_id == user.pk and works_in(user=user, unit=row.unit)]
        # Asked, not concluded: whoever is neither in the team nor here by emergency access sees nothing.
        self.by_emergency = (
            not self.mine and EmergencyAccess.objects.running().filter(family=family, user=user).exists()
        )
        units = frozenset(row.unit_id for row in self.mine)
        self.reader = Reader(user, units, on, sees_all=sees_all or self.by_emergency)

    @cached_property
    def household(self) -> Household:
        return households(ids=[self.family.pk], on=self.on)[self.family.pk]

    @cached_property
    def sharing(self) -> Sharing:
        return sharing(reader=self.reader, members=self.household.members, agreements=self.household.agreements)

    def forget_sharing(self) -> None:
        """A consent was given or withdrawn: what is read from here on is worked out anew."""
        for name in ("household", "sharing", "members"):
            self.__dict__.pop(name, None)

    def rows(self, model: type[Any]) -> QuerySet[Any]:
        """The standing rows of a model that the reader may see. Those with `removed_at` are not among them."""
        return self.sharing.rows(model.objects.standing().filter(family=self.family))

    @cached_property
    def members(self) -> list[MemberView]:
        return member_views(self.household.members, self.sharing, self.on)

    @property
    def shown_members(self) -> list[Member]:
        """Those of whom the reader may see what is recorded."""
        return [row for row in self.household.members if self.sharing.shows_row(row)]

    def member(self, pk: int | None) -> MemberView | None:
        return next((row for row in self.members if row.pk == pk), None)

    @property
    def others_may_have(self) -> bool:
        """Whether an empty list may be empty because nothing is shared with the reader's service. Asks who works with the
        family, never what they have recorded: what is said of it must not tell."""
        return not self.reader.sees_all and bool({row.unit_id for row in self.team} - self.reader.units)

    @property
    def shows_household(self) -> bool:
        """Whether zone and protection are shown."""
        return self.sharing.shows(unit=self.family.unit_id, subject=None, topic=Family.privacy.topic)

    @property
    def is_case_holder(self) -> bool:
        return any(row.is_case_holder for row in self.mine)

    @property
    def can_write(self) -> bool:
        """Record for one's own service, while the case is open."""
        return bool(self.mine) and self.family.closed_on is None

    @property
    def unit(self) -> Any:
        """The service for which the reader records; the first, where she is in the team for two."""
        return self.mine[0].unit if self.mine else None

    def owns(self, row: Any) -> bool:
        """Whether the row is the reader's own service's, and so hers to change."""
        return self.can_write and row.unit_id in self.reader.units


def open_by_reference(
    *, reference: str, page: str, by: User, on: datetime.date, basis: str = ReadBasis.TEAM
) -> OpenFamily | None:
    """Inside `reading(by)`. None for a miss, which is logged."""
    family = open_family(reference=reference, page=page, by=by, on=on, basis=basis)
    return OpenFamily(family, by, on, sees_all=basis == ReadBasis.INSIGHT) if family else None


def open_for_list(*, ids: list[int], page: str, by: User, on: datetime.date) -> dict[int, Sharing]:
    """Several families at once, for a list: what the reader may see of each as one of its team. Inside `reading(by)`."""
    granted = open_families(ids=ids, page=page)
    units: dict[int, set[int]] = {pk: set() for pk in granted}
    for row in TeamMember.objects.active(on).filter(user=by, family__in=granted).select_related("unit"):
        if works_in(user=by, unit=row.unit):
            units[row.family_id].add(row.unit_id)
    readers = {pk: Reader(by, frozenset(found), on) for pk, found in units.items()}
    return sharing_of(readers=readers)


def member_views(members: list[Member], sharing: Sharing, on: datetime.date) -> list[MemberView]:
    """Grown-ups first; those of the same role are numbered as they were recorded.

    Not by age: who is the older child is shared by consent only.
    """
    ordered = sorted(members, key=lambda row: (row.role == MemberRole.CHILD, row.pk))
    counts: dict[str, int] = {}
    for row in ordered:
        counts[row.role] = counts.get(row.role, 0) + 1
    seen: dict[str, int] = {}
    views = []
    for row in ordered:
        seen[row.role] = seen.get(row.role, 0) + 1
        role = str(row.get_role_display())
        shown = sharing.shows_row(row)
        views.append(
            MemberView(
                pk=row.pk, public_id=row.public_id, role=row.role,
                label=f"{role} {seen[row.role]}" if counts[row.role] > 1 else role,
                first_name=row.first_name if shown else "", birth_year=row.birth_year if shown else None, shown=shown,
                in_household=row.left_on is None or row.left_on > on,
            )
        )  # fmt: skip
    return views


def household_in_words(views: list[MemberView]) -> str:
    """ "2 voksne og 3 barn": what the team may always know."""
    here = [row for row in views if row.in_household]
    children = sum(1 for row in here if row.role == MemberRole.CHILD)
    adults = ngettext("%(n)s voksen", "%(n)s voksne", len(here) - children) % {"n": len(here) - children}
    return _("%(adults)s og %(children)s") % {
        "adults": adults, "children": ngettext("%(n)s barn", "%(n)s barn", children) % {"n": children},
    }  # fmt: skip
