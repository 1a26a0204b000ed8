"""A form that meets somebody else's change: nothing anyone wrote is lost without being seen."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from grants.forms.rows import RowsField, number_cell, text_cell
from organisation.domain.errors import DomainError, StaleWrite
from organisation.forms import BaseForm, DateInput, NumberField
from organisation.merging import Changed

KINDS = [("a", "Første"), ("b", "Andre"), ("c", "Tredje")]


@dataclass
class Row:
    version: int = 1
    name: str = "Prøve"
    note: str = ""
    amount: Decimal | None = None
    kind: str = "a"
    several: tuple[str, ...] = ()
    active: bool = False


FIELDS = ("name", "note", "amount", "kind", "several", "active")


class RowForm(BaseForm):
    edits = True

    name = forms.CharField(label="Navn")
    note = forms.CharField(label="Merknad", required=False, widget=forms.Textarea)
    amount = NumberField(label="Beløp", required=False)
    kind = forms.ChoiceField(label="Type", choices=KINDS)
    several = forms.MultipleChoiceField(
        label="Flere", choices=KINDS, required=False, widget=forms.CheckboxSelectMultiple
    )
    active = forms.BooleanField(label="I bruk", required=False)
    day = forms.DateField(label="Dag", required=False, widget=DateInput)  # not of the row


class Desk:
    """One person with the form open: what her browser shows, and what she types."""

    def __init__(self, row: Row, kind: type[BaseForm] = RowForm) -> None:
        self.kind, self.form = kind, kind(initial={name: getattr(row, name) for name in (*FIELDS, "version")})
        self.sent = self._shown()

    def _shown(self) -> QueryDict:
        data = QueryDict(mutable=True)
        form = self.form
        for name in form.fields:
            bound = form[name]
            value = bound.value()
            if name == "active":
                if value:
                    data[name] = "on"
            elif isinstance(value, list | tuple):
                data.setlist(name, list(value))
            else:
                shown = form.fields[name].widget.format_value(value)
                data[name] = shown[0] if isinstance(shown, list) else ("" if shown is None else str(shown))
        data["base"] = form.standing_to_send()
        return data

    def type(self, **typed: Any) -> None:
        for name, value in typed.items():
            if name == "active":
                self.sent.pop(name, None)
                if value:
                    self.sent[name] = "on"
            elif isinstance(value, tuple | list):
                self.sent.setlist(name, list(value))
            else:
                self.sent[name] = "" if value is None else str(value).replace(".", ",") if name == "amount" else value

    def save(self, row: Row) -> bool:
        """As the domain does it: never over another version than the one that was read."""

        def action(data: dict[str, Any]) -> Row:
            if data["version"] != row.version:
                raise StaleWrite(row)
            for name in FIELDS:
                setattr(row, name, tuple(data[name]) if name == "several" else data[name])
            row.version += 1
            return row

        self.form = self.kind(self.sent, initial={"version": row.version})
        saved = self.form.submit(action)
        if saved is None:
            self.sent = self._shown()
        return saved is not None


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Prøve", "Ett", "To"]),
        "note": st.sampled_from(["", "Linje\r\nlinje", "Annet"]),
        "amount": st.sampled_from([None, Decimal("12.5"), Decimal(1600)]),
        "kind": st.sampled_from("abc"),
        "several": st.sampled_from([(), ("a",), ("a", "c")]),
        "active": st.booleans(),
    },
)


def said(name: str, value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


@given(theirs=VALUES, mine=VALUES, choice=st.sampled_from(["theirs", "mine"]))
def test_nothing_that_anyone_changed_is_lost_silently(
    theirs: dict[str, Any], mine: dict[str, Any], choice: str
) -> None:
    """For each field: what one has changed stands in the end; what both have, is asked, and stands as it was chosen."""
    row, opened = Row(), Row()
    first, second = Desk(row), Desk(row)
    first.type(**theirs)
    assert first.save(row)
    between = Row(**{name: getattr(row, name) for name in ("version", *FIELDS)})
    second.type(**mine)
    differs = {
        name for name in FIELDS
        if said(name, mine.get(name, getattr(opened, name))) != said(name, theirs.get(name, getattr(opened, name)))
    }  # fmt: skip
    both = {
        name for name in differs
        if said(name, theirs.get(name, getattr(opened, name))) != getattr(opened, name)
        and said(name, mine.get(name, getattr(opened, name))) != getattr(opened, name)
    }  # fmt: skip
    assert not second.save(row)
    shown = second.form.merge
    assert shown is not None
    assert {item.name for item in shown.rows} == differs
    assert {item.name for item in shown.rows if item.asks} == both
    if both:
        assert not second.save(row), "nothing was chosen, and yet it was saved"
        assert row == between
        second.type(**{f"choice-{name}": choice for name in both})
    assert second.save(row), second.form.errors
    for name in FIELDS:
        by_them, by_me = (said(name, one.get(name, getattr(opened, name))) for one in (theirs, mine))
        wanted = by_me
        if name in both:
            wanted = by_them if choice == "theirs" else by_me
        elif by_me == getattr(opened, name):
            wanted = by_them
        assert said(name, getattr(row, name)) == wanted, name


def stale(theirs: dict[str, Any], mine: dict[str, Any], kind: type[BaseForm] = RowForm) -> tuple[Row, Desk]:
    """Two have opened the form; the other has saved, and so has she."""
    row = Row(note="Leksehjelp på tirsdag.")
    first, second = Desk(row), Desk(row, kind)
    first.type(**theirs)
    assert first.save(row)
    second.type(**mine)
    assert not second.save(row)
    return row, second


def test_a_field_that_only_the_other_changed_takes_the_others_value_and_says_so() -> None:
    row, desk = stale({"amount": 1600}, {"name": "Mitt"})
    assert desk.form.merge is not None
    assert [(item.name, item.changed) for item in desk.form.merge.rows] == [
        ("name", Changed.MINE),
        ("amount", Changed.THEIRS),
    ]
    assert Decimal(re.sub(r"\s", "", desk.form["amount"].value()).replace(",", ".")) == 1600
    assert desk.save(row)
    assert (row.name, row.amount) == ("Mitt", 1600)


def test_what_both_changed_must_be_chosen() -> None:
    row, desk = stale({"name": "Ditt"}, {"name": "Mitt"})
    assert not desk.save(row)
    assert desk.form.errors["name"] == ["Dere har begge endret feltet. Velg hva som skal gjelde."]
    assert desk.form["name"].value() == "Mitt"
    assert desk.form.merge is not None
    (item,) = desk.form.merge.rows
    assert (item.opened, item.theirs, item.mine, item.input_name) == ("Prøve", "Ditt", "Mitt", "choice-name")
    assert row.name == "Ditt"


def test_the_text_may_be_written_anew_before_one_chooses_it() -> None:
    row, desk = stale({"name": "Ditt"}, {"name": "Mitt"})
    desk.type(**{"name": "Ditt og mitt", "choice-name": "mine"})
    assert desk.save(row)
    assert row.name == "Ditt og mitt"


def test_a_third_person_saves_while_one_chooses() -> None:
    row, desk = stale({"name": "Ditt"}, {"name": "Mitt"})
    third = Desk(row)
    third.type(name="Den tredjes", note="Onsdag.")
    assert third.save(row)
    desk.type(**{"choice-name": "mine"})
    assert not desk.save(row)
    assert desk.form.merge is not None
    assert [(item.name, item.changed, item.chosen) for item in desk.form.merge.rows] == [
        ("name", Changed.BOTH, ""), ("note", Changed.THEIRS, ""),
    ]  # fmt: skip
    desk.type(**{"choice-name": "mine"})
    assert desk.save(row)
    assert (row.name, row.note) == ("Mitt", "Onsdag.")


def test_a_refusal_after_choosing_keeps_what_was_typed_and_the_choice() -> None:
    row, desk = stale({"name": "Ditt"}, {"name": "Mitt"})
    desk.type(**{"choice-name": "theirs", "amount": "mye"})
    assert not desk.save(row)
    assert desk.form["name"].value() == "Mitt"
    assert desk.form.merge is not None
    assert desk.form.merge.rows[0].chosen == "theirs"

    def refuse(_data: Any) -> None:
        raise DomainError("Nei.")

    desk.type(amount="12")
    form = RowForm(desk.sent, initial={"version": row.version})
    assert form.submit(refuse) is None
    assert form["name"].value() == "Mitt"
    assert form.merge is not None


def test_a_page_that_does_not_say_what_stood_on_it_is_asked_about_all_that_differs() -> None:
    row = Row(version=2, name="Ditt", note="Ny")
    desk = Desk(Row())
    desk.type(name="Mitt")
    del desk.sent["base"]
    assert not desk.save(row)
    assert desk.form.merge is not None
    assert [(item.name, item.asks, item.opened) for item in desk.form.merge.rows] == [
        ("name", True, None), ("note", True, None),
    ]  # fmt: skip


@dataclass
class Listed:
    """A row with lines in another table."""

    lines: tuple[tuple[str, Decimal], ...] = (("Buss", Decimal(12)), ("Mat", Decimal(40)), ("Rom", Decimal(7)))
    note: str = ""
    version: int = 1


class ListedForm(BaseForm):
    edits = True

    lines = RowsField([text_cell("what", "Hva"), number_cell("amount", "Beløp")], label="Linjer", required=False)
    note = forms.CharField(label="Merknad", required=False)


def sent_of(row: Listed, **typed: str) -> QueryDict:
    """The form as a browser that opened it now sends it back; what is typed stands under the names of the inputs."""
    form = ListedForm(initial={"lines": row.lines, "note": row.note, "version": row.version})
    data = QueryDict(mutable=True)
    for name, (value,) in form.fields["lines"].widget.sent("lines", row.lines).items():
        data[name] = value
    data.update({"note": row.note, "version": str(row.version), "base": form.standing_to_send()})
    for name, value in typed.items():
        data[name.replace("__", "-")] = value
    return data


def save_lines(row: Listed, sent: QueryDict) -> BaseForm:
    def action(data: dict[str, Any]) -> Listed:
        if data["version"] != row.version:
            raise StaleWrite(row)
        row.lines, row.note, row.version = tuple(tuple(line) for line in data["lines"]), data["note"], row.version + 1
        return row

    form = ListedForm(sent, initial={"version": row.version})
    form.submit(action)
    return form


def test_a_line_that_the_other_took_out_does_not_come_back() -> None:
    row = Listed()
    mine = sent_of(row, note="Min merknad")
    save_lines(row, sent_of(row, lines__2__what="", lines__2__amount=""))
    form = save_lines(row, mine)
    assert form.merge is not None
    assert [(item.name, item.changed) for item in form.merge.rows] == [
        ("lines", Changed.THEIRS), ("note", Changed.MINE),
    ]  # fmt: skip
    assert save_lines(row, form.data).is_valid()
    assert [line[0] for line in row.lines] == ["Buss", "Mat"]
    assert row.note == "Min merknad"


def test_lines_that_both_changed_are_asked_about_as_one() -> None:
    row = Listed()
    mine = sent_of(row, lines__2__amount="77")
    save_lines(row, sent_of(row, lines__0__what="", lines__0__amount="", lines__3__what="Kor", lines__3__amount="3"))
    form = save_lines(row, mine)
    assert form.merge is not None
    assert [(item.name, item.asks) for item in form.merge.rows] == [("lines", True)]
    again = form.data.copy()
    again["choice-lines"] = "theirs"
    assert save_lines(row, again).is_valid()
    assert [(name, int(amount)) for name, amount in row.lines] == [("Mat", 40), ("Rom", 7), ("Kor", 3)]


class ActForm(RowForm):
    acts = True


def test_a_form_that_is_an_act_shows_what_stands_and_changes_nothing_that_was_typed() -> None:
    row, desk = stale({"name": "Ditt", "amount": 12}, {"name": "Mitt"}, ActForm)
    assert desk.form.merge is not None
    assert (desk.form.merge.acts, desk.form.merge.asks) == (True, False)
    assert desk.form["amount"].value() == ""
    assert desk.save(row)
    assert row.name == "Mitt"


def test_the_page_says_it_in_words_and_marks_the_words_that_differ() -> None:
    _row, desk = stale({"note": "Leksehjelp på <b>onsdag</b>."}, {"note": "Leksehjelp på fredag."})
    page = str(desk.form)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert "tatt bort: tirsdag." in text
    assert "lagt til: fredag." in text
    assert "&lt;b&gt;onsdag&lt;/b&gt;." in page
    assert 'name="choice-note" value="theirs"' in page
    assert page.count('name="base"') == 1
