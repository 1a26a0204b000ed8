"""Pages and the parts of them that htmx asks for have the same addresses."""

import pytest
from django.test import Client
from django.urls import reverse

from organisation.models import Role
from tests.factories import PlanFactory, UnitFactory, make_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_answer_says_that_it_depends_on_who_asks(headers: dict[str, str], client: Client) -> None:
    plan = PlanFactory()
    client.force_login(make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality)))
    answer = client.get(reverse("measure-list", args=[plan.public_id]), headers=headers)
    assert ("<html" in answer.content.decode()) is not bool(headers)
    assert "HX-Request" in answer["Vary"]
