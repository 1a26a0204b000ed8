"""The form of a revision: the new plan's head, and what becomes of each measure, goal by goal, bearable for hundreds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from measures.domain.revision import usual_fate
from measures.models import LIVE_STATES, Goal, Measure, MeasureFate, Plan
from organisation.forms import BaseForm, DateInput, Result

KINDS = MeasureFate.Kind.choices
ALL, LIVE, OVER, WITHOUT_REASON = "", "i-gang", "over", "uten-begrunnelse"
SHOWN = [
    (ALL, _("Alle tiltak")), (LIVE, _("Planlagt eller i gang")), (OVER, _("Ikke lenger i gang")),
    (WITHOUT_REASON, _("De som mangler begrunnelse")),
]  # fmt: skip


@dataclass(frozen=True)
class FateRow:
    """One measure on the page. What the filter leaves out is sent along all the same."""

    measure: Measure
    fate: Any
    reason: Any
    is_shown: bool


@dataclass(frozen=True)
class FateGroup:
    """The measures of one goal, and the fields that set them all."""

    goal: Goal | None
    rows: list[FateRow]
    fate: Any
    reason: Any
    key: str

    @property
    def shown(self) -> int:
        return sum(row.is_shown for row in self.rows)

    @property
    def counts(self) -> list[tuple[Any, int]]:
        """How many of each fate, as it stands in the fields."""
        values = [row.fate.value() for row in self.rows]
        return [(label, values.count(kind)) for kind, label in KINDS if kind in values]


class RevisionForm(BaseForm):
    """Each measure stands with what is usual for its state. A button sets all that are shown in a goal."""

    edits = acts = True
    marks_optional = False

    title = forms.CharField(label=_("Tittel på den nye planen"), max_length=250)
    starts_on = forms.DateField(label=_("Gjelder fra"), widget=DateInput)
    ends_on = forms.DateField(label=_("Gjelder til"), widget=DateInput, required=False)
    vis = forms.ChoiceField(label=_("Vis"), choices=SHOWN, required=False)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = plan.measures.prefetch_related("goals").order_by("position", "id")
        self.measures = {row.public_id: row for row in rows}
        self.of_goal: dict[str, list[str]] = {}
        self.goals: dict[str, Goal] = {goal.public_id: goal for goal in plan.goals.all()}
        for public_id, measure in self.measures.items():
            goal = next(iter(measure.goals.all()), None)  # one that is under several stands under the first
            self.of_goal.setdefault(goal.public_id if goal else "", []).append(public_id)
            usual = usual_fate(measure=measure)
            self._add(public_id, measure.title, usual.kind, usual.reason)
        for key in self.of_goal:
            self._add(f"all-{key}", _("Hva skjer"), "", "", required=False)

    def _add(self, key: str, label: Any, kind: str, reason: str, required: bool = True) -> None:
        choices = KINDS if required else [("", _("Velg")), *KINDS]
        fate = forms.ChoiceField(label=label, choices=choices, required=required, initial=kind)
        words = forms.CharField(label=_("Begrunnelse"), max_length=500, required=False, initial=reason)
        for name, field in (("fate", fate), ("reason", words)):
            field.widget.attrs["class"] = "ds-input"
            self.fields[f"{name}-{key}"] = field

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        """The buttons of the page change what is shown or what stands in the fields; they save nothing."""
        if "for_alle" in self.data:
            self._set_all(str(self.data["for_alle"]))
        elif "bare_vis" not in self.data:
            return super().submit(action)
        self._errors = ErrorDict(renderer=self.renderer)
        return None

    def _set_all(self, key: str) -> None:
        data = cast(QueryDict, self.data).copy()
        kind, reason = data.get(f"fate-all-{key}", ""), data.get(f"reason-all-{key}", "")
        for public_id in self.of_goal.get(key, []):
            if kind and self._is_shown(public_id):
                data[f"fate-{public_id}"] = kind
                if reason:
                    data[f"reason-{public_id}"] = reason
        data[f"fate-all-{key}"] = data[f"reason-all-{key}"] = ""
        self.data = data

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for public_id in self.measures:
            fate, name = data.get(f"fate-{public_id}"), f"reason-{public_id}"
            if fate and fate != MeasureFate.Kind.CARRIED_OVER and name in data and not data[name]:
                self.add_error(name, _("Skriv en kort begrunnelse."))
        return data

    def current_values(self, row: Plan) -> dict[str, Any]:
        return {}

    def _is_shown(self, public_id: str) -> bool:
        wanted, live = self["vis"].value() or ALL, self.measures[public_id].state in LIVE_STATES
        if wanted == WITHOUT_REASON:
            carried = self[f"fate-{public_id}"].value() == MeasureFate.Kind.CARRIED_OVER
            return not carried and not self[f"reason-{public_id}"].value()
        return wanted not in (LIVE, OVER) or live == (wanted == LIVE)

    @property
    def head_fields(self) -> list[Any]:
        return [self[name] for name in ("title", "starts_on", "ends_on")]

    def groups(self) -> Iterator[FateGroup]:
        """In the order of the goals; last those that have none. What was refused is shown, whatever the filter says."""
        for key in [*(key for key in self.goals if key in self.of_goal), *([""] if "" in self.of_goal else [])]:
            rows = [self._row(public_id) for public_id in self.of_goal[key]]
            yield FateGroup(self.goals.get(key), rows, self[f"fate-all-{key}"], self[f"reason-all-{key}"], key)

    def _row(self, public_id: str) -> FateRow:
        fate, reason = self[f"fate-{public_id}"], self[f"reason-{public_id}"]
        refused = bool(self.is_bound and (fate.errors or reason.errors))
        return FateRow(self.measures[public_id], fate, reason, refused or self._is_shown(public_id))
