"""A form makes one family, one person and one participation, however often it is sent."""

from django.db import migrations, models


def form_key(model: str, name: str, **by_itself: str) -> list[migrations.operations.base.Operation]:
    column = {"blank": True, "editable": False, "max_length": 20}
    return [
        migrations.AddField(model, "form_key", models.CharField(**column, **({"default": ""} | by_itself))),
        migrations.AlterField(model, "form_key", models.CharField(**column, **by_itself)),
        migrations.AddConstraint(
            model,
            models.UniqueConstraint(
                condition=models.Q(("form_key", ""), _negated=True), fields=("form_key",), name=name
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("families", "0011_voice")]
    operations = [
        *form_key("member", "member_form_key_unique"),
        *form_key("participation", "participation_form_key_unique"),
        # The database's own functions make such rows too, without a form.
        *form_key("teammember", "team_form_key_unique", default="", db_default=""),
    ]
