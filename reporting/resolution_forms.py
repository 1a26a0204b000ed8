"""Forms of resolutions and their points: input only. The rules are in domain/resolution.py."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from measures.forms import Lines
from organisation.forms import BaseForm, DateInput
from organisation.models import Municipality, Unit

PUBLIC = _("Rapporten er offentlig. Ikke skriv noe som viser hvem en person eller familie er.")


class ResolutionForm(BaseForm):
    body = forms.CharField(label=_("Vedtatt av"), max_length=100, initial="Formannskapet")
    decided_on = forms.DateField(label=_("Vedtatt dato"), widget=DateInput)
    case_number = forms.CharField(label=_("Saksnummer"), max_length=50, required=False)
    text = forms.CharField(label=_("Vedtaket"), widget=forms.Textarea(attrs={"rows": 5}), help_text=PUBLIC)
    points = Lines(
        line_max_length=500, label=_("Punkter som skal følges opp"), required=False,
        help_text=format_lazy(
            "{public} {how}", public=PUBLIC,
            how=_("Ett på hver linje. Ansvarlig og frist setter du etterpå. La feltet stå tomt når det ikke er noen."),
        ),
    )  # fmt: skip


class ResolutionEditForm(ResolutionForm):
    """What was registered, put right. Points there are keep their own forms; new ones are added."""

    edits = True

    points = Lines(
        line_max_length=500, label=_("Nye punkter som skal følges opp"), required=False,
        help_text=format_lazy(
            "{public} {how}", public=PUBLIC, how=_("Ett på hver linje. De kommer etter punktene som står der.")
        ),
    )  # fmt: skip

    def current_values(self, row: Any) -> dict[str, Any]:
        """All but the new points, which nobody else has written."""
        return {name: getattr(row, name) for name in ("body", "decided_on", "case_number", "text")}


class PointForm(BaseForm):
    edits = True

    text = forms.CharField(label=_("Punkt"), widget=forms.Textarea(attrs={"rows": 3}))
    responsible_unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Ansvarlig enhet"), required=False, empty_label=_("Ikke fordelt")
    )
    due_on = forms.DateField(label=_("Frist"), widget=DateInput, required=False)

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible_unit"].queryset = Unit.objects.filter(  # type: ignore[attr-defined]
            municipality=municipality
        )


class PointNoteForm(BaseForm):
    edits = True

    text = forms.CharField(label=_("Hva er gjort?"), widget=forms.Textarea(attrs={"rows": 4}), help_text=PUBLIC)
    happened_on = forms.DateField(label=_("Dato"), widget=DateInput)

    def current_values(self, row: Any) -> dict[str, Any]:
        return {}


class ClosePointForm(BaseForm):
    edits = True

    text = forms.CharField(label=_("Hva kom ut av det?"), widget=forms.Textarea(attrs={"rows": 4}), help_text=PUBLIC)

    def current_values(self, row: Any) -> dict[str, Any]:
        return {}


class ReopenPointForm(BaseForm):
    edits = True

    reason = forms.CharField(label=_("Hvorfor åpnes punktet igjen?"), widget=forms.Textarea(attrs={"rows": 3}))

    def current_values(self, row: Any) -> dict[str, Any]:
        return {}
