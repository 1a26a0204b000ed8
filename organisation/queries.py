"""What may not stand in the query of a URL: browsers keep addresses, and links on the page carry them on."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes

from organisation.identity_numbers import SEARCH_MESSAGE, contains_identity_number


class NoIdentityNumbersInQueries:
    """A search for a national identity number is not done: the page answers from its address without it, and says why.

    By the redirect the number is neither in the address bar nor in the history. It has been in one request by then; the
    web server's log has paths without queries.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or not request.META.get("QUERY_STRING"):
            return self.get_response(request)
        kept = request.GET.copy()
        for name, values in request.GET.lists():
            if contains_identity_number(name) or any(map(contains_identity_number, values)):
                del kept[name]
        if len(kept) == len(request.GET):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": str(SEARCH_MESSAGE)}, status=400)
        messages.error(request, SEARCH_MESSAGE)
        url = escape_leading_slashes(escape_uri_path(request.path)) + (f"?{kept.urlencode()}" if kept else "")
        if request.headers.get("HX-Request") == "true":  # a part of the page has no place for the message
            return HttpResponse(headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)
