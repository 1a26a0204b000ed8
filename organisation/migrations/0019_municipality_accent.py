from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0018_one_mail_a_day")]
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
