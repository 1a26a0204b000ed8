"""Schemes: money that can be applied for, national or a municipality's own."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from grants.models import Grant, GrantScheme
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import Municipality, User
from organisation.separation import SYSTEM, seeing

MOST_YEARS = 50
NATIONAL_ONLY = _("Bare direktoratets egne ordninger rapporteres i Povertyplan.")
NEEDS_DUTY = _("En ordning som rapporteres i Povertyplan, har rapporteringsplikt.")
ALREADY_AWARDED = _(
    "Det er tildelt tilskudd fra ordningen. Da kan det ikke endres om årsrapporten fylles ut i Povertyplan. "
    "Lag en ny ordning for de neste årene."
)
REFUSED: dict[str, Any] = {
    "scheme_name_unique": (_("Det finnes allerede en ordning med dette navnet."), "name"),
    "only_national_schemes_are_reported_here": (NATIONAL_ONLY, "reported_here"),
    "scheme_report_by_is_a_day": (_("Velg en dag fra 1 til 28 og en måned fra 1 til 12."), "report_by_day"),
}


def create_scheme(*, municipality: Municipality | None, by: User, **fields: Any) -> GrantScheme:
    """A scheme of a municipality's own, or a national one (None)."""
    scheme = GrantScheme(municipality=municipality)
    apply(scheme, fields)
    _check(scheme)
    with acting(by, "scheme.create"), refusing(**REFUSED):
        scheme.save()
    return scheme


def update_scheme(*, scheme: GrantScheme, version: int, by: User, **fields: Any) -> GrantScheme:
    """Change a scheme. The days that grants are to be reported by stand as they were given."""
    with acting(by, "scheme.update"), refusing(**REFUSED):
        scheme = locked(scheme, version)
        if fields.get("reported_here", scheme.reported_here) != scheme.reported_here:
            _check_nothing_awarded(scheme)
        apply(scheme, fields)
        _check(scheme)
        scheme.save()
    return scheme


def _check_nothing_awarded(scheme: GrantScheme) -> None:
    """A grant gets its report when it is awarded, or never. The directorate sees none of those that aren't reported here."""
    with seeing(SYSTEM):
        awarded = Grant.objects.awarded().filter(scheme=scheme).exists()
    if awarded:
        raise DomainError(ALREADY_AWARDED, "reported_here")


def _check(scheme: GrantScheme) -> None:
    for name in ("name", "funder"):
        if not getattr(scheme, name).strip():
            raise DomainError(_("Fyll ut feltet."), name)
    if scheme.max_years is not None and not 1 <= scheme.max_years <= MOST_YEARS:
        raise DomainError(_("Skriv et tall fra 1 til 50, eller la feltet stå tomt."), "max_years")
    if scheme.reported_here and not scheme.is_national:
        raise DomainError(NATIONAL_ONLY, "reported_here")
    if scheme.reported_here and not scheme.has_reporting_duty:
        raise DomainError(NEEDS_DUTY, "has_reporting_duty")
