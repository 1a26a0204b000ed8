"""docs/settings.md: every environment variable that the code reads stands there, and none that it does not."""

import re
from pathlib import Path

from tests.docs.tables import BASE_DIR, code, rows, section

READS = re.compile(r'(?:environ(?:\.get\(|\.setdefault\(|\[)|flag\(|words\()\s*"([A-Z_]+)"')
REFERENCE = re.compile(r"\$\{([A-Z_]+)")


def names_under(heading: str) -> set[str]:
    return {name for cells in rows(section("settings.md", heading)) for name in code(cells[0])}


def read_in(*files: Path) -> set[str]:
    return {name for file in files for name in READS.findall(file.read_text(encoding="utf-8"))}


def test_the_settings_are_those_of_the_table() -> None:
    assert names_under("The application") == read_in(BASE_DIR / "povertyplan" / "settings.py")


def test_the_compose_file_is_told_what_the_table_says() -> None:
    asked_for = set(REFERENCE.findall((BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8")))
    assert names_under("docker compose") == asked_for


def test_the_example_file_has_every_name_of_the_compose_file() -> None:
    named = set(re.findall(r"^#?([A-Z_]+)=", (BASE_DIR / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert named == names_under("docker compose")


def test_commands_and_embedded_servers_read_nothing_else() -> None:
    package = BASE_DIR / "povertyplan"
    files = [BASE_DIR / "manage.py", *(path for path in package.rglob("*.py") if path.name != "settings.py")]
    known = names_under("The application") | names_under("Commands and embedded servers")
    assert read_in(*files) <= known


def test_every_row_says_what_happens_without_it() -> None:
    for heading in ("The application", "docker compose", "Commands and embedded servers", "Tests"):
        for cells in rows(section("settings.md", heading)):
            assert len(cells) == 3, cells
            assert all(cells), cells
