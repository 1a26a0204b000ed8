"""The form of a revision: the new plan's head, and what becomes of each measure, goal by goal, bearable for thousands.

A page of measures has fields; of all others the form carries along what differs from the usual, in one hidden field. So what
is sent is a few hundred fields however long the plan is, and nothing that was chosen on another page is lost.

The page also tells which measures it was made of, and what was usual for each. Where that has changed since, nothing is saved:
nobody decides about a measure that was not there to be seen.
"""

import hashlib
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
CHANGED = _("Tiltakene i planen er endret siden du åpnet siden. Se over valgene, og lagre på nytt.")
DAMAGED = _("Valgene på de andre sidene kom ikke helt fram. Se over dem på hver side, og lagre på nytt.")
LOOKS = ("bare_vis", "for_alle", "side")  # the buttons that change what is shown or what stands in the fields


@dataclass(frozen=True)
class FateRow:
    """One measure on the page."""

    measure: Measure
    fate: Any
    reason: Any
    is_changed: bool  # since the page was opened


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
        self.marks = {public_id: _mark(row, self.usual[public_id]) for public_id, row in self.measures.items()}
        seen = set(self.data.get("tiltak", "").split()) if self.is_bound else set(self.marks.values())
        self.changed = {public_id for public_id, mark in self.marks.items() if mark not in seen}
        self.refusals = [CHANGED] if seen != set(self.marks.values()) else []
        here = self._typed_here()
        self.came_from = set(here)  # what stood on the page that was sent
        self.chosen = self.usual | self._carried() | here
        self.shows = str(self.data.get("vis" if "bare_vis" in self.data else "vist", ALL))
        self.shows = self.shows if self.shows in dict(SHOWN) else ALL
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
        """What was chosen on other pages. What is no such thing is left out, and said: it may have been somebody's choice."""
        try:
            told = json.loads(self.data.get("valgt", "") or "{}")
        except (ValueError, RecursionError):
            told = None
        fates = told if isinstance(told, dict) else {}
        if told is not fates or not all(_is_fate(fate) for fate in fates.values()):
            self.refusals.append(DAMAGED)
        return {
            public_id: Fate(fate[0], fate[1].strip())
            for public_id, fate in fates.items()
            if public_id in self.measures and _is_fate(fate)
        }

    def _typed_here(self) -> dict[str, Fate]:
        return {
            pid: Fate(self.data[f"fate-{pid}"], self.data.get(f"reason-{pid}", "").strip())
            for pid in self.measures
            if f"fate-{pid}" in self.data
        }

    def _set_all(self, key: str) -> None:
        kind, reason = self.data.get(f"fate-all-{key}", ""), self.data.get(f"reason-all-{key}", "").strip()
        ids = self.of_goal.get(key, [])
        shown = [public_id for public_id in ids if public_id not in self.changed and self._is_found(public_id)]
        for public_id in shown if kind else ():
            self.chosen[public_id] = Fate(kind, reason or self.chosen[public_id].reason)

    def fates(self) -> dict[Measure, Fate]:
        """What becomes of every measure, on whatever page it stands."""
        return {row: self.chosen[public_id] for public_id, row in self.measures.items()}

    # What is shown

    def _turn(self) -> None:
        """The page that was asked for; when something was refused, the one where it begins."""
        wrong = self.changed or set(self.wrong)
        always = self.changed.union(self.wrong)
        ordered = [public_id for key in self.of_goal for public_id in self.of_goal[key]]
        self.found = [public_id for public_id in ordered if public_id in always or self._is_found(public_id)]
        self.pages = max(1, -(-len(self.found) // ON_A_PAGE))
        was = _number(self.data.get("her", "1"))
        number = 1 if "bare_vis" in self.data else _number(self.data.get("side") or str(was))
        if self.shows == WITHOUT_REASON and "bare_vis" not in self.data:
            number = self._page_of(self._next_to(ordered, number - was), number)
        number = self._page_of(next((public_id for public_id in self.found if public_id in wrong), None), number)
        self.number = min(max(number, 1), self.pages)
        self.page = self.found[(self.number - 1) * ON_A_PAGE : self.number * ON_A_PAGE]

    def _next_to(self, ordered: list[str], way: int) -> str | None:
        """Where to go from the page that was sent. What has got its reason is no longer found, so pages can't be counted."""
        places = {public_id: place for place, public_id in enumerate(ordered)}
        came_from = [places[public_id] for public_id in self.came_from] or [0]
        first, last = min(came_from), max(came_from)
        if way < 0:
            return next((public_id for public_id in reversed(self.found) if places[public_id] < first), None)
        least = last + 1 if way else first
        return next((public_id for public_id in self.found if places[public_id] >= least), None)

    def _page_of(self, public_id: str | None, otherwise: int) -> int:
        return otherwise if public_id is None else self.found.index(public_id) // ON_A_PAGE + 1

    def _is_found(self, public_id: str) -> bool:
        wanted, fate = self.shows, self.chosen[public_id]
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
        data["vis"] = self.shows
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

    @property
    def seen(self) -> str:
        """The measures the page is made of, and what is usual for each, for the hidden field.

        What has changed and stands on another page has still to be seen: it is left out until it was shown.
        """
        unseen = self.changed.difference(self.page)
        return " ".join(mark for public_id, mark in self.marks.items() if public_id not in unseen)

    # What becomes of it

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        """The buttons of the page save nothing."""
        if not self.looks:
            return super().submit(action)
        self._errors, self.cleaned_data = ErrorDict(renderer=self.renderer), {}
        for refusal in self.refusals:
            self.add_error(None, refusal)
        return None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for refusal in self.refusals:
            self.add_error(None, refusal)
        here = set(self.page)
        for public_id in here.intersection(self.wrong):
            name = f"reason-{public_id}"
            if _lacks_reason(self.chosen[public_id]) and name in data:
                self.add_error(name, _("Skriv en kort begrunnelse."))
        if others := len(set(self.wrong) - here):
            text = ngettext(
                "På de andre sidene er det %(n)s tiltak til som må rettes.",
                "På de andre sidene er det %(n)s tiltak til som må rettes.", others,
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
                FateRow(
                    self.measures[public_id], self[f"fate-{public_id}"], self[f"reason-{public_id}"],
                    is_changed=public_id in self.changed,
                )
                for public_id in ids
                if public_id in here
            ]  # fmt: skip
            yield FateGroup(
                self.goals.get(key), rows, self[f"fate-all-{key}"], self[f"reason-all-{key}"], key,
                shown=sum(public_id in found for public_id in ids),
                counts=[(label, kinds.count(kind)) for kind, label in KINDS if kind in kinds],
            )  # fmt: skip


def _mark(measure: Measure, usual: Fate) -> str:
    """A short word for a measure with what is usual for it. Not for the words on the page: they depend on the language."""
    why = "" if usual.kind == MeasureFate.Kind.CARRIED_OVER else f"{measure.state}:{measure.state_reason}"
    return hashlib.sha256(f"{measure.public_id}:{usual.kind}:{why}".encode()).hexdigest()[:10]


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 6 else 1


def _is_fate(told: Any) -> bool:
    """Two texts. What JSON can tell and no text can hold (half a character) is none."""
    if not (isinstance(told, list) and len(told) == 2 and all(isinstance(word, str) for word in told)):
        return False
    return not any("\ud800" <= letter <= "\udfff" for word in told for letter in word)


def _lacks_reason(fate: Fate) -> bool:
    return fate.kind != MeasureFate.Kind.CARRIED_OVER and not fate.reason


def _is_wrong(fate: Fate) -> bool:
    """What the fields of the measure would refuse: it may stand on another page than the one that was sent."""
    too_much = len(fate.reason) > LONGEST_REASON or "\0" in fate.reason or contains_identity_number(fate.reason)
    return fate.kind not in MeasureFate.Kind.values or _lacks_reason(fate) or too_much
