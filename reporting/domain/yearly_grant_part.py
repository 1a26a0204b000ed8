"""What the yearly report says of one grant: the money, the measures with what they are tied to, the answers, the report on it.

Neither the grant's note nor its case number: the municipality's own, and written for those who work with it.
"""

import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from grants.domain.questions import MEASURE_QUESTIONS, ONE, SEVERAL, UNIT_QUESTIONS
from grants.models import FundedMeasure, GrantState, ReportState, YearlyReport
from measures.models import Measure, PlanState
from reporting.domain.free_texts import free
from reporting.domain.yearly_grant_counts import Children, form_key, grant_key
from reporting.domain.yearly_grant_facts import Line, Told

Json = dict[str, Any]
SECTION = "tilskudd-for-tilskudd"
# What is said of a measure, in the form's order; of a unit, every question that isn't a number or a text.
OF_MEASURE = ("goal_category", "targeting", "primary_target_group", "continue_next_year")


def part_of(told: Told, children: Children, on: datetime.date) -> Json:
    grant, report = told.grant, told.report
    answers = told.answers
    return {
        "id": told.id,
        "scheme": grant.scheme.name,
        "funder": grant.scheme.funder,
        "unit": grant.reporting_unit.name,
        "holder": grant.responsible_unit.name if grant.responsible_unit else "",
        "title": told.title,
        "state": grant.state,
        "state_label": str(grant.get_state_display()),
        "is_awarded": grant.is_awarded,
        "money": money_of(told),
        "measures": [_measure(told, line, children) for line in told.lines],
        "children": children.cell(grant_key(told)),
        "answers": _answers(answers) if answers else [],
        "feedback": free(
            f"grant:{told.id}:feedback", f"{told.title}: {_('Generelle tilbakemeldinger')}", SECTION,
            answers.general_feedback if answers else "",
        ),
        "report": _report(told, report, on),
    }  # fmt: skip


def money_of(told: Told) -> Json:
    """Kroner; None is not known. `left` is below nought where more was spent than there was."""
    money = told.money
    return {
        "applied": plain(told.grant.applied_nok),
        "awarded": plain(money.awarded),
        "carried_over": plain(told.grant.carried_over_nok),
        "available": plain(money.available),
        "budgeted": plain(money.budgeted),
        "spent": plain(money.spent),
        "source": money.source,
        "source_label": str(money.source_text),
        "left": plain(money.left),
        "shared": list(money.shared),
    }


def report_state(told: Told) -> tuple[str, str]:
    """What became of the report on a grant: a code and its words."""
    grant, report = told.grant, told.report
    if not grant.is_awarded or not grant.scheme.has_reporting_duty:
        return "none", _("Skal ikke rapporteres")
    if report is not None:
        # Who has not written anything and who has not sent it are the same to whoever waits.
        label = _("Ikke sendt") if report.state == ReportState.DRAFT else str(report.get_state_display())
        return report.state, label
    if grant.state == GrantState.GRANTED:
        return ReportState.DRAFT, _("Ikke sendt")
    return ReportState.SUBMITTED, _("Sendt inn")


def plain(value: Decimal | None) -> int | float | None:
    """A JSON number: whole where it is whole. Two decimals are held exactly enough by a float."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def sources_of(told: Told) -> dict[str, Json]:
    grant = {"kind": "grants", "ids": [told.id]}
    spent = grant if told.money.own is not None else {"kind": "ledger_of_sub_projects", "ids": _sub_projects(told)}
    sources = {f"money:{told.id}:{name}": grant for name in ("applied", "awarded", "carried_over")}
    sources |= {f"money:{told.id}:spent": spent, f"money:{told.id}:left": spent}
    for line in told.lines:
        if line.funding:
            sources[f"budget:{told.id}:{line.id}"] = {"kind": "fundings", "ids": [told.id, line.id]}
        elif line.form:
            sources[f"budget:{told.id}:{line.id}"] = {"kind": "measure_reports", "ids": [line.form.public_id]}
    return sources


def _sub_projects(told: Told) -> list[str]:
    found = [line.funded.sub_project.public_id for line in told.lines if line.funded and line.funded.sub_project]
    return sorted(set(found))


def _measure(told: Told, line: Line, children: Children) -> Json:
    form = line.form
    budget = line.funding.budget_nok if line.funding else form.budget_nok if form else None
    text = form.description if form else line.funded.description if line.funded else ""
    said = [(name, _said(form, name)) for name in OF_MEASURE] if form else []
    return {
        "id": line.id,
        "title": line.title,
        "linked": _linked(line.funded),
        "budget": plain(budget),
        "size": str(form.get_budget_class_display()) if form and budget is None and form.budget_class else "",
        "children": children.cell(form_key(form)) if form else None,
        "answers": [{"key": name, "label": _label(MEASURE_QUESTIONS[name].label), "text": text} for name, text in said if text],
        "text": free(f"grant:{told.id}:measure:{line.id}", f"{told.title}: {line.title}", SECTION, text),
    }  # fmt: skip


def _linked(funded: FundedMeasure | None) -> Json | None:
    """What the money goes to in the municipality's own plans. What a plan on its way is called is nobody else's business yet."""
    if funded is None:
        return None
    if funded.sub_project:
        return {"kind": "sub_project", "kind_label": _("Delprosjekt"), "title": funded.sub_project.title, "plan": ""}
    measure: Measure | None = funded.measure
    if measure is None:
        return None
    is_public = measure.plan.state != PlanState.DRAFT
    return {
        "kind": "measure",
        "kind_label": _("Tiltak i plan"),
        "title": measure.title if is_public else _("tiltak i en plan som ikke er vedtatt"),
        "plan": (measure.plan.short_title or measure.plan.title) if is_public else "",
    }


def _answers(report: YearlyReport) -> list[Json]:
    rows = [
        (name, _label(question.label), _said(report, name))
        for name, question in UNIT_QUESTIONS.items()
        if question.kind in (ONE, SEVERAL)
    ]
    return [{"key": name, "label": label, "text": text} for name, label, text in rows if text]


def _said(row: Any, name: str) -> str:
    question = {**UNIT_QUESTIONS, **MEASURE_QUESTIONS}[name]
    value = getattr(row, name)
    codes = value if question.kind == SEVERAL else [value] if value else []
    return ", ".join(question.label_of(code) for code in codes)


def _label(label: Any) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]


def _report(told: Told, report: YearlyReport | None, on: datetime.date) -> Json:
    state, label = report_state(told)
    due, sent = told.grant.report_by, told.sent_on
    accepted = report.accepted_at.date() if report and report.accepted_at else None
    return {
        "state": state,
        "label": label,
        "is_here": report is not None,
        "due": due.isoformat() if due else None,
        "sent_on": sent.isoformat() if sent else None,
        "accepted_on": accepted.isoformat() if accepted else None,
        "is_late": told.grant.is_late(on),
    }
