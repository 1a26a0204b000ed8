from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from organisation.comment_subjects import of_row
from organisation.models import Comment, CommentFile
from tests.factories.measures import MeasureFactory
from tests.factories.organisation import UserFactory


def make_comment(row: Any = None, **fields: Any) -> Comment:
    """A comment as it stands in the table, on a measure where nothing else is said."""
    row = row or MeasureFactory()
    subject = of_row(row)
    values = {"text": "Se her.", "written_at": timezone.now()} | fields
    by = values.pop("written_by", None) or UserFactory()
    comment: Comment = Comment.objects.create(
        table_name=subject.table, row_id=row.pk, municipality_id=subject.municipality_id(row), written_by=by, **values
    )
    return comment


class CommentFileFactory(DjangoModelFactory):
    class Meta:
        model = CommentFile

    comment = factory.LazyFunction(make_comment)
    name = "notat.pdf"
    content_type = "application/pdf"
    size = 9
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.7\n", name="notat.pdf"))
