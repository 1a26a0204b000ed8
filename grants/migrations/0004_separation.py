"""Every row of a call or a sub-project belongs to its municipality, and points to none of another's."""

from django.db import migrations

from organisation.schema_municipality import MunicipalityKey, OfMunicipality, SameMunicipality

# Which row says whose a row is. Above a row stands what it is taken from.
OF = (
    ("criterion", "call_id", "call"),
    ("application", "call_id", "call"),
    ("applicationpartner", "application_id", "application"),
    ("budgetline", "application_id", "application"),
    ("jurymember", "call_id", "call"),
    ("jurymember_connected_units", "jurymember_id", "jurymember"),
    ("conflictofinterest", "member_id", "jurymember"),
    ("scoresheet", "member_id", "jurymember"),
    ("score", "sheet_id", "scoresheet"),
    ("placement", "application_id", "application"),
    ("subproject_zones", "subproject_id", "subproject"),
    ("subprojectpartner", "sub_project_id", "subproject"),
    ("subprojectstatechange", "sub_project_id", "subproject"),
    ("recurringpayment", "sub_project_id", "subproject"),
    ("ledgerentry", "sub_project_id", "subproject"),
    ("paymentproposal", "sub_project_id", "subproject"),
    ("outcome", "sub_project_id", "subproject"),
    ("lesson", "sub_project_id", "subproject"),
    ("quote", "sub_project_id", "subproject"),
    ("awardletter", "sub_project_id", "subproject"),
    ("awardgoal", "letter_id", "awardletter"),
    ("instalment", "letter_id", "awardletter"),
    ("signature", "letter_id", "awardletter"),
    ("relationalrating", "sub_project_id", "subproject"),
    ("review", "sub_project_id", "subproject"),
    ("goaljudgement", "review_id", "review"),
    ("partneranswer", "review_id", "review"),
    ("closingreport", "sub_project_id", "subproject"),
)
# What other rows point to.
POINTED_TO = {
    "criterion", "application", "jurymember", "scoresheet", "subprojectpartner", "recurringpayment", "ledgerentry",
    "outcome", "awardletter", "awardgoal", "review",
}  # fmt: skip
SAME = (
    ("call", "protocol_id", "organisation_document"),
    ("application", "responsible_unit_id", "organisation_unit"),
    ("applicationpartner", "unit_id", "organisation_unit"),
    ("jurymember_connected_units", "unit_id", "organisation_unit"),
    ("conflictofinterest", "application_id", "grants_application"),
    ("scoresheet", "application_id", "grants_application"),
    ("score", "criterion_id", "grants_criterion"),
    ("subproject", "call_id", "grants_call"),
    ("subproject", "application_id", "grants_application"),
    ("subproject", "measure_id", "measures_measure"),
    ("subproject_zones", "livingconditionzone_id", "organisation_livingconditionzone"),
    ("subprojectpartner", "unit_id", "organisation_unit"),
    ("ledgerentry", "reverses_id", "grants_ledgerentry"),
    ("ledgerentry", "recurring_id", "grants_recurringpayment"),
    ("paymentproposal", "reverses_id", "grants_ledgerentry"),
    ("paymentproposal", "entry_id", "grants_ledgerentry"),
    ("outcome", "corrects_id", "grants_outcome"),
    ("awardletter", "document_id", "organisation_document"),
    ("awardgoal", "log_target_id", "measures_target"),
    ("signature", "partner_id", "grants_subprojectpartner"),
    ("relationalrating", "rater_id", "grants_subprojectpartner"),
    ("relationalrating", "rated_id", "grants_subprojectpartner"),
    ("review", "letter_id", "grants_awardletter"),
    ("goaljudgement", "goal_id", "grants_awardgoal"),
    ("partneranswer", "partner_id", "grants_subprojectpartner"),
)
DOCUMENTS = """
SELECT set_config('povertyplan.action', 'migrate.separation', true);
UPDATE organisation_document SET municipality_id = grants_call.municipality_id
    FROM grants_call WHERE grants_call.protocol_id = organisation_document.id;
UPDATE organisation_document SET municipality_id = grants_awardletter.municipality_id
    FROM grants_awardletter WHERE grants_awardletter.document_id = organisation_document.id;
SELECT set_config('povertyplan.action', '', true);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


def of_municipality():
    for name, column, parent in OF:
        yield OfMunicipality(f"grants_{name}", column, f"grants_{parent}")
        if name in POINTED_TO:
            yield MunicipalityKey(f"grants_{name}")


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0003_audit"),
        ("measures", "0003_separation"),
        ("organisation", "0012_separation"),
    ]
    operations = [
        MunicipalityKey("grants_call"),
        MunicipalityKey("grants_subproject"),
        *of_municipality(),
        migrations.RunSQL(DOCUMENTS, migrations.RunSQL.noop),
        *(SameMunicipality(f"grants_{name}", column, other) for name, column, other in SAME),
    ]
