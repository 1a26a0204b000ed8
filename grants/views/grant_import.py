"""Files of amounts and answers: laid before the product, looked at row by row, then stored in one piece or thrown away."""

import csv
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, QuerySet, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_GET, require_POST

from grants.domain.grant_file_columns import (
    AMOUNTS,
    COLUMNS,
    KINDS,
    MEASURE_ANSWERS,
    PUBLISHED,
    UNIT_ANSWERS,
    heading_of,
    questions_of,
)
from grants.domain.grant_import import may_import
from grants.domain.grant_import_preview import Preview
from grants.domain.kept_import import DiscardedError, discard_kept, keep_file, kind_of_kept, preview_of, store_kept
from grants.domain.questions import SEVERAL
from grants.forms.grant_import import GrantFileForm
from grants.models import Grant, GrantImport
from organisation.access import Rule, SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import LEADERSHIP_ROLES, Role
from organisation.models.ordering import by_name
from organisation.paging import numbered
from organisation.views.form_page import Crumbs, form_page, posted

READERS = roles(Role.ANALYST, *LEADERSHIP_ROLES)
# A file is its reader's own, so whoever has read none in has nothing at these addresses.
OWNERS = Rule(
    "roles: those who read in files, with a file",
    lambda user: READERS.allows(user) and GrantImport.objects.visible_to(user).exists(),
)
PAGE_SIZE = 25
ERRORS_SHOWN = 100
SORT_KEYS: dict[str, Any] = {
    "fil": by_name("file_name"), "ordning": by_name("scheme__name"), "ar": F("year"), "lest": F("uploaded_at"),
    "lagret": F("stored_at"),
}  # fmt: skip
# The templates by their addresses: name of the file, and what it is for.
TEMPLATES: dict[str, tuple[str, Any]] = {
    "belop": (AMOUNTS, gettext_lazy("En rad for hver enhet, med tildelt beløp.")),
    "svar-enheter": (UNIT_ANSWERS, gettext_lazy("En rad for hver enhet, med svarene i årsrapporten.")),
    "svar-tiltak": (MEASURE_ANSWERS, gettext_lazy("En rad for hvert tiltak, med svarene om tiltaket.")),
    "publiserte-tall": (PUBLISHED, gettext_lazy("Tall fra tidligere år, til tabellene over flere år.")),
}


def _crumbs() -> Crumbs:
    return [(_("Les inn fra fil"), reverse("grant-import-list"))]


def _found(request: SignedInRequest, public_id: str) -> GrantImport:
    rows = GrantImport.objects.visible_to(request.user).select_related("scheme")
    return get_object_or_404(rows, public_id=public_id)


@access(READERS)
def grant_import_list(request: SignedInRequest) -> HttpResponse:
    """The form that takes a file, the templates, and what one has read in before."""
    form = GrantFileForm(
        posted(request), request.FILES or None, user=request.user, initial={"year": timezone.localdate().year - 1}
    )

    def keep(data: dict[str, Any]) -> GrantImport:
        return keep_file(
            name=data["file"].name, content=data["file"].read(), scheme=data["scheme"], year=data["year"],
            by=request.user, at=timezone.now(),
        )  # fmt: skip

    sorter = request.GET.get("sorter", "")
    rows = _sorted(GrantImport.objects.visible_to(request.user).select_related("scheme").defer("rows"), sorter)
    return form_page(
        request, form, action=keep, done=lambda kept: reverse("grant-import", args=[kept.public_id]),
        title=_("Les inn fra fil"), crumbs=[], cancel_url=reverse("grant-import-list"), section="imports",
        template="grants/imports/list.html", page_obj=numbered(request, rows, PAGE_SIZE),
        sorter=sorter, templates=_templates(request),
    )  # fmt: skip


def _sorted(rows: QuerySet[GrantImport], sorter: str) -> QuerySet[GrantImport]:
    key = SORT_KEYS.get(sorter.removeprefix("-"))
    if key is None:
        return rows
    first = key.desc(nulls_last=True) if sorter.startswith("-") else key.asc(nulls_last=True)
    return rows.order_by(first, "-pk")


def _templates(request: SignedInRequest) -> list[dict[str, Any]]:
    return [
        {
            "label": KINDS[kind], "text": text, "url": reverse("grant-import-template", args=[name]),
            "questions": _options(kind),
        }
        for name, (kind, text) in TEMPLATES.items()
        if may_import(kind=kind, by=request.user)
    ]  # fmt: skip


def _options(kind: str) -> list[tuple[str, list[str], bool]]:
    """Which words a file may answer each question with; True where it may have several. In bokmål, as in the files."""
    with override("nb"):
        return [
            (heading_of(name), [str(label) for _code, label in question.choices], question.kind == SEVERAL)
            for name, question in questions_of(kind).items()
            if question.choices
        ]


@access(OWNERS)
@require_GET
def grant_import_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Before it is stored: what would happen, row by row. Afterwards: what there is now."""
    kept = _found(request, public_id)
    context: dict[str, Any] = {
        "kept": kept, "kind": KINDS[kind_of_kept(kept)], "crumbs": [*_crumbs(), (kept.file_name, None)],
    }  # fmt: skip
    if kept.stored_at:
        context |= _what_there_is(request, kept)
    else:
        try:
            context |= _previewed(request, preview_of(kept=kept, by=request.user))
        except DomainError as error:  # the scheme or the user's role has become another since
            context["refusal"] = error.message
    return render(request, "grants/imports/import.html", context)


def _previewed(request: SignedInRequest, preview: Preview) -> dict[str, Any]:
    errors = preview.errors
    rows = [row for row in preview.rows if row.errors or row.changes] if "endres" in request.GET else preview.rows
    return {
        "counts": preview.counts,
        "errors": errors[:ERRORS_SHOWN],
        "error_count": len(errors),
        "bad_rows": len({error.row for error in errors}),
        "can_store": not errors and preview.counts.changed > 0,
        "has_titles": any(row.title for row in preview.rows),
        "only_changes": "endres" in request.GET,
        "page_obj": numbered(request, rows, PAGE_SIZE),
    }


def _what_there_is(request: SignedInRequest, kept: GrantImport) -> dict[str, Any]:
    grants = Grant.objects.visible_to(request.user).filter(scheme=kept.scheme, year=kept.year).awarded()
    return {"now": grants.aggregate(units=Count("reporting_unit", distinct=True), amount=Sum("awarded_nok"))}


@access(OWNERS)
@require_POST
def grant_import_store(request: SignedInRequest, public_id: str) -> HttpResponse:
    kept = _found(request, public_id)
    try:
        stored = store_kept(kept=kept, by=request.user, at=timezone.now())
    except DiscardedError as error:
        messages.error(request, str(error.message))
        return redirect("grant-import-list")
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        if stored is None:
            messages.info(request, _("Filen er lagret fra før."))
        elif stored.is_changed:
            text = _("Lagret: %(counts)s.") % {"counts": stored.counts}
            if questions_of(stored.kind) and not request.user.has_role(Role.ANALYST):
                text += " " + _("Se over årsrapportene og send dem inn.")
            messages.success(request, text)
        else:
            messages.info(request, _("Ingenting er endret. Alt i filen var registrert fra før."))
    return redirect("grant-import", kept.public_id)


@access(OWNERS)
@require_POST
def grant_import_discard(request: SignedInRequest, public_id: str) -> HttpResponse:
    kept = _found(request, public_id)
    if kept.stored_at:
        messages.info(request, _("Filen er lagret fra før."))
        return redirect("grant-import", kept.public_id)
    discard_kept(kept=kept, by=request.user)
    messages.success(request, _("Filen er forkastet. Ingenting er lagret."))
    return redirect("grant-import-list")


@access(READERS)
@require_GET
def grant_import_template(request: SignedInRequest, name: str = "belop") -> HttpResponse:
    """The headings of one kind of file, to be filled in with a spreadsheet."""
    if name not in TEMPLATES:
        raise Http404
    kind, _text = TEMPLATES[name]
    if not may_import(kind=kind, by=request.user):
        raise PermissionDenied
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mal-{name}.csv"'
    # Excel takes it for something else without the mark, and Norwegian Excel wants semicolons.
    response.write("\ufeff")
    csv.writer(response, delimiter=";", lineterminator="\r\n").writerow(heading_of(column) for column in COLUMNS[kind])
    return response
