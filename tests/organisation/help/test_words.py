"""The words of the glossary page are those of docs/glossary.md."""

from organisation.help.words import GROUPS
from tests.docs.tables import DOCS, rows


def words() -> list[str]:
    return [str(word) for group in GROUPS for word, _meaning in group.words]


def known() -> set[str]:
    return {cells[0] for cells in rows((DOCS / "glossary.md").read_text(encoding="utf-8"))}


def test_each_word_stands_in_the_glossary_of_the_documents() -> None:
    # One row of the document has several states beside each other.
    apart = {part for word in known() for part in word.split(", ")}
    assert [word for word in words() if word not in known() | apart] == []
    assert len(words()) > 60


def test_no_word_is_explained_twice_and_none_is_left_unexplained() -> None:
    assert len(set(words())) == len(words())
    assert all(str(meaning).endswith(".") for group in GROUPS for _word, meaning in group.words)


def test_every_role_is_explained() -> None:
    from organisation.models import Role

    assert {str(role.label).lower() for role in Role} <= set(words())
