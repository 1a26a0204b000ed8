"""Forms that meet somebody else's change: the page gets both side by side, and nothing anyone wrote goes unseen.

A form carries what its fields stood at when it was made, in a hidden input beside the version. The audit log knows the
columns of one row only; a form also has fields of other tables (goals, partners, lines), and values that were worked out
for it. What its fields showed is what its reader started from, whatever they were made of.
"""

import datetime
import re
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format, localize
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from organisation.domain.errors import StaleWrite
from organisation.domain.writing import last_saved
from organisation.merging import Changed, Merge, MergeRow, Sent, Standing, plain, who_changed

THEIRS, MINE = "theirs", "mine"


class VersionInput(forms.HiddenInput):
    """The version a form was read at and what its fields stood at. Whatever template shows the one sends both."""

    template_name = "partials/version_input.html"
    form: "MergingForm"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["standing_name"], context["standing"] = self.form.standing_name, self.form.standing_to_send()
        return context


class MergingForm(forms.Form):
    """`acts`: the form says what is to happen, not how a row is to be. What stands is shown; there is nothing to merge."""

    acts = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merge: Merge | None = None
        self.standing = Standing()
        self._typed: Any = self.data

    # What the page is told and tells

    @property
    def standing_name(self) -> str:
        return self.add_prefix("base")

    def standing_to_send(self) -> str:
        if self.is_bound:
            return str(self.data.get(self.standing_name, ""))
        if self.acts:
            return ""  # there is nothing to merge
        if "base" in self.initial:
            return str(self.initial["base"])  # shown again with what was typed
        names = self._mergeable()
        return Standing({name: self._sent(name, self.opened_value(name)) for name in names}).written()

    def opened_value(self, name: str) -> Any:
        """What stands of a field when its page is made. A form that proposes something else says here what stands."""
        return self[name].initial

    def current_values(self, row: Any) -> dict[str, Any]:
        """The row's values under the form's names, to lay beside what was typed."""
        return {name: getattr(row, name) for name in self.fields if name != "version" and hasattr(row, name)}

    def resend(self, name: str, value: str) -> None:
        """Put another value into a hidden field, for the next time the form is sent."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix(name)] = value
        self.data = data

    # What was chosen

    def full_clean(self) -> None:
        if not self.is_bound or "version" not in self.fields:
            return super().full_clean()
        self.standing, self._typed = Standing.read(str(self.data.get(self.standing_name, ""))), self.data
        self.standing.choose = [name for name in self.standing.choose if name in self._mergeable()]
        for name in self.standing.choose:
            if self._chosen(name) == THEIRS and name in self.standing.stood:
                self._put(name, self.standing.stood[name])
        super().full_clean()
        for name in self.standing.choose:
            if self._chosen(name) not in (THEIRS, MINE):
                message = _("Dere har begge endret feltet. Velg hva som skal gjelde.")
                self.add_error(name, ValidationError(message, code="choose"))
        if self.errors:
            self.ask_again()
        return None

    def ask_again(self) -> None:
        """Refused for some reason: what was typed stands in its fields, and what there is to choose between is shown."""
        if not self.standing.choose:
            return
        self.data = self._typed
        rows = []
        for name in self.standing.choose:
            opened = self.standing.opened.get(name)
            theirs = self.standing.stood.get(name, {})
            rows.append(
                self._merge_row(name, Changed.BOTH, opened, self._words(name, theirs), chosen=self._chosen(name))
            )
        self.merge = Merge(rows, self.standing.saved)

    def _chosen(self, name: str) -> str:
        return str(self._typed.get(self._choice_name(name), ""))

    def _choice_name(self, name: str) -> str:
        return self.add_prefix(f"choice-{name}")

    # What somebody else saved

    def meet(self, error: StaleWrite) -> None:
        """Lay what stands now beside what was typed. A field that only the other changed takes the other's value."""
        names, can_ask = self._mergeable(), "version" in self.fields and not self.acts
        after, rows = Standing(saved=saved_in_words(error.current)), []
        for name, value in self.current_values(error.current).items():
            if name not in names:
                continue
            theirs, opened = self._sent(name, value), self.standing.stood.get(name)
            after.stood[name] = theirs
            changed = self._who_changed(name, opened, theirs)
            if changed is None:
                continue
            if self.acts or (changed == Changed.BOTH and not can_ask):
                changed = Changed.MINE
            rows.append(self._merge_row(name, changed, opened, self._words(name, theirs, value)))
            if changed == Changed.BOTH:
                after.choose.append(name)
                after.opened |= {name: opened} if opened is not None else {}
            elif changed == Changed.THEIRS:
                self._put(name, theirs)
        self.merge = Merge(rows, after.saved, acts=not can_ask)
        self.standing = after
        self.resend("base", after.written())
        self.resend("version", str(error.current.version))

    def _who_changed(self, name: str, opened: Sent | None, theirs: Sent) -> Changed | None:
        return who_changed(
            opened=None if opened is None else self._key(name, opened), theirs=self._key(name, theirs),
            mine=self._key(name, self.data), opened_is_known=opened is not None,
        )  # fmt: skip

    def changed_by_me(self, name: str) -> bool | None:
        """Whether a field was left as it stood on the page; None where the page didn't say."""
        opened = self.standing.stood.get(name)
        return None if opened is None else self._key(name, opened) != self._key(name, self.data)

    def _merge_row(self, name: str, changed: Changed, opened: Sent | None, theirs: str, chosen: str = "") -> MergeRow:
        return MergeRow(
            name=name, label=self.fields[name].label, changed=changed, theirs=theirs, mine=self._words(name, self.data),
            opened=None if opened is None else self._words(name, opened), nothing=_("(tomt)"),
            input_name=self._choice_name(name) if changed == Changed.BOTH else "", chosen=chosen,
            place=f"both-{self.add_prefix(name)}", field_place=place_of(self[name]),
        )  # fmt: skip

    # Fields and what is sent of them

    def _mergeable(self) -> list[str]:
        return [
            name for name, field in self.fields.items()
            if name != "version" and not isinstance(field, forms.FileField)
            and not isinstance(field.widget, forms.PasswordInput) and not field.widget.is_hidden
        ]  # fmt: skip

    def _sent(self, name: str, value: Any) -> Sent:
        field = self.fields[name]
        return sent_by(field.widget, self.add_prefix(name), field.prepare_value(value))

    def _put(self, name: str, sent: Sent) -> None:
        """Let a field stand as if this had been typed in it."""
        data = cast(QueryDict, self.data).copy()
        for html_name in self._inputs(name, data):
            del data[html_name]
        for html_name, values in sent.items():
            data.setlist(html_name, values)
        self.data = data

    def _inputs(self, name: str, data: QueryDict) -> list[str]:
        """The inputs a field was sent in. Lines that another has taken out are not among those that are put in."""
        full = self.add_prefix(name)
        lines = inputs_of_lines(data, full) if hasattr(self.fields[name].widget, "sent") else []
        return [*lines, *([full] if full in data else [])]

    def _value(self, name: str, data: Any) -> tuple[Any, bool]:
        """The value that was sent of a field, and whether it is one: else what stands there, as it stands."""
        field = self.fields[name]
        value = field.widget.value_from_datadict(as_data(data), MultiValueDict(), self.add_prefix(name))
        try:
            return field.clean(value), True
        except ValidationError:
            return value, False

    def _key(self, name: str, data: Any) -> Any:
        value, _is_one = self._value(name, data)
        several = isinstance(self.fields[name], forms.MultipleChoiceField) and isinstance(value, list)
        return plain(frozenset(value) if several else value)

    def _words(self, name: str, data: Any, stored: Any = None) -> str:
        value, is_one = self._value(name, data)
        return self.in_words(name, value if is_one or stored is None else stored)

    def in_words(self, name: str, value: Any) -> str:
        """A field's value as the page tells it."""
        return str(display_value(self.fields[name], value))


def place_of(bound: forms.BoundField) -> str:
    """Where a field is on its page; one of several inputs has its id on what holds them together."""
    return str(bound.id_for_label or bound.auto_id)


def inputs_of_lines(data: Iterable[str], start: str) -> list[str]:
    """Of what was sent, the inputs of lines that are filled in side by side, and how many there are."""
    pattern = re.compile(rf"{re.escape(start)}-(rows|[0-9]+-.+)")
    return [name for name in data if pattern.fullmatch(name)]


def as_data(data: Any) -> Any:
    """What was kept of an earlier page, to be read as what a browser sends."""
    if isinstance(data, dict) and not isinstance(data, MultiValueDict):
        return MultiValueDict({html_name: values for html_name, values in data.items() if values})
    return data


def sent_by(widget: forms.Widget, name: str, value: Any) -> Sent:
    """What a browser sends of a widget that shows a value and is left alone."""
    if hasattr(widget, "sent"):
        return cast(Sent, widget.sent(name, value))
    if isinstance(widget, forms.MultiWidget):
        several = cast(Any, widget)
        parts = zip(several.widgets, several.widgets_names, several.decompress(value), strict=True)
        return {key: values for one, end, part in parts for key, values in sent_by(one, name + end, part).items()}
    if isinstance(widget, forms.CheckboxInput):
        return {name: ["on"] if widget.check_test(value) else []}
    shown = widget.format_value(value)
    return {name: ["" if one is None else str(one) for one in (shown if isinstance(shown, list | tuple) else [shown])]}


def saved_in_words(row: Any) -> str:
    """Who saved a row last, and when; "" where the log doesn't say."""
    saved = last_saved(row=row) if isinstance(row, Model) else None
    if saved is None:
        return ""
    when = date_format(timezone.localtime(saved.at), "DATETIME_FORMAT")
    return str(format_lazy("{who}, {when}", who=saved.name or _("Systemet"), when=when))


def display_value(field: forms.Field, value: Any) -> Any:
    """A value as the form shows it: the label of a choice, yes or no, a date."""
    if isinstance(field, forms.ModelChoiceField):
        several = isinstance(value, QuerySet | list | tuple)
        rows = list(value) if several else [value] if value else []
        labels = [field.label_from_instance(row) if isinstance(row, Model) else row for row in rows]
        return ", ".join(str(label) for label in labels) or _("(tomt)")
    choices = getattr(field.widget, "choices", None)
    if choices and not isinstance(value, list):
        return labels_of(choices).get(str("" if value is None else value), value)
    if choices:
        return ", ".join(str(labels_of(choices).get(str(one), one)) for one in value) or _("(tomt)")
    if isinstance(value, bool):
        return _("Ja") if value else _("Nei")
    if isinstance(value, datetime.datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return date_format(value)
    if isinstance(value, list | tuple):
        return "\n".join(str(item) for item in value) or _("(tomt)")
    return localize(value) if value not in (None, "") else _("(tomt)")


def labels_of(choices: Any) -> dict[str, Any]:
    """The labels of a list of choices, also of those that stand in groups."""
    flat: dict[str, Any] = {}
    for key, label in choices:
        flat |= labels_of(label) if isinstance(label, list | tuple) else {str(key): label}
    return flat
