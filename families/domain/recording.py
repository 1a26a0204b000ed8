"""What all that is recorded in the vault has in common: who may, for which service, and how a mistake is taken away."""

import datetime
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from families.domain.vault import OpenFamily
from families.models import Member, VaultRow
from organisation.domain.errors import DomainError
from organisation.domain.identity_numbers import refuse_identity_numbers
from organisation.domain.writing import acting, locked
from organisation.models import Unit, User

Row = TypeVar("Row", bound=VaultRow)


def recorded(*, vault: OpenFamily, by: User, at: datetime.datetime, unit: Unit | None = None) -> dict[str, Any]:
    """The columns that say whose a new row is: the family, the service it is recorded for, who and when.

    Raises DomainError when the case is closed, or when `by` is not in the team (emergency access only reads).
    """
    check_open(vault)
    unit = unit or vault.unit
    if unit is None or unit.pk not in vault.reader.units:
        raise DomainError(_("Bare de som er i teamet til familien, kan registrere noe."))
    family = vault.family
    return {
        "family": family, "municipality_id": family.municipality_id, "unit": unit, "written_by": by, "written_at": at,
    }  # fmt: skip


def check_open(vault: OpenFamily) -> None:
    if vault.family.closed_on is not None:
        raise DomainError(_("Saken er avsluttet. Åpne den igjen for å registrere noe."))


def own(*, vault: OpenFamily, row: Row, version: int) -> Row:
    """The row as it stands, locked, for a change by the service that recorded it. See writing.locked for `version`."""
    check_open(vault)
    if not vault.owns(row):
        raise DomainError(_("Bare tjenesten som registrerte dette, kan endre det."))
    current: Row = locked(row, version)  # type: ignore[type-var]
    if current.removed_at is not None:
        raise DomainError(_("Dette er fjernet."))
    return current


def subject(*, vault: OpenFamily, member: str) -> Member | None:
    """The member with a public id, or None for the family as a whole. A foreign one is refused at its field."""
    if not member:
        return None
    found = Member.objects.standing().filter(family=vault.family, public_id=member).first()
    if found is None:
        raise DomainError(_("Velg noen i familien."), "subject")
    return found


def check_texts(model: type[VaultRow], values: dict[str, Any]) -> None:
    """No identity number in what people write; the database refuses it too."""
    for name in model.privacy.texts:
        if values.get(name):
            refuse_identity_numbers(str(values[name]), field=name)


def remove(*, vault: OpenFamily, row: Row, version: int, by: User, at: datetime.datetime) -> Row:
    """Take away something recorded by mistake (the wrong family, the wrong person): what it said of people is erased now.

    The row stays, empty, with who and when. Not for what was right and has changed: that is corrected or ended.
    """
    with acting(by, f"{row._meta.model_name}.remove"):
        current = own(vault=vault, row=row, version=version)
        for name, value in emptied(type(row)).items():
            if isinstance(value, models.F):
                value = getattr(current, value.name)  # type: ignore[attr-defined]  # unknown to the stubs
            setattr(current, name, value)
        current.removed_at = at
        current.save()
        return current


def emptied(model: type[VaultRow]) -> dict[str, Any]:
    """What each sensitive field of a removed row becomes: nothing, or what stands for nothing where it must have a value."""
    return {name: _empty(model, name) for name in model.privacy.sensitive}


def _empty(model: type[VaultRow], name: str) -> Any:
    if name in model.privacy.removed:
        return model.privacy.removed[name]
    if model._meta.get_field(name).null:
        return None
    if name in model.privacy.texts:
        return ""
    raise ValueError(f"{model.__name__}.{name}: say what a removed row has there")
