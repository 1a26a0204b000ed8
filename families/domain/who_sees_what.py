"""Which service sees what of a family or one in it, and whose consent is missing where it doesn't.

Made from consents alone, never from what has been recorded: it can't tell whether there is anything to see.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from families.domain.reading import Reader
from families.domain.sharing import WHOLE, Agreement, Household, Sharing, Takes, households, sharing, whose_consent
from families.domain.vault import OpenFamily
from families.models import Member, MemberRole, Topic
from organisation.models import Unit


@dataclass(frozen=True)
class Cell:
    """What one service sees of a topic: what it has recorded itself, and what these others have."""

    service: Unit
    sees: Sequence[Unit]
    everything: bool


@dataclass(frozen=True)
class Line:
    """A topic. `missing` are those (primary keys of members) who have not consented to any sharing of it; `apart` is when
    all have, but have not named the same services."""

    topic: str
    label: str
    cells: Sequence[Cell]
    missing: Sequence[int]
    apart: bool

    @property
    def shared(self) -> bool:
        return any(cell.sees for cell in self.cells)

    @property
    def partly(self) -> bool:
        """Somebody doesn't see all that the others have recorded."""
        return not all(cell.everything for cell in self.cells)


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
            _line(topic, str(label), subject, asked, services, by_service, household.agreements)
            for topic, label in Topic.choices
        ],
        asked=sorted(asked),
        before=sorted((eras[0].members if eras else frozenset()) - asked),
        nobody="" if asked else _why_nobody(household, subject, vault),
    )


def _last(eras: Sequence[Takes]) -> frozenset[int]:
    """Whose consents it takes for what is written now."""
    return eras[-1].members if eras else frozenset()


def _services(vault: OpenFamily, agreements: Iterable[Agreement]) -> list[Unit]:
    ids = {row.unit_id for row in vault.team} | {pk for agreement in agreements for pk in agreement.services}
    return list(Unit.objects.filter(pk__in=ids))


def _line(
    topic: str,
    label: str,
    subject: int | None,
    asked: frozenset[int],
    services: Sequence[Unit],
    by_service: dict[int, Sharing],
    agreements: Sequence[Agreement],
) -> Line:
    cells = []
    for unit in services:
        others = [other for other in services if other != unit]
        sees = [other for other in others if by_service[unit.pk].shows(unit=other.pk, subject=subject, topic=topic)]
        cells.append(Cell(unit, sees, bool(sees) and len(sees) == len(others)))
    said_yes = {one.member for one in agreements if topic in one.topics and len(one.services) > 1}
    missing = sorted(asked - said_yes)
    shared = any(cell.sees for cell in cells)
    return Line(topic, label, cells, missing, apart=bool(asked) and not missing and not shared)


def _why_nobody(household: Household, subject: int | None, vault: OpenFamily) -> str:
    member: Member | None = next((row for row in household.members if row.pk == subject), None)
    if subject is WHOLE:
        return str(_("Ingen voksne er registrert i husstanden, så ingen kan samtykke for familien."))
    if member and member.role == MemberRole.CHILD and member.birth_year is None:
        return str(_("Fødselsåret er ikke registrert, så vi vet ikke hvem som kan samtykke."))
    return str(_("Ingen er registrert med foreldreansvar, så ingen kan samtykke for barnet."))
