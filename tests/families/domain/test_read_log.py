"""Who has read a family, in words."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from families.domain.read_log import in_words, readers, reads
from families.domain.read_pages import REFUSED, WORDS, page_in_words
from families.domain.reading import log_refusal, open_families, reading
from families.models import TeamMember
from organisation.models import Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_family

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_a_line_says_who_for_which_service_which_page_and_why() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality, name="Skolen")
    colleague = make_member(Role.CASEWORKER, other, name="Prøve Leser")
    with inside(family):
        join_team(family, colleague, other)
    with reading(colleague):
        open_families(ids=[family.pk], page="family")
    with inside(family) as vault:
        line = in_words(vault=vault, entries=reads(vault=vault, reader=colleague.public_id))[0]
    assert (line.who, line.services, line.denied) == ("Prøve Leser", "Skolen", False)
    assert (line.page, line.basis) == ("Oversikten over familien", "I teamet til familien")


def test_whoever_was_refused_stands_there_with_where_she_works() -> None:
    family = make_family()
    stranger = make_member(Role.CASEWORKER, UnitFactory(municipality=family.municipality, name="Naboen"))
    with reading(stranger):
        assert open_families(ids=[family.pk], page="family") == []
    with inside(family) as vault:
        (line,) = in_words(vault=vault, entries=reads(vault=vault, reader=stranger.public_id))
    assert (line.services, line.denied, line.basis) == ("Naboen", True, "Avvist")


def test_the_service_is_that_of_the_day_she_read() -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, UnitFactory(municipality=family.municipality, name="Fast"))
    with inside(family):
        row = join_team(family, colleague, UnitFactory(municipality=family.municipality, name="Teamet"))
    with reading(colleague):
        open_families(ids=[family.pk], page="family")
    with inside(family) as vault:
        yesterday = TODAY - datetime.timedelta(days=1)
        TeamMember.objects.filter(pk=row.pk).update(from_day=yesterday, to_day=yesterday)
        (line,) = in_words(vault=vault, entries=reads(vault=vault, reader=colleague.public_id))
    assert line.services == "Fast", "she was not in the team when she read"


def test_another_familys_reads_are_not_there() -> None:
    family, other = make_family(), make_family()
    with inside(family) as vault:
        assert {row.family for row in reads(vault=vault)} == {family.pk}
        assert readers(vault=vault) == [family.case_holder]
        assert not reads(vault=vault, reader=other.case_holder.public_id)


def test_a_period_has_both_its_days() -> None:
    family = make_family()
    with inside(family) as vault:
        day = datetime.timedelta(days=1)
        assert reads(vault=vault, from_day=TODAY, to_day=TODAY)
        assert not reads(vault=vault, from_day=TODAY + day)
        assert not reads(vault=vault, to_day=TODAY - day)


def test_newest_first() -> None:
    family = make_family()
    with inside(family) as vault:
        found = [row.pk for row in reads(vault=vault)]
    assert found == sorted(found, reverse=True)
    assert len(found) > 1


def test_the_queries_do_not_grow_with_the_lines() -> None:
    family = make_family()

    def queries() -> int:
        with inside(family) as vault, CaptureQueriesContext(connection) as captured:
            in_words(vault=vault, entries=reads(vault=vault))
        return len(captured)

    few = queries()
    for _number in range(4):
        colleague = make_member(Role.CASEWORKER, family.unit)
        with inside(family):
            join_team(family, colleague, family.unit)
        with reading(colleague):
            open_families(ids=[family.pk], page="family")
    assert queries() == few <= 3


def test_a_page_without_words_is_shown_as_it_is_called() -> None:
    assert page_in_words("no-such-page") == "no-such-page"


def test_a_refusal_on_the_page_says_so() -> None:
    family = make_family()
    log_refusal(reference=family.public_id, page="family-close", by=family.case_holder)
    with inside(family) as vault:
        pages = {line.page for line in in_words(vault=vault, entries=reads(vault=vault))}
    assert f"{WORDS['family-close']} (avvist på siden)" in pages
    assert page_in_words(f"family{REFUSED}").endswith("(avvist på siden)")


def test_words_are_for_pages_that_are_there() -> None:
    from organisation.access import walk

    jobs = {"emergency", "insight-document", "insight-command", "erase-expired"}
    assert set(WORDS) - {pattern.name for _route, pattern in walk()} <= jobs


def test_every_page_of_a_family_has_words() -> None:
    from organisation.access import walk

    of_families = {str(pattern.name) for route, pattern in walk() if "reference>" in route}
    assert of_families - set(WORDS) == set()
