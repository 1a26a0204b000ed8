"""Who is told: the leadership of a municipality's sub-projects, and those who answer for a partner."""

import datetime

from django.db.models import QuerySet

from grants.models import REPRESENTING_ROLES, SubProjectPartner
from organisation.models import LEADERSHIP_ROLES, Membership, User


def leadership(municipality_id: int, on: datetime.date) -> QuerySet[User]:
    seats = Membership.objects.active(on).filter(role__in=LEADERSHIP_ROLES, unit__municipality=municipality_id)
    users: QuerySet[User] = User.objects.filter(memberships__in=seats).distinct()
    return users


def representatives(partner: SubProjectPartner, on: datetime.date) -> QuerySet[User]:
    """Those with a representing role in the partner's unit or in a unit above it."""
    path = partner.unit.path
    above = [path[: index + 1] for index, letter in enumerate(path) if letter == "/" and index]
    seats = Membership.objects.active(on).filter(role__in=REPRESENTING_ROLES, unit__path__in=above)
    users: QuerySet[User] = User.objects.filter(memberships__in=seats).distinct()
    return users
