"""Forms of who is in a family, and what it takes part in."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.domain.participation import measures, sub_projects
from families.domain.vault import OpenFamily
from families.forms.contact import OnceForm
from families.forms.recording import ForServiceForm
from families.models import Member, MemberRole, Participation
from organisation.forms import BaseForm, DateInput

FIRST_NAME = Member._meta.get_field("first_name")


class _MemberFields(BaseForm):
    role = forms.ChoiceField(label=_("Hvem er det?"), choices=[("", _("Velg")), *MemberRole.choices])
    first_name = forms.CharField(
        label=_("Fornavn"), max_length=40, required=False, validators=FIRST_NAME.validators,
        help_text=_("Bare fornavnet. Det kan stå tomt: da vises for eksempel «Barn 2»."),
    )  # fmt: skip
    birth_year = forms.IntegerField(
        label=_("Fødselsår"), required=False, min_value=1900, max_value=2200,
        help_text=_("Fire siffer. Alderen avgjør hvem som samtykker: den som er fylt 15 år, samtykker selv."),
    )  # fmt: skip
    is_guardian = forms.BooleanField(
        label=_("Har foreldreansvar for barna"), required=False,
        help_text=_("Alle med foreldreansvar samtykker for barn under 15 år."),
    )  # fmt: skip


class MemberForm(OnceForm, ForServiceForm, _MemberFields):
    def __init__(self, *args: Any, vault: OpenFamily, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_for_service(vault)


class MemberEditForm(_MemberFields):
    edits = True
    left_on = forms.DateField(
        label=_("Ikke lenger i husstanden fra"), widget=DateInput, required=False,
        help_text=_("Det som er registrert om personen, blir stående."),
    )  # fmt: skip

    def __init__(self, *args: Any, row: Member, **kwargs: Any) -> None:
        names = ("role", "first_name", "birth_year", "is_guardian", "left_on", "version")
        super().__init__(*args, initial={name: getattr(row, name) for name in names}, **kwargs)


class RemoveForm(BaseForm):
    """A page that asks whether to take something away; only the version comes back."""

    edits = True

    def current_values(self, row: Any) -> dict[str, Any]:
        return {}


class ParticipationForm(OnceForm, ForServiceForm):
    thing = forms.ChoiceField(label=_("Hva er familien med på?"))
    started_on = forms.DateField(label=_("Fra"), widget=DateInput)
    ended_on = forms.DateField(label=_("Til og med"), widget=DateInput, required=False)

    def __init__(self, *args: Any, vault: OpenFamily, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_for_service(vault)
        self.found: dict[str, tuple[str, Any]] = {}
        groups: list[Any] = [("", _("Velg"))]
        for field, label, rows in (
            ("sub_project", _("Delprosjekter"), [row for row in sub_projects(vault=vault) if not row.is_over]),
            ("measure", _("Tiltak"), list(measures(vault=vault).order_by("title", "id"))),
        ):
            self.found |= {row.public_id: (field, row) for row in rows}
            if rows:
                groups.append((label, [(row.public_id, row.title) for row in rows]))
        self.fields["thing"].choices = groups

    def content(self) -> dict[str, Any]:
        """The cleaned data, with the chosen row under the name of its kind."""
        data = dict(self.cleaned_data)
        field, row = self.found[data.pop("thing")]
        return data | {field: row}


class ParticipationEditForm(BaseForm):
    """Proposes a last day where none stands. What is merged is what stands: a day nobody has saved is a change."""

    edits = True
    started_on = forms.DateField(label=_("Fra"), widget=DateInput)
    ended_on = forms.DateField(
        label=_("Til og med"), widget=DateInput, required=False, help_text=_("Står den tom, er familien med fortsatt."),
    )  # fmt: skip

    def __init__(self, *args: Any, row: Participation, proposed: datetime.date, **kwargs: Any) -> None:
        self.row = row
        initial = {"started_on": row.started_on, "ended_on": row.ended_on or proposed, "version": row.version}
        super().__init__(*args, initial=initial, **kwargs)

    def opened_value(self, name: str) -> Any:
        return getattr(self.row, name)
