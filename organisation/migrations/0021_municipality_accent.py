from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0020_first_hint")]
    operations = [
        migrations.AddField(
            model_name="municipality",
            name="accent",
            field=models.CharField(
                choices=[("blue", "Blå"), ("green", "Grønn"), ("purple", "Lilla"), ("grey", "Grå")],
                default="blue",
                max_length=10,
                verbose_name="farge",
            ),
        ),
    ]
