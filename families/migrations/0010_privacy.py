"""Erasing purpose by purpose, numbers that survive it, and the functions behind retention and innsyn."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from organisation.schema import APP_ROLE

FUNCTIONS = (Path(__file__).parents[1] / "sql" / "privacy.sql").read_text(encoding="utf-8")
WOULD_EXPIRE = "povertyplan_would_expire(bigint, text, integer)"
INSIGHT_OF = "povertyplan_insight_of(bigint)"
EXPIRED = "povertyplan_expired()"
TRIGGERS = "povertyplan_closed_at(), povertyplan_in_force_from()"
PURPOSES = [
    ("follow_up", "Oppfølging av familien"),
    ("consent", "Dokumentasjon av samtykke"),
    ("support", "Dokumentasjon av støtte"),
    ("voice", "Familiens egne svar"),
]


class Migration(migrations.Migration):
    dependencies = [("families", "0006_consent")]
    operations = [
        migrations.AddField(
            "family",
            "erased",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=PURPOSES, max_length=10), default=list, editable=False,
                help_text="The purposes for which nothing is kept any more.", size=None,
            ),
        ),
        migrations.AddConstraint(
            "family",
            models.CheckConstraint(
                condition=models.Q(("erased", []), ("closed_on__isnull", False), _connector="OR"),
                name="nothing_is_erased_of_open_family",
            ),
        ),
        migrations.AlterField(
            "voiceanswer",
            "link",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="families.voicelink"
            ),
        ),
        migrations.RunSQL(
            f"""
            {FUNCTIONS}
            REVOKE ALL ON FUNCTION {EXPIRED}, {WOULD_EXPIRE}, {INSIGHT_OF}, {TRIGGERS} FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION {EXPIRED}, {WOULD_EXPIRE}, {INSIGHT_OF} TO {APP_ROLE};
            """,
            f"""
            DROP TRIGGER closed_at ON families_family;
            DROP TRIGGER in_force_from ON families_retentionrule;
            DROP FUNCTION {EXPIRED}, {WOULD_EXPIRE}, {INSIGHT_OF}, {TRIGGERS};
            """,
        ),
    ]  # fmt: skip
