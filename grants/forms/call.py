"""Forms of calls: input only. The rules are in domain/call.py."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grants.domain.call import RULES, TIMES, USUAL_CRITERIA, criteria_of
from grants.domain.ranking import as_decimal
from grants.domain.tally import Tally
from grants.forms.rows import Column, GrowingForm, MomentField, Row, RowsField, text_cell, without_zeros
from grants.models import Application, Call
from organisation.forms import BaseForm, NumberField
from organisation.models import Municipality


def weight_cell() -> Column:
    field = forms.IntegerField(min_value=1, max_value=100, initial=1)
    field.widget.attrs |= {"inputmode": "numeric", "data-width": "short"}
    return Column("weight", _("Vekt"), field)


class CallForm(GrowingForm):
    """`locked` names what can't be changed any more; those fields are not in the form."""

    edits = True

    municipality = forms.ModelChoiceField(Municipality.objects.none(), label=_("Kommune"))
    title = forms.CharField(label=_("Tittel"), max_length=200)
    text = forms.CharField(
        label=_("Tekst"), widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Hva det kan søkes om, hvem som kan søke, og hva dere ser etter."),
    )  # fmt: skip
    opens_at = MomentField(label=_("Åpner"))
    closes_at = MomentField(label=_("Søknadsfrist"), help_text=_("Norsk tid. Fristen gjelder på sekundet."))
    places = forms.IntegerField(label=_("Plasser"), min_value=1, max_value=1000)
    amount_per_half_year = NumberField(label=_("Kroner per halvår til hver"), min_value=1, max_digits=12)
    half_years = forms.IntegerField(label=_("Antall halvår"), min_value=1, max_value=20, initial=4)
    min_partners = forms.IntegerField(
        label=_("Minste antall partnere"), min_value=1, max_value=50, initial=3,
        help_text=_("Den hovedansvarlige enheten regnes med."),
    )  # fmt: skip
    responsible_is_municipal = forms.BooleanField(
        label=_("En kommunal enhet må være hovedansvarlig"), required=False, initial=True
    )
    allows_pay = forms.BooleanField(label=_("Pengene kan brukes til stillinger og lønn"), required=False)
    wants_film = forms.BooleanField(label=_("Søknaden skal ha en film"), required=False)
    terms = forms.CharField(
        label=_("Vilkår"), widget=forms.Textarea, required=False, help_text=_("Vilkårene alle partnerne må godta.")
    )
    criteria = RowsField(
        [text_cell("text", _("Kriterium")), weight_cell()],
        label=_("Kriterier for juryen"), required=False,
        help_text=_("Juryen gir 1 til 5 poeng på hvert av dem. Et kriterium med vekt 2 teller dobbelt."),
    )  # fmt: skip
    quorum = forms.IntegerField(
        label=_("Så mange må vurdere hver søknad"), min_value=1, max_value=1000, required=False,
        help_text=_("Hvor mange medlemmer som må ha vurdert hver søknad. Står feltet tomt, er det flere enn halvparten."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, municipalities: Any = None, call: Call | None = None, locked: set[str] = frozenset(), **kwargs: Any  # type: ignore[assignment]
    ) -> None:  # fmt: skip
        if call is not None:
            kwargs["initial"] = self.values_of(call) | {"version": call.version}
        else:
            kwargs.setdefault("initial", {"criteria": [Row((text, 1)) for text in USUAL_CRITERIA]})
        super().__init__(*args, **kwargs)
        if call is not None or len(municipalities) == 1:
            del self.fields["municipality"]
        else:
            self.fields["municipality"].queryset = municipalities
        for name in locked:
            del self.fields[name]

    @classmethod
    def values_of(cls, call: Call) -> dict[str, Any]:
        names = [name for name in cls.base_fields if name not in ("municipality", "criteria", "version")]
        values = {name: getattr(call, name) for name in names}
        values["amount_per_half_year"] = without_zeros(call.amount_per_half_year)
        return values | {"criteria": [Row(row) for row in criteria_of(call)]}

    def current_values(self, row: Call) -> dict[str, Any]:
        return {name: value for name, value in self.values_of(row).items() if name in self.fields}


LOCKED_WHEN_OPEN = set(TIMES)
LOCKED_WHEN_RECEIVED = {*TIMES, *RULES, "criteria"}


class ConfirmForm(BaseForm):
    """Nothing to fill in: the button is pressed on what was read."""

    edits = True


class ExtendForm(BaseForm):
    edits = True

    closes_at = MomentField(label=_("Ny søknadsfrist"), help_text=_("Norsk tid. Fristen gjelder på sekundet."))


class DecisionForm(BaseForm):
    """The applications in the ranking's order, each with what the jury thought of it."""

    edits = acts = True

    chosen = forms.ModelMultipleChoiceField(
        Application.objects.none(), label=_("Disse får plass"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Begrunnelse"), widget=forms.Textarea,
        help_text=_("Står i protokollen. Si hvorfor, også der dere ikke følger juryens rekkefølge."),
    )  # fmt: skip

    def __init__(self, *args: Any, counted: Tally, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [row.pk for row in counted.applications]
        self.fields["chosen"].queryset = Application.objects.filter(pk__in=ids)
        titles = {row.pk: row.title for row in counted.applications}
        self.fields["chosen"].choices = [
            (row.application, self._label(titles[row.application], row, counted)) for row in counted.results
        ]
        self.fields["chosen"].template_name = "grants/calls/_chosen_field.html"
        self.initial.setdefault(
            "chosen", counted.inside
        )  # those who share the last places are for people to choose among

    @staticmethod
    def _label(title: str, result: Any, counted: Tally) -> str:
        if result.rank is None:
            return title
        tied = _(" Delt plassering.") if result.application in counted.tied else ""
        place = _("plass %(rank)s, %(total)s poeng.") % {"rank": result.rank, "total": as_decimal(result.total)}
        return f"{title}: {place}{tied}"

    def current_values(self, row: Call) -> dict[str, Any]:
        return {"chosen": [], "reason": row.decision_reason}
