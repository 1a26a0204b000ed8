"""One mail per person and day, in place of one per notice; and each person says how often, and about what.

What waited becomes part of the next mail. What was sent stays sent: the mails of one person and day become one row. What had
failed is one row for each person, unless something has come through to her since; then it waits for the next mail.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

# The type of the column changes, no row is written: nobody has changed her choice, so the log has nothing to tell.
CHOICE_BECOMES_RHYTHM = """
    ALTER TABLE organisation_user RENAME COLUMN wants_mail TO mail_rhythm;
    ALTER TABLE organisation_user ALTER COLUMN mail_rhythm TYPE varchar(10)
        USING CASE WHEN mail_rhythm THEN 'daily' ELSE 'never' END;
"""
RHYTHM_BECOMES_CHOICE = """
    ALTER TABLE organisation_user ALTER COLUMN mail_rhythm TYPE boolean USING mail_rhythm <> 'never';
    ALTER TABLE organisation_user RENAME COLUMN mail_rhythm TO wants_mail;
"""
TO_ONE_A_DAY = """
    UPDATE organisation_outgoingmail m
       SET user_id = n.user_id, day = (coalesce(m.sent_at, m.next_attempt_at) AT TIME ZONE 'Europe/Oslo')::date
      FROM organisation_notice n WHERE n.id = m.notice_id;

    UPDATE organisation_notice n SET mail_id = kept.id
      FROM (
          SELECT notice_id, min(id) OVER (PARTITION BY user_id, day) AS id
            FROM organisation_outgoingmail WHERE state = 'sent'
      ) kept
     WHERE kept.notice_id = n.id;

    UPDATE organisation_notice n SET mail_id = newest.id
      FROM (
          SELECT notice_id, user_id, first_value(id) OVER w AS id, first_value(day) OVER w AS day
            FROM organisation_outgoingmail WHERE state = 'failed' WINDOW w AS (PARTITION BY user_id ORDER BY day DESC, id DESC)
      ) newest
     WHERE newest.notice_id = n.id AND NOT EXISTS (
         SELECT FROM organisation_outgoingmail s
          WHERE s.user_id = newest.user_id AND s.state = 'sent' AND s.day >= newest.day
     );

    UPDATE organisation_notice n SET awaits_mail = true
      FROM organisation_outgoingmail m
     WHERE m.notice_id = n.id AND m.state IN ('queued', 'failed') AND n.mail_id IS NULL AND n.read_at IS NULL;

    DELETE FROM organisation_outgoingmail m WHERE NOT EXISTS (SELECT FROM organisation_notice n WHERE n.mail_id = m.id);
    UPDATE organisation_outgoingmail SET failure = 'refused' WHERE state = 'failed';
    SET CONSTRAINTS ALL IMMEDIATE;
"""
TO_ONE_EACH = """
    INSERT INTO organisation_outgoingmail (notice_id, state, failure, token, attempts, next_attempt_at, sent_at)
    SELECT n.id, m.state, '', m.token, m.attempts, m.next_attempt_at, m.sent_at
      FROM organisation_notice n JOIN organisation_outgoingmail m ON m.id = n.mail_id
    UNION ALL
    SELECT n.id, 'queued', '', 0, 0, now(), NULL FROM organisation_notice n WHERE n.awaits_mail;
    UPDATE organisation_notice SET mail_id = NULL, awaits_mail = false;
    DELETE FROM organisation_outgoingmail WHERE notice_id IS NULL;
    SET CONSTRAINTS ALL IMMEDIATE;
"""
RHYTHMS = [("daily", "Hver dag jeg har fått noe nytt"), ("weekly", "Hver mandag, samlet for uka"), ("never", "Aldri")]
FAILURES = [
    ("address", "E-posttjeneren tok ikke imot adressen."),
    ("refused", "E-posttjeneren tok ikke imot e-posten."),
    ("interrupted", "Sendingen ble avbrutt hver gang."),
]


class Migration(migrations.Migration):
    dependencies = [("organisation", "0017_municipality_logo")]
    operations = [
        migrations.RunSQL(
            CHOICE_BECOMES_RHYTHM,
            RHYTHM_BECOMES_CHOICE,
            state_operations=[
                migrations.RemoveField("user", "wants_mail"),
                migrations.AddField(
                    "user",
                    "mail_rhythm",
                    models.CharField(choices=RHYTHMS, default="daily", max_length=10, verbose_name="varsler på e-post"),
                ),
            ],
        ),
        migrations.AddField(
            "user",
            "muted_mail_groups",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, default=list, editable=False, size=None
            ),
        ),
        migrations.AlterField(
            "outgoingmail",
            "notice",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisation.notice"
            ),
        ),
        migrations.AddField("notice", "awaits_mail", models.BooleanField(db_default=False, default=False)),
        migrations.AddField(
            "notice",
            "mail",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="notices",
                to="organisation.outgoingmail",
            ),
        ),
        migrations.AddField(
            "outgoingmail",
            "user",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mails",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("outgoingmail", "day", models.DateField(null=True)),
        migrations.AddField(
            "outgoingmail",
            "message_id",
            models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.AddField("outgoingmail", "failure", models.CharField(blank=True, choices=FAILURES, max_length=12)),
        migrations.RunSQL(TO_ONE_A_DAY, TO_ONE_EACH),
        migrations.AlterField(
            "outgoingmail",
            "user",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="mails", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField("outgoingmail", "day", models.DateField()),
        migrations.RemoveField("outgoingmail", "notice"),
        migrations.AddIndex(
            "notice",
            models.Index(condition=Q(awaits_mail=True), fields=["user", "made_at"], name="notices_awaiting_mail"),
        ),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(condition=Q(awaits_mail=False) | Q(mail=None), name="notice_in_a_mail_awaits_none"),
        ),
        migrations.AddConstraint(
            "outgoingmail", models.UniqueConstraint(fields=("user", "day"), name="one_mail_per_user_and_day")
        ),
        migrations.AddConstraint(
            "outgoingmail",
            models.UniqueConstraint(
                condition=Q(state__in=["queued", "failed"]), fields=("user",), name="one_mail_waits_per_user"
            ),
        ),
        migrations.AddConstraint(
            "outgoingmail",
            models.CheckConstraint(
                condition=Q(state="failed", failure__in=["address", "refused", "interrupted"])
                | (~Q(state="failed") & Q(failure="")),
                name="failed_mail_says_why",
            ),
        ),
    ]
