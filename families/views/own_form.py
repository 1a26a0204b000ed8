"""The family's own form, behind a one-time link: no log-in, no navigation, no cookies.

The token in the address is the one secret. So the address is told to nobody (no referrer, no cache, no search engine,
and stars for it in our logs: organisation/logs.py), and there is no CSRF token: who could make a family's browser send
the form must know the link, and with it could answer without her. There is no log-in to abuse.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from families.domain.own_form import Opened, open_link, take_answer
from families.forms.own_form import OwnForm
from families.models import LinkState, VoiceLanguage
from organisation.access import PUBLIC, access
from organisation.views.form_page import posted

UNKNOWN = "unknown"
# Gone for good, or never there: what is said of each link that can't be used.
STATUS = {LinkState.USED: 410, LinkState.OUT_OF_TIME: 410, UNKNOWN: 404}
RIGHT_TO_LEFT = {VoiceLanguage.ARABIC}


@access(PUBLIC)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def own_form(request: HttpRequest, token: str) -> HttpResponse:
    link = open_link(token=token)
    language = language_of(request, link)
    with translation.override(language):
        response = _answered(request, token, language, link)
    add_never_cache_headers(response)
    response["Content-Language"] = language
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def language_of(request: HttpRequest, link: Opened | None) -> str:
    """The language chosen on the page, or the link's. Where no link says one: the first of the browser's that we have."""
    chosen = request.GET.get("sprak", "")
    if chosen in VoiceLanguage.values:
        return chosen
    if link:
        return link.language
    for accepted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        code = accepted.partition("-")[0]
        if code in VoiceLanguage.values:
            return code
    return str(VoiceLanguage.BOKMAL)


def _answered(request: HttpRequest, token: str, language: str, link: Opened | None) -> HttpResponse:
    if link is None or link.state != LinkState.OPEN:
        return _closed(language, link)
    form = OwnForm(posted(request))
    if request.method == "POST":
        taken = form.submit(lambda data: take_answer(token=token, language=language, **data))
        if taken:
            return _page("thanks", language, wants_contact=form.cleaned_data["wants_contact"])
        if taken is not None:  # used by somebody else since the line above
            return _closed(language, open_link(token=token))
    return _page("form", language, status=422 if form.is_bound else 200, form=form)


def _closed(language: str, link: Opened | None) -> HttpResponse:
    state = link.state if link else UNKNOWN
    return _page("closed", language, status=STATUS[state], state=state)


def _page(name: str, language: str, status: int = 200, **context: Any) -> HttpResponse:
    """Without the request: nothing of a session, a user or the address comes into the page."""
    languages = [{"code": code, "name": name, "dir": direction(code)} for code, name in VoiceLanguage.choices]
    context |= {"language": language, "direction": direction(language), "languages": languages}
    return HttpResponse(render_to_string(f"families/voice/own/{name}.html", context), status=status)


def direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
