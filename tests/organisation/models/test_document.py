"""What the database refuses of a document's job."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from organisation.models import DocumentJob
from tests.factories import DocumentJobFactory

pytestmark = pytest.mark.django_db
LATER = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "columns",
    [{"percent": 101}, {"state": "running"}, {"state": "done"}, {"state": "failed", "finished_at": LATER}],
    ids=str,
)
def test_the_database_refuses_a_job_that_contradicts_itself(columns: dict[str, object]) -> None:
    job = DocumentJobFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentJob.objects.filter(pk=job.pk).update(**columns)
