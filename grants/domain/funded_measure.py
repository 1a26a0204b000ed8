"""Grant-funded measures: what a scheme's money goes to, tied to a measure or a sub-project, and each year's share."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grants.domain.grant_money import check_amount
from grants.domain.questions import MEASURE_QUESTIONS
from grants.domain.yearly_report import SAME_TITLE, add_form, remove_form
from grants.models import (
    OPEN_STATES,
    FundedMeasure,
    Funding,
    Grant,
    GrantScheme,
    GrantState,
    MeasureReport,
    ReportingUnit,
    YearlyReport,
)
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import User

# Afterwards the report has gone with the measures it had.
MAY_BE_SHARED_OUT = (GrantState.APPLIED, GrantState.GRANTED)
COUNTED_ALREADY = _("Et annet tilskuddstiltak teller de samme barna. Velg et annet tall, eller la feltet stå tomt.")
REFUSED: dict[str, Any] = {
    "funded_measure_title_unique": (
        _("Det finnes allerede et tilskuddstiltak med dette navnet i ordningen."), "title"
    ),
    "funding_unique": (_("Tiltaket får allerede penger fra dette tilskuddet."), "funded_measure"),
    "children_counted_once": (COUNTED_ALREADY, "children_target"),
    "scheme_is_own_or_national": (_("Velg en ordning som kommunen kan søke på."), "scheme"),
}  # fmt: skip


class AnswersWouldGoError(DomainError):
    """A measure's form has answers, and nobody has said that they may go."""


def create_funded_measure(
    *, reporting_unit: ReportingUnit, scheme: GrantScheme, title: str, by: User | None, **fields: Any
) -> FundedMeasure:
    """What is said of it here is used in every year's report."""
    funded = FundedMeasure(reporting_unit=reporting_unit, scheme=scheme, title=title.strip())
    apply(funded, fields)
    _check(funded)
    with acting(by, "funded_measure.create"), refusing(**REFUSED):
        funded.save()
    return funded


def update_funded_measure(*, funded_measure: FundedMeasure, version: int, by: User, **fields: Any) -> FundedMeasure:
    """Its form in an open report is called what it is called."""
    with acting(by, "funded_measure.update"), refusing(**REFUSED | SAME_TITLE):
        reports = YearlyReport.objects.filter(measure_reports__funded_measure=funded_measure, state__in=OPEN_STATES)
        opened = [row.pk for row in YearlyReport.objects.select_for_update(no_key=True).filter(pk__in=reports)]
        funded = locked(funded_measure, version)
        before = funded.title
        apply(funded, fields)
        _check(funded)
        funded.save()
        if funded.title != before:
            for form in funded.measure_reports.filter(report__in=opened):
                form.title = funded.title
                form.save()
    return funded


def fund(*, grant: Grant, funded_measure: FundedMeasure, budget_nok: Decimal | None, by: User) -> Funding:
    """Give a measure money of one year's grant; its form in the year's report comes with it."""
    check_amount(budget_nok, "budget_nok")
    with acting(by, "funding.create"), refusing(**REFUSED):
        grant = _held(grant)
        if (funded_measure.reporting_unit_id, funded_measure.scheme_id) != (grant.reporting_unit_id, grant.scheme_id):
            raise DomainError(_("Velg et tiltak i samme ordning og enhet."), "funded_measure")
        funding = Funding.objects.create(grant=grant, funded_measure=funded_measure, budget_nok=budget_nok)
        _add_form(grant, funded_measure, by)
    return funding


def update_funding(*, funding: Funding, version: int, budget_nok: Decimal | None, by: User) -> Funding:
    """Another share. The measure's form in an open report follows, unless somebody has answered otherwise."""
    check_amount(budget_nok, "budget_nok")
    with acting(by, "funding.update"):
        _held(funding.grant)
        funding = locked(funding, version)
        funding.budget_nok = budget_nok
        funding.save()
    return funding


def unfund(*, funding: Funding, by: User, with_answers: bool = False) -> None:
    """Take a measure out of one year's grant, and its form out of the year's report while that is open.

    What somebody has answered in the form goes with it, and only if that is said.
    """
    with acting(by, "funding.delete"):
        _held(funding.grant)
        for form in _forms(funding):
            if _is_answered(form) and not with_answers:
                raise AnswersWouldGoError(_("Skjemaet i årsrapporten har svar. De blir slettet med tiltaket."))
            remove_form(form=form, by=by)
        Funding.objects.filter(pk=funding.pk).delete()


def _forms(funding: Funding) -> QuerySet[MeasureReport]:
    return MeasureReport.objects.filter(report__grant=funding.grant_id, funded_measure=funding.funded_measure_id)


def _is_answered(form: MeasureReport) -> bool:
    """By somebody: what is taken from elsewhere is there again when the measure is."""
    answered = (name for name, question in MEASURE_QUESTIONS.items() if question.is_answered(getattr(form, name)))
    return any(name not in form.sources for name in answered) or bool(form.explanations)


def _held(grant: Grant) -> Grant:
    """The grant, locked: it isn't awarded or reported while its money is shared out. The report first, as when it is sent."""
    list(YearlyReport.objects.select_for_update(no_key=True).filter(grant=grant).values_list("pk"))
    grant = Grant.objects.select_for_update(no_key=True).get(pk=grant.pk)
    if grant.state not in MAY_BE_SHARED_OUT:
        raise DomainError(
            _("Tilskuddet er %(state)s. Fordelingen på tiltak kan ikke endres.")
            % {"state": grant.get_state_display().lower()}
        )
    return grant


def _add_form(grant: Grant, funded_measure: FundedMeasure, by: User) -> None:
    report = getattr(grant, "report", None)
    if report and report.is_open:
        add_form(report=report, funded_measure=funded_measure, by=by)


def _check(funded: FundedMeasure) -> None:
    if not funded.title.strip():
        raise DomainError(_("Skriv et navn."), "title")
    municipality = funded.reporting_unit.municipality_id
    if funded.scheme.municipality_id not in (None, municipality):
        raise DomainError(_("Velg en ordning som kommunen kan søke på."), "scheme")
    if funded.measure and funded.measure.plan.municipality_id != municipality:
        raise DomainError(_("Velg et tiltak i en av kommunens egne planer."), "measure")
    if funded.sub_project and funded.sub_project.municipality_id != municipality:
        raise DomainError(_("Velg et delprosjekt i samme kommune."), "sub_project")
    if funded.children_target and funded.children_target.measure_id != counted_in(funded):
        raise DomainError(_("Velg et tall som logges på tiltaket."), "children_target")
    if funded.children_target_id:
        others = FundedMeasure.objects.filter(reporting_unit=funded.reporting_unit_id, scheme=funded.scheme_id)
        if others.filter(children_target=funded.children_target_id).exclude(pk=funded.pk).exists():
            raise DomainError(COUNTED_ALREADY, "children_target")


def counted_in(funded: FundedMeasure) -> int | None:
    """The measure whose log counts: the one it is tied to, or else the sub-project's."""
    return funded.measure_id or (funded.sub_project.measure_id if funded.sub_project else None)
