"""Numbers from the families of the world's municipality, made by the domain; and a sub-project that shows them."""

import datetime
from typing import Any

from django.utils import timezone

from families.domain.vault import OpenFamily
from grants.models import SubProject
from organisation.models import Role, User
from reporting.domain.family_release import make_release
from reporting.models import FamilyRelease


def ids(vault: OpenFamily, users: dict[Role, User], today: datetime.date, secret: str) -> dict[str, Any]:
    municipality = vault.family.municipality
    release: FamilyRelease = make_release(
        municipality=municipality, until=today, by=users[Role.COORDINATOR],
        at=timezone.now(), on=today,
    )  # fmt: skip
    sub_project = SubProject.objects.filter(partners__unit=vault.family.unit).order_by("pk").first()
    assert sub_project is not None
    return {
        "family-release": {"public_id": release.public_id},
        "sub-project-families": {"public_id": sub_project.public_id},
    }
