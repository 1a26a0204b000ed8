"""The contact log: the quick form, the next steps, what has happened; correct, remove, done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from families.domain.about import person_label
from families.domain.contact import (
    DUE_FIRST,
    OPEN_STEP,
    due_first,
    finish_step,
    log_contact,
    reopen_step,
    update_contact,
)
from families.domain.recording import remove
from families.domain.vault import OpenFamily
from families.forms.contact import ContactEditForm, ContactForm
from families.models import Contact
from families.permissions import can_record
from families.views.family_page import TEAM, family_crumbs, family_page
from families.views.remove_page import remove_page, undo_url, with_version
from families.views.tabs import page
from organisation.access import SignedInRequest, access
from organisation.domain.errors import DomainError
from organisation.paging import keyset
from organisation.views.form_page import Crumbs, form_page, posted

ON_OVERVIEW = 3


def contacts_url(vault: OpenFamily) -> str:
    return reverse("family-contacts", args=[vault.family.public_id])


def _crumbs(vault: OpenFamily) -> Crumbs:
    return [*family_crumbs(vault), (_("Kontakt"), contacts_url(vault))]


def _url(name: str, row: Contact) -> str:
    return reverse(name, args=[row.family.public_id, row.public_id])


def _form(request: SignedInRequest, vault: OpenFamily, **options: Any) -> ContactForm:
    # Several may stand on one page, each of a family.
    return ContactForm(posted(request), vault=vault, prefix=vault.family.public_id, **options)


def _items(vault: OpenFamily, rows: Any) -> list[dict[str, Any]]:
    """Contacts with whom they are about, as the reader may see her, and whether they are her own service's."""
    return [
        {
            "row": row,
            "about": person_label(vault, row.subject_id),
            "owned": vault.owns(row),
            "is_late": bool(row.next_on and row.next_on < vault.on and not row.done_on),
        }
        for row in rows
    ]


def _rows(vault: OpenFamily) -> Any:
    return vault.rows(Contact).select_related("family", "unit", "written_by")


def _log(request: SignedInRequest, vault: OpenFamily) -> dict[str, Any]:
    """What stands below the form: the open next steps, and what has happened."""
    return {
        "steps": _items(vault, _rows(vault).filter(OPEN_STEP).order_by(*DUE_FIRST)),
        "page_obj": (shown := keyset(request, _rows(vault))),
        "items": _items(vault, shown),
    }


@access(TEAM)
@family_page
@require_GET
def contact_list(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    context = page(
        vault, "family-contacts", crumbs=[*family_crumbs(vault), (_("Kontakt"), None)],
        form=_form(request, vault) if can_record(vault) else None, cancel_url="", **_log(request, vault),
    )  # fmt: skip
    return render(request, "families/contacts/contacts.html", context)


@access(TEAM)
@family_page
def contact_new(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """A page of its own, or the quick form in place of a row's button (htmx)."""
    if not can_record(vault):
        raise PermissionDenied
    form = _form(request, vault, focus=True)

    def add(_data: dict[str, Any]) -> Contact:
        return log_contact(vault=vault, by=request.user, at=timezone.now(), **form.contact())

    if request.htmx:  # type: ignore[attr-defined]
        return _quick(request, vault, form, add)
    url = contacts_url(vault)
    return form_page(
        request, form, action=add, done=lambda _row: url, title=_("Loggfør kontakt"), crumbs=_crumbs(vault),
        cancel_url=url, message=_("Kontakten er lagret."),
        undo=lambda row: undo_url(_url("family-contact-remove", row), row), template="families/contacts/form.html",
        family=vault.family, vault=vault,
    )  # fmt: skip


def _quick(
    request: SignedInRequest, vault: OpenFamily, form: ContactForm, add: Callable[[dict[str, Any]], Contact]
) -> HttpResponse:
    at_log = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    on_log = at_log.partition("?")[0] == contacts_url(vault)
    context: dict[str, Any] = {"form": form, "family": vault.family, "vault": vault, "in_place": True, "on_log": on_log}
    if request.method == "POST":
        context["contact"] = form.submit(add)
        if context["contact"] is not None:
            return render(request, "families/contacts/_logged.html", context | (_log(request, vault) if on_log else {}))
    return render(
        request, "families/contacts/_quick_form.html", context | {"cancel_url": "" if on_log else contacts_url(vault)},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


def _own(vault: OpenFamily, contact_id: str) -> Contact:
    """A contact the reader may see, if it is hers to change."""
    row: Contact = get_object_or_404(_rows(vault), public_id=contact_id)
    if not vault.owns(row):
        raise PermissionDenied
    return row


@access(TEAM)
@family_page
def contact_edit(request: SignedInRequest, vault: OpenFamily, contact_id: str) -> HttpResponse:
    contact = _own(vault, contact_id)
    form = ContactEditForm(posted(request), vault=vault, contact=contact)
    return form_page(
        request, form, action=lambda data: update_contact(vault=vault, contact=contact, by=request.user, **data),
        done=lambda _row: contacts_url(vault), title=_("Rett kontakten"), crumbs=_crumbs(vault),
        cancel_url=contacts_url(vault), message=_("Endringen er lagret."),
        template="families/contacts/edit.html", remove_url=_url("family-contact-remove", contact),
    )  # fmt: skip


@access(TEAM)
@family_page
def contact_remove(request: SignedInRequest, vault: OpenFamily, contact_id: str) -> HttpResponse:
    contact = _own(vault, contact_id)
    return remove_page(
        request, vault, contact, title=_("Fjern kontakten"), crumbs=_crumbs(vault), back=contacts_url(vault),
        action=lambda version: remove(
            vault=vault, row=contact, version=version, by=request.user, at=timezone.now()
        ),
        message=_("Kontakten er fjernet."),
    )  # fmt: skip


def _decide(request: SignedInRequest, vault: OpenFamily, contact_id: str, action: Any) -> Contact | None:
    """A button beside a next step. None when it was refused; the message says why."""
    contact = _own(vault, contact_id)
    data = with_version(request)
    sent = str(data.get("version", "")) if data else ""
    version = int(sent) if sent.isdecimal() and len(sent) < 10 else 0
    try:
        changed: Contact = action(vault=vault, contact=contact, version=version, by=request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
        return None
    return changed


@access(TEAM)
@family_page
@require_POST
def step_done(request: SignedInRequest, vault: OpenFamily, contact_id: str) -> HttpResponse:
    if contact := _decide(request, vault, contact_id, finish_step):
        undo = undo_url(_url("family-step-reopen", contact), contact)
        messages.success(request, _("Neste steg er gjort."), extra_tags=undo)
    return redirect(contacts_url(vault))


@access(TEAM)
@family_page
@require_POST
def step_reopen(request: SignedInRequest, vault: OpenFamily, contact_id: str) -> HttpResponse:
    if _decide(request, vault, contact_id, reopen_step):
        messages.success(request, _("Neste steg står på lista igjen."))
    return redirect(contacts_url(vault))


def contacts_part(vault: OpenFamily) -> tuple[str, dict[str, Any]] | None:
    """For the first page of a family: what is next, what was last, and the way to log more."""
    newest = vault.rows(Contact).values("pk")[:ON_OVERVIEW]
    due = vault.rows(Contact).filter(OPEN_STEP).order_by(*DUE_FIRST).values("pk")[:ON_OVERVIEW]
    found = list(_rows(vault).filter(Q(pk__in=newest) | Q(pk__in=due)))
    rows, steps = found[:ON_OVERVIEW], due_first(found)[:ON_OVERVIEW]
    if not rows and not can_record(vault):
        return None
    part = {"contacts": _items(vault, rows), "steps": _items(vault, steps), "can_record": can_record(vault)}
    return "families/_overview_contacts.html", part
