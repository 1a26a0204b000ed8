"""A unit's places in sub-projects and grants go to another one, and back."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import ngettext

from grants.domain import unit_move
from grants.domain.unit_move import (
    Outlook,
    PlacesChangedError,
    UnitMove,
    kind_of,
    move_unit,
    outlook_of_unit_move,
    take_back_unit_move,
)
from grants.models import (
    Grant,
    GrantState,
    PartnerRole,
    RelationalRating,
    ReportingUnit,
    Signature,
    SubProject,
    SubProjectPartner,
    SubProjectState,
)
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Municipality, Notice, Role, Unit, User
from tests.factories import (
    AwardLetterFactory,
    GrantFactory,
    MunicipalityFactory,
    PartnerAnswerFactory,
    ReportingUnitFactory,
    ReviewFactory,
    SubProjectFactory,
    SubProjectPartnerFactory,
    UnitFactory,
    make_agreed,
    make_member,
    make_offered,
)

pytestmark = pytest.mark.django_db
KEY = "flytting12"


class Town:
    """The old unit answers for one sub-project, takes part in another, has a grant, and is a reporting unit."""

    def __init__(self) -> None:
        self.municipality: Municipality = MunicipalityFactory()
        self.root, self.old, self.new = (UnitFactory(municipality=self.municipality) for _ in range(3))
        self.lead: User = make_member(Role.PROJECT_LEAD, self.root)
        self.leader: User = make_member(Role.UNIT_LEADER, self.new)
        self.first, self.second = (self.sub_project(state=SubProjectState.RUNNING) for _ in range(2))
        self.responsible = SubProjectPartnerFactory(sub_project=self.first, unit=self.old, role=PartnerRole.RESPONSIBLE)
        self.other = SubProjectPartnerFactory(sub_project=self.second, unit=self.root, role=PartnerRole.RESPONSIBLE)
        self.partner = SubProjectPartnerFactory(sub_project=self.second, unit=self.old)
        self.reporting_unit = ReportingUnitFactory(municipality=self.municipality, unit=self.old)
        self.grant = GrantFactory(reporting_unit=self.reporting_unit, responsible_unit=self.old)
        self.today = timezone.localdate()

    def sub_project(self, **fields: Any) -> SubProject:
        return SubProjectFactory(municipality=self.municipality, **fields)  # type: ignore[no-any-return]

    def rows(self) -> list[Any]:
        return [
            *SubProjectPartner.objects.staying().filter(unit=self.old).select_related("sub_project").order_by("pk"),
            *Grant.objects.filter(responsible_unit=self.old).select_related("reporting_unit").order_by("pk"),
            *ReportingUnit.objects.filter(unit=self.old).order_by("pk"),
        ]

    def outlook(self) -> Outlook:
        return outlook_of_unit_move(rows=self.rows(), unit=self.new, instead_of=self.old, on=self.today)

    def move(self, **changes: Any) -> UnitMove:
        wanted: dict[str, Any] = {
            "read": {row: row.version for row in self.rows()}, "unit": self.new, "instead_of": self.old, "by": self.lead,
            "on": self.today, "key": KEY,
        }  # fmt: skip
        return move_unit(**wanted | changes)

    def units(self) -> list[Unit | None]:
        rows: list[Any] = [self.responsible, self.partner, self.reporting_unit]
        for row in (*rows, self.grant):
            row.refresh_from_db()
        return [*(row.unit for row in rows), self.grant.responsible_unit]


@pytest.fixture
def town() -> Town:
    return Town()


def test_all_that_the_unit_has_goes_to_the_other_with_a_line_each_in_the_log(town: Town) -> None:
    assert [kind_of(step.row) for step in town.outlook().changes] == ["del", "del", "tilskudd", "enhet"]
    move = town.move()
    assert town.units() == [town.new] * 4
    assert town.responsible.role == PartnerRole.RESPONSIBLE
    log = AuditEntry.objects.filter(action="unit.hand_over", actor_id=town.lead.pk)
    assert log.exclude(table_name="organisation_notice").count() == len(move.rows) == 4


def test_what_stays_where_it_is(town: Town) -> None:
    ended = SubProjectPartnerFactory(sub_project=town.sub_project(state=SubProjectState.ENDED), unit=town.old)
    offered = SubProjectPartnerFactory(sub_project=town.sub_project(), unit=town.old, role=PartnerRole.RESPONSIBLE)
    make_offered(offered.sub_project)
    had_left = SubProjectPartnerFactory(sub_project=town.sub_project(), unit=town.old)
    SubProjectPartnerFactory(sub_project=had_left.sub_project, unit=town.new, left_on=datetime.date(2026, 1, 1))
    to_come = SubProjectPartnerFactory(
        sub_project=town.sub_project(starts_on=datetime.date(2090, 1, 1), ends_on=datetime.date(2091, 1, 1)),
        unit=town.old,
    )
    SubProjectPartnerFactory(sub_project=to_come.sub_project, unit=town.new)
    asked = SubProjectPartnerFactory(
        sub_project=town.sub_project(starts_on=datetime.date(2090, 1, 1), ends_on=datetime.date(2091, 1, 1)),
        unit=town.old,
    )
    PartnerAnswerFactory(review=ReviewFactory(sub_project=asked.sub_project), partner=asked)
    leaves = SubProjectPartnerFactory(sub_project=town.sub_project(), unit=town.old, left_on=datetime.date(2090, 2, 1))
    meets_leaving = SubProjectPartnerFactory(sub_project=town.sub_project(), unit=town.old)
    SubProjectPartnerFactory(sub_project=meets_leaving.sub_project, unit=town.new, left_on=datetime.date(2090, 2, 1))
    closed = GrantFactory(
        reporting_unit=town.reporting_unit, responsible_unit=town.old, year=2020, state=GrantState.CLOSED, awarded_nok=1
    )
    rows = [*town.rows(), leaves]
    outlook = outlook_of_unit_move(rows=rows, unit=town.new, instead_of=town.old, on=town.today)
    stays = {row: str(why) for row, why in outlook.stays}
    assert stays == {
        ended: "Delprosjektet er over, og står som det var.",
        offered: "Tildelingsbrevet ligger til godkjenning hos partnerne. Trekk det først.",
        had_left: "Enheten har vært med før. Endre det på siden med partnerne.",
        to_come: "Begge enhetene er med, og delprosjektet er ikke i gang. Endre det på siden med partnerne.",
        asked: "Enheten har fått et brev til godkjenning, og delprosjektet er ikke i gang. Endre det på siden med partnerne.",
        leaves: "Går ut 1. februar 2090.",
        meets_leaving: "Den nye enheten går ut 1. februar 2090. Endre det på siden med partnerne.",
        closed: "Tilskuddet er avsluttet eller avslått, og står som det var.",
    }
    town.move(read={row: row.version for row in rows})
    for row in stays:
        before = row.version
        row.refresh_from_db()
        assert row.version == before


def test_nothing_goes_to_another_municipality_or_from_a_unit_that_is_not_there(town: Town) -> None:
    foreign = UnitFactory(municipality=MunicipalityFactory())
    for wrong in ({"unit": foreign}, {"instead_of": town.root}, {"read": {}}):
        with pytest.raises(DomainError, match="ikke noe som kan flyttes"):
            town.move(**wrong)
    assert town.units() == [town.old] * 4
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        ("responsible", "partner", "responsible"),
        ("partner", "reference", "partner"),
        ("reference", "partner", "partner"),
        ("partner", "responsible", "responsible"),
    ],
)
def test_one_who_takes_part_already_takes_the_role_over_and_the_other_leaves(
    town: Town, old: str, new: str, after: str
) -> None:
    sub_project = town.sub_project(state=SubProjectState.RUNNING)
    leaving = SubProjectPartnerFactory(sub_project=sub_project, unit=town.old, role=old)
    staying = SubProjectPartnerFactory(sub_project=sub_project, unit=town.new, role=new)
    move = town.move()
    for row in (leaving, staying):
        row.refresh_from_db()
    assert (leaving.unit, leaving.left_on, staying.role) == (town.old, town.today, after)
    assert leaving.role != PartnerRole.RESPONSIBLE
    take_back_unit_move(move=move, by=town.lead)
    for row in (leaving, staying):
        row.refresh_from_db()
    assert (leaving.role, leaving.left_on, staying.role, staying.left_on) == (old, None, new, None)


def test_nothing_is_done_when_one_was_changed_meanwhile(town: Town) -> None:
    read = {row: row.version for row in town.rows()}
    Grant.objects.filter(pk=town.grant.pk).update(version=7)
    with pytest.raises(PlacesChangedError) as refused:
        town.move(read=read)
    assert refused.value.rows == [town.grant]
    assert town.units() == [town.old] * 4


def test_a_unit_that_is_not_in_use_gets_nothing(town: Town) -> None:
    town.new.active = False
    with pytest.raises(DomainError):
        town.move()


def test_the_new_leaders_are_told_once_and_not_when_it_was_taken_back(town: Town) -> None:
    move = town.move()
    notice = Notice.objects.get()
    assert (notice.user, notice.key) == (town.leader, KEY)
    assert notice.text == f"{town.new.name}: Enheten har overtatt 4 delprosjekter og tilskudd."
    take_back_unit_move(move=move, by=town.lead)
    notice.refresh_from_db()
    assert notice.read_at


def test_taken_back_all_stands_as_before(town: Town) -> None:
    outlook = take_back_unit_move(move=town.move(), by=town.lead)
    assert (len(outlook.changes), outlook.stays) == (4, [])
    assert town.units() == [town.old] * 4


def test_what_was_changed_since_or_is_over_is_not_taken_back(town: Town) -> None:
    move = town.move()
    SubProjectPartner.objects.filter(pk=town.partner.pk).update(version=9)
    SubProject.objects.filter(pk=town.first.pk).update(state=SubProjectState.ENDED)
    outlook = take_back_unit_move(move=move, by=town.lead)
    assert {row for row, _why in outlook.stays} == {town.responsible, town.partner}
    assert town.units() == [town.new, town.new, town.old, town.old]
    assert Notice.objects.get().read_at is None


def test_nothing_goes_back_to_a_unit_that_is_no_longer_in_use(town: Town) -> None:
    move = town.move()
    Unit.objects.filter(pk=town.old.pk).update(active=False)
    assert take_back_unit_move(move=move, by=town.lead).changes == []
    assert town.units() == [town.new] * 4


def test_the_queries_do_not_grow_with_the_places(town: Town, django_assert_max_num_queries: Callable[..., Any]) -> None:
    for _ in range(10):
        SubProjectPartnerFactory(sub_project=town.sub_project(), unit=town.old)
    read = {row: row.version for row in town.rows()}
    with django_assert_max_num_queries(40):
        assert len(town.move(read=read).rows) == 14


def test_the_leaders_read_the_number_in_their_own_language(town: Town) -> None:
    english = make_member(Role.UNIT_LEADER, town.new, language="en")
    with translation.override("en"):
        in_english = str(town_text(town, 4))
        town.move()
    assert (
        Notice.objects.get(user=town.leader).text
        == f"{town.new.name}: Enheten har overtatt 4 delprosjekter og tilskudd."
    )
    assert Notice.objects.get(user=english).text == in_english


def town_text(town: Town, number: int) -> str:
    text = ngettext(
        "Enheten har overtatt %d delprosjekt eller tilskudd.", "Enheten har overtatt %d delprosjekter og tilskudd.", number
    )  # fmt: skip
    return f"{town.new.name}: {text % number}"


def rating(town: Town, rater: SubProjectPartner, rated: SubProjectPartner) -> None:
    RelationalRating.objects.create(
        sub_project=rater.sub_project, year=2026, half=1, rater=rater, rated=rated, dimension="respects", strength=3,
        by=town.lead,
    )  # fmt: skip


def mark(town: Town, kind: str, part: SubProjectPartner) -> None:
    if kind == "answer":
        PartnerAnswerFactory(review=ReviewFactory(sub_project=part.sub_project), partner=part)
    elif kind == "rates":
        rating(town, part, town.other)
    elif kind == "rated":
        rating(town, town.other, part)
    else:
        Signature.objects.create(letter=AwardLetterFactory(sub_project=part.sub_project), partner=part)


KINDS = pytest.mark.parametrize("kind", ["signature", "answer", "rates", "rated"])


@KINDS
def test_what_the_old_one_signed_or_answered_stays_its_own(town: Town, kind: str) -> None:
    """It leaves, and the new one joins; taken back, the old one is there as before, and the new one was never there."""
    mark(town, kind, town.partner)
    move = town.move()
    assert town.units() == [town.new, town.old, town.new, town.new]
    assert town.partner.left_on == town.today
    joined = SubProjectPartner.objects.get(sub_project=town.second, unit=town.new)
    assert (joined.role, joined.left_on, joined.signatures.count() + joined.answers.count()) == ("partner", None, 0)
    assert not joined.ratings_given.exists() and not joined.ratings_got.exists()
    outlook = take_back_unit_move(move=move, by=town.lead)
    assert (len(outlook.changes), outlook.stays) == (4, [])
    assert town.units() == [town.old] * 4
    assert town.partner.left_on is None
    assert not SubProjectPartner.objects.filter(unit=town.new).exists()


def test_who_signed_the_letter_in_force_stays_who_signed_it(town: Town) -> None:
    sub_project = town.sub_project()
    part = SubProjectPartnerFactory(sub_project=sub_project, unit=town.old, role=PartnerRole.RESPONSIBLE)
    make_agreed(sub_project)
    move = town.move()
    (signature,) = Signature.objects.filter(letter__sub_project=sub_project)
    assert signature.partner.unit == town.old
    responsible = sub_project.partners.get(role=PartnerRole.RESPONSIBLE, left_on=None)
    assert responsible.unit == town.new
    assert take_back_unit_move(move=move, by=town.lead).stays == []
    part.refresh_from_db()
    assert (part.unit, part.role, part.left_on) == (town.old, PartnerRole.RESPONSIBLE, None)


@KINDS
@pytest.mark.parametrize("had_some", [True, False])
def test_what_was_signed_or_answered_after_the_move_is_not_taken_back(town: Town, kind: str, had_some: bool) -> None:
    if had_some:
        mark(town, "rates", town.partner)
    move = town.move()
    part = SubProjectPartner.objects.get(sub_project=town.second, unit=town.new)
    mark(town, kind, part)
    (stays,) = take_back_unit_move(move=move, by=town.lead).stays
    assert stays[1] == "Enheten har fått et brev til godkjenning, svart på noe eller blitt vurdert siden."
    part.refresh_from_db()
    assert (part.unit, part.left_on) == (town.new, None)


def test_a_part_is_not_taken_back_where_the_old_one_is_back_already(town: Town) -> None:
    move = town.move()
    SubProjectPartnerFactory(sub_project=town.second, unit=town.old)
    outlook = take_back_unit_move(move=move, by=town.lead)
    assert outlook.stays == [(town.partner, "Enheten er med igjen.")]
    assert town.units() == [town.old, town.new, town.old, town.old]
    assert Notice.objects.get().read_at is None


def test_one_who_comes_back_at_the_same_moment_gives_a_message(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    move = town.move()
    SubProjectPartnerFactory(sub_project=town.second, unit=town.old)
    monkeypatch.setattr(unit_move, "_not_back", lambda *_: None)
    with pytest.raises(DomainError, match="Ingenting er flyttet tilbake"):
        take_back_unit_move(move=move, by=town.lead)
    assert town.units() == [town.new] * 4


def test_what_is_gone_or_not_hers_is_left_and_the_notice_stands(town: Town) -> None:
    move = town.move()
    SubProjectPartner.objects.filter(pk=town.partner.pk).delete()
    outlook = take_back_unit_move(move=move, by=town.lead, only={("del", town.partner.pk), ("tilskudd", town.grant.pk)})
    assert [step.row for step in outlook.changes] == [town.grant]
    town.responsible.refresh_from_db()
    assert town.responsible.unit == town.new
    assert Notice.objects.get().read_at is None
