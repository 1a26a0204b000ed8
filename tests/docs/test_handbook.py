"""docs/brukerhandbok says what the help pages say, and its pictures are there and small."""

import re

from django.utils import translation

from organisation.help.handbook import CHAPTERS, PICTURES, chapters
from organisation.help.tour import STEPS
from organisation.models import Role
from povertyplan import handbook
from reporting.demo.organisation import PASSWORD, PEOPLE

FOLDER = handbook.FOLDER
LARGEST = 150_000


def test_the_chapters_are_those_of_the_help_pages() -> None:
    with translation.override("nb"):
        made = chapters()
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert sorted(on_disk) == sorted(made)
    assert [name for name, text in made.items() if text != on_disk[name]] == [], "Run `make handbook`"


def test_every_role_has_a_chapter() -> None:
    assert set(CHAPTERS) == set(Role)


def test_each_picture_is_taken_is_there_and_is_small() -> None:
    assert {picture.slug for picture in handbook.PICTURES} == set(PICTURES) <= {step.slug for step in STEPS}
    sizes = {path.stem: path.stat().st_size for path in (FOLDER / "bilder").iterdir()}
    assert set(sizes) == set(PICTURES)
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}


def test_links_lead_to_files() -> None:
    for path in FOLDER.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_people_in_the_pictures_are_those_of_the_demo() -> None:
    assert {picture.email for picture in handbook.PICTURES} <= {person.email for person in PEOPLE}
    assert handbook.PASSWORD == PASSWORD
