from django.db import migrations

from organisation.schema_municipality import Separated

TABLES = (
    "call", "criterion", "application", "applicationpartner", "budgetline", "jurymember", "jurymember_connected_units",
    "conflictofinterest", "scoresheet", "score", "placement", "subproject", "subproject_zones", "subprojectpartner",
    "subprojectstatechange", "recurringpayment", "ledgerentry", "paymentproposal", "outcome", "lesson", "quote",
    "awardletter", "awardgoal", "instalment", "signature", "relationalrating", "review", "goaljudgement",
    "partneranswer", "closingreport",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("grants", "0004_separation"), ("organisation", "0014_row_level_security")]
    operations = [Separated(f"grants_{name}") for name in TABLES]
