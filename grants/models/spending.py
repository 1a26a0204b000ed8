import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from organisation.models import PublicId, User, Versioned


class SpendingMode(models.TextChoices):
    INDIVIDUAL = "individual_needs", _("Individuelle behov")
    BASIC_INCOME = "basic_income", _("Borgerlønn")
    COLLECTIVE = "collective_budget", _("Kollektiv budsjettering")


class SpendingUse(models.TextChoices):
    """What money is spent on. Pay is on the list so that it can be named and refused."""

    RESIDENTS = "residents", _("Direkte til innbyggerne")
    ACTIVITY = "activity", _("Aktiviteter og møteplasser")
    EQUIPMENT = "equipment", _("Inventar og utstyr")
    OTHER = "other", _("Annet")
    PAY = "pay", _("Stillinger og lønn")


class EntryKind(models.TextChoices):
    PAYMENT = "payment", _("Utbetaling")
    REVERSAL = "reversal", _("Tilbakeføring")


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", _("Til godkjenning")
    APPROVED = "approved", _("Godkjent")
    REFUSED = "refused", _("Avvist")
    WITHDRAWN = "withdrawn", _("Trukket")


class RecurringPayment(PublicId, Versioned):
    """The same payment each month, for example 1 600 kroner per child. Agreed by two people, then paid by the job."""

    sub_project = models.ForeignKey("grants.SubProject", models.PROTECT, related_name="recurring_payments")
    purpose = models.CharField(_("formål"), max_length=200)
    mode = models.CharField(_("måte"), max_length=20, choices=SpendingMode, default=SpendingMode.BASIC_INCOME)
    use = models.CharField(_("brukes til"), max_length=12, choices=SpendingUse, default=SpendingUse.RESIDENTS)
    amount_each = models.DecimalField(_("kroner per måned for hver"), max_digits=12, decimal_places=2)
    receivers = models.PositiveSmallIntegerField(_("antall som får"))
    day_of_month = models.PositiveSmallIntegerField(_("dag i måneden"), default=15)
    first_month = models.DateField(_("første måned"), help_text="The first day of the month.")
    last_month = models.DateField(_("siste måned"), help_text="The first day of the month.")
    voucher_prefix = models.CharField(_("bilagsserie"), max_length=20)

    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.PROPOSED, editable=False)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    proposed_at = models.DateTimeField(editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.CharField(max_length=300, blank=True, editable=False)
    ended_on = models.DateField(null=True, editable=False, help_text="No month after this day is paid.")
    ended_reason = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("fast utbetaling")
        verbose_name_plural = _("faste utbetalinger")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_each__gt=0, receivers__gte=1), name="recurring_is_money"),
            models.CheckConstraint(condition=Q(day_of_month__range=(1, 28)), name="recurring_day_is_in_every_month"),
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month"), first_month__day=1, last_month__day=1),
                name="recurring_months_in_order",
                violation_error_message=_("Den siste måneden er før den første."),
            ),
            models.CheckConstraint(condition=~Q(use=SpendingUse.PAY), name="recurring_is_no_pay"),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.APPROVED)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="recurring_proposer_does_not_approve",
                violation_error_message=_("Den som foreslår en utbetaling, kan ikke godkjenne den."),
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED, decided_at=None, decided_by=None)
                | ~Q(state=ProposalState.PROPOSED) & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="decided_recurring_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.purpose

    @property
    def amount(self) -> Decimal:
        """Kroner each month."""
        return self.amount_each * self.receivers


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    def total(self) -> Decimal:
        """Kroner paid, less what was reversed."""
        return self.aggregate(total=Sum("amount"))["total"] or Decimal(0)


class LedgerEntry(PublicId):
    """One line of the ledger. Append-only: what was wrong is reversed by a line of its own.

    A trigger of the database refuses a line that would overdraw the award, or that comes after a stop
    (migrations/0002_ledger.py); domain/spending.py asks first and says why.
    """

    sub_project = models.ForeignKey("grants.SubProject", models.PROTECT, related_name="ledger")
    kind = models.CharField(_("type"), max_length=8, choices=EntryKind, default=EntryKind.PAYMENT)
    amount = models.DecimalField(_("kroner"), max_digits=12, decimal_places=2)
    mode = models.CharField(_("måte"), max_length=20, choices=SpendingMode)
    use = models.CharField(_("brukes til"), max_length=12, choices=SpendingUse)
    purpose = models.CharField(_("formål"), max_length=200)
    paid_on = models.DateField(_("dato"))
    voucher = models.CharField(_("bilagsnummer"), max_length=30)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, related_name="reversed_by", null=True, blank=True)
    recurring = models.ForeignKey(RecurringPayment, models.PROTECT, related_name="entries", null=True, blank=True)
    month = models.DateField(null=True, blank=True, help_text="Of a recurring payment: the first day of the month.")
    written_at = models.DateTimeField()

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("postering")
        verbose_name_plural = _("posteringer")
        ordering = ["-paid_on", "-id"]
        indexes = [models.Index(fields=["sub_project", "-paid_on", "-id"], name="ledger_of_sub_project")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=EntryKind.PAYMENT, amount__gt=0, reverses=None)
                | Q(kind=EntryKind.REVERSAL, amount__lt=0, reverses__isnull=False),
                name="ledger_sign_agrees_with_kind",
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("approved_by")),
                name="ledger_proposer_does_not_approve",
                violation_error_message=_("Den som foreslår en utbetaling, kan ikke godkjenne den."),
            ),
            models.CheckConstraint(condition=~Q(use=SpendingUse.PAY), name="ledger_is_no_pay"),
            models.CheckConstraint(condition=~Q(voucher="") & ~Q(purpose=""), name="ledger_has_voucher_and_purpose"),
            models.UniqueConstraint(
                fields=["sub_project", "voucher"],
                condition=Q(kind=EntryKind.PAYMENT, reverses=None),
                name="ledger_voucher_unique",
                violation_error_message=_("Bilagsnummeret er brukt før i delprosjektet."),
            ),
            # A month of a recurring payment is paid once; after a reversal it stays unpaid until people say otherwise.
            models.UniqueConstraint(
                fields=["recurring", "month"], condition=Q(kind=EntryKind.PAYMENT), name="recurring_month_paid_once"
            ),
            models.CheckConstraint(
                condition=Q(recurring=None, month=None) | Q(recurring__isnull=False, month__isnull=False),
                name="recurring_entry_says_its_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paid_on}: {self.amount}"


class PaymentProposal(PublicId, Versioned):
    """Somebody wants money paid, or a payment reversed; somebody else decides. Written by domain/spending.py."""

    sub_project = models.ForeignKey("grants.SubProject", models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=8, choices=EntryKind, default=EntryKind.PAYMENT)
    amount = models.DecimalField(_("kroner"), max_digits=12, decimal_places=2)
    mode = models.CharField(_("måte"), max_length=20, choices=SpendingMode)
    use = models.CharField(_("brukes til"), max_length=12, choices=SpendingUse)
    purpose = models.CharField(_("formål"), max_length=200)
    pay_on = models.DateField(_("utbetales"))
    voucher = models.CharField(_("bilagsnummer"), max_length=30)
    reverses = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="+", null=True, blank=True)
    # Of the form it came from: sent twice, it makes one proposal.
    form_key = models.CharField(max_length=20, blank=True, editable=False)

    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.PROPOSED, editable=False)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    proposed_at = models.DateTimeField(editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.CharField(max_length=300, blank=True, editable=False)
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="proposal", null=True, editable=False)

    class Meta:
        verbose_name = _("forslag til utbetaling")
        verbose_name_plural = _("forslag til utbetaling")
        ordering = ["-id"]
        indexes = [
            # What waits for approval, few among all there have been.
            models.Index(fields=["sub_project", "id"], condition=Q(state="proposed"), name="waiting_proposals"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="proposal_is_money"),
            models.CheckConstraint(condition=~Q(use=SpendingUse.PAY), name="proposal_is_no_pay"),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.APPROVED)
                | Q(decided_by__isnull=False, entry__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="proposer_does_not_approve",
                violation_error_message=_("Den som foreslår en utbetaling, kan ikke godkjenne den."),
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED, decided_at=None, decided_by=None)
                | ~Q(state=ProposalState.PROPOSED) & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="decided_proposal_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.REFUSED) | ~Q(decision_reason=""), name="refused_proposal_says_why"
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.PAYMENT, reverses=None) | Q(kind=EntryKind.REVERSAL, reverses__isnull=False),
                name="proposal_kind_agrees_with_what_it_reverses",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(state=ProposalState.PROPOSED),
                name="one_reversal_waits",
                violation_error_message=_("Det ligger allerede et forslag om å tilbakeføre denne utbetalingen."),
            ),
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="proposal_form_key_unique"),
        ]

    def __str__(self) -> str:
        return self.purpose


def month_of(day: datetime.date) -> datetime.date:
    """The first day of a day's month."""
    return day.replace(day=1)
