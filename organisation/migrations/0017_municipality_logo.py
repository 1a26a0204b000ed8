import django.db.models.deletion
from django.db import migrations, models

from organisation.schema import Audited
from organisation.schema_municipality import Separated


class Migration(migrations.Migration):
    dependencies = [("organisation", "0016_national_document_jobs")]
    operations = [
        migrations.CreateModel(
            name="MunicipalityLogo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("image", models.BinaryField()),
                (
                    "content_type",
                    models.CharField(choices=[("image/png", "PNG"), ("image/jpeg", "JPEG")], max_length=20),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveSmallIntegerField(help_text="Pixels.")),
                ("height", models.PositiveSmallIntegerField(help_text="Pixels.")),
                (
                    "municipality",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="logo",
                        to="organisation.municipality",
                    ),
                ),
            ],
            options={"verbose_name": "logo", "verbose_name_plural": "logoer"},
        ),
        Audited("organisation_municipalitylogo", without=("image",)),
        Separated("organisation_municipalitylogo"),
    ]
