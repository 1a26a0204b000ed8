"""Deny by default: every URL states who may use it, and one that states nothing is refused.

    @access(roles(Role.COORDINATOR))
    def open_round(request, public_id): ...

The rule is about the kind of user. Which rows she reaches is the queryset's matter (`visible_to`), what she may do
with one is a predicate's (`permissions.py`). A system check fails when a URL in the URLconf states no rule.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from organisation.models import Role, User
from organisation.separation import NOBODY, Scope, of_municipalities, seeing

View = TypeVar("View", bound=Callable[..., Any])


class SignedInRequest(HttpRequest):
    """What a view gets whose URL isn't open to all, for its annotation: the middleware has seen to it that there is a user."""

    user: User


@dataclass(frozen=True)
class Rule:
    """Who may use a URL. `allows` is asked about a signed-in user only, unless the URL is open to all."""

    name: str
    allows: Callable[[Any], bool]
    open_to_all: bool = False


PUBLIC = Rule("public", lambda user: True, open_to_all=True)
SIGNED_IN = Rule("signed in", lambda user: True)


def roles(*names: Role) -> Rule:
    return Rule("roles: " + ", ".join(names), lambda user: user.has_role(*names))


def access(rule: Rule) -> Callable[[View], View]:
    """State the rule of a view."""

    def state(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return state


class AccessMiddleware:
    """Asks the view's rule before the view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        rule: Rule | None = getattr(view, "access_rule", None)
        if rule is None:
            raise PermissionDenied(f"No access rule on {getattr(view, '__qualname__', view)}")
        if rule.open_to_all:
            return None
        if not request.user.is_authenticated:
            if request.path.startswith("/api/"):
                return JsonResponse({"detail": _("Logg inn først.")}, status=401)
            return _ask_to_log_in(request)
        if not rule.allows(request.user):
            if request.path.startswith("/api/"):
                return JsonResponse({"detail": _("Rollen din gir ikke tilgang til dette.")}, status=403)
            raise PermissionDenied
        return None


class SeparationMiddleware:
    """A request sees the municipalities of its user, in the database itself (separation.py); nobody sees none.

    Each request says what its connection shows, whatever a former one left, and gives it back at the end. A response that
    streams is made after that: each piece of it is made while the connection shows the same again, and in the user's
    language. Between two pieces, and when nobody waits for the rest, the connection shows nothing of hers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        scope, language = scope_of(request.user), get_language()
        with seeing(scope):
            response = self.get_response(request)
        # What a file on disk holds has been read; it asks the database nothing.
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _streaming(scope, language, iter(response))
        return response


def _streaming(scope: Scope, language: str | None, pieces: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with seeing(scope), override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def scope_of(user: Any) -> Scope:
    """The municipalities of today's roles; for an analyst also what all of them have published."""
    if not user.is_authenticated:
        return NOBODY
    return of_municipalities(user.municipality_ids(), published=user.has_role(Role.ANALYST))


def _ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """A page leads to the log-in and back. What was typed stays where it is: nothing is put in its place (htmx), or a
    page says what happened (a form that was sent after the session had ended)."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    context = {"login_url": f"{reverse('login')}?{urlencode({'next': _page_before(request)})}"}
    return render(request, "errors/logged_out.html", context, status=401)


def _page_before(request: HttpRequest) -> str:
    """The page the form stood on: many forms are sent to an address that can't be opened."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return reverse("home")
    parts = urlsplit(referer)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def walk(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern of the project with its whole route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern, route)
        else:
            yield route, pattern
