"""A foreign key can't lead into another municipality: by constraint, for every key between rows that both have one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from measures.models import Measure
from organisation.models import Unit
from tests.factories import (
    AttachmentFactory,
    GoalFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    MunicipalityFactory,
    PlanFactory,
    ReportVersionFactory,
    SubProjectFactory,
    SubProjectPartnerFactory,
    TargetFactory,
    UnitFactory,
    ZoneFactory,
)
from tests.factories.organisation import DocumentFactory

pytestmark = pytest.mark.django_db
# `families` has rules of its own, stronger than these.
APPS = ("organisation", "measures", "grants", "reporting")
# Tables whose rows belong to no municipality, each with its reason.
OF_NOBODY = {
    "organisation_municipality": "is one",
    "organisation_user": "a person may have roles in several",
    "organisation_membership": "is what says where a person has a role; its unit has the municipality",
    "organisation_auditentry": "the log of all tables, also of users; written by a trigger",
    "organisation_readentry": "the log of reads of families; shown to whoever has the family open",
    "organisation_chainlink": "the hash chain over the logs",
    "organisation_unlinkedrow": "the hash chain over the logs",
    "organisation_notice": "belongs to a person",
    "organisation_outgoingmail": "belongs to a person, with her notices",
    "grants_publishedfigure": "is of the whole country",
    "grants_tableedition": "is the directorate's, of the whole country",
    "grants_grantimport": "belongs to a person",
    "reporting_savedview": "belongs to a person",
    "reporting_reportwords": "belongs to a passage of a published report, which is public",
}
# Keys between rows of municipalities that no constraint guards, each with its reason.
UNGUARDED = {
    ("grants_grant", "scheme_id"): "a national scheme has no municipality; a trigger refuses another's own",
    ("grants_fundedmeasure", "scheme_id"): "the same",
    ("grants_reportingunit", "successor_id"): "municipalities merge: the successor is another one",
}
# Columns that may be empty: (table, reason).
MAY_BE_EMPTY = {
    "organisation_unit": "a directorate's unit stands outside the municipalities",
    "organisation_document": "the directorate's documents are of the whole country",
    "organisation_documentjob": "nor has the job that makes one of them",
    "grants_grantscheme": "a national scheme is nobody's own",
}


def own_models() -> list[type[models.Model]]:
    return [row for label in APPS for row in apps.get_app_config(label).get_models(include_auto_created=True)]


def ask(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def of_municipalities() -> dict[str, bool]:
    """The tables with a municipality, and whether each of their rows must have one."""
    return dict(
        ask(
            "SELECT relname, attnotnull FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attname = 'municipality_id'"
        )
    )


def guards() -> set[tuple[str, str, str]]:
    """(table, column, other table) of each valid key (column, municipality) that leads to (id, municipality)."""
    names = "(SELECT array_agg(attname::text ORDER BY place) FROM unnest({0}) WITH ORDINALITY AS k (number, place)"
    names += " JOIN pg_attribute ON attnum = number AND attrelid = {1})"
    found = ask(
        f"SELECT conrelid::regclass::text, {names.format('conkey', 'conrelid')}, confrelid::regclass::text,"
        f" {names.format('confkey', 'confrelid')}"
        " FROM pg_constraint WHERE contype = 'f' AND convalidated AND array_length(conkey, 1) = 2"
    )
    return {
        (table, columns[0], other)
        for table, columns, other, others in found
        if columns[1] == "municipality_id" and others == ["id", "municipality_id"]
    }


def keys() -> Iterator[tuple[str, str, str]]:
    """Every foreign key between two tables whose rows have a municipality, those of many-to-many fields too."""
    tables = of_municipalities()
    for model in own_models():
        for field in model._meta.local_fields:
            table, other = model._meta.db_table, field.related_model and field.related_model._meta.db_table
            if table in tables and other in tables:
                yield table, field.column, str(other)


def test_every_row_has_a_municipality_or_its_table_a_reason() -> None:
    tables = of_municipalities()
    own = {model._meta.db_table for model in own_models()}
    assert own - set(tables) == set(OF_NOBODY)
    assert {table for table, needed in tables.items() if table in own and not needed} == set(MAY_BE_EMPTY)


def test_every_key_between_rows_of_municipalities_is_guarded_or_has_a_reason() -> None:
    found = set(keys())
    assert len(found) > 90
    assert {(table, column) for table, column, _other in found - guards()} == set(UNGUARDED)


def test_a_key_to_the_municipality_itself_is_a_key() -> None:
    """The first row of each chain says whose it is by an ordinary foreign key, and nobody can leave it out."""
    roots = {"organisation_livingconditionzone", "organisation_document", "measures_plan", "measures_attachment"}
    roots |= {"grants_call", "grants_subproject", "organisation_unit", "reporting_familyrelease"}
    roots |= {"grants_grantscheme", "grants_reportingunit", "organisation_municipalitylogo"}
    roots |= {"reporting_report", "reporting_reportschedule", "reporting_resolution", "organisation_comment"}
    # Written by the database, with the municipality of the row whose words they are.
    roots |= {"reporting_thingwords", "reporting_logwords"}
    roots |= {"reporting_investmentcase"}
    with_field = {
        model._meta.db_table
        for model in own_models()
        if any(field.column == "municipality_id" for field in model._meta.local_fields)
    }
    assert with_field == roots


def test_what_the_database_fills_in_is_filled_in_by_it() -> None:
    """Where the ORM doesn't know the column, a trigger writes it when a row is made."""
    filled = {
        table
        for (table,) in ask(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'municipality' AND tgtype = 7"
        )
    }
    roots = {m._meta.db_table for m in own_models() if any(f.column == "municipality_id" for f in m._meta.local_fields)}
    assert filled == set(of_municipalities()) & {m._meta.db_table for m in own_models()} - roots


def refused(name: str) -> Any:
    return pytest.raises(IntegrityError, match=f'constraint "{name}_of_same_municipality"')


def check_now() -> None:
    """Foreign keys are checked at the end of a transaction; here, at once."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_another_municipalitys_unit_can_not_be_responsible() -> None:
    measure = MeasureFactory()
    with refused("responsible_unit_id"), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(responsible_unit=UnitFactory())
        check_now()
    Measure.objects.filter(pk=measure.pk).update(responsible_unit=UnitFactory(municipality=measure.plan.municipality))
    check_now()


@pytest.mark.parametrize("municipality", ["another", "none"])
def test_a_unit_of_another_municipality_or_of_none_is_no_partner(municipality: str) -> None:
    measure = MeasureFactory()
    unit = UnitFactory() if municipality == "another" else UnitFactory(municipality=None)
    with refused("unit_id"), transaction.atomic():
        measure.partners.add(unit)
        check_now()
    with refused("unit_id"), transaction.atomic():
        SubProjectPartnerFactory(unit=unit)
        check_now()


def test_a_link_between_many_leads_nowhere_else() -> None:
    measure, plan = MeasureFactory(), PlanFactory()
    for column, link in {
        "goal_id": lambda: measure.goals.add(GoalFactory()),
        "livingconditionzone_id": lambda: measure.zones.add(ZoneFactory()),
    }.items():
        with refused(column), transaction.atomic():
            link()
            check_now()
    with refused("livingconditionzone_id"), transaction.atomic():
        plan.zones.add(ZoneFactory())
        check_now()


def test_a_row_written_only_once_leads_nowhere_else() -> None:
    """Log entries and their figures can be added and not changed: the guard holds when they are."""
    with refused("attachment_id"), transaction.atomic():
        LogEntryFactory(attachment=AttachmentFactory())
        check_now()
    with refused("target_id"), transaction.atomic():
        LogFigureFactory(entry=LogEntryFactory(), target=TargetFactory())
        check_now()


def test_a_report_has_a_document_of_its_own_municipality() -> None:
    with refused("document_id"), transaction.atomic():
        ReportVersionFactory(state="in_review", document=DocumentFactory())
        check_now()


def test_a_row_can_not_be_moved_to_another_municipality() -> None:
    """Neither by its own column nor by the row it belongs to, nor with what belongs to it."""
    measure, other = MeasureFactory(goals=[]), MunicipalityFactory()
    with refused("plan_id"), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(plan=PlanFactory())
        check_now()
    move = "UPDATE {} SET municipality_id = %s WHERE id = %s RETURNING id"
    with refused("plan_id"), transaction.atomic():
        ask(move.format("measures_measure"), other.pk, measure.pk)
        check_now()
    with refused("plan_id"), transaction.atomic():
        ask(move.format("measures_plan"), other.pk, measure.plan_id)
        check_now()


def test_a_row_belongs_to_its_parents_municipality_whatever_a_statement_says() -> None:
    plan, other = PlanFactory(), MunicipalityFactory()
    ((found,),) = ask(
        "INSERT INTO measures_mainaim (plan_id, number, text, municipality_id) VALUES (%s, 1, 'Mål', %s)"
        " RETURNING municipality_id",
        plan.pk,
        other.pk,
    )
    assert found == plan.municipality_id


def test_a_unit_below_another_belongs_to_its_municipality() -> None:
    """The domain says so to people; this is for whatever comes another way."""
    unit, foreign = UnitFactory(), UnitFactory()
    with refused("parent_id"), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(parent=foreign)
        check_now()


def test_a_sub_project_is_a_measure_of_its_own_municipality() -> None:
    with refused("measure_id"), transaction.atomic():
        SubProjectFactory(measure=MeasureFactory())
        check_now()
