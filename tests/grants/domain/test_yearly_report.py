"""A yearly report from draft to accepted: who does what, in which order, and what stands afterwards."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import get_language, override

from grants.domain import yearly_report
from grants.domain.report_answers import Answers, mark_of, read_answers
from grants.domain.yearly_report import NotReadyError
from grants.models import (
    FundedMeasure,
    Grant,
    GrantState,
    MeasureReport,
    ReportRemark,
    ReportState,
    ReportStep,
    YearlyReport,
)
from organisation.domain.errors import DomainError, StaleWrite
from organisation.models import AuditEntry, Notice, Role
from organisation.separation import Scope, of_municipalities, seeing
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    GrantSchemeFactory,
    MeasureReportFactory,
    UnitFactory,
    UserFactory,
    make_member,
    make_report,
)
from tests.grants.report_example import (
    AT,
    MEASURE,
    UNIT,
    begun,
    filled_in,
    give_back,
    problems,
    save_measure,
    save_unit,
    sent,
    submit,
)

pytestmark = pytest.mark.django_db
DIRECTORATE = Scope(published=True)


def questions_of(report: YearlyReport) -> set[tuple[bool, str]]:
    """Whether it is on the unit's own form, and the question, of all that hinders submission."""
    return {(problem.form is None, problem.question) for problem in problems(report)}


def test_a_grant_begins_a_report_once_with_a_form_for_each_measure() -> None:
    grant = GrantFactory()
    fundings = [FundingFactory(grant=grant), FundingFactory(grant=grant)]
    report = yearly_report.begin_report(grant=grant, by=UserFactory())
    assert yearly_report.begin_report(grant=grant, by=UserFactory()) == report
    forms = report.measure_reports.all()
    assert [(form.number, form.title) for form in forms] == [
        (number, funding.funded_measure.title) for number, funding in enumerate(fundings, 1)
    ]


def test_a_scheme_that_is_reported_elsewhere_has_no_report_here() -> None:
    grant = GrantFactory(scheme=GrantSchemeFactory(reported_here=False))
    with pytest.raises(DomainError, match="fylles ikke ut her"):
        yearly_report.begin_report(grant=grant, by=UserFactory())


def test_a_measure_has_one_form_which_is_the_last() -> None:
    report = begun()
    funded = FundedMeasureFactory(reporting_unit=report.grant.reporting_unit, scheme=report.grant.scheme)
    form = yearly_report.add_form(report=report, funded_measure=funded, by=UserFactory())
    assert (form.number, form.title) == (2, funded.title)
    assert yearly_report.add_form(report=report, funded_measure=funded, by=UserFactory()) == form
    other = FundedMeasureFactory(reporting_unit=funded.reporting_unit, scheme=funded.scheme)
    MeasureReport.objects.filter(pk=form.pk).update(funded_measure=other)
    with pytest.raises(DomainError, match="allerede et tiltak med dette navnet"):
        yearly_report.add_form(report=report, funded_measure=funded, by=UserFactory())


def test_a_form_that_came_from_a_file_becomes_the_measures_of_its_name() -> None:
    report = begun()
    funded = FundedMeasureFactory(reporting_unit=report.grant.reporting_unit, scheme=report.grant.scheme)
    unlinked = MeasureReportFactory(report=report, title=funded.title.upper(), children_reached=7)
    form = yearly_report.add_form(report=report, funded_measure=funded, by=UserFactory())
    assert (form.pk, form.funded_measure, form.children_reached) == (unlinked.pk, funded, 7)
    assert form.version == unlinked.version + 1
    assert report.measure_reports.count() == 2


def test_a_form_that_came_from_a_file_can_be_taken_out() -> None:
    report = begun()
    linked, unlinked = report.measure_reports.get(), MeasureReportFactory(report=report)
    with pytest.raises(DomainError, match="har penger av tilskuddet"):
        yearly_report.take_out(form=linked, by=UserFactory())
    yearly_report.take_out(form=unlinked, by=UserFactory())
    assert list(report.measure_reports.all()) == [linked]
    report = sent()
    unlinked = MeasureReportFactory(report=report)
    with pytest.raises(DomainError, match="Rapporten er sendt inn"):
        yearly_report.take_out(form=unlinked, by=UserFactory())
    give_back(report, {unlinked: "Er dette to ganger?"})
    with pytest.raises(DomainError, match="Direktoratet har en merknad"):
        yearly_report.take_out(form=unlinked, by=UserFactory())


def test_a_measure_is_taken_out_unless_the_directorate_has_remarked_on_it() -> None:
    report = begun()
    yearly_report.remove_form(form=report.measure_reports.get(), by=UserFactory())
    assert not report.measure_reports.exists()
    report = sent()
    form = report.measure_reports.get()
    give_back(report, {form: "Hva er talt?"})
    with pytest.raises(DomainError, match="Direktoratet har en merknad"):
        yearly_report.remove_form(form=form, by=UserFactory())


def test_what_is_saved_is_kept_finished_or_not() -> None:
    report = begun()
    save_unit(report, decided_by="alone")
    report = save_unit(report, user_influence="some", general_feedback="  En linje\r\nog en til ")
    assert (report.decided_by, report.user_influence) == ("alone", "some")
    assert report.general_feedback == "En linje\nog en til"
    form = save_measure(report.measure_reports.get(), children_reached="12")
    assert MeasureReport.objects.get(pk=form.pk).children_reached == 12
    assert (
        AuditEntry.objects.filter(table_name="grants_measurereport", action="yearly_report.save_measure").count() == 1
    )


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("goal_category", "ferie"),
        ("recruited_by", ["school", "kirken"]),
        ("children_reached", -1),
        ("children_reached", Decimal("1.5")),
        ("children_reached", 10**12),
        ("budget_nok", Decimal(-1)),
        ("budget_nok", Decimal(10**10)),
    ],
)
def test_what_is_no_answer_is_refused_at_its_question(question: str, value: Any) -> None:
    form = begun().measure_reports.get()
    with pytest.raises(DomainError) as refused:
        save_measure(form, **{question: value})
    assert refused.value.field == question


def test_everything_that_hinders_submission_is_named_with_its_form_and_question() -> None:
    report = begun()
    open_questions = {(True, name) for name in UNIT} | {(False, name) for name in MEASURE}
    known = {(True, "active_measures"), (True, "amount_received_nok"), (False, "budget_nok")}
    assert questions_of(report) == open_questions - known
    with pytest.raises(NotReadyError) as refused:
        submit(report)
    assert refused.value.problems == problems(report)
    report.refresh_from_db()
    assert (report.state, report.steps.count()) == (ReportState.DRAFT, 0)


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ({"goals_reached": "not_all"}, "reason_not_reached"),
        ({"cooperated_with": ["none", "voluntary"]}, "cooperated_with"),
        ({"decided_by": ""}, "decided_by"),
        ({"amount_received_nok": Decimal(399_999)}, "amount_received_nok"),  # not the grant's, and not explained
    ],
)
def test_contradictions_and_overrides_hinder_submission(answers: dict[str, Any], question: str) -> None:
    report = save_unit(filled_in(), **answers)
    assert questions_of(report) == {(True, question)}


def test_an_override_is_kept_as_it_was_typed_and_explained_before_it_is_sent() -> None:
    report = save_unit(filled_in(), amount_received_nok=Decimal(350_000))
    (problem,) = problems(report)
    assert problem.asks_why
    report = save_unit(report, {"amount_received_nok": " Resten kom i januar. ", "decided_by": "Ingen spør."})
    assert report.explanations == {"amount_received_nok": "Resten kom i januar."}
    report = submit(report)
    assert (report.amount_received_nok, "amount_received_nok" in report.sources) == (350_000, False)
    assert report.explanations == {"amount_received_nok": "Resten kom i januar."}


def test_a_report_without_measures_says_that_there_were_none() -> None:
    report = yearly_report.begin_report(grant=GrantFactory(), by=UserFactory())
    assert (True, "") in questions_of(report)
    report = save_unit(report, active_measures=0)
    assert problems(report) == []
    assert submit(report).state == ReportState.SUBMITTED


def test_there_is_no_reason_where_all_goals_were_reached() -> None:
    report = save_unit(filled_in(), goals_reached="not_all", reason_not_reached="time")
    report = save_unit(report, goals_reached="all")
    assert report.reason_not_reached == "time", "what was typed is kept until the report is sent"
    assert submit(report).reason_not_reached == ""


def test_a_submitted_report_has_its_answers_with_their_sources_in_bokmal() -> None:
    report = sent()
    form = report.measure_reports.get()
    assert (report.amount_received_nok, report.active_measures) == (400_000, 1)
    assert report.sources == {
        "active_measures": "Tiltakene som har fått av tilskuddet", "amount_received_nok": "Tilskuddet",
    }  # fmt: skip
    assert (form.budget_nok, form.budget_class) == (100_000, "medium")
    assert form.sources == {
        "budget_nok": "Det tiltaket har fått av tilskuddet", "budget_class": "Regnet ut av budsjettet",
    }  # fmt: skip


def test_whoever_sends_it_its_sources_are_in_bokmal(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken = []

    def reading(report: YearlyReport) -> Answers:
        spoken.append(get_language())
        return read_answers(report)

    monkeypatch.setattr(yearly_report, "read_answers", reading)
    report = filled_in()
    with override("en"):
        submit(report)
        assert get_language() == "en"
    assert spoken == ["nb"]


def test_submitting_makes_the_grant_reported() -> None:
    report = sent(by := UserFactory())
    report.grant.refresh_from_db()
    assert (report.grant.state, report.submitted_by, report.submitted_at) == (GrantState.REPORTED, by, AT)
    assert [(step.before, step.after, step.by) for step in report.steps.all()] == [("draft", "submitted", by)]


def test_nothing_is_sent_but_what_was_read() -> None:
    report = filled_in()
    form = report.measure_reports.get()

    def send(shown: str) -> YearlyReport:
        report.refresh_from_db()
        return yearly_report.submit(report=report, version=report.version, by=UserFactory(), at=AT, shown=shown)

    def mark() -> str:
        return mark_of(read_answers(YearlyReport.objects.get(pk=report.pk)))

    changes = (
        lambda: save_measure(form, children_reached=41),  # a colleague's form, which has a version of its own
        lambda: FundedMeasure.objects.filter(measure_reports=form).update(description="Fra et annet sted."),
    )
    for change in changes:
        shown = mark()
        change()
        with pytest.raises(DomainError, match="Svarene er endret etter at du åpnet siden"):
            send(shown)
    with override("en"):
        shown = mark()
    assert send(shown).state == ReportState.SUBMITTED


def test_what_people_have_sent_is_no_longer_a_files() -> None:
    report = filled_in()
    YearlyReport.objects.filter(pk=report.pk).update(imported=True)
    assert not submit(report).imported


def test_what_was_sent_stands_until_it_is_returned() -> None:
    report = sent()
    form = report.measure_reports.get()
    funded = FundedMeasureFactory(reporting_unit=report.grant.reporting_unit, scheme=report.grant.scheme)
    for refused in (
        lambda: save_unit(report, decided_by="other"),
        lambda: save_measure(form, children_reached=1),
        lambda: submit(report),
        lambda: yearly_report.add_form(report=report, funded_measure=funded, by=UserFactory()),
        lambda: yearly_report.remove_form(form=form, by=UserFactory()),
    ):
        with pytest.raises(DomainError, match="Rapporten er sendt inn"):
            refused()
    FundingFactory(grant=report.grant)
    report.grant.awarded_nok = Decimal(1)
    report.grant.save()
    assert read_answers(report).unit["amount_received_nok"].value == 400_000
    assert report.steps.count() == 1
    give_back(report)
    assert save_unit(report, decided_by="other").decided_by == "other"


def test_returning_says_what_is_wrong_and_tells_those_it_concerns() -> None:
    sender = make_member(Role.UNIT_LEADER)
    report = sent(sender)
    own = UnitFactory(municipality=report.grant.reporting_unit.municipality)
    leader, elsewhere = make_member(Role.COORDINATOR, own), make_member(Role.COORDINATOR)
    form = report.measure_reports.get()
    for comment in ("", "  "):
        with pytest.raises(DomainError, match="Skriv hva kommunen skal se over") as refused:
            yearly_report.return_report(
                report=report, version=report.version, comment=comment, remarks={}, by=elsewhere, at=AT
            )
        assert refused.value.field == "comment"
    report = give_back(report, {form: "Hva er talt?", None: "Hvem bestemte?"})
    assert report.state == ReportState.RETURNED
    remarks = ReportRemark.objects.filter(step=report.steps.last())
    assert {(row.measure_report, row.text) for row in remarks} == {(form, "Hva er talt?"), (None, "Hvem bestemte?")}
    told = Notice.objects.filter(kind="report_returned")
    assert {notice.user for notice in told} == {sender, leader} and elsewhere not in {row.user for row in told}
    assert report.public_id in told[0].url_path and str(report.grant) in told[0].text
    submit(report)
    assert not told.unread().exists(), "what was asked for has been done"


def test_the_leader_of_the_unit_that_holds_the_report_is_told() -> None:
    report = sent()
    unit = UnitFactory(municipality=report.grant.reporting_unit.municipality)
    holder, beside = (
        make_member(Role.UNIT_LEADER, unit),
        make_member(Role.UNIT_LEADER, UnitFactory(municipality=unit.municipality)),
    )
    Grant.objects.filter(pk=report.grant_id).update(responsible_unit=unit)
    by = make_member(Role.ANALYST)
    with seeing(DIRECTORATE):
        seen = YearlyReport.objects.get(pk=report.pk)
        yearly_report.return_report(report=seen, version=seen.version, comment="Se over.", remarks={}, by=by, at=AT)
    told = {notice.user for notice in Notice.objects.filter(kind="report_returned")}
    assert holder in told and beside not in told


def test_a_remark_is_on_a_form_of_the_report() -> None:
    report, other = sent(), sent()
    with pytest.raises(DomainError, match="en annen rapport"):
        give_back(report, {other.measure_reports.get(): "Feil sted"})


@pytest.mark.parametrize("state", [ReportState.DRAFT, ReportState.RETURNED, ReportState.ACCEPTED])
def test_only_what_has_been_sent_is_returned_or_accepted(state: str) -> None:
    report = make_report(state=state)
    steps = ReportStep.objects.count()
    for act in (
        lambda: yearly_report.accept(report=report, version=report.version, by=UserFactory(), at=AT),
        lambda: give_back(report),
    ):
        with pytest.raises(DomainError, match="Bare en rapport som er sendt inn"):
            act()
    assert ReportStep.objects.count() == steps


def test_what_was_judged_meanwhile_is_said_in_words_under_what_the_directorate_may_lock() -> None:
    report, by = sent(), make_member(Role.ANALYST)
    read = YearlyReport.objects.get(pk=report.pk)
    give_back(report)
    with seeing(DIRECTORATE):
        with pytest.raises(StaleWrite) as refused:
            yearly_report.accept(report=read, version=read.version, by=by, at=AT)
        assert refused.value.current.state == ReportState.RETURNED
        with pytest.raises(DomainError, match="Bare en rapport som er sendt inn"):
            yearly_report.accept(report=read, version=refused.value.current.version, by=by, at=AT)


def test_nobody_accepts_what_she_sent_herself() -> None:
    report = sent(by := make_member(Role.ANALYST))
    with pytest.raises(DomainError, match="en annen godkjenne"):
        yearly_report.accept(report=report, version=report.version, by=by, at=AT)
    accepted = yearly_report.accept(
        report=report, version=report.version, by=make_member(Role.ANALYST), at=AT, comment=" Takk. "
    )
    step = accepted.steps.last()
    assert step is not None and step.comment == "Takk."
    assert Notice.objects.filter(user=by, kind="report_accepted").exists()


def test_an_accepted_report_is_locked() -> None:
    report = sent()
    report = yearly_report.accept(report=report, version=report.version, by=UserFactory(), at=AT)
    for refused in (lambda: save_unit(report, decided_by="other"), lambda: submit(report), lambda: give_back(report)):
        with pytest.raises(DomainError):
            refused()


def test_each_side_works_under_what_the_database_shows_it() -> None:
    """The municipality sees its own rows, the directorate what was sent; and the report goes all the way between them."""
    report, analyst = filled_in(), make_member(Role.ANALYST)
    leader = make_member(Role.COORDINATOR, UnitFactory(municipality=report.grant.reporting_unit.municipality))
    own = of_municipalities({report.grant.reporting_unit.municipality_id})
    with seeing(own):
        report = yearly_report.submit(report=report, version=report.version, by=leader, at=AT)
    with seeing(DIRECTORATE):
        seen = YearlyReport.objects.to_be_judged_by(analyst).get(pk=report.pk)
        assert read_answers(seen).measures[0].answers["children_reached"].value == 40
        remarks = {None: "Hvem bestemte?", seen.measure_reports.get(): "Hva er talt?"}
        yearly_report.return_report(
            report=seen, version=seen.version, comment="Se over tallene.", remarks=remarks, by=analyst, at=AT
        )
    assert Notice.objects.filter(user=leader, kind="report_returned").count() == 1
    with seeing(own):
        again = YearlyReport.objects.get(pk=report.pk)
        assert ReportRemark.objects.filter(step__report=again).count() == 2
        save_measure(again.measure_reports.get(), children_reached=41)
        again = yearly_report.submit(report=again, version=again.version, by=leader, at=AT)
    with seeing(DIRECTORATE):
        seen = YearlyReport.objects.get(pk=again.pk)
        accepted = yearly_report.accept(report=seen, version=seen.version, by=analyst, at=AT)
    assert (accepted.state, accepted.accepted_by) == (ReportState.ACCEPTED, analyst)
    assert [step.after for step in accepted.steps.all()] == ["submitted", "returned", "submitted", "accepted"]
    assert accepted.measure_reports.get().children_reached == 41


def test_an_old_page_saves_nothing() -> None:
    report = begun()
    save_unit(report, decided_by="alone")
    with pytest.raises(StaleWrite):
        yearly_report.save_unit_answers(
            report=report, version=1, answers={"decided_by": "other"}, explanations={}, by=UserFactory()
        )
    assert YearlyReport.objects.get(pk=report.pk).decided_by == "alone"
