"""Cases for test_stale_writes.py: lessons and quotes."""

import datetime
from typing import Any

from grants.domain import lesson, quote
from organisation.models import Versioned
from tests.factories.grants_results import LessonFactory, QuoteFactory

DAY = datetime.date(2025, 7, 1)
Case = tuple[Versioned, dict[str, Any]]


def a_lesson() -> Case:
    row = LessonFactory()
    return row, {"lesson": row, "text": "Ny tekst"}


def a_quote() -> Case:
    row = QuoteFactory()
    content = {"text": "Nye ord", "said_by": "far", "consent_given_on": DAY, "consent_note": "på papir"}
    return row, {"quote": row, "today": DAY, **content}


CASES = {
    lesson.update_lesson: a_lesson,
    quote.update_quote: a_quote,
}
