"""The form of a saved view's name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation.forms import BaseForm


class NameForm(BaseForm):
    edits = True

    name = forms.CharField(label=_("Navn på visningen"), max_length=80)
