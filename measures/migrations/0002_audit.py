from django.db import migrations

from organisation.schema import AppendOnly, Audited


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_initial"), ("organisation", "0003_audit")]
    operations = [
        *(
            Audited(f"measures_{table}")
            for table in (
                "plan", "plan_zones", "mainaim", "lifearea", "closedperiod", "goal", "indicatortable", "indicator",
                "observation", "measure", "measure_goals", "measure_partners", "measure_zones", "measure_life_areas",
                "target", "measurefate",
            )
        ),
        # Their rows are their own history.
        *(AppendOnly(f"measures_{table}") for table in ("logentry", "logfigure", "attachment", "statechange")),
    ]  # fmt: skip
