"""Forms of reviews: the judgement of each goal, the questionnaire, the decision. Input only; nothing is chosen beforehand."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grants.models import AwardGoal, Decision, GoalJudgement, PartnerAnswer, Review, Verdict
from organisation.forms import BaseForm, DateInput, dress

SCALE = [
    (1, _("1 – ikke i det hele tatt")),
    (2, "2"),
    (3, "3"),
    (4, "4"),
    (5, _("5 – fullt og helt")),
]


class JudgementForm(BaseForm):
    """A draft may leave goals unjudged; the decision asks for all of them, so nothing is marked as optional."""

    edits = True
    marks_optional = False

    summary = forms.CharField(label=_("Oppsummering av samtalen"), widget=forms.Textarea, required=False)

    def __init__(self, *args: Any, review: Review, goals: list[AwardGoal], **kwargs: Any) -> None:
        self.goals = {goal.public_id: goal for goal in goals}
        super().__init__(*args, initial=self._values(review) | {"version": review.version}, **kwargs)
        for pid, goal in self.goals.items():
            self.fields[f"verdict-{pid}"] = forms.ChoiceField(
                label=_("Vurdering av «%(goal)s»") % {"goal": goal.text}, choices=Verdict.choices,
                widget=forms.RadioSelect, required=False,
            )  # fmt: skip
            self.fields[f"comment-{pid}"] = forms.CharField(label=_("Kommentar"), max_length=500, required=False)
            for name in ("verdict", "comment"):
                dress(self.fields[f"{name}-{pid}"].widget)

    def _values(self, review: Review) -> dict[str, Any]:
        values: dict[str, Any] = {"summary": review.summary}
        for row in GoalJudgement.objects.filter(review=review).select_related("goal"):
            values |= {f"verdict-{row.goal.public_id}": row.verdict, f"comment-{row.goal.public_id}": row.comment}
        return values

    def current_values(self, row: Review) -> dict[str, Any]:
        values = self._values(row)
        return {name: values.get(name, "") for name in self.fields if name != "version"}

    def judgements(self) -> dict[AwardGoal, tuple[str, str]]:
        data = self.cleaned_data
        return {goal: (data[f"verdict-{pid}"], data[f"comment-{pid}"]) for pid, goal in self.goals.items()}

    @property
    def goal_fields(self) -> list[tuple[Any, Any]]:
        return [(self[f"verdict-{pid}"], self[f"comment-{pid}"]) for pid in self.goals]


class QuestionnaireForm(BaseForm):
    edits = True

    went_well = forms.CharField(label=_("Hva har gått bra?"), widget=forms.Textarea, required=False)
    to_change = forms.CharField(
        label=_("Hva bør endres?"), widget=forms.Textarea, required=False,
        help_text=_("Ikke skriv navn eller andre opplysninger som viser hvem en person er."),
    )  # fmt: skip

    def __init__(self, *args: Any, answer: PartnerAnswer | None, **kwargs: Any) -> None:
        names = (*PartnerAnswer.QUESTIONS, "went_well", "to_change", "version")
        initial = {name: getattr(answer, name) for name in names} if answer else {}
        super().__init__(*args, initial=initial, **kwargs)
        for name, text in PartnerAnswer.QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=text, choices=SCALE, coerce=int, widget=forms.RadioSelect,
                error_messages={"required": format_lazy(_("Velg et tall fra 1 til 5: «{question}»"), question=text)},
            )  # fmt: skip
            dress(self.fields[name].widget)
        self.order_fields(list(PartnerAnswer.QUESTIONS))


class ConcludeForm(BaseForm):
    edits = True
    marks_optional = False  # the conditions may be empty, unless the decision asks for them

    decision = forms.ChoiceField(
        label=_("Hva skal skje med delprosjektet?"), choices=Decision.choices, widget=forms.RadioSelect
    )
    conditions = forms.CharField(
        label=_("Vilkår"), widget=forms.Textarea(attrs={"rows": 3}), required=False,
        help_text=_("Må fylles ut når delprosjektet fortsetter med vilkår."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Begrunnelse"), widget=forms.Textarea, error_messages={"required": _("Skriv en begrunnelse.")}
    )
    held_on = forms.DateField(label=_("Samtalen ble holdt"), widget=DateInput)
    understood = forms.BooleanField(
        label=_("Vi har lest hva som følger av avgjørelsen, og vet at den ikke kan gjøres om"),
        error_messages={"required": _("Kryss av for at dere vet hva som følger.")},
    )  # fmt: skip

    def current_values(self, row: Review) -> dict[str, Any]:
        return {}
