"""The pages of a family, in the order in which they stand beside each other."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from families.domain.emergency import running_emergency
from families.domain.vault import OpenFamily

# Label and name of the URL, which takes the case reference.
TABS = [
    (_("Oversikt"), "family"),
    (_("Kontakt"), "family-contacts"),
    (_("Behov"), "family-needs"),
    (_("Vedtak og økonomi"), "family-decisions"),
    (_("Støtte og resultater"), "family-support"),
    (_("Samtykke"), "family-consents"),
    (_("Familiens stemme"), "family-voice"),
]


def tabs(vault: OpenFamily, current: str) -> list[dict[str, Any]]:
    reference = vault.family.public_id
    return [
        {"label": label, "url": reverse(name, args=[reference]), "current": name == current} for label, name in TABS
    ]


def page(vault: OpenFamily, current: str, **context: Any) -> dict[str, Any]:
    """The context that all pages of a family share."""
    emergency = running_emergency(by=vault.user, family=vault.family.pk) if vault.by_emergency else None
    shared = {"vault": vault, "family": vault.family, "tabs": tabs(vault, current), "emergency": emergency}
    return shared | context
