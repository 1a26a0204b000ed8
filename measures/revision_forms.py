"""The form of a revision: the new plan's head, and what becomes of each measure, goal by goal, bearable for thousands.

A page of measures has fields; of all others the form carries along what differs from the usual, in one hidden field. So what
is sent is a few hundred fields however long the plan is, and nothing that was chosen on another page is lost.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from measures.domain.revision import Fate, usual_fate
from measures.models import LIVE_STATES, Goal, Measure, MeasureFate, Plan
from organisation.forms import BaseForm, DateInput, Result
from organisation.identity_numbers import contains_identity_number

KINDS = MeasureFate.Kind.choices
ALL, LIVE, OVER, WITHOUT_REASON = "", "i-gang", "over", "uten-begrunnelse"
SHOWN = [
    (ALL, _("Alle tiltak")), (LIVE, _("Planlagt eller i gang")), (OVER, _("Ikke lenger i gang")),
    (WITHOUT_REASON, _("De som mangler begrunnelse")),
]  # fmt: skip
ON_A_PAGE = 100  # measures
LONGEST_REASON = 500
LOOKS = ("bare_vis", "for_alle", "side")  # the buttons that change what is shown or what stands in the fields


@dataclass(frozen=True)
class FateRow:
    """One measure on the page."""

    measure: Measure
    fate: Any
    reason: Any


@dataclass(frozen=True)
class FateGroup:
    """The measures of one goal that the page shows, and the fields that set all of the goal that the filter finds."""

    goal: Goal | None
    rows: list[FateRow]
    fate: Any
    reason: Any
    key: str
    shown: int  # on all pages
    counts: list[tuple[Any, int]]  # how many of each fate, as it stands, whatever the filter says


class RevisionForm(BaseForm):
    """Each measure stands with what is usual for its state. A button sets all of a goal that the filter finds."""

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
        self.goals: dict[str, Goal] = {goal.public_id: goal for goal in plan.goals.all()}
        self.of_goal: dict[str, list[str]] = {key: [] for key in (*self.goals, "")}
        for public_id, measure in self.measures.items():
            goal = next(iter(measure.goals.all()), None)  # one that is under several stands under the first
            self.of_goal[goal.public_id if goal else ""].append(public_id)
        self.usual = {public_id: usual_fate(measure=row) for public_id, row in self.measures.items()}
        self.chosen = self.usual | (self._carried() | self._typed_here() if self.is_bound else {})
        self.looks = self.is_bound and any(name in self.data for name in LOOKS)
        if "for_alle" in self.data:
            self._set_all(str(self.data["for_alle"]))
        saves = self.is_bound and not self.looks
        self.wrong = [pid for pid, fate in self.chosen.items() if _is_wrong(fate)] if saves else []
        self._turn()
        for public_id in self.page:
            fate = self.chosen[public_id]
            self._add(public_id, self.measures[public_id].title, fate.kind, fate.reason)
        for key in self._keys_here():
            self._add(f"all-{key}", _("Hva skjer"), "", "", required=False)
        if self.is_bound:
            self._write_data()

    def _add(self, key: str, label: Any, kind: str, reason: str, required: bool = True) -> None:
        choices = KINDS if required else [("", _("Velg")), *KINDS]
        fate = forms.ChoiceField(label=label, choices=choices, required=required, initial=kind)
        words = forms.CharField(label=_("Begrunnelse"), max_length=LONGEST_REASON, required=False, initial=reason)
        for name, field in (("fate", fate), ("reason", words)):
            field.widget.attrs["class"] = "ds-input"
            self.fields[f"{name}-{key}"] = field

    # What was chosen

    def _carried(self) -> dict[str, Fate]:
        """What was chosen on other pages. Whatever is no such thing is left out: the page then shows what is usual."""
        try:
            told = json.loads(self.data.get("valgt", "") or "{}")
        except (ValueError, RecursionError):
            told = {}
        found = {}
        for public_id, fate in told.items() if isinstance(told, dict) else ():
            is_fate = isinstance(fate, list) and len(fate) == 2 and all(isinstance(word, str) for word in fate)
            if public_id in self.measures and is_fate:
                found[public_id] = Fate(fate[0], fate[1].strip())
        return found

    def _typed_here(self) -> dict[str, Fate]:
        return {
            pid: Fate(self.data[f"fate-{pid}"], self.data.get(f"reason-{pid}", "").strip())
            for pid in self.measures
            if f"fate-{pid}" in self.data
        }

    def _set_all(self, key: str) -> None:
        kind, reason = self.data.get(f"fate-all-{key}", ""), self.data.get(f"reason-all-{key}", "").strip()
        shown = [public_id for public_id in self.of_goal.get(key, []) if self._is_found(public_id)]
        for public_id in shown if kind else ():
            self.chosen[public_id] = Fate(kind, reason or self.chosen[public_id].reason)

    def fates(self) -> dict[Measure, Fate]:
        """What becomes of every measure, on whatever page it stands."""
        return {row: self.chosen[public_id] for public_id, row in self.measures.items()}

    # What is shown

    def _turn(self) -> None:
        """The page that was asked for; when something was refused, the one where it begins."""
        wrong = set(self.wrong)
        ordered = [public_id for key in self.of_goal for public_id in self.of_goal[key]]
        self.found = [public_id for public_id in ordered if public_id in wrong or self._is_found(public_id)]
        self.pages = max(1, -(-len(self.found) // ON_A_PAGE))
        asked = self.data.get("side") or ("1" if "bare_vis" in self.data else self.data.get("her", "1"))
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
        if wrong:
            number = next(n for n, public_id in enumerate(self.found) if public_id in wrong) // ON_A_PAGE + 1
        self.number = min(max(number, 1), self.pages)
        self.page = self.found[(self.number - 1) * ON_A_PAGE : self.number * ON_A_PAGE]

    def _is_found(self, public_id: str) -> bool:
        wanted, fate = self.data.get("vis", ALL), self.chosen[public_id]
        if wanted == WITHOUT_REASON:
            return fate.kind != MeasureFate.Kind.CARRIED_OVER and not fate.reason
        live = self.measures[public_id].state in LIVE_STATES
        return wanted not in (LIVE, OVER) or live == (wanted == LIVE)

    def _keys_here(self) -> list[str]:
        """The goals that the page shows: those of its measures, and where all is on one page also those that have none."""
        here = set(self.page)
        return [key for key, ids in self.of_goal.items() if ids and (self.pages == 1 or here & set(ids))]

    def _write_data(self) -> None:
        """The fields of the page show what was chosen, also where they were not what was sent."""
        data = cast(QueryDict, self.data).copy()
        for public_id in self.page:
            data[f"fate-{public_id}"], data[f"reason-{public_id}"] = (
                self.chosen[public_id].kind, self.chosen[public_id].reason,
            )  # fmt: skip
        if "for_alle" in data:
            key = data["for_alle"]
            data[f"fate-all-{key}"] = data[f"reason-all-{key}"] = ""
        self.data = data

    @property
    def carried(self) -> str:
        """What differs from the usual on the other pages, for the hidden field."""
        here = set(self.page)
        told = {
            public_id: [fate.kind, fate.reason]
            for public_id, fate in self.chosen.items()
            if public_id not in here and fate != self.usual[public_id]
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else ""

    # What becomes of it

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        """The buttons of the page save nothing."""
        if not self.looks:
            return super().submit(action)
        self._errors = ErrorDict(renderer=self.renderer)
        return None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        here = set(self.page)
        for public_id in here.intersection(self.wrong):
            name = f"reason-{public_id}"
            if _lacks_reason(self.chosen[public_id]) and name in data:
                self.add_error(name, _("Skriv en kort begrunnelse."))
        if others := len(set(self.wrong) - here):
            text = ngettext(
                "Det er %(n)s tiltak til å rette på de andre sidene.",
                "Det er %(n)s tiltak til å rette på de andre sidene.", others,
            )  # fmt: skip
            self.add_error(None, text % {"n": others})
        return data

    def current_values(self, row: Plan) -> dict[str, Any]:
        return {}

    @property
    def head_fields(self) -> list[Any]:
        return [self[name] for name in ("title", "starts_on", "ends_on")]

    @property
    def place_label(self) -> str:
        return gettext("Side %(number)s av %(total)s") % {"number": self.number, "total": self.pages}

    def groups(self) -> Iterator[FateGroup]:
        """In the order of the goals; last those that have none. What was refused is shown, whatever the filter says."""
        here, found = set(self.page), set(self.found)
        for key in self._keys_here():
            ids = self.of_goal[key]
            kinds = [self.chosen[public_id].kind for public_id in ids]
            rows = [
                FateRow(self.measures[public_id], self[f"fate-{public_id}"], self[f"reason-{public_id}"])
                for public_id in ids
                if public_id in here
            ]
            yield FateGroup(
                self.goals.get(key), rows, self[f"fate-all-{key}"], self[f"reason-all-{key}"], key,
                shown=sum(public_id in found for public_id in ids),
                counts=[(label, kinds.count(kind)) for kind, label in KINDS if kind in kinds],
            )  # fmt: skip


def _lacks_reason(fate: Fate) -> bool:
    return fate.kind != MeasureFate.Kind.CARRIED_OVER and not fate.reason


def _is_wrong(fate: Fate) -> bool:
    """What the fields of the measure would refuse: it may stand on another page than the one that was sent."""
    too_much = len(fate.reason) > LONGEST_REASON or "\0" in fate.reason or contains_identity_number(fate.reason)
    return fate.kind not in MeasureFate.Kind.values or _lacks_reason(fate) or too_much
