"""What the one search can be asked and narrowed down by; all of it stands in the address."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation.forms import BaseForm
from reporting.domain.search_words import LONGEST_SEARCH
from reporting.models import SearchKind

TOO_LONG = _("Søket er for langt. Skriv noen få ord.")


class SearchForm(BaseForm):
    marks_optional = False

    q = forms.CharField(
        label=_("Søk i alt du har tilgang til"), required=False, max_length=LONGEST_SEARCH,
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(
            attrs={"type": "search", "data-search-box": True, "autocomplete": "off", "aria-keyshortcuts": "/"}
        ),
    )  # fmt: skip
    type = forms.ChoiceField(label=_("Vis"), required=False)

    def __init__(self, *args: Any, kinds: Sequence[SearchKind], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "filter-%s", **kwargs})
        choices = [("", _("Alt")), *((kind.value, kind.label) for kind in kinds)]
        self.fields["type"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> tuple[str, SearchKind | None]:
        """The words and the kind, as far as they can be understood: a kind that is none shows everything."""
        self.is_valid()
        kind = self.cleaned_data.get("type")
        return self.cleaned_data.get("q") or "", SearchKind(kind) if kind else None
