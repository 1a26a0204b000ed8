"""The chain over the logs: every row is linked, whoever writes at the same time; what is changed afterwards is found."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models

from organisation.chain_schema import COLUMNS, NOTHING
from organisation.domain import log_chain
from organisation.domain.log_chain import Fault, Kind, Link, link_hash, seal, verify
from organisation.models import AuditEntry, ChainLink, Municipality, ReadEntry, UnlinkedRow
from tests import database
from tests.at_once import at_once, while_uncommitted
from tests.factories import MunicipalityFactory
from tests.organisation.chain import (
    MINUTE,
    as_owner,
    end_of_chain,
    faults,
    kinds,
    rebuild_chain,
    write_audit,
    write_reads,
)

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealed(transactional_db: None) -> None:
    """Three rows of the audit log, two of the read log, all linked: links 1 to 5."""
    write_audit(3)
    write_reads(2)
    assert seal() == 5


@pytest.fixture(params=["application", "owner"])
def role(request: pytest.FixtureRequest) -> Iterator[str]:
    """Whoever verifies: the application, through functions of the database, or the owner, who reads the tables."""
    if request.param == "owner":
        database.log_in_as(database.owner_settings())
    yield request.param
    database.log_in_as(database.app_settings())


def linked() -> list[tuple[int, str, int]]:
    return list(ChainLink.objects.values_list("position", "log", "row_id"))


# Making links


def test_rows_are_linked_in_their_order_and_once() -> None:
    write_audit(3)
    ids = list(AuditEntry.objects.order_by("id").values_list("pk", flat=True))
    assert seal() == 3
    assert linked() == [(n, "audit", pk) for n, pk in enumerate(ids, start=1)]
    assert seal() == 0
    write_audit(1)
    assert seal() == 1
    assert ChainLink.objects.count() == 4
    assert not UnlinkedRow.objects.exists()


@committed
def test_reads_are_linked_too(sealed: None) -> None:
    assert [log for _position, log, _row in linked()] == ["audit"] * 3 + ["read"] * 2


def test_a_long_queue_is_sealed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_chain, "SEALED_AT_ONCE", 2)
    write_audit(5)
    assert seal() == 5
    assert [position for position, _log, _row in linked()] == [1, 2, 3, 4, 5]


def test_anybody_can_compute_the_chain_again() -> None:
    """From the rows alone, as docs/security.md says, without the database's functions."""
    MunicipalityFactory(name='Prøvevik "ved" sjøen\n\\ æøå \u2028 €')
    Municipality.objects.update(region="Ny\tregion")
    seal()
    before = NOTHING
    for link in ChainLink.objects.all():
        entry = AuditEntry.objects.get(pk=link.row_id)
        values = [getattr(entry, name) for name in COLUMNS["audit"]]
        digest = hashlib.sha256(json.dumps(["audit", *map(as_text, values)], ensure_ascii=False).encode()).digest()
        before = link_hash(before, link.position, str(as_text(link.sealed_at)), digest)
        assert before == bytes(link.hash)
    assert ChainLink.objects.count() == 2


def as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return f"{int(value.timestamp())}.{value.microsecond:06}" if hasattr(value, "timestamp") else str(value)


@pytest.mark.parametrize(("log", "model"), [("audit", AuditEntry), ("read", ReadEntry)])
def test_a_link_vouches_for_every_column(log: str, model: type[models.Model]) -> None:
    assert set(COLUMNS[log]) == {field.column for field in model._meta.fields}


@committed
def test_a_transaction_that_commits_late_is_linked_late_and_holds_nobody_up() -> None:
    late, (early, made), waited = while_uncommitted(MunicipalityFactory, lambda: (MunicipalityFactory(), seal()))
    assert not waited
    assert made == 1
    rows = {entry.row_id: entry.pk for entry in AuditEntry.objects.all()}
    assert rows[late.pk] < rows[early.pk], "the test wants the late one to have the lower id"
    assert seal() == 1
    assert linked() == [(1, "audit", rows[early.pk]), (2, "audit", rows[late.pk])]
    assert faults() == []


@committed
def test_a_transaction_that_is_undone_leaves_no_gap() -> None:
    from django.db import transaction

    write_audit(1)
    with transaction.atomic():
        write_audit(1)
        transaction.set_rollback(True)
    write_audit(1)
    assert seal() == 2
    assert faults() == []


@committed
def test_writers_and_sealers_at_once_lose_and_double_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_chain, "SEALED_AT_ONCE", 7)

    def write() -> None:
        for _ in range(25):
            MunicipalityFactory()

    def seal_again_and_again() -> int:
        return sum(seal() for _ in range(25))

    outcomes = at_once(write, write, seal_again_and_again, seal_again_and_again, seal_again_and_again)
    rest = seal()
    assert sum(outcomes[2:]) + rest == AuditEntry.objects.count() == ChainLink.objects.count() == 50
    assert faults() == []


@committed
def test_while_somebody_seals_the_other_does_not_wait() -> None:
    write_audit(2)
    first, second, waited = while_uncommitted(seal, seal)
    assert (first, second, waited) == (2, 0, False)


# What is found


@committed
def test_a_chain_that_nobody_touched_holds(sealed: None, role: str) -> None:
    found: list[Fault] = []
    end, direct = verify(anchors=[end_of_chain()], patience=MINUTE, found=found.append)
    assert found == []
    assert end == end_of_chain()
    assert direct == (role == "owner")


def test_an_empty_chain_holds() -> None:
    assert verify(anchors=[], patience=MINUTE, found=pytest.fail)[0] == Link(0, NOTHING)


def change(log: str, column: str, value: str) -> str:
    """Change a column of the log's first row as the owner; what stood there."""
    row = f"FROM organisation_{log}entry WHERE id = (SELECT min(id) FROM organisation_{log}entry)"
    ((before,),) = as_owner(f"SELECT quote_nullable({column}::text) {row}")
    as_owner(f"UPDATE organisation_{log}entry SET {column} = {value} {row[row.index('WHERE') :]}")
    return str(before)


CHANGES = {
    "audit": [
        ("at", "at + interval '1 microsecond'"),
        ("actor_id", "1"),
        ("action", "'x'"),
        ("table_name", "'organisation_unit'"),
        ("row_id", "row_id + 1"),
        ("operation", "'DELETE'"),
        ("before", "'null'"),
        ("before", "'{}'"),
        ("after", """after || '{"name": "Et annet"}'"""),
        ("after", "NULL"),
    ],
    "read": [
        ("at", "at - interval '1 day'"),
        ("transaction", "8"),
        ("family", "99"),
        ("page", "'home'"),
        ("basis", "'emergency'"),
    ],
}


@committed
@pytest.mark.parametrize(("log", "position"), [("audit", 1), ("read", 4)])
def test_a_changed_row_is_found_whatever_was_changed(sealed: None, role: str, log: str, position: int) -> None:
    for column, value in CHANGES[log]:
        before = change(log, column, value)
        (fault,) = faults()
        assert (fault.kind, fault.log, fault.position) == (Kind.CHANGED, log, position), (column, value)
        change(log, column, before)
        assert faults() == []


@committed
@pytest.mark.parametrize("log", ["audit", "read"])
def test_a_removed_row_is_found(sealed: None, role: str, log: str) -> None:
    (first, *_rest) = [row for _position, of, row in linked() if of == log]
    as_owner(f"DELETE FROM organisation_{log}entry WHERE id = %s", first)
    (fault,) = faults()
    assert (fault.kind, fault.log, fault.row_id) == (Kind.ROW_GONE, log, first)


@committed
def test_a_removed_link_is_found(sealed: None) -> None:
    as_owner("DELETE FROM organisation_chainlink WHERE position IN (2, 3)")
    gone, loose = faults()
    assert (gone.kind, gone.position, gone.count) == (Kind.LINK_GONE, 2, 2)
    assert (loose.kind, loose.log, loose.count) == (Kind.LOOSE, "audit", 2)


@committed
@pytest.mark.parametrize(
    "change",
    ["hash = sha256('x')", "sealed_at = sealed_at + interval '1 s'", "row_id = row_id + 900", "log = 'x'"],
)
def test_a_changed_link_is_found(sealed: None, change: str) -> None:
    as_owner(f"UPDATE organisation_chainlink SET {change} WHERE position = 2")
    assert Kind.CHANGED in kinds() or Kind.ROW_GONE in kinds()


@committed
def test_two_links_that_changed_places_are_found(sealed: None) -> None:
    as_owner("UPDATE organisation_chainlink SET position = 100 WHERE position = 2")
    as_owner("UPDATE organisation_chainlink SET position = 2 WHERE position = 3")
    as_owner("UPDATE organisation_chainlink SET position = 3 WHERE position = 100")
    assert kinds() == [Kind.CHANGED] * 3


@committed
def test_an_end_that_was_cut_off_with_its_rows_is_found_by_the_anchor_alone(sealed: None) -> None:
    anchor = end_of_chain()
    as_owner("DELETE FROM organisation_readentry")
    as_owner("DELETE FROM organisation_chainlink WHERE log = 'read'")
    assert faults() == []
    assert faults(anchor) == [Fault(Kind.ANCHOR, position=5)]


@committed
def test_a_chain_that_was_made_anew_is_found_by_the_anchor_alone(sealed: None) -> None:
    anchor = end_of_chain()
    as_owner("UPDATE organisation_auditentry SET actor_id = 1")
    rebuild_chain()
    write_audit(3)
    seal()
    assert faults() == []
    assert faults(anchor) == [Fault(Kind.ANCHOR, position=5)]


@committed
def test_anchors_of_different_chains_are_not_both_right(sealed: None) -> None:
    assert kinds(end_of_chain(), Link(5, NOTHING)) == [Kind.ANCHOR]


@committed
def test_a_row_that_came_past_the_queue_is_found(sealed: None, role: str) -> None:
    as_owner("ALTER TABLE organisation_readentry DISABLE TRIGGER await_link")
    write_reads(2)
    as_owner("ALTER TABLE organisation_readentry ENABLE TRIGGER await_link")
    (fault,) = faults()
    assert (fault.kind, fault.log, fault.count) == (Kind.LOOSE, "read", 2)


@committed
def test_a_row_that_was_taken_out_of_the_queue_is_found(sealed: None) -> None:
    write_audit(1)
    as_owner("DELETE FROM organisation_unlinkedrow")
    seal()
    assert kinds() == [Kind.LOOSE]


@committed
def test_a_row_that_was_removed_before_it_was_linked_is_found_and_holds_no_other_up(sealed: None) -> None:
    write_audit(1)
    as_owner("DELETE FROM organisation_auditentry WHERE id = (SELECT max(id) FROM organisation_auditentry)")
    write_reads(1)
    assert seal() == 1
    assert kinds() == [Kind.LOST]


@committed
def test_rows_may_wait_for_a_while_and_not_for_longer(sealed: None, role: str) -> None:
    write_audit(1)
    assert faults() == []
    as_owner("UPDATE organisation_unlinkedrow SET since = since - interval '16 minutes'")
    assert faults() == [Fault(Kind.STALLED, "audit", count=16)]
    assert faults(patience=None) == []


@committed
def test_a_view_in_the_place_of_a_table_is_found(sealed: None) -> None:
    as_owner("ALTER TABLE organisation_auditentry RENAME TO hidden")
    as_owner("CREATE VIEW organisation_auditentry AS SELECT * FROM hidden")
    try:
        assert Fault(Kind.NO_TABLE, "organisation_auditentry") in faults()
    finally:
        as_owner("DROP VIEW organisation_auditentry")
        as_owner("ALTER TABLE hidden RENAME TO organisation_auditentry")


@committed
def test_the_owner_does_not_believe_the_functions_of_the_database(sealed: None) -> None:
    """One that says all is well, and a sha256 that is somebody else's."""
    database.log_in_as(database.owner_settings())
    as_owner("CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT ''::bytea $$")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET search_path = public, pg_catalog")
        as_owner("ALTER FUNCTION povertyplan_chain_links(bigint, integer) RENAME TO hidden")
        assert faults() == []
        change("audit", "action", "'x'")
        assert kinds() == [Kind.CHANGED]
    finally:
        as_owner("DROP FUNCTION public.sha256(bytea)")
        as_owner("ALTER FUNCTION hidden(bigint, integer) RENAME TO povertyplan_chain_links")
        database.log_in_as(database.app_settings())


@committed
def test_all_is_read_in_batches(sealed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_chain, "READ_AT_ONCE", 2)
    assert faults() == []
    as_owner("DELETE FROM organisation_chainlink WHERE position = 3")
    assert kinds() == [Kind.LINK_GONE, Kind.LOOSE]


def test_settings_of_the_session_are_put_back() -> None:
    assert faults() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), current_setting('povertyplan.maintenance', true)")
        assert cursor.fetchone() == ('"$user", public', "")


def test_nobody_but_the_applications_role_may_call_the_functions() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname::text, has_function_privilege('povertyplan_app', oid, 'EXECUTE'),"
            " EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0) FROM pg_proc"
            " WHERE proname IN ('povertyplan_seal', 'povertyplan_chain_links', 'povertyplan_chain_loose',"
            " 'povertyplan_await_link') ORDER BY 1"
        )
        assert cursor.fetchall() == [
            ("povertyplan_await_link", False, False),
            ("povertyplan_chain_links", True, False),
            ("povertyplan_chain_loose", True, False),
            ("povertyplan_seal", True, False),
        ]
