"""What is counted and tabulated can be corrected on a page, with what stands there filled in."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from organisation.models import Role
from tests.pages.world import make_world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("target-edit", {"name": "deltakere i alt", "value": "1 600", "counting": "latest"}),
        ("indicator-table-edit", {"title": "Ny tittel på tabellen", "goal": "", "note": "", "total_label": "Sum"}),
        ("indicator-edit", {"name": "Mottakere i alt", "measured_in": "personer"}),
        ("observation-edit", {"value": "1 448,5", "basis": "måned 1-8", "remark": ""}),
    ],
)
def test_a_row_is_corrected(name: str, changes: dict[str, Any], client_for: Any) -> None:
    world = make_world(timezone.localdate())
    client = client_for(world.users[Role.COORDINATOR])
    url = reverse(name, kwargs=world.ids[name])
    form = client.get(url).context["form"]
    answer = client.post(url, changes | {"version": form["version"].value()})
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    again = client.get(url).context["form"]
    assert again["version"].value() == form["version"].value() + 1
    first = next(iter(changes))
    shown = str(again[first].value())
    assert shown == changes[first] or changes[first].replace(" ", "").replace(",", ".") == shown
    assert client.post(url, changes | {"version": form["version"].value()}).status_code == 422
