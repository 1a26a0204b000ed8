import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from families.domain.decision import end_decision, record_decision, remove_decision, renew_decision, update_decision
from families.domain.decision_periods import renewed_ids, standing
from families.models import Decision
from organisation.domain.errors import DomainError
from organisation.models import Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.identity_numbers import made_up

pytestmark = pytest.mark.django_db
START = datetime.date(2025, 1, 1)
DAY = datetime.timedelta(days=1)


def values(family: Any, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "benefit", "scheme": "housing_allowance", "title": "Oppdiktet ytelse", "service": family.unit,
        "starts_on": START, "ends_on": START + 90 * DAY, "conditions": "", "rhythm": "monthly", "amount": Decimal(1600),
        "pay_day": 20,
    } | fields  # fmt: skip


def record(vault: Any, **fields: Any) -> Decision:
    return record_decision(vault=vault, by=vault.user, at=NOW, **values(vault.family, **fields))


def test_a_decision_says_who_recorded_it_for_which_service_and_whom() -> None:
    family = make_family()
    with inside(family) as vault:
        child = make_family_member(family, "child")
        row = record(vault, subject=child.public_id)
        assert (row.unit, row.written_by, row.subject, row.amount) == (family.unit, vault.user, child, 1600)
        assert record(vault).subject is None


def test_the_same_sent_twice_is_recorded_once() -> None:
    with inside(make_family()) as vault:
        record(vault)
        with pytest.raises(DomainError, match="allerede") as refused:
            record(vault)
        assert refused.value.field == "starts_on"
        record(vault, starts_on=START + DAY)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends_on": START - DAY}, "ends_on"),
        ({"amount": None}, "amount"),
        ({"rhythm": "none"}, "rhythm"),
        ({"conditions": f"Se {made_up()}"}, "conditions"),
        ({"title": made_up()}, "title"),
        ({"subject": "2222222222"}, "subject"),
    ],
)
def test_what_can_not_be_right_is_refused_at_its_field(fields: dict[str, Any], field: str) -> None:
    with inside(make_family()) as vault:
        with pytest.raises(DomainError) as refused:
            record(vault, **fields)
        assert refused.value.field == field
        assert not vault.rows(Decision).exists()


def test_a_service_of_another_municipality_has_decided_nothing_here() -> None:
    with inside(make_family()) as vault, pytest.raises(DomainError) as refused:
        record(vault, service=UnitFactory())
    assert refused.value.field == "service"


def test_a_day_of_the_month_stands_only_where_it_says_something() -> None:
    with inside(make_family()) as vault:
        assert record(vault, rhythm="once").pay_day is None
        assert record(vault, kind="reduction").pay_day is None
        assert record(vault, kind="decision", rhythm="none", amount=None).pay_day is None
        assert record(vault, rhythm="quarterly", title="En annen").pay_day == 20


def test_what_is_wrong_is_put_right_by_the_service_that_recorded_it() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family) as vault:
        join_team(family, colleague, other)
        make_consent(make_family_member(family), [family.unit, other], ["decisions"])
        row = record(vault)
        changed = update_decision(
            vault=vault, decision=row, version=1, by=vault.user, **values(family, amount=Decimal(1700))
        )
        assert (changed.amount, changed.version) == (1700, 2)
    with inside(family, colleague) as theirs, pytest.raises(DomainError, match="Bare tjenesten"):
        update_decision(vault=theirs, decision=row, version=2, by=colleague, **values(family))


def test_a_new_period_begins_after_the_old_one_which_stays() -> None:
    family = make_family()
    with inside(family) as vault:
        old = record(vault)
        end = START + 90 * DAY
        with pytest.raises(DomainError) as refused:
            renew_decision(vault=vault, decision=old, by=vault.user, at=NOW, **values(family, starts_on=end))
        assert refused.value.field == "starts_on"
        new = renew_decision(
            vault=vault, decision=old, by=vault.user, at=NOW, **values(family, starts_on=end + DAY, ends_on=None)
        )
        old.refresh_from_db()
        assert (old.ends_on, old.version) == (end, 1)
        assert renewed_ids([old, new]) == {old.pk}
        with pytest.raises(DomainError, match="ingen ny periode"):
            renew_decision(vault=vault, decision=new, by=vault.user, at=NOW, **values(family))


def test_another_service_renews_nothing_of_ours() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family) as vault:
        join_team(family, colleague, other)
        row = record(vault)
    with inside(family, colleague) as theirs, pytest.raises(DomainError, match="Bare tjenesten"):
        renew_decision(
            vault=theirs, decision=row, by=colleague, at=NOW, **values(family, starts_on=START + 91 * DAY, ends_on=None)
        )


def test_it_ends_before_time_within_its_period() -> None:
    with inside(make_family()) as vault:
        row = record(vault)
        for last_day in (START - DAY, START + 90 * DAY):
            with pytest.raises(DomainError) as refused:
                end_decision(vault=vault, decision=row, last_day=last_day, version=1, by=vault.user)
            assert refused.value.field == "last_day"
        ended = end_decision(vault=vault, decision=row, last_day=START, version=1, by=vault.user)
        assert (ended.ends_on, ended.version) == (START, 2)


def test_what_was_recorded_by_mistake_is_taken_away_with_its_words() -> None:
    with inside(make_family()) as vault:
        row = remove_decision(vault=vault, decision=record(vault), version=1, by=vault.user, at=NOW)
        assert (row.title, row.removed_at) == ("", NOW)
        assert not vault.rows(Decision).exists()
        record(vault)


@pytest.mark.parametrize(
    ("ends_in", "state"),
    [(-1, "ended"), (0, "danger"), (14, "danger"), (15, "warning"), (60, "warning"), (61, "running"), (None, "open")],
)
def test_how_soon_it_ends(ends_in: int | None, state: str) -> None:
    row = Decision(starts_on=START, ends_on=None if ends_in is None else START + ends_in * DAY)
    assert standing(row, START).state == state
    assert standing(row, START).days_left == ends_in


def test_what_is_renewed_or_has_not_begun_warns_of_nothing() -> None:
    row = Decision(starts_on=START, ends_on=START + 5 * DAY)
    assert standing(row, START, renewed=True).state == "renewed"
    assert standing(row, START + 6 * DAY, renewed=True).state == "ended"
    assert standing(Decision(starts_on=START + DAY), START).state == "future"


def test_another_persons_or_a_later_decision_renews_nothing() -> None:
    today, family = timezone.localdate(), make_family()
    with inside(family):
        child = make_family_member(family, "child")
        common = {"kind": "benefit", "scheme": "child_benefit", "service": family.unit}
        row = make_row(Decision, family, **common, starts_on=today, ends_on=today + 10 * DAY)
        others = [
            make_row(Decision, family, **common, starts_on=today + 11 * DAY, subject=child),
            make_row(Decision, family, **common, starts_on=today + 12 * DAY),
            make_row(Decision, family, **common, starts_on=today, ends_on=today + 100 * DAY),
        ]
        assert row.pk not in renewed_ids([row, *others])
        assert row.pk in renewed_ids([row, make_row(Decision, family, **common, starts_on=today + 11 * DAY)])
