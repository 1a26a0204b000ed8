"""The pages of the read log, innsyn and retention."""

import datetime
import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from families.models import Contact, InsightRequest, RetentionRule
from organisation.models import AuditEntry, DocumentJob, JobState, ReadEntry, Role
from tests.factories import MembershipFactory, UnitFactory, make_member
from tests.factories.families import inside, join_team, make_family, make_family_member, make_row
from tests.families.domain.test_retention import as_owner, closed
from tests.turning import turn

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def at(name: str, family: Any, *more: str) -> str:
    return reverse(name, args=[family.public_id, *more])


@pytest.mark.parametrize("name", ["family-reads", "family-reads-csv", "family-insight-list"])
def test_others_in_the_team_are_refused_and_that_is_logged(name: str, client_for: Any) -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family):
        join_team(family, colleague, family.unit)
    assert client_for(colleague).get(at(name, family)).status_code == 403
    with inside(family):
        assert ReadEntry.objects.filter(reader=colleague).first().page == f"{name}:refused"


def test_the_overview_leads_there_for_the_case_holder_alone(client_for: Any) -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family):
        join_team(family, colleague, family.unit)
    link = at("family-reads", family)
    assert link in client_for(family.case_holder).get(at("family", family)).content.decode()
    assert link not in client_for(colleague).get(at("family", family)).content.decode()


def test_the_log_is_filtered_by_person_and_period(client_for: Any) -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit, name="Prøve Kollega")
    with inside(family):
        join_team(family, colleague, family.unit)
    client_for(colleague).get(at("family", family))
    client = client_for(family.case_holder)
    lines = client.get(at("family-reads", family), {"person": colleague.public_id}).context["lines"]
    assert {line.who for line in lines} == {"Prøve Kollega"}
    tomorrow = (TODAY + datetime.timedelta(days=1)).isoformat()
    assert client.get(at("family-reads", family), {"fra": tomorrow}).context["lines"] == []
    for wrong in ({"person": "2222222222"}, {"fra": "i går"}):
        answer = client.get(at("family-reads", family), wrong)
        assert (answer.status_code, answer.context["lines"]) == (200, [])


def test_the_log_has_pages(client_for: Any) -> None:
    family, client = make_family(), None
    for _number in range(60):
        with inside(family):
            pass
    client = client_for(family.case_holder)
    first = client.get(at("family-reads", family))
    second = turn(client, first)
    assert len(first.context["lines"]) == 50
    assert second.context["lines"]


def test_the_file_has_all_lines_and_no_formula(client_for: Any) -> None:
    family = make_family()
    family.case_holder.name = "=1+1"
    family.case_holder.save()
    answer = client_for(family.case_holder).get(at("family-reads-csv", family))
    rows = answer.getvalue().decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Til intern kontroll."), "whoever gets it by mistake reads that first"
    assert rows[1] == "Når;Hvem;Tjeneste;Hva;Hvorfor"
    assert rows[2].split(";")[1] == "'=1+1"
    assert answer["Content-Disposition"] == 'attachment; filename="intern-kontroll-hvem-har-lest.csv"'
    assert "Til intern kontroll" in client_for(family.case_holder).get(at("family-reads", family)).content.decode()
    assert "no-store" in answer["Cache-Control"]


def made_insight(client: Client, family: Any) -> InsightRequest:
    with inside(family):
        mother = make_family_member(family)
    answer = client.post(at("family-insight-list", family), {"member": mother.public_id, "on": TODAY.isoformat()})
    assert answer.status_code == 302
    with inside(family):
        row = InsightRequest.objects.select_related("document").latest("pk")
    row.document.file.save("x.pdf", ContentFile(b"%PDF-1.7"), save=False)
    row.document.save(update_fields=["file"])
    DocumentJob.objects.filter(document=row.document).update(state=JobState.DONE, finished_at=timezone.now())
    return row


def test_innsyn_from_asking_to_handed_over(client_for: Any, media_root: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    row = made_insight(client, family)
    where = (family, row.public_id)
    assert at("family-insight-pdf", *where) in client.get(at("family-insight-list", family)).content.decode()
    assert b"".join(client.get(at("family-insight-pdf", *where)).streaming_content).startswith(b"%PDF")
    data = client.get(at("family-insight-json", *where))
    assert json.loads(data.content)["schema"] == "povertyplan-innsyn-1"
    with inside(family):
        logged = set(ReadEntry.objects.filter(basis="insight").values_list("page", flat=True))
    assert logged == {"family-insight-pdf", "family-insight-json"}
    client.post(at("family-insight-hand-over", *where))
    page = client.get(at("family-insight-list", family)).content.decode()
    assert "Filen er slettet" in page
    assert not list(media_root.rglob("*.pdf"))
    for name in ("pdf", "json", "progress"):
        assert client.get(at(f"family-insight-{name}", *where)).status_code == 404, name
    assert client.post(at("family-insight-again", *where)).status_code == 404
    assert DocumentJob.objects.get(document=row.document).state == JobState.FAILED, "it is not made again"


def test_the_download_shows_what_consents_hide_from_the_case_holders_pages(client_for: Any, media_root: Any) -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    client = client_for(family.case_holder)
    row = made_insight(client, family)
    with inside(family):
        make_row(Contact, family, other, happened_on=datetime.date(2025, 1, 1), text="Det skolen skrev.")
    assert "Det skolen skrev." not in client.get(at("family-contacts", family)).content.decode()
    assert "Det skolen skrev." in client.get(at("family-insight-json", family, row.public_id)).content.decode()


def test_a_refusal_keeps_what_was_typed(client_for: Any) -> None:
    family = make_family()
    with inside(family):
        mother = make_family_member(family)
        child = make_family_member(family, "child")
    client, url = client_for(family.case_holder), at("family-insight-list", family)
    answer = client.post(url, {"member": child.public_id, "on": TODAY.isoformat()})
    assert (answer.status_code, "member" in answer.context["form"].errors) == (422, True)
    tomorrow = (TODAY + datetime.timedelta(days=1)).isoformat()
    answer = client.post(url, {"member": mother.public_id, "on": tomorrow})
    assert answer.status_code == 422
    assert tomorrow in answer.content.decode()


def test_nothing_of_the_family_is_in_the_audit_of_an_innsyn(client_for: Any, media_root: Any) -> None:
    family = make_family()
    row = made_insight(client_for(family.case_holder), family)
    lines = AuditEntry.objects.filter(table_name="organisation_document", row_id=row.document_id)
    assert lines
    assert family.public_id not in json.dumps([[line.before, line.after] for line in lines])


def rule_url(admin: Any, purpose: str = "voice") -> str:
    return reverse("retention-rule", args=[admin.current_memberships[0].unit.municipality.public_id, purpose])


def test_a_period_is_saved_after_its_effect_was_shown(client_for: Any) -> None:
    admin = make_member(Role.ADMINISTRATOR)
    client, url = client_for(admin), rule_url(admin)
    typed = {"months": "24", "basis": "Prøveloven § 1"}
    shown = client.post(url, typed)
    assert shown.status_code == 422
    assert "færre enn 5" in shown.content.decode()
    assert "Prøveloven § 1" in shown.content.decode()
    assert not RetentionRule.objects.exists()
    # Another period than the one that was shown is shown anew.
    assert client.post(url, typed | {"seen": "24", "months": "12"}).status_code == 422
    assert client.post(url, typed | {"seen": "24"}).status_code == 302
    rule = RetentionRule.objects.get()
    assert (rule.months, rule.basis) == (24, "Prøveloven § 1")
    page = client.get(reverse("retention-list")).content.decode()
    assert "24 måneder" in page
    in_force = date_format(TODAY + datetime.timedelta(days=30))
    assert f"Gjelder fra {in_force}. Fram til da kan du angre." in page


def test_a_period_can_be_taken_away(client_for: Any) -> None:
    admin = make_member(Role.ADMINISTRATOR)
    town = admin.current_memberships[0].unit.municipality
    RetentionRule.objects.create(municipality=town, purpose="voice", months=12, basis="x")
    client = client_for(admin)
    assert client.post(reverse("retention-remove", args=[town.public_id, "voice"])).status_code == 302
    assert not RetentionRule.objects.exists()
    assert client.post(reverse("retention-remove", args=[town.public_id, "voice"])).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"months": "0"}, {"months": "1201"}, {"months": "to"}, {"basis": ""}, {"basis": " "}]
)
def test_a_period_that_is_none_is_refused(wrong: dict[str, str], client_for: Any) -> None:
    admin = make_member(Role.ADMINISTRATOR)
    typed = {"months": "24", "basis": "Prøveloven § 1", "seen": "24"} | wrong
    assert client_for(admin).post(rule_url(admin), typed).status_code == 422
    assert not RetentionRule.objects.exists()


def test_another_towns_periods_and_unknown_purposes_do_not_exist(client_for: Any) -> None:
    admin, foreign = make_member(Role.ADMINISTRATOR), make_member(Role.ADMINISTRATOR)
    assert client_for(admin).get(rule_url(foreign)).status_code == 404
    assert client_for(admin).get(rule_url(admin, "no-purpose")).status_code == 404


def test_a_stale_period_is_shown_beside_what_was_typed(client_for: Any) -> None:
    admin = make_member(Role.ADMINISTRATOR)
    town = admin.current_memberships[0].unit.municipality
    RetentionRule.objects.create(municipality=town, purpose="voice", months=36, basis="Ny lov", version=2)
    typed = {"months": "24", "basis": "Prøveloven § 1", "seen": "24", "version": "1"}
    answer = client_for(admin).post(rule_url(admin), typed)
    assert answer.status_code == 422
    assert "Ny lov" in answer.content.decode()
    assert RetentionRule.objects.get().months == 36


@pytest.mark.django_db(transaction=True)
def test_the_effect_is_told_in_fives_and_never_to_a_single_family(client_for: Any) -> None:
    admin = make_member(Role.ADMINISTRATOR)
    unit = admin.current_memberships[0].unit
    families = [make_family(unit=unit) for _number in range(6)]
    client, typed = client_for(admin), {"months": "12", "basis": "x"}
    for number, words in ((4, "færre enn 5"), (5, "minst 5"), (6, "minst 5")):
        as_owner("UPDATE families_family SET opened_on = '2020-01-01', closed_on = NULL")
        for family in families[:number]:
            closed(family, 1000)
        assert words in client.post(rule_url(admin), typed).content.decode(), number


def test_an_administrator_of_two_towns_sees_both(client_for: Any) -> None:
    admin = make_member(Role.ADMINISTRATOR)
    other = UnitFactory()
    MembershipFactory(user=admin, unit=other, role=Role.ADMINISTRATOR)
    page = client_for(admin).get(reverse("retention-list")).content.decode()
    assert other.municipality.name in page
    assert admin.current_memberships[0].unit.municipality.name in page
