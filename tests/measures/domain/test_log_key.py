"""A form makes one entry, however often and however fast it is sent."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from measures.domain.log import add_log_entry, withdraw_log_entry
from measures.domain.plan import close_plan
from measures.models import Attachment, LogEntry, Measure, new_form_key
from organisation.domain.errors import DomainError
from organisation.models import User
from tests.at_once import at_once, while_uncommitted
from tests.factories import MeasureFactory, TargetFactory, UserFactory

DAY = datetime.date(2024, 3, 1)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def send(measure: Measure, by: User, form_key: str, **changes: Any) -> LogEntry:
    fields = {"text": "Møte med Nav.", "happened_on": DAY, "today": DAY, **changes}
    return add_log_entry(measure=measure, by=by, form_key=form_key, **fields)


def stored_files(folder: Any) -> list[Any]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(3))
def test_the_same_form_sent_twice_at_once_makes_one_entry(round: int, media_root: Any) -> None:
    measure, by, key = MeasureFactory(), UserFactory(), new_form_key()
    files = [SimpleUploadedFile("notat.pdf", PDF) for _ in range(2)]
    outcomes = at_once(*(lambda file=file: send(measure, by, key, file=file) for file in files))
    entry = LogEntry.objects.get()
    assert outcomes == [entry, entry]
    assert Attachment.objects.count() == 1
    assert len(stored_files(media_root)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_second_waits_for_the_first_and_gets_its_entry() -> None:
    measure, by, key = MeasureFactory(), UserFactory(), new_form_key()
    first, second, waited = while_uncommitted(lambda: send(measure, by, key), lambda: send(measure, by, key))
    assert waited
    assert first == second == LogEntry.objects.get()


@pytest.mark.django_db
def test_sent_again_it_is_answered_as_the_first_time_even_when_nothing_can_be_logged_any_more() -> None:
    measure, by, key = MeasureFactory(), UserFactory(), new_form_key()
    figures = {TargetFactory(measure=measure): Decimal("2.5")}
    entry = send(measure, by, key, figures=figures)
    close_plan(plan=measure.plan, version=1, by=by)
    assert send(measure, by, key, figures=figures) == entry
    assert LogEntry.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_each_is_an_entry_of_its_own() -> None:
    measure, by = MeasureFactory(), UserFactory()
    assert send(measure, by, "") != send(measure, by, "")


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["text", "day", "figures", "file"])
def test_what_says_something_else_is_not_taken_for_saved(change: str, media_root: Any) -> None:
    """Back to the form, a new text, Lagre: neither dropped in silence nor written over the first."""
    measure, by, key = MeasureFactory(), UserFactory(), new_form_key()
    send(measure, by, key)
    changes: dict[str, Any] = {
        "text": {"text": "Noe annet."},
        "day": {"happened_on": DAY - datetime.timedelta(days=1)},
        "figures": {"figures": {TargetFactory(measure=measure): Decimal(1)}},
        "file": {"file": SimpleUploadedFile("notat.pdf", PDF)},
    }[change]
    with pytest.raises(DomainError, match="lagret før"):
        send(measure, by, key, **changes)
    assert LogEntry.objects.count() == 1
    assert stored_files(media_root) == []


@pytest.mark.django_db
def test_an_entry_that_was_taken_back_does_not_count_as_saved() -> None:
    measure, by, key = MeasureFactory(), UserFactory(), new_form_key()
    withdraw_log_entry(entry=send(measure, by, key), by=by)
    with pytest.raises(DomainError, match="lagret før"):
        send(measure, by, key)


@pytest.mark.django_db
def test_the_key_of_another_measure_or_user_is_refused() -> None:
    measure, by, key = MeasureFactory(), UserFactory(), new_form_key()
    send(measure, by, key)
    for other_measure, other in ((MeasureFactory(), by), (measure, UserFactory())):
        with pytest.raises(DomainError, match="lagret før"):
            send(other_measure, other, key)
    assert LogEntry.objects.count() == 1


def test_keys_are_long_and_their_own() -> None:
    keys = {new_form_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert {len(key) for key in keys} == {20}
