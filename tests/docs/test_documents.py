"""What the documents point to is there: files, names in the code, the demo's log-ins."""

import re
from pathlib import Path

import pytest

from reporting.demo.organisation import PASSWORD, PEOPLE
from tests.docs.tables import BASE_DIR, DOCS, code, resolve, rows

DOCUMENTS = [BASE_DIR / "README.md", BASE_DIR / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"`make ([a-z]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files(document: Path) -> None:
    missing = [
        link for link in LINK.findall(document.read_text(encoding="utf-8")) if not (document.parent / link).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_are_targets_of_the_makefile(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (BASE_DIR / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(TARGET.findall(document.read_text(encoding="utf-8"))) <= targets


def test_every_document_is_found_from_the_readme() -> None:
    links = set(LINK.findall((BASE_DIR / "README.md").read_text(encoding="utf-8")))
    assert {f"docs/{path.name}" for path in DOCS.glob("*.md")} <= links


def test_terms_lead_to_models_and_fields() -> None:
    terms = rows((DOCS / "glossary.md").read_text(encoding="utf-8"))
    assert len(terms) > 60
    for cells in terms:
        assert len(cells) == 4, cells
        for path in code(cells[3]):
            resolve(path)


def test_the_readme_has_the_demos_log_ins() -> None:
    text = (BASE_DIR / "README.md").read_text(encoding="utf-8")
    assert PASSWORD in text
    assert [person.email for person in PEOPLE if person.email not in text] == []
