"""A municipality's logo: what may be one, who has which, and that documents keep theirs."""

import base64
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisation.domain.documents import make_document
from organisation.domain.errors import DomainError
from organisation.domain.municipality import LOGO_MAX_BYTES, check_logo, logo_of, remove_logo, set_logo
from organisation.models import AuditEntry, Municipality, MunicipalityLogo
from tests.at_once import at_once
from tests.factories import TEST_KIND, LogoFactory, MunicipalityFactory, UserFactory, picture

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><script>alert(1)</script></svg>'


def uri(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def test_the_logo_is_the_municipalitys_own_and_the_newest() -> None:
    town, other = MunicipalityFactory(), MunicipalityFactory()
    LogoFactory(municipality=other, image=picture(size=(50, 50)))
    assert (logo_of(town), logo_of(None)) == ("", "")
    set_logo(municipality=town, content=picture(), by=UserFactory())
    assert logo_of(town) == uri(picture())
    jpeg = picture("JPEG")
    set_logo(municipality=town, content=jpeg, by=UserFactory())
    assert logo_of(town) == uri(jpeg, "image/jpeg")
    assert MunicipalityLogo.objects.count() == 2


def test_a_logo_that_is_removed_is_gone_and_may_be_removed_again() -> None:
    town, other = MunicipalityFactory(), MunicipalityFactory()
    LogoFactory(municipality=town)
    LogoFactory(municipality=other)
    for _ in range(2):
        remove_logo(municipality=town, by=UserFactory())
    assert (logo_of(town), bool(logo_of(other))) == ("", True)


def test_the_log_says_who_changed_the_logo_and_holds_no_picture() -> None:
    town, by = MunicipalityFactory(), UserFactory()
    set_logo(municipality=town, content=picture(), by=by)
    remove_logo(municipality=town, by=by)
    made, removed = AuditEntry.objects.filter(table_name="organisation_municipalitylogo").order_by("id")
    assert (made.actor_id, made.action, removed.action) == (by.pk, "municipality.set_logo", "municipality.remove_logo")
    assert made.after["sha256"] == removed.before["sha256"] == hashlib.sha256(picture()).hexdigest()
    assert "image" not in made.after and "image" not in removed.before


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_pictures_with_colours_for_screens_are_taken(mode: str) -> None:
    assert check_logo(picture(mode=mode)) == ("image/png", 120, 60)


TYPE = "PNG eller JPEG"
BIG = picture(size=(900, 900))
REFUSED = {
    "empty": (b"", "tom"),
    "svg": (SVG, TYPE),
    "xml": (b'<?xml version="1.0"?>' + SVG, TYPE),
    "gif": (picture("GIF"), TYPE),
    "bmp": (picture("BMP"), TYPE),
    "webp": (picture("WEBP"), TYPE),
    "pdf": (b"%PDF-1.7\n", TYPE),
    "torn": (BIG[:200], TYPE),
    "broken": (BIG[:60] + b"\0" * 900, TYPE),
    "torn jpeg": (picture("JPEG")[:300], TYPE),
    "heavy": (picture() + b"\0" * LOGO_MAX_BYTES, "201 kB"),
    "wide": (picture(size=(2001, 60)), "2001 × 60"),
    "low": (picture(size=(120, 39)), "120 × 39"),
    "for print": (picture("JPEG", mode="CMYK"), "RGB"),
    "16 bits": (picture(mode="I;16"), "RGB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_logo_is_refused_with_a_reason_and_the_old_one_stays(name: str) -> None:
    content, word = REFUSED[name]
    town = MunicipalityFactory()
    LogoFactory(municipality=town)
    with pytest.raises(DomainError) as refused:
        set_logo(municipality=town, content=content, by=UserFactory())
    assert (refused.value.field, word in str(refused.value.message)) == ("file", True), refused.value.message
    assert logo_of(town) == uri(picture())


@given(cut=st.integers(min_value=1), change=st.binary(min_size=1, max_size=8))
def test_a_broken_picture_is_refused_or_read_and_nothing_else_happens(cut: int, change: bytes) -> None:
    good = picture()
    at = cut % len(good)
    broken = good[:at] + change + good[at + len(change) :]
    try:
        kind, width, height = check_logo(broken)
    except DomainError:
        return
    assert (kind, 40 <= width <= 2000, 40 <= height <= 2000) == ("image/png", True, True)


def test_a_document_is_made_with_the_logo_of_the_day_and_keeps_it() -> None:
    town, content = MunicipalityFactory(), {"title": "Brev"}
    without = make_document(municipality=town, kind=TEST_KIND, title="Brev", content=content)
    set_logo(municipality=town, content=picture(), by=UserFactory())
    made = make_document(municipality=town, kind=TEST_KIND, title="Brev", content=content)
    remove_logo(municipality=town, by=UserFactory())
    for document, expected in ((without, content), (made, content | {"logo": uri(picture())})):
        document.refresh_from_db()
        assert document.content == expected
    assert make_document(municipality=None, kind=TEST_KIND, title="Brev", content=content).content == content


@pytest.mark.django_db(transaction=True)
def test_two_logos_at_once_are_one() -> None:
    town, by = MunicipalityFactory(), UserFactory()
    pictures = [picture(size=(side, side)) for side in (50, 60, 70, 80)]

    def put(content: bytes) -> Any:
        return lambda: set_logo(municipality=Municipality.objects.get(pk=town.pk), content=content, by=by).pk

    assert len(set(at_once(*map(put, pictures)))) == 4
    assert logo_of(town) in [uri(content) for content in pictures]
