"""Input for moving what a unit has in sub-projects and grants: from which unit, to which, and what was looked at."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from measures.bulk_forms import MoveForm


class UnitMoveForm(MoveForm):
    def __init__(self, data: Any = None, *, units: Any, looks: bool, **kwargs: Any) -> None:
        super().__init__(data, units=units, whole_unit=True, looks=looks, **kwargs)
        self.fields["fra"].help_text = _(
            "Alle delprosjekter enheten er med i, tilskudd den har, og rapporterende enheter den er."
        )
