"""Comments: who is told, what is refused, what is left when one is corrected or taken back."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from organisation.domain.comments import add_comment, correct_comment, mentions_in, withdraw_comment
from organisation.domain.errors import DomainError, StaleWrite
from organisation.models import AuditEntry, Comment, CommentFile, Notice, Role, User
from tests.factories import GrantFactory, MeasureFactory, PlanFactory, ReportingUnitFactory, UnitFactory, make_member
from tests.factories.comments import CommentFileFactory, make_comment
from tests.identity_numbers import made_up
from tests.measures.uploads import EXE, PDF, upload
from tests.pages.place import make_place

pytestmark = pytest.mark.django_db
AT = timezone.now()


class Room:
    """A measure with three people who see it, and one of another municipality."""

    def __init__(self) -> None:
        self.measure = MeasureFactory()
        self.unit = UnitFactory(municipality=self.measure.plan.municipality)
        self.writer = make_member(Role.CASEWORKER, self.unit, name="Siri Prøve")
        self.leader = make_member(Role.UNIT_LEADER, self.unit, name="Ola Nord")
        self.coordinator = make_member(Role.COORDINATOR, self.unit, name="Ola Nord Prøve")
        self.stranger = make_member(Role.COORDINATOR, name="Kari Fremmed")

    def say(self, text: str = "Se her.", by: User | None = None, **more: Any) -> Comment:
        return add_comment(row=self.measure, text=text, by=by or self.writer, at=AT, **more)


@pytest.fixture
def room() -> Room:
    return Room()


def told(kind: str) -> set[str]:
    return {row.user.name for row in Notice.objects.filter(kind=kind).select_related("user")}


def test_whoever_is_mentioned_gets_one_notice_that_leads_to_the_comment(room: Room) -> None:
    comment = room.say("@Ola Nord Prøve, se på side 4.", told=[room.coordinator])
    notice = Notice.objects.get()
    assert notice.user == room.coordinator
    assert notice.url_path.endswith(f"?fra={comment.public_id}#kommentar-{comment.public_id}")
    assert "side 4" not in notice.text
    assert [mention.user for mention in comment.mentions.all()] == [room.coordinator]


def test_a_name_that_begins_another_is_not_the_other(room: Room) -> None:
    room.say("@ola nord prøve: ring meg")
    assert told("comment_mention") == {"Ola Nord Prøve"}


def test_whoever_may_not_see_it_is_not_mentioned(room: Room) -> None:
    room.say("@Kari Fremmed, se her.")
    assert not Notice.objects.exists()
    with pytest.raises(DomainError) as refusal:
        room.say(told=[room.stranger])
    assert refusal.value.field == "told"
    assert Comment.objects.count() == 1


def test_somebody_who_has_left_is_not_mentioned(room: Room) -> None:
    room.leader.memberships.update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
    room.say("@Ola Nord, se her.")
    assert not Notice.objects.exists()


def test_nobody_is_told_of_what_she_writes_herself(room: Room) -> None:
    room.say("@Siri Prøve husker dette.")
    assert not Notice.objects.exists()


def test_an_answer_is_told_to_those_who_take_part_and_once(room: Room) -> None:
    first = room.say("Hva gjør vi? @Ola Nord")
    room.say("Vi venter.", by=room.coordinator, answers=first)
    assert told("comment_answer") == {"Siri Prøve", "Ola Nord"}
    room.say("Enig. @Ola Nord Prøve", by=room.leader, answers=first)
    newest = Comment.objects.latest("pk")
    kinds = {row.user.name: row.kind for row in Notice.objects.filter(key__endswith=newest.public_id)}
    assert kinds == {"Siri Prøve": "comment_answer", "Ola Nord Prøve": "comment_mention"}


def test_whoever_no_longer_sees_it_gets_no_notice_of_an_answer(room: Room) -> None:
    first = room.say("Hva gjør vi?", by=room.leader)
    room.leader.memberships.all().delete()
    room.say("Vi venter.", answers=first)
    assert not Notice.objects.exists()


def test_an_answer_has_no_answers_and_belongs_to_the_same_row(room: Room) -> None:
    first = room.say()
    answer = room.say("Svar.", answers=first)
    for wrong in (answer, make_comment(MeasureFactory(plan=room.measure.plan))):
        with pytest.raises(DomainError, match="samme side"):
            room.say("Svar.", answers=wrong)


@pytest.mark.parametrize("text", ["", "  \n", f"Ring {made_up()}"])
def test_a_comment_says_something_and_holds_no_identity_number(text: str, room: Room) -> None:
    with pytest.raises(DomainError) as refusal:
        room.say(text)
    assert refusal.value.field == "text"


def test_files_are_judged_by_content_and_none_is_kept_of_a_refused_comment(room: Room, media_root: Path) -> None:
    with pytest.raises(DomainError) as refusal:
        room.say(files=[upload("notat.pdf", PDF), upload("bilde.png", EXE)])
    assert refusal.value.field == "file"
    assert not Comment.objects.exists()
    assert not [path for path in media_root.rglob("*") if path.is_file()]


def test_at_most_five_files(room: Room, media_root: Path) -> None:
    assert room.say(files=[upload(f"{n}.pdf", PDF) for n in range(5)]).files.count() == 5
    with pytest.raises(DomainError, match="høyst 5"):
        room.say(files=[upload(f"{n}.pdf", PDF) for n in range(6)])


def test_a_form_sent_twice_makes_one_comment_and_one_notice(room: Room, media_root: Path) -> None:
    form = {"text": "@Ola Nord, se her.", "form_key": "k" * 20}
    first = room.say(**form, files=[upload("a.pdf", PDF)])
    assert room.say(**form, files=[upload("a.pdf", PDF)]) == first
    assert (Comment.objects.count(), CommentFile.objects.count(), Notice.objects.count()) == (1, 1, 1)
    assert len([path for path in media_root.rglob("*") if path.is_file()]) == 1
    with pytest.raises(DomainError):
        room.say("Noe annet.", form_key="k" * 20)


def test_a_correction_keeps_the_earlier_text_in_the_log_and_tells_new_people_only(room: Room) -> None:
    comment = room.say("Se her, @Ola Nord.")
    corrected = correct_comment(
        comment=comment,
        row=room.measure,
        text="Se her, @Ola Nord og @Ola Nord Prøve.",
        version=1,
        by=room.writer,
        at=AT,
    )
    assert corrected.corrected_at == AT
    entry = AuditEntry.objects.filter(table_name="organisation_comment", operation="UPDATE").get()
    assert entry.before["text"] == "Se her, @Ola Nord."
    assert entry.action == "comment.correct"
    assert Notice.objects.count() == 2
    assert told("comment_mention") == {"Ola Nord", "Ola Nord Prøve"}


def test_what_was_taken_back_reminds_nobody_and_is_changed_no_more(room: Room) -> None:
    comment = room.say("@Ola Nord, se her.")
    withdrawn = withdraw_comment(comment=comment, version=1, by=room.writer, at=AT)
    assert Notice.objects.get().read_at is not None
    assert not Comment.objects.visible_to(room.leader).standing().exists()
    with pytest.raises(DomainError, match="trukket"):
        withdraw_comment(comment=comment, version=withdrawn.version, by=room.writer, at=AT)
    with pytest.raises(DomainError, match="trukket"):
        correct_comment(
            comment=comment, row=room.measure, text="Nytt", version=withdrawn.version, by=room.writer, at=AT
        )
    with pytest.raises(StaleWrite):
        withdraw_comment(comment=comment, version=1, by=room.writer, at=AT)


def test_a_file_of_a_comment_that_was_taken_back_is_seen_by_nobody(room: Room, media_root: Path) -> None:
    comment = room.say(files=[upload("notat.pdf", PDF)])
    assert CommentFile.objects.visible_to(room.leader).exists()
    withdraw_comment(comment=comment, version=1, by=room.writer, at=AT)
    for user in (room.leader, room.writer, room.coordinator):
        assert not CommentFile.objects.visible_to(user).exists()


def test_nobody_reads_the_comments_or_files_of_another_municipality(room: Room, media_root: Path) -> None:
    CommentFileFactory(comment=room.say())
    assert not Comment.objects.visible_to(room.stranger).exists()
    assert not CommentFile.objects.visible_to(room.stranger).exists()
    assert Comment.objects.visible_to(room.leader).count() == 1


def test_only_the_writer_corrects_and_the_coordinator_may_take_back(room: Room) -> None:
    comment = room.say()
    can = {
        user.name: comment in Comment.objects.editable_by(user) for user in (room.writer, room.leader, room.coordinator)
    }
    assert can == {"Siri Prøve": True, "Ola Nord": False, "Ola Nord Prøve": False}
    may = [comment in Comment.objects.withdrawable_by(user) for user in (room.writer, room.leader, room.coordinator)]
    assert may == [True, False, True]
    assert comment not in Comment.objects.withdrawable_by(room.stranger)


def test_the_database_takes_no_comment_on_a_row_of_another_municipality(room: Room) -> None:
    other = MeasureFactory()
    with pytest.raises(IntegrityError, match="own municipality"), transaction.atomic():
        Comment.objects.create(
            table_name="measures_measure", row_id=other.pk, municipality=room.measure.plan.municipality, text="Se her.",
            written_at=AT, written_by=room.writer,
        )  # fmt: skip


def test_whoever_may_be_mentioned_is_whoever_may_read() -> None:
    """For each kind of row and each role, of the municipality and of another one; a partner too, as long as it takes part."""
    place = make_place()
    town = place.municipality
    everybody = [make_member(role, UnitFactory(municipality=town)) for role in Role]
    everybody += [make_member(role) for role in Role]
    everybody += [place.partner, place.caseworker]
    left = make_member(Role.PARTNER, UnitFactory(municipality=town, kind="voluntary"))
    plan = PlanFactory(municipality=town)
    measure = MeasureFactory(plan=plan)
    grant = GrantFactory(reporting_unit=ReportingUnitFactory(municipality=town), state="granted", awarded_nok=1)
    for row in (plan, measure, measure.goals.all()[0], grant, place.sub_project):
        subject = make_comment(row).subject
        people = set(subject.people(row, timezone.localdate()))
        for user in [*everybody, left]:
            assert (user in people) == subject.rows(user).filter(pk=row.pk).exists(), (
                subject.url_name,
                user.memberships.get(),
            )
        assert len(people & set(everybody)) >= 4


names = st.lists(
    st.from_regex(r"[A-ZÆØÅ][a-zæøå]{1,4}( [A-ZÆØÅ][a-zæøå]{1,4}){0,2}", fullmatch=True), min_size=1, max_size=6
)


@given(names=names, chosen=st.data())
def test_each_name_after_an_at_sign_is_exactly_the_people_of_that_name(names: list[str], chosen: Any) -> None:
    people = [User(pk=number, name=name) for number, name in enumerate(names, start=1)]
    meant = chosen.draw(st.lists(st.sampled_from(names), max_size=3))
    text = "Hei. " + ", ".join(f"@{name}" for name in meant) + "! epost@" + names[0]
    found = mentions_in(text=text, people=people)
    assert {user.name for user in found} == set(meant)
