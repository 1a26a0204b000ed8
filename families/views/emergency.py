"""Emergency access: the page that asks for it, and the page on which leaders see who got in and what was read."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from families.domain.cases import opened_by_emergency
from families.domain.emergency import end_emergency, open_emergency, running_emergency, see_emergency, what_was_read
from families.domain.read_pages import page_in_words
from families.domain.vault import OpenFamily
from families.forms.team import EmergencyForm
from families.models import EmergencyAccess
from families.views.family_page import TEAM, family_page, vault_page
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import Role
from organisation.paging import numbered
from organisation.views.form_page import form_page, posted

STAFF = roles(Role.CASEWORKER, Role.UNIT_LEADER)
LEADERS = roles(Role.UNIT_LEADER)
PAGE_SIZE = 25


@access(STAFF)
@vault_page
def emergency_new(request: SignedInRequest) -> HttpResponse:
    on, form = timezone.localdate(), EmergencyForm(posted(request))
    return form_page(
        request, form, title=_("Nødtilgang"), crumbs=[(_("Familier"), reverse("family-list"))],
        action=lambda data: open_emergency(by=request.user, on=on, **data),
        done=lambda access: reverse("family", args=[form.cleaned_data["reference"]]), cancel_url=reverse("family-list"),
        button=_("Åpne familien"), button_color="danger", template="families/emergency.html",
        running=opened_by_emergency(page="family-emergency", by=request.user, on=on),
    )  # fmt: skip


@access(TEAM)
@require_POST
@family_page
def emergency_end(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    running = running_emergency(by=request.user, family=vault.family.pk)
    if running is not None:
        end_emergency(access=running, by=request.user, at=timezone.now())
        messages.success(request, _("Nødtilgangen er avsluttet."))
    return redirect("family-list")


@access(LEADERS)
@require_GET
@vault_page
def emergency_list(request: SignedInRequest) -> HttpResponse:
    """Accesses to families of the units one leads, newest first; those nobody has looked at on top."""
    led = EmergencyAccess.objects.led_by(request.user).select_related("user", "unit", "seen_by")
    found = numbered(request, led.order_by("-seen_at", "-opened_at", "-id"), PAGE_SIZE)
    reads = what_was_read(accesses=found.object_list)
    context = {
        "page_obj": found,
        "rows": [
            {
                "access": row, "read": reads.get(row.pk), "pages": _pages(reads[row.pk].pages) if row.pk in reads else [],
                "can_see": row.seen_at is None and row.user_id != request.user.pk,
            }
            for row in found
        ],
        "crumbs": [(_("Familier"), reverse("family-list")), (_("Nødtilganger"), None)],
        "now": timezone.now(),
    }  # fmt: skip
    return render(request, "families/emergency_list.html", context)


def _pages(read: dict[str, int]) -> list[str]:
    """The pages in words, with how often each was opened."""
    return [
        ngettext("%(page)s (%(n)s gang)", "%(page)s (%(n)s ganger)", times) % {"page": page_in_words(name), "n": times}
        for name, times in read.items()
    ]


@access(LEADERS)
@require_POST
@vault_page
def emergency_seen(request: SignedInRequest, public_id: str) -> HttpResponse:
    found: Any = get_object_or_404(EmergencyAccess.objects.led_by(request.user), public_id=public_id)
    try:
        see_emergency(access=found, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Merket som sett."))
    return redirect("family-emergency-list")
