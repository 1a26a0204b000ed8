"""Innsyn: everything that is stored, for one member, without what is another's."""

import datetime
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from families.domain.insight import FILE_DAYS, ask_for_insight, delete_old_files, hand_over, may_ask
from families.domain.insight_content import LABELS, LEFT_OUT, exported, insight, label_of
from families.domain.insight_masking import without_names
from families.domain.reading import reading
from families.domain.retention import vault_models
from families.domain.vault import OpenFamily, open_by_reference
from families.insight_document import insight_content, on_paper
from families.models import Contact, Decision, Family, InsightRequest, Member, Need, NeedRating, Support
from organisation.domain import document_jobs
from organisation.domain.documents import DISCARDED, make_again
from organisation.domain.errors import DomainError
from organisation.models import DocumentJob, JobState, ReadBasis, ReadEntry, Role, User
from tests.factories import UnitFactory, ZoneFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.factories.family_rows import DAY, every_word, make_everything
from tests.families.domain.test_retention import as_owner

pytestmark = pytest.mark.django_db
VAULT = [Family, *vault_models()]
TODAY = timezone.localdate()


def content_for(family: Family, member: Member, by: User | None = None) -> dict[str, Any]:
    by = by or family.case_holder
    with reading(by):
        vault = open_by_reference(reference=family.public_id, page="test", by=by, on=TODAY, basis=ReadBasis.INSIGHT)
        assert vault
        return insight(vault=vault, member=Member.objects.get(pk=member.pk), asked_on=TODAY, at=NOW)


def section(content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return next(one["rows"] for one in content["sections"] if one["name"] == name)


def make_household(**family: Any) -> dict[str, Any]:
    """Mother, father and two children, each with a contact of her own and one of the family's."""
    made: dict[str, Any] = {"family": make_family(**family)}
    with inside(made["family"]):
        for name, role, fields in (
            ("mother", "mother", {"first_name": "Testmor"}),
            ("father", "father", {"first_name": "Testfar"}),
            ("small", "child", {"first_name": "Testliten", "birth_year": TODAY.year - 8}),
            ("big", "child", {"first_name": "Teststor", "birth_year": TODAY.year - 17}),
            ("turning", "child", {"first_name": "Testmidt", "birth_year": TODAY.year - 15}),
            ("unknown", "child", {"first_name": "Testukjent", "birth_year": None}),
        ):
            made[name] = make_family_member(made["family"], role, **fields)
            make_row(Contact, made["family"], happened_on=DAY, subject=made[name], text=f"Om {name}.")
        make_row(Contact, made["family"], happened_on=DAY, text="Om alle.")
    return made


def texts_about(content: dict[str, Any]) -> set[str]:
    found = set()
    for row in section(content, "contact"):
        found |= {field["text"] for field in row.get("fields", ()) if field["name"] == "text"}
    return found


@pytest.mark.django_db(transaction=True)
def test_every_text_of_every_model_is_in_it() -> None:
    family = make_family()
    made = make_everything(family)
    said = json.dumps(content_for(family, made["Member"]), ensure_ascii=False)
    assert [word for word in every_word() if word not in said] == []


@pytest.mark.parametrize("model", VAULT, ids=lambda model: model.__name__)
def test_every_field_is_in_it_or_left_out_for_a_reason(model: Any) -> None:
    for column in model._meta.concrete_fields:
        if column.name in LEFT_OUT:
            assert LEFT_OUT[column.name]
            assert column.name not in (*model.privacy.texts,), "a text is never left out"
        else:
            assert label_of(column), f"{model.__name__}.{column.name} has no words"
    left_out = {name for name in model.privacy.sensitive if name in LEFT_OUT}
    assert left_out <= {"public_id", "document", "token_sha256"}, "what says something of people is left out"


def test_what_is_left_out_and_what_has_words_is_there_to_be_named() -> None:
    names = {column.name for model in VAULT for column in model._meta.concrete_fields}
    assert set(LEFT_OUT) <= names
    assert set(LABELS) <= {column.name for model in VAULT for column in exported(model)}


@pytest.mark.django_db(transaction=True)
def test_every_model_has_a_section_and_each_row_its_fields() -> None:
    family = make_family()
    made = make_everything(family)
    content = content_for(family, made["Member"])
    assert [one["name"] for one in content["sections"]][:3] == ["family", "member", "teammember"]
    assert {one["name"] for one in content["sections"]} == {model._meta.model_name for model in VAULT}
    for model in VAULT:
        rows = section(content, str(model._meta.model_name))
        assert rows, f"{model.__name__} has no row"
        assert {field["name"] for field in rows[0]["fields"]} == {column.name for column in exported(model)}
        assert all(field["label"] for field in rows[0]["fields"])
    json.dumps(content)


def test_rows_of_all_services_are_there_whatever_the_consents() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    with inside(family):
        mother = make_family_member(family)
        make_row(
            Decision, family, other, kind="decision", scheme="other", service=other, starts_on=DAY, title="Vedtaket"
        )
        assert not inside_rows(family, Decision)
    assert "Vedtaket" in json.dumps(content_for(family, mother))


def inside_rows(family: Family, model: Any) -> list[Any]:
    return list(OpenFamily(family, family.case_holder, TODAY).rows(model))


def test_a_parent_gets_her_own_the_familys_and_the_small_childs() -> None:
    made = make_household()
    assert texts_about(content_for(made["family"], made["mother"])) == {"Om mother.", "Om small.", "Om alle."}


def test_a_child_who_is_old_enough_gets_her_own_and_the_familys() -> None:
    made = make_household()
    assert texts_about(content_for(made["family"], made["big"])) == {"Om big.", "Om alle."}


def test_a_grown_up_without_parental_responsibility_gets_no_childs() -> None:
    made = make_household()
    with inside(made["family"]):
        Member.objects.filter(pk=made["father"].pk).update(is_guardian=False)
    assert texts_about(content_for(made["family"], made["father"])) == {"Om father.", "Om alle."}


def test_what_is_anothers_is_listed_without_a_word_of_it() -> None:
    made = make_household()
    content = content_for(made["family"], made["mother"])
    withheld = [row for row in section(content, "contact") if "withheld" in row]
    assert withheld == [{"withheld": "other_member", "text": "Gjelder en annen i familien"}] * 4
    said = json.dumps(content, ensure_ascii=False)
    for name in ("Testfar", "Teststor", "Testmidt", "Testukjent"):
        assert name not in said
    assert "Testliten" in said
    assert "Testmor" in said


def test_anothers_consent_and_rating_follow_whom_they_are_about() -> None:
    made = make_household()
    family = made["family"]
    other = UnitFactory(municipality=family.municipality)
    with inside(family):
        made["father"].family = family
        make_consent(made["father"], [family.unit, other], ["contact"])
        need = make_row(Need, family, words="x", need="work", life_area="work", said_on=DAY, subject=made["father"])
        NeedRating.objects.create(
            family=family, need=need, year=2025, half=1, value=3, rated_on=DAY, written_by=family.case_holder,
            written_at=NOW,
        )  # fmt: skip
    content = content_for(family, made["mother"])
    for name in ("consent", "consentservice", "need", "needrating"):
        assert {row.get("withheld") for row in section(content, name)} == {"other_member"}, name
    assert all("fields" in row for row in section(content_for(family, made["father"]), "needrating"))


def test_other_names_are_taken_out_of_the_texts_and_ones_own_are_not() -> None:
    made = make_household()
    with inside(made["family"]):
        text = "Testfars bil. TESTFAR og Testmor. Testliten sover. Testfarger er noe annet."
        make_row(Contact, made["family"], happened_on=DAY, text=text)
    masked = "[et annet familiemedlem]"
    assert f"{masked} bil. {masked} og Testmor. Testliten sover. Testfarger er noe annet." in texts_about(
        content_for(made["family"], made["mother"])
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ola kom", "# kom"), ("ola's bil, olas bil, Ola’s", "# bil, # bil, #"), ("Olav kom", "Olav kom"),
        ("(Ola)", "(#)"), ("Ola-Jon", "#-Jon"), ("A\u030ase", "#"), ("Jonas’ hus", "# hus"), ("", ""),
    ],
)  # fmt: skip
def test_a_name_is_a_whole_word(text: str, masked: str) -> None:
    assert without_names(text, ["Ola", "Åse", "Jonas"]).replace("[et annet familiemedlem]", "#") == masked


@given(st.text("abcæøåÅ", min_size=2, max_size=8), st.text(" .,!?()", min_size=1, max_size=3))
def test_a_name_between_other_signs_never_stays(name: str, around: str) -> None:
    assert name.lower() not in without_names(f"{around}{name.upper()}{around}", [name]).lower().replace(
        "[et annet familiemedlem]", ""
    )


def test_one_who_has_moved_out_gets_nothing_of_the_family_from_then_on() -> None:
    made = make_household()
    left_on = datetime.date(2025, 2, 1)
    with inside(made["family"]):
        Member.objects.filter(pk=made["father"].pk).update(left_on=left_on)
        old = make_row(Contact, made["family"], happened_on=DAY, text="Fra før.")
        Contact.objects.filter(pk=old.pk).update(written_at=NOW - datetime.timedelta(days=60))
    content = content_for(made["family"], made["father"])
    assert texts_about(content) == {"Om father."}, "an old row that was written on later says something new"
    assert content["reads"] == []
    assert "after_leaving" in {row.get("withheld") for row in section(content, "contact")}
    assert [field["name"] for field in section(content, "family")[0]["fields"]] == ["opened_on"]
    assert content["moved_out"]


# A field of the family's own row, and what it becomes after one has left.
AFTERWARDS: dict[str, Any] = {
    "zone": lambda family: {"zone": ZoneFactory(municipality=family.municipality)},
    "protected": lambda family: {"protected": True, "zone": None},
    "unit": lambda family: {"unit": UnitFactory(municipality=family.municipality)},
    "closed_on": lambda family: {"closed_on": TODAY, "closed_reason": "moved"},
    "closed_reason": lambda family: {"closed_on": TODAY, "closed_reason": "other"},
    "closed_at": lambda family: {"closed_on": TODAY},
    "version": lambda family: {"version": 9},
    "adults": lambda family: {"adults": 7},
    "children": lambda family: {"children": 7},
}
# Never changed, or only when there is nothing more to ask for; the reference is what the letter to her says.
STAYS = {"id", "public_id", "municipality", "opened_on", "anonymised_on", "erased"}


def test_every_field_of_the_family_is_tried() -> None:
    assert set(AFTERWARDS) | STAYS == {column.name for column in Family._meta.concrete_fields}


@pytest.mark.parametrize("name", AFTERWARDS)
def test_one_who_has_moved_out_is_told_nothing_of_what_becomes_of_the_family(name: str) -> None:
    """Word for word the same: that something is missing now would tell as much."""
    made = make_household(on=TODAY - datetime.timedelta(days=300))
    with inside(made["family"]):
        Member.objects.filter(pk=made["father"].pk).update(left_on=TODAY - datetime.timedelta(days=100))
    before = content_for(made["family"], made["father"])
    with inside(made["family"]):
        Family.objects.filter(pk=made["family"].pk).update(**AFTERWARDS[name](made["family"]))
    assert content_for(made["family"], made["father"]) == before


@pytest.mark.django_db(transaction=True)
def test_of_old_rows_one_who_has_moved_out_gets_those_that_nobody_has_touched_since() -> None:
    """As the audit log has it, whatever the row says of itself."""
    made = make_household()
    day = TODAY - datetime.timedelta(days=100)
    with inside(made["family"]):
        rows = [make_row(Contact, made["family"], happened_on=DAY, text=text) for text in ("Urørt.", "Endret.")]
        Member.objects.filter(pk=made["father"].pk).update(left_on=day)
    as_owner("UPDATE organisation_auditentry SET at = at - interval '200 days'")
    with inside(made["family"]):
        Contact.objects.filter(pk=rows[1].pk).update(text="Endret til en ny adresse.", version=2)
    assert texts_about(content_for(made["family"], made["father"])) == {"Om father.", "Om alle.", "Urørt."}


def test_of_a_protected_family_one_who_has_left_gets_no_childs_either() -> None:
    made = make_household(protected=True)
    with inside(made["family"]):
        Member.objects.filter(pk=made["father"].pk).update(left_on=datetime.date(2025, 2, 1))
    assert texts_about(content_for(made["family"], made["father"])) == {"Om father."}


def test_what_was_removed_says_only_that_it_was_there() -> None:
    made = make_household()
    with inside(made["family"]):
        make_row(Contact, made["family"], happened_on=DAY, text="Feil familie.", removed_at=NOW)
    content = content_for(made["family"], made["mother"])
    assert "Feil familie." not in json.dumps(content)
    assert {"withheld": "removed", "text": "Registrert ved en feil og fjernet"} in section(content, "contact")


def test_who_has_read_is_part_of_it_and_this_read_too() -> None:
    made = make_household()
    content = content_for(made["family"], made["mother"])
    assert content["reads"][-1]["basis"] == "Innsyn på vegne av familien"
    assert content["reads"][-1]["who"] == made["family"].case_holder.name
    assert content["reads"][0]["services"] == made["family"].unit.name


def test_what_is_not_opened_for_innsyn_is_not_exported() -> None:
    made = make_household()
    with inside(made["family"]) as vault, pytest.raises(ValueError, match="Innsyn"):
        insight(vault=vault, member=made["mother"], asked_on=TODAY, at=NOW)


def test_those_ask_who_decide_for_themselves() -> None:
    made = make_household()
    with inside(made["family"]) as vault:
        assert {row.pk for row in may_ask(vault=vault)} == {made[name].pk for name in ("mother", "father", "big")}
        for member in (made["small"].public_id, "2222222222", ""):
            with pytest.raises(DomainError) as refused:
                ask(made, vault, member=member)
            assert refused.value.field == "member"
        with pytest.raises(DomainError) as refused:
            ask(made, vault, on=TODAY + datetime.timedelta(days=1))
        assert refused.value.field == "on"
        assert not InsightRequest.objects.exists()


def ask(made: dict[str, Any], vault: OpenFamily, **changes: Any) -> InsightRequest:
    values: dict[str, Any] = {"member": made["mother"].public_id, "by": vault.user, "on": TODAY, "at": NOW} | changes
    return ask_for_insight(vault=vault, **values)


def test_the_case_holder_alone_gives_it() -> None:
    made = make_household()
    colleague = make_member(Role.CASEWORKER, made["family"].unit)
    with inside(made["family"]) as vault:
        join_team(made["family"], colleague, made["family"].unit)
        row = ask(made, vault)
    with inside(made["family"], colleague) as vault:
        with pytest.raises(DomainError):
            ask(made, vault)
        with pytest.raises(DomainError):
            hand_over(vault=vault, request=row, by=colleague, at=NOW)


def test_also_when_the_case_is_closed() -> None:
    made = make_household()
    with inside(made["family"]) as vault:
        Family.objects.filter(pk=made["family"].pk).update(closed_on=TODAY)
        vault.family.refresh_from_db()
        assert ask(made, vault).document


def test_the_documents_rows_hold_nothing_of_the_family() -> None:
    made = make_household()
    with inside(made["family"]) as vault:
        row = ask(made, vault)
    assert (row.document.title, row.document.content) == ("Innsyn", None)


def test_the_pdfs_content_is_read_as_the_one_who_asked_and_logged() -> None:
    made = make_household()
    with inside(made["family"]) as vault:
        row = ask(made, vault)
    content = insight_content(row.document)
    assert [label for label, _value in content["facts"]] == ["Saksnummer", "Gitt til", "Bedt om", "Laget"]
    shown = next(one for one in content["sections"] if one["name"] == "contact")
    assert (len(shown["shown"]), shown["withheld"]) == (3, [("Gjelder en annen i familien", 4)])
    with inside(made["family"]):
        line = ReadEntry.objects.filter(family=made["family"].pk, page="insight-document").get()
        assert (line.reader, line.basis) == (made["family"].case_holder, "insight")


def test_on_paper_a_day_of_reads_is_one_line() -> None:
    made = make_household()
    content = content_for(made["family"], made["mother"])
    assert len(content["reads"]) > 1
    (line,) = [one for one in on_paper(content)["reads"] if one["basis"] == "I teamet til familien"]
    assert len(line["pages"]) == len(set(line["pages"]))


@pytest.mark.django_db(transaction=True)
def test_a_worker_refuses_with_a_reason_when_the_case_holder_has_left() -> None:
    made = make_household()
    family, next_holder = made["family"], make_member(Role.CASEWORKER, made["family"].unit)
    with inside(family) as vault:
        row = ask(made, vault)
        join_team(family, next_holder, family.unit)
        vault.mine[0].to_day = TODAY - datetime.timedelta(days=1)
        type(vault.mine[0]).objects.filter(pk=vault.mine[0].pk).update(to_day=vault.mine[0].to_day)
    document_jobs.run(row.document.job.pk)
    job = DocumentJob.objects.get(document=row.document)
    assert (job.state, "saksansvarlig" in job.error) == (JobState.FAILED, True)
    with inside(family, next_holder):
        assert ReadEntry.objects.filter(family=family.pk, page="insight-document", basis="denied").exists()


def test_when_it_is_handed_over_the_file_is_gone(media_root: Any) -> None:
    made = make_household()
    with inside(made["family"]) as vault:
        row = ask(made, vault)
        document_jobs.run(row.document.job.pk)
        assert list(media_root.rglob("*.pdf"))
        hand_over(vault=vault, request=row, by=vault.user, at=NOW)
        assert not list(media_root.rglob("*.pdf"))
        row.refresh_from_db()
        row.document.refresh_from_db()
        assert (row.handed_over_at, row.document.file.name) == (NOW, "")
        with pytest.raises(DomainError):
            hand_over(vault=vault, request=row, by=vault.user, at=NOW)


def test_a_worker_that_is_late_leaves_no_file(media_root: Any, monkeypatch: Any) -> None:
    """Handed over, or erased, while the PDF was made: what comes afterwards is thrown away."""
    made = make_household()
    with inside(made["family"]) as vault:
        row = ask(made, vault)
        renew = document_jobs.renew

        def discarded_meanwhile(job_id: int, token: int, step: str, percent: int) -> None:
            if percent == 99:
                hand_over(vault=vault, request=row, by=vault.user, at=NOW)
            renew(job_id, token, step, percent)

        monkeypatch.setattr(document_jobs, "renew", discarded_meanwhile)
        document_jobs.run(row.document.job.pk)
    assert not list(media_root.rglob("*.pdf"))
    assert DocumentJob.objects.get(document=row.document).error == str(DISCARDED)


def test_a_file_that_nobody_hands_over_goes_after_a_while_and_can_be_made_again(media_root: Any) -> None:
    made = make_household()
    with inside(made["family"]) as vault:
        row = ask(made, vault)
        document_jobs.run(row.document.job.pk)
    now = timezone.now()
    assert delete_old_files(made_before=now - datetime.timedelta(days=FILE_DAYS)) == 0
    assert list(media_root.rglob("*.pdf"))
    assert delete_old_files(made_before=now + datetime.timedelta(seconds=1)) == 1
    assert not list(media_root.rglob("*.pdf"))
    make_again(document=row.document, by=made["family"].case_holder)
    document_jobs.run(row.document.job.pk)
    assert list(media_root.rglob("*.pdf"))


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_both_files_for_its_own_eyes_and_logs_the_read(tmp_path: Any) -> None:
    made = make_household()
    family = made["family"]
    options = {"member": made["mother"].public_id, "by": family.case_holder.email, "out": tmp_path}
    call_command("family_insight", family.reference, **options)
    data, pdf = sorted(tmp_path.iterdir())
    assert json.loads(data.read_text())["asked_by"] == "Testmor (mor)"
    assert pdf.read_bytes().startswith(b"%PDF")
    assert {path.stat().st_mode & 0o777 for path in (data, pdf)} == {0o600}
    with inside(family):
        assert InsightRequest.objects.get().handed_over_at is not None
        assert ReadEntry.objects.filter(page="insight-command", basis="insight").count() == 1
    with pytest.raises(CommandError):
        call_command("family_insight", family.reference, **options)


@pytest.mark.django_db(transaction=True)
def test_the_command_gives_a_stranger_nothing_and_logs_that_she_tried(tmp_path: Any) -> None:
    made = make_household()
    stranger = make_member(Role.CASEWORKER, made["family"].unit)
    with pytest.raises(CommandError):
        call_command(
            "family_insight",
            made["family"].public_id,
            member=made["mother"].public_id,
            by=stranger.email,
            out=tmp_path,
        )
    assert not list(tmp_path.iterdir())
    with inside(made["family"]):
        assert ReadEntry.objects.get(page="insight-command").basis == "denied"


@pytest.mark.django_db(transaction=True)
def test_the_queries_do_not_grow_with_what_is_stored() -> None:
    family = make_family()
    made = make_everything(family)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            content_for(family, made["Member"])
        return len(captured)

    few = queries()
    with inside(family):
        for number in range(4):
            child = make_family_member(family, "child")
            make_row(Contact, family, happened_on=DAY, text="x", subject=child)
            need = make_row(Need, family, words="x", need="work", life_area="work", said_on=DAY, subject=child)
            values = {"year": 2020 + number, "half": 1, "value": 3, "rated_on": DAY, "written_at": NOW}
            NeedRating.objects.create(family=family, need=need, written_by=family.case_holder, **values)
            make_row(Support, family, kind="leisure", what="x", given_on=DAY, subject=child, agreed_with=made["Member"])
    assert queries() == few
