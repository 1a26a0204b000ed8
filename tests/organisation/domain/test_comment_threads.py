"""Conversations: newest first, page by page, in as many queries however many there are."""

from typing import Any

import pytest

from measures.models import Measure
from organisation.domain.comment_threads import number_of_comments, thread_of, threads, with_number_of_comments
from tests.factories import MeasureFactory, UserFactory
from tests.factories.comments import CommentFileFactory, make_comment

pytestmark = pytest.mark.django_db


def test_the_newest_conversation_stands_first_and_its_answers_in_their_order() -> None:
    measure = MeasureFactory()
    old, new = make_comment(measure, text="Gammel"), make_comment(measure, text="Ny")
    answers = [make_comment(measure, text=text, answers=old) for text in ("Først", "Så")]
    make_comment(text="På noe annet")
    first, second = threads(row=measure).rows
    assert (first.first, second.first, second.answers) == (new, old, answers)
    assert thread_of(comment=answers[1], row=measure) == second


def test_every_conversation_stands_on_one_page() -> None:
    measure = MeasureFactory()
    made = [make_comment(measure).pk for _ in range(7)]
    seen, start = [], ""
    for _ in range(4):
        page = threads(row=measure, start=start, size=2)
        seen += [thread.first.pk for thread in page.rows]
        start = page.older
    assert seen == made[::-1]
    assert start == ""


def test_a_page_that_does_not_exist_is_empty() -> None:
    measure = MeasureFactory()
    make_comment(measure)
    assert threads(row=measure, start="2222222222").rows == []


def test_a_comment_that_was_taken_back_is_not_counted_and_its_answers_still_stand() -> None:
    from django.utils import timezone

    measure, by = MeasureFactory(), UserFactory()
    gone = make_comment(measure, withdrawn_at=timezone.now(), withdrawn_by=by)
    answer = make_comment(measure, answers=gone)
    assert number_of_comments(row=measure) == 1
    counted = with_number_of_comments(Measure.objects.filter(pk=measure.pk)).get()
    assert counted.comment_number == number_of_comments(row=counted) == 1
    assert with_number_of_comments(Measure.objects.filter(pk=MeasureFactory().pk)).get().comment_number == 0
    assert threads(row=measure).rows[0].answers == [answer]


def test_the_number_of_queries_does_not_grow(django_assert_num_queries: Any, media_root: Any) -> None:
    measure = MeasureFactory()
    for _ in range(6):
        first = make_comment(measure)
        CommentFileFactory(comment=make_comment(measure, answers=first))
    with django_assert_num_queries(4):
        threads(row=measure)
