from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0010_log_chain")]
    operations = [
        migrations.AlterField(
            "readentry",
            "basis",
            models.CharField(
                choices=[
                    ("team", "I teamet til familien"),
                    ("emergency", "Nødtilgang"),
                    ("insight", "Innsyn på vegne av familien"),
                    ("retention", "Sletting når oppbevaringstiden er ute"),
                    ("control", "Leders kontroll av nødtilgang"),
                    ("denied", "Avvist"),
                ],
                max_length=10,
            ),
        ),
    ]
