"""Comments beside the sections of a report: written while it is at work, told of, and settled once."""

import datetime

import pytest

from organisation.domain.errors import DomainError
from organisation.models import Notice, Role, User
from reporting.domain.report_comments import commented_sections, settle_comment, write_comment
from reporting.models import ReportComment, ReportVersion
from reporting.permissions import can_comment, can_settle_comment
from tests.factories import ReportVersionFactory, UnitFactory, UserFactory, make_member

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


def member(row: ReportVersion, role: Role) -> User:
    user: User = make_member(role, UnitFactory(municipality=row.report.municipality))
    return user


def comment_on(row: ReportVersion, by: User | None = None, section: str = "status") -> ReportComment:
    return write_comment(row=row, section=section, text=" Stemmer tallet? ", by=by or UserFactory(), at=AT)


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_a_report_at_work_is_commented(state: str) -> None:
    row, by = ReportVersionFactory(state=state), UserFactory()
    comment = comment_on(row, by)
    assert (comment.section, comment.text, comment.written_by) == ("status", "Stemmer tallet?", by)
    assert list(row.comments.open()) == [comment]


@pytest.mark.parametrize("state", ["approved", "published", "withdrawn"])
def test_what_is_approved_is_not_commented_any_more(state: str) -> None:
    row = ReportVersionFactory(state=state)
    with pytest.raises(DomainError, match="godkjent"):
        comment_on(row)
    assert not row.comments.exists()


def test_a_comment_stands_beside_a_section_of_the_kind_or_the_whole() -> None:
    row = ReportVersionFactory()
    assert set(commented_sections("plan_half_year")) >= {"hele", "status", "mal", "rettelser"}
    comment_on(row, section="hele")
    with pytest.raises(DomainError, match="ingen slik del"):
        comment_on(row, section="finnes-ikke")
    with pytest.raises(DomainError, match="Skriv"):
        write_comment(row=row, section="status", text=" ", by=UserFactory(), at=AT)


def test_the_authors_are_told_but_not_whoever_comments_herself_until_it_is_settled() -> None:
    row = ReportVersionFactory()
    author, other = member(row, Role.COORDINATOR), member(row, Role.CASEWORKER)
    row = ReportVersionFactory(report__round__plan=row.report.round.plan, report__round__year=2024, made_by=author)
    comment = comment_on(row, other)
    comment_on(row, author)
    unread = Notice.objects.unread()
    assert list(unread.values_list("user", flat=True)) == [author.pk]
    settle_comment(comment=comment, version=comment.version, by=author, at=AT)
    assert not unread.all().exists()


def test_a_comment_is_settled_once_with_who_and_when() -> None:
    by, comment = UserFactory(), comment_on(ReportVersionFactory())
    settled = settle_comment(comment=comment, version=comment.version, by=by, at=AT)
    settled.refresh_from_db()
    assert (settled.settled_by, settled.settled_at) == (by, AT)
    with pytest.raises(DomainError, match="alt merket"):
        settle_comment(comment=settled, version=settled.version, by=UserFactory(), at=AT)


@pytest.mark.parametrize("role", list(Role))
def test_who_works_in_the_municipality_comments_and_the_coordinator_settles(role: Role) -> None:
    row = ReportVersionFactory()
    unit = UnitFactory(municipality=None if role == Role.ANALYST else row.report.municipality)
    user = make_member(role, unit)
    inside = role in (
        Role.CASEWORKER, Role.UNIT_LEADER, Role.PROJECT_LEAD, Role.COORDINATOR, Role.STEERING_GROUP,
    )  # fmt: skip
    comment = comment_on(row)
    assert can_comment(user, row.report) is inside
    assert can_settle_comment(user, comment) is (role == Role.COORDINATOR)
    assert bool(ReportComment.objects.visible_to(user)) is inside
    comment.written_by = user
    assert can_settle_comment(user, comment) is inside
    foreign = ReportVersionFactory()
    assert not can_comment(user, foreign.report)
    assert not can_settle_comment(user, comment_on(foreign))
