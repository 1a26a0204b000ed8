"""The forms of a comment."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organisation.domain.attachments import ACCEPT
from organisation.domain.comments import MOST_FILES
from organisation.forms import INCOMPLETE, BaseForm, Result
from organisation.models import User, new_public_id


def new_form_key() -> str:
    """A random key for one rendered form: 20 characters, nothing that can be guessed or met by chance."""
    return new_public_id() + new_public_id()


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files, or none."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("Legg ved høyst %(most)s filer.") % {"most": MOST_FILES}, code="most")
        # The domain says what is wrong with an empty one.
        return [forms.FileField(allow_empty_file=True).clean(file) for file in files]


class CorrectionForm(BaseForm):
    edits = True

    text = forms.CharField(
        label=_("Kommentar"), widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Skriv en kommentar.")},
        help_text=_("Skriv @ og hele navnet for å si fra til noen. Ikke skriv opplysninger som viser hvem en innbygger er."),
    )  # fmt: skip
    told = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Si fra til"), required=False, to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple, help_text=_("De får et varsel. Listen viser dem som kan lese kommentaren."),
        error_messages={"invalid_choice": _("Du kan bare si fra til noen som kan lese kommentaren.")},
    )  # fmt: skip

    def __init__(self, *args: Any, people: "QuerySet[User]", by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["told"].queryset = people.exclude(pk=by.pk)  # type: ignore[attr-defined]
        self.fields["text"].widget.attrs["data-mentions"] = self["told"].auto_id

    def current_values(self, row: Any) -> dict[str, Any]:
        """Who has been told is no value of the comment: beside what was typed stands the text."""
        return {"text": row.text}

    @property
    def told_is_open(self) -> bool:
        return bool(self["told"].errors or (self.is_bound and self["told"].value()))


class CommentForm(CorrectionForm):
    edits = False

    file = FilesField(
        label=_("Vedlegg"), required=False, widget=FilesInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF, PNG, JPEG, Word eller Excel, høyst 10 MB hver. Høyst fem filer."),
    )  # fmt: skip
    form_key = forms.RegexField(
        r"^[0-9a-z]{20}\Z", label=_("Skjemaet"), widget=forms.HiddenInput, required=False, initial=new_form_key,
        error_messages={"invalid": INCOMPLETE},
    )  # fmt: skip

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        """A form that was refused comes back as a new one: what it is sent with next is meant to be saved."""
        result = super().submit(action)
        if result is None:
            self.resend("form_key", new_form_key())
        return result
