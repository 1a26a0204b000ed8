"""What the reading room can be searched and narrowed down by; all of it stands in the address."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation.forms import BaseForm
from reporting.models import ReportKind

BY_RANK, BY_DAY = "treff", "dato"
LONGEST_SEARCH = 200


class ReadingRoomForm(BaseForm):
    marks_optional = False

    sok = forms.CharField(
        label=_("Søk i alle rapportene"), required=False, max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    type = forms.ChoiceField(label=_("Type rapport"), required=False, choices=[("", _("Alle")), *ReportKind.choices])
    ar = forms.TypedChoiceField(label=_("År"), required=False, coerce=int, empty_value=None)
    sorter = forms.ChoiceField(
        label=_("Rekkefølge"), required=False, choices=[(BY_RANK, _("Beste treff først")), (BY_DAY, _("Nyeste først"))]
    )
    eldre = forms.BooleanField(label=_("Vis også eldre versjoner"), required=False)

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "filter-%s", **kwargs})
        self.fields["ar"].choices = [("", _("Alle år")), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What was asked for, as far as it can be understood: an address somebody has changed shows everything."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}
