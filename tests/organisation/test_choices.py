"""The rows that a filter offers are read in one statement."""

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisation.choices import PlainSelect, read_at_once
from organisation.models import Municipality
from tests.factories import MunicipalityFactory


@pytest.mark.django_db
def test_the_same_choices_without_a_cursor() -> None:
    row = MunicipalityFactory()
    field = forms.ModelChoiceField(
        Municipality.objects.filter(pk=row.pk), to_field_name="public_id", empty_label="Alle"
    )

    class Form(forms.Form):
        town = field

    plain, form = Form(), Form()
    read_at_once(form)
    with CaptureQueriesContext(connection) as queries:
        html = str(form["town"])
    assert html == str(plain["town"]) and row.public_id in html
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


@pytest.mark.parametrize("asked", [None, "", "b&", "no", "2"])
def test_a_choice_is_drawn_as_django_draws_it(asked: str | None) -> None:
    class Form(forms.Form):
        one = forms.ChoiceField(
            choices=[("", "Alle"), ("a", "A <b>"), ("b&", "B"), (2, "To")],
            required=False,
            widget=forms.Select(attrs={"class": "x", "hidden": True, "disabled": False}),
        )

    plain, form = (Form({} if asked is None else {"one": asked}) for _ in range(2))
    read_at_once(form)
    assert str(form["one"]) == str(plain["one"])
    assert isinstance(form.fields["one"].widget, PlainSelect)
