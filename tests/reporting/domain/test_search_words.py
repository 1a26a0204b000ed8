"""What was typed becomes a question of PostgreSQL's, whatever was typed."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.search_words import LONGEST_SEARCH, MOST_WORDS, asked, clean
from tests.database import undone

pytestmark = pytest.mark.django_db
HOSTILE = [
    "x & y | !z :* <-> (", "it's", "a'b''c\\d", "\x00", "&|!():*<->", "'", '"', "-", '"a', "-a -b", ":A", "a:*B", "$$",
    "%s %(x)s",
    "host/it's/x?y='z'", "møte" * 40, "a b " * 40, "'); DROP TABLE measures_plan; --", "\u2028", "😀", "a\u0301", "<b>fet</b>",
]  # fmt: skip


def question(words: str, *, titles_only: bool = False) -> str:
    sql, parameters = asked(words, titles_only=titles_only)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({sql})::text", parameters)
        return str(cursor.fetchone()[0])


def test_a_word_is_its_stem_or_the_beginning_of_another() -> None:
    assert question("tiltakene") == "'tiltak' | 'tiltakene':*"
    assert question("Åpen Møteplass") == "( 'åpen' | 'åpen':* ) & ( 'møteplass' | 'møteplass':* )"


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others() -> None:
    assert question("bolig for barn") == question("bolig barn")
    assert question("og") == "'og':*"


def test_what_is_in_quotation_marks_stands_together_and_a_dash_takes_away() -> None:
    assert question('"åpen møteplass" -bolig') == "'åpen' <-> 'møteplass' & !'bol'"


def test_titles_only_asks_each_word_of_the_title() -> None:
    assert question("tiltakene i bydel", titles_only=True) == (
        "( 'tiltak':A | 'tiltakene':*A ) & ( 'bydel':A | 'bydel':*A )"
    )


def test_letters_are_the_same_however_they_are_put_together() -> None:
    assert clean("a\u030apen") == "åpen"


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("titles_only", [False, True])
def test_hostile_words_are_only_words(words: str, titles_only: bool) -> None:
    question(words, titles_only=titles_only)


@given(st.text(max_size=LONGEST_SEARCH))
def test_anything_can_be_asked(words: str) -> None:
    with undone():
        question(words)
        question(words, titles_only=True)


def test_more_words_than_anybody_types_are_left_out() -> None:
    assert question(" ".join(f"ord{n}" for n in range(100))).count("':*") == MOST_WORDS
