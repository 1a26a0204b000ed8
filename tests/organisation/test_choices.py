"""The rows that a filter offers are read in one statement."""

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisation.choices import read_at_once
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
