"""What the models say of their fields is what the database does: a field without a word fails here."""

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from families.models import Family, InFamily, Privacy, RetentionRule

VAULT = [Family, *(model for model in apps.get_app_config("families").get_models() if issubclass(model, InFamily))]
BY_MODEL = pytest.mark.parametrize("model", VAULT, ids=lambda model: model.__name__)
composite_keys = importlib.import_module("families.migrations.0002_vault").keys


def column(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).column)


def test_every_model_of_the_app_is_in_the_vault_or_holds_no_family() -> None:
    assert set(apps.get_app_config("families").get_models()) - set(VAULT) == {RetentionRule}


@BY_MODEL
def test_every_field_says_how_sensitive_it_is(model: Any) -> None:
    privacy: Privacy = model.privacy
    names = {field.name for field in model._meta.concrete_fields}
    assert set(privacy.sensitive) | set(privacy.plain) == names
    assert not set(privacy.sensitive) & set(privacy.plain)
    assert not model._meta.local_many_to_many, "a table between two models has no policy of its own"


@BY_MODEL
def test_what_people_write_is_sensitive(model: Any) -> None:
    """Free text is in `texts`, and no column that takes it is called structure. Choices and hashes are no free text."""
    written = {
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices
    }
    made_by_us = {"public_id", "form_key", "token_sha256"}
    assert written - made_by_us == set(model.privacy.texts)


@pytest.mark.django_db
@BY_MODEL
def test_the_audit_log_never_gets_what_is_sensitive(model: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgargs FROM pg_trigger WHERE tgname = 'audit' AND tgrelid = %s::regclass", [model._meta.db_table]
        )
        (arguments,) = cursor.fetchone()
    left_out = {argument.decode() for argument in bytes(arguments).split(b"\0") if argument}
    assert left_out == {column(model, name) for name in model.privacy.sensitive}


@pytest.mark.django_db
@BY_MODEL
def test_the_database_refuses_identity_numbers_in_every_text(model: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND conname LIKE '%%_no_identity_number'",
            [model._meta.db_table],
        )
        found = {name for (name,) in cursor.fetchall()}
    assert found == {f"{model._meta.db_table}_{column(model, name)}_no_identity_number" for name in model.privacy.texts}


@pytest.mark.django_db
@BY_MODEL
def test_rows_are_deleted_only_when_the_time_of_their_purpose_is_out(model: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polcmd = 'd' AND polrelid = %s::regclass",
            [model._meta.db_table],
        )
        ((condition,),) = cursor.fetchall()
    assert f"povertyplan_erasable('{model.privacy.purpose}'" in condition


def test_what_points_to_something_of_a_municipality_or_family_is_bound_to_its_own() -> None:
    """Each foreign key of the vault is doubled by a composite key, or leads to what belongs to no municipality."""
    free = {"organisation_user", "organisation_municipality", "organisation_document", "grants_paymentproposal"}
    bound = {(key.arguments[0], key.arguments[1]) for key in composite_keys()}
    # A measure has its municipality from its plan: a trigger looks (sql/vault.sql).
    bound.add(("families_participation", "measure_id"))
    for model in VAULT:
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model._meta.db_table not in free:
                assert (model._meta.db_table, field.column) in bound, f"{model.__name__}.{field.name}"
