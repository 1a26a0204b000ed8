"""What is searched in the reading room, and what has been taken out for the archive."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from organisation.schema import AppendOnly, Audited, ReadOnly
from organisation.schema_municipality import OfMunicipality, ReadWhenPublished, Separated

OF_VERSION = ("reporting_reportpassage", "reporting_reportexport")

# Both run as the owner: the application reads the words and nothing else.
WORDS = """
CREATE FUNCTION reporting_find_passage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
    INSERT INTO public.reporting_reportwords (passage_id, words)
        SELECT NEW.id, setweight(to_tsvector('norwegian', NEW.title), 'A') || setweight(to_tsvector('norwegian', NEW.text), 'B')
        FROM public.reporting_reportversion v WHERE v.id = NEW.report_version_id AND v.state = 'published';
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION reporting_find_passage() FROM PUBLIC;
CREATE TRIGGER find AFTER INSERT ON reporting_reportpassage FOR EACH ROW EXECUTE FUNCTION reporting_find_passage();

CREATE FUNCTION reporting_forget_withdrawn() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
    DELETE FROM public.reporting_reportwords w USING public.reporting_reportpassage p
        WHERE p.id = w.passage_id AND p.report_version_id = NEW.id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION reporting_forget_withdrawn() FROM PUBLIC;
CREATE TRIGGER forget AFTER UPDATE ON reporting_reportversion
FOR EACH ROW WHEN (NEW.state = 'withdrawn' AND OLD.state <> 'withdrawn') EXECUTE FUNCTION reporting_forget_withdrawn();
"""
WORDS_BACK = """
DROP TRIGGER forget ON reporting_reportversion;
DROP FUNCTION reporting_forget_withdrawn();
DROP TRIGGER find ON reporting_reportpassage;
DROP FUNCTION reporting_find_passage();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0012_schedule"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ReportExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to="reporting.reportversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "uttrekk til arkivet",
                "verbose_name_plural": "uttrekk til arkivet",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReportPassage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("anchor", models.CharField(blank=True, max_length=120)),
                ("title", models.CharField(max_length=300)),
                ("text", models.TextField(blank=True)),
                (
                    "report_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="reporting.reportversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "avsnitt i en rapport",
                "verbose_name_plural": "avsnitt i rapporter",
                "ordering": ["report_version", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("report_version", "position"), name="report_passage_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportWords",
            fields=[
                (
                    "passage",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="found_by",
                        serialize=False,
                        to="reporting.reportpassage",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["words"], name="report_words")],
            },
        ),
        *(OfMunicipality(table, "report_version_id", "reporting_reportversion") for table in OF_VERSION),
        *(Separated(table) for table in OF_VERSION),
        *(AppendOnly(table) for table in OF_VERSION),
        # The versions' own policies are asked inside.
        ReadWhenPublished(
            "reporting_reportpassage",
            "EXISTS (SELECT FROM reporting_reportversion v"
            " WHERE v.state = 'published' AND v.id = reporting_reportpassage.report_version_id)",
        ),
        migrations.RunSQL(WORDS, WORDS_BACK),
        ReadOnly("reporting_reportwords"),
        # Who took what out of the municipality's records stands in the log of changes too.
        Audited("reporting_reportexport"),
    ]
