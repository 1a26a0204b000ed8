from django.db import migrations

from organisation.schema import AppendOnly, Audited


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial"), ("organisation", "0003_audit")]
    operations = [
        *(Audited(f"reporting_{table}") for table in ("reportround", "contribution", "goalsummary", "report")),
        AppendOnly("reporting_frozenround"),
    ]
