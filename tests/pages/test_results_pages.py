"""The pages of results: recorded once, corrected in the open, summed with their sources; quotes gone with their consent."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.models import Outcome, Quote, SubProject
from organisation.models import Role
from tests.factories import (
    LogEntryFactory,
    LogFigureFactory,
    MunicipalityFactory,
    TargetFactory,
    make_funded,
    make_member,
)
from tests.factories.grants_results import LessonFactory, OutcomeFactory, QuoteFactory, count_in_log, make_partners
from tests.pages.place import Place, make_place

pytestmark = pytest.mark.django_db
TYPED = "Talt av prosjektgruppa i går"


@pytest.fixture
def place() -> Place:
    return make_place()


@pytest.fixture
def client(place: Place, client_for: Any) -> Client:
    return client_for(place.caseworker)


def url(name: str, row: Any) -> str:
    return reverse(name, args=[row.public_id])


def typed(**changes: Any) -> dict[str, Any]:
    fields = {"kind": "families", "value": "70", "counted_on": timezone.localdate().isoformat(), "source": TYPED}
    return fields | changes


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_result_is_recorded_and_can_be_undone_from_the_message(place: Place, client: Client) -> None:
    page = url("sub-project-results", place.sub_project)
    answer = client.post(url("result-new", place.sub_project), typed(is_at_least="on"), follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "minst 70 Familier" in text_of(answer) and TYPED in text_of(answer)
    undo = url("result-withdraw", Outcome.objects.get())
    assert f'action="{undo}"' in answer.content.decode()
    answer = client.post(undo, follow=True)
    assert "minst 70" not in text_of(answer)
    assert Outcome.objects.filter(withdrawn=True).count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"kind": ""}, "kind", "påkrevd"),
        ({"value": "mange"}, "value", "Skriv tallet med siffer"),
        ({"value": "1,5"}, "value", "Skriv et helt tall"),
        ({"value": "99999999999999"}, "value", "12 eller færre"),
        ({"counted_on": "2999-01-01"}, "counted_on", "før 2200"),
        ({"kind": "other"}, "label", "Skriv hva som telles"),
        ({"note": "\x00"}, "note", "Null-tegn"),
    ],
)
def test_a_result_that_can_not_be_right_is_shown_again(
    changes: dict[str, str], field: str, message: str, place: Place, client: Client
) -> None:
    answer = client.post(url("result-new", place.sub_project), typed(**changes))
    assert answer.status_code == 422
    assert message in str(answer.context["form"].errors[field])
    assert TYPED in answer.content.decode()
    assert not Outcome.objects.exists()


def test_what_the_log_counts_is_not_offered_and_its_number_is_shown(place: Place, client: Client) -> None:
    target = TargetFactory(measure__plan__municipality=place.municipality, measure__title="Tiltaket i planen")
    count_in_log(place.sub_project, target, "families")
    entry = LogEntryFactory(measure=target.measure, happened_on=timezone.localdate())
    LogFigureFactory(target=target, entry=entry, value=12)
    form = client.get(url("result-new", place.sub_project))
    assert "Tiltaket i planen" in text_of(form)
    assert '<option value="families"' not in form.content.decode()
    assert '<option value="children"' in form.content.decode()
    refused = client.post(url("result-new", place.sub_project), typed())
    assert refused.status_code == 422
    page = client.get(url("sub-project-results", place.sub_project))
    assert "12 Familier Telles i loggen" in text_of(page)
    assert url("measure", target.measure) in page.content.decode()


def test_a_correction_is_open_for_all_to_read(place: Place, client: Client) -> None:
    outcome = OutcomeFactory(sub_project=place.sub_project, counted_on=timezone.localdate(), value=41)
    form = client.get(url("result-correct", outcome))
    assert 'value="41"' in form.content.decode()
    client.post(url("result-correct", outcome), typed(value="42"))
    assert "42 Familier" in text_of(client.get(url("sub-project-results", place.sub_project)))
    history = text_of(client.get(url("result-history", place.sub_project)))
    assert "Gjelder" in history and "Rettet siden" in history and "før rettelsen: 41" in history
    again = client.get(url("result-correct", outcome), follow=True)
    assert "rettet eller trukket tilbake i mellomtiden" in text_of(again)


def test_a_series_shows_every_year_with_its_source(place: Place, client: Client) -> None:
    for year, value in ((2019, 111), (2020, 102), (2023, 49)):
        fields = {"kind": "other", "label": "Meldte saker", "value": str(value), "counted_on": f"{year}-12-31"}
        client.post(url("result-new", place.sub_project), typed(**fields))
    page = client.get(url("sub-project-results", place.sub_project))
    assert "Meldte saker over tid" in text_of(page)
    for text in ("31. desember 2019 111", "31. desember 2020 102", "31. desember 2023 49"):
        assert text in text_of(page)
    assert '<rect width="44" height="6">' in page.content.decode()


def test_a_lesson_is_written_and_put_better(place: Place, client: Client) -> None:
    client.post(url("lesson-new", place.sub_project), {"text": "Møt folk der de er."})
    lesson = place.sub_project.lessons.get()
    client.post(url("lesson-edit", lesson), {"text": "Møt folk hjemme.", "version": 1})
    stale = client.post(url("lesson-edit", lesson), {"text": "Møt folk på kafé.", "version": 1})
    assert stale.status_code == 422
    assert "Møt folk hjemme." in text_of(stale) and "Møt folk på kafé." in stale.content.decode()


def test_a_quote_needs_consent_and_goes_with_it(place: Place, client: Client) -> None:
    quote = {"text": "Ingen hadde spurt oss før.", "said_by": "mor"}
    answer = client.post(url("quote-new", place.sub_project), quote)
    assert answer.status_code == 422
    assert {"consent_given_on", "consent_note"} == set(answer.context["form"].errors)
    consent = {"consent_given_on": timezone.localdate().isoformat(), "consent_note": "signert skjema"}
    client.post(url("quote-new", place.sub_project), quote | consent)
    page = url("sub-project-results", place.sub_project)
    assert quote["text"] in text_of(client.get(page))
    row = Quote.objects.get()
    assert quote["text"] in text_of(client.get(url("quote-withdraw", row)))
    after = client.post(url("quote-withdraw", row), follow=True)
    assert "Sitatet er slettet" in text_of(after)
    assert quote["text"] not in text_of(client.get(page))
    assert Quote.objects.get().text == ""
    assert client.get(url("quote-edit", row)).status_code == 404


def test_whoever_takes_no_part_reads_and_changes_nothing(place: Place, client_for: Any) -> None:
    rows = {
        "result-new": place.sub_project,
        "lesson-new": place.sub_project,
        "quote-new": place.sub_project,
        "result-correct": OutcomeFactory(sub_project=place.sub_project, source="En kilde å lese"),
        "lesson-edit": LessonFactory(sub_project=place.sub_project),
        "quote-edit": QuoteFactory(sub_project=place.sub_project),
        "quote-withdraw": QuoteFactory(sub_project=place.sub_project),
    }
    for user in (place.outsider, place.partner, make_member(Role.STEERING_GROUP, place.own.unit)):
        client = client_for(user)
        page = client.get(url("sub-project-results", place.sub_project))
        assert "En kilde å lese" in text_of(page)
        for name, row in rows.items():
            assert url(name, row) not in page.content.decode(), name
            assert client.get(url(name, row)).status_code == 403, name
            assert client.post(url(name, row), typed()).status_code == 403, name
        assert client.post(url("result-withdraw", rows["result-correct"])).status_code == 403
    assert Outcome.objects.count() == 1
    assert Quote.objects.usable().count() == 2


def test_a_partner_elsewhere_finds_nothing(place: Place, client_for: Any) -> None:
    """Another organisation of the same municipality, with a sub-project of its own."""
    mine = make_funded(("2025-1", 1000), municipality=place.municipality, title="Vårt eget delprosjekt")
    (own,) = make_partners(mine, 1)
    OutcomeFactory(sub_project=mine, value=7)
    OutcomeFactory(sub_project=place.sub_project, value=5)
    client = client_for(make_member(Role.PARTNER, own.unit))
    for name in ("sub-project-results", "result-history", "sub-project-relations", "sub-project-spending"):
        assert client.get(url(name, mine)).status_code == 200, name
        assert client.get(url(name, place.sub_project)).status_code == 404, name
    page = text_of(client.get(reverse("result-totals")))
    assert "Familier: 7" in page and place.sub_project.title not in page


def test_the_sum_of_all_leads_to_its_parts(place: Place, client: Client) -> None:
    def one(value: int, **fields: Any) -> SubProject:
        sub_project = make_funded(("2025-1", 1000), municipality=place.municipality)
        OutcomeFactory(sub_project=sub_project, value=value, **fields)
        return sub_project

    parts = [one(70, is_at_least=True), one(1200), one(3, kind="other", label="saker")]
    foreign = make_funded(("2025-1", 1000), municipality=MunicipalityFactory())
    OutcomeFactory(sub_project=foreign, value=9)
    page = client.get(reverse("result-totals"))
    assert "minst 1 270" in text_of(page).replace("\xa0", " ")
    for sub_project in parts[:2]:
        assert url("sub-project-results", sub_project) in page.content.decode()
    assert "saker" not in text_of(page)
    assert url("sub-project-results", foreign) not in page.content.decode()


def test_few_are_shown_to_those_who_record_them_only(place: Place, client_for: Any) -> None:
    """Those who read see <5 wherever the number stands, and no sum, bar or link gives it away."""
    target = TargetFactory(measure__plan__municipality=place.municipality)
    count_in_log(place.sub_project, target, "driving_licences")
    entry = LogEntryFactory(measure=target.measure, happened_on=timezone.localdate())
    LogFigureFactory(target=target, entry=entry, value=2)
    day = timezone.localdate() - datetime.timedelta(days=3)
    for ago, value in ((0, 3), (1, 41)):
        counted_on = day - datetime.timedelta(days=ago)
        OutcomeFactory(sub_project=place.sub_project, kind="families", value=value, counted_on=counted_on)
    OutcomeFactory(sub_project=place.sub_project, kind="events", value=4, counted_on=day)
    other = make_funded(("2025-1", 1000), municipality=place.municipality)
    OutcomeFactory(sub_project=other, kind="families", value=17)
    totals, results = reverse("result-totals"), url("sub-project-results", place.sub_project)
    history, measure = url("result-history", place.sub_project), url("measure", target.measure)
    for user in (place.caseworker, place.project_lead, place.coordinator):
        client = client_for(user)
        assert "Førerkort: 2" in text_of(client.get(totals)), user
        assert "2 Førerkort" in text_of(client.get(results)) and "<rect" in client.get(results).content.decode()
        assert measure in client.get(results).content.decode()
    assert "Familier: 20" in text_of(client_for(place.coordinator).get(totals))
    for user in (place.outsider, place.partner, make_member(Role.STEERING_GROUP, place.own.unit)):
        client = client_for(user)
        sums, own, every = (client.get(address) for address in (totals, results, history))
        assert "Førerkort: &lt;5" in text_of(sums) and "Felles arrangementer: 4" in text_of(sums)
        assert ("Familier: minst 17" in text_of(sums)) == (user != place.partner)
        assert "&lt;5 Førerkort" in text_of(own) and "&lt;5 Familier" in text_of(own)
        assert "<rect" not in own.content.decode() and "41" in text_of(own)
        assert "Familier Gjelder nå &lt;5" in text_of(every)
        file = b"".join(client.get(history, {"format": "csv"}).streaming_content).decode()
        assert "Familier;Gjelder nå;<5;" in file and "Familier;Gjelder nå;3;" not in file
        assert measure not in sums.content.decode() + own.content.decode()


def test_a_label_from_the_address_is_text_and_nothing_else(place: Place, client: Client) -> None:
    page = client.get(url("result-new", place.sub_project), {"type": "other", "navn": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.content.decode()
    assert client.get(url("result-new", place.sub_project), {"navn": "a\0b", "type": "\0"}).status_code == 200
