"""A budget is not overwritten unseen, and no children are counted twice in a unit's grants of a scheme."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0009_judging")]
    operations = [
        migrations.AddField("funding", "version", models.PositiveIntegerField(default=1, editable=False)),
        migrations.AddConstraint(
            "fundedmeasure",
            models.UniqueConstraint(
                fields=["reporting_unit", "scheme", "children_target"], name="children_counted_once"
            ),
        ),
    ]
