"""The calendar of rounds, and rounds that nobody but the calendar opened."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from organisation.schema import Audited
from organisation.schema_municipality import Separated


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0016_national_document_jobs"),
        ("reporting", "0011_resolutions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(
            model_name="reportround",
            name="opened_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="ReportSchedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("opens_rounds", models.BooleanField(default=True, verbose_name="åpne rundene av seg selv")),
                ("first_day", models.PositiveSmallIntegerField(default=1)),
                ("first_month", models.PositiveSmallIntegerField(default=6)),
                ("second_day", models.PositiveSmallIntegerField(default=1)),
                ("second_month", models.PositiveSmallIntegerField(default=12)),
                (
                    "deadline_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(180),
                        ],
                    ),
                ),
                ("reminds", models.BooleanField(default=True, verbose_name="send påminnelser om frister")),
                (
                    "days_before",
                    models.PositiveSmallIntegerField(
                        default=7,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                (
                    "days_after",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                (
                    "municipality",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_schedule",
                        to="organisation.municipality",
                    ),
                ),
            ],
            options={
                "verbose_name": "rundenes kalender",
                "verbose_name_plural": "rundenes kalendere",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_day__range", (1, 31)),
                            ("first_month__range", (1, 12)),
                            models.Q(
                                models.Q(("first_month__in", (4, 6, 9, 11)), _negated=True),
                                ("first_day__lte", 30),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("first_month", 2), _negated=True), ("first_day__lte", 28), _connector="OR"
                            ),
                        ),
                        name="first_round_opens_on_a_day",
                        violation_error_message="Velg en dag som finnes i måneden hvert år.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_day__range", (1, 31)),
                            ("second_month__range", (1, 12)),
                            models.Q(
                                models.Q(("second_month__in", (4, 6, 9, 11)), _negated=True),
                                ("second_day__lte", 30),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("second_month", 2), _negated=True), ("second_day__lte", 28), _connector="OR"
                            ),
                        ),
                        name="second_round_opens_on_a_day",
                        violation_error_message="Velg en dag som finnes i måneden hvert år.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_day", models.F("second_day")),
                            ("first_month", models.F("second_month")),
                            _negated=True,
                        ),
                        name="rounds_open_on_two_days",
                        violation_error_message="De to rundene kan ikke åpne samme dag.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("days_after__range", (1, 60)),
                            ("days_before__range", (1, 60)),
                            ("deadline_days__range", (1, 180)),
                        ),
                        name="schedule_counts_days",
                    ),
                ],
            },
        ),
        Audited("reporting_reportschedule"),
        Separated("reporting_reportschedule"),
    ]
