"""After retention has run, a search of the whole database dump, and of the files, finds none of the family's words."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from families.domain.decision_reminders import remind_of_expiring
from families.models import Family, InsightRequest, Member, RetentionRule
from families.tasks import erase_expired
from organisation.domain import document_jobs
from organisation.models import DocumentJob, Unit
from tests.dump import dump
from tests.factories import NoticeFactory, UnitFactory, ZoneFactory
from tests.factories.families import inside, make_family
from tests.factories.family_rows import every_word, make_everything
from tests.families.domain.test_retention import closed, make_rules, sets

pytestmark = pytest.mark.django_db(transaction=True)


def a_family() -> tuple[Family, Unit]:
    """With a word of its own in every text of every model, in a zone of its own town."""
    zone = ZoneFactory()
    unit = UnitFactory(municipality=zone.municipality)
    family = make_family(unit=unit, zone=zone)
    make_everything(family)
    return family, unit


def through_the_pages(family: Family, client: Client, media_root: Path) -> list[str]:
    """What people do: typed, corrected, searched for, downloaded. Returns the words they used."""
    where = [family.public_id]
    today = timezone.localdate().isoformat()
    typed = {
        "first_name": "Zqtypednameqz",
        "text": "Zqtypedtextqz",
        "next_step": "Zqtypedstepqz",
        "refused": "Zqrefusedqz",
    }
    child = {"role": "child", "first_name": typed["first_name"], "birth_year": "2019"}
    assert client.post(reverse("family-member-new", args=where), child).status_code == 302
    written = {"kind": "phone", "day": "today", "text": typed["text"], "next_step": typed["next_step"]}
    contact = {f"{family.public_id}-{name}": value for name, value in written.items()}
    logged = client.post(reverse("family-contact-new", args=where), contact)
    assert logged.status_code == 302, logged.context["form"].errors
    # Refused, and shown again with what was typed: nothing of it is stored.
    refused = client.post(
        reverse("family-contact-new", args=where), contact | {f"{family.public_id}-kind": typed["refused"]}
    )
    assert refused.status_code == 422
    with inside(family):
        mother = Member.objects.get(family=family, role="mother")
    asking = reverse("family-insight-list", args=where)
    assert client.post(asking, {"member": mother.public_id, "on": today}).status_code == 302
    document_jobs.run(DocumentJob.objects.latest("pk").pk)
    with inside(family):
        asked = InsightRequest.objects.filter(document__isnull=False).get()
    pdf = client.get(reverse("family-insight-pdf", args=[*where, asked.public_id]))
    assert b"".join(pdf.streaming_content).startswith(b"%PDF"), "the PDF was not made"
    data = client.get(reverse("family-insight-json", args=[*where, asked.public_id])).json()
    assert typed["text"] in str(data) and every_word()[0] in str(data)
    assert any(media_root.rglob("*.pdf")), "there is no file to delete"
    assert typed.pop("refused") not in dump()
    return list(typed.values())


def words_in(text: str, words: list[str]) -> list[str]:
    return [word for word in words if word.lower() in text.lower()]


def test_nothing_of_the_family_is_left_but_the_numbers(media_root: Path, client_for: Any) -> None:
    family, unit = a_family()
    neighbour, _unit = a_family_that_stays(unit)
    words = every_word() + through_the_pages(family, client_for(family.case_holder), media_root)
    remind_of_expiring(on=timezone.localdate())
    NoticeFactory(user=family.case_holder, url_path=reverse("family", args=[family.public_id]))
    words += [family.public_id, family.reference]
    before = dump()
    assert set(words) - set(words_in(before, words)) <= {family.reference}, "what is not there proves nothing"
    closed(family, 800)
    make_rules(family.municipality)
    counted = sets(family.municipality)
    erase_expired()
    after = dump()
    assert words_in(after, words) == []
    for path in media_root.rglob("*"):
        assert not path.is_file(), "a file is left"
    assert sets(family.municipality) == counted
    assert {figure for _project, figure, owner, _weight in counted if owner == family.pk} == {
        "families", "children", "driving_licences", "voice_partly",
    }  # fmt: skip
    assert "Zqneighbourqz" in after, "another family's words went too"
    assert neighbour.public_id in after


def a_family_that_stays(unit: Unit) -> tuple[Family, Unit]:
    from tests.factories.families import make_family_member

    family = make_family(unit=unit)
    with inside(family):
        make_family_member(family, first_name="Zqneighbourqz")
    return family, unit


def test_the_command_says_how_many_and_touches_nothing_on_a_dry_run(capsys: Any) -> None:
    family, _unit = a_family()
    closed(family, 2000)
    make_rules(family.municipality)
    call_command("erase_expired", "--dry-run")
    assert "1" in capsys.readouterr().out
    assert words_in(dump(), every_word()) == every_word()
    call_command("erase_expired")
    assert words_in(dump(), every_word()) == []
    assert RetentionRule.objects.count() == 4
