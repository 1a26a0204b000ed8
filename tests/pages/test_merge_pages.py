"""Two people edit the same thing: measures, contributions, yearly reports, families' decisions; as pages and in a browser."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from grants.models import MeasureReport
from measures.models import Goal, Measure
from organisation.domain.writing import last_saved
from organisation.models import Role, User
from reporting.models import Contribution
from tests.factories import GoalFactory, make_member
from tests.pages.report_place import ReportPlace, make_place
from tests.pages.test_bad_input import measure_input
from tests.pages.test_yearly_report_pages import url
from tests.pages.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world(timezone.localdate())


def base_of(answer: Any) -> str:
    """What the page says stood in its fields."""
    found = re.search(r'name="base" value="([^"]*)"', answer.content.decode())
    assert found
    return unescape(found[1])


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_form_says_what_stood_in_its_fields(world: World, client_for: Any) -> None:
    page = client_for(world.users[Role.COORDINATOR]).get(reverse("measure-edit", args=[world.measure.public_id]))
    assert world.measure.title in base_of(page)


def test_two_edit_a_measure(world: World, client_for: Any) -> None:
    """Rows of other tables are merged as columns are, and it says who saved and when."""
    address = reverse("measure-edit", args=[world.measure.public_id])
    colleague = make_member(Role.COORDINATOR, world.unit)
    client, other = client_for(world.users[Role.COORDINATOR]), client_for(colleague)
    before = set(world.measure.goals.all())
    base = base_of(client.get(address))
    more: Goal = GoalFactory(plan=world.plan)
    theirs = measure_input(world, title=world.measure.title, note="Den andres merknad")
    assert other.post(address, theirs | {"goals": [goal.pk for goal in before | {more}]}).status_code == 302
    mine = measure_input(world, base=base, title="Min tittel", goals=[goal.pk for goal in before])
    answer = client.post(address, mine)
    assert answer.status_code == 422
    assert f"Lagret av {colleague.name}" in text_of(answer)
    form = answer.context["form"]
    changed = {row.name: str(row.changed) for row in form.merge.rows}
    assert (changed["title"], changed["goals"]) == ("mine", "theirs")
    assert client.post(address, dict(form.data.lists())).status_code == 302
    row = Measure.objects.get(pk=world.measure.pk)
    assert (row.title, set(row.goals.all())) == ("Min tittel", before | {more})


def test_both_have_written_a_contribution(world: World, client_for: Any) -> None:
    address = reverse("contribution", args=[world.round.public_id, world.measure.public_id])
    client = client_for(world.users[Role.UNIT_LEADER])
    base = base_of(client.get(address))
    sent = {"version": 0, "base": base, "action": "draft"}
    assert client.post(address, sent | {"text": "Den andres tekst"}).status_code == 302
    answer = client.post(address, sent | {"text": "Min tekst"})
    assert answer.status_code == 422
    again = {"version": 1, "base": answer.context["form"].data["base"], "action": "draft", "text": "Min tekst"}
    assert client.post(address, again).status_code == 422
    assert Contribution.objects.get(round=world.round, measure=world.measure).text == "Den andres tekst"
    assert client.post(address, again | {"choice-text": "mine"}).status_code == 302
    assert Contribution.objects.get(round=world.round, measure=world.measure).text == "Min tekst"


def test_who_saved_last(world: World, client_for: Any) -> None:
    address = reverse("measure-edit", args=[world.measure.public_id])
    assert client_for(world.users[Role.COORDINATOR]).post(address, measure_input(world)).status_code == 302
    saved = last_saved(row=world.measure)
    assert saved is not None
    assert saved.name == world.users[Role.COORDINATOR].name


def test_of_what_has_no_log_nobody_is_named(world: World) -> None:
    assert last_saved(row=Measure(pk=0)) is None


class TestYearlyReport:
    @pytest.fixture
    def place(self, db: None) -> ReportPlace:
        return make_place()

    def opened(self, client: Client, place: ReportPlace) -> dict[str, Any]:
        page = client.get(url(place, "yearly-report-measure"))
        return {"version": page.context["form"]["version"].value(), "base": base_of(page)}

    def test_two_save_different_answers_and_both_stand(self, place: ReportPlace, client_for: Any) -> None:
        one, two = client_for(place.project_lead), client_for(place.unit_leader)
        first, second = self.opened(one, place), self.opened(two, place)
        assert one.post(url(place, "yearly-report-measure"), first | {"targeting": "all"}).status_code == 302
        assert two.post(url(place, "yearly-report-measure"), second | {"recruited_by": ["nav"]}).status_code == 302
        form = MeasureReport.objects.get(pk=place.form.pk)
        assert (form.targeting, form.recruited_by) == ("all", ["nav"])

    def test_one_answer_that_both_changed_is_asked_about(self, place: ReportPlace, client_for: Any) -> None:
        one, two = client_for(place.project_lead), client_for(place.unit_leader)
        first, second = self.opened(one, place), self.opened(two, place)
        assert one.post(url(place, "yearly-report-measure"), first | {"targeting": "all"}).status_code == 302
        sent = second | {"targeting": "some", "recruited_by": ["nav"]}
        answer = two.post(url(place, "yearly-report-measure"), sent)
        assert answer.status_code == 422
        assert "choice-targeting" in answer.content.decode()
        assert MeasureReport.objects.get(pk=place.form.pk).targeting == "all"
        form = answer.context["form"]
        sent |= {"version": form.data["version"], "base": form.data["base"], "choice-targeting": "theirs"}
        assert two.post(url(place, "yearly-report-measure"), sent).status_code == 302
        saved = MeasureReport.objects.get(pk=place.form.pk)
        assert (saved.targeting, saved.recruited_by) == ("all", ["nav"])

    def test_saving_by_itself_merges_and_later_changes_of_the_same_answer_are_told(
        self, place: ReportPlace, client_for: Any
    ) -> None:
        one, two = client_for(place.project_lead), client_for(place.unit_leader)
        first, second = self.opened(one, place), self.opened(two, place)
        by_itself = {"autosave": "1"}
        assert (
            one.post(url(place, "yearly-report-measure"), first | by_itself | {"targeting": "all"}).status_code == 200
        )
        answer = two.post(url(place, "yearly-report-measure"), second | by_itself | {"recruited_by": ["nav"]})
        assert answer.status_code == 200
        assert "En annen har også svart i dette skjemaet." in text_of(answer)
        assert "id_version" not in answer.content.decode()  # her page doesn't show what the other said
        later = second | by_itself | {"recruited_by": ["nav"], "targeting": "some"}
        assert two.post(url(place, "yearly-report-measure"), later).status_code == 409
        saved = MeasureReport.objects.get(pk=place.form.pk)
        assert (saved.targeting, saved.recruited_by) == ("all", ["nav"])

    def test_what_was_saved_by_itself_while_merging_can_be_taken_back(
        self, place: ReportPlace, client_for: Any
    ) -> None:
        one, two = client_for(place.project_lead), client_for(place.unit_leader)
        first, second = self.opened(one, place), self.opened(two, place) | {"autosave": "1"}
        assert one.post(url(place, "yearly-report-measure"), first | {"targeting": "all"}).status_code == 302
        answer = two.post(url(place, "yearly-report-measure"), second | {"recruited_by": ["nav"]})
        answer = two.post(url(place, "yearly-report-measure"), second | {"base": base_of(answer), "recruited_by": []})
        assert answer.status_code == 200
        saved = MeasureReport.objects.get(pk=place.form.pk)
        assert (saved.targeting, saved.recruited_by) == ("all", [])

    def test_what_was_chosen_of_the_others_is_not_written_over_by_what_the_page_shows(
        self, place: ReportPlace, client_for: Any
    ) -> None:
        """She chooses the other's answer and its reason; her own still stand in the fields that save by themselves."""
        one, two = client_for(place.project_lead), client_for(place.unit_leader)
        first, second = self.opened(one, place), self.opened(two, place)
        theirs = {"targeting": "all", "budget_nok": "90 000", "why-budget_nok": "Den andres grunn."}
        assert one.post(url(place, "yearly-report-measure"), first | theirs).status_code == 302
        mine = {"targeting": "some", "budget_nok": "80 000", "why-budget_nok": "Min grunn."}
        form = two.post(url(place, "yearly-report-measure"), second | mine).context["form"]
        page = mine | {"version": form.data["version"], "base": form.data["base"], "autosave": "1"}
        page |= {f"choice-{name}": "theirs" for name in theirs}
        answer = two.post(url(place, "yearly-report-measure"), page)
        assert answer.status_code == 200
        page |= {"base": base_of(answer), "recruited_by": ["nav"]}
        if found := re.search(r'name="version" value="(\d+)"', answer.content.decode()):
            page["version"] = found[1]
        assert two.post(url(place, "yearly-report-measure"), page).status_code == 200
        saved = MeasureReport.objects.get(pk=place.form.pk)
        assert (saved.targeting, saved.budget_nok, saved.recruited_by) == ("all", 90_000, ["nav"])
        assert saved.explanations["budget_nok"] == "Den andres grunn."

    def test_what_was_saved_by_itself_is_what_the_page_starts_from(self, place: ReportPlace, client_for: Any) -> None:
        one, two = client_for(place.project_lead), client_for(place.unit_leader)
        sent = self.opened(two, place) | {"autosave": "1", "recruited_by": ["nav"]}
        answer = two.post(url(place, "yearly-report-measure"), sent)
        sent |= {"version": str(int(sent["version"]) + 1), "base": base_of(answer)}
        taken_back = self.opened(one, place) | {"recruited_by": []}
        assert one.post(url(place, "yearly-report-measure"), taken_back).status_code == 302
        assert two.post(url(place, "yearly-report-measure"), sent | {"targeting": "all"}).status_code == 200
        saved = MeasureReport.objects.get(pk=place.form.pk)
        assert (saved.targeting, saved.recruited_by) == ("all", [])


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scripts", [True, False])
def test_two_people_edit_a_measure_in_their_browsers(
    transactional_db: None, browser: Browser, live_server: Any, width: int, scripts: bool
) -> None:
    """With scripts and without, on a desk and on a phone: choose one text, keep the other's field, save once more."""
    world = make_world(timezone.localdate())
    address = live_server.url + reverse("measure-edit", args=[world.measure.public_id])
    people = (world.users[Role.COORDINATOR], make_member(Role.COORDINATOR, world.unit))
    with_page = [seat(browser, live_server, user, width, scripts) for user in people]
    (one, two) = (next(each) for each in with_page)
    for page in (one, two):
        page.goto(address)
    one.get_by_label("Tittel", exact=True).fill("Leksehjelp på onsdag")
    one.get_by_label("Finansiering").fill("Kommunen")
    one.get_by_role("button", name="Lagre").click()
    expect(one).not_to_have_url(address)
    two.get_by_label("Tittel", exact=True).fill("Leksehjelp på fredag")
    two.get_by_role("button", name="Lagre").click()
    merge = two.get_by_role("region", name="Dette har dere endret")
    expect(merge).to_contain_text("Leksehjelp på onsdag")
    expect(two.get_by_label("Finansiering")).to_have_value("Kommunen")
    expect(two.get_by_label("Tittel", exact=True)).to_have_value("Leksehjelp på fredag")
    two.get_by_role("button", name="Lagre").click()
    expect(two.get_by_role("alert")).to_contain_text("Velg hva som skal gjelde")
    assert two.evaluate("document.documentElement.scrollWidth <= innerWidth")
    two.get_by_role("group", name="Hva skal gjelde for «Tittel»?").get_by_label("Mitt, slik det står").check()
    two.get_by_role("button", name="Lagre").click()
    expect(two.get_by_role("heading", level=1)).to_contain_text("Leksehjelp på fredag")
    row = Measure.objects.get(pk=world.measure.pk)
    assert (row.title, row.funding) == ("Leksehjelp på fredag", "Kommunen")
    for each in with_page:
        next(each, None)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scripts", [True, False])
def test_the_keyboard_goes_from_the_summary_to_the_choice_to_the_field_and_back(
    transactional_db: None, browser: Browser, live_server: Any, scripts: bool
) -> None:
    """The summary has the focus, and each thing that two have changed has a link to its field, which has one back."""
    world = make_world(timezone.localdate())
    with_page = seat(browser, live_server, world.users[Role.COORDINATOR], 390, scripts)
    page = next(with_page)
    page.goto(live_server.url + reverse("measure-edit", args=[world.measure.public_id]))
    Measure.objects.filter(pk=world.measure.pk).update(title="Leksehjelp på onsdag", funding="Kommunen", version=99)
    page.get_by_label("Tittel", exact=True).fill("Leksehjelp på fredag")
    page.get_by_label("Tittel", exact=True).press("Enter")
    summary, title = page.locator(".ds-error-summary"), page.get_by_label("Tittel", exact=True)
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text(["Hva skal gjelde for «Tittel»?"])
    press(page, "Hva skal gjelde for «Tittel»?")
    expect(page.locator("#both-title")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Det som står nå")).to_be_focused()
    press(page, "Gå til feltet «Tittel»")
    expect(title).to_be_focused()
    press(page, "Se begge utgavene av «Tittel»")
    expect(page.locator("#both-title")).to_be_focused()
    press(page, "Gå til feltet «Finansiering»")
    expect(page.get_by_label("Finansiering")).to_be_focused()
    expect(page.get_by_role("link", name=re.compile("^Se begge utgavene av"))).to_have_count(2)
    title.press("Enter")  # nothing was chosen: the summary leads to the choice
    expect(summary).to_be_focused()
    press(page, "Tittel: Dere har begge endret feltet. Velg hva som skal gjelde.")
    expect(page.locator("#both-title")).to_be_focused()
    next(with_page, None)


def press(page: Page, link: str) -> None:
    """Go to a link with Tab, from where the focus is, and follow it."""
    wanted = page.get_by_role("link", name=link, exact=True)
    for _step in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return page.keyboard.press("Enter")
    raise AssertionError(f"Tab does not come to {link}")


def seat(browser: Browser, server: Any, user: User, width: int, scripts: bool) -> Iterator[Page]:
    """A browser of one's own; the log-in itself has tests of its own."""
    client = Client()
    client.force_login(user, backend="organisation.sign_in.RolesBackend")
    context = browser.new_context(locale="nb-NO", viewport={"width": width, "height": 800}, java_script_enabled=scripts)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}])
    yield context.new_page()
    context.close()
