"""Which service sees what of a family or one in it, and whose consent is missing where it doesn't.

Made from consents alone, never from what has been recorded: it can't tell whether there is anything to see.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from families.domain.reading import Reader
from families.domain.sharing import WHOLE, Agreement, Household, Sharing, Takes, households, sharing, whose_consent
from families.domain.vault import OpenFamily
from families.models import Member, MemberRole, TeamMember, Topic
from organisation.models import Unit


@dataclass(frozen=True)
class Cell:
    """What one service sees of a topic: what it has recorded itself, and what these others have.

    With nobody in the team (`here` False) there is nobody to see anything, whatever a consent names.
    """

    service: Unit
    sees: Sequence[Unit]
    everything: bool
    here: bool


@dataclass(frozen=True)
class Line:
    """A topic. `missing` are those (primary keys of members) who have not consented to any sharing of it; `apart` is when
    all have, but have not named the same services; `waiting` when they have, but those services are not in the team."""

    topic: str
    label: str
    cells: Sequence[Cell]
    missing: Sequence[int]
    apart: bool
    waiting: bool

    @property
    def shared(self) -> bool:
        return any(cell.sees for cell in self.cells)

    @property
    def partly(self) -> bool:
        """Somebody doesn't see all that the others have recorded."""
        return not all(cell.everything for cell in self.cells if cell.here)


@dataclass(frozen=True)
class WhoSeesWhat:
    """`asked` are those whose consent it takes, `before` those whom it takes as well for what was written while they lived
    there. `nobody` says why there is nobody to ask."""

    services: Sequence[Unit]
    lines: Sequence[Line]
    asked: Sequence[int]
    before: Sequence[int]
    nobody: str

    @property
    def shared(self) -> list[str]:
        """The topics of which some service sees what another has recorded."""
        return [line.label for line in self.lines if line.shared]


def who_sees_what(*, vault: OpenFamily, subject: int | None) -> WhoSeesWhat:
    """Of the family as a whole (`subject` None) or one in it, as of the vault's day. A fixed number of queries."""
    household = households(ids=[vault.family.pk], on=vault.on)[vault.family.pk]
    eras = whose_consent(members=household.members, on=vault.on).get(subject, [])
    asked = _last(eras)
    services = _services(vault, household.agreements)
    been = set(TeamMember.objects.filter(family=vault.family).values_list("unit_id", flat=True))
    by_service = {
        unit.pk: sharing(
            reader=Reader(vault.user, frozenset({unit.pk}), vault.on),
            members=household.members,
            agreements=household.agreements,
        )
        for unit in services
    }
    return WhoSeesWhat(
        services=services,
        lines=[
            _line(
                topic,
                str(label),
                asked,
                household.agreements,
                _cells(vault, topic, subject, services, by_service, been),
            )
            for topic, label in Topic.choices
        ],
        asked=sorted(asked),
        before=sorted((eras[0].members if eras else frozenset()) - asked),
        nobody="" if asked else _why_nobody(household, subject, vault),
    )


def _last(eras: Sequence[Takes]) -> frozenset[int]:
    """Whose consents it takes for what is written now."""
    return eras[-1].members if eras else frozenset()


def units_in_team(*, vault: OpenFamily) -> set[int]:
    """The services (primary keys) with somebody in the team today; of the others nobody sees anything."""
    return {row.unit_id for row in vault.team}


def _services(vault: OpenFamily, agreements: Iterable[Agreement]) -> list[Unit]:
    ids = {row.unit_id for row in vault.team} | {pk for agreement in agreements for pk in agreement.services}
    return list(Unit.objects.filter(pk__in=ids))


def _cells(
    vault: OpenFamily,
    topic: str,
    subject: int | None,
    services: Sequence[Unit],
    by_service: dict[int, Sharing],
    been: Collection[int],
) -> list[Cell]:
    """`been` are the services that are or have been in the team: others can have nothing recorded to show."""
    cells, in_team = [], units_in_team(vault=vault)
    for unit in services:
        others = [other for other in services if other != unit and other.pk in been]
        sees = [other for other in others if by_service[unit.pk].shows(unit=other.pk, subject=subject, topic=topic)]
        here = unit.pk in in_team
        cells.append(Cell(unit, sees if here else [], here and bool(sees) and len(sees) == len(others), here))
    return cells


def _line(
    topic: str, label: str, asked: frozenset[int], agreements: Iterable[Agreement], cells: Sequence[Cell]
) -> Line:
    about = [one for one in agreements if one.member in asked and topic in one.topics]
    missing = sorted(asked - {one.member for one in about if len(one.services) > 1})
    without = bool(asked) and not missing and not any(cell.sees for cell in cells)
    here = {cell.service.pk for cell in cells if cell.here}
    # One alone has nobody to share with.
    waiting = without and all(len(one.services & here) < 2 for one in about)
    return Line(topic, label, cells, missing, apart=without and not waiting, waiting=waiting)


def _why_nobody(household: Household, subject: int | None, vault: OpenFamily) -> str:
    member: Member | None = next((row for row in household.members if row.pk == subject), None)
    if subject is WHOLE:
        return str(_("Ingen voksne er registrert i husstanden, så ingen kan samtykke for familien."))
    if member and member.role == MemberRole.CHILD and member.birth_year is None:
        return str(_("Fødselsåret er ikke registrert, så vi vet ikke hvem som kan samtykke."))
    return str(_("Ingen er registrert med foreldreansvar, så ingen kan samtykke for barnet."))
