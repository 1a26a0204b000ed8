"""The page of the logo: seen by administrators, uploaded, shown without an address of its own, removed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisation.domain.municipality import logo_of
from organisation.models import MunicipalityLogo, Role
from tests.factories import LogoFactory, MembershipFactory, MunicipalityFactory, UnitFactory, make_member, picture

pytestmark = pytest.mark.django_db
LIST = "municipality-logos"


class Place:
    def __init__(self, client_for: Any, name: str) -> None:
        self.town = MunicipalityFactory(name=name)
        self.root = UnitFactory(municipality=self.town)
        self.admin = make_member(Role.ADMINISTRATOR, self.root)
        self.client = client_for(self.admin)
        self.upload_url = reverse("municipality-logo", args=[self.town.public_id])
        self.remove_url = reverse("municipality-logo-remove", args=[self.town.public_id])


@pytest.fixture
def here(client_for: Any) -> Place:
    return Place(client_for, "Nærvik kommune")


def upload(content: bytes, name: str = "logo.png") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content)}


def test_a_logo_is_uploaded_shown_and_removed(here: Place) -> None:
    assert "har ingen logo" in here.client.get(reverse(LIST)).content.decode()
    answer = here.client.post(here.upload_url, upload(picture()), follow=True)
    page = answer.content.decode()
    assert f'src="{logo_of(here.town)}"' in page and "Logoen til Nærvik kommune" in page
    assert "Logoen er lagret" in page
    page = here.client.post(here.remove_url, follow=True).content.decode()
    assert "Logoen er fjernet" in page and "data:image/png" not in page
    assert logo_of(here.town) == ""


def test_asking_whether_to_remove_it_removes_nothing(here: Place) -> None:
    LogoFactory(municipality=here.town)
    assert "Fjern logoen" in here.client.get(here.remove_url).content.decode()
    assert logo_of(here.town)


@pytest.mark.parametrize("name", ["logo.png", "logo.svg", "logo"])
def test_another_file_is_refused_at_its_field_whatever_it_is_called(here: Place, name: str) -> None:
    answer = here.client.post(here.upload_url, upload(b"<svg xmlns='http://www.w3.org/2000/svg'/>", name))
    assert answer.status_code == 422
    assert "PNG eller JPEG" in str(answer.context["form"].errors["file"])
    assert not MunicipalityLogo.objects.exists()


def test_no_file_is_refused_too(here: Place) -> None:
    answer = here.client.post(here.upload_url, {})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])


def test_another_municipalitys_logo_is_neither_shown_nor_touched(here: Place, client_for: Any) -> None:
    far = Place(client_for, "Fjernvik kommune")
    LogoFactory(municipality=far.town, image=picture(size=(77, 77)))
    before = logo_of(far.town)
    page = here.client.get(reverse(LIST)).content.decode()
    assert "Fjernvik" not in page and before not in page
    for url in (far.upload_url, far.remove_url):
        assert here.client.get(url).status_code == 404
        assert here.client.post(url, upload(picture())).status_code == 404
    assert logo_of(far.town) == before


def test_nobody_but_an_administrator_gets_in(here: Place, client_for: Any) -> None:
    LogoFactory(municipality=here.town)
    before = logo_of(here.town)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        client = client_for(make_member(role, None if role == Role.ANALYST else here.root))
        for url in (reverse(LIST), here.upload_url, here.remove_url):
            assert client.get(url).status_code == 403, role
            assert client.post(url, upload(picture(size=(50, 50)))).status_code == 403, role
    assert logo_of(here.town) == before


def test_many_municipalities_take_no_more_questions(here: Place) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert here.client.get(reverse(LIST)).status_code == 200
        return len(asked)

    LogoFactory(municipality=here.town)
    one = questions()
    for _ in range(3):
        unit = UnitFactory()
        MembershipFactory(user=here.admin, unit=unit, role=Role.ADMINISTRATOR)
        LogoFactory(municipality=unit.municipality)
    assert questions() == one
