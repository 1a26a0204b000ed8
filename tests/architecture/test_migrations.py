"""The migrations say what the models say."""

import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

OWN = {"organisation", "measures", "grants", "families", "reporting"}


def test_no_change_of_a_model_waits_for_its_migration() -> None:
    loader = MigrationLoader(None)
    with translation.override(None, deactivate=True):  # as makemigrations does
        now = ProjectState.from_apps(apps)
        waiting = MigrationAutodetector(loader.project_state(), now).changes(graph=loader.graph)
    assert {label: changes for label, changes in waiting.items() if label in OWN} == {}


@pytest.mark.parametrize("label", sorted(OWN))
def test_migrations_have_one_end(label: str) -> None:
    assert len(MigrationLoader(None).graph.leaf_nodes(label)) == 1
