"""What is said yes to stays as it was said, and the case holder hears of it before it runs out."""

from pathlib import Path

from django.db import migrations, models

from organisation.schema import APP_ROLE

FUNCTIONS = (Path(__file__).parents[1] / "sql" / "consent.sql").read_text(encoding="utf-8")
EXPIRING = "povertyplan_expiring_consents(date, date)"
NEW = "povertyplan_consent_is_new()"
STAYS = "povertyplan_consent_stays_withdrawn()"


class Migration(migrations.Migration):
    dependencies = [("families", "0005_case")]
    operations = [
        migrations.AlterField(
            "needrating",
            "value",
            models.PositiveSmallIntegerField(
                choices=[(1, "Veldig vanskelig"), (2, "Vanskelig"), (3, "Både og"), (4, "Bra"), (5, "Veldig bra")],
                verbose_name="slik er det nå",
            ),
        ),
        migrations.RunSQL(
            f"""
            -- Of the database alone: no field of the model's, and written by its default. Restored rows keep theirs.
            ALTER TABLE families_consent ADD COLUMN made_in bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint;
            {FUNCTIONS}
            REVOKE ALL ON FUNCTION {EXPIRING}, {NEW}, {STAYS} FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION {EXPIRING} TO {APP_ROLE};
            REVOKE UPDATE ON families_consentservice FROM {APP_ROLE};
            """,
            f"""
            GRANT UPDATE ON families_consentservice TO {APP_ROLE};
            DROP TRIGGER consent_is_new ON families_consentservice;
            DROP TRIGGER consent_stays_withdrawn ON families_consent;
            DROP FUNCTION {EXPIRING}, {NEW}, {STAYS};
            ALTER TABLE families_consent DROP COLUMN made_in;
            """,
        ),
    ]
