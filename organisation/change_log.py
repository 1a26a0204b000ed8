"""The change log in plain words: what a row of the audit log says to an administrator."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisation.models import Accent, AuditEntry, Membership, Role, Unit, UnitKind, User

UNIT, USER, MEMBERSHIP = "organisation_unit", "organisation_user", "organisation_membership"
TOWN, ZONE = "organisation_municipality", "organisation_livingconditionzone"

# The columns that are shown, and nothing else: never a password, a path or a number of the row's own.
LABELS = {
    UNIT: {
        "name": gettext_lazy("Navn"), "kind": gettext_lazy("Type"), "parent_id": gettext_lazy("Ligger under"),
        "active": gettext_lazy("I bruk"),
    },
    USER: {
        "name": gettext_lazy("Navn"), "email": gettext_lazy("E-postadresse"),
        "is_active": gettext_lazy("Kan logge inn"), "language": gettext_lazy("Språk"),
    },
    MEMBERSHIP: {"valid_from": gettext_lazy("Fra og med"), "valid_to": gettext_lazy("Til og med")},
    TOWN: {"name": gettext_lazy("Navn"), "number": gettext_lazy("Kommunenummer"), "region": gettext_lazy("Region"),
        "accent": gettext_lazy("Farge"),
    },
    ZONE: {"name": gettext_lazy("Navn")},
}  # fmt: skip
SENTENCES = {
    (UNIT, "INSERT"): gettext_lazy("Opprettet enheten %(unit)s"),
    (UNIT, "UPDATE"): gettext_lazy("Endret enheten %(unit)s"),
    (UNIT, "DELETE"): gettext_lazy("Slettet enheten %(unit)s"),
    (USER, "INSERT"): gettext_lazy("Opprettet brukeren %(user)s"),
    (USER, "UPDATE"): gettext_lazy("Endret brukeren %(user)s"),
    (USER, "DELETE"): gettext_lazy("Slettet brukeren %(user)s"),
    (MEMBERSHIP, "INSERT"): gettext_lazy("Ga %(user)s rollen %(role)s i %(unit)s"),
    (MEMBERSHIP, "UPDATE"): gettext_lazy("Endret siste dag for %(user)s i rollen %(role)s i %(unit)s"),
    (MEMBERSHIP, "DELETE"): gettext_lazy("Slettet rollen %(role)s i %(unit)s for %(user)s"),
    (TOWN, "INSERT"): gettext_lazy("Opprettet kommunen"),
    (TOWN, "UPDATE"): gettext_lazy("Endret kommunen"),
    (ZONE, "INSERT"): gettext_lazy("La til levekårssonen %(zone)s"),
    (ZONE, "UPDATE"): gettext_lazy("Endret levekårssonen"),
    (ZONE, "DELETE"): gettext_lazy("Slettet levekårssonen %(zone)s"),
}
BY_ACTION = {
    "user.password": gettext_lazy("Satte nytt passord for %(user)s"),
    "user.own_password": gettext_lazy("%(user)s byttet eget passord"),
    "user.mail": gettext_lazy("Endret valget om e-post for %(user)s"),
    "user.language": gettext_lazy("Byttet språk for %(user)s"),
}
UNCHANGED = gettext_lazy("Lagret %(subject)s uten å endre noe")
CHOICES: dict[str, dict[Any, Any]] = {
    "kind": dict(UnitKind.choices),
    "accent": dict(Accent.choices),
    "language": {"nb": "Norsk bokmål", "en": "English"},
}


@dataclass(frozen=True)
class Change:
    """One value: before and after as a person reads them. `before` is None where the row is new."""

    label: Any
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Line:
    """One row of the log."""

    at: datetime.datetime
    who: str
    what: str
    url: str | None
    changes: list[Change] = field(default_factory=list)


def lines(entries: Iterable[AuditEntry], reader: User) -> list[Line]:
    """The rows in plain words, with the names that `reader` may know; four queries, however many rows."""
    rows = list(entries)
    names = _Names(rows, reader)
    return [names.line(row) for row in rows]


class _Names:
    """What the rows point to, read once."""

    def __init__(self, rows: list[AuditEntry], reader: User) -> None:
        changed = {row.row_id for row in rows if row.table_name == MEMBERSHIP}
        self.memberships = Membership.objects.editable_by(reader).select_related("unit", "user").in_bulk(changed)
        user_ids: set[Any] = {row.actor_id for row in rows} | {row.row_id for row in rows if row.table_name == USER}
        unit_ids: set[Any] = {row.row_id for row in rows if row.table_name == UNIT}
        for row in rows:
            for values in (row.before or {}, row.after or {}):
                unit_ids |= {values.get("unit_id"), values.get("parent_id")}
                user_ids.add(values.get("user_id"))
        mine = User.objects.editable_by(reader)
        self.users = {row.pk: row for row in mine.filter(pk__in=user_ids - {None})}
        self.units = Unit.objects.editable_by(reader).in_bulk(unit_ids - {None})

    def line(self, row: AuditEntry) -> Line:
        values = (row.before or {}) | (row.after or {})
        user, unit = self.users.get(row.row_id), self.units.get(row.row_id)
        role: Any = ""
        if row.table_name == MEMBERSHIP:
            membership = self.memberships.get(row.row_id)
            user = membership.user if membership else self.users.get(values.get("user_id"))
            unit = membership.unit if membership else self.units.get(values.get("unit_id"))
            role = dict[Any, Any](Role.choices).get(membership.role if membership else values.get("role"), "")
        name = values.get("name") or _("(ukjent)")
        words = {"user": user or name, "unit": unit or name, "role": str(role).lower(), "zone": name}
        words["subject"] = unit or name if row.table_name == UNIT else user or name
        changes = self._changes(row)
        sentence = SENTENCES.get((row.table_name, row.operation), _("Endret en opplysning"))
        if row.operation == "UPDATE":
            sentence = BY_ACTION.get(row.action, sentence) if changes or row.action in BY_ACTION else UNCHANGED
        return Line(
            at=row.at,
            who=self._actor(row),
            what=str(sentence) % words,
            url=self._url(row, user, unit),
            changes=changes,
        )

    def _actor(self, row: AuditEntry) -> str:
        if row.actor_id is None:
            return _("Systemet")
        actor = self.users.get(row.actor_id)
        return actor.name if actor else _("Noen utenfor kommunen")

    def _url(self, row: AuditEntry, user: User | None, unit: Unit | None) -> str | None:
        if row.table_name == UNIT:
            return reverse("unit-edit", args=[unit.public_id]) if unit else None
        if row.table_name in (USER, MEMBERSHIP):
            return reverse("user-detail", args=[user.public_id]) if user else None
        return None

    def _changes(self, row: AuditEntry) -> list[Change]:
        before, after = row.before, row.after
        changes = []
        for name, label in LABELS.get(row.table_name, {}).items():
            if before is not None and after is not None:
                if name in after:
                    changes.append(Change(label, self._value(name, before.get(name)), self._value(name, after[name])))
                continue
            value = (after or before or {}).get(name)
            if value not in (None, ""):
                shown = self._value(name, value)
                changes.append(Change(label, None, shown) if after is not None else Change(label, shown, None))
        return changes

    def _value(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return _("ikke satt") if name != "parent_id" else _("øverste nivå")
        if isinstance(value, bool):
            return _("ja") if value else _("nei")
        if name in CHOICES:
            return str(CHOICES[name].get(value, value))
        if name == "parent_id":
            return str(self.units.get(value) or _("(ukjent)"))
        if name in ("valid_from", "valid_to"):
            return str(date_format(datetime.date.fromisoformat(value)))
        return str(value)
