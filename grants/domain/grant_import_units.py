"""Which reporting unit a name in a file stands for; and the units, and their municipalities, that a file brings."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from grants.domain.grant_file_values import plain
from grants.models import ReportingUnit
from organisation.domain.errors import DomainError
from organisation.models import Municipality

# "Bydeler Oslo" is what the directorate calls the region of Oslo's city districts.
DISTRICTS_OF = re.compile(r"bydeler (?:i )?(?P<name>.+)", re.IGNORECASE)
DISTRICT = re.compile(r"bydel\b|.*\bbydel\Z", re.IGNORECASE)
OF_TOWN = re.compile(rf"[^/,]+\skommune\s*(?:[/,]|\Z)|{DISTRICT.pattern}", re.IGNORECASE)
NUMBER = re.compile(r"[0-9]{1,4}")  # a spreadsheet drops the zeros that a municipality's number begins with


def municipality_name(name: str, region: str) -> str:
    """The municipality that a reporting unit is of, by its name: "Oslo kommune, Bydel Bjerke" is of Oslo, "Alta kommune" of Alta.

    "Bydel Alna" alone says it by its region only. Empty where neither does.
    """
    first = re.split(r"[/,]", name)[0].strip()
    bare = re.sub(r"\s+kommune\Z", "", first, flags=re.IGNORECASE)
    if not DISTRICT.match(first):
        return bare
    districts = DISTRICTS_OF.fullmatch(region)
    return districts["name"] if districts else ""


class UnitNames:
    """The reporting units by what files call them. Without `may_create` an unknown name is refused.

    `new` and `new_municipalities` are not saved, and `changed` have got their region; whoever stores the file saves them.
    """

    def __init__(self, units: Iterable[ReportingUnit], *, may_create: bool) -> None:
        self.may_create = may_create
        self.new: list[ReportingUnit] = []
        self.changed: list[ReportingUnit] = []
        self.new_municipalities: list[Municipality] = []
        self._names: dict[str, list[ReportingUnit]] = defaultdict(list)
        self._aliases: dict[str, list[ReportingUnit]] = defaultdict(list)
        self._alike: dict[frozenset[str], ReportingUnit] = {}
        self._municipalities: dict[str, list[Municipality]] | None = None
        for unit in units:
            self._learn(unit)

    def find(self, name: str, region: str) -> ReportingUnit:
        """The unit of that name, else the one that has it among its other names, else a new one. Raises DomainError."""
        key = _key(name)
        found = self._names.get(key) or self._aliases.get(key) or []
        if len(found) > 1:
            found = [unit for unit in found if unit.name == name]
            if len(found) != 1:
                raise DomainError(_("Flere enheter heter eller har hett «%(name)s».") % {"name": name})
        if found:
            self._check_municipality(found[0], name, region)
            return self._with_region(found[0], region)
        if not self.may_create:
            raise DomainError(_("Kommunen din har ingen rapporterende enhet som heter «%(name)s».") % {"name": name})
        return self._create(name, region)

    def _create(self, name: str, region: str) -> ReportingUnit:
        town = municipality_name(name, region)
        if not town or NUMBER.fullmatch(town):
            raise DomainError(
                _(
                    "Det går ikke fram hvilken kommune «%(name)s» hører til. Skriv for eksempel «Oslo kommune, Bydel Alna»."
                )
                % {"name": name}
            )
        if alike := self._alike.get(_words(name, town)):
            raise DomainError(
                _(
                    "Navnet ligner på «%(alike)s», som finnes. Bruk det, eller legg dette til under andre navn for enheten."
                )
                % {"alike": alike.name}
            )
        unit = ReportingUnit(municipality=self._municipality(town, region), name=name, region=region)
        self.new.append(unit)
        self._learn(unit)
        return unit

    def _check_municipality(self, unit: ReportingUnit, name: str, region: str) -> None:
        """Names are free, and money must not go to a municipality because it calls a unit what another one is called.

        A name of before may be that of a municipality that has become part of this one, and then is none of its own here.
        """
        town = municipality_name(name, region)
        if not self.may_create or not town or _bare(town) <= _bare(unit.municipality.name):
            return
        is_said = plain(name) == plain(unit.name) and OF_TOWN.match(name)
        if is_said or any(row.pk != unit.municipality_id for row in self._named(town)):
            raise DomainError(
                _("«%(name)s» er registrert under %(municipality)s. Rett navnet på enheten der, eller navnet i filen.")
                % {"name": name, "municipality": unit.municipality.name}
            )

    def _named(self, name: str) -> list[Municipality]:
        if self._municipalities is None:
            self._municipalities = defaultdict(list)
            for row in Municipality.objects.order_by("pk"):
                self._municipalities[plain(row.name)].append(row)
        return self._municipalities[plain(name)]

    def _municipality(self, name: str, region: str) -> Municipality:
        found = self._named(name)
        if len(found) > 1:
            found = [row for row in found if row.region == region]
            if len(found) != 1:
                raise DomainError(_("Det finnes flere kommuner som heter «%(name)s».") % {"name": name})
        if found:
            return found[0]
        made = Municipality(name=name, region=region)
        found.append(made)
        self.new_municipalities.append(made)
        return made

    def _with_region(self, unit: ReportingUnit, region: str) -> ReportingUnit:
        """A region that isn't known is filled in. Another one stays: tables are by today's regions, and files are of then."""
        if region and not unit.region:
            unit.region = region
            if unit.pk:
                self.changed.append(unit)
        return unit

    def _learn(self, unit: ReportingUnit) -> None:
        self._names[_key(unit.name)].append(unit)
        for alias in {_key(str(alias)) for alias in unit.aliases}:
            self._aliases[alias].append(unit)
        self._alike[_words(unit.name, unit.municipality.name)] = unit


def units_of(municipality_ids: Collection[int] | None) -> Any:
    """The reporting units that an import may be about: all (None), or those of some municipalities. One query."""
    units = ReportingUnit.objects.select_related("municipality").order_by("pk")
    return units if municipality_ids is None else units.filter(municipality__in=municipality_ids)


def _key(name: str) -> str:
    return name.strip().zfill(4) if NUMBER.fullmatch(name.strip()) else plain(name)


def _words(name: str, municipality: str) -> frozenset[str]:
    """What tells a unit from others: its words and its municipality's, in any order, without those that all have."""
    return frozenset(re.findall(r"\w+", plain(f"{name} {municipality}"))) - {"kommune", "bydel", "i"}


def _bare(municipality: str) -> frozenset[str]:
    """The words of a municipality's name; what is written with fewer of them is the same one: "Bø" of "Bø i Telemark"."""
    return frozenset(re.findall(r"\w+", plain(municipality))) - {"kommune"}
