"""The English translations: each text of the code has one, with the same placeholders, and the pages show them."""

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import ngettext
from django.utils.translation.template import templatize

from organisation.periods import HalfYear

BASE_DIR = Path(__file__).resolve().parents[2]
PO = BASE_DIR / "povertyplan/locale/en/LC_MESSAGES/django.po"
APPS = ("povertyplan", "organisation", "measures", "grants", "families", "reporting")
# The functions whose first argument is a text, as Django's makemessages has them.
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# %(name)s and %s, {name} of str.format, HTML tags: what a translation must keep.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|</?\w+>")


@cache
def texts_in_code() -> dict[Any, str]:
    """Each text as (context, singular, plural) with the file it was found in; no GNU gettext is needed."""
    found: dict[Any, str] = {}
    for path in source_files():
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            # What makemessages does: all but the texts becomes X's. The brackets spare the tokenizer the indentation.
            source = f"(\n{templatize(source, str(path))}\n)"
        for _line, text, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            singular, plural = text if isinstance(text, tuple) else (text, None)
            found.setdefault((context, singular, plural), str(path.relative_to(BASE_DIR)))
    return found


def source_files() -> Iterator[Path]:
    for app in APPS:
        yield from sorted((BASE_DIR / app).rglob("*.py"))
    yield from sorted((BASE_DIR / "templates").rglob("*.html"))


@cache
def catalog() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def messages() -> list[Message]:
    return [message for message in catalog() if message.id]


def key_of(message: Message) -> Any:
    singular, plural = message.id if isinstance(message.id, tuple) else (message.id, None)
    return message.context, singular, plural


def translations_of(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [message.string]


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def test_texts_are_found_in_python_and_templates() -> None:
    """The extractor itself: lazy, plural and in a template, as an argument of a tag and of a filter."""
    found = texts_in_code()
    assert found[None, "Saksbehandler", None] == "organisation/models/user.py"
    assert found[None, "%(n)s bruker", "%(n)s brukere"] == "templates/organisation/settings/user_list.html"
    assert {(None, text, None) for text in ("Hopp til innholdet", "Sist loggført", "Lagre", "Lager sidene")} <= set(
        found
    )
    assert len(found) > 500


def test_every_text_has_an_english_translation() -> None:
    known = {key_of(message): message for message in messages()}
    untold = [f"{path}: {key[1]!r}" for key, path in texts_in_code().items() if key not in known]
    assert not untold, "Run `make messages` and translate:\n" + "\n".join(untold)
    empty = [message.id for message in messages() if not all(text.strip() for text in translations_of(message))]
    assert not empty, f"Without a translation: {empty}"
    fuzzy = [message.id for message in messages() if message.fuzzy]
    assert not fuzzy, f"Guessed by msgmerge; correct the text and remove the fuzzy mark: {fuzzy}"
    assert not catalog().fuzzy, "The file's header is marked fuzzy, so Babel would not compile it."


def test_no_translation_is_left_of_a_text_that_is_gone() -> None:
    gone = [message.id for message in messages() if key_of(message) not in texts_in_code()]
    assert not gone, f"Run `make messages`; no longer in the code: {gone}"
    assert not catalog().obsolete, f"Run `make messages`; obsolete: {list(catalog().obsolete)}"


def test_translations_keep_placeholders_and_margins() -> None:
    for message in messages():
        sources = list(message.id) if isinstance(message.id, tuple) else [message.id]
        assert len(translations_of(message)) == len(sources), f"{message.id!r}: the number of plural forms"
        for source, text in zip(sources, translations_of(message), strict=True):
            assert placeholders(text) == placeholders(source), f"{source!r} -> {text!r}"
            assert text[:1].isspace() == source[:1].isspace(), f"{source!r} -> {text!r}: space before"
            assert text[-1:].isspace() == source[-1:].isspace(), f"{source!r} -> {text!r}: space after"


def test_placeholders_are_seen() -> None:
    assert placeholders("%(a)s av {b}, <strong>%s</strong> 5 %%") == [
        "%%",
        "%(a)s",
        "%s",
        "</strong>",
        "<strong>",
        "{b}",
    ]
    assert placeholders("100 prosent (a) % b") == []


def test_the_file_says_nothing_about_time_or_place() -> None:
    """Else it would change each time `make messages` is run, on each machine in its own way."""
    text = PO.read_text(encoding="utf-8")
    assert "\n#:" not in text and "POT-Creation-Date" not in text and "PO-Revision-Date" not in text
    assert "Plural-Forms: nplurals=2; plural=(n != 1);" in text


@pytest.fixture
def compiled(settings: Any, tmp_path: Path) -> None:
    """The translations as they stand in the .po, whether or not `make setup` has compiled them lately."""
    target = tmp_path / "en" / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalog())
    settings.LOCALE_PATHS = [tmp_path]


@pytest.mark.usefixtures("compiled")
def test_plurals_and_periods_in_english() -> None:
    with translation.override("en"):
        assert [ngettext("%(n)s tiltak", "%(n)s tiltak", n) % {"n": n} for n in (0, 1, 2)] == [
            "0 measures",
            "1 measure",
            "2 measures",
        ]
        assert HalfYear(2026, 1).label != "1. halvår 2026"
        assert formats.number_format("1838.5", force_grouping=True) == "1\u00a0838.5"
        assert formats.sanitize_separators("60.5") == "60.5"
    with translation.override("nb"):
        assert HalfYear(2026, 1).label == "1. halvår 2026"


@pytest.mark.usefixtures("compiled")
def test_the_log_in_page_in_both_languages(client: Client) -> None:
    norwegian = client.get(reverse("login")).content.decode()
    assert '<html lang="nb"' in norwegian and "Logg inn" in norwegian
    client.cookies["django_language"] = "en"
    english = client.get(reverse("login")).content.decode()
    assert '<html lang="en"' in english
    for text in ("Log in", "Email address", "Password", "Skip to content", "Norsk bokmål"):
        assert text in english
    for text in ("Logg inn", "E-postadresse", "Hopp til"):
        assert text not in english


@pytest.mark.usefixtures("compiled")
def test_an_error_page_in_english() -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    answer = client.post(reverse("login"), {"username": "a@b.example", "password": "c"})
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "The page was open for too long" in text and "Siden var åpen" not in text
