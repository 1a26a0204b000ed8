"""Stale writes of comments."""

import datetime
from collections.abc import Callable
from typing import Any

from organisation.domain import comments
from tests.architecture.stale_case import Case
from tests.factories import MeasureFactory
from tests.factories.comments import make_comment

AT = datetime.datetime(2099, 1, 2, 12, tzinfo=datetime.UTC)


def one_to_correct() -> Case:
    measure = MeasureFactory()
    row = make_comment(measure)
    return row, {"comment": row, "row": measure, "text": "Nytt", "at": AT}


def one_to_withdraw() -> Case:
    row = make_comment()
    return row, {"comment": row, "at": AT}


CASES: dict[Callable[..., Any], Callable[[], Case]] = {
    comments.correct_comment: one_to_correct,
    comments.withdraw_comment: one_to_withdraw,
}
