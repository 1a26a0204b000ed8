"""Forms of a family's team, and of emergency access."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.domain.team import candidates
from families.domain.vault import OpenFamily
from families.models import TeamMember
from organisation.forms import BaseForm, DateInput
from organisation.models import Membership

MOST_FOUND = 20


class SuggestInput(forms.TextInput):
    """A text field that suggests what can be written in it. It works without, for whoever writes the whole of it."""

    template_name = "families/_suggest_input.html"

    def __init__(self) -> None:
        super().__init__({"autocomplete": "off"})
        self.suggestions: list[str] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["suggestions"] = self.suggestions
        context["widget"]["attrs"]["list"] = f"{name}-suggestions"
        return context


class TeamForm(BaseForm):
    """Hundreds can be chosen: one writes a name, or part of one, and chooses among those that fit."""

    person = forms.CharField(
        label=_("Hvem skal inn i teamet?"), widget=SuggestInput, max_length=300,
        help_text=_("Skriv navnet, og velg personen med riktig enhet. De får lese det familien har samtykket til."),
    )  # fmt: skip

    def __init__(self, *args: Any, vault: OpenFamily, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = _by_label(list(candidates(vault=vault)))
        self.fields["person"].widget.suggestions = list(self.people)
        typed = str(self.data.get("person", "")).strip()
        if found := self._found(typed):
            self.fields["choice"] = forms.ChoiceField(
                label=_("Velg en av disse"), widget=forms.RadioSelect,
                error_messages={"required": _("Velg hvem du mener.")},
                choices=[(row.public_id, label) for label, row in found.items()],
            )  # fmt: skip

    def _found(self, typed: str) -> dict[str, Membership]:
        """Those whom an unfinished text may mean; none when it is finished, or means half the town."""
        if not typed or typed in self.people:
            return {}
        found = {label: row for label, row in self.people.items() if typed.lower() in label.lower()}
        return found if len(found) <= MOST_FOUND else {}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed = str(data.get("person", "")).strip()
        chosen = data.pop("choice", "")
        person = self.people.get(typed)
        if person is None and chosen:
            person = next((row for row in self.people.values() if row.public_id == chosen), None)
        if person is None and typed and "choice" not in self.fields:
            self.add_error("person", _("Ingen, eller for mange, passer. Skriv mer av navnet."))
        return data | {"person": person}


def _by_label(rows: list[Membership]) -> dict[str, Membership]:
    """Name and unit; with the address too, where two have both in common."""
    found: dict[str, Membership] = {}
    for row in rows:
        label = f"{row.user.name}, {row.unit.name}"
        if label in found and found[label].user_id != row.user_id:
            label = f"{label} ({row.user.email})"
        found.setdefault(label, row)
    return found


class LeaveForm(BaseForm):
    edits = acts = True
    last_day = forms.DateField(
        label=_("Siste dag i teamet"), widget=DateInput, help_text=_("Velg i går for å avslutte tilgangen med en gang."),
    )  # fmt: skip

    def current_values(self, row: TeamMember) -> dict[str, Any]:
        return {"last_day": row.to_day}


class HandOverForm(BaseForm):
    to = forms.ChoiceField(label=_("Ny saksansvarlig"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, rows: list[TeamMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {row.public_id: row for row in rows}
        self.fields["to"].choices = [(key, f"{row.user.name}, {row.unit.name}") for key, row in self.rows.items()]


class EmergencyForm(BaseForm):
    reference = forms.CharField(
        label=_("Saksnummer"), max_length=30,
        help_text=_("Ti tegn, for eksempel 2b3c4-d5f6g. Du får det av den som kjenner saken."),
        widget=forms.TextInput({"autocomplete": "off", "data-width": "short"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Hvorfor må du se familien nå?"), max_length=300, widget=forms.Textarea,
        help_text=_("Lederen leser dette. Skriv ikke navn eller andre opplysninger om familien."),
    )  # fmt: skip

    def clean_reference(self) -> str:
        """As the system writes it: people read it aloud in two groups, and type it as they like."""
        return "".join(letter for letter in self.cleaned_data["reference"].lower() if letter.isalnum())
