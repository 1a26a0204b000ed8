"""The file of an entry: kept with it, and gone again when the entry is refused."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from measures.domain.log import add_log_entry, correct_log_entry
from measures.models import Attachment, LogEntry, Measure
from organisation.domain.errors import DomainError
from tests.factories import ClosedPeriodFactory, MeasureFactory, UserFactory
from tests.measures.uploads import EXE, PDF, upload

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2024, 3, 1)


def stored(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def add(measure: Measure, **fields: Any) -> LogEntry:
    values = {"text": "Se vedlegg.", "happened_on": TODAY, "today": TODAY, "file": upload("notat.pdf", PDF), **fields}
    return add_log_entry(measure=measure, by=UserFactory(), **values)


def test_a_file_is_kept_with_its_entry(media_root: Path) -> None:
    entry = add(MeasureFactory())
    entry.refresh_from_db()
    assert entry.attachment is not None
    assert entry.attachment.name == "notat.pdf"
    with entry.attachment.file.open() as file:
        assert file.read() == PDF
    assert stored(media_root) == [PDF]


def test_a_correction_keeps_the_file_or_brings_another(media_root: Path) -> None:
    entry, by = add(MeasureFactory()), UserFactory()
    values: dict[str, Any] = {"text": "Rettet.", "happened_on": TODAY, "today": TODAY, "kind": "activity", "by": by}
    kept = correct_log_entry(entry=entry, **values)
    assert kept.attachment == entry.attachment
    replaced = correct_log_entry(entry=kept, file=upload("nytt.pdf", PDF + b"\n"), **values)
    assert replaced.attachment is not None
    assert replaced.attachment.name == "nytt.pdf"
    assert sorted(stored(media_root)) == sorted([PDF, PDF + b"\n"]), "the earlier version keeps its own"


def test_a_refused_entry_leaves_no_file(media_root: Path) -> None:
    period = ClosedPeriodFactory(first_day=TODAY, last_day=TODAY)
    with pytest.raises(DomainError):
        add(MeasureFactory(plan=period.plan))
    assert stored(media_root) == []
    assert not Attachment.objects.exists()


def test_a_refused_correction_keeps_the_file_of_what_it_would_have_corrected(media_root: Path) -> None:
    entry = add(MeasureFactory())
    ClosedPeriodFactory(plan=entry.measure.plan, first_day=TODAY, last_day=TODAY)
    values: dict[str, Any] = {"text": "Nei.", "happened_on": TODAY, "today": TODAY, "kind": "activity"}
    for file in (None, upload("nytt.pdf", PDF + b"\n")):
        with pytest.raises(DomainError):
            correct_log_entry(entry=entry, by=UserFactory(), file=file, **values)
    assert stored(media_root) == [PDF]


def test_a_failed_transaction_leaves_no_file(media_root: Path) -> None:
    """A text with NUL gets past the rules and is refused by the database alone."""
    with pytest.raises(ValueError, match="NUL"):
        add(MeasureFactory(), text="tekst\x00")
    assert stored(media_root) == []
    assert not Attachment.objects.exists()


def test_a_file_of_the_wrong_kind_makes_no_entry(media_root: Path) -> None:
    with pytest.raises(DomainError):
        add(MeasureFactory(), file=upload("notat.pdf", EXE))
    assert stored(media_root) == []
    assert not LogEntry.objects.exists()
