"""Deny by default: a URL that states no rule answers nobody."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from rest_framework.response import Response
from rest_framework.views import APIView

from organisation.access import PUBLIC, SIGNED_IN, access, roles, walk
from organisation.checks import every_url_states_its_access_rule
from organisation.models import Role
from tests.factories import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("innholdet")


def page(rule: Any) -> Any:
    @access(rule)
    def view(request: HttpRequest) -> HttpResponse:
        return answer(request)

    return view


class OpenByMistake(APIView):
    """States its rule at the URL and nothing to the REST framework, which must not let anyone in by itself."""

    def get(self, request: Any) -> Response:
        return Response({"content": "innholdet"})


urlpatterns = [
    path("logg-inn/", page(PUBLIC), name="login"),
    path("open/", page(PUBLIC)),
    path("signed-in/", page(SIGNED_IN)),
    path("coordinators/", page(roles(Role.COORDINATOR))),
    path("api/coordinators/", page(roles(Role.COORDINATOR))),
    path("api/unguarded/", access(SIGNED_IN)(OpenByMistake.as_view())),
    path("below/", include([path("forgotten/", answer)])),
]


def test_a_url_without_a_rule_is_refused_to_everyone(client_for: Any) -> None:
    assert Client().get("/below/forgotten/").status_code == 403
    for role in Role:
        answer = client_for(make_member(role)).get("/below/forgotten/")
        assert answer.status_code == 403
        assert b"innholdet" not in answer.content


def test_an_open_url_answers_anyone() -> None:
    assert Client().get("/open/").content == b"innholdet"


@pytest.mark.parametrize("url", ["/signed-in/", "/coordinators/"])
def test_a_stranger_is_sent_to_log_in_and_back(url: str) -> None:
    answer = Client().get(url + "?side=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/logg-inn/?next={url}%3Fside%3D2"


def test_a_stranger_at_the_api_is_told_so() -> None:
    answer = Client().get("/api/coordinators/")
    assert answer.status_code == 401
    assert b"innholdet" not in answer.content


@pytest.mark.parametrize("role", list(Role))
def test_a_rule_lets_in_its_own_roles_only(role: Role, client_for: Any) -> None:
    client = client_for(make_member(role))
    assert client.get("/signed-in/").status_code == 200
    expected = 200 if role == Role.COORDINATOR else 403
    assert client.get("/coordinators/").status_code == expected
    assert client.get("/api/coordinators/").status_code == expected


def test_a_user_who_is_shut_out_is_a_stranger(client_for: Any) -> None:
    user = make_member(Role.COORDINATOR)
    client = client_for(user)
    user.is_active = False
    user.save()
    assert client.get("/coordinators/").status_code == 302


def test_an_api_view_without_a_permission_denies(client_for: Any) -> None:
    answer = client_for(make_member(Role.COORDINATOR)).get("/api/unguarded/")
    assert answer.status_code == 403
    assert b"innholdet" not in answer.content


def test_the_system_check_names_the_url_that_states_no_rule() -> None:
    (error,) = every_url_states_its_access_rule(None)
    assert (error.id, "below/forgotten/" in error.msg) == ("organisation.E001", True)


def test_walking_finds_every_url_with_its_whole_route() -> None:
    assert [route for route, _ in walk()][-2:] == ["api/unguarded/", "below/forgotten/"]
    assert len(list(walk())) == 7
