from django.db import migrations

from organisation.schema_municipality import ReadWhenPublished, Separated

TABLES = ("reportround", "contribution", "goalsummary", "frozenround", "report", "familyrelease", "familyfigure")
PUBLISHED = "EXISTS (SELECT FROM reporting_report r WHERE r.published_at IS NOT NULL AND "


class Migration(migrations.Migration):
    dependencies = [("reporting", "0006_separation"), ("organisation", "0014_row_level_security")]
    operations = [
        *(Separated(f"reporting_{name}") for name in TABLES),
        ReadWhenPublished("reporting_report", "published_at IS NOT NULL"),
        ReadWhenPublished("reporting_frozenround", PUBLISHED + "r.frozen_id = reporting_frozenround.id)"),
        # The one that such a report was frozen of: the frozen copy's own policies are asked inside.
        ReadWhenPublished(
            "reporting_reportround",
            "EXISTS (SELECT FROM reporting_frozenround f WHERE f.round_id = reporting_reportround.id)",
        ),
        ReadWhenPublished("organisation_document", PUBLISHED + "r.document_id = organisation_document.id)"),
    ]
