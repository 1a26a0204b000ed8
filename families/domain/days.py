"""Which days may be written of a family."""

import datetime

from django.utils.translation import gettext_lazy as _

from families.domain.vault import OpenFamily
from organisation.domain.errors import DomainError

# Services have often met a family before its case was opened: what led to it belongs to the picture.
BEFORE_OPENED = datetime.timedelta(days=365)


def check_happened(*, vault: OpenFamily, day: datetime.date, on: datetime.date, field: str) -> None:
    """What is recorded has happened: not in the future, and not more than a year before the case was opened."""
    if day > on:
        raise DomainError(_("Datoen ligger fram i tid. Registrer det som har skjedd."), field)
    if day < vault.family.opened_on - BEFORE_OPENED:
        raise DomainError(_("Datoen er mer enn ett år før saken ble åpnet."), field)
