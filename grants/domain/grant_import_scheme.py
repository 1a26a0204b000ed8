"""Which scheme a file is of when nobody has chosen one on a page: the directorate's own, made with the first file."""

from typing import Any

from django.utils.translation import gettext as _

from grants.domain.grant_file_values import plain
from grants.domain.scheme import create_scheme
from grants.models import GrantScheme
from organisation.domain.errors import DomainError
from organisation.models import User

# The scheme of the report on grants used in 2009 (Fafo's note for the directorate): its name, funder and years at most.
DIRECTORATES_SCHEME: dict[str, Any] = {
    "name": "Kompetanse- og utviklingstiltak for å forebygge og redusere fattigdom blant barn og unge",
    "funder": "Arbeids- og velferdsdirektoratet",
    "max_years": 3,
    "has_reporting_duty": True,
    "reported_here": True,
}


def scheme_for_file(*, name: str = "", by: User | None) -> GrantScheme:
    """The scheme of that name; without a name the one that is reported here, made where there is none yet."""
    national = GrantScheme.objects.filter(municipality=None)
    if name:
        found = [scheme for scheme in GrantScheme.objects.all() if plain(scheme.name) == plain(name)]
        if len(found) > 1:
            found = [scheme for scheme in found if scheme.is_national]
        if not found:
            raise DomainError(_("Det finnes ingen ordning som heter «%(name)s».") % {"name": name}, "scheme")
        return found[0]
    here = list(national.reported_here())
    if len(here) > 1:
        names = ", ".join(f"«{scheme.name}»" for scheme in here)
        raise DomainError(_("Si hvilken ordning filen gjelder, med --scheme: %(names)s.") % {"names": names}, "scheme")
    if here:
        return here[0]
    return create_scheme(municipality=None, by=by, **DIRECTORATES_SCHEME)  # type: ignore[arg-type]  # the system, too
