"""Pages are sent compressed, but not those that may name a family.

Compression tells the length of what it has made. Who can have a reader's browser ask for a page thousands of times, with a
guess in the address that the page repeats, can find out whether the guess stands elsewhere on it (BREACH). Django adds
random bytes, the token of forms is another each time, and our cookies don't go along from other sites' pages; for
what is said about a family that isn't left to chance. Such an answer says itself that nobody may store it, wherever it
stands: the first page has families' next steps, and the search has case references beside what was typed. Files that are
packed already are left as they are.
"""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

NEVER = "/familier/"
KINDS = ("text/", "application/json", "image/svg")


class Compression(GZipMiddleware):
    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        is_secret = NEVER in request.path or "no-store" in response.get("Cache-Control", "")
        if is_secret or not response.get("Content-Type", "").startswith(KINDS):
            return response  # type: ignore[no-any-return]
        found: HttpResponseBase = super().process_response(request, response)
        return found
