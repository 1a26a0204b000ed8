"""Input for changes of many measures: which they are, and what they are to be."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from measures.models import MeasureState
from organisation.forms import INCOMPLETE, BaseForm, DateInput
from organisation.models import Unit

LONGEST_LIST = 200_000  # characters; some ten thousand measures


class Looked(forms.CharField):
    """The measures that were on the page and their versions: "abc123:4 def456:1"."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(label=_("Skjemaet"), max_length=LONGEST_LIST, error_messages={"required": INCOMPLETE})

    def clean(self, value: Any) -> dict[str, int]:
        found = {}
        for word in super().clean(value).split():
            public_id, _colon, version = word.partition(":")
            if not version.isdecimal() or len(version) > 9:
                raise forms.ValidationError(INCOMPLETE)
            found[public_id] = int(version)
        return found


class MoveForm(BaseForm):
    """`til`: the unit that is to answer for the measures; `fra`, where there is one: the unit it comes instead of."""

    marks_optional = False

    fra = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Fra enheten"), to_field_name="public_id", empty_label=_("Velg enhet"),
        help_text=_("Alle tiltak i planer som ikke er avsluttet, også der enheten er samarbeidspartner."),
    )  # fmt: skip
    til = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Til enheten"), to_field_name="public_id", empty_label=_("Velg enhet")
    )
    rader = Looked()

    def __init__(self, data: Any = None, *, units: Any, whole_unit: bool, looks: bool, **kwargs: Any) -> None:
        """`looks`: nothing is done yet, and nobody has seen which measures it is about."""
        super().__init__(data, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["fra"].queryset, fields["til"].queryset = units, units.filter(active=True)
        if not whole_unit:
            del self.fields["fra"]
        if looks:
            del self.fields["rader"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("fra") and data.get("fra") == data.get("til"):
            self.add_error("til", _("Velg en annen enhet enn den det flyttes fra."))
        if data.get("fra") and data.get("til") and data["fra"].municipality_id != data["til"].municipality_id:
            self.add_error("til", _("Velg en enhet i samme kommune."))
        return data


class StatesForm(BaseForm):
    """One state for many measures."""

    to = forms.ChoiceField(label=_("Ny tilstand"), choices=MeasureState.choices, widget=forms.RadioSelect)
    on = forms.DateField(label=_("Fra dato"), widget=DateInput)
    reason = forms.CharField(
        label=_("Begrunnelse"), widget=forms.Textarea(attrs={"rows": 3}), required=False,
        help_text=_("Den samme for alle. Må fylles ut når tiltakene stoppes, ikke lar seg gjennomføre, ikke lenger er aktuelle eller tas opp igjen."),  # noqa: E501
    )  # fmt: skip
    rader = Looked()
