from django.db import migrations, models

import organisation.models.base

# Each row of figures is its own so far; those that were carried over from a plan before have the name and place of theirs there.
SERIES = """
ALTER TABLE measures_indicator DISABLE TRIGGER USER;
UPDATE measures_indicator SET series = public_id;
ALTER TABLE measures_indicator ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("measures", "0004_row_level_security"), ("organisation", "0014_row_level_security")]
    operations = [
        migrations.AddField(
            model_name="indicator",
            name="counts_people",
            field=models.BooleanField(default=True, verbose_name="tallet gjelder personer eller familier"),
        ),
        migrations.AddField(
            model_name="target",
            name="counts_people",
            field=models.BooleanField(default=True, verbose_name="tallet gjelder personer eller familier"),
        ),
        migrations.AddField(
            model_name="indicator",
            name="series",
            field=models.CharField(default=organisation.models.base.new_public_id, editable=False, max_length=10),
        ),
        migrations.RunSQL(SERIES, migrations.RunSQL.noop),
    ]
