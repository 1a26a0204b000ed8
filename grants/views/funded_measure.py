"""What a grant's money goes to: measures are given a share, taken out, and described once for every year's report."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from grants.domain.funded_measure import (
    MAY_BE_SHARED_OUT,
    AnswersWouldGoError,
    create_funded_measure,
    fund,
    unfund,
    update_funded_measure,
    update_funding,
)
from grants.domain.grant import years_funded
from grants.domain.grant_overview import year_warning
from grants.domain.questions import PROFILE_QUESTIONS, SEVERAL
from grants.forms.funded_measure import BudgetForm, FundedMeasureForm, FundingForm
from grants.models import FundedMeasure, Funding, Grant
from grants.permissions import can_edit_funded_measure
from grants.views.grant import WRITERS, crumbs_of, list_crumbs, page_of, written
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import CASE_ROLES
from organisation.views.form_page import form_page, posted

READERS = roles(*CASE_ROLES)


@access(WRITERS)
def funding_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One that had money of the scheme before, or a new one: where there are none before, or with ?nytt=1."""
    grant = written(request, public_id)
    if grant.state not in MAY_BE_SHARED_OUT:
        messages.error(request, _("Fordelingen på tiltak kan ikke endres lenger."))
        return redirect(page_of(grant))
    known = FundedMeasure.objects.filter(reporting_unit=grant.reporting_unit, scheme=grant.scheme)
    rows = known.exclude(fundings__grant=grant).order_by("title", "id")
    if request.GET.get("nytt") or not rows.exists():
        return _new_measure(request, grant)
    form = FundingForm(posted(request), choices=_with_years(rows), rows=rows)
    return form_page(
        request, form, title=_("Legg til tiltak"), crumbs=crumbs_of(grant), cancel_url=page_of(grant),
        action=lambda data: fund(grant=grant, by=request.user, **data), done=lambda row: _funded(request, row),
        message=_("Tiltaket er lagt til."), template="grants/received/funding.html",
    )  # fmt: skip


def _new_measure(request: SignedInRequest, grant: Grant) -> HttpResponse:
    unit = grant.reporting_unit
    form = FundedMeasureForm(posted(request), user=request.user, municipality_id=unit.municipality_id)

    def make(data: dict[str, Any]) -> Funding:
        budget = data.pop("budget_nok")
        with acting(request.user, "funded_measure.create"):
            made = create_funded_measure(reporting_unit=unit, scheme=grant.scheme, by=request.user, **data)
            return fund(grant=grant, funded_measure=made, budget_nok=budget, by=request.user)

    return form_page(
        request, form, title=_("Nytt tiltak"), crumbs=crumbs_of(grant), cancel_url=page_of(grant), action=make,
        done=lambda row: _funded(request, row), message=_("Tiltaket er lagt til."),
        lead=_("Dette skriver du én gang. Det brukes i årsrapporten hvert år."),
    )  # fmt: skip


def _with_years(rows: Any) -> dict[int, str]:
    """How each stands in the list of choices: its name, and how long it has had money."""
    found = {}
    years = years_funded(rows)
    for row in rows:
        count = len(years[row.pk])
        said = (
            ngettext("%(n)s år med penger", "%(n)s år med penger", count) % {"n": count}
            if count
            else _("ingen penger før")
        )
        found[row.pk] = f"{row.title} ({said})"
    return found


def _funded(request: SignedInRequest, funding: Funding) -> str:
    """Back to the grant, with a warning where the measure has reached what its scheme allows."""
    grant, measure = funding.grant, funding.funded_measure
    warning = year_warning(years_funded([measure])[measure.pk], grant.year, grant.scheme.max_years)
    if warning:
        messages.warning(request, f"{measure.title}: {warning}")
    return page_of(grant)


def _funding(grant: Grant, funded_id: str) -> Funding:
    rows = Funding.objects.filter(grant=grant).select_related("funded_measure", "grant")
    return get_object_or_404(rows, funded_measure__public_id=funded_id)


@access(WRITERS)
def funding_edit(request: SignedInRequest, public_id: str, funded_id: str) -> HttpResponse:
    grant = written(request, public_id)
    funding = _funding(grant, funded_id)
    form = BudgetForm(posted(request), initial={"budget_nok": funding.budget_nok, "version": funding.version})
    return form_page(
        request, form, title=_("Endre budsjettet"), crumbs=crumbs_of(grant), cancel_url=page_of(grant),
        lead=funding.funded_measure.title, message=_("Budsjettet er lagret."), done=lambda row: page_of(grant),
        action=lambda data: update_funding(funding=funding, by=request.user, **data),
    )  # fmt: skip


@access(WRITERS)
@require_POST
def funding_remove(request: SignedInRequest, public_id: str, funded_id: str) -> HttpResponse:
    """At once, but where answers would go with it: those are asked for first."""
    grant = written(request, public_id)
    funding = _funding(grant, funded_id)
    try:
        unfund(funding=funding, by=request.user, with_answers="svar" in request.POST)
    except AnswersWouldGoError:
        context = {"grant": grant, "funded": funding.funded_measure, "crumbs": [*crumbs_of(grant), (_("Fjern"), None)]}
        return render(request, "grants/received/remove.html", context)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        text = _("%(title)s får ikke lenger penger fra dette tilskuddet.")
        messages.success(request, text % {"title": funding.funded_measure.title})
    return redirect(page_of(grant))


def _found(request: SignedInRequest, public_id: str) -> FundedMeasure:
    rows = FundedMeasure.objects.visible_to(request.user).select_related(
        "scheme", "reporting_unit", "measure__plan", "sub_project", "children_target__measure"
    )
    return get_object_or_404(rows, public_id=public_id)


def _page(funded: FundedMeasure) -> str:
    return reverse("funded-measure", args=[funded.public_id])


@access(READERS)
@require_GET
def funded_measure_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    funded = _found(request, public_id)
    rows = funded.fundings.select_related("grant__scheme", "grant__reporting_unit").order_by("-grant__year")
    years = years_funded([funded])[funded.pk]
    newest = max((row.grant.year for row in rows), default=0)
    context = {
        "funded": funded,
        "fundings": rows,
        "years": years,
        "warning": year_warning(years, newest, funded.scheme.max_years) if newest else "",
        "profile": _profile(funded),
        "can_edit": can_edit_funded_measure(request.user, funded),
        "crumbs": [*list_crumbs(), (funded.title, None)],
    }
    return render(request, "grants/received/funded_measure.html", context)


def _profile(funded: FundedMeasure) -> list[tuple[str, str]]:
    """What is said once and used in every report, in the questions' words; empty where nothing is answered."""
    found = []
    for name, question in PROFILE_QUESTIONS.items():
        value = getattr(funded, name)
        codes = value if question.kind == SEVERAL else [value] if value else []
        found.append((str(question.label), ", ".join(question.label_of(code) for code in codes)))
    return found


@access(WRITERS)
def funded_measure_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    funded = _found(request, public_id)
    if not can_edit_funded_measure(request.user, funded):
        raise PermissionDenied
    form = FundedMeasureForm(
        posted(request), user=request.user, municipality_id=funded.reporting_unit.municipality_id, funded=funded
    )
    return form_page(
        request, form, title=_("Rediger tiltaket"), crumbs=[*list_crumbs(), (funded.title, _page(funded))], done=_page,
        action=lambda data: update_funded_measure(funded_measure=funded, by=request.user, **data),
        cancel_url=_page(funded), message=_("Tiltaket er lagret."),
    )  # fmt: skip
