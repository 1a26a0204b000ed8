"""Yearly reports through the client: who sees what, what the forms take, and what becomes of a report."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from grants.models import (
    FundedMeasure,
    Funding,
    Grant,
    GrantState,
    MeasureReport,
    ReportRemark,
    ReportState,
    ReportStep,
    YearlyReport,
)
from organisation.models import Role
from tests.factories import LogEntryFactory, MeasureFactory, make_member
from tests.pages.report_place import MEASURE_ANSWERS, UNIT_ANSWERS, YEAR, ReportPlace, make_place

pytestmark = pytest.mark.django_db

SECRET = "Bare kommunens egne skal lese dette"
WORDS = "Et barn sluttet i desember"


@pytest.fixture
def place() -> ReportPlace:
    return make_place()


def url(place: ReportPlace, name: str = "yearly-report") -> str:
    arguments = [place.report.public_id]
    return reverse(name, args=[*arguments, place.form.public_id] if name == "yearly-report-measure" else arguments)


def typed(answers: dict[str, Any], version: int, **more: Any) -> dict[str, Any]:
    """As a form sends it: amounts with a comma."""
    return {name: _text(value) for name, value in answers.items()} | {"version": version} | more


def _text(value: Any) -> Any:
    return str(value).replace(".", ",") if isinstance(value, Decimal) else value


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


# The list


def test_the_municipality_sees_its_own_newest_first(place: ReportPlace, client_for: Any) -> None:
    foreign = make_place()
    older = make_report_of(place, YEAR - 1)
    page = text_of(client_for(place.project_lead).get(reverse("yearly-report-list")))
    assert page.index(place.report.public_id) < page.index(older.public_id)
    assert foreign.report.public_id not in page
    assert "Fortsett" in page


def make_report_of(place: ReportPlace, year: int, state: str = ReportState.DRAFT, **grant: Any) -> YearlyReport:
    from tests.factories import GrantFactory, make_report

    row = GrantFactory(reporting_unit=place.reporting_unit, scheme=place.scheme, year=year, **grant)
    return make_report(grant=row, state=state)


def test_a_reader_who_does_not_write_is_offered_no_button(place: ReportPlace, client_for: Any) -> None:
    assert "Fortsett" not in text_of(client_for(place.caseworker).get(reverse("yearly-report-list")))


def test_the_directorate_sees_what_was_sent_of_all_and_no_draft(place: ReportPlace, client_for: Any) -> None:
    other, third = make_place(), make_place()
    other.set_state(ReportState.SUBMITTED)
    third.set_state(ReportState.RETURNED)
    page = text_of(client_for(place.analyst).get(reverse("yearly-report-list")))
    assert other.report.public_id in page
    assert third.report.public_id in page
    assert place.report.public_id not in page


def test_the_directorate_begins_with_the_newest_year_and_may_see_all(place: ReportPlace, client_for: Any) -> None:
    place.set_state(ReportState.SUBMITTED)
    older = make_report_of(place, YEAR - 1, ReportState.ACCEPTED)
    client, list_url = client_for(place.analyst), reverse("yearly-report-list")
    assert older.public_id not in text_of(client.get(list_url))
    assert older.public_id in text_of(client.get(list_url, {"ar": ""}))
    only = text_of(client.get(list_url, {"ar": YEAR - 1}))
    assert older.public_id in only
    assert place.report.public_id not in only


def test_the_list_is_searched_and_filtered_by_region_and_state(place: ReportPlace, client_for: Any) -> None:
    other = make_place()
    for row, region in ((place, "Region Nord"), (other, "Region Sør")):
        row.set_state(ReportState.SUBMITTED)
        row.reporting_unit.region = region
        row.reporting_unit.save()
    other.set_state(ReportState.ACCEPTED)
    client, list_url = client_for(place.analyst), reverse("yearly-report-list")
    for query in ({"sok": place.reporting_unit.name}, {"region": "Region Nord"}, {"tilstand": "submitted"}):
        page = text_of(client.get(list_url, query))
        assert place.report.public_id in page, query
        assert other.report.public_id not in page, query


@pytest.mark.parametrize("key", ["enhet", "region", "ar", "tilstand", "tilskudd", "frist", "sendt", "tull"])
def test_the_list_is_sorted_both_ways(key: str, place: ReportPlace, client_for: Any) -> None:
    place.set_state(ReportState.SUBMITTED)
    for sign in ("", "-"):
        answer = client_for(place.analyst).get(reverse("yearly-report-list"), {"sorter": sign + key})
        assert answer.status_code == 200


def test_the_figures_count_who_has_sent_and_whose_report_is_missing(place: ReportPlace, client_for: Any) -> None:
    others = [make_place() for _ in range(3)]
    for row, state in zip(others, (ReportState.SUBMITTED, ReportState.ACCEPTED, ReportState.RETURNED), strict=True):
        row.set_state(state)
    answer = client_for(place.analyst).get(reverse("yearly-report-list"))
    assert [figure["value"] for figure in answer.context["figures"]] == [1, 1, 1, 2]
    assert answer.context["figures"][-1]["url"] == f"{reverse('directorate-missing')}?ar={YEAR}"


def test_the_list_as_a_file_has_the_same_rows_and_no_formulas(place: ReportPlace, client_for: Any) -> None:
    foreign = make_place()
    place.reporting_unit.name = "=1+1"
    place.reporting_unit.save()
    answer = client_for(place.project_lead).get(reverse("yearly-report-list"), {"format": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    body = answer.getvalue().decode()
    assert "'=1+1" in body
    assert foreign.reporting_unit.name not in body


def test_the_row_of_an_open_report_says_how_far_it_has_come(place: ReportPlace, client_for: Any) -> None:
    place.answer_all()
    answer = client_for(place.project_lead).get(url(place), {"vis": "framdrift"})
    # All but the reason why goals were not reached, the feedback and the description, which may be left open.
    assert text_of(answer).strip() == "22 av 22"


# Who sees a report


@pytest.mark.parametrize("state", [*ReportState])
def test_a_foreign_municipality_sees_nothing_of_it(state: str, place: ReportPlace, client_for: Any) -> None:
    place.set_state(state)
    client = client_for(make_place().project_lead)
    for name in ("yearly-report", "yearly-report-unit", "yearly-report-measure", "yearly-report-submit"):
        assert client.get(url(place, name)).status_code == 404, name
        if name != "yearly-report":
            assert client.post(url(place, name), {"version": 1}).status_code == 404, name


def test_the_directorate_sees_no_draft(place: ReportPlace, client_for: Any) -> None:
    client = client_for(place.analyst)
    for name in ("yearly-report", "yearly-report-accept", "yearly-report-return"):
        assert client.get(url(place, name)).status_code == 404, name
        assert client.post(url(place, name), {"version": 1}).status_code in (404, 405), name


def test_who_reads_and_does_not_write_cannot_fill_in(place: ReportPlace, client_for: Any) -> None:
    stranger = make_member(Role.UNIT_LEADER, place.municipality.units.exclude(pk=place.unit.pk).get())
    stranger.memberships.update(unit=make_sibling(place))
    for user in (place.caseworker, stranger):
        for name in ("yearly-report-unit", "yearly-report-measure", "yearly-report-submit"):
            assert client_for(user).get(url(place, name)).status_code == 403, name
            assert client_for(user).post(url(place, name), {"version": 1}).status_code == 403, name
    assert client_for(place.caseworker).get(url(place)).status_code == 200


def make_sibling(place: ReportPlace) -> Any:
    from tests.factories import UnitFactory

    return UnitFactory(municipality=place.municipality)


def test_while_it_is_put_right_the_directorate_sees_steps_and_no_answers(place: ReportPlace, client_for: Any) -> None:
    place.answer_all()
    YearlyReport.objects.filter(pk=place.report.pk).update(general_feedback=SECRET)
    MeasureReport.objects.filter(pk=place.form.pk).update(description=SECRET)
    place.set_state(ReportState.SUBMITTED)
    client = client_for(place.analyst)
    assert SECRET in text_of(client.get(url(place))), "there is nothing that could leak"
    send_back(place, client)
    page = text_of(client.get(url(place)))
    assert SECRET not in page
    assert "Hva er telt her?" in page
    assert client.get(url(place), {"vis": "framdrift"}).status_code == 403
    assert SECRET in text_of(client_for(place.caseworker).get(url(place)))


def send_back(place: ReportPlace, client: Client) -> None:
    version = YearlyReport.objects.get(pk=place.report.pk).version
    remark = f"remark-{place.form.public_id}"
    sent = {
        "version": version,
        "comment": "Se over tallene.",
        remark: "Hva er telt her?",
        "remark-unit": "Hvem bestemte?",
    }
    assert client.post(url(place, "yearly-report-return"), sent).status_code == 302


# The forms


def test_the_forms_ask_the_questions_in_their_order_with_all_options(place: ReportPlace, client_for: Any) -> None:
    from grants.domain.questions import MEASURE_QUESTIONS, UNIT_QUESTIONS

    client = client_for(place.project_lead)
    for name, questions in (("yearly-report-unit", UNIT_QUESTIONS), ("yearly-report-measure", MEASURE_QUESTIONS)):
        page = text_of(client.get(url(place, name)))
        places = [page.index(f'id="question-{question}"') for question in questions]
        assert places == sorted(places)
        for question in questions.values():
            for code, _label in question.choices:
                assert f'name="{question.name}" value="{code}"' in page


def test_what_is_known_is_chosen_with_its_source_under_it(place: ReportPlace, client_for: Any) -> None:
    page = text_of(client_for(place.project_lead).get(url(place, "yearly-report-unit")))
    assert 'name="amount_received_nok" value="400\xa0000"' in page
    assert "Kilde: Tilskuddet. Det gir «400\xa0000 kroner». Stemmer det ikke, endre og skriv hvorfor." in page


def test_the_size_of_the_grant_follows_the_budget(place: ReportPlace, client_for: Any) -> None:
    page = text_of(client_for(place.project_lead).get(url(place, "yearly-report-measure")))
    assert "Kilde: Regnet ut av budsjettet. Det gir «10.000-100.000». Svaret følger budsjettet." in page
    question = page[page.index('id="question-budget_class"') : page.index('id="question-children_reached"')]
    assert question.count("disabled") == 3


def test_both_forms_are_saved_and_lead_on(place: ReportPlace, client_for: Any) -> None:
    client = client_for(place.unit_leader)
    sent = typed(UNIT_ANSWERS, place.report.version, next="1")
    answer = client.post(url(place, "yearly-report-unit"), sent)
    assert answer["Location"] == url(place, "yearly-report-measure")
    answer = client.post(url(place, "yearly-report-measure"), typed(MEASURE_ANSWERS, place.form.version, next="1"))
    assert answer["Location"] == url(place)
    report, form = YearlyReport.objects.get(pk=place.report.pk), MeasureReport.objects.get(pk=place.form.pk)
    assert report.cooperated_with == ["same_municipality", "voluntary"]
    assert report.anchored_in_plan == "adopted"
    assert form.recruited_by == ["nav", "school"]
    assert form.children_reached == 40


def test_a_form_may_be_saved_half_done_and_stays_where_it_is(place: ReportPlace, client_for: Any) -> None:
    client = client_for(place.project_lead)
    answer = client.post(url(place, "yearly-report-unit"), {"version": place.report.version, "decided_by": "alone"})
    assert answer["Location"] == url(place, "yearly-report-unit")
    assert YearlyReport.objects.get(pk=place.report.pk).decided_by == "alone"


@pytest.mark.parametrize(
    ("text", "stored"), [("140 000,50", "140000.50"), ("140\xa0000", "140000.00"), ("140000.5", "140000.50")]
)
def test_amounts_are_taken_as_norwegians_write_them(
    text: str, stored: str, place: ReportPlace, client_for: Any
) -> None:
    sent = {"version": place.form.version, "budget_nok": text}
    assert client_for(place.project_lead).post(url(place, "yearly-report-measure"), sent).status_code == 302
    assert MeasureReport.objects.get(pk=place.form.pk).budget_nok == Decimal(stored)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("children_reached", "12,5"),
        ("children_reached", "-1"),
        ("children_reached", "99999999999"),
        ("children_reached", "mange"),
        ("budget_nok", "1e9"),
        ("budget_nok", "12345678901"),
        ("goal_category", "finnes ikke"),
        ("recruited_by", ["nav", "finnes ikke"]),
        ("description", "x" * 20_001),
        ("why-children_reached", "x" * 1_001),
    ],
)
def test_what_is_no_answer_is_refused_at_its_question_and_kept(
    name: str, value: Any, place: ReportPlace, client_for: Any
) -> None:
    sent = {"version": place.form.version, "targeting": "all", name: value}
    for more in ({}, {"autosave": "1"}):
        answer = client_for(place.project_lead).post(url(place, "yearly-report-measure"), sent | more)
        assert answer.status_code == 422
        assert name in answer.context["form"].errors
    assert MeasureReport.objects.get(pk=place.form.pk).targeting == ""


def test_another_answer_than_the_known_one_is_kept_with_its_reason(place: ReportPlace, client_for: Any) -> None:
    sent = {"version": place.form.version, "budget_nok": "90 000", "why-budget_nok": WORDS}
    client = client_for(place.project_lead)
    client.post(url(place, "yearly-report-measure"), sent)
    form = MeasureReport.objects.get(pk=place.form.pk)
    assert form.budget_nok == 90_000
    assert form.explanations == {"budget_nok": WORDS}
    page = text_of(client.get(url(place)))
    assert WORDS in page


def as_shown(form: Any) -> dict[str, Any]:
    """What the page would send if nobody touched it."""
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, "")}


def test_what_was_filled_in_is_not_taken_for_ones_own_when_more_is_known_by_then(
    place: ReportPlace, client_for: Any
) -> None:
    client, address = client_for(place.project_lead), url(place, "yearly-report-measure")
    FundedMeasure.objects.filter(pk=place.funded.pk).update(recruited_by=["nav", "school"], description="Leir")
    sent = as_shown(client.get(address).context["form"])
    assert sent["budget_nok"] == "100\xa0000" and sent["description"] == "Leir"
    Funding.objects.filter(grant=place.grant).update(budget_nok=120_000)
    FundedMeasure.objects.filter(pk=place.funded.pk).update(recruited_by=["nav"], description="", goal_category="jobs")
    assert client.post(address, sent | {"targeting": "all"}).status_code == 302
    form = MeasureReport.objects.get(pk=place.form.pk)
    assert (form.budget_nok, form.recruited_by, form.description, form.goal_category) == (None, [], "", "")
    assert form.targeting == "all"
    # What she changes is hers, and so it is when she changes it back to what stood there.
    for typed_in in ("90 000", "100 000"):
        client.post(address, sent | {"version": MeasureReport.objects.get(pk=form.pk).version, "budget_nok": typed_in})
        assert MeasureReport.objects.get(pk=form.pk).budget_nok == Decimal(typed_in.replace(" ", ""))


@pytest.mark.parametrize("shown", ["", "[]", "{", "1", '{"budget_nok": 3}'])
def test_what_was_shown_may_be_anything_and_takes_nothing_from_what_is_typed(
    shown: str, place: ReportPlace, client_for: Any
) -> None:
    sent = {"version": place.form.version, "budget_nok": "90 000", "shown": shown}
    assert client_for(place.project_lead).post(url(place, "yearly-report-measure"), sent).status_code == 302
    assert MeasureReport.objects.get(pk=place.form.pk).budget_nok == 90_000


def test_the_reason_is_open_where_one_is_asked_for(place: ReportPlace, client_for: Any) -> None:
    client = client_for(place.project_lead)
    before = client.get(url(place, "yearly-report-measure")).context["form"].asked_of("budget_nok")
    client.post(url(place, "yearly-report-measure"), {"version": place.form.version, "budget_nok": "90 000"})
    after = client.get(url(place, "yearly-report-measure")).context["form"].asked_of("budget_nok")
    assert not before.is_open
    assert after.is_open
    assert "Skriv hvorfor" in after.hint


def test_last_years_answer_stands_beside(place: ReportPlace, client_for: Any) -> None:
    last = make_report_of(place, YEAR - 1)
    MeasureReport.objects.create(report=last, funded_measure=place.funded, title="Samme", goal_category="jobs")
    YearlyReport.objects.filter(pk=last.pk).update(
        decided_by="other", state="submitted", submitted_at="2024-02-01T00:00Z"
    )
    client = client_for(place.project_lead)
    assert f"I rapporten for {YEAR - 1}:</span> annet" in text_of(client.get(url(place, "yearly-report-unit")))
    assert f"I rapporten for {YEAR - 1}:</span> jobbtilbud for unge" in text_of(
        client.get(url(place, "yearly-report-measure"))
    )


def test_an_answer_of_last_year_is_looked_at_and_asks_for_no_reason(place: ReportPlace, client_for: Any) -> None:
    last = make_report_of(place, YEAR - 1)
    YearlyReport.objects.filter(pk=last.pk).update(
        decided_by="other", state="submitted", submitted_at="2024-02-01T00:00Z"
    )
    client, address = client_for(place.project_lead), url(place, "yearly-report-unit")
    page = text_of(client.get(address))
    assert f"Hentet fra rapporten for {YEAR - 1}. Se om det fortsatt stemmer." in page
    client.post(address, {"version": place.report.version, "decided_by": "alone"})
    asked = client.get(address).context["form"].asked_of("decided_by")
    assert (asked.hint, asked.why, asked.known_as_data) == ("", None, "")


def test_another_reports_form_is_not_found_under_this_one(place: ReportPlace, client_for: Any) -> None:
    other = make_report_of(place, YEAR - 1)
    form = MeasureReport.objects.create(report=other, title="Et annet år")
    address = reverse("yearly-report-measure", args=[place.report.public_id, form.public_id])
    assert client_for(place.project_lead).get(address).status_code == 404


def test_a_form_from_a_file_is_taken_out_on_the_report(place: ReportPlace, client_for: Any) -> None:
    double = MeasureReport.objects.create(report=place.report, title="Det samme to ganger", number=2)
    address, linked = (
        reverse("yearly-report-form-remove", args=[place.report.public_id, form.public_id])
        for form in (double, place.form)
    )
    client = client_for(place.project_lead)
    page = text_of(client.get(url(place)))
    assert address in page and linked not in page
    for who, status in ((place.caseworker, 403), (make_place().project_lead, 404), (place.analyst, 403)):
        assert client_for(who).post(address).status_code == status
    assert client.post(linked).status_code == 422
    assert "Det samme to ganger" in text_of(client.get(address))
    assert client.post(address)["Location"] == url(place)
    assert list(place.report.measure_reports.all()) == [place.form]


# Saved as one goes


def autosave(client: Client, place: ReportPlace, **answers: Any) -> Any:
    return client.post(url(place, "yearly-report-measure"), answers | {"autosave": "1"}, headers={"HX-Request": "true"})


def test_autosave_answers_with_the_time_and_the_new_version(place: ReportPlace, client_for: Any) -> None:
    answer = autosave(client_for(place.project_lead), place, version=place.form.version, targeting="all")
    page, form = text_of(answer), MeasureReport.objects.get(pk=place.form.pk)
    assert answer.status_code == 200
    assert "Lagret kl." in page
    assert "<html" not in page
    assert f'name="version" value="{form.version}" id="id_version" hx-swap-oob="true"' in page
    assert form.targeting == "all"
    assert form.version == place.form.version + 1


def test_autosave_says_when_a_number_asks_for_a_reason(place: ReportPlace, client_for: Any) -> None:
    answer = autosave(client_for(place.project_lead), place, version=place.form.version, children_reached="0")
    assert "Tiltaket nådde ingen barn og unge." in text_of(answer)


def test_autosave_does_not_write_over_what_somebody_else_saved(place: ReportPlace, client_for: Any) -> None:
    client, version = client_for(place.project_lead), place.form.version
    autosave(client, place, version=version, targeting="all")
    answer = autosave(client_for(place.unit_leader), place, version=version, targeting="some", children_reached="3")
    assert answer.status_code == 409
    assert "Noen andre har lagret" in text_of(answer)
    assert "id_version" not in text_of(answer)
    form = MeasureReport.objects.get(pk=place.form.pk)
    assert form.targeting == "all"
    assert form.children_reached is None


def test_the_button_then_shows_both_side_by_side(place: ReportPlace, client_for: Any) -> None:
    client, version = client_for(place.project_lead), place.form.version
    client.post(
        url(place, "yearly-report-measure"),
        {
            "version": version,
            "targeting": "all",
            "recruited_by": ["nav"],
            "budget_nok": "90 000",
            "why-budget_nok": WORDS,
        },
    )
    sent = {"version": version, "targeting": "some", "recruited_by": ["school"], "children_reached": "3"}
    answer = client_for(place.unit_leader).post(url(place, "yearly-report-measure"), sent)
    assert answer.status_code == 422
    shown = {str(row.label): row.theirs for row in answer.context["form"].merge.rows}
    assert shown["Rettet mot enkelte eller åpent for alle"] == "åpent for alle"
    assert shown["Hvem er med på å velge ut deltakere"] == "NAV"
    assert shown["Forklaring til «Budsjett i kroner»"] == WORDS
    again = sent | {"version": answer.context["form"]["version"].value()}
    assert client_for(place.unit_leader).post(url(place, "yearly-report-measure"), again).status_code == 302


@pytest.mark.parametrize("state", [ReportState.SUBMITTED, ReportState.ACCEPTED])
def test_a_report_that_was_sent_takes_no_more_answers_and_loses_no_text(
    state: str, place: ReportPlace, client_for: Any
) -> None:
    place.answer_all()
    place.set_state(state)
    client = client_for(place.project_lead)
    for name, row in (("yearly-report-unit", place.report), ("yearly-report-measure", place.form)):
        assert client.get(url(place, name)).status_code == 302
        field = "general_feedback" if row == place.report else "description"
        answer = client.post(url(place, name), {"version": row.version, field: WORDS})
        assert answer.status_code == 422
        assert WORDS in text_of(answer)
        assert "Rapporten er sendt inn." in text_of(answer)
        assert getattr(type(row).objects.get(pk=row.pk), field) == ""
    assert "Fyll ut" not in text_of(client.get(url(place)))


# What becomes of it


def send(client: Client, place: ReportPlace) -> Any:
    """Open the page, and press the button."""
    address = url(place, "yearly-report-submit")
    return client.post(address, as_shown(client.get(address).context["form"]))


def test_what_is_missing_hinders_and_leads_to_its_question(place: ReportPlace, client_for: Any) -> None:
    client = client_for(place.project_lead)
    page = text_of(client.get(url(place, "yearly-report-submit")))
    assert f'href="{url(place, "yearly-report-unit")}#question-decided_by"' in page
    answer = send(client, place)
    assert answer.status_code == 422
    assert "Se over det som mangler." in text_of(answer)
    assert YearlyReport.objects.get(pk=place.report.pk).state == ReportState.DRAFT


def test_all_text_that_was_taken_from_elsewhere_is_read_in_full_before_it_is_sent(
    place: ReportPlace, client_for: Any
) -> None:
    place.answer_all()
    # The measure says other things of the unit than was answered: that is not what is asked here.
    YearlyReport.objects.filter(pk=place.report.pk).update(explanations=dict.fromkeys(UNIT_ANSWERS, WORDS))
    measure = MeasureFactory(plan__municipality=place.municipality)
    FundedMeasure.objects.filter(pk=place.funded.pk).update(measure=measure)
    words = " ".join(f"ord{number}" for number in range(200))
    LogEntryFactory(measure=measure, happened_on=datetime.date(YEAR, 5, 1), text=words)
    client, address = client_for(place.project_lead), url(place, "yearly-report-submit")
    first = client.get(address)
    assert words in text_of(first)
    assert words not in text_of(client.get(url(place, "yearly-report-unit"))), "there is nothing that says so much"
    sent = as_shown(first.context["form"])
    MeasureReport.objects.filter(pk=place.form.pk).update(children_reached=39)
    LogEntryFactory(measure=measure, happened_on=datetime.date(YEAR, 6, 1), text="Et nytt ord.")
    again = client.post(address, sent)
    assert again.status_code == 422
    assert "Svarene er endret etter at du åpnet siden." in text_of(again) and "Et nytt ord." in text_of(again)
    assert client.post(address, as_shown(again.context["form"])).status_code == 302
    assert YearlyReport.objects.get(pk=place.report.pk).state == ReportState.SUBMITTED


def test_the_units_own_form_has_the_units_name(place: ReportPlace, client_for: Any) -> None:
    client = client_for(place.project_lead)
    parts = client.get(url(place)).context["sections"]
    assert parts[0].title == place.reporting_unit.name
    assert "<h1" in (page := text_of(client.get(url(place, "yearly-report-unit")))) and "Enhetens skjema" in page
    place.set_state(ReportState.SUBMITTED)
    page = text_of(client_for(place.analyst).get(url(place, "yearly-report-return")))
    assert "Om enhetens skjema" in page and "ommunens skjema" not in page


def test_a_reason_that_is_missing_leads_to_its_question_and_is_not_counted_as_answered(
    place: ReportPlace, client_for: Any
) -> None:
    place.answer_all()
    MeasureReport.objects.filter(pk=place.form.pk).update(budget_nok=90_000)
    page = text_of(client_for(place.project_lead).get(url(place)))
    assert f'href="{url(place, "yearly-report-measure")}#question-budget_nok"' in page
    assert '<details class="ds-details print-hidden" open>' in page and "21 av 22 spørsmål" in page
    page = text_of(client_for(place.project_lead).get(url(place), {"vis": "framdrift"}))
    assert page.strip() == "21 av 22"


def test_the_directorate_is_shown_what_to_look_at_and_last_years_numbers(place: ReportPlace, client_for: Any) -> None:
    last = make_report_of(place, YEAR - 1)
    MeasureReport.objects.create(report=last, funded_measure=place.funded, title="Samme", children_reached=9)
    YearlyReport.objects.filter(pk=last.pk).update(state="submitted", submitted_at="2024-02-01T00:00Z")
    place.answer_all()
    YearlyReport.objects.filter(pk=place.report.pk).update(explanations={"decided_by": WORDS})
    place.set_state(ReportState.SUBMITTED)
    page = text_of(client_for(place.analyst).get(url(place)))
    for anchor in ("form-unit-decided_by", f"form-{place.form.public_id}-children_reached"):
        assert f'href="#{anchor}"' in page and f'id="{anchor}"' in page
    assert 'href="#form-unit-user_influence"' not in page
    assert f"i rapporten for {YEAR - 1}: 9" in page
    assert "Se særlig på" not in text_of(client_for(place.project_lead).get(url(place)))


def test_the_answers_stand_beside_the_boxes_of_a_return(place: ReportPlace, client_for: Any) -> None:
    place.answer_all()
    MeasureReport.objects.filter(pk=place.form.pk).update(description=WORDS)
    place.set_state(ReportState.SUBMITTED)
    page = text_of(client_for(place.analyst).get(url(place, "yearly-report-return")))
    assert "Hva må de rette?" in page
    assert page.index("remark-unit") < page.index(f"remark-{place.form.public_id}") < page.index(WORDS)


def test_after_one_is_accepted_the_next_that_waits_is_a_link(place: ReportPlace, client_for: Any) -> None:
    other = make_place()
    for row in (place, other):
        row.set_state(ReportState.SUBMITTED)
    client = client_for(place.analyst)
    for row, link in ((place, True), (other, False)):
        answer = client.post(url(row, "yearly-report-accept"), {"version": row.report.version}, follow=True)
        page = text_of(answer)
        assert "Årsrapporten er godkjent." in page
        assert ("Neste som venter:" in page and f'href="{url(other)}"' in page and "(1 igjen)" in page) == link


def test_partners_and_none_at_once_are_refused_at_the_field(place: ReportPlace, client_for: Any) -> None:
    client, address = client_for(place.project_lead), url(place, "yearly-report-unit")
    sent = {"version": place.report.version, "cooperated_with": ["none", "voluntary"], "general_feedback": WORDS}
    for more in ({}, {"autosave": "1"}):
        answer = client.post(address, sent | more)
        assert answer.status_code == 422
        assert "Velg enten samarbeidspartnere eller «ikke samarbeidet»." in text_of(answer)
        assert answer.context["form"]["general_feedback"].value() == WORDS
    assert YearlyReport.objects.get(pk=place.report.pk).cooperated_with == []


def test_sent_returned_with_remarks_sent_again_and_accepted(place: ReportPlace, client_for: Any) -> None:
    place.answer_all()
    lead, analyst = client_for(place.project_lead), client_for(place.analyst)
    assert send(lead, place).status_code == 302
    send_back(place, analyst)
    assert Grant.objects.get(report=place.report).state == GrantState.GRANTED, "it is due again"
    assert set(ReportRemark.objects.values_list("measure_report", "text")) == {
        (place.form.pk, "Hva er telt her?"), (None, "Hvem bestemte?"),
    }  # fmt: skip
    page = lead.get(url(place))
    remarks = [[remark.text for remark in part.remarks] for part in page.context["sections"]]
    assert remarks == [["Hvem bestemte?"], ["Hva er telt her?"]]
    assert "Hva er telt her?" in text_of(lead.get(url(place, "yearly-report-measure")))
    report = YearlyReport.objects.get(pk=place.report.pk)
    assert send(lead, place).status_code == 302
    report.refresh_from_db()
    assert analyst.get(url(place, "yearly-report-accept")).status_code == 200
    sent = {"version": report.version, "comment": "Takk for grundige svar."}
    assert analyst.post(url(place, "yearly-report-accept"), sent).status_code == 302
    assert YearlyReport.objects.get(pk=report.pk).state == ReportState.ACCEPTED
    assert list(ReportStep.objects.values_list("after", flat=True)) == [
        "submitted",
        "returned",
        "submitted",
        "accepted",
    ]
    page = text_of(lead.get(url(place)))
    assert "Takk for grundige svar." in page
    assert "Hva er telt her?" in page


def test_a_return_says_what_is_to_be_done(place: ReportPlace, client_for: Any) -> None:
    place.set_state(ReportState.SUBMITTED)
    answer = client_for(place.analyst).post(url(place, "yearly-report-return"), {"version": place.report.version})
    assert answer.status_code == 422
    assert "Skriv hva kommunen må gjøre." in text_of(answer)


@pytest.mark.parametrize("name", ["yearly-report-accept", "yearly-report-return"])
def test_what_was_judged_meanwhile_is_not_judged_again(name: str, place: ReportPlace, client_for: Any) -> None:
    place.set_state(ReportState.ACCEPTED)
    client = client_for(place.analyst)
    assert client.get(url(place, name)).status_code == 302
    answer = client.post(url(place, name), {"version": place.report.version, "comment": "En gang til"}, follow=True)
    assert answer.redirect_chain == [(url(place), 302)]
    assert "Rapporten er alt godkjent." in text_of(answer)
    assert not ReportStep.objects.exists()


def test_what_is_pressed_twice_is_done_once_and_said_in_words(place: ReportPlace, client_for: Any) -> None:
    place.answer_all()
    lead, analyst = client_for(place.project_lead), client_for(place.analyst)
    sent = as_shown(lead.get(url(place, "yearly-report-submit")).context["form"])
    for said in ("Årsrapporten er sendt inn.", "Rapporten er alt sendt inn."):
        assert said in text_of(lead.post(url(place, "yearly-report-submit"), sent, follow=True))
    back = {"version": YearlyReport.objects.get(pk=place.report.pk).version, "comment": "Se over tallene."}
    for said in ("Årsrapporten er sendt tilbake.", "Rapporten er alt sendt tilbake."):
        assert said in text_of(analyst.post(url(place, "yearly-report-return"), back, follow=True))
    assert [step.after for step in ReportStep.objects.all()] == ["submitted", "returned"]


def test_what_the_directorate_wants_stands_on_top_of_the_report_and_of_every_form(
    place: ReportPlace, client_for: Any
) -> None:
    place.answer_all()
    lead = client_for(place.project_lead)
    send(lead, place)
    send_back(place, client_for(place.analyst))
    names = ("yearly-report", "yearly-report-unit", "yearly-report-measure")
    for name in names:
        answer = lead.get(url(place, name))
        assert answer.context["returned"].comment == "Se over tallene."
        page = text_of(answer)
        assert page.index("<h1") < page.index("Kommentar fra direktoratet") < page.index("Se over tallene."), name
    assert "Kommentar fra direktoratet" not in text_of(client_for(place.analyst).get(url(place)))
    send(lead, place)
    assert "Kommentar fra direktoratet" not in text_of(lead.get(url(place)))


@pytest.mark.parametrize("name", ["yearly-report-accept", "yearly-report-return"])
def test_the_municipality_does_not_judge_its_own(name: str, place: ReportPlace, client_for: Any) -> None:
    place.set_state(ReportState.SUBMITTED)
    assert client_for(place.project_lead).post(url(place, name), {"version": 1}).status_code == 403


def test_the_buttons_are_those_of_the_state_and_the_reader(place: ReportPlace, client_for: Any) -> None:
    lead, analyst = client_for(place.project_lead), client_for(place.analyst)
    assert ">Fyll ut</a>" in text_of(lead.get(url(place)))
    place.answer_all()
    assert ">Send inn</a>" in text_of(lead.get(url(place)))
    place.set_state(ReportState.SUBMITTED)
    assert ">Godkjenn</a>" in text_of(analyst.get(url(place)))
    assert ">Godkjenn</a>" not in text_of(lead.get(url(place)))
    assert ">Send inn</a>" not in text_of(lead.get(url(place)))
    place.set_state(ReportState.ACCEPTED)
    assert ">Godkjenn</a>" not in text_of(analyst.get(url(place)))


def test_a_report_that_came_in_a_file_says_so(place: ReportPlace, client_for: Any) -> None:
    """The system's file leaves no step, for nobody took it."""
    place.set_state(ReportState.SUBMITTED)
    content = client_for(place.analyst).get(url(place, "yearly-report")).content.decode()
    assert "Svarene ble lest inn fra en fil" in content and "ikke sendt inn ennå" not in content
