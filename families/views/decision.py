"""The decisions, benefits and fee reductions of a family: one list with a timeline, sorted by what ends next."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from families.domain.about import subject_label
from families.domain.decision import end_decision, record_decision, remove_decision, renew_decision, update_decision
from families.domain.decision_periods import DAY, renewed_ids, standing
from families.domain.same_money import perhaps_same, told_before
from families.domain.scheme_notes import notes_of
from families.domain.vault import OpenFamily
from families.forms.decision import DecisionForm, EndDecisionForm, RemoveDecisionForm, initial_of
from families.models import Decision
from families.permissions import can_record
from families.views.decision_timeline import timeline
from families.views.family_page import TEAM, family_crumbs, family_page
from families.views.tabs import page
from organisation.access import SignedInRequest, access
from organisation.paging import numbered
from organisation.views.form_page import Crumbs, form_page, posted

PER_PAGE = 50
WHOLE = "familien"  # in the address, for what is about the family as a whole


def decisions_url(vault: OpenFamily) -> str:
    return reverse("family-decisions", args=[vault.family.public_id])


def decisions_crumbs(vault: OpenFamily) -> Crumbs:
    return [*family_crumbs(vault), (_("Vedtak og økonomi"), decisions_url(vault))]


@access(TEAM)
@family_page
@require_GET
def decision_list(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """Those that hold or are to come; those that have ended on request (?vis=tidligere). ?hvem= is a member, or WHOLE."""
    past = request.GET.get("vis") == "tidligere"
    rows = list(_of_person(vault, request.GET.get("hvem", "")).select_related("service", "unit"))
    renewed = renewed_ids(rows)
    stands = [(row, standing(row, vault.on, renewed=row.pk in renewed)) for row in rows]
    ended = [one for one in reversed(stands) if one[1].state == "ended"]
    current = [one for one in stands if one[1].state != "ended"]
    holding = [row for row, state in stands if state.state != "ended"]
    twice, perhaps = told_before(holding), perhaps_same(holding)
    page_obj = numbered(request, ended if past else current, PER_PAGE)
    context = page(
        vault, "family-decisions", crumbs=[*family_crumbs(vault), (_("Vedtak og økonomi"), None)],
        page_obj=page_obj,
        items=[
            _item(vault, row, state) | {"twice": row.pk in twice, "perhaps": perhaps.get(row.pk)}
            for row, state in page_obj.object_list
        ],
        timeline=timeline(list(page_obj.object_list), vault.on) if current and not past else None,
        past=past, past_count=len(ended), people=_people(vault, request.GET.get("hvem", "")),
        notes=notes_of(vault, vault.on), can_record=can_record(vault),
    )  # fmt: skip
    return render(request, "families/decisions/list.html", context)


def _of_person(vault: OpenFamily, who: str) -> Any:
    rows = vault.rows(Decision)
    if who == WHOLE:
        return rows.filter(subject=None)
    found = next((row for row in vault.members if row.public_id == who), None)
    return rows.filter(subject=found.pk) if found else rows


def _people(vault: OpenFamily, who: str) -> list[dict[str, Any]]:
    choices = [("", _("Alle")), (WHOLE, _("Hele familien")), *((row.public_id, str(row)) for row in vault.members)]
    return [{"value": value, "label": label, "selected": value == who} for value, label in choices]


def _item(vault: OpenFamily, row: Decision, stands: Any) -> dict[str, Any]:
    """A row as the list shows it, with what the reader may do."""
    owns = vault.owns(row)
    return {
        "row": row, "stands": stands, "who": subject_label(vault, row.subject_id), "owns": owns,
        "can_end": owns and stands.state != "ended",
        "can_renew": owns and row.ends_on is not None and stands.state != "renewed",
        "should_renew": stands.state in ("danger", "warning"),
        "is_shared": row.unit_id not in vault.reader.units,
    }  # fmt: skip


@access(TEAM)
@family_page
def decision_new(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    if not can_record(vault):
        raise PermissionDenied
    form = DecisionForm(posted(request), vault=vault, initial={"service": vault.unit, "starts_on": vault.on})
    return _form_page(
        request, vault, form,
        action=lambda data: record_decision(vault=vault, by=request.user, at=timezone.now(), **data),
        title=_("Nytt vedtak eller ny ytelse"), message=_("Lagret."),
    )  # fmt: skip


@access(TEAM)
@family_page
def decision_edit(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    row = _own(vault, public_id)
    form = DecisionForm(posted(request), vault=vault, about=row.subject_id, initial=initial_of(vault, row))
    return _form_page(
        request, vault, form,
        action=lambda data: update_decision(vault=vault, decision=row, by=request.user, **data),
        title=_("Endre %(scheme)s") % {"scheme": _name(row)}, message=_("Endringen er lagret."),
        lead=_("Rett det som er feil. Har det kommet et nytt vedtak, er det bedre å fornye."),
    )  # fmt: skip


@access(TEAM)
@family_page
def decision_renew(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    """The form as the old one stands, from the day after it ends; how long is for the new decision to say."""
    row = _own(vault, public_id)
    if row.ends_on is None:
        raise Http404
    initial = initial_of(vault, row) | {"starts_on": row.ends_on + DAY, "ends_on": None, "version": None}
    form = DecisionForm(posted(request), vault=vault, about=row.subject_id, initial=initial)
    return _form_page(
        request, vault, form,
        action=lambda data: renew_decision(vault=vault, decision=row, by=request.user, at=timezone.now(), **data),
        title=_("Forny %(scheme)s") % {"scheme": _name(row)}, message=_("Den nye perioden er lagret."),
        lead=_("Den gamle perioden blir stående. Se over beløp og vilkår i det nye vedtaket."),
    )  # fmt: skip


@access(TEAM)
@family_page
def decision_end(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    row = _own(vault, public_id)
    form = EndDecisionForm(posted(request), initial={"last_day": vault.on, "version": row.version})
    return _form_page(
        request, vault, form,
        action=lambda data: end_decision(vault=vault, decision=row, by=request.user, **data),
        title=_("Avslutt %(scheme)s") % {"scheme": _name(row)}, message=_("Sluttdatoen er lagret."), button=_("Avslutt"),
    )  # fmt: skip


@access(TEAM)
@family_page
def decision_remove(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    row = _own(vault, public_id)
    form = RemoveDecisionForm(posted(request), initial={"version": row.version})
    return _form_page(
        request, vault, form,
        action=lambda data: remove_decision(vault=vault, decision=row, by=request.user, at=timezone.now(), **data),
        title=_("Fjern %(scheme)s") % {"scheme": _name(row)}, message=_("Fjernet."),
        button=_("Fjern"), button_color="danger",
        lead=_(
            "Bare det som er registrert ved en feil, skal fjernes. Teksten slettes med en gang, og kan ikke hentes tilbake. "
            "Er det slutt, skal det avsluttes i stedet."
        ),
    )  # fmt: skip


def _own(vault: OpenFamily, public_id: str) -> Decision:
    """A miss is 404; what another service has recorded is 403."""
    row: Decision = get_object_or_404(vault.rows(Decision), public_id=public_id)
    if not vault.owns(row):
        raise PermissionDenied
    return row


def _name(row: Decision) -> str:
    """Within a sentence; a family's own words keep their letters."""
    return row.title or str(row.get_scheme_display()).lower()


def _form_page(request: SignedInRequest, vault: OpenFamily, form: Any, **arguments: Any) -> HttpResponse:
    url = decisions_url(vault)
    return form_page(
        request, form, done=lambda _row: url, crumbs=decisions_crumbs(vault), cancel_url=url, **arguments
    )  # fmt: skip
