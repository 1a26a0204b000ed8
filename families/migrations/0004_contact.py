"""The caseworker's next steps, and forms that make one row however often they are sent."""

from pathlib import Path

from django.db import migrations, models

from organisation.schema import APP_ROLE

FUNCTION = (Path(__file__).parents[1] / "sql" / "next_steps.sql").read_text(encoding="utf-8")
SIGNATURE = "povertyplan_next_steps(bigint, integer)"
GRANT = f"""
REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {APP_ROLE};
"""


def form_key(model: str, name: str) -> list[migrations.operations.base.Operation]:
    return [
        migrations.AddField(model, "form_key", models.CharField(blank=True, editable=False, max_length=20, default="")),
        migrations.AlterField(model, "form_key", models.CharField(blank=True, editable=False, max_length=20)),
        migrations.AddConstraint(
            model,
            models.UniqueConstraint(
                condition=models.Q(("form_key", ""), _negated=True), fields=("form_key",), name=name
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("families", "0003_identity_numbers")]
    operations = [
        *form_key("support", "support_form_key_unique"),
        *form_key("familyoutcome", "family_outcome_form_key_unique"),
        migrations.RemoveConstraint("contact", "next_step_says_what"),
        migrations.AddConstraint(
            "contact",
            models.CheckConstraint(
                condition=models.Q(
                    ("next_on", None),
                    models.Q(("next_step", ""), _negated=True),
                    ("removed_at__isnull", False),
                    _connector="OR",
                ),
                name="next_step_says_what",
                violation_error_message="Skriv hva som er neste steg.",
            ),
        ),
        migrations.AddIndex(
            "contact",
            models.Index(
                fields=["family", "unit"],
                condition=models.Q(
                    models.Q(("next_step", ""), _negated=True), ("done_on", None), ("removed_at", None)
                ),
                name="open_next_steps",
            ),
        ),
        migrations.RunSQL(FUNCTION + GRANT, f"DROP FUNCTION {SIGNATURE};"),
    ]  # fmt: skip
