import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import organisation.models.base
from organisation.schema import Audited, NoIdentityNumbers


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0016_search_words"),
        ("organisation", "0018_one_mail_a_day"),
    ]
    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=organisation.models.base.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=80, verbose_name="navn")),
                ("path", models.CharField(editable=False, max_length=200)),
                ("query", models.CharField(blank=True, editable=False, max_length=1000)),
                ("removed", models.BooleanField(default=False, editable=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "lagret visning",
                "verbose_name_plural": "lagrede visninger",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed", False)), fields=("user", "name"), name="saved_view_name_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("path__startswith", "/"), models.Q(("path__startswith", "//"), _negated=True)
                        ),
                        name="saved_view_is_inside",
                    ),
                ],
            },
        ),
        Audited("reporting_savedview"),
        NoIdentityNumbers("reporting_savedview", ("name", "query")),
    ]
