"""Lessons learnt: written, and put better later."""

import datetime

import pytest

from grants.domain.lesson import add_lesson, update_lesson
from grants.models import Lesson
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry
from tests.factories import UserFactory, make_funded
from tests.factories.grants_results import LessonFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 6, 30)


def test_a_lesson_says_who_learnt_it_and_when_and_is_kept_once() -> None:
    sub_project, by = make_funded(("2025-1", 1000)), UserFactory()
    lesson = add_lesson(sub_project=sub_project, text="Møt folk der de er.", by=by, on=DAY)
    again = add_lesson(sub_project=sub_project, text="Møt folk der de er.", by=by, on=DAY)
    assert lesson == again == Lesson.objects.get()
    assert (lesson.written_on, lesson.written_by) == (DAY, by)


def test_a_lesson_says_something() -> None:
    with pytest.raises(DomainError) as refused:
        add_lesson(sub_project=make_funded(("2025-1", 1000)), text=" \n", by=UserFactory(), on=DAY)
    assert refused.value.field == "text"
    with pytest.raises(DomainError):
        update_lesson(lesson=LessonFactory(), text="", version=1, by=UserFactory())


def test_a_changed_lesson_keeps_its_author_and_the_log_says_who_changed_it() -> None:
    lesson, editor = LessonFactory(), UserFactory()
    changed = update_lesson(lesson=lesson, text="Bedre sagt.", version=lesson.version, by=editor)
    assert (changed.text, changed.written_by, changed.version) == ("Bedre sagt.", lesson.written_by, 2)
    entry = AuditEntry.objects.filter(table_name="grants_lesson", operation="UPDATE").get()
    assert (entry.actor_id, entry.action, entry.before["text"]) == (editor.pk, "lesson.update", lesson.text)
