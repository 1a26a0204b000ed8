"""Units and their tree."""

from django.utils.translation import gettext_lazy as _

from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import Municipality, Unit, User

NAME_TAKEN = {"unit_name_unique": (_("Kommunen har allerede en enhet med dette navnet."), "name")}


def create_unit(
    *, municipality: Municipality | None, name: str, kind: str, by: User | None, parent: Unit | None = None
) -> Unit:
    """Make a unit. `municipality` is None for the directorate and others that stand outside the municipalities."""
    _check_parent(municipality.pk if municipality else None, parent)
    with acting(by, "unit.create"), refusing(**NAME_TAKEN):
        _lock_tree(municipality)
        if parent:
            parent.refresh_from_db()
        unit = Unit.objects.create(municipality=municipality, name=name, kind=kind, parent=parent, path="")
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
    return unit


def update_unit(*, unit: Unit, name: str, kind: str, parent: Unit | None, active: bool, version: int, by: User) -> Unit:
    """Rename, move or retire a unit. What lies below moves with it. Raises when a unit would lie under itself."""
    _check_parent(unit.municipality_id, parent)
    with acting(by, "unit.update"), refusing(**NAME_TAKEN):
        _lock_tree(unit.municipality)
        units = {row.pk: row for row in Unit.objects.filter(municipality=unit.municipality)}
        unit = locked(unit, version)
        parent = units[parent.pk] if parent else None
        if parent and parent.path.startswith(unit.path):
            raise DomainError(_("En enhet kan ikke ligge under seg selv."), "parent")
        old_path, new_path = unit.path, f"{parent.path if parent else '/'}{unit.pk}/"
        apply(unit, {"name": name, "kind": kind, "parent": parent, "active": active, "path": new_path})
        unit.save()
        if new_path != old_path:
            below = [row for row in units.values() if row.path.startswith(old_path) and row.pk != unit.pk]
            for row in below:
                row.path = new_path + row.path.removeprefix(old_path)
            Unit.objects.bulk_update(below, ["path"])
    return unit


def _lock_tree(municipality: Municipality | None) -> None:
    """One change of a municipality's tree at a time: two moves at once could make a circle, or lose a new branch."""
    if municipality:
        Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)


def _check_parent(municipality_id: int | None, parent: Unit | None) -> None:
    if parent and parent.municipality_id != municipality_id:
        raise DomainError(_("Velg en enhet i samme kommune."), "parent")
