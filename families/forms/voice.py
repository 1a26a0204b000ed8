"""The form with which the team makes a link for the family."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.domain.vault import OpenFamily
from families.domain.voice import DAYS, USUAL_DAYS
from families.forms.recording import ForServiceForm
from families.models import VoiceLanguage


class NewLinkForm(ForServiceForm):
    language = forms.ChoiceField(
        label=_("Språk"), choices=VoiceLanguage.choices, initial=VoiceLanguage.BOKMAL,
        help_text=_("Familien kan bytte språk i skjemaet."),
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label=_("Hvor lenge kan familien svare?"), coerce=int, initial=USUAL_DAYS, widget=forms.RadioSelect,
        choices=[(DAYS[0], _("Én uke")), (DAYS[1], _("To uker")), (DAYS[2], _("30 dager"))],
    )  # fmt: skip

    def __init__(self, *args: Any, vault: OpenFamily, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_for_service(vault)
