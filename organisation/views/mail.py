"""Notices by e-mail: what a person wants, and for administrators what did not come through."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Min, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisation.access import SIGNED_IN, SignedInRequest, access, roles
from organisation.domain.outbox import try_again
from organisation.domain.users import set_mail_choice
from organisation.mail_forms import MailChoiceForm
from organisation.models import OutgoingMail, Role
from organisation.paging import numbered
from organisation.views.form_page import form_page, posted

PAGE_SIZE = 25


@access(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def mail_choice(request: SignedInRequest) -> HttpResponse:
    """How often, and about what. On the page of notices they all come, whatever is chosen here."""
    user = request.user
    form = MailChoiceForm(posted(request), user=user)

    def store(data: dict[str, Any]) -> bool:
        set_mail_choice(user=user, rhythm=data["rhythm"], muted=form.muted(), by=user)
        return True

    return form_page(
        request,
        form,
        action=store,
        done=lambda stored: reverse("mail-choice"),
        message=_("Valget er lagret."),
        title=_("Varsler på e-post"),
        crumbs=[(_("Min side"), reverse("home")), (_("Varsler"), reverse("notice-list"))],
        cancel_url=reverse("notice-list"),
        template="organisation/mail_choice.html",
        mail_enabled=settings.MAIL_ENABLED,
        mail_hour=f"{settings.MAIL_HOUR:02}.00",
    )


@access(roles(Role.ADMINISTRATOR))
@require_safe
def failed_list(request: SignedInRequest) -> HttpResponse:
    """To whom, since when and why; not what the notices say, which is between them and their reader."""
    rows = OutgoingMail.objects.failed_for(request.user, timezone.localdate()).select_related("user")
    unread = Q(notices__read_at=None)
    rows = rows.annotate(number=Count("notices", unread), since=Min("notices__made_at", filter=unread))
    page = numbered(request, rows.order_by("-day", "pk"), PAGE_SIZE)
    return render(request, "organisation/settings/failed_mail_list.html", {"page_obj": page})


@access(roles(Role.ADMINISTRATOR))
@require_POST
def failed_again(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A person has one such mail at most, so her id stands for it."""
    rows = OutgoingMail.objects.failed_for(request.user, timezone.localdate()).select_related("user")
    mail = get_object_or_404(rows, user__public_id=public_id)
    try_again(mail=mail, by=request.user)
    messages.success(request, _("E-posten til %(name)s blir sendt på nytt nå.") % {"name": mail.user.name})
    return redirect("failed-mail-list")
