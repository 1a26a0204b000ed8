"""Reporting units: who gets grants and reports on them, today and under earlier names and numbers."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from grants.models import ReportingUnit
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import Municipality, Unit, User
from organisation.separation import SYSTEM, seeing

MOST_ALIASES, LONGEST_ALIAS = 30, 150
NAME_TAKEN: dict[str, Any] = {
    "reporting_unit_name_unique": (_("Det finnes allerede en rapporterende enhet med dette navnet."), "name")
}


def create_reporting_unit(
    *,
    municipality: Municipality,
    name: str,
    region: str = "",
    unit: Unit | None = None,
    aliases: Iterable[str] = (),
    by: User | None,
) -> ReportingUnit:
    """Whoever leads `unit` may write the grants of the new one. `by` is None for a job."""
    row = ReportingUnit(
        municipality=municipality, name=_tidy(name), region=region.strip(), unit=unit, aliases=_tidied(aliases)
    )
    _check(row)
    _check_unit(row)
    with acting(by, "reporting_unit.create"), refusing(**NAME_TAKEN):
        row.save()
    return row


def update_reporting_unit(*, reporting_unit: ReportingUnit, version: int, by: User, **fields: Any) -> ReportingUnit:
    """Change name, region, the unit whose leader may write, or the names of before."""
    if "name" in fields:
        fields["name"] = _tidy(fields["name"])
    if "aliases" in fields:
        fields["aliases"] = _tidied(fields["aliases"])
    with acting(by, "reporting_unit.update"), refusing(**NAME_TAKEN):
        reporting_unit = locked(reporting_unit, version)
        apply(reporting_unit, fields)
        _check(reporting_unit)
        if "unit" in fields:  # the directorate, which changes names, sees no municipality's units
            _check_unit(reporting_unit)
        reporting_unit.save()
    return reporting_unit


def merge_into(
    *, reporting_unit: ReportingUnit, successor: ReportingUnit | None, version: int, by: User
) -> ReportingUnit:
    """Say which unit of today it has become part of; None takes it back.

    Always today's: whatever had become part of it, now is part of the same, and a successor that has one itself gives it.
    """
    with acting(by, "reporting_unit.merge"):
        _hold_all()
        row = locked(reporting_unit, version)
        if successor is not None:
            successor = ReportingUnit.objects.get(pk=successor.pk)
            successor = successor.successor or successor
            if successor.pk == row.pk:
                raise DomainError(_("En enhet kan ikke slås sammen med seg selv."), "successor")
            for earlier in row.predecessors.all():
                earlier = locked(earlier, None)
                earlier.successor = successor
                earlier.save()
        row.successor = successor
        row.save()
    return row


def own_reporting_unit(*, municipality: Municipality, by: User | None) -> ReportingUnit:
    """The municipality's first one, made when there is none. Two municipalities of one name are told apart by number."""
    with acting(by, "reporting_unit.own"):
        # One at a time, so that two who begin at once get the same.
        Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
        first = ReportingUnit.objects.filter(municipality=municipality, successor=None).order_by("id").first()
        if first:
            return first
        name = str(_("%(name)s kommune") % {"name": municipality.name})
        try:
            return create_reporting_unit(municipality=municipality, name=name, region=municipality.region, by=by)
        except DomainError:
            name = f"{name} ({municipality.number or municipality.pk})"
            return create_reporting_unit(municipality=municipality, name=name, region=municipality.region, by=by)


def known_regions(*, municipality: Municipality | None) -> list[str]:
    """What the directorate calls the regions, and the municipality's own: what a unit of it may be said to be in."""
    with seeing(SYSTEM):
        found = set(ReportingUnit.objects.exclude(region="").values_list("region", flat=True).distinct())
    if municipality and municipality.region:
        found.add(municipality.region)
    return sorted(found, key=str.casefold)


def _hold_all() -> None:
    """One merger at a time: two at once could make a chain, or a circle."""
    list(ReportingUnit.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _tidy(name: str) -> str:
    return " ".join(name.split())


def _tidied(names: Iterable[str]) -> list[str]:
    """In order, each once, without empty ones."""
    return list(dict.fromkeys(name for name in map(_tidy, names) if name))


def _check(row: ReportingUnit) -> None:
    if not row.name:
        raise DomainError(_("Skriv et navn."), "name")
    if len(row.aliases) > MOST_ALIASES or any(len(name) > LONGEST_ALIAS for name in row.aliases):
        raise DomainError(_("Skriv høyst 30 navn, hvert på høyst 150 tegn."), "aliases")
    _check_names(row)


def _check_unit(row: ReportingUnit) -> None:
    if row.unit and row.unit.municipality_id != row.municipality_id:
        raise DomainError(_("Velg en enhet i samme kommune."), "unit")


def _check_names(row: ReportingUnit) -> None:
    """A name in a file must lead to one unit, of all municipalities: also of those that the writer doesn't see."""
    said = {row.name.casefold(): "name"} | {alias.casefold(): "aliases" for alias in row.aliases}
    with seeing(SYSTEM):
        others = list(ReportingUnit.objects.exclude(pk=row.pk).values_list("name", "aliases"))
    for name, aliases in others:
        if said.get(name.casefold()) == "name":
            raise DomainError(*NAME_TAKEN["reporting_unit_name_unique"])
        for taken in (name, *aliases):
            if field := said.get(taken.casefold()):
                raise DomainError(
                    _("«%(alias)s» er allerede navnet på %(unit)s.") % {"alias": taken, "unit": name}, field
                )
