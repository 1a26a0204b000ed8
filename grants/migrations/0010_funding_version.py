from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0008_directorate_writes")]
    operations = [
        migrations.AddField("funding", "version", models.PositiveIntegerField(default=1, editable=False)),
    ]
