"""The demo's families: made up, and with something on every page for whoever logs in."""

import pytest
from django.db import connection
from django.utils import timezone

from families.domain.reading import my_family_ids, open_families, reading
from families.domain.vault import OpenFamily
from families.models import Consent, Contact, Decision, Family, Need, Topic
from organisation.models import Municipality, User
from reporting.demo.reading import read
from reporting.models import FamilyFigure, FamilyRelease

pytestmark = pytest.mark.django_db
HOLDER, HEALTH, PARTNER = "saksbehandler@trondheim.example", "helse@trondheim.example", "partner@trondheim.example"


def opened(email: str) -> list[OpenFamily]:
    """The families of a log-in, oldest case first. Inside `reading`."""
    user, on = User.objects.get_by_natural_key(email), timezone.localdate()
    ids = my_family_ids(by=user, on=on)
    assert open_families(ids=ids, page="test") == ids
    return [OpenFamily(family, user, on) for family in Family.objects.filter(pk__in=ids).order_by("opened_on")]


def test_the_case_holder_has_the_whole_of_three_families(demo: None) -> None:
    facts = read("families.yaml")["families"]
    with reading(User.objects.get_by_natural_key(HOLDER)):
        vaults = opened(HOLDER)
        assert [len(vault.members) for vault in vaults] == [len(row["members"]) for row in facts]
        assert [vault.rows(Need).count() for vault in vaults] == [len(row.get("needs", ())) for row in facts]
        protected = vaults[1].family
        assert protected.protected and protected.zone is None
        assert vaults[0].family.zone is not None


def test_another_service_sees_what_the_family_has_consented_to(demo: None) -> None:
    with reading(User.objects.get_by_natural_key(HEALTH)):
        first, protected, newest = opened(HEALTH)
        # Both parents share needs and contacts; the father has not said yes to sharing decisions.
        assert first.rows(Need).filter(unit__name="NAV Lerkendal").exists()
        assert first.rows(Contact).filter(unit__name="NAV Lerkendal").exists()
        assert {row.unit.name for row in first.rows(Decision).filter(subject=None)} <= {first.unit.name}
        assert protected.rows(Contact).filter(unit__name="NAV Lerkendal").exists()
        assert not protected.rows(Need).exists()
        assert not newest.rows(Contact).exists()
    with reading(User.objects.get_by_natural_key(PARTNER)):
        # Its only consent was withdrawn.
        assert not any(vault.rows(Need).exists() or vault.rows(Contact).exists() for vault in opened(PARTNER))


def test_consents_of_every_kind_are_there_to_be_seen(demo: None) -> None:
    with reading(User.objects.get_by_natural_key(HOLDER)):
        opened(HOLDER)
        consents = list(Consent.objects.all())
        assert {consent.form for consent in consents} == {"oral", "written"}
        assert any(consent.withdrawn_at for consent in consents)
        assert {topic for consent in consents for topic in consent.topics} <= set(Topic.values)


def test_there_are_families_to_count(demo: None) -> None:
    town = Municipality.objects.get(name="Lillehammer")
    facts = read("families.yaml")["counted"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT figure, sum(weight) FROM povertyplan_family_sets(%s, %s) GROUP BY 1",
            [town.pk, timezone.localdate()],
        )
        found = dict(cursor.fetchall())
    assert found["families"] == facts["families"]
    assert found["children"] == sum(facts["children"])
    assert found["driving_licences"] == facts["outcomes"]["driving_licences"]


def test_numbers_are_published_and_none_is_below_five(demo: None) -> None:
    release = FamilyRelease.objects.get()
    published = {row.figure: row.value for row in FamilyFigure.objects.filter(release=release)}
    assert published["families"] == read("families.yaml")["counted"]["families"]
    assert min(published.values()) >= 5
    assert "driving_licences" not in published, "two are too few"
