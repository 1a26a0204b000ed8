"""A form makes one row, however often it is sent: a double click, a button pressed again on a bad line."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from families.domain.vault import OpenFamily
from families.models import VaultRow
from organisation.domain.errors import DomainError
from organisation.domain.writing import refusing
from organisation.models import Unit, User

Row = TypeVar("Row", bound=VaultRow)
SENT_BEFORE = (_("Dette skjemaet er lagret før. Lagre en gang til hvis også dette skal registreres."), None)


def once(
    *,
    vault: OpenFamily,
    model: type[Row],
    form_key: str,
    constraint: str,
    values: dict[str, Any],
    by: User,
    write: Callable[[], Row],
) -> Row:
    """What `write` makes, or what the same person made with the same form and the same `values` before.

    Asked again after a refusal: of two that are sent at the same moment, the second is refused for what the first made.
    A form that is sent again with something else in it is refused, and comes back with a new key.
    """
    if made := _made(vault, model, form_key, values, by):
        return made
    try:
        with refusing(**{constraint: SENT_BEFORE}):
            return write()
    except DomainError:
        if made := _made(vault, model, form_key, values, by):
            return made
        raise


def for_service(unit: Unit | None) -> dict[str, Unit]:
    """Of the same thing sent for another service, that is something else; nothing where the service was not chosen."""
    return {"unit": unit} if unit else {}


def _made(vault: OpenFamily, model: type[Row], form_key: str, values: dict[str, Any], by: User) -> Row | None:
    if not form_key:
        return None
    rows: Any = model.objects.standing()
    found: Row | None = rows.filter(family=vault.family, form_key=form_key, written_by=by, **values).first()
    return found
