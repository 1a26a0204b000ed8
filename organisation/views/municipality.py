"""The administrator's page of her municipality's logo and colour. The picture has no address of its own: the page holds it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from organisation.access import SignedInRequest, access, roles
from organisation.domain import municipality as domain
from organisation.forms import BaseForm
from organisation.models import Municipality, Role
from organisation.models.ordering import by_name
from organisation.settings_forms import AccentForm, LogoForm
from organisation.views.form_page import Crumbs, form_page, posted
from organisation.views.users import get_or_post


@access(roles(Role.ADMINISTRATOR))
@require_safe
def logo_list(request: SignedInRequest) -> HttpResponse:
    """Each municipality that she administers, with its logo; nearly always one."""
    towns = Municipality.objects.editable_by(request.user).select_related("logo").order_by(by_name(), "id")
    rows = [{"town": town, "logo": getattr(town, "logo", None)} for town in towns]
    return render(request, "organisation/settings/logo_list.html", {"rows": rows})


@access(roles(Role.ADMINISTRATOR))
@get_or_post
def logo_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    town = _find(request, public_id)
    form = LogoForm(posted(request), request.FILES or None)
    return form_page(
        request,
        form,
        action=lambda data: domain.set_logo(municipality=town, content=data["file"].read(), by=request.user),
        done=lambda logo: reverse("municipality-logos"),
        message=_("Logoen er lagret. Den står på dokumenter som lages fra nå av."),
        title=_("Last opp logo for %(town)s") % {"town": town},
        crumbs=_crumbs(),
        cancel_url=reverse("municipality-logos"),
        button=_("Last opp"),
    )


@access(roles(Role.ADMINISTRATOR))
@get_or_post
def accent_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    town = _find(request, public_id)
    return form_page(
        request, AccentForm(posted(request), initial={"accent": town.accent}),
        action=lambda data: domain.set_accent(municipality=town, by=request.user, **data),
        done=lambda town: reverse("municipality-logos"), message=_("Fargen er lagret."),
        title=_("Farge for %(town)s") % {"town": town}, crumbs=_crumbs(), cancel_url=reverse("municipality-logos"),
    )  # fmt: skip


@access(roles(Role.ADMINISTRATOR))
@get_or_post
def logo_remove(request: SignedInRequest, public_id: str) -> HttpResponse:
    town = _find(request, public_id)
    return form_page(
        request,
        BaseForm(posted(request)),
        action=lambda data: domain.remove_logo(municipality=town, by=request.user),
        done=lambda town: reverse("municipality-logos"),
        message=_("Logoen er fjernet. Dokumenter som er laget, har den fortsatt."),
        title=_("Fjern logoen til %(town)s") % {"town": town},
        lead=_("Dokumenter som lages fra nå av, får ingen logo. De som er laget, blir som de er."),
        crumbs=_crumbs(),
        cancel_url=reverse("municipality-logos"),
        button=_("Fjern logoen"),
        button_color="danger",
    )


def _find(request: SignedInRequest, public_id: str) -> Municipality:
    return get_object_or_404(Municipality.objects.editable_by(request.user), public_id=public_id)


def _crumbs() -> Crumbs:
    return [(_("Brukere og enheter"), reverse("user-list")), (_("Logo og farge"), reverse("municipality-logos"))]
