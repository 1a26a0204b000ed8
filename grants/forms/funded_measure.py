"""Forms of grant-funded measures and of what they get of a grant: input only. The rules are in domain/."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grants.domain.questions import PROFILE_QUESTIONS, SEVERAL
from grants.forms.grant import Kroner
from grants.models import FundedMeasure, SubProject
from measures.models import Measure, Target
from organisation.forms import BaseForm, dress
from organisation.models import User

NOT_ANSWERED = ("", _("Ikke besvart"))


class _MeasureField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.plan.name}: {obj.title}"


class BudgetForm(BaseForm):
    edits = True

    budget_nok = Kroner(label=_("Budsjett, kroner"), required=False)


class FundingForm(BudgetForm):
    """One of the measures that had money of the scheme before."""

    funded_measure = forms.ModelChoiceField(
        FundedMeasure.objects.none(), label=_("Tiltak"), empty_label=_("Velg tiltak")
    )

    def __init__(self, *args: Any, choices: dict[int, str], rows: Any, **kwargs: Any) -> None:
        """`choices`: the measures by key, with the years they had money."""
        super().__init__(*args, **kwargs)
        field = self.fields["funded_measure"]
        field.queryset = rows
        field.label_from_instance = lambda row: choices.get(row.pk, row.title)
        self.order_fields(["funded_measure", "budget_nok"])


class FundedMeasureForm(BaseForm):
    """What a measure is from one year to the next; with `with_budget` also what it gets this year."""

    edits = True

    measure = _MeasureField(
        Measure.objects.none(), label=_("Tiltak i plan"), required=False, empty_label=_("Ikke et tiltak i noen plan"),
        help_text=_("Det som loggføres på tiltaket, hentes inn i årsrapporten."),
    )  # fmt: skip
    sub_project = forms.ModelChoiceField(
        SubProject.objects.none(), label=_("Delprosjekt"), required=False, empty_label=_("Ikke et delprosjekt"),
        help_text=_("Det som betales ut i delprosjektet, telles som brukt av tilskuddet."),
    )  # fmt: skip
    title = forms.CharField(
        label=_("Navn"), max_length=200, required=False,
        help_text=_("Tomt felt: navnet på tiltaket eller delprosjektet."),
    )  # fmt: skip
    description = forms.CharField(label=_("Kort om tiltaket"), widget=forms.Textarea, required=False)
    children_target = forms.ModelChoiceField(
        Target.objects.none(), label=_("Tallet i loggen som teller barn og unge"), required=False,
        empty_label=_("Telles ikke i loggen"), help_text=_("Må være et tall på tiltaket du har valgt."),
    )  # fmt: skip
    budget_nok = Kroner(label=_("Budsjett i år, kroner"), required=False)

    LINKS = ("measure", "sub_project", "children_target")

    def __init__(
        self, *args: Any, user: User, municipality_id: int, funded: FundedMeasure | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=_values(funded) if funded else {}, **kwargs)
        measures = Measure.objects.visible_to(user).filter(plan__municipality=municipality_id)
        self.fields["measure"].queryset = measures.select_related("plan").order_by("plan__title", "position", "id")
        projects = SubProject.objects.visible_to(user).filter(municipality=municipality_id)
        self.fields["sub_project"].queryset = projects.order_by("title", "id")
        targets = Target.objects.filter(measure__in=measures).select_related("measure")
        self.fields["children_target"].queryset = targets
        self._group(list(targets.order_by("measure__title", "measure_id", "id")))
        for name, question in PROFILE_QUESTIONS.items():
            self.fields[name] = _profile_field(question)
            dress(self.fields[name].widget)
        if funded:
            del self.fields["budget_nok"]
        about = ("title", "measure", "sub_project", "description", "children_target", *PROFILE_QUESTIONS)
        self.order_fields([*about, "budget_nok"])  # what it is first, and then what it gets

    def _group(self, targets: list[Target]) -> None:
        """Numbers of the log under the measure they are logged on."""
        field = self.fields["children_target"]
        grouped = groupby(targets, key=lambda row: row.measure)
        groups = [(measure.title, [(row.pk, row.name) for row in rows]) for measure, rows in grouped]
        field.widget.choices = [("", field.empty_label), *groups]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        source = data.get("measure") or data.get("sub_project")
        if not (data.get("title") or "").strip() and "title" not in self.errors:
            if source:
                data["title"] = source.title[:200]
            else:
                self.add_error("title", _("Skriv et navn, eller velg et tiltak eller delprosjekt."))
        return data

    def current_values(self, row: FundedMeasure) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.fields if name not in ("version", "budget_nok")}


def _values(funded: FundedMeasure) -> dict[str, Any]:
    names = ("title", "description", "version", *PROFILE_QUESTIONS)
    return {name: getattr(funded, name) for name in names} | {
        name: getattr(funded, f"{name}_id") for name in FundedMeasureForm.LINKS
    }


def _profile_field(question: Any) -> forms.Field:
    label = str(question.label)
    label = label[:1].upper() + label[1:]
    if question.kind == SEVERAL:
        return forms.MultipleChoiceField(
            label=label, choices=question.choices, required=False, widget=forms.CheckboxSelectMultiple
        )
    return forms.ChoiceField(label=label, choices=[NOT_ANSWERED, *question.choices], required=False)
