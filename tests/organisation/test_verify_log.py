"""manage.py verify_log: status 0 or 1, sentences without content, and the anchor outside the database."""

import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from organisation.domain.log_chain import Fault, Kind, seal
from organisation.management.commands import verify_log
from organisation.management.commands.verify_log import SENTENCES, sentence
from organisation.models import AuditEntry
from tests import database
from tests.factories import MunicipalityFactory
from tests.organisation.chain import as_owner, end_of_chain, rebuild_chain, write_audit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    path = tmp_path / "anchor"
    path.touch()
    return path


def run(*arguments: Any) -> tuple[str, str]:
    """What the command says: of what fits, and of what does not, with its last word."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_log", *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        assert error.returncode == 1
        return out.getvalue(), err.getvalue() + str(error)
    assert err.getvalue() == ""
    return out.getvalue(), ""


def test_a_chain_that_holds_is_said_to_hold() -> None:
    write_audit(2)
    seal()
    said, wrong = run()
    assert "Kjeden holder. Lenker: 2." in said
    assert end_of_chain().hash.hex() in said
    assert wrong == ""


def test_it_is_said_who_read_the_rows() -> None:
    assert "gjennom funksjoner i databasen" in run()[0]
    database.log_in_as(database.owner_settings())
    try:
        assert "funksjoner" not in run()[0]
    finally:
        database.log_in_as(database.app_settings())


def test_what_is_wrong_is_said_by_numbers_and_never_by_content() -> None:
    MunicipalityFactory(name="Kjennelig Sted")
    seal()
    as_owner("""UPDATE organisation_auditentry SET after = after || '{"name": "Kjennelig Annet"}'""")
    said, wrong = run()
    row = AuditEntry.objects.get().pk
    assert f"Rad {row} i endringsloggen eller lenke 1 er endret etter at den ble forseglet." in wrong
    assert "Kjeden holder ikke. Feil: 1" in wrong
    assert "ennelig" not in said + wrong


def test_a_chain_that_is_wrong_all_over_is_told_in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_log, "SHOWN", 2)
    write_audit(5)
    seal()
    as_owner("UPDATE organisation_auditentry SET actor_id = 1")
    _said, wrong = run()
    assert len(wrong.splitlines()) == 4
    assert "Og 3 til av samme slag som denne: Rad " in wrong
    assert "Feil: 5" in wrong


@pytest.mark.parametrize("kind", Kind)
def test_every_fault_has_a_sentence(kind: Kind) -> None:
    said = sentence(Fault(kind, "read", 17, 4, 2))
    assert said.endswith((".", "?"))
    assert "None" not in said
    assert set(SENTENCES) == set(Kind)


def test_the_anchor_is_written_line_by_line_and_held_against_the_chain(anchor: Path) -> None:
    for _ in range(2):
        write_audit(2)
        seal()
        assert "skrevet til ankerfilen" in run("--anchor", anchor, "--write-anchor")[0]
    first, second = (line.split(" ") for line in anchor.read_text().splitlines())
    assert (first[1], second[1]) == ("2", "4")
    assert second[2] == end_of_chain().hash.hex()
    assert "Ankere: 2." in run("--anchor", anchor)[0]
    assert len(anchor.read_text().splitlines()) == 2


def test_an_empty_chain_has_nothing_to_anchor(anchor: Path) -> None:
    assert "skrevet" not in run("--anchor", anchor, "--write-anchor")[0]
    assert anchor.read_text() == ""


def test_a_line_is_on_the_disk_before_it_is_said_to_be(anchor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(anchor.read_text()), real(handle)))
    write_audit(1)
    seal()
    run("--anchor", anchor, "--write-anchor")
    assert synced == [anchor.read_text()]
    assert synced != [""]


def test_who_makes_the_chain_anew_is_caught_and_gets_no_anchor(anchor: Path) -> None:
    write_audit(3)
    seal()
    run("--anchor", anchor, "--write-anchor")
    kept = anchor.read_text()
    as_owner("DELETE FROM organisation_auditentry WHERE id = (SELECT min(id) FROM organisation_auditentry)")
    rebuild_chain()
    write_audit(1)
    seal()
    assert run()[1] == ""
    _said, wrong = run("--anchor", anchor, "--write-anchor")
    assert "Lenke 3 er ikke den ankerfilen har. Kjeden er kortet av eller laget på nytt." in wrong
    assert anchor.read_text() == kept


def test_a_log_that_was_emptied_with_its_chain_is_caught(anchor: Path) -> None:
    write_audit(3)
    seal()
    run("--anchor", anchor, "--write-anchor")
    as_owner("TRUNCATE organisation_auditentry, organisation_chainlink, organisation_unlinkedrow")
    assert run()[1] == ""
    assert "Lenke 3 er ikke den ankerfilen har." in run("--anchor", anchor)[1]


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-31T02:00:00+00:00 1 abc\n",
        "2026-01-31T02:00:00+00:00 0 " + 64 * "0" + "\n",
        "2026-01-31T02:00:00+00:00 1 " + 64 * "0",
        "\n",
        "æ\n",
    ],
    ids=["short hash", "no position", "torn", "empty", "not ours"],
)
def test_an_anchor_that_can_not_be_read_is_refused_not_passed_over(anchor: Path, line: str) -> None:
    anchor.write_text(line)
    assert "kan ikke leses" in run("--anchor", anchor)[1]


def test_an_anchor_that_is_not_there_is_not_made_in_silence(tmp_path: Path) -> None:
    """Whoever removed it would get a new one that fits."""
    assert "finnes ikke" in run("--anchor", tmp_path / "anchor", "--write-anchor")[1]
    assert not (tmp_path / "anchor").exists()


def test_a_folder_is_no_anchor(tmp_path: Path) -> None:
    assert "kan ikke leses" in run("--anchor", tmp_path)[1]


def test_an_anchor_needs_a_file_to_be_written_to() -> None:
    assert "--anchor" in run("--write-anchor")[1]


def test_how_long_a_row_may_wait_is_chosen_and_in_a_copy_it_may() -> None:
    write_audit(1)
    as_owner("UPDATE organisation_unlinkedrow SET since = since - interval '5 minutes'")
    assert run()[1] == ""
    assert "En rad i endringsloggen har ventet på lenke i 5 minutter." in run("--minutes", 4)[1]
    assert run("--minutes", 4, "--copy")[1] == ""
