from django.db import migrations

from organisation.schema_municipality import ReadWhenPublished, Separated

TABLES = (
    "plan", "plan_zones", "mainaim", "lifearea", "closedperiod", "goal", "indicatortable", "indicator", "observation",
    "measure", "measure_goals", "measure_partners", "measure_zones", "measure_life_areas", "statechange", "target",
    "measurefate", "attachment", "logentry", "logfigure",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("measures", "0003_separation"), ("organisation", "0014_row_level_security")]
    operations = [
        *(Separated(f"measures_{name}") for name in TABLES),
        # A report shows the name of its plan.
        ReadWhenPublished("measures_plan", "state <> 'draft'"),
    ]
