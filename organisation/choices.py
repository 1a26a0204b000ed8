"""Choices of a list's filters: a handful, and a list has them on each of its pages.

Django reads the rows of a choice by a cursor in the database, as if they were many, four statements for each; and it draws
each choice by two templates. Here rows are read in one statement, and a choice is drawn by Python, into the same HTML.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

CHOSEN = mark_safe(" selected")


class AtOnce(ModelChoiceIterator):
    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for row in self.queryset.all():
            yield self.choice(row)


class PlainSelect(forms.Select):
    """One of some choices, none of them in a group."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = self.format_value(value)
        options, taken = [], False
        for key, label in self.choices:
            # The first that fits, as in a browser.
            is_chosen = not taken and str("" if key is None else key) in chosen
            taken = taken or is_chosen
            options.append((("" if key is None else key), CHOSEN if is_chosen else "", label))
        said = self.build_attrs(self.attrs, attrs).items()
        return format_html(
            '<select name="{}"{}>{}\n</select>', name,
            format_html_join("", " {}", ((_attribute(key, text),) for key, text in said if text is not False)),
            format_html_join("", '\n  <option value="{}"{}>{}</option>\n', options),
        )  # fmt: skip


def _attribute(name: str, value: Any) -> str:
    return name if value is True else format_html('{}="{}"', name, value)


def read_at_once(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            field.iterator = AtOnce
            field.widget.choices = field.choices
        if type(field.widget) is forms.Select:
            widget = PlainSelect(field.widget.attrs)
            widget.choices = field.widget.choices
            field.widget = widget
