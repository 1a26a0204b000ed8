"""Comments, who was told of them, and their files."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import organisation.models.base
from organisation.schema import AppendOnly, Audited, NoIdentityNumbers, WriteOnce
from organisation.schema_municipality import MunicipalityKey, OfMunicipality, SameMunicipality, Separated

# A comment is about a row of its own municipality, and answers a comment on the same row that is no answer itself.
ABOUT = """
CREATE FUNCTION organisation_comment_about() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE id = $1 AND municipality_id = $2)', NEW.table_name)
       INTO found USING NEW.row_id, NEW.municipality_id;
    IF NOT found THEN
        RAISE EXCEPTION 'a comment is about a row of its own municipality'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'comment_about_own_row';
    END IF;
    IF NEW.answers_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.organisation_comment c
         WHERE c.id = NEW.answers_id AND c.answers_id IS NULL
           AND c.table_name = NEW.table_name AND c.row_id = NEW.row_id
    ) THEN
        RAISE EXCEPTION 'an answer belongs to a comment on the same row that is no answer'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'answer_to_a_comment';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER about BEFORE INSERT ON organisation_comment
FOR EACH ROW EXECUTE FUNCTION organisation_comment_about();
"""
ABOUT_BACK = """
DROP TRIGGER about ON organisation_comment;
DROP FUNCTION organisation_comment_about();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0018_one_mail_a_day"),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=organisation.models.base.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("table_name", models.CharField(editable=False, max_length=63)),
                ("row_id", models.BigIntegerField(editable=False)),
                ("text", models.TextField(verbose_name="kommentar")),
                ("form_key", models.CharField(blank=True, editable=False, max_length=20)),
                ("written_at", models.DateTimeField(editable=False)),
                ("corrected_at", models.DateTimeField(editable=False, null=True)),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
                (
                    "answers",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="organisation.comment",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.municipality"
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "kommentar",
                "verbose_name_plural": "kommentarer",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CommentFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=organisation.models.base.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                ("file", models.FileField(max_length=200, upload_to="comments/%Y/")),
                ("name", models.CharField(help_text="The name the user's file had.", max_length=200)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="organisation.comment"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CommentMention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mentions", to="organisation.comment"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["table_name", "row_id", "-id"], name="comments_of_row"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["table_name", "row_id", "-written_at", "-id"], name="comments_in_activity"),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="comment_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="withdrawn_comment_says_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("form_key", ""), _negated=True),
                fields=("form_key",),
                name="comment_form_key_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="commentmention",
            constraint=models.UniqueConstraint(fields=("comment", "user"), name="mentioned_once"),
        ),
        migrations.RunSQL(ABOUT, ABOUT_BACK),
        MunicipalityKey("organisation_comment"),
        SameMunicipality("organisation_comment", "answers_id", "organisation_comment"),
        Audited("organisation_comment", without=("form_key",)),
        WriteOnce("organisation_comment", ("text", "version", "corrected_at", "withdrawn_at", "withdrawn_by_id")),
        NoIdentityNumbers("organisation_comment", ("text",)),
        Separated("organisation_comment"),
        OfMunicipality("organisation_commentfile", "comment_id", "organisation_comment"),
        AppendOnly("organisation_commentfile"),
        Separated("organisation_commentfile"),
        OfMunicipality("organisation_commentmention", "comment_id", "organisation_comment"),
        AppendOnly("organisation_commentmention"),
        Separated("organisation_commentmention"),
    ]
