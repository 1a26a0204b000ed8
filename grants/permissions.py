"""Who may do what with one row. Each predicate asks the same queryset as the lists, so that the two can't drift apart."""

from grants.models import (
    Application,
    AwardLetter,
    Call,
    FundedMeasure,
    Grant,
    GrantScheme,
    JuryMember,
    LedgerEntry,
    PaymentProposal,
    RecurringPayment,
    ReportingUnit,
    Review,
    SubProject,
    SubProjectPartner,
    YearlyReport,
)
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, LOGGING_ROLES, Role, User


def can_make_calls(user: User) -> bool:
    return bool(user.municipality_ids(*LEADERSHIP_ROLES))


def can_edit_call(user: User, call: Call) -> bool:
    return Call.objects.editable_by(user).filter(pk=call.pk).exists()


def can_apply(user: User, call: Call) -> bool:
    """Whoever works in one of the municipality's units may begin an application."""
    return call.municipality_id in user.municipality_ids(*LOGGING_ROLES)


def can_edit_application(user: User, application: Application) -> bool:
    return Application.objects.editable_by(user).filter(pk=application.pk).exists()


def can_edit_jury(user: User, call: Call) -> bool:
    return can_edit_call(user, call)


def sits_on_jury(user: User, call: Call) -> bool:
    return JuryMember.objects.of_user(user).filter(call=call).exists()


def can_edit_sub_project(user: User, sub_project: SubProject) -> bool:
    return SubProject.objects.editable_by(user).filter(pk=sub_project.pk).exists()


def can_work_on(user: User, sub_project: SubProject) -> bool:
    """Record results, propose payments, write in the closing report."""
    return SubProject.objects.worked_on_by(user).filter(pk=sub_project.pk).exists()


def can_edit_letter(user: User, letter: AwardLetter) -> bool:
    return AwardLetter.objects.editable_by(user).filter(pk=letter.pk).exists()


def can_answer_for(user: User, partner: SubProjectPartner) -> bool:
    """Accept an award letter and fill in the questionnaire on the partner's behalf."""
    return SubProjectPartner.objects.represented_by(user).filter(pk=partner.pk).exists()


def can_rate_for(user: User, partner: SubProjectPartner) -> bool:
    """Say how the others' services are to work with, as one of the partner's helpers."""
    return SubProjectPartner.objects.worked_in_by(user).filter(pk=partner.pk).exists()


def can_conclude_review(user: User, review: Review) -> bool:
    return Review.objects.editable_by(user).filter(pk=review.pk).exists()


def can_decide_payment(user: User, proposal: PaymentProposal | RecurringPayment) -> bool:
    """Leadership, but never the one who proposed it."""
    return proposal.proposed_by_id != user.pk and can_edit_sub_project(user, proposal.sub_project)


def can_reverse(user: User, entry: LedgerEntry) -> bool:
    return can_work_on(user, entry.sub_project)


def can_edit_grant(user: User, grant: Grant) -> bool:
    return Grant.objects.editable_by(user).filter(pk=grant.pk).exists()


def can_edit_funded_measure(user: User, funded_measure: FundedMeasure) -> bool:
    return FundedMeasure.objects.editable_by(user).filter(pk=funded_measure.pk).exists()


def can_edit_scheme(user: User, scheme: GrantScheme) -> bool:
    """The directorate's by the directorate, a municipality's own by its leadership."""
    return GrantScheme.objects.editable_by(user).filter(pk=scheme.pk).exists()


def can_edit_reporting_unit(user: User, reporting_unit: ReportingUnit) -> bool:
    """The leadership of its municipality; and the directorate, which keeps the names of all."""
    return ReportingUnit.objects.named_by(user).filter(pk=reporting_unit.pk).exists()


def can_register_grants(user: User) -> bool:
    """Leadership, also before there is a reporting unit; and whoever leads a unit that is one."""
    if user.has_role(*LEADERSHIP_ROLES):
        return True
    return user.has_role(Role.UNIT_LEADER) and ReportingUnit.objects.editable_by(user).exists()


def can_edit_report(user: User, report: YearlyReport) -> bool:
    """Fill in a yearly report and send it, while it is open."""
    return YearlyReport.objects.editable_by(user).filter(pk=report.pk).exists()


def can_judge_report(user: User, report: YearlyReport) -> bool:
    """Accept a yearly report that was sent, or send it back."""
    return YearlyReport.objects.to_be_judged_by(user).filter(pk=report.pk).exists()


def reads_inside(user: User, grant: Grant) -> bool:
    """What a municipality writes for itself of a grant: notes, case number, reasons, how the money is used."""
    return grant.reporting_unit.municipality_id in user.municipality_ids(*CASE_ROLES)
