"""Forms of plans, goals and measures: input only. The rules are in domain/."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from measures.domain.measure_state import TRANSITIONS
from measures.models import (
    Approach,
    EvaluationCadence,
    Goal,
    GoalKind,
    Horizon,
    LifeArea,
    LogKind,
    Measure,
    MeasureState,
    Plan,
    PlanKind,
    Target,
    new_form_key,
)
from organisation.domain.attachments import ACCEPT
from organisation.forms import INCOMPLETE, BaseForm, DateInput, NumberField, Result, dress
from organisation.models import LivingConditionZone, Municipality, Unit


class Lines(forms.CharField):
    """One item per line."""

    widget = forms.Textarea

    def __init__(self, *, line_max_length: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.line_max_length = line_max_length

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return [line.strip() for line in super().to_python(value).splitlines() if line.strip()]

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))
        for line in value:
            if len(line) > self.line_max_length:
                raise forms.ValidationError(
                    _("Linjen «%(line)s …» er for lang. En linje kan ha høyst %(max)s tegn."),
                    params={"line": line[:30], "max": self.line_max_length},
                )
        if len(set(value)) < len(value):
            raise forms.ValidationError(_("Den samme linjen står to ganger."))


COUNTS_PEOPLE = _("Tallet gjelder personer eller familier")
COUNTS_PEOPLE_HELP = _("Da vises ikke tall under 5 i rapportene. Er du i tvil, så la det stå.")


def blank(label: Any, choices: Any) -> list[tuple[str, Any]]:
    return [("", label), *choices]


class PlanForm(BaseForm):
    edits = True

    municipality = forms.ModelChoiceField(Municipality.objects.none(), label=_("Kommune"))
    title = forms.CharField(label=_("Tittel"), max_length=250)
    short_title = forms.CharField(label=_("Kort tittel"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("Type plan"), choices=PlanKind.choices)
    starts_on = forms.DateField(label=_("Gjelder fra"), widget=DateInput, required=False)
    ends_on = forms.DateField(label=_("Gjelder til"), widget=DateInput, required=False)
    adopted_on = forms.DateField(label=_("Vedtatt dato"), widget=DateInput, required=False)
    adopted_as_printed = forms.CharField(
        label=_("Vedtatt, slik det står i planen"), max_length=100, required=False,
        help_text=_("Når datoen ikke er kjent, for eksempel «høsten 2008»."),
    )  # fmt: skip
    case_number = forms.CharField(label=_("Arkivsaksnummer"), max_length=50, required=False)
    description = forms.CharField(label=_("Om planen"), widget=forms.Textarea, required=False)
    main_aims = Lines(
        line_max_length=500,
        label=_("Hovedmål"),
        required=False,
        help_text=_("Ett på hver linje, i planens rekkefølge."),
    )
    life_areas = Lines(line_max_length=300, label=_("Livsområder"), required=False, help_text=_("Ett på hver linje."))
    zones = forms.ModelMultipleChoiceField(
        LivingConditionZone.objects.none(),
        label=_("Levekårssoner"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    proposed_decision = forms.CharField(
        label=_("Forslag til vedtak i statusrapportene"), widget=forms.Textarea, required=False,
        help_text=_("Følger med til hver ny runde og kan endres der."),
    )  # fmt: skip

    def __init__(self, *args: Any, municipalities: Any, plan: Plan | None = None, **kwargs: Any) -> None:
        if plan is not None:
            kwargs["initial"] = self.current_values_of(plan) | {"version": plan.version}
        super().__init__(*args, **kwargs)
        self.fields["municipality"].queryset = municipalities
        self.fields["zones"].queryset = LivingConditionZone.objects.filter(municipality__in=municipalities)
        if plan is not None or len(municipalities) == 1:
            del self.fields["municipality"]
        if not self.fields["zones"].queryset.exists():
            del self.fields["zones"]

    @staticmethod
    def current_values_of(plan: Plan) -> dict[str, Any]:
        names = ("title", "short_title", "kind", "starts_on", "ends_on", "adopted_on", "adopted_as_printed")
        values = {name: getattr(plan, name) for name in (*names, "case_number", "description", "proposed_decision")}
        values["main_aims"] = [row.text for row in plan.main_aims.all()]
        values["life_areas"] = [row.text for row in plan.life_areas.all()]
        values["zones"] = list(plan.zones.all())
        return values

    def current_values(self, row: Plan) -> dict[str, Any]:
        return {name: value for name, value in self.current_values_of(row).items() if name in self.fields}


class GoalForm(BaseForm):
    edits = True

    kind = forms.ChoiceField(label=_("Type"), choices=GoalKind.choices)
    number = forms.CharField(
        label=_("Nummer"), max_length=10, required=False, help_text=_("Slik det står i planen, for eksempel «4 b».")
    )
    title = forms.CharField(label=_("Tittel"), max_length=300)
    parent = forms.ModelChoiceField(
        Goal.objects.none(), label=_("Ligger under"), required=False, empty_label=_("Øverste nivå")
    )
    aim = forms.CharField(label=_("Hva som skal oppnås"), widget=forms.Textarea, required=False)
    challenges = forms.CharField(label=_("Utfordringer"), widget=forms.Textarea, required=False)
    horizon = forms.ChoiceField(
        label=_("Tidshorisont"), choices=blank(_("Ikke valgt"), Horizon.choices), required=False
    )

    def __init__(self, *args: Any, plan: Plan, goal: Goal | None = None, **kwargs: Any) -> None:
        if goal is not None:
            kwargs["initial"] = {name: getattr(goal, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = plan.goals.filter(parent=None).exclude(pk=goal.pk if goal else None)


class MeasureForm(BaseForm):
    edits = True

    title = forms.CharField(label=_("Tittel"), max_length=250)
    goals = forms.ModelMultipleChoiceField(Goal.objects.none(), label=_("Mål"), widget=forms.CheckboxSelectMultiple)
    responsible_unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Ansvarlig enhet"), empty_label=_("Velg enhet")
    )
    partners = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=_("Samarbeidspartnere"), required=False, widget=forms.CheckboxSelectMultiple
    )
    approach = forms.ChoiceField(
        label=_("Type tiltak"), choices=blank(_("Ikke valgt"), Approach.choices), required=False
    )
    note = forms.CharField(label=_("Kort om tiltaket"), widget=forms.Textarea, required=False)
    funding = forms.CharField(label=_("Finansiering"), max_length=200, required=False)
    case_references = Lines(
        line_max_length=50, label=_("Arkivsaker"), required=False, help_text=_("Ett saksnummer på hver linje.")
    )
    starts_on = forms.DateField(label=_("Starter"), widget=DateInput, required=False)
    ends_on = forms.DateField(label=_("Slutter"), widget=DateInput, required=False)
    due_on = forms.DateField(label=_("Frist"), widget=DateInput, required=False)
    due_as_printed = forms.CharField(
        label=_("Frist, slik den står i planen"), max_length=60, required=False,
        help_text=_("For eksempel «andre halvår 2011»."),
    )  # fmt: skip
    evaluation_cadence = forms.ChoiceField(
        label=_("Evalueres"), choices=blank(_("Ikke bestemt"), EvaluationCadence.choices), required=False
    )
    evaluation_due_on = forms.DateField(
        label=_("Evalueres innen"),
        widget=DateInput,
        required=False,
        help_text=_("Når tiltaket evalueres innen en frist."),
    )
    evaluation_by = forms.CharField(label=_("Evalueres ut fra"), max_length=250, required=False)
    zones = forms.ModelMultipleChoiceField(
        LivingConditionZone.objects.none(),
        label=_("Levekårssoner"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    life_areas = forms.ModelMultipleChoiceField(
        LifeArea.objects.none(), label=_("Livsområder"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, plan: Plan, measure: Measure | None = None, **kwargs: Any) -> None:
        if measure is not None:
            kwargs["initial"] = self.current_values_of(measure) | {"version": measure.version}
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(municipality=plan.municipality)
        in_use = units.filter(active=True) | (units.filter(measures=measure) if measure else units.none())
        self.fields["goals"].queryset = plan.goals.all()
        self.fields["responsible_unit"].queryset = in_use.distinct()
        self.fields["partners"].queryset = units
        self.fields["zones"].queryset = plan.zones.all()
        self.fields["life_areas"].queryset = plan.life_areas.all()
        for name in ("zones", "life_areas"):
            if not self.fields[name].queryset.exists():
                del self.fields[name]

    @classmethod
    def current_values_of(cls, measure: Measure) -> dict[str, Any]:
        many = ("goals", "partners", "zones", "life_areas")
        values = {name: getattr(measure, name) for name in cls.base_fields if name not in (*many, "version")}
        return values | {name: list(getattr(measure, name).all()) for name in many}

    def current_values(self, row: Measure) -> dict[str, Any]:
        return {name: value for name, value in self.current_values_of(row).items() if name in self.fields}


class StateForm(BaseForm):
    """Only the states that the table allows from here."""

    edits = acts = True

    # Text, not a choice: a state the table doesn't allow gets the domain's own message.
    to = forms.CharField(label=_("Ny tilstand"), max_length=15, widget=forms.RadioSelect)
    on = forms.DateField(label=_("Fra dato"), widget=DateInput)
    reason = forms.CharField(
        label=_("Begrunnelse"), widget=forms.Textarea(attrs={"rows": 3}), required=False,
        help_text=_("Må fylles ut når tiltaket stoppes, ikke lar seg gjennomføre, ikke lenger er aktuelt eller tas opp igjen."),
    )  # fmt: skip

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(state, MeasureState(state).label) for state in TRANSITIONS[measure.state]]
        self.fields["to"].widget.choices = choices

    def current_values(self, row: Measure) -> dict[str, Any]:
        return {"to": row.state, "on": row.state_since, "reason": row.state_reason}


class TargetForm(BaseForm):
    edits = True

    name = forms.CharField(
        label=_("Hva skal telles?"), max_length=150, help_text=_("For eksempel «familier med felles plan».")
    )
    value = NumberField(
        label=_("Måltall"), required=False, min_value=0, max_digits=12,
        help_text=_("Tallet som skal nås, hvis det er avtalt."),
    )  # fmt: skip
    counting = forms.ChoiceField(label=_("Slik telles det"), choices=Target.Counting.choices, widget=forms.RadioSelect)
    counts_people = forms.BooleanField(label=COUNTS_PEOPLE, required=False, help_text=COUNTS_PEOPLE_HELP)


class LogForm(BaseForm):
    """What was done. The fields for numbers are those of the measure's targets."""

    text = forms.CharField(
        label=_("Hva ble gjort?"), widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        error_messages={"required": _("Skriv hva som ble gjort.")},
        help_text=_("Ikke skriv navn eller andre opplysninger som viser hvem en person er."),
    )  # fmt: skip
    happened_on = forms.DateField(label=_("Dato"), widget=DateInput)
    kind = forms.ChoiceField(label=_("Type"), choices=LogKind.choices)
    is_evaluation = forms.BooleanField(label=_("Dette er evalueringen av tiltaket"), required=False)
    file = forms.FileField(
        label=_("Vedlegg"), required=False, widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF, PNG, JPEG, Word eller Excel, høyst 10 MB."),
    )  # fmt: skip
    form_key = forms.RegexField(
        r"^[0-9a-z]{10,20}\Z", label=_("Skjemaet"), widget=forms.HiddenInput, required=False, initial=new_form_key,
        error_messages={"invalid": INCOMPLETE},
    )  # fmt: skip

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        self.targets = {f"target-{row.public_id}": row for row in measure.targets.all()}
        super().__init__(*args, **kwargs)
        for name, target in self.targets.items():
            self.fields[name] = NumberField(label=target.name, required=False, min_value=0, max_digits=12)
            dress(self.fields[name].widget)
        self.order_fields(["text", "happened_on", "kind", *self.targets, "is_evaluation", "file", "reason"])

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        """A form that was refused comes back as a new one: what it is sent with next is meant to be saved."""
        result = super().submit(action)
        if result is None and "form_key" in self.fields:
            self.data = self.data.copy()
            self.data[self.add_prefix("form_key")] = new_form_key()  # type: ignore[index]
        return result

    def entry(self) -> dict[str, Any]:
        """The cleaned data as the domain takes it."""
        data = self.cleaned_data
        figures = {target: data[name] for name, target in self.targets.items() if data.get(name) is not None}
        names = ("text", "happened_on", "kind", "is_evaluation", "file", "form_key")
        return {name: data[name] for name in names if name in data} | {"figures": figures}

    @property
    def main_fields(self) -> list[Any]:
        return [self["happened_on"], self["kind"], *(self[name] for name in self.targets)]

    @property
    def more_fields(self) -> list[Any]:
        return [self["is_evaluation"], self["file"]]

    @property
    def more_is_open(self) -> bool:
        return any(field.errors for field in self.more_fields) or bool(self.is_bound and self["is_evaluation"].value())


class CorrectionForm(LogForm):
    form_key = None  # type: ignore[assignment]  # an entry has one correction; the next one corrects that
    reason = forms.CharField(label=_("Hva er rettet?"), max_length=300, required=False)

    def entry(self) -> dict[str, Any]:
        return super().entry() | {"reason": self.cleaned_data["reason"]}


class IndicatorTableForm(BaseForm):
    edits = True

    title = forms.CharField(label=_("Hva viser tabellen?"), max_length=200)
    goal = forms.ModelChoiceField(
        Goal.objects.none(), label=_("Mål"), required=False, empty_label=_("Planen som helhet")
    )
    note = forms.CharField(label=_("Merknad"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    total_label = forms.CharField(
        label=_("Navn på sumraden"), max_length=100, required=False,
        help_text=_("La feltet stå tomt når radene ikke skal summeres."),
    )  # fmt: skip

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].queryset = plan.goals.all()


class IndicatorForm(BaseForm):
    edits = True

    name = forms.CharField(label=_("Indikator"), max_length=200)
    measured_in = forms.CharField(
        label=_("Måles i"), max_length=40, required=False, help_text=_("For eksempel «personer».")
    )
    in_total = forms.BooleanField(label=_("Tas med i summen"), required=False, initial=True)
    counts_people = forms.BooleanField(label=COUNTS_PEOPLE, required=False, initial=True, help_text=COUNTS_PEOPLE_HELP)


class ObservationForm(BaseForm):
    edits = True

    period = forms.CharField(
        label=_("Periode"), max_length=30, help_text=_("For eksempel «2011», «2011–2013» eller «1. halvår 2011».")
    )
    value = NumberField(
        label=_("Tall"), required=False, max_digits=14,
        help_text=_("La feltet stå tomt når tallet mangler, og skriv hvorfor i merknaden."),
    )  # fmt: skip
    basis = forms.CharField(
        label=_("Grunnlag"), max_length=150, required=False, help_text=_("For eksempel «gjennomsnitt måned 1-8».")
    )
    remark = forms.CharField(label=_("Merknad"), max_length=200, required=False)
