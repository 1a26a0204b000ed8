"""Forms of sub-projects, their partners and what becomes of them: input only. The rules are in domain/."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.models import Call, CallState, PartnerRole, SubProject, SubProjectPartner, SubProjectState
from measures.models import Goal, Measure, Plan, PlanState
from organisation.forms import BaseForm, DateInput
from organisation.models import LivingConditionZone, Municipality, Unit


class PeriodForm(BaseForm):
    """What is asked about an application that becomes a sub-project: the rest is known."""

    title = forms.CharField(label=_("Navn"), max_length=200)
    starts_on = forms.DateField(label=_("Starter"), widget=DateInput)
    ends_on = forms.DateField(label=_("Slutter"), widget=DateInput)


class _About(BaseForm):
    title = forms.CharField(label=_("Navn"), max_length=200)
    target_group = forms.CharField(label=_("Målgruppe"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    note = forms.CharField(label=_("Kort om delprosjektet"), widget=forms.Textarea, required=False)
    starts_on = forms.DateField(label=_("Starter"), widget=DateInput)
    ends_on = forms.DateField(label=_("Slutter"), widget=DateInput)
    zones = forms.ModelMultipleChoiceField(
        LivingConditionZone.objects.none(), label=_("Levekårssoner"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def choose_zones(self, municipality: Municipality) -> None:
        self.fields["zones"].queryset = LivingConditionZone.objects.filter(municipality=municipality)
        if not self.fields["zones"].queryset.exists():
            del self.fields["zones"]


class SubProjectForm(_About):
    """A new one, without an application."""

    call = forms.ModelChoiceField(
        Call.objects.none(), label=_("Utlysning"), required=False, empty_label=_("Ingen utlysning")
    )
    responsible = forms.ModelChoiceField(Unit.objects.none(), label=_("Hovedansvarlig"), empty_label=_("Velg enhet"))
    others = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=_("Samarbeidspartnere"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Står ikke partneren her? Be administratoren legge den til under Brukere og enheter."),
    )  # fmt: skip

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(municipality=municipality, active=True)
        self.fields["responsible"].queryset = self.fields["others"].queryset = units
        announced = Call.objects.filter(municipality=municipality).exclude(state=CallState.DRAFT)
        self.fields["call"].queryset = announced
        if not announced.exists():
            del self.fields["call"]
        self.choose_zones(municipality)
        self.order_fields(["title", "call", "responsible", "others", "target_group", "note", "starts_on", "ends_on"])

    def content(self) -> dict[str, Any]:
        """The cleaned data as the domain takes it."""
        data = dict(self.cleaned_data)
        responsible, others = data.pop("responsible"), data.pop("others")
        partners = [(responsible, PartnerRole.RESPONSIBLE)]
        partners += [(unit, PartnerRole.PARTNER) for unit in others if unit != responsible]
        return {**data, "partners": partners}


class SubProjectEditForm(_About):
    edits = True

    def __init__(self, *args: Any, sub_project: SubProject, period_is_agreed: bool, **kwargs: Any) -> None:
        names = ("title", "target_group", "note", "starts_on", "ends_on", "version")
        initial = {name: getattr(sub_project, name) for name in names}
        super().__init__(*args, initial=initial | {"zones": list(sub_project.zones.all())}, **kwargs)
        self.choose_zones(sub_project.municipality)
        if period_is_agreed:
            del self.fields["starts_on"], self.fields["ends_on"]

    def current_values(self, row: SubProject) -> dict[str, Any]:
        values = super().current_values(row)
        return values | {"zones": list(row.zones.all())} if "zones" in values else values


class PartnerForm(BaseForm):
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Enhet"), empty_label=_("Velg enhet"))
    role = forms.ChoiceField(
        label=_("Rolle"), choices=PartnerRole.choices,
        help_text=_("Den som blir hovedansvarlig, overtar etter den som er det nå."),
    )  # fmt: skip

    def __init__(self, *args: Any, sub_project: SubProject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(municipality=sub_project.municipality, active=True)
        self.fields["unit"].queryset = units.exclude(sub_project_partners__sub_project=sub_project)


class PartnerEditForm(BaseForm):
    edits = True

    role = forms.ChoiceField(label=_("Rolle"), choices=PartnerRole.choices)
    left_on = forms.DateField(
        label=_("Gikk ut"), widget=DateInput, required=False,
        help_text=_("La feltet stå tomt så lenge partneren er med. Den som har gått ut, blir stående i historien."),
    )  # fmt: skip

    def __init__(self, *args: Any, partner: SubProjectPartner, **kwargs: Any) -> None:
        initial = {name: getattr(partner, name) for name in ("role", "left_on", "version")}
        super().__init__(*args, initial=initial, **kwargs)


class _MeasureField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.plan.name}: {obj.title}"


class MeasureLinkForm(BaseForm):
    edits = True

    measure = _MeasureField(
        Measure.objects.none(), label=_("Tiltak"), required=False, empty_label=_("Ikke et tiltak i noen plan"),
    )  # fmt: skip

    def __init__(self, *args: Any, sub_project: SubProject, **kwargs: Any) -> None:
        initial = {"measure": sub_project.measure_id, "version": sub_project.version}
        super().__init__(*args, initial=initial, **kwargs)
        free = Q(sub_project=None) & ~Q(plan__state=PlanState.CLOSED)
        rows = Measure.objects.filter(free | Q(sub_project=sub_project), plan__municipality=sub_project.municipality)
        self.fields["measure"].queryset = rows.select_related("plan").order_by("plan__title", "position", "id")


class NewMeasureForm(BaseForm):
    edits = True

    goals = forms.ModelMultipleChoiceField(
        Goal.objects.none(), label=_("Mål i planen"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Målene som delprosjektet bidrar til."),
    )  # fmt: skip

    def __init__(self, *args: Any, sub_project: SubProject, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": sub_project.version}, **kwargs)
        self.fields["goals"].queryset = plan.goals.all()

    def current_values(self, row: SubProject) -> dict[str, Any]:
        return {}


class EndForm(BaseForm):
    edits = True

    to = forms.ChoiceField(label=_("Hva skjer med delprosjektet?"), widget=forms.RadioSelect)
    on = forms.DateField(label=_("Fra dato"), widget=DateInput)
    reason = forms.CharField(label=_("Begrunnelse"), widget=forms.Textarea, required=False)

    def __init__(self, *args: Any, ways: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(way, SubProjectState(way).label) for way in ways]

    def current_values(self, row: SubProject) -> dict[str, Any]:
        return {}


class ClosingReportForm(BaseForm):
    edits = True

    achieved = forms.CharField(label=_("Hva ble oppnådd?"), widget=forms.Textarea(attrs={"rows": 8}), required=False)
    learnt = forms.CharField(label=_("Hva har dere lært?"), widget=forms.Textarea(attrs={"rows": 8}), required=False)
    carried_on = forms.CharField(
        label=_("Hva lever videre, og hvem har ansvaret?"), widget=forms.Textarea, required=False
    )
    remaining = forms.CharField(
        label=_("Hva skjer med pengene som ikke er brukt?"), widget=forms.Textarea, required=False
    )
