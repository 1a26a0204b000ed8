"""What a family has said stays as it was said, and a link is written once but for its end."""

from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from organisation.schema import APP_ROLE, WriteOnce

LANGUAGES = ["nb", "nn", "en", "ar", "uk", "pl"]
HELPFUL = ["yes", "partly", "no", "unsure"]


def check(model: str, condition: object, name: str) -> migrations.AddConstraint:
    return migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))


class Migration(migrations.Migration):
    dependencies = [("families", "0010_privacy")]
    operations = [
        check("voicelink", models.Q(("language__in", LANGUAGES)), "voice_link_in_a_language"),
        check("voiceanswer", models.Q(("helpful__in", HELPFUL)), "voice_answer_is_one_of_four"),
        check("voiceanswer", models.Q(("language__in", LANGUAGES)), "voice_answer_in_a_language"),
        check("voiceanswer", LessThanOrEqual(Length("matters"), 1000), "voice_answer_has_some_words_only"),
        # That it was used is written by the function that takes the answer, and by nobody else.
        WriteOnce("families_voicelink", but=("revoked_at",)),
        migrations.RunSQL(
            f"""
            GRANT DELETE ON families_voicelink TO {APP_ROLE};
            -- Changed by the system alone, when it is erased: nobody corrects a family's words.
            CREATE POLICY spoken ON families_voiceanswer AS RESTRICTIVE FOR UPDATE TO {APP_ROLE}
                USING (povertyplan_reader() IS NULL);
            """,
            "DROP POLICY spoken ON families_voiceanswer;",
        ),
    ]
