"""Forms of support and outcomes: input only. The rules are in domain/."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.domain.about import subject_value
from families.domain.support import Money
from families.domain.vault import OpenFamily
from families.forms.contact import OnceForm, choose_member
from families.forms.recording import ForServiceForm
from families.models import FamilyOutcome, ResultKind, Support, SupportKind
from grants.models import SpendingMode, SubProject
from organisation.forms import BaseForm, DateInput, NumberField

NOBODY = _("Ikke valgt")


class _SupportFields(BaseForm):
    kind = forms.ChoiceField(label=_("Type"), choices=SupportKind.choices)
    what = forms.CharField(label=_("Hva får familien?"), max_length=200)
    given_on = forms.DateField(label=_("Dato"), widget=DateInput)
    mode = forms.ChoiceField(
        label=_("Måte"), choices=SpendingMode.choices, widget=forms.RadioSelect, initial=SpendingMode.INDIVIDUAL
    )
    member = forms.ChoiceField(label=_("Hvem gjelder det?"), required=False)
    agreed_with = forms.ChoiceField(label=_("Hvem i familien har sagt ja?"), required=False)

    def __init__(self, *args: Any, vault: OpenFamily, support: Support | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vault = vault
        choose_member(self, "member", vault, support.subject_id if support else None)
        choose_member(self, "agreed_with", vault, support.agreed_with_id if support else None, nobody=NOBODY)


class SupportForm(OnceForm, ForServiceForm, _SupportFields):
    """New support. The fields for money are there where the family takes part in something that may pay."""

    with_money = forms.ChoiceField(
        label=_("Penger"), widget=forms.RadioSelect, initial="no",
        choices=[("no", _("Koster ikke delprosjektet noe")), ("yes", _("Betales av et delprosjekt"))],
    )  # fmt: skip
    sub_project = forms.ModelChoiceField(
        label=_("Delprosjekt"), queryset=SubProject.objects.none(), empty_label=_("Velg"),
        error_messages={"required": _("Velg delprosjektet som betaler.")},
    )  # fmt: skip
    amount = NumberField(label=_("Beløp i kroner"), max_digits=12, error_messages={"required": _("Skriv beløpet.")})
    voucher = forms.CharField(
        label=_("Bilagsnummer"), max_length=30, error_messages={"required": _("Skriv bilagsnummeret.")},
        help_text=_("Fra regnskapet. Brukes én gang i delprosjektet."),
    )  # fmt: skip

    money_names = ("sub_project", "amount", "voucher")

    def __init__(self, *args: Any, vault: OpenFamily, sub_projects: list[SubProject], **kwargs: Any) -> None:
        super().__init__(*args, vault=vault, **kwargs)
        self.ask_for_service(vault)
        if not sub_projects:
            for name in ("with_money", *self.money_names):
                del self.fields[name]
            return
        self.fields["sub_project"].queryset = SubProject.objects.filter(pk__in=[row.pk for row in sub_projects])
        if len(sub_projects) == 1:
            self.initial.setdefault("sub_project", sub_projects[0])
        for name in self.money_names:
            self.fields[name].required = not self.is_bound or self.data.get("with_money") == "yes"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("with_money") != "yes":
            # What was left in fields that are out of sight says nothing.
            for name in self.money_names:
                self.errors.pop(name, None)
        return data

    def support(self) -> dict[str, Any]:
        """The cleaned data as the domain takes it."""
        data = self.cleaned_data
        money = None
        if data.get("with_money") == "yes":
            money = Money(**{name: data[name] for name in self.money_names})
        names = ("kind", "what", "given_on", "mode", "member", "agreed_with", "form_key", "unit")
        return {name: data[name] for name in names if name in data} | {"money": money}

    @property
    def plain_fields(self) -> list[Any]:
        hidden = {"with_money", *self.money_names}
        return [field for field in self.visible_fields() if field.name not in hidden]

    @property
    def money_fields(self) -> list[Any]:
        return [self[name] for name in self.money_names if name in self.fields]


class SupportEditForm(_SupportFields):
    """With money, only what it is and whom it is about can be put right: the rest is the proposal's."""

    edits = True

    def __init__(self, *args: Any, vault: OpenFamily, support: Support, **kwargs: Any) -> None:
        self.vault = vault
        initial = self._all_values(support) | {"version": support.version}
        super().__init__(*args, vault=vault, support=support, initial=initial, **kwargs)
        if support.proposal_id:
            for name in ("kind", "given_on", "mode", "agreed_with"):
                self.fields.pop(name, None)

    def _all_values(self, row: Support) -> dict[str, Any]:
        values = {name: getattr(row, name) for name in ("kind", "what", "given_on", "mode")}
        return values | {
            "member": subject_value(self.vault, row.subject_id), "agreed_with": subject_value(self.vault, row.agreed_with_id)
        }  # fmt: skip

    def current_values(self, row: Support) -> dict[str, Any]:
        return {name: value for name, value in self._all_values(row).items() if name in self.fields}


class _OutcomeFields(BaseForm):
    kind = forms.ChoiceField(label=_("Hva har skjedd?"), choices=ResultKind.choices, widget=forms.RadioSelect)
    happened_on = forms.DateField(label=_("Dato"), widget=DateInput)
    member = forms.ChoiceField(label=_("Hvem gjelder det?"), required=False)
    sub_project = forms.ModelChoiceField(
        label=_("Delprosjekt"), queryset=SubProject.objects.none(), required=False, empty_label=_("Ikke valgt"),
        help_text=_("Resultatet telles med i delprosjektet, uten at noen ser hvilken familie det gjelder."),
    )  # fmt: skip
    note = forms.CharField(label=_("Merknad"), max_length=200, required=False)

    def __init__(
        self, *args: Any, vault: OpenFamily, sub_projects: list[SubProject], about: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choose_member(self, "member", vault, about)
        self.fields["sub_project"].queryset = SubProject.objects.filter(pk__in=[row.pk for row in sub_projects])
        if not sub_projects:
            del self.fields["sub_project"]
        elif len(sub_projects) == 1 and not self.edits:
            self.initial.setdefault("sub_project", sub_projects[0])


class OutcomeForm(OnceForm, ForServiceForm, _OutcomeFields):
    def __init__(self, *args: Any, vault: OpenFamily, **kwargs: Any) -> None:
        super().__init__(*args, vault=vault, **kwargs)
        self.ask_for_service(vault)


class OutcomeEditForm(_OutcomeFields):
    edits = True

    def __init__(self, *args: Any, vault: OpenFamily, outcome: FamilyOutcome, **kwargs: Any) -> None:
        self.vault = vault
        values = {name: getattr(outcome, name) for name in ("kind", "happened_on", "sub_project", "note")}
        initial = values | {"member": subject_value(vault, outcome.subject_id), "version": outcome.version}
        super().__init__(*args, vault=vault, about=outcome.subject_id, initial=initial, **kwargs)

    def current_values(self, row: FamilyOutcome) -> dict[str, Any]:
        values = {name: getattr(row, name) for name in ("kind", "happened_on", "sub_project", "note")}
        values["member"] = subject_value(self.vault, row.subject_id)
        return {name: value for name, value in values.items() if name in self.fields}
