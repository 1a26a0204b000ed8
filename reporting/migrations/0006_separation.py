"""Every row of a round belongs to the plan's municipality, and points to none of another's."""

from django.db import migrations

from organisation.schema_municipality import MunicipalityKey, OfMunicipality, SameMunicipality

DOCUMENTS = """
SELECT set_config('povertyplan.action', 'migrate.separation', true);
UPDATE organisation_document SET municipality_id = reporting_report.municipality_id
    FROM reporting_report WHERE reporting_report.document_id = organisation_document.id;
SELECT set_config('povertyplan.action', '', true);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0005_family_release"),
        ("measures", "0003_separation"),
        ("grants", "0004_separation"),
        ("organisation", "0012_separation"),
    ]
    operations = [
        OfMunicipality("reporting_reportround", "plan_id", "measures_plan"),
        MunicipalityKey("reporting_reportround"),
        OfMunicipality("reporting_contribution", "round_id", "reporting_reportround"),
        OfMunicipality("reporting_goalsummary", "round_id", "reporting_reportround"),
        OfMunicipality("reporting_frozenround", "round_id", "reporting_reportround"),
        MunicipalityKey("reporting_frozenround"),
        OfMunicipality("reporting_report", "frozen_id", "reporting_frozenround"),
        MunicipalityKey("reporting_familyrelease"),
        OfMunicipality("reporting_familyfigure", "release_id", "reporting_familyrelease"),
        migrations.RunSQL(DOCUMENTS, migrations.RunSQL.noop),
        SameMunicipality("reporting_contribution", "measure_id", "measures_measure"),
        SameMunicipality("reporting_goalsummary", "goal_id", "measures_goal"),
        SameMunicipality("reporting_report", "document_id", "organisation_document"),
        SameMunicipality("reporting_familyfigure", "sub_project_id", "grants_subproject"),
    ]
