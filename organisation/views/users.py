"""The administrator's users: who they are, what they may do, since when."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from organisation import change_log
from organisation.access import SignedInRequest, access, roles
from organisation.domain import users as domain
from organisation.filters import UserFilter
from organisation.models import AuditEntry, Membership, Role, User
from organisation.models.ordering import by_name
from organisation.paging import numbered
from organisation.permissions import can_change_account, can_change_roles, can_set_password
from organisation.settings_forms import PasswordForm, RoleByEmailForm, RoleEndForm, RoleForm, UserCreateForm, UserForm
from organisation.spreadsheets import asked_file
from organisation.views.form_page import Crumbs, form_page, posted

PAGE_SIZE = 25
RECENT_CHANGES = 5
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


COLUMNS = (
    gettext_lazy("Navn"),
    gettext_lazy("E-postadresse"),
    gettext_lazy("Roller"),
    gettext_lazy("Kan logge inn"),
    gettext_lazy("Sist innlogget"),
)


def crumbs_to(user: User | None = None) -> Crumbs:
    crumbs: Crumbs = [(_("Brukere og enheter"), reverse("user-list"))]
    if user is not None:
        crumbs.append((user.name, reverse("user-detail", args=[user.public_id])))
    return crumbs


def detail_url(user: User) -> str:
    return reverse("user-detail", args=[user.public_id])


@access(roles(Role.ADMINISTRATOR))
@require_safe
def user_list(request: SignedInRequest) -> HttpResponseBase:
    here = Membership.objects.editable_by(request.user).not_ended(timezone.localdate()).select_related("unit")
    rows = User.objects.editable_by(request.user).order_by(by_name(), "id")
    rows = rows.prefetch_related(Prefetch("memberships", here, to_attr="roles_here"))
    found = UserFilter(request.GET, queryset=rows, user=request.user)
    if file := asked_file(request, "brukere", COLUMNS, found.qs, _cells):
        return file
    page = numbered(request, found.qs, PAGE_SIZE)
    context = {"filter": found, "page_obj": page, "today": found.today, "sorter": request.GET.get("sorter") or "navn"}
    return render(request, "organisation/settings/user_list.html", context)


def _cells(row: Any) -> list[Any]:
    held = "; ".join(f"{role.get_role_display()}, {role.unit.name}" for role in row.roles_here)
    last = timezone.localtime(row.last_login).date() if row.last_login else None
    return [row.name, row.email, held, _("ja") if row.is_active else _("nei"), last]


@access(roles(Role.ADMINISTRATOR))
@get_or_post
def user_create(request: SignedInRequest) -> HttpResponse:
    form = UserCreateForm(posted(request), by=request.user, initial={"valid_from": timezone.localdate()})
    return form_page(
        request,
        form,
        action=lambda data: domain.add_user(**data, by=request.user),
        done=detail_url,
        message=_("Brukeren er opprettet og kan logge inn."),
        title=_("Ny bruker"),
        crumbs=crumbs_to(),
        cancel_url=reverse("user-list"),
        button=_("Opprett bruker"),
        template="organisation/settings/user_create.html",
    )


@access(roles(Role.ADMINISTRATOR))
@get_or_post
def role_by_email(request: SignedInRequest) -> HttpResponse:
    form = RoleByEmailForm(posted(request), by=request.user, initial={"valid_from": timezone.localdate()})
    return form_page(
        request,
        form,
        action=lambda data: domain.grant_role_by_email(**data, by=request.user),
        done=lambda membership: detail_url(membership.user),
        message=_("Rollen er gitt."),
        title=_("Gi rolle til en som har bruker fra før"),
        lead=_("Bruk dette når personen logger inn i Povertyplan fra før, for eksempel i en annen kommune."),
        crumbs=crumbs_to(),
        cancel_url=reverse("user-list"),
        button=_("Gi rolle"),
    )


@access(roles(Role.ADMINISTRATOR))
@require_safe
def user_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    user = _find(request, public_id)
    today = timezone.localdate()
    memberships = list(Membership.objects.editable_by(request.user).filter(user=user).select_related("unit"))
    ended = [row for row in memberships if row.valid_to and row.valid_to < today]
    changes = AuditEntry.objects.administered_by(request.user).about(user).order_by("-id")[:RECENT_CHANGES]
    context = {
        "person": user,
        "is_self": user == request.user,
        "today": today,
        "current": [row for row in memberships if row not in ended],
        "ended": sorted(ended, key=lambda row: row.valid_to or today, reverse=True),
        "changes": change_log.lines(changes, request.user),
        "can_change_account": can_change_account(request.user, user),
        "can_change_roles": can_change_roles(request.user, user),
        "can_set_password": can_set_password(request.user, user),
        "crumbs": [*crumbs_to(), (user.name, None)],
    }
    return render(request, "organisation/settings/user_detail.html", context)


@access(roles(Role.ADMINISTRATOR))
@get_or_post
def user_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    user = _find(request, public_id)
    if not can_change_account(request.user, user):
        raise PermissionDenied
    form = UserForm(posted(request), user=user, by=request.user)
    # Her own form has no "may log in": it stays as it is.
    return form_page(
        request,
        form,
        action=lambda data: domain.update_user(user=user, **({"is_active": user.is_active} | data), by=request.user),
        done=detail_url,
        message=_("Endringene er lagret."),
        title=_("Endre bruker"),
        crumbs=crumbs_to(user),
        cancel_url=detail_url(user),
    )


@access(roles(Role.ADMINISTRATOR))
@get_or_post
def user_password(request: SignedInRequest, public_id: str) -> HttpResponse:
    user = _find(request, public_id)
    if not can_set_password(request.user, user):
        raise PermissionDenied
    return form_page(
        request,
        PasswordForm(posted(request)),
        action=lambda data: domain.set_password(user=user, password=data["password"], by=request.user),
        done=detail_url,
        message=_("Det nye passordet er satt. Brukeren er logget ut og må logge inn på nytt med det."),
        title=_("Sett nytt passord"),
        lead=_("For %(name)s, %(email)s.") % {"name": user.name, "email": user.email},
        crumbs=crumbs_to(user),
        cancel_url=detail_url(user),
        button=_("Sett passord"),
    )


@access(roles(Role.ADMINISTRATOR))
@get_or_post
def role_grant(request: SignedInRequest, public_id: str) -> HttpResponse:
    user = _find(request, public_id)
    if not can_change_roles(request.user, user):
        raise PermissionDenied
    form = RoleForm(posted(request), by=request.user, initial={"valid_from": timezone.localdate()})
    return form_page(
        request,
        form,
        action=lambda data: domain.grant_role(user=user, **data, by=request.user),
        done=lambda membership: detail_url(user),
        message=_("Rollen er gitt."),
        title=_("Gi rolle"),
        lead=_("Til %(name)s.") % {"name": user.name},
        crumbs=crumbs_to(user),
        cancel_url=detail_url(user),
        button=_("Gi rolle"),
    )


@access(roles(Role.ADMINISTRATOR))
@get_or_post
def role_end(request: SignedInRequest, public_id: str, membership_id: str) -> HttpResponse:
    user, today = _find(request, public_id), timezone.localdate()
    # A role that has ended stays as it was; coming back is a new role.
    standing = Membership.objects.editable_by(request.user).not_ended(today).filter(user=user).select_related("unit")
    membership = get_object_or_404(standing, public_id=membership_id)
    if not can_change_roles(request.user, user):
        raise PermissionDenied
    return form_page(
        request,
        RoleEndForm(posted(request), membership=membership, on=today),
        action=lambda data: domain.end_membership(
            membership=membership, last_day=data["valid_to"], version=data["version"], by=request.user
        ),
        done=lambda ended: detail_url(user),
        message=_("Siste dag er lagret."),
        title=_("Avslutt rolle"),
        lead=_("%(role)s i %(unit)s for %(name)s.")
        % {"role": membership.get_role_display(), "unit": membership.unit, "name": user.name},
        crumbs=crumbs_to(user),
        cancel_url=detail_url(user),
        button=_("Avslutt rolle"),
    )


def _find(request: SignedInRequest, public_id: str) -> User:
    return get_object_or_404(User.objects.editable_by(request.user), public_id=public_id)
