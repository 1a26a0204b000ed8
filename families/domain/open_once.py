"""A form opens one case, however often it is sent."""

import datetime
from typing import Any

from families.domain.family import open_case
from families.domain.once import SENT_BEFORE
from families.domain.reading import open_families
from families.models import Family, TeamMember
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, refusing
from organisation.models import LivingConditionZone, Unit, User


def open_case_once(
    *,
    unit: Unit,
    by: User,
    on: datetime.date,
    form_key: str,
    zone: LivingConditionZone | None = None,
    protected: bool = False,
) -> Family:
    """The new family, or the one that the same person opened with the same form and the same values. Inside `reading(by)`.

    See once.once; the key stands in the team's row, which its own user sees without having opened the family.
    """
    values: dict[str, Any] = {"unit": unit, "zone": zone, "protected": protected}
    if made := _made(form_key, values, by):
        return made
    try:
        with acting(by, "family.open"), refusing(team_form_key_unique=SENT_BEFORE):
            family = open_case(by=by, on=on, unit=unit, zone=zone, protected=protected)
            TeamMember.objects.filter(family=family, user=by).update(form_key=form_key)
            return family
    except DomainError:
        if made := _made(form_key, values, by):
            return made
        raise


def _made(form_key: str, values: dict[str, Any], by: User) -> Family | None:
    if not form_key:
        return None
    mine = TeamMember.objects.filter(user=by, form_key=form_key).values_list("family_id", flat=True).first()
    if mine is None or not open_families(ids=[mine], page="family-new"):
        return None
    return Family.objects.filter(pk=mine, **values).first()
