"""The set-up's own rules; that it works as a whole is seen by `make test` running at all."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from povertyplan import prepare

BASE_DIR = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a();\n//# sourceMappingURL=index.js.map\n", b"a();\n"),
        (b"a{}\n/*# sourceMappingURL=index.css.map */", b"a{}\n"),
        (b"a();\nb();", b"a();\nb();"),
        (b"\x00\x01woff", b"\x00\x01woff"),
    ],
)
def test_source_map_comments_go(content: bytes, expected: bytes) -> None:
    assert prepare.without_source_map(content) == expected


def test_runs_with_the_standard_library_alone() -> None:
    command = [sys.executable, "-I", "-S", str(BASE_DIR / "povertyplan" / "prepare.py"), "--help"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_folder_is_current_for_the_state_it_was_completed_for(tmp_path: Path) -> None:
    assert not prepare.is_current(tmp_path, "one")
    prepare.mark_current(tmp_path, "one")
    assert prepare.is_current(tmp_path, "one")
    assert not prepare.is_current(tmp_path, "two")


def test_missing_libraries_are_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "missing_packages", lambda *, browser: ["libpango-1.0-0", "chromium"])
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(prepare.Missing) as told:
        prepare.install_system_packages(browser=True)
    assert "sudo apt-get install libpango-1.0-0 chromium" in str(told.value)
    assert "\n" not in str(told.value)


def test_translations_are_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "povertyplan/locale/en/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    source.write_text(f'{header}\nmsgid "Tiltak"\nmsgstr "Measure"\n')
    monkeypatch.setattr(prepare, "BASE_DIR", tmp_path)
    prepare.compile_translations(sys.executable)
    compiled = source.with_suffix(".mo")
    assert b"Measure" in compiled.read_bytes()
    prepare.compile_translations("no python is needed the second time")


def test_locks_name_no_registry() -> None:
    """A host in a lock would tie every checkout to the machine that made it."""
    packages = json.loads((BASE_DIR / "package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for name, package in packages.items() if name)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert not re.search(r"https?://|--index-url|--find-links", (BASE_DIR / lock).read_text()), lock
