"""What was learnt in a sub-project, for the next ones."""

import datetime

from django.utils.translation import gettext_lazy as _

from grants.models import Lesson, SubProject
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked
from organisation.models import User


def add_lesson(*, sub_project: SubProject, text: str, by: User, on: datetime.date) -> Lesson:
    """Sent twice on the same day by the same person, it is kept once."""
    _check(text)
    with acting(by, "lesson.add"):
        SubProject.objects.select_for_update(no_key=True).get(pk=sub_project.pk)
        lesson, _made = Lesson.objects.get_or_create(sub_project=sub_project, text=text, written_on=on, written_by=by)
    return lesson


def update_lesson(*, lesson: Lesson, text: str, version: int, by: User) -> Lesson:
    """Change the words. Who wrote it first, and when, stays; the change log says who changed it."""
    _check(text)
    with acting(by, "lesson.update"):
        lesson = locked(lesson, version)
        lesson.text = text
        lesson.save()
    return lesson


def _check(text: str) -> None:
    if not text.strip():
        raise DomainError(_("Skriv hva dere har lært."), "text")
