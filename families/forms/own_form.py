"""The three questions to the family. All texts of this file are shown to it, in its own language (povertyplan/locale)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.domain.own_form import CHOOSE_ONE, check_words
from families.models import Helpful
from organisation.domain.errors import DomainError
from organisation.forms import BaseForm

YES, NO = "yes", "no"


class OwnForm(BaseForm):
    marks_optional = False

    helpful = forms.ChoiceField(
        label=_("Er hjelpen nyttig for dere?"), choices=Helpful.choices, widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )  # fmt: skip
    matters = forms.CharField(
        label=_("Hva er viktigst for dere nå?"), required=False, widget=forms.Textarea({"rows": 6}),
        help_text=_(
            "Skriv med egne ord, på det språket dere vil. Ikke skriv navn eller fødselsnummer. Det kan også stå tomt."
        ),
    )  # fmt: skip
    wants_contact = forms.ChoiceField(
        label=_("Vil dere snakke med noen om dette?"), required=False, widget=forms.RadioSelect,
        choices=[(YES, _("Ja, ta kontakt med oss")), (NO, _("Nei"))],
        error_messages={"invalid_choice": CHOOSE_ONE},
    )  # fmt: skip

    def clean_matters(self) -> str:
        # A browser counts a line break as one character, and sends it as two.
        matters = str(self.cleaned_data["matters"]).replace("\r\n", "\n")
        try:
            check_words(matters=matters)
        except DomainError as error:
            raise forms.ValidationError(error.message) from error
        return matters

    def clean_wants_contact(self) -> bool:
        return bool(self.cleaned_data["wants_contact"] == YES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["helpful"].widget.attrs["class"] = self.fields["wants_contact"].widget.attrs["class"] = "answer"
