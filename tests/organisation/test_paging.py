"""Lists by marks: every row once and in order, whatever is equal, missing, or comes in while somebody turns the pages."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.models import Measure
from organisation import paging
from organisation.models import Notice, User
from organisation.models.ordering import by_name
from organisation.paging import keyset, numbered
from tests.database import undone
from tests.factories import MeasureFactory, NoticeFactory, UserFactory

pytestmark = pytest.mark.django_db
DAYS = [None, datetime.date(2025, 1, 1), datetime.date(2025, 2, 1), datetime.date(2025, 3, 1)]
TITLES = ["Ål", "ål", "Ørret", "Bil", "bil 2"]
ORDERS: dict[str, Any] = {
    "day": ["due_on", "id"],
    "-day": ["-due_on", "-id"],
    "day, what is missing first": [F("due_on").asc(nulls_first=True), "position", "pk"],
    "-day, what is missing last": [F("due_on").desc(nulls_last=True), "-position", "id"],
    "name": [by_name("title"), "id"],
    "-name": [by_name("title").desc(), F("due_on").desc(nulls_last=True), "id"],
    "of another table": [by_name("plan__title"), "-due_on"],
    "the model's own": [],
}


def asking(**query: str) -> HttpRequest:
    return RequestFactory().get("/", query)


def walk(rows: QuerySet[Any], size: int, meanwhile: Any = None) -> tuple[list[int], list[int]]:
    """The keys from the first page to the last, and from there back."""
    forth, page = [], keyset(asking(), rows, size)
    pages = 0
    while True:
        forth.extend(row.pk for row in page)
        pages += 1
        assert pages < 100
        if not page.has_next:
            break
        if meanwhile:
            meanwhile(pages)
        page = keyset(asking(etter=page.next_mark), rows, size)
    back = [row.pk for row in page]
    while page.has_previous:
        page = keyset(asking(**{"for": page.previous_mark}), rows, size)
        back = [row.pk for row in page] + back
    return forth, back


Found = list[tuple[int, int, int]]
MEASURES = st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 4))


@pytest.fixture
def plan() -> Any:
    return MeasureFactory().plan


def fill(plan: Any, found: Found) -> None:
    some = plan.measures.first()
    Measure.objects.bulk_create(
        Measure(
            plan=plan, title=TITLES[title], due_on=DAYS[day], position=position, responsible_unit=some.responsible_unit,
            state_by=some.state_by, state_since=some.state_since,
        )
        for day, position, title in found
    )  # fmt: skip


@pytest.mark.parametrize("order", list(ORDERS))
def test_every_row_comes_once_and_in_order(order: str, plan: Any) -> None:
    rows = plan.measures.order_by(*ORDERS[order]) if ORDERS[order] else plan.measures.all()
    # The key makes the order unique where it isn't.
    whole = plan.measures.order_by(*ORDERS[order], "id") if ORDERS[order] else rows

    @settings(max_examples=25)
    @given(found=st.lists(MEASURES, max_size=12), size=st.integers(1, 5))
    def check(found: Found, size: int) -> None:
        with undone():
            fill(plan, found)
            expected = [row.pk for row in whole.all()]
            assert walk(rows, size) == (expected, expected)

    check()


def test_what_comes_in_meanwhile_moves_nothing(plan: Any) -> None:
    rows = plan.measures.order_by("-due_on", "id")

    @settings(max_examples=25)
    @given(
        found=st.lists(MEASURES, min_size=4, max_size=10),
        new=st.lists(MEASURES, min_size=1, max_size=4),
    )
    def check(found: Found, new: Found) -> None:
        with undone():
            fill(plan, found)
            before, left = [row.pk for row in rows.all()], list(new)
            forth, back = walk(rows, 3, lambda page: fill(plan, [left.pop()] if left else []))
            assert [pk for pk in forth if pk in before] == before
            assert len(forth) == len(set(forth))
            # The way back ends with a whole first page: it may show again what was on the second, and leaves nothing out.
            assert [pk for pk in dict.fromkeys(back) if pk in before] == before

    check()


def user_with(number: int) -> User:
    user = UserFactory()
    Notice.objects.bulk_create(
        Notice(user=user, kind="review", key=f"k{n}", text=f"Sak {n}.", url_path="/") for n in range(number)
    )
    return user


def test_a_page_says_where_it_is() -> None:
    rows = user_with(12).notices.all()
    page = keyset(asking(), rows, 5)
    assert (page.place_label, page.has_previous, page.has_next) == ("1–5 av 12", False, True)
    page = keyset(asking(etter=page.next_mark), rows, 5)
    assert page.place_label == "6–10 av 12"
    page = keyset(asking(etter=page.next_mark), rows, 5)
    assert (page.place_label, page.has_next, page.paginator.count) == ("11–12 av 12", False, 12)
    page = keyset(asking(**{"for": page.previous_mark}), rows, 5)
    assert page.place_label == "6–10 av 12"


def test_it_is_counted_so_far_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 10)
    rows = user_with(12).notices.all()
    page = keyset(asking(), rows, 5)
    assert page.place_label == "1–5 av mer enn 10"
    assert page.paginator.count == 11


@pytest.mark.parametrize("number", [0, 3, 12])
def test_it_takes_the_same_queries_with_few_rows_as_with_many(number: int) -> None:
    rows = user_with(number).notices.all()
    with CaptureQueriesContext(connection) as queries:
        page = keyset(asking(), rows, 5)
        assert (page.count_label, page.paginator.count) == (str(number), number)
    assert len(queries) == 2


def test_an_empty_list_is_an_empty_page() -> None:
    page = keyset(asking(), Notice.objects.none(), 5)
    assert (list(page), page.count_label, page.first, page.last) == ([], "0", 0, 0)


@pytest.mark.parametrize("wrong", ["", "x", "\0", "WzBd:1:2", "æ" * 50, "a:b:c:d", "W10"])
def test_a_mark_that_cannot_be_read_gives_the_first_page(wrong: str) -> None:
    rows = user_with(12).notices.all()
    for name in ("etter", "for"):
        request = HttpRequest()
        request.GET = QueryDict(mutable=True)
        request.GET[name] = wrong
        page = keyset(request, rows, 5)
        assert (page.start, page.has_previous) == (0, False)


def test_a_mark_of_another_order_or_of_other_rows_gives_the_first_page() -> None:
    user = user_with(12)
    mark = keyset(asking(), user.notices.order_by("-id"), 5).next_mark
    assert keyset(asking(etter=mark), user.notices.order_by("id"), 5).start == 0
    assert keyset(asking(etter=mark), User.objects.order_by("-id"), 5).start == 0
    assert keyset(asking(etter=mark), user.notices.order_by("-id"), 5).start == 5


def test_a_mark_whose_rows_are_gone_gives_the_first_page() -> None:
    user = user_with(6)
    mark = keyset(asking(), user.notices.all(), 5).next_mark
    user.notices.order_by("id")[0].delete()
    assert keyset(asking(etter=mark), user.notices.all(), 5).place_label == "1–5 av 5"


def test_a_page_far_down_skips_no_rows() -> None:
    """The database begins at the mark: nothing is read and thrown away, as with OFFSET."""
    user = user_with(60)
    page = keyset(asking(), user.notices.all(), 5)
    for _ in range(8):
        page = keyset(asking(etter=page.next_mark), user.notices.all(), 5)
    with CaptureQueriesContext(connection) as queries:
        keyset(asking(etter=page.next_mark), user.notices.all(), 5)
    assert "OFFSET" not in queries[0]["sql"] and '"organisation_notice"."id" <' in queries[0]["sql"]


def test_a_relation_is_no_order() -> None:
    with pytest.raises(TypeError):
        keyset(asking(), Notice.objects.order_by("user"), 5)


def test_moments_are_kept_to_the_microsecond() -> None:
    user, now = UserFactory(), timezone.now()
    for n in range(6):
        NoticeFactory(user=user, made_at=now + datetime.timedelta(microseconds=n))
    forth, _back = walk(user.notices.order_by("-made_at", "-id"), 2)
    assert forth == [row.pk for row in user.notices.order_by("-made_at")]


def test_a_list_that_stays_small_has_numbers() -> None:
    page = numbered(asking(side="2"), user_with(30).notices.all())
    assert (page.number, page.is_keyset, page.count_label, len(page)) == (2, False, "30", 5)
    assert numbered(asking(side="x"), []).number == 1
