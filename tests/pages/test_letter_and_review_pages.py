"""The pages of award letters and reviews: drafted, offered, signed; answered, judged, decided."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.domain.letter_content import goals_of, instalments_of
from grants.forms.goal_lines import EXTRA_ROWS
from grants.models import (
    AwardLetter,
    LetterState,
    PartnerAnswer,
    Review,
    SubProject,
    SubProjectPartner,
    SubProjectState,
)
from organisation.models import Document, Role
from organisation.pdf.render import build_html
from tests.factories import (
    PartnerAnswerFactory,
    SubProjectFactory,
    SubProjectPartnerFactory,
    UnitFactory,
    make_agreed,
    make_draft,
    make_member,
    make_offered,
    sign_all,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def url(name: str, row: Any, *more: str) -> str:
    return reverse(name, args=[row.public_id, *more])


def leader_for(sub_project: SubProject, client_for: Any) -> Client:
    client: Client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=sub_project.municipality)))
    return client


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


@pytest.fixture
def planned() -> SubProject:
    row: SubProject = SubProjectFactory(partners=2)
    return row


@pytest.fixture
def leader(planned: SubProject, client_for: Any) -> Client:
    return leader_for(planned, client_for)


def typed(form: Any, **changes: str) -> dict[str, Any]:
    """The form as a browser sends it back."""
    values = {name: form[name].value() for name in form.fields}
    sent = {
        name: value.isoformat() if isinstance(value, datetime.date) else value
        for name, value in values.items()
        if value not in (None, "", False)
    }
    return sent | changes


EFFECT = {"effect-0-text": "Familiene har det tryggere.", "effect-0-about": "residents"}
RESULT = {
    "result-0-text": "Flere får hjelp.", "result-0-about": "residents", "result-0-indicator": "familier",
    "result-0-target_value": "40", "result-0-due_on": "2026-06-30", "result-0-outcome_kind": "families",
}  # fmt: skip


def new_draft(planned: SubProject, leader: Client) -> str:
    answer = leader.post(url("award-letter-new", planned))
    return str(answer["Location"])


def test_a_letter_is_written_line_by_line(planned: SubProject, leader: Client) -> None:
    edit = new_draft(planned, leader)
    form = leader.get(edit).context["form"]
    sent = typed(form, **EFFECT, **RESULT, **{"amount-2025-1": "500 000", "target_group": "Ungdom"})
    assert leader.post(edit, sent).status_code == 302
    letter = AwardLetter.objects.get()
    assert [(goal.kind, goal.text) for goal in goals_of(letter)] == [
        ("effect", "Familiene har det tryggere."), ("result", "Flere får hjelp."),
    ]  # fmt: skip
    assert {half.code: amount for half, amount in instalments_of(letter).items()} == {"2025-1": 500_000}
    page = text_of(leader.get(url("award-letter", letter)))
    assert "familier: 40 innen 30. juni 2026" in page and "500 000 kroner" in page


def test_a_line_that_is_begun_is_finished(planned: SubProject, leader: Client) -> None:
    edit = new_draft(planned, leader)
    answer = leader.post(edit, typed(leader.get(edit).context["form"], **{"result-1-text": "Uten tall"}))
    assert answer.status_code == 422
    missing = {name for name in answer.context["form"].errors}
    assert missing == {f"result-1-{part}" for part in ("about", "indicator", "target_value", "due_on")}
    assert 'value="Uten tall"' in answer.content.decode()


def test_more_lines_keep_what_was_typed_and_save_nothing(planned: SubProject, leader: Client) -> None:
    edit = new_draft(planned, leader)
    form = leader.get(edit).context["form"]
    before = len(form.result_rows)
    answer = leader.post(edit, typed(form, **{"result-0-text": "Halvferdig", "more": "result"}))
    assert answer.status_code == 200
    shown = answer.context["form"]
    assert (len(shown.result_rows), len(shown.effect_rows)) == (before + EXTRA_ROWS, len(form.effect_rows))
    assert 'value="Halvferdig"' in answer.content.decode()
    assert "ds-error-summary" not in answer.content.decode()
    assert goals_of(AwardLetter.objects.get()) == []
    assert leader.post(edit, typed(shown, **EFFECT, **RESULT)).status_code == 302


@pytest.mark.parametrize("rows", ["", "9999999999999", "-1", "abc"])
def test_a_number_of_lines_that_was_tampered_with_is_no_trouble(rows: str, planned: SubProject, leader: Client) -> None:
    edit = new_draft(planned, leader)
    sent = typed(leader.get(edit).context["form"], **{"result-rows": rows})
    assert leader.post(edit, sent).status_code in (302, 422)


def test_a_goal_is_taken_out_by_its_box(planned: SubProject, leader: Client) -> None:
    letter = make_draft(planned)
    edit = url("award-letter-edit", letter)
    leader.post(edit, typed(leader.get(edit).context["form"], **{"result-1-remove": "on"}))
    assert [goal.text for goal in goals_of(letter)] == ["Familiene har det tryggere.", "Flere familier får hjelp."]


def test_a_stale_draft_shows_what_stands(planned: SubProject, leader: Client) -> None:
    letter = make_draft(planned)
    edit = url("award-letter-edit", letter)
    sent = typed(leader.get(edit).context["form"])
    leader.post(edit, sent | {"result-0-text": "Den første"})
    answer = leader.post(edit, sent | {"result-0-text": "Den andre"})
    assert answer.status_code == 422
    (row,) = answer.context["form"].merge.rows
    assert (row.label, row.asks) == ("Resultatmål", True)
    assert "Den første" in row.theirs and "Den andre" in row.mine
    assert AwardLetter.objects.get().goals.get(number=1, kind="result").text == "Den første"


def test_an_offer_is_confirmed_with_the_sum_and_the_partners(planned: SubProject, leader: Client) -> None:
    letter = make_draft(planned)
    page = url("award-letter-offer", letter)
    answer = leader.get(page)
    assert "1 000 000 kroner" in text_of(answer)
    assert "2 partnere blir bedt om å godkjenne" in text_of(answer)
    leader.post(page, {"version": answer.context["form"]["version"].value()})
    letter.refresh_from_db()
    assert letter.state == LetterState.OFFERED
    assert leader.get(url("award-letter-edit", letter)).status_code == 302


def test_a_draft_that_is_not_ready_says_why(planned: SubProject, leader: Client) -> None:
    letter = make_draft(planned, goals=[])
    answer = leader.post(url("award-letter-offer", letter), {"version": letter.version})
    assert answer.status_code == 422
    assert "minst ett effektmål" in text_of(answer)


def test_each_partner_signs_for_itself_and_the_last_one_starts_it(planned: SubProject, client_for: Any) -> None:
    letter = make_offered(planned)
    first, second = planned.partners.all()
    one, two = (client_for(make_member(Role.PARTNER, partner.unit)) for partner in (first, second))
    page = one.get(url("award-letter", letter)).content.decode()
    own, other = (url("award-letter-sign", letter, partner.public_id) for partner in (first, second))
    assert own in page and other not in page
    assert one.post(other).status_code == 403
    assert one.post(own).status_code == 302
    planned.refresh_from_db()
    assert planned.state == SubProjectState.PLANNED
    answer = two.post(other, follow=True)
    assert "Alle partnerne har godkjent det" in text_of(answer)
    planned.refresh_from_db()
    assert planned.state == SubProjectState.RUNNING
    assert "Lages nå" not in text_of(answer) and Document.objects.count() == 1
    assert two.get(url("award-letter-pdf", letter)).status_code == 404, "it is not made yet"


def test_a_withdrawn_letter_takes_no_signature(planned: SubProject, leader: Client, client_for: Any) -> None:
    letter = make_offered(planned)
    page = url("award-letter-withdraw", letter)
    version = leader.get(page).context["form"]["version"].value()
    assert leader.post(page, {"version": version}).status_code == 302
    partner = planned.partners.first()
    signer = client_for(make_member(Role.PARTNER, partner.unit))
    answer = signer.post(url("award-letter-sign", letter, partner.public_id), follow=True)
    assert "ligger ikke til godkjenning" in text_of(answer)
    assert not letter.signatures.exclude(accepted_at=None).exists()


def test_a_signature_on_paper_is_noted_by_leadership(planned: SubProject, leader: Client, client_for: Any) -> None:
    letter = make_offered(planned)
    partner = planned.partners.first()
    page = url("award-letter-paper", letter, partner.public_id)
    assert leader.post(page, {"reference": ""}).status_code == 422
    assert leader.post(page, {"reference": "26/17-3"}).status_code == 302
    assert "signert på papir, arkivref. 26/17-3" in text_of(leader.get(url("award-letter", letter)))
    assert client_for(make_member(Role.PARTNER, partner.unit)).get(page).status_code == 403


def test_earlier_versions_are_read_and_a_draft_is_not_shown_to_partners(client_for: Any) -> None:
    sub_project = make_agreed()
    draft = make_draft(sub_project, target_group="Hemmelig utkast")
    partner = client_for(make_member(Role.PARTNER, sub_project.partners.first().unit))
    answer = partner.get(url("sub-project-letters", sub_project))
    assert [row.number for row in answer.context["letters"]] == [1]
    assert "Hemmelig utkast" not in answer.content.decode()
    assert partner.get(url("award-letter", draft)).status_code == 404
    leader = leader_for(sub_project, client_for)
    assert [row.number for row in leader.get(url("sub-project-letters", sub_project)).context["letters"]] == [2, 1]
    assert "Hemmelig utkast" in leader.get(url("award-letter", draft)).content.decode()


def test_the_pdf_has_the_goals_by_kind_and_subject_the_sum_and_who_signed(planned: SubProject) -> None:
    letter = sign_all(make_offered(planned, conditions="Alle er med i følgeforskningen."))
    html = " ".join(build_html("grants/pdf/award_letter.html", letter.document.content).replace("\xa0", " ").split())
    for text in (
        planned.title, "Effektmål", "Mål om samhandlingen", "familier: 40 innen 30. juni 2026", "1 000 000",
        "1. halvår 2025", "Alle er med i følgeforskningen.", "signert i Povertyplan 1. januar 2025", "hovedansvarlig",
    ):  # fmt: skip
        assert text in html


def leave(partner: SubProjectPartner) -> None:
    SubProjectPartner.objects.filter(pk=partner.pk).update(left_on=TODAY)


def test_a_partner_who_has_left_reads_nothing_of_it_any_more(client_for: Any) -> None:
    sub_project = make_agreed(title="Hemmelig delprosjekt")
    other = make_agreed(municipality=sub_project.municipality, title="Et annet delprosjekt")
    partner = sub_project.partners.order_by("id")[1]
    SubProjectPartnerFactory(sub_project=other, unit=partner.unit)
    letter, review = sub_project.letters.get(), sub_project.reviews.get()
    client = client_for(make_member(Role.PARTNER, partner.unit))
    pages = [
        *(url(name, sub_project) for name in ("sub-project", "sub-project-letters", "sub-project-reviews")),
        *(url(name, sub_project) for name in ("sub-project-spending", "sub-project-results")),
        url("award-letter", letter), url("review", review),
        url("review-questionnaire", review, partner.public_id),
    ]  # fmt: skip
    assert {client.get(page).status_code for page in pages} == {200}
    leave(partner)
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)
    for page in ("sub-project-list", "review-list"):
        answer = client.get(reverse(page)).content.decode()
        assert "Hemmelig delprosjekt" not in answer and "Et annet delprosjekt" in answer
    assert client.get(url("sub-project", other)).status_code == 200


def test_a_unit_leader_whose_unit_has_left_neither_signs_answers_nor_works_on_it(
    planned: SubProject, review: Review, client_for: Any
) -> None:
    letter, partner = make_offered(planned), planned.partners.order_by("id")[1]
    leave(partner)
    leader = client_for(make_member(Role.UNIT_LEADER, partner.unit))
    sign_url = url("award-letter-sign", letter, partner.public_id)
    assert sign_url not in leader.get(url("award-letter", letter)).content.decode()
    assert leader.post(sign_url).status_code == 403
    assert not letter.signatures.exclude(accepted_at=None).exists()
    gone = review.sub_project.partners.order_by("id")[1]
    leave(gone)
    leader = client_for(make_member(Role.UNIT_LEADER, gone.unit))
    assert leader.get(url("review", review)).status_code == 200, "the municipality's own read on"
    answers = dict.fromkeys(PartnerAnswer.QUESTIONS, "5")
    assert leader.post(url("review-questionnaire", review, gone.public_id), answers).status_code == 403
    assert not PartnerAnswer.objects.exists()
    assert leader.post(url("payment-new", review.sub_project), {}).status_code == 403


def test_leadership_sees_who_is_missing_in_the_letter_that_holds(client_for: Any) -> None:
    sub_project = make_agreed()
    newcomer = SubProjectPartnerFactory(sub_project=sub_project)
    gone = SubProjectPartnerFactory(sub_project=sub_project)
    leave(gone)
    page = url("sub-project-letters", sub_project)
    leader = leader_for(sub_project, client_for)
    said = f"Disse partnerne står ikke i brevet som gjelder: {newcomer.unit.name}. Lag en ny versjon for å få dem med."
    assert said in text_of(leader.get(page))
    reader = client_for(make_member(Role.CASEWORKER, newcomer.unit))
    assert "står ikke i brevet" not in text_of(reader.get(page))
    sign_all(make_offered(sub_project, change_reason="En til er med."))
    assert "står ikke i brevet" not in text_of(leader.get(page))


@pytest.fixture
def review() -> Review:
    row: Review = make_agreed().reviews.get()
    return row


def judge(client: Client, review: Review, verdict: str = "partly") -> Any:
    page = url("review", review)
    form = client.get(page).context["form"]
    verdicts = {name: verdict for name in form.fields if name.startswith("verdict-")}
    return client.post(page, {**verdicts, "summary": "En god samtale.", "version": form["version"].value()})


def test_a_partner_answers_for_its_own_unit_and_may_change_it(review: Review, client_for: Any) -> None:
    own, other = review.sub_project.partners.all()
    client = client_for(make_member(Role.PARTNER, own.unit))
    page = url("review-questionnaire", review, own.public_id)
    assert client.get(url("review-questionnaire", review, other.public_id)).status_code == 403
    answers = {"works_together": "5", "listens": "4", "anchored": "3"}
    assert client.post(page, answers).status_code == 422
    assert client.post(page, answers | {"reaches_goals": "2", "went_well": "Vi møtes."}).status_code == 302
    form = client.get(page).context["form"]
    assert form["works_together"].value() == 5
    changed = answers | {"reaches_goals": "1", "version": form["version"].value()}
    assert client.post(page, changed).status_code == 302
    answer = PartnerAnswer.objects.get()
    assert (answer.partner, answer.reaches_goals, answer.went_well) == (own, 1, "")
    shown = text_of(client.get(url("review", review)))
    assert f"Har ikke svart: {other.unit.name}" in shown


def test_judgements_are_saved_as_a_draft(review: Review, client_for: Any) -> None:
    leader = leader_for(review.sub_project, client_for)
    page = url("review", review)
    assert "checked" not in leader.get(page).content.decode(), "nothing is chosen beforehand"
    assert judge(leader, review).status_code == 302
    assert review.judgements.count() == 2
    assert "En god samtale." in leader.get(page).content.decode()
    reader = client_for(make_member(Role.CASEWORKER, review.sub_project.partners.first().unit))
    assert "Delvis nådd" in text_of(reader.get(page))
    assert reader.post(page, {"summary": "Nei", "version": 2}).status_code == 403


def test_what_was_said_of_an_older_letters_goals_is_not_shown(review: Review, client_for: Any) -> None:
    leader = leader_for(review.sub_project, client_for)
    reader = client_for(make_member(Role.CASEWORKER, review.sub_project.partners.first().unit))
    judge(leader, review)
    page = url("review-conclude", review)
    assert "Dette mangler" not in text_of(leader.get(page)) and "Delvis nådd" in text_of(leader.get(page))
    new = sign_all(make_offered(review.sub_project, change_reason="Nye mål."))
    goals = list(new.goals.filter(kind="result"))
    answer = text_of(leader.get(page))
    missing = "".join(f"<li>{goal.text}</li>" for goal in goals)
    assert "Dette mangler:" in answer and missing in answer
    assert "Delvis nådd" not in answer
    assert "Delvis nådd" not in text_of(reader.get(url("review", review)))
    assert "checked" not in leader.get(url("review", review)).content.decode()


def conclude(client: Client, review: Review, **typed: str) -> Any:
    page = url("review-conclude", review)
    version = client.get(page).context["form"]["version"].value()
    decided = {"decision": "stop", "reason": "Samarbeidet kom ikke i gang.", "held_on": TODAY.isoformat()}
    return client.post(page, {**decided, "understood": "on", "version": version, **typed})


def test_the_decision_says_what_follows_chooses_nothing_and_can_not_be_undone(review: Review, client_for: Any) -> None:
    leader = leader_for(review.sub_project, client_for)
    page = url("review-conclude", review)
    before = leader.get(page).content.decode()
    assert "checked" not in before and "Avgjørelsen kan ikke gjøres om" in before
    assert "Vurder alle resultatmålene" in text_of(conclude(leader, review))
    judge(leader, review, "not_reached")
    assert conclude(leader, review, understood="").status_code == 422
    assert conclude(leader, review).status_code == 302
    review.refresh_from_db()
    assert (review.decision, review.sub_project.state) == ("stop", SubProjectState.STOPPED)
    assert leader.get(page).status_code == 302
    answer = leader.post(url("review", review), {"summary": "Omskrevet", "version": review.version}, follow=True)
    assert "avgjort" in text_of(answer)
    review.refresh_from_db()
    assert review.summary == "En god samtale."


def test_what_was_frozen_is_what_is_shown_afterwards(review: Review, client_for: Any) -> None:
    leader = leader_for(review.sub_project, client_for)
    judge(leader, review)
    conclude(leader, review, decision="with_conditions", conditions="Møt hver måned.")
    review.refresh_from_db()
    review.evidence["goals"][0]["text"] = "Slik sto det da"
    Review.objects.filter(pk=review.pk).update(evidence=review.evidence)
    assert "Slik sto det da" in leader.get(url("review", review)).content.decode()
    page = text_of(leader.get(url("sub-project", review.sub_project)))
    assert "Møt hver måned." in page and "Videre med vilkår" in page
    following = Review.objects.get(number=2)
    assert "Møt hver måned." in text_of(leader.get(url("review", following)))


def test_what_is_due_stands_first_with_how_many_have_answered(review: Review, client_for: Any) -> None:
    Review.objects.filter(pk=review.pk).update(due_on=TODAY - datetime.timedelta(days=3))
    later = make_agreed(municipality=review.sub_project.municipality).reviews.get()
    Review.objects.filter(pk=later.pk).update(due_on=TODAY + datetime.timedelta(days=3))
    make_agreed()
    leader = leader_for(review.sub_project, client_for)
    answer = leader.get(reverse("review-list"))
    assert list(answer.context["due"]) == [review, later]
    assert "0 av 2 har svart" in text_of(answer) and "Skulle vært holdt" in text_of(answer)


def test_who_has_answered_and_left_is_not_counted_among_those_who_are_there(review: Review, client_for: Any) -> None:
    gone = SubProjectPartnerFactory(sub_project=review.sub_project, left_on=TODAY)
    going = SubProjectPartnerFactory(sub_project=review.sub_project, left_on=TODAY + datetime.timedelta(days=1))
    for partner in (gone, going):
        PartnerAnswerFactory(review=review, partner=partner)
    answer = leader_for(review.sub_project, client_for).get(reverse("review-list"))
    assert "1 av 3 har svart" in text_of(answer)


def test_a_decision_from_an_old_page_is_refused(review: Review, client_for: Any) -> None:
    leader = leader_for(review.sub_project, client_for)
    judge(leader, review)
    assert conclude(leader, review, version="1").status_code == 422
    review.refresh_from_db()
    assert review.decision == ""
