"""Award letters: the versions, one as it will look, and what leadership and partners do with it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grants.domain.award_letter import (
    create_letter,
    offer_letter,
    sign,
    sign_on_paper,
    update_letter,
    withdraw_letter,
)
from grants.domain.letter_content import frozen, how_signed
from grants.forms.award_letter import ConfirmForm, LetterForm, PaperForm
from grants.models import REPRESENTING_ROLES, AwardLetter, LetterState, Signature, SubProjectPartner
from grants.permissions import can_answer_for, can_edit_letter, can_edit_sub_project
from grants.views.sub_project import LEADERS, READERS, crumbs_of, found, led
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import JobState, User
from organisation.views.document import document_again, document_progress, document_response
from organisation.views.form_page import Crumbs, form_page, posted

IN_THE_MAKING = (LetterState.DRAFT, LetterState.OFFERED)


def _crumbs(letter: AwardLetter) -> Crumbs:
    return [
        *crumbs_of(letter.sub_project),
        (_("Tildelingsbrev"), reverse("sub-project-letters", args=[letter.sub_project.public_id])),
        (_("Versjon %(number)s") % {"number": letter.number}, _page_of(letter)),
    ]


def _page_of(letter: AwardLetter) -> str:
    return reverse("award-letter", args=[letter.public_id])


def _letter(request: SignedInRequest, public_id: str) -> AwardLetter:
    rows = AwardLetter.objects.visible_to(request.user).select_related("sub_project__municipality", "document__job")
    return get_object_or_404(rows, public_id=public_id)


def _led_letter(request: SignedInRequest, public_id: str) -> AwardLetter:
    letter = _letter(request, public_id)
    if not can_edit_letter(request.user, letter):
        raise PermissionDenied
    return letter


def _content(letter: AwardLetter) -> dict[str, Any]:
    """What was frozen; of a draft, how it would look if it were offered today."""
    if letter.content:
        return dict(letter.content)
    partners = letter.sub_project.partners.staying().select_related("unit")
    return frozen(letter, partners)


def _signatures(letter: AwardLetter, user: User, leads: bool) -> list[dict[str, Any]]:
    """Who has signed, and who the reader may sign for. The same rule as `can_answer_for`, in one query."""
    waits = letter.state == LetterState.OFFERED and not letter.sub_project.is_over
    rows = list(letter.signatures.select_related("partner__unit"))
    mine = set(
        SubProjectPartner.objects.represented_by(user).filter(signatures__letter=letter).values_list("pk", flat=True)
    )
    return [
        {
            "row": row,
            "how": how_signed(row),
            "can_sign": waits and not row.is_signed and row.partner_id in mine,
            "can_note": waits and not row.is_signed and leads,
        }
        for row in rows
    ]


def _left_out(letter: AwardLetter) -> list[str]:
    """The partners who joined after the letter was sent, and so have not accepted it."""
    joined = letter.sub_project.partners.staying().exclude(signatures__letter=letter)
    return [row.unit.name for row in joined.select_related("unit")]


@access(READERS)
@require_GET
def sub_project_letters(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Every version, and the text of the one in force (or else the newest)."""
    sub_project = found(request, public_id)
    letters = list(
        AwardLetter.objects.visible_to(request.user).filter(sub_project=sub_project).select_related("offered_by")
    )
    in_force = next((row for row in letters if row.state == LetterState.IN_FORCE), None)
    shown = in_force or next(iter(letters), None)
    if shown:
        shown.sub_project = sub_project
    making = any(row.state in IN_THE_MAKING for row in letters)
    can_make = can_edit_sub_project(request.user, sub_project) and not making and not sub_project.is_over
    context = {
        "sub_project": sub_project,
        "tab": "letters",
        "crumbs": [*crumbs_of(sub_project), (_("Tildelingsbrev"), None)],
        "letters": letters,
        "shown": shown,
        "content": _content(shown) if shown else None,
        "can_make": can_make,
        "left_out": _left_out(in_force) if can_make and in_force else [],
    }
    return render(request, "grants/letters/letters.html", context)


@access(LEADERS)
@require_POST
def letter_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = led(request, public_id)
    try:
        letter = create_letter(sub_project=sub_project, by=request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("sub-project-letters", sub_project.public_id)
    return redirect("award-letter-edit", letter.public_id)


@access(READERS)
@require_GET
def letter_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    letter = _letter(request, public_id)
    leads = can_edit_letter(request.user, letter)
    running = not letter.sub_project.is_over
    context = {
        "letter": letter,
        "sub_project": letter.sub_project,
        "content": _content(letter),
        "crumbs": [*_crumbs(letter)[:-1], (_crumbs(letter)[-1][0], None)],
        "signatures": _signatures(letter, request.user, leads),
        "can_edit": leads and running and letter.state == LetterState.DRAFT,
        "can_withdraw": leads and letter.state in IN_THE_MAKING,
        **(_document(letter, leads) if letter.document else {}),
    }
    return render(request, "grants/letters/letter.html", context)


def _document(letter: AwardLetter, leads: bool) -> dict[str, Any]:
    assert letter.document is not None
    return {
        "document": letter.document,
        "pdf_url": reverse("award-letter-pdf", args=[letter.public_id]),
        "progress_url": reverse("award-letter-progress", args=[letter.public_id]),
        "retry_url": reverse("award-letter-again", args=[letter.public_id]) if leads else "",
        "can_make_again": leads and letter.document.job.state == JobState.DONE,
        "label": _("Tildelingsbrev"),
    }


def _with_document(request: SignedInRequest, public_id: str) -> AwardLetter:
    letter = _letter(request, public_id)
    if letter.document is None:
        raise Http404
    return letter


@access(READERS)
@require_GET
def letter_pdf(request: SignedInRequest, public_id: str) -> HttpResponse | FileResponse:
    letter = _with_document(request, public_id)
    assert letter.document is not None
    return document_response(request, letter.document, page=_page_of(letter))


@access(READERS)
@require_GET
def letter_progress(request: SignedInRequest, public_id: str) -> HttpResponse:
    letter = _with_document(request, public_id)
    return document_progress(request, **_document(letter, can_edit_letter(request.user, letter)))


@access(LEADERS)
@require_POST
def letter_again(request: SignedInRequest, public_id: str) -> HttpResponse:
    letter = _led_letter(request, public_id)
    if letter.document is None:
        raise Http404
    return document_again(request, letter.document, page=_page_of(letter), by=request.user)


@access(LEADERS)
def letter_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    letter = _led_letter(request, public_id)
    if letter.state != LetterState.DRAFT:
        messages.info(request, _("Brevet er ikke et utkast lenger. Lag en ny versjon for å endre noe."))
        return redirect(_page_of(letter))
    page: dict[str, Any] = {
        "title": _("Endre tildelingsbrevet"), "crumbs": _crumbs(letter), "cancel_url": _page_of(letter),
        "template": "grants/letters/edit.html", "letter": letter,
    }  # fmt: skip
    if request.method == "POST" and "more" in request.POST:
        # Shown again with what was typed and more lines; nothing is saved or judged yet.
        form = LetterForm(letter=letter, typed=request.POST.dict())
        crumbs = [*page["crumbs"], (page["title"], None)]
        return render(request, page["template"], page | {"form": form, "crumbs": crumbs})
    form = LetterForm(posted(request), letter=letter)
    return form_page(
        request, form, done=_page_of, message=_("Utkastet er lagret."),
        action=lambda data: update_letter(letter=letter, by=request.user, **form.content()), **page,
    )  # fmt: skip


@access(LEADERS)
def letter_offer(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A last look before the partners get it."""
    letter = _led_letter(request, public_id)
    return form_page(
        request, ConfirmForm(posted(request), initial={"version": letter.version}), title=_("Send til godkjenning"),
        crumbs=_crumbs(letter), done=_page_of, cancel_url=_page_of(letter), button=_("Send til godkjenning"),
        action=lambda data: offer_letter(letter=letter, by=request.user, on=timezone.localdate(), **data),
        message=_("Brevet er sendt til partnerne for godkjenning."), template="grants/letters/offer.html",
        letter=letter, content=_content(letter),
    )  # fmt: skip


@access(LEADERS)
def letter_withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    letter = _led_letter(request, public_id)
    lead = (
        _("Utkastet forkastes. Det kan fortsatt leses under versjoner.")
        if letter.state == LetterState.DRAFT
        else _(
            "Ingen kan godkjenne brevet etterpå, og godkjenninger som er gitt, gjelder ikke. Det kan fortsatt leses."
        )
    )
    return form_page(
        request, ConfirmForm(posted(request), initial={"version": letter.version}), title=_("Trekk brevet"), lead=lead,
        crumbs=_crumbs(letter), cancel_url=_page_of(letter), button=_("Trekk brevet"), button_color="danger",
        done=lambda row: reverse("sub-project-letters", args=[letter.sub_project.public_id]),
        action=lambda data: withdraw_letter(letter=letter, by=request.user, **data), message=_("Brevet er trukket."),
    )  # fmt: skip


def _signature(letter: AwardLetter, partner_id: str) -> Signature:
    rows = letter.signatures.select_related("partner__unit", "letter__sub_project")
    return get_object_or_404(rows, partner__public_id=partner_id)


@access(roles(*REPRESENTING_ROLES))
@require_POST
def letter_sign(request: SignedInRequest, public_id: str, partner_id: str) -> HttpResponse:
    letter = _letter(request, public_id)
    signature = _signature(letter, partner_id)
    if not can_answer_for(request.user, signature.partner):
        raise PermissionDenied
    try:
        letter = sign(signature=signature, by=request.user, at=timezone.now())
        messages.success(request, _said(letter))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect(_page_of(letter))


@access(LEADERS)
def letter_paper(request: SignedInRequest, public_id: str, partner_id: str) -> HttpResponse:
    letter = _led_letter(request, public_id)
    signature = _signature(letter, partner_id)
    return form_page(
        request, PaperForm(posted(request)), title=_("Signert på papir"), crumbs=_crumbs(letter), done=_page_of,
        action=lambda data: sign_on_paper(signature=signature, by=request.user, at=timezone.now(), **data),
        cancel_url=_page_of(letter), lead=signature.partner.unit.name, message=_("Signaturen er registrert."),
    )  # fmt: skip


def _said(letter: AwardLetter) -> str:
    if letter.state == LetterState.IN_FORCE:
        return _("Brevet er godkjent. Alle partnerne har godkjent det, så det gjelder fra nå.")
    return _("Brevet er godkjent. Det gjelder når alle partnerne har godkjent det.")
