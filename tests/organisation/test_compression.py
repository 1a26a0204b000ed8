"""What is sent compressed, and what is not."""

import gzip
from typing import Any

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.urls import reverse

from organisation.compression import Compression
from organisation.models import Role
from tests.factories import make_member
from tests.factories.families import make_family

TEXT = "Tiltak. " * 500
pytestmark = pytest.mark.django_db


def answer(made: Any, path: str = "/planer/") -> Any:
    return Compression(lambda request: made)(RequestFactory().get(path, headers={"accept-encoding": "gzip, br"}))


def test_a_page_is_compressed_and_its_length_is_not_the_same_twice() -> None:
    found = [answer(HttpResponse(TEXT)) for _ in range(8)]
    assert all(gzip.decompress(one.content).decode() == TEXT for one in found)
    assert len({len(one.content) for one in found}) > 1, "random bytes hide the length"
    assert "Accept-Encoding" in found[0]["Vary"]


def test_a_stream_is_compressed_piece_by_piece() -> None:
    made = answer(StreamingHttpResponse(iter([b"a" * 9000, b"b" * 9000]), content_type="text/csv"))
    assert gzip.decompress(b"".join(made.streaming_content)) == b"a" * 9000 + b"b" * 9000


def test_what_is_packed_already_is_left_as_it_is(tmp_path: Any) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x" * 9000)
    made = FileResponse((tmp_path / "a.pdf").open("rb"))
    assert not answer(made).has_header("Content-Encoding") and made.file_to_stream is not None
    made.close()


@pytest.mark.parametrize("path", ["/familier/", "/familier/2222222222/kontakt/", "/api/familier/"])
def test_what_is_said_of_a_family_is_never_compressed(path: str) -> None:
    assert not answer(HttpResponse(TEXT), path).has_header("Content-Encoding")


def test_what_nobody_may_store_is_never_compressed() -> None:
    made = HttpResponse(TEXT, headers={"Cache-Control": "private, no-store"})
    assert not answer(made).has_header("Content-Encoding")


def test_other_pages_that_may_name_a_family_are_not_compressed(client_for: Any) -> None:
    """The next steps on the first page, and the search, which repeats what was typed."""
    family = make_family()
    client = client_for(family.case_holder, headers={"accept-encoding": "gzip"})
    for path in (reverse("home"), f"{reverse('search')}?q={family.public_id[:4]}"):
        page = client.get(path)
        assert page.status_code == 200 and len(page.content) > 200 and not page.has_header("Content-Encoding"), path


def test_every_page_of_a_family_has_an_address_that_says_so(client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder, headers={"accept-encoding": "gzip"})
    for name in ("family", "family-contacts", "family-reads"):
        page = client.get(reverse(name, args=[family.public_id]))
        assert page.status_code == 200 and not page.has_header("Content-Encoding"), name
    other = client_for(make_member(Role.COORDINATOR), headers={"accept-encoding": "gzip"})
    assert other.get(reverse("plan-list"))["Content-Encoding"] == "gzip"
