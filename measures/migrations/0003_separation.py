"""Every row of a plan belongs to the plan's municipality, and points to none of another's."""

import django.db.models.deletion
from django.db import migrations, models

from organisation.schema_municipality import MunicipalityKey, OfMunicipality, SameMunicipality

# Which row says whose a row is. Above a row stands what it is taken from.
OF = (
    ("plan_zones", "plan_id", "plan"),
    ("mainaim", "plan_id", "plan"),
    ("lifearea", "plan_id", "plan"),
    ("closedperiod", "plan_id", "plan"),
    ("goal", "plan_id", "plan"),
    ("indicatortable", "plan_id", "plan"),
    ("indicator", "table_id", "indicatortable"),
    ("observation", "indicator_id", "indicator"),
    ("measure", "plan_id", "plan"),
    ("measure_goals", "measure_id", "measure"),
    ("measure_partners", "measure_id", "measure"),
    ("measure_zones", "measure_id", "measure"),
    ("measure_life_areas", "measure_id", "measure"),
    ("statechange", "measure_id", "measure"),
    ("target", "measure_id", "measure"),
    ("measurefate", "measure_id", "measure"),
    ("logentry", "measure_id", "measure"),
    ("logfigure", "entry_id", "logentry"),
)
# What other rows point to.
POINTED_TO = {"goal", "indicatortable", "indicator", "lifearea", "measure", "target", "logentry"}
SAME = (
    ("plan_zones", "livingconditionzone_id", "organisation_livingconditionzone"),
    ("plan", "revises_id", "measures_plan"),
    ("goal", "parent_id", "measures_goal"),
    ("indicatortable", "goal_id", "measures_goal"),
    ("measure", "responsible_unit_id", "organisation_unit"),
    ("measure_goals", "goal_id", "measures_goal"),
    ("measure_partners", "unit_id", "organisation_unit"),
    ("measure_zones", "livingconditionzone_id", "organisation_livingconditionzone"),
    ("measure_life_areas", "lifearea_id", "measures_lifearea"),
    ("measurefate", "successor_id", "measures_measure"),
    ("logentry", "corrects_id", "measures_logentry"),
    ("logentry", "attachment_id", "measures_attachment"),
    ("logfigure", "target_id", "measures_target"),
)
# An attachment is stored with its entry, in one transaction: there is none without.
ATTACHMENTS = """
UPDATE measures_attachment SET municipality_id = entry.municipality_id
    FROM measures_logentry entry WHERE entry.attachment_id = measures_attachment.id;
-- Foreign keys are checked at the end of a transaction; a table with checks to come can't be altered.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


def municipality(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.municipality", **options
    )


def of_municipality():
    for name, column, parent in OF:
        yield OfMunicipality(f"measures_{name}", column, f"measures_{parent}")
        if name in POINTED_TO:
            yield MunicipalityKey(f"measures_{name}")


class Migration(migrations.Migration):
    dependencies = [("measures", "0002_audit"), ("organisation", "0012_separation")]
    operations = [
        MunicipalityKey("measures_plan"),
        *of_municipality(),
        migrations.AddField(model_name="attachment", name="municipality", field=municipality(null=True)),
        migrations.RunSQL(ATTACHMENTS, migrations.RunSQL.noop),
        migrations.AlterField(model_name="attachment", name="municipality", field=municipality()),
        MunicipalityKey("measures_attachment"),
        *(SameMunicipality(f"measures_{name}", column, other) for name, column, other in SAME),
    ]
