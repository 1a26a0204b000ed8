from django.db import migrations

from organisation.schema import AppendOnly, Audited

AUDITED = (
    "application", "applicationpartner", "awardgoal", "awardletter", "budgetline", "call", "closingreport",
    "conflictofinterest", "criterion", "goaljudgement", "instalment", "jurymember", "jurymember_connected_units",
    "lesson", "partneranswer", "paymentproposal", "recurringpayment", "relationalrating", "review", "score",
    "scoresheet", "signature", "subproject", "subproject_zones", "subprojectpartner",
)  # fmt: skip
APPEND_ONLY = ("ledgerentry", "outcome", "placement", "subprojectstatechange")


class Migration(migrations.Migration):
    dependencies = [("grants", "0002_ledger"), ("organisation", "0003_audit")]
    operations = [
        *(Audited(f"grants_{name}") for name in AUDITED),
        # What somebody said is erased when the consent is withdrawn; the log must not keep it.
        Audited("grants_quote", without=("text", "said_by", "consent_note")),
        *(AppendOnly(f"grants_{name}") for name in APPEND_ONLY),
    ]
