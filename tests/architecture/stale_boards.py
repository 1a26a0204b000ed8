"""Stale writes of saved views."""

from collections.abc import Callable
from typing import Any

from reporting.domain import saved_view
from reporting.models import SavedView
from tests.architecture.stale_case import Case
from tests.factories import UserFactory


def a_view() -> Case:
    row = SavedView.objects.create(user=UserFactory(), name="Mine", path="/oversikt/")
    return row, {"view": row, "name": "Andre"}


CASES: dict[Callable[..., Any], Callable[[], Case]] = {saved_view.rename_view: a_view}
