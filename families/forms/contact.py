"""Forms of the contact log: input only. The rules are in domain/."""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from families.domain.about import subject_choices, subject_value
from families.domain.vault import OpenFamily
from families.forms.recording import ForServiceForm
from families.models import Contact, ContactKind
from measures.models import new_form_key
from organisation.forms import INCOMPLETE, BaseForm, DateInput, Result

TODAY, YESTERDAY, ANOTHER_DAY = "today", "yesterday", "other"
DAYS = [(TODAY, _("I dag")), (YESTERDAY, _("I går")), (ANOTHER_DAY, _("Annen dag"))]


def choose_member(form: BaseForm, name: str, vault: OpenFamily, now: int | None = None, **nobody: Any) -> None:
    """Give the field its choices. Where there is nobody to choose, it is not asked."""
    choices = subject_choices(vault, now=now, **nobody)
    if len(choices) > 1:
        form.fields[name].choices = choices
    else:
        del form.fields[name]


class FormKey(forms.RegexField):
    """A key of its own for each form that is shown, so that what it is sent with is written once."""

    def __init__(self) -> None:
        super().__init__(
            r"^[0-9a-z]{10,20}\Z", label=_("Skjemaet"), widget=forms.HiddenInput, required=False, initial=new_form_key,
            error_messages={"invalid": INCOMPLETE},
        )  # fmt: skip


class OnceForm(BaseForm):
    """A form that makes a new row. Refused, it comes back as a new one: what it is sent with next is meant to be saved."""

    form_key = FormKey()

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        result = super().submit(action)
        if result is None:
            self.resend("form_key", new_form_key())
        return result


class _ContactFields(BaseForm):
    kind = forms.ChoiceField(
        label=_("Hva slags kontakt?"), choices=ContactKind.choices, widget=forms.RadioSelect,
        initial=ContactKind.HOME_VISIT,
    )  # fmt: skip
    text = forms.CharField(
        label=_("Hva skjedde?"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    next_step = forms.CharField(label=_("Neste steg"), max_length=200, required=False)
    next_on = forms.DateField(label=_("Når?"), widget=DateInput, required=False)
    member = forms.ChoiceField(label=_("Hvem gjelder det?"), required=False)

    def __init__(self, *args: Any, vault: OpenFamily, about: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_member(self, "member", vault, about)


class ContactForm(OnceForm, ForServiceForm, _ContactFields):
    """A new contact, in under half a minute: a home visit, today, until she says otherwise."""

    day = forms.ChoiceField(label=_("Når var det?"), choices=DAYS, widget=forms.RadioSelect, initial=TODAY)
    happened_on = forms.DateField(label=_("Dato"), widget=DateInput, required=False)

    marks_optional = False  # almost everything may be left empty here; what must not be has a value from the start

    def __init__(self, *args: Any, vault: OpenFamily, focus: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, vault=vault, **kwargs)
        self.ask_for_service(vault)
        if focus:
            self.fields["text"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        day, today = data.get("day"), timezone.localdate()
        if day == ANOTHER_DAY and not data.get("happened_on") and "happened_on" not in self.errors:
            self.add_error("happened_on", _("Velg datoen."))
        if day in (TODAY, YESTERDAY):
            # A day that was left in the hidden field says nothing.
            self.errors.pop("happened_on", None)
            data["happened_on"] = today if day == TODAY else today - datetime.timedelta(days=1)
        return data

    def contact(self) -> dict[str, Any]:
        """The cleaned data as the domain takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "day"}

    @property
    def more_is_open(self) -> bool:
        bound = self["member"] if "member" in self.fields else None
        return bool(bound and (bound.errors or (self.is_bound and bound.value())))


class ContactEditForm(_ContactFields):
    edits = True

    happened_on = forms.DateField(label=_("Dato"), widget=DateInput)

    field_order = ["kind", "happened_on", "text", "next_step", "next_on", "member"]

    def __init__(self, *args: Any, vault: OpenFamily, contact: Contact, **kwargs: Any) -> None:
        self.vault = vault
        initial = self._all_values(contact) | {"version": contact.version}
        super().__init__(*args, vault=vault, about=contact.subject_id, initial=initial, **kwargs)

    def current_values(self, row: Contact) -> dict[str, Any]:
        return {name: value for name, value in self._all_values(row).items() if name in self.fields}

    def _all_values(self, row: Contact) -> dict[str, Any]:
        values = {name: getattr(row, name) for name in ("kind", "happened_on", "text", "next_step", "next_on")}
        return values | {"member": subject_value(self.vault, row.subject_id)}


class RemoveForm(BaseForm):
    """Nothing to fill in: the page says what will happen."""

    edits = True

    def current_values(self, row: Any) -> dict[str, Any]:
        return {}
