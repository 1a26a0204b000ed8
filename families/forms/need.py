"""Forms of needs and ratings: input only. The rules are in domain/need.py."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from families.domain.about import subject_choices, subject_value
from families.domain.need import Said
from families.domain.vault import OpenFamily
from families.forms.recording import ForServiceForm
from families.models import BASIC_NEEDS, COMPLEX_NEEDS, HowIsIt, LifeArea, Need
from organisation.forms import BaseForm, DateInput


def rating_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.TypedChoiceField:
    """Five big buttons (app.css: .scale)."""
    return forms.TypedChoiceField(
        label=label, choices=HowIsIt.choices, coerce=int, empty_value=None, required=required, widget=forms.RadioSelect,
        help_text=help_text,
    )  # fmt: skip


class ScaleForm(BaseForm):
    """Its fields are drawn as a scale by the template; see templates/families/needs/_scale.html."""

    template_name = "families/needs/_scale_form.html"
    marks_optional = False


class NeedForm(ForServiceForm):
    edits = True
    template_name = "families/needs/_need_form.html"

    words = forms.CharField(
        label=_("Hva er viktig for dere?"), widget=forms.Textarea,
        help_text=_("Med familiens egne ord. Les det gjerne høyt for dem."),
    )  # fmt: skip
    subject = forms.ChoiceField(label=_("Hvem det gjelder"), required=False)
    need = forms.ChoiceField(
        label=_("Hvor i Familiens modell?"),
        choices=[
            ("", _("Velg")),
            *((one.value, format_lazy(_("{need} (grunnleggende)"), need=one.label)) for one in BASIC_NEEDS),
            *((one.value, format_lazy(_("{need} (sammensatt)"), need=one.label)) for one in COMPLEX_NEEDS),
        ],
    )  # fmt: skip
    life_area = forms.ChoiceField(
        label=_("Hvilket livsområde?"), choices=[("", _("Velg")), *LifeArea.choices],
        help_text=_("Der familien skal merke at det går bedre."),
    )  # fmt: skip
    said_on = forms.DateField(label=_("Når familien sa det"), widget=DateInput)
    value = rating_field(
        _("Hvordan er det nå?"), help_text=_("Familien svarer selv. Dere kan hoppe over og svare senere.")
    )

    def __init__(self, *args: Any, vault: OpenFamily, about: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vault = vault
        self.fields["subject"].choices = subject_choices(vault, now=about)
        if "version" in self.fields:
            del self.fields["value"]  # how it is has a page of its own
        self.ask_for_service(vault)

    def said(self) -> Said:
        data = self.cleaned_data
        return Said(data["words"], data["need"], data["life_area"], data["said_on"], data["subject"])

    def current_values(self, row: Need) -> dict[str, Any]:
        return super().current_values(row) | {"subject": subject_value(self.vault, row.subject_id)}


def initial_of(vault: OpenFamily, row: Need) -> dict[str, Any]:
    return {
        "words": row.words, "subject": subject_value(vault, row.subject_id), "need": row.need, "life_area": row.life_area,
        "said_on": row.said_on, "version": row.version,
    }  # fmt: skip


class EndNeedForm(BaseForm):
    edits = acts = True

    met_on = forms.DateField(label=_("Fra"), widget=DateInput)


class RemoveNeedForm(BaseForm):
    """Nothing to fill in: a question, with the version that was read."""

    edits = True


class RateForm(ScaleForm):
    """One scale for each need that waits for an answer; any may be left blank."""

    def __init__(self, *args: Any, needs: Iterable[tuple[Need, str]], **kwargs: Any) -> None:
        """`needs`, each with whom it is about in words."""
        super().__init__(*args, **kwargs)
        self.needs = {need.public_id: need for need, _who in needs}
        for need, who in needs:
            self.fields[need.public_id] = rating_field(need.words, help_text=f"{need.get_need_display()} · {who}")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("Velg minst ett svar, eller gå tilbake uten å lagre."))
        return data

    def values(self) -> dict[Need, int]:
        return {
            need: self.cleaned_data[public_id]
            for public_id, need in self.needs.items()
            if self.cleaned_data.get(public_id) is not None
        }


class CorrectRatingForm(ScaleForm):
    edits = True

    value = rating_field(_("Hvordan er det nå?"), required=True)
