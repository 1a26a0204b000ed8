"""The family's own form in the languages that only it has: every text is there, and no page falls back on Norwegian."""

import io
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation.template import templatize

from families.domain.voice import make_link
from families.models import Helpful, VoiceLanguage
from tests.factories.families import inside, make_family
from tests.identity_numbers import made_up
from tests.povertyplan.test_translations import BASE_DIR, KEYWORDS, PLACEHOLDER

LANGUAGES = sorted(set(VoiceLanguage.values) - {"nb", "en"})
FILES = [
    *sorted((BASE_DIR / "templates/families/voice/own").glob("*.html")),
    *(BASE_DIR / f"families/{folder}/own_form.py" for folder in ("domain", "forms", "views")),
]
BY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def texts_of_the_form() -> set[str]:
    """All that a family can be shown. The four answers of the first question stand with their model."""
    with translation.override("nb"):
        found = {str(label) for _value, label in Helpful.choices}
    for path in FILES:
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            source = f"(\n{templatize(source, str(path))}\n)"
        found |= {text for _line, text, _comments, _context in extract("python", io.BytesIO(source.encode()), KEYWORDS)}
    return found


def path_of(language: str) -> Path:
    return BASE_DIR / f"povertyplan/locale/{language}/LC_MESSAGES/django.po"


def catalog(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.fixture
def compiled(settings: Any, tmp_path: Path) -> None:
    """The translations as they stand in the .po, whether or not `make setup` has compiled them lately."""
    for language in LANGUAGES:
        target = tmp_path / language / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(parents=True)
        with target.open("wb") as file:
            write_mo(file, catalog(language))
    settings.LOCALE_PATHS = [tmp_path]


def test_there_are_four_languages_beside_the_products_own() -> None:
    assert LANGUAGES == ["ar", "nn", "pl", "uk"]
    folders = {path.name for path in (BASE_DIR / "povertyplan/locale").iterdir()}
    assert folders == {*LANGUAGES, "en"}
    assert len(texts_of_the_form()) > 30


@BY_LANGUAGE
def test_every_text_of_the_form_is_said_in_every_language_and_nothing_else(language: str) -> None:
    messages = {message.id: message for message in catalog(language) if message.id}
    assert set(messages) == texts_of_the_form()
    for text, message in messages.items():
        assert str(message.string).strip(), text
        assert not message.fuzzy, text
        assert sorted(PLACEHOLDER.findall(str(message.string))) == sorted(PLACEHOLDER.findall(str(text))), text
        assert text[-1:] == ":" or str(message.string)[-1:] != ":", text


@pytest.mark.parametrize(("language", "script"), [("ar", "\u0600\u06ff"), ("uk", "\u0400\u04ff")])
def test_other_scripts_are_written_in_their_own_letters(language: str, script: str) -> None:
    for message in catalog(language):
        if message.id:
            assert any(script[0] <= letter <= script[1] for letter in str(message.string)), message.id
            loose = PLACEHOLDER.sub("", str(message.string)).replace("QR", "")
            assert not any("a" <= letter.lower() <= "z" for letter in loose), message.id


@pytest.mark.django_db
@pytest.mark.usefixtures("compiled")
@BY_LANGUAGE
def test_no_page_of_the_form_falls_back_on_norwegian(language: str, client: Client) -> None:
    family = make_family()
    with inside(family) as vault:
        _link, token = make_link(vault=vault, language=language, days=14, by=vault.user, at=timezone.now())
    url = reverse("own-form", args=[token])
    pages = [
        client.get(url),
        client.post(url, {"helpful": "", "matters": made_up(), "wants_contact": "x"}),
        client.post(url, {"helpful": "yes", "matters": "x" * 1001}),
        client.post(url, {"helpful": "yes", "wants_contact": "yes"}),
        client.get(url),
        client.get(reverse("own-form", args=["A" * 43]), {"sprak": language}),
    ]
    assert [page.status_code for page in pages] == [200, 422, 422, 200, 410, 404]
    said = {text for text in texts_of_the_form() if catalog(language).get(text).string != text}
    shown = [page.content.decode() for page in pages]
    for page in shown:
        assert f'<html lang="{language}"' in page
        assert [text for text in said if f">{text}<" in page] == []
    assert all(catalog(language).get("Send svaret").string in page for page in shown[:3])


@pytest.mark.usefixtures("compiled")
@BY_LANGUAGE
def test_dates_are_in_the_language_too(language: str) -> None:
    import datetime

    from django.utils.formats import date_format

    expected = {"nn": "3. mai 2026", "ar": "3 مايو، 2026", "uk": "03 травня 2026 р.", "pl": "3 maja 2026"}
    with translation.override(language):
        assert date_format(datetime.date(2026, 5, 3)) == expected[language]
