"""PostgreSQL itself: whose schemes, grants and reports are shown, and what the directorate sees and writes of all of them."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from grants.models import (
    FundedMeasure,
    Funding,
    Grant,
    GrantScheme,
    GrantState,
    MeasureReport,
    ReportingUnit,
    ReportRemark,
    ReportState,
    ReportStep,
    YearlyReport,
)
from organisation.models import Document, Role
from organisation.separation import NOBODY, SYSTEM, Scope, of_municipalities, seeing
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    GrantSchemeFactory,
    MeasureReportFactory,
    MunicipalityFactory,
    ReportingUnitFactory,
    UserFactory,
    YearlyReportFactory,
    make_member,
    make_report,
)
from tests.factories.grants_received import SENT_AT
from tests.factories.organisation import DocumentFactory

pytestmark = pytest.mark.django_db
DIRECTORATE = Scope(published=True)


def refused():
    return pytest.raises(ProgrammingError, match="row-level security policy")


def test_a_national_scheme_is_everybodys_to_read_and_the_directorates_to_write() -> None:
    national, own = GrantSchemeFactory(), GrantSchemeFactory(municipality=MunicipalityFactory())
    foreign = GrantSchemeFactory(municipality=MunicipalityFactory())
    with seeing(of_municipalities({own.municipality_id})):
        assert set(GrantScheme.objects.all()) == {national, own}
        assert GrantScheme.objects.filter(pk__in=[national.pk, foreign.pk]).update(name="Nytt navn") == 0
        with refused(), transaction.atomic():
            GrantSchemeFactory()
    with seeing(DIRECTORATE):
        assert set(GrantScheme.objects.all()) == {national}
        assert GrantScheme.objects.filter(pk=national.pk).update(name="Nytt navn") == 1
        GrantSchemeFactory()
    with seeing(SYSTEM):
        assert GrantScheme.objects.filter(pk__in=[national.pk, own.pk, foreign.pk]).count() == 3


def test_a_grant_is_of_a_national_scheme_or_of_ones_own() -> None:
    grant = GrantFactory(scheme=GrantSchemeFactory())
    own = GrantSchemeFactory(municipality=grant.reporting_unit.municipality)
    foreign = GrantSchemeFactory(municipality=MunicipalityFactory())
    for model, row in ((Grant, grant), (FundedMeasure, FundedMeasureFactory(reporting_unit=grant.reporting_unit))):
        model.objects.filter(pk=row.pk).update(scheme=own)
        with pytest.raises(IntegrityError, match="another municipality's"), transaction.atomic():
            model.objects.filter(pk=row.pk).update(scheme=foreign)
        # Also where the scheme is not to be seen, which is how it is in a request.
        with (
            seeing(of_municipalities({grant.reporting_unit.municipality_id})),
            pytest.raises(IntegrityError, match="another municipality's"),
            transaction.atomic(),
        ):
            model.objects.filter(pk=row.pk).update(scheme=foreign)


def test_the_directorate_reads_what_was_awarded_and_sent_and_nothing_before() -> None:
    here = GrantSchemeFactory()
    elsewhere = GrantSchemeFactory(reported_here=False)
    applied = GrantFactory(scheme=here, state=GrantState.APPLIED)
    granted = GrantFactory(scheme=here)
    other = GrantFactory(scheme=elsewhere)
    draft, sent, returned = (
        make_report(measures=1, grant__scheme=here, state=state)
        for state in (ReportState.DRAFT, ReportState.SUBMITTED, ReportState.RETURNED)
    )
    funding = FundingFactory(grant=granted)
    step = ReportStep.objects.create(report=sent, before="draft", after="submitted", at=SENT_AT, by=UserFactory())
    hidden = ReportStep.objects.create(report=draft, before="draft", after="draft", at=SENT_AT, by=UserFactory())
    ReportRemark.objects.create(step=step, text="Merknad")
    with seeing(DIRECTORATE):
        seen = set(Grant.objects.all())
        assert granted in seen and sent.grant in seen
        assert applied not in seen and other not in seen
        assert set(YearlyReport.objects.all()) == {sent, returned}
        assert {row.report_id for row in MeasureReport.objects.all()} == {sent.pk}
        assert set(ReportStep.objects.all()) == {step} != {step, hidden}
        assert ReportRemark.objects.count() == 1
        assert funding.funded_measure not in FundedMeasure.objects.all()
        assert not Funding.objects.exists()
        assert granted.reporting_unit in ReportingUnit.objects.all()
    analyst = make_member(Role.ANALYST)
    with seeing(SYSTEM):  # the querysets say the same as the policies
        assert set(Grant.objects.visible_to(analyst)) == seen
        assert set(YearlyReport.objects.visible_to(analyst)) == {sent, returned}
    with seeing(NOBODY):
        assert (
            not Grant.objects.exists()
            and not YearlyReport.objects.exists()
            and not GrantScheme.objects.filter(municipality__isnull=False).exists()
        )


def test_the_directorate_judges_a_sent_report_and_writes_nothing_else() -> None:
    draft = make_report(measures=1)
    sent = make_report(measures=1, state=ReportState.SUBMITTED)
    by = UserFactory()
    with seeing(DIRECTORATE):
        assert YearlyReport.objects.filter(pk=draft.pk).update(state=ReportState.RETURNED) == 0
        with refused(), transaction.atomic():
            YearlyReport.objects.filter(pk=sent.pk).update(state=ReportState.DRAFT, submitted_at=None)
        assert MeasureReport.objects.filter(report=sent).update(children_reached=1) == 0
        assert Grant.objects.filter(pk=sent.grant_id).update(awarded_nok=Decimal(1)) == 0
        with refused(), transaction.atomic():
            ReportStep.objects.create(report=draft, before="draft", after="submitted", at=SENT_AT, by=by)
        step = ReportStep.objects.create(
            report=sent, before="submitted", after="returned", at=SENT_AT, by=by, comment="Se over tallene."
        )
        ReportRemark.objects.create(step=step, text="Hva er talt?")
        assert YearlyReport.objects.filter(pk=sent.pk).update(state=ReportState.RETURNED) == 1


def test_the_directorate_judges_what_waits_for_it_and_changes_no_answers() -> None:
    draft, returned, sent = (
        make_report(state=state) for state in (ReportState.DRAFT, ReportState.RETURNED, ReportState.SUBMITTED)
    )
    by = make_member(Role.ANALYST)
    accepting = {"state": ReportState.ACCEPTED, "accepted_at": SENT_AT, "accepted_by": by}
    with seeing(DIRECTORATE):
        with pytest.raises(IntegrityError, match="changes none of its answers"), transaction.atomic():
            YearlyReport.objects.filter(pk=sent.pk).update(active_measures=5, **accepting)
        # Without WHERE and without asking for what is there, so that the policy for SELECT isn't asked.
        with connection.cursor() as cursor:
            cursor.execute("UPDATE grants_yearlyreport SET state = 'returned'")
            assert cursor.rowcount == 1
    states = dict(YearlyReport.objects.values_list("pk", "state"))
    assert states == {draft.pk: "draft", returned.pk: "returned", sent.pk: "returned"}
    again = make_report(state=ReportState.SUBMITTED)
    with seeing(DIRECTORATE):
        assert YearlyReport.objects.filter(pk=again.pk).update(version=2, **accepting) == 1


@pytest.mark.parametrize("state", [ReportState.RETURNED, ReportState.ACCEPTED])
def test_a_municipality_does_not_judge_its_own_report(state: str) -> None:
    sent, beside = make_report(state=ReportState.SUBMITTED), GrantFactory()
    accepted = {"accepted_at": SENT_AT, "accepted_by": UserFactory()} if state == ReportState.ACCEPTED else {}
    own = {sent.grant.reporting_unit.municipality_id, beside.reporting_unit.municipality_id}
    with seeing(of_municipalities(own)):
        with pytest.raises(IntegrityError, match="only the directorate judges"), transaction.atomic():
            YearlyReport.objects.filter(pk=sent.pk).update(state=state, **accepted)
        with pytest.raises(IntegrityError, match="only the directorate judges"), transaction.atomic():
            YearlyReport.objects.create(grant=beside, state=state, submitted_at=SENT_AT, **accepted)
        assert YearlyReport.objects.filter(pk=sent.pk).update(general_feedback="Rettet") == 1


def test_an_accepted_report_is_final_whoever_writes() -> None:
    report = make_report(measures=1, state=ReportState.ACCEPTED)
    form = report.measure_reports.get()
    elsewhere = MeasureReportFactory()
    final = pytest.raises(IntegrityError, match="an accepted report is final")
    for change in (
        lambda: YearlyReport.objects.filter(pk=report.pk).update(
            state=ReportState.RETURNED, accepted_at=None, accepted_by=None
        ),
        lambda: YearlyReport.objects.filter(pk=report.pk).update(active_measures=3),
        lambda: MeasureReport.objects.filter(pk=form.pk).update(children_reached=3),
        lambda: MeasureReport.objects.filter(pk=form.pk)._raw_delete("default"),
        lambda: MeasureReportFactory(report=report),
        lambda: MeasureReport.objects.filter(pk=elsewhere.pk).update(report=report),
        lambda: MeasureReport.objects.filter(pk=form.pk).update(report=elsewhere.report),
    ):
        with final, transaction.atomic():
            change()
    assert YearlyReportFactory().is_open


def test_a_national_document_is_the_directorates() -> None:
    national, own = DocumentFactory(municipality=None), DocumentFactory()
    with seeing(DIRECTORATE):
        assert set(Document.objects.all()) == {national}
    with seeing(of_municipalities({own.municipality_id})):
        assert set(Document.objects.all()) == {own}
    with seeing(SYSTEM):
        assert {national, own} <= set(Document.objects.all())


def test_a_merged_municipality_may_have_a_successor_elsewhere() -> None:
    today = ReportingUnitFactory()
    before = ReportingUnitFactory(successor=today)
    assert before.municipality_id != today.municipality_id
    assert list(today.predecessors.all()) == [before]
