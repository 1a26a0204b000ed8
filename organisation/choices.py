"""Choices of a list's filters that are rows: a handful, read in one statement.

Django reads the rows of a choice by a cursor in the database, as if they were many: four statements for each.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator


class AtOnce(ModelChoiceIterator):
    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for row in self.queryset.all():
            yield self.choice(row)


def read_at_once(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            field.iterator = AtOnce
            field.widget.choices = field.choices
