"""Pages that one only comes to by choosing or by being too late: accessible, and they fit."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from measures.models import Measure
from organisation.models import Accent, Municipality, Role
from tests.factories import UnitFactory
from tests.pages.test_bad_input import measure_input
from tests.pages.test_look import become, look
from tests.pages.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("accent", [Accent.GREEN, Accent.PURPLE])
def test_what_one_comes_to_is_accessible_and_fits(
    width: int, scheme: Any, accent: str, live_server: Any, browser: Browser
) -> None:
    world = make_world(timezone.localdate())
    unit = UnitFactory(municipality=world.municipality)
    Municipality.objects.filter(pk=world.municipality.pk).update(accent=accent)
    context = browser.new_context(
        viewport={"width": width, "height": 900}, bypass_csp=True, locale="nb-NO", color_scheme=scheme
    )
    page = context.new_page()
    become(page, live_server, world.users[Role.COORDINATOR])
    problems = []
    chosen = f"?valgt={world.measure.public_id}&alle=1"
    for name, query in (
        ("measure-list", ""), ("measures-move", chosen), ("measures-move", f"{chosen}&til={unit.public_id}"),
        ("measures-state", chosen),
    ):  # fmt: skip
        page.goto(f"{live_server.url}{reverse(name, args=[world.plan.public_id])}{query}")
        problems += [f"{name}: {problem}" for problem in look(page, width)]
    page.goto(f"{live_server.url}{reverse('unit-move')}?fra={world.unit.public_id}&til={unit.public_id}")
    problems += [f"unit-move: {problem}" for problem in look(page, width)]
    page.goto(live_server.url + reverse("measure-edit", args=[world.measure.public_id]))
    somebody_else_saves(world)
    page.get_by_label("Tittel", exact=True).fill("Leksehjelp på fredag")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("region", name="Dette har dere endret")).to_be_visible()
    problems += [f"merge: {problem}" for problem in look(page, width)]
    context.close()
    assert not problems, "\n".join(problems)


def somebody_else_saves(world: World) -> None:
    client = Client()
    client.force_login(world.users[Role.COORDINATOR], backend="organisation.sign_in.RolesBackend")
    typed = measure_input(world, title="Leksehjelp på onsdag", note="En merknad som er ny, og som er ganske lang.")
    assert client.post(reverse("measure-edit", args=[world.measure.public_id]), typed).status_code == 302
    assert Measure.objects.filter(title="Leksehjelp på onsdag").exists()
