"""One address answers with a page, or with a part of it to htmx, and browsers must not take the one for the other."""

from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxMiddleware


class FragmentMiddleware(HtmxMiddleware):
    """Says that the answer depends on who asks. Going back to a list that was filtered in place, a browser would else show
    the rows that it kept, without the page around them."""

    async_capable = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = cast(HttpResponseBase, super().__call__(request))
        patch_vary_headers(response, ("HX-Request",))
        return response
