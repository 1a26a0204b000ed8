"""Every form: one domain call, refusals beside their field, nothing typed is lost."""

from dataclasses import dataclass
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from organisation.domain.errors import DomainError, StaleWrite
from organisation.forms import BaseForm
from tests.identity_numbers import made_up


@dataclass
class Row:
    version: int
    name: str
    place: str


class NewForm(BaseForm):
    name = forms.CharField(label="Navn")
    place = forms.CharField(label="Sted", required=False)


class EditForm(NewForm):
    edits = True


def bound(kind: type[BaseForm], version: int | None = None, **typed: str) -> BaseForm:
    """A form as it comes back, on a row that stood at a version when the page was made."""
    data = QueryDict(mutable=True)
    data.update(typed)
    return kind(data, initial={} if version is None else {"version": version})


def refuse(error: Exception) -> Any:
    def action(data: dict[str, Any]) -> None:
        raise error

    return action


def test_what_was_typed_is_handed_over_and_the_result_given_back() -> None:
    assert bound(NewForm, name=" Prøve ").submit(lambda data: data["name"]) == "Prøve"


def test_bad_input_never_reaches_the_domain() -> None:
    form = bound(NewForm, name="", place="Prøvevik")
    assert form.submit(refuse(AssertionError("called"))) is None
    assert set(form.errors) == {"name"}
    assert form["place"].value() == "Prøvevik"


def test_a_text_with_nul_is_refused_beside_its_field() -> None:
    form = bound(NewForm, name="a\x00b")
    assert form.submit(refuse(AssertionError("called"))) is None
    assert set(form.errors) == {"name"}


def test_a_text_without_an_end_is_refused() -> None:
    assert set(bound(NewForm, name="x" * 20_001).errors) == {"name"}
    assert not bound(NewForm, name="x" * 20_000).errors


@pytest.mark.parametrize(("field", "where"), [("name", "name"), (None, "__all__"), ("elsewhere", "__all__")])
def test_a_refusal_stands_beside_its_field_or_above_the_form(field: str | None, where: str) -> None:
    form = bound(NewForm, name="Prøve")
    assert form.submit(refuse(DomainError("Opptatt.", field))) is None
    assert form.errors == {where: ["Opptatt."]}
    assert form["name"].value() == "Prøve"


def test_a_form_that_makes_a_row_asks_for_no_version() -> None:
    assert "version" not in bound(NewForm).fields
    assert "version" not in bound(EditForm).fields
    assert "version" in bound(EditForm, version=0).fields


def test_a_form_on_a_row_that_stands_is_refused_without_its_version() -> None:
    form = bound(EditForm, version=1, name="Prøve")
    assert form.submit(refuse(AssertionError("called"))) is None
    assert set(form.errors) == {"version"}


def test_a_stale_write_keeps_what_was_typed_and_shows_what_stands_now() -> None:
    form = EditForm(QueryDict("version=1&name=Min&place=Prøvevik"), initial={"version": 1})
    current = Row(version=3, name="Din", place="Prøvevik")
    assert form.submit(refuse(StaleWrite(current))) is None
    assert form.merge is not None
    assert [(row.label, row.theirs) for row in form.merge.rows] == [("Navn", "Din")]
    assert (form["name"].value(), form["version"].value()) == ("Min", "3")
    assert "Noen andre lagret" in str(form.non_field_errors())


class WideForm(NewForm):
    """All the ways in which a text gets into a form."""

    address = forms.EmailField(required=False)
    password = forms.CharField(required=False, widget=forms.PasswordInput)
    fixed = forms.RegexField(r"^[0-9]+\Z", required=False, widget=forms.HiddenInput)
    several = forms.MultipleChoiceField(choices=[("a", "A"), (made_up(1), "B")], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["late"] = forms.CharField(required=False, widget=forms.Textarea)

    def clean_place(self) -> list[str]:
        return [str(self.cleaned_data["place"])]

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data  # as forms do that forget the one they inherit


@pytest.mark.parametrize("field", ["name", "place", "address", "fixed", "several", "late"])
def test_a_national_identity_number_is_refused_beside_its_field_and_what_was_typed_is_kept(field: str) -> None:
    text = {"address": f"m{made_up(1)}@eksempel.example", "fixed": made_up(1), "several": made_up(1)}.get(
        field, f"Moren ({made_up(1)[:6]} {made_up(1)[6:]}) ringte."
    )
    form = bound(WideForm, **{"name": "Prøve", field: text})
    assert form.submit(refuse(AssertionError("called"))) is None
    assert list(form.errors) == [field]
    (message,) = form.errors[field]
    assert "fødselsnummer" in message
    assert made_up(1) not in message
    assert form[field].value() == ([text] if field == "several" else text)
    assert field not in form.cleaned_data


def test_numbers_that_are_no_identity_numbers_are_let_through() -> None:
    assert not bound(WideForm, name="50 000–100 000 kroner, telefon 99 88 77 66", place="2026/12345-10").errors


def test_a_password_is_no_text_that_is_stored() -> None:
    assert not bound(WideForm, name="Prøve", password=made_up()).errors
