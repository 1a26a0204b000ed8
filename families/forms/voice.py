"""The form with which the team makes a link for the family."""

from django import forms
from django.utils.translation import gettext_lazy as _

from families.domain.voice import DAYS, USUAL_DAYS
from families.models import VoiceLanguage
from organisation.forms import BaseForm


class NewLinkForm(BaseForm):
    language = forms.ChoiceField(
        label=_("Språk"), choices=VoiceLanguage.choices, initial=VoiceLanguage.BOKMAL,
        help_text=_("Familien kan bytte språk i skjemaet."),
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label=_("Hvor lenge kan familien svare?"), coerce=int, initial=USUAL_DAYS, widget=forms.RadioSelect,
        choices=[(DAYS[0], _("Én uke")), (DAYS[1], _("To uker")), (DAYS[2], _("30 dager"))],
    )  # fmt: skip
