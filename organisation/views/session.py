"""Logging in and out, one's own settings, and whether the application is well."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from organisation.access import PUBLIC, SIGNED_IN, access
from organisation.domain.users import change_own_password, set_language
from organisation.forms import BaseForm
from organisation.identity_numbers import contains_identity_number
from organisation.models import User
from organisation.views.form_page import posted


class LoginForm(AuthenticationForm):
    error_messages = {
        "invalid_login": gettext_lazy("E-postadressen eller passordet er feil."),
        "inactive": gettext_lazy("Brukeren er stengt ute. Snakk med administratoren."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = gettext_lazy("E-postadresse")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"class": "ds-input", "autocomplete": "username", "autofocus": True}
        )
        self.fields["password"].widget.attrs["class"] = "ds-input"


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The address that was tried, written as the log-in reads it: attempts on one account are counted together.

    Whoever is used to other log-ins types her fødselsnummer here. It is no address of ours, and isn't kept with the attempt.
    """
    name = str((credentials or {}).get("username") or request.POST.get("username", "")).strip().lower()
    return "fødselsnummer" if contains_identity_number(name) else name


class LoginView(auth_views.LoginView):
    template_name = "organisation/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, demo_logins=_demo_logins() if settings.DEMO else None)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        language = form.get_user().language
        if language:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.HTTPS)
        return response


def _demo_logins() -> list[dict[str, str]]:
    """Only where the demo is on: its people, as the demo's loader left them."""
    from organisation.models import Membership

    rows = Membership.objects.filter(user__email__endswith=".example").select_related("user", "unit__municipality")
    people: dict[str, dict[str, str]] = {}
    for row in rows.order_by("user_id"):
        town = row.unit.municipality.name if row.unit.municipality else row.unit.name
        people.setdefault(row.user.email, {"email": row.user.email, "role": row.get_role_display(), "town": town})
    return list(people.values())


login = access(PUBLIC)(never_cache(LoginView.as_view()))
logout = access(PUBLIC)(auth_views.LogoutView.as_view())


@access(PUBLIC)
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the choice in a cookie, and with the user when she is logged in."""
    language = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response: HttpResponse = HttpResponseRedirect(target)
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.HTTPS)
        if request.user.is_authenticated:
            set_language(user=request.user, language=language, by=request.user)
    return response


class OwnPasswordForm(BaseForm):
    current = forms.CharField(
        label=gettext_lazy("Nåværende passord"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    password = forms.CharField(
        label=gettext_lazy("Nytt passord"), strip=False, help_text=gettext_lazy("Minst 12 tegn."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


@access(SIGNED_IN)
def my_settings(request: HttpRequest) -> HttpResponse:
    """One's own roles, how often notices come by e-mail, and a new password."""
    user = cast(User, request.user)
    form = OwnPasswordForm(posted(request))
    if request.method == "POST":
        changed = form.submit(lambda data: change_own_password(user=user, by=user, **data))
        if changed is not None:
            update_session_auth_hash(request, changed)
            messages.success(request, _("Passordet er byttet."))
            return redirect("my-settings")
    context = {
        "form": form,
        "crumbs": [(_("Min side"), reverse("home")), (_("Mine innstillinger"), None)],
    }
    return render(request, "organisation/my_settings.html", context, status=422 if form.errors else 200)


@access(PUBLIC)
@never_cache
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """For load balancers: 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
