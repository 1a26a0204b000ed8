"""The demo's municipalities, units and people. Every name of a person is made up, and looks it."""

import datetime
from dataclasses import dataclass, field

from organisation.domain.units import create_unit
from organisation.domain.users import create_user, grant_role
from organisation.models import Municipality, Role, Unit, UnitKind, User

PASSWORD = "prov-planen-2026"
LONG_AGO = datetime.date(2008, 1, 1)

KINDS = {
    UnitKind.STATE: {
        "NAV", "NAV-kontorene", "NAV Lerkendal", "NAV Falkenborg", "Husbanken", "Arbeids- og velferdsdirektoratet",
        "Politiet", "Politiet, forebyggende gruppe", "St. Olavs hospital, Klinikk for rus og avhengighetsmedisin",
    },
    UnitKind.COUNTY: {
        "Sør-Trøndelag fylkeskommune", "Oppland fylkeskommune", "Trøndelag fylkeskommune",
        "Charlottenlund videregående skole",
    },
    UnitKind.VOLUNTARY: {
        "Frivilligsentralen (eksempel)",
        "Kirkens Bymisjon", "Charlottenlund sportsklubb (CSK)", "Strinda frivillighetssentral",
        "Presthus frivillighetssentral", "Røde Kors", "Rosendal teater",
    },
    UnitKind.BUSINESS: {"Fretex", "Boligstiftelsen", "ABES kjøreskole"},
    UnitKind.HIGHER_EDUCATION: {"NTNU", "HUNT", "Senter for forskning på sivilsamfunn og frivillig sektor"},
}  # fmt: skip
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}


@dataclass
class Town:
    """A municipality with its units by name, made as they are first mentioned, and its coordinator."""

    municipality: Municipality
    root: Unit
    units: dict[str, Unit] = field(default_factory=dict)
    coordinator: User = field(init=False)

    @classmethod
    def make(cls, name: str, number: str, region: str) -> "Town":
        municipality = Municipality.objects.create(name=name, number=number, region=region)
        root = create_unit(municipality=municipality, name=f"{name} kommune", kind=UnitKind.MUNICIPAL, by=None)
        return cls(municipality, root)

    def unit(self, name: str) -> Unit:
        """The municipality's own units hang under its root, partners stand beside it."""
        if name not in self.units:
            kind = KIND_OF.get(name, UnitKind.MUNICIPAL)
            parent = self.root if kind == UnitKind.MUNICIPAL else None
            self.units[name] = create_unit(
                municipality=self.municipality, name=name, kind=kind, parent=parent, by=self.coordinator
            )
        return self.units[name]


@dataclass(frozen=True)
class Person:
    """One demo log-in."""

    email: str
    name: str
    role: Role
    town: str
    units: tuple[str, ...]  # "" is the municipality itself


LERKENDAL = ("NAV Lerkendal", "BFT Lerkendal")
PEOPLE = (
    Person("koordinator@trondheim.example", "Kari Koordinator", Role.COORDINATOR, "Trondheim", ("",)),
    Person("saksbehandler@trondheim.example", "Siri Saksbehandler", Role.CASEWORKER, "Trondheim", LERKENDAL),
    Person(
        "helse@trondheim.example", "Hege Helsesykepleier", Role.CASEWORKER, "Trondheim",
        ("Helse- og velferdskontoret Lerkendal",),
    ),
    Person("enhetsleder@trondheim.example", "Lars Enhetsleder", Role.UNIT_LEADER, "Trondheim", LERKENDAL),
    Person("prosjektleder@trondheim.example", "Petra Prosjektleder", Role.PROJECT_LEAD, "Trondheim", ("BFT Østbyen",)),
    Person("formannskapet@trondheim.example", "Frida Folkevalgt", Role.BOARD_MEMBER, "Trondheim", ("",)),
    Person("administrator@trondheim.example", "Aksel Administrator", Role.ADMINISTRATOR, "Trondheim", ("",)),
    Person("styringsgruppa@trondheim.example", "Stine Styringsgruppe", Role.STEERING_GROUP, "Trondheim", ("",)),
    Person("partner@trondheim.example", "Per Partner", Role.PARTNER, "Trondheim", ("Kirkens Bymisjon",)),
    Person("analytiker@direktoratet.example", "Anna Analytiker", Role.ANALYST, "", ("",)),
    Person("koordinator@lillehammer.example", "Leif Koordinator", Role.COORDINATOR, "Lillehammer", ("",)),
    Person("saksbehandler@lillehammer.example", "Live Saksbehandler", Role.CASEWORKER, "Lillehammer", ("TO Kultur og fritid",)),
    Person("prosjektleder@lillehammer.example", "Pia Prosjektleder", Role.PROJECT_LEAD, "Lillehammer", ("",)),
    Person("partner@lillehammer.example", "Pål Partner", Role.PARTNER, "Lillehammer", ("Frivilligsentralen (eksempel)",)),
    Person("jury@lillehammer.example", "Julie Jurymedlem", Role.JUROR, "Lillehammer", ("",)),
)  # fmt: skip


def make_people(towns: dict[str, Town]) -> dict[str, User]:
    """The log-ins of the demo, by e-mail address; coordinators first, since they act for their town."""
    directorate = create_unit(municipality=None, name="Arbeids- og velferdsdirektoratet", kind=UnitKind.STATE, by=None)
    users = {}
    for person in PEOPLE:
        user = create_user(name=person.name, email=person.email, password=PASSWORD, by=None)
        users[person.email] = user
        town = towns.get(person.town)
        for name in person.units:
            unit = directorate if town is None else town.unit(name) if name else town.root
            grant_role(user=user, unit=unit, role=person.role, by=None, valid_from=LONG_AGO)
        if town and person.role == Role.COORDINATOR:
            town.coordinator = user
    return users
