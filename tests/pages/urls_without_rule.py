"""A URLconf with a mistake in it, for the test that must find it."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from organisation.access import PUBLIC, access
from povertyplan.urls import handler403, handler404
from povertyplan.urls import urlpatterns as real

__all__ = ["handler403", "handler404"]


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Dette skulle ingen sett.")


@access(PUBLIC)
def stated(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("uten-regel/", forgotten), path("med-regel/", stated), *real]
