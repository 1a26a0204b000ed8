"""The form of the page "Varsler på e-post": how often, and a box for each group of notices that a person can get."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation import notice_kinds
from organisation.forms import BaseForm
from organisation.models import MailRhythm, User

PREFIX = "group_"


class MailChoiceForm(BaseForm):
    rhythm = forms.ChoiceField(label=_("Hvor ofte"), choices=MailRhythm.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        self.groups = notice_kinds.groups_for({row.role for row in user.current_memberships})
        super().__init__(*args, initial={"rhythm": user.mail_rhythm}, **kwargs)
        for group in self.groups:
            self.fields[PREFIX + group.key] = forms.BooleanField(
                label=group.label, help_text=group.explanation, required=False,
                initial=group.key not in user.muted_mail_groups, widget=forms.CheckboxInput(attrs={"class": "ds-input"}),
            )  # fmt: skip

    def group_fields(self) -> list[forms.BoundField]:
        return [self[PREFIX + group.key] for group in self.groups]

    def muted(self) -> set[str]:
        """What was left out, and what she had left out of groups that her roles of today don't show."""
        shown = {group.key: self.cleaned_data[PREFIX + group.key] for group in self.groups}
        return {key for key in self.user.muted_mail_groups if key not in shown} | {
            key for key, on in shown.items() if not on
        }
