"""The words that the one search box looks in, written by the database beside the rows, and asked by one function."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from organisation.schema import APP_ROLE

# Table: the kind, and the columns of the title, of what is as good as the title, and of the rest.
THINGS = {
    "measures_plan": ("plan", "title", "short_title,case_number", "description"),
    "measures_goal": ("mal", "title", "number", "aim,challenges"),
    "measures_measure": ("tiltak", "title", "", "note"),
    "grants_subproject": ("delprosjekt", "title", "", "note,target_group"),
    "grants_fundedmeasure": ("tilskuddstiltak", "title", "", "description"),
}


def columns(names: str) -> str:
    return f"concat_ws(' ', {', '.join(names.split(','))})" if names else "''"


def written(names: str) -> str:
    return ", ".join(name for name in names.split(",") if name)


# More than 50 000 characters of one text are not searched: a vector has an upper limit, and a row must be saved all the same.
WORDS = """
CREATE FUNCTION reporting_words(title text, more text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(
            to_tsvector('pg_catalog.norwegian', normalize(title || ' ' || more))
            || to_tsvector('pg_catalog.simple', normalize(title || ' ' || more)), 'A')
        || setweight(to_tsvector('pg_catalog.norwegian', normalize(left(body, 50000))), 'B')
$$;
REVOKE ALL ON FUNCTION reporting_words(text, text, text) FROM PUBLIC;
CREATE FUNCTION reporting_index_thing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    thing jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM public.reporting_thingwords WHERE kind = TG_ARGV[0] AND row_id = OLD.id;
        RETURN NULL;
    END IF;
    thing := to_jsonb(NEW);
    INSERT INTO public.reporting_thingwords AS w (kind, row_id, municipality_id, title, words)
    VALUES (
        TG_ARGV[0], NEW.id, NEW.municipality_id, lower(normalize(thing ->> TG_ARGV[1])),
        public.reporting_words(
            thing ->> TG_ARGV[1],
            coalesce((SELECT string_agg(thing ->> name, ' ') FROM unnest(string_to_array(TG_ARGV[2], ',')) name), ''),
            coalesce((SELECT string_agg(thing ->> name, ' ') FROM unnest(string_to_array(TG_ARGV[3], ',')) name), '')
        )
    )
    ON CONFLICT (kind, row_id) DO UPDATE SET title = excluded.title, words = excluded.words
    WHERE (w.title, w.words) IS DISTINCT FROM (excluded.title, excluded.words);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION reporting_index_thing() FROM PUBLIC;
CREATE FUNCTION reporting_index_log() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM public.reporting_logwords WHERE entry_id = OLD.id;
        RETURN NULL;
    END IF;
    IF NEW.corrects_id IS NOT NULL THEN
        DELETE FROM public.reporting_logwords WHERE entry_id = NEW.corrects_id;
    END IF;
    IF NOT NEW.withdrawn THEN
        INSERT INTO public.reporting_logwords (entry_id, municipality_id, happened_on, words)
        VALUES (NEW.id, NEW.municipality_id, NEW.happened_on,
                to_tsvector('pg_catalog.norwegian', normalize(left(NEW.text, 50000))));
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION reporting_index_log() FROM PUBLIC;
"""
WORDS += "".join(
    f"""
CREATE TRIGGER search_words AFTER INSERT OR DELETE OR UPDATE OF {written(",".join(names))} ON {table}
FOR EACH ROW EXECUTE FUNCTION reporting_index_thing('{kind}', {", ".join(f"'{name}'" for name in names)});
INSERT INTO reporting_thingwords (kind, row_id, municipality_id, title, words)
    SELECT '{kind}', id, municipality_id, lower(normalize(title)),
        reporting_words({names[0]}, {columns(names[1])}, {columns(names[2])}) FROM {table};
"""
    for table, (kind, *names) in THINGS.items()
)
WORDS += """
CREATE TRIGGER search_words AFTER INSERT OR DELETE ON measures_logentry
FOR EACH ROW EXECUTE FUNCTION reporting_index_log();
INSERT INTO reporting_logwords (entry_id, municipality_id, happened_on, words)
    SELECT id, municipality_id, happened_on, to_tsvector('pg_catalog.norwegian', normalize(left(text, 50000)))
    FROM measures_logentry e
    WHERE NOT withdrawn AND NOT EXISTS (SELECT FROM measures_logentry c WHERE c.corrects_id = e.id);
"""
WORDS_BACK = (
    "".join(f"DROP TRIGGER search_words ON {table};\n" for table in (*THINGS, "measures_logentry"))
    + """
DROP FUNCTION reporting_index_log();
DROP FUNCTION reporting_index_thing();
DROP FUNCTION reporting_words(text, text, text);
"""
)

# Runs as the owner of the words, and asks before anything else whose words the connection may be shown. `most` of each
# kind. Things: the very title first, then titles that begin so, then by rank, among 2000 of a kind at most; planned for
# each kind by itself, since some are rare and others are not. Entries: the newest first. A word that stands in very many
# entries has its hits among the newest, one that doesn't is found by the index; the planner, who can't know which it is,
# may read a million entries for nothing.
FIND = f"""
CREATE FUNCTION reporting_find(asked tsquery, typed text, kinds text[], towns bigint[], most integer)
RETURNS TABLE (kind text, row_id bigint, place bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    shown bigint[] := ARRAY(SELECT t FROM unnest(towns) t WHERE t = ANY (public.povertyplan_municipalities()));
    one text;
    town bigint;
    entries bigint[] := '{{}}';
    days date[] := '{{}}';
    more_entries bigint[];
    more_days date[];
BEGIN
    FOREACH one IN ARRAY kinds LOOP
        RETURN QUERY EXECUTE $things$
            SELECT $3, f.row_id, f.place FROM (
                SELECT w.row_id, row_number() OVER (
                    ORDER BY w.title = $2 DESC, starts_with(w.title, $2) DESC, ts_rank(w.words, $1, 1) DESC, w.row_id DESC
                ) AS place
                FROM public.reporting_thingwords w WHERE w.id IN (
                    (SELECT e.id FROM public.reporting_thingwords e
                     WHERE e.kind = $3 AND e.title = $2 AND e.municipality_id = ANY ($4) AND e.words @@ $1 LIMIT $5)
                    UNION ALL
                    (SELECT b.id FROM public.reporting_thingwords b
                     WHERE b.kind = $3 AND b.title ^@ $2 AND b.municipality_id = ANY ($4) AND b.words @@ $1 LIMIT $5)
                    UNION ALL
                    (SELECT o.id FROM public.reporting_thingwords o
                     WHERE o.words @@ $1 AND o.kind = $3 AND o.municipality_id = ANY ($4) LIMIT 2000)
                )
            ) f WHERE f.place <= $5 ORDER BY 3
        $things$ USING asked, typed, one, shown, most;
    END LOOP;
    IF NOT 'logg' = ANY (kinds) THEN RETURN; END IF;
    FOREACH town IN ARRAY shown LOOP
        EXECUTE $newest$
            SELECT array_agg(f.entry_id), array_agg(f.happened_on) FROM (
                SELECT n.entry_id, n.happened_on FROM (
                    SELECT w.entry_id, w.happened_on, w.words FROM public.reporting_logwords w
                    WHERE w.municipality_id = $2 ORDER BY w.happened_on DESC, w.entry_id DESC LIMIT 10000
                ) n WHERE n.words @@ $1 LIMIT $3
            ) f
        $newest$ INTO more_entries, more_days USING asked, town, most;
        IF coalesce(cardinality(more_entries), 0) < most THEN
            EXECUTE $all$
                WITH found AS MATERIALIZED (
                    SELECT w.entry_id, w.happened_on FROM public.reporting_logwords w
                    WHERE w.words @@ $1 AND w.municipality_id = $2
                )
                SELECT array_agg(f.entry_id), array_agg(f.happened_on) FROM (
                    SELECT * FROM found ORDER BY happened_on DESC, entry_id DESC LIMIT $3
                ) f
            $all$ INTO more_entries, more_days USING asked, town, most;
        END IF;
        entries := entries || more_entries;
        days := days || more_days;
    END LOOP;
    RETURN QUERY SELECT 'logg'::text, e.id, row_number() OVER (ORDER BY e.day DESC, e.id DESC)
        FROM unnest(entries, days) AS e (id, day) ORDER BY e.day DESC, e.id DESC LIMIT most;
END $$;
REVOKE ALL ON FUNCTION reporting_find(tsquery, text, text[], bigint[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reporting_find(tsquery, text, text[], bigint[], integer) TO {APP_ROLE};
REVOKE ALL ON reporting_thingwords, reporting_logwords FROM {APP_ROLE};
"""
FIND_BACK = f"""
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting_thingwords, reporting_logwords TO {APP_ROLE};
DROP FUNCTION reporting_find(tsquery, text, text[], bigint[], integer);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0018_one_mail_a_day"),
        ("measures", "0005_counts_people"),
        ("grants", "0011_published_figures_are_the_directorates"),
        ("reporting", "0015_throw_away_first_draft"),
    ]
    operations = [
        migrations.CreateModel(
            name="LogWords",
            fields=[
                ("entry_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("happened_on", models.DateField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="organisation.municipality",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["words"], name="log_words"),
                    models.Index(fields=["municipality", "-happened_on", "-entry_id"], name="log_words_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThingWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("familie", "Familier"),
                            ("plan", "Planer"),
                            ("mal", "Mål"),
                            ("tiltak", "Tiltak"),
                            ("delprosjekt", "Delprosjekter"),
                            ("tilskuddstiltak", "Tilskuddstiltak"),
                            ("logg", "Loggføringer"),
                            ("rapport", "Rapporter i lesesalen"),
                            ("bruker", "Brukere"),
                        ],
                        max_length=16,
                    ),
                ),
                ("row_id", models.BigIntegerField()),
                (
                    "title",
                    models.CharField(help_text="In small letters, to be compared with what was typed.", max_length=300),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="organisation.municipality",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["words"], name="thing_words"),
                    models.Index(
                        fields=["kind", "title"], opclasses=["varchar_ops", "text_pattern_ops"], name="thing_titles"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("kind", "row_id"), name="thing_words_once")],
            },
        ),
        migrations.RunSQL(WORDS, WORDS_BACK),
        migrations.RunSQL(FIND, FIND_BACK),
    ]
