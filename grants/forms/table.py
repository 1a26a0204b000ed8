"""What tables are chosen by, in the URL. A value that is no choice counts as none."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from grants.domain.tables import THEN, TODAY
from grants.models import GrantScheme
from organisation.forms import BaseForm

# In the URL, and what the engine calls them.
DIVISIONS = {"den-gang": THEN, "dagens": TODAY}


def name_of_division(division: str | None) -> str:
    """In the URL; empty where nothing is chosen."""
    return next((name for name, found in DIVISIONS.items() if found == division), "")


class TableFilter(BaseForm):
    """Filters by Norwegian names, with the choices that have something to show. What has one choice only is left out."""

    marks_optional = False

    ordning = forms.ChoiceField(label=_("Ordning"), required=False)
    ar = forms.ChoiceField(label=_("År"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    inndeling = forms.ChoiceField(label=_("Kommuneinndeling"), required=False)

    def __init__(
        self,
        *,
        schemes: Sequence[GrantScheme],
        years: Sequence[int],
        regions: Sequence[str],
        initial: dict[str, str],
        then: str = "",
    ) -> None:
        """`then` is which municipalities those of the time are, in words."""
        super().__init__(initial=initial)
        self.fields["ordning"].choices = [(row.public_id, row.name) for row in schemes]
        self.fields["ar"].choices = [(str(year), str(year)) for year in years]
        self.fields["region"].choices = [("", _("Hele landet")), *((name, name) for name in regions)]
        self.fields["inndeling"].choices = [("den-gang", then), ("dagens", _("Kommuner som i dag"))]
        for name, few in (("ordning", len(schemes) < 2), ("region", not regions)):
            if few:
                del self.fields[name]
        for name, field in self.fields.items():
            field.widget.attrs["id"] = f"filter-{name}"
