from django.db import migrations, models


class Migration(migrations.Migration):
    """Also those who have used the product before may read what is new on their first page; they close it once."""

    dependencies = [("organisation", "0019_comments")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="hint_closed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
