"""Opening and closing a family's case, and what the household is."""

import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from families.domain.reading import open_families
from families.models import TEAM_ROLES, Family, TeamMember
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import LivingConditionZone, Unit, User


def open_case(
    *, unit: Unit, by: User, on: datetime.date, zone: LivingConditionZone | None = None, protected: bool = False
) -> Family:
    """A new family, with the one who opens it as its case holder. Inside `reading(by)`.

    The team's row comes first: it is what lets the family's own row in, and nobody can begin the team of a family that
    is there already.
    """
    if protected and zone:
        raise DomainError(_("En familie med skjermet adresse kan ikke ha levekårssone."), "zone")
    if unit.municipality_id not in by.municipality_ids(*TEAM_ROLES):
        raise DomainError(_("Du arbeider ikke i denne tjenesten."), "unit")
    with acting(by, "family.open"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('families_family', 'id'))")
            pk = cursor.fetchone()[0]
        TeamMember.objects.create(
            family_id=pk, municipality_id=unit.municipality_id, user=by, unit=unit, is_case_holder=True, from_day=on
        )
        open_families(ids=[pk], page="family-new")
        return Family.objects.create(
            pk=pk, municipality_id=unit.municipality_id, unit=unit, zone=zone, protected=protected, opened_on=on
        )
