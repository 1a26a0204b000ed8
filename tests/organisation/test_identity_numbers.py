"""National identity numbers in free text. Python and PostgreSQL say the same."""

import re
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.operations import RunSQL
from hypothesis import assume, given
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from organisation.domain.errors import DomainError
from organisation.domain.identity_numbers import refuse_identity_numbers
from organisation.identity_numbers import (
    DASHES,
    DIGITS,
    LONGEST,
    PLAIN_FROM,
    SPACES,
    UNSEEN,
    ZEROS,
    contains_identity_number,
    passes_check_digits,
    validate_no_identity_number,
)
from organisation.schema import CreateIdentityNumberCheck, NoIdentityNumbers
from tests.database import owner_cursor
from tests.identity_numbers import grouped, made_up, with_check_digits

NUMBER = made_up()
SHAPES = ["11", "6 5", "6 3 2", "2 2 2 5", "2 2 2 3 2", "3 3 3 2", "3 3 5", "2 3 3 3", " ".join("1" * 11)]
OTHER_SHAPES = ["5 6", "4 4 3", "4 5 2", "4 2 5", "9 2", "2 4 5", "1 10"]
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("separator", [" ", ".", "\u00a0", "\u202f", "  ", "\r\n", " . "])
def test_a_number_is_found_as_people_write_it(shape: str, separator: str) -> None:
    assert contains_identity_number(f"Barnet ({grouped(NUMBER, shape, separator)}) bor hos mor.")


@pytest.mark.parametrize("shape", ["6 5", "2 2 2 5"])
@pytest.mark.parametrize("separator", ["-", "–", "\u2011", " - ", "/", "_"])
def test_a_number_is_found_between_dashes(shape: str, separator: str) -> None:
    assert contains_identity_number(grouped(NUMBER, shape, separator))


def test_the_date_may_have_dots_and_the_rest_a_dash() -> None:
    assert contains_identity_number(f"f. {grouped(NUMBER[:6], '2 2 2', '.')}-{NUMBER[6:]}.")
    assert contains_identity_number(grouped(NUMBER[:6], "2 2 2", ".") + NUMBER[6:])


@pytest.mark.parametrize("shape", SHAPES)
def test_digits_of_other_scripts_count(shape: str) -> None:
    assert contains_identity_number(f"رقمي {grouped(NUMBER, shape).translate(ARABIC)} هنا")
    assert contains_identity_number(NUMBER[:6].translate(ARABIC) + NUMBER[6:])


def test_every_decimal_digit_of_unicode_is_known() -> None:
    """Fails when a newer Python knows more of them: then ZEROS grows, and a migration makes the function anew."""
    zeros = [n for n in range(0x110000) if unicodedata.decimal(chr(n), None) == 0]
    assert list(ZEROS) == zeros
    assert len(set(PLAIN_FROM)) == len(PLAIN_FROM)


def test_marks_that_can_not_be_seen_are_looked_through() -> None:
    for mark in UNSEEN:
        assert contains_identity_number(mark.join(NUMBER)), hex(ord(mark))


@pytest.mark.parametrize(
    "text", ["fnr{}", "{}fnr", "A{}B", "12 {}", "{} 12", "1. {}", "{},50", "«{}»", "fnr_{}.pdf", "2 {} 3"]
)
def test_what_stands_beside_hides_no_number(text: str) -> None:
    assert contains_identity_number(text.format(NUMBER))
    assert contains_identity_number(text.format(grouped(NUMBER, "6 5")))


@pytest.mark.parametrize("text", ["{}0", "0{}", "{}00", "٠{}", "{}٠", "47{}"])
def test_a_longer_run_of_digits_is_something_else(text: str) -> None:
    assert not contains_identity_number(text.format(NUMBER))


def test_a_candidate_that_fails_hides_none_inside_it() -> None:
    apart = " ".join(NUMBER)
    for digit in "0123456789":
        assert contains_identity_number(f"{digit} {apart}")
    assert contains_identity_number(f"12345678910, {NUMBER}")


@pytest.mark.parametrize("shape", OTHER_SHAPES)
def test_other_ways_of_grouping_are_left_alone(shape: str) -> None:
    assert not contains_identity_number(grouped(NUMBER, shape))
    assert not contains_identity_number(grouped(NUMBER, "6 5", "    "))  # four spaces: two columns
    assert not contains_identity_number(grouped(NUMBER, "6 5", ", "))


@pytest.mark.parametrize("digits", range(0, 1000, 37))
@pytest.mark.parametrize(
    "text",
    [
        "{first} 000–{last} 000 kroner",  # amounts from and to: 50 000-100 000
        "0{day}.0{day}.2026 {last} personer",
        "kl. 1{day}.00-1{day}.30 {last} barn",
        "sak 2026/12{last}-1{day}",
        "2026-06-1{day} {last}",
        "konto 12{last}.5{day}.78{last}",
        "tlf. 99 88 {first} {last}",
    ],
)
def test_ordinary_texts_of_numbers_are_let_through(text: str, digits: int) -> None:
    assert not contains_identity_number(text.format(first=10 + digits % 90, day=digits % 9 + 1, last=f"{digits:03}"))


def test_both_check_digits_have_to_fit() -> None:
    assert passes_check_digits(NUMBER)
    wrong = [f"{NUMBER[:10]}{digit}" for digit in "0123456789" if digit != NUMBER[10]]
    assert not any(map(passes_check_digits, wrong))


@pytest.mark.parametrize("rest", range(11))
def test_the_first_check_digit_may_leave_a_rest_of_three_at_most(rest: int) -> None:
    """0 is the rule since 1964; 1, 2 and 3 come with the numbers from 2032."""
    assert passes_check_digits(made_up(rest=rest)) is (rest <= 3)


@pytest.mark.parametrize("nine", ["418190123", "014190123", "018190123", "819012345", "016590123"])
def test_numbers_of_all_kinds_are_found_whatever_their_date(nine: str) -> None:
    """D-number, H-number, synthetic number, the older H-number and one more of the synthetic ones."""
    numbers = [with_check_digits(f"{nine[:6]}{serial:03}") for serial in range(20)]
    found = [number for number in numbers if number]
    assert found
    assert all(map(contains_identity_number, found))


def test_the_message_never_holds_the_number() -> None:
    with pytest.raises(ValidationError) as invalid:
        validate_no_identity_number(f"Om {NUMBER}")
    with pytest.raises(DomainError, match="fødselsnummer") as refused:
        refuse_identity_numbers("Om moren", None, f"Om {NUMBER}", field="text")
    assert refused.value.field == "text"
    assert NUMBER not in f"{invalid.value!r} {refused.value!r}"
    refuse_identity_numbers("", None, "Telefon 99 88 77 66")


def in_postgresql(text: str | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT povertyplan_has_identity_number(%s)", [text])
        return bool(cursor.fetchone()[0])


def _numbers(draw: st.DrawFn) -> str:
    nine, rest = draw(st.from_regex("[0-9]{9}", fullmatch=True)), draw(st.integers(0, 4))
    number = with_check_digits(nine, rest=rest)
    assume(number is not None)
    assert number is not None
    at = draw(st.integers(0, 10))
    one_off = f"{number[:at]}{draw(st.sampled_from('0123456789'))}{number[at + 1 :]}"
    return draw(st.sampled_from([number, number, one_off, f"{number}1"]))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Texts around numbers, right or one digit off, in one piece or grouped, in any script."""
    number = _numbers(draw)
    separator = draw(st.text(st.sampled_from(SPACES + DASHES + UNSEEN + "x"), max_size=4))
    written = grouped(number, draw(st.sampled_from(SHAPES + OTHER_SHAPES)), separator)
    zero = draw(st.sampled_from(ZEROS))
    script = str.maketrans("0123456789", "".join(chr(zero + n) for n in range(10)))
    around = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6)
    digits = st.text(st.sampled_from(DIGITS[:20] + SPACES[:8] + DASHES[:3]), max_size=6)
    return draw(around) + draw(digits) + written.translate(script) + draw(digits) + draw(around)


@pytest.mark.django_db
@given(text=texts())
def test_postgresql_says_what_python_says(text: str) -> None:
    assert in_postgresql(text) is contains_identity_number(text)


@pytest.mark.django_db
@given(text=st.text(st.sampled_from("0123456789 -.x\n"), max_size=60))
def test_postgresql_reads_digits_and_separators_as_python_does(text: str) -> None:
    assert in_postgresql(text) is contains_identity_number(text)


@pytest.mark.django_db
def test_postgresql_finds_nothing_in_nothing() -> None:
    assert not in_postgresql(None)
    assert not in_postgresql("")
    assert in_postgresql("Lang tekst. " * 1000 + NUMBER)


@pytest.mark.django_db
def test_the_function_can_stand_in_a_constraint_and_the_application_may_call_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT provolatile, proparallel, has_function_privilege('povertyplan_app', oid, 'EXECUTE'), prosecdef"
            " FROM pg_proc WHERE proname = 'povertyplan_has_identity_number'"
        )
        assert cursor.fetchall() == [("i", "s", True, False)]


def test_a_candidate_is_no_longer_than_what_is_looked_at() -> None:
    assert max(len(grouped(NUMBER, shape)) for shape in SHAPES) == LONGEST
    assert re.fullmatch("[0-9]{11}", NUMBER)


@pytest.mark.django_db
def test_a_table_refuses_them_in_the_columns_that_are_named_until_the_operation_is_undone() -> None:
    operation = NoIdentityNumbers("identity_number_trial", ("words", "note"))
    with owner_cursor() as cursor:
        cursor.execute("CREATE TABLE identity_number_trial (words text, note varchar(50), free text)")
        try:
            cursor.execute(operation.sql)
            cursor.execute("INSERT INTO identity_number_trial VALUES ('Ord', NULL, %s)", [NUMBER])
            for column in ("words", "note"):
                with pytest.raises(IntegrityError) as refused:
                    cursor.execute(f"INSERT INTO identity_number_trial ({column}) VALUES (%s)", [f"f. {NUMBER}"])
                assert refused.value.diag.constraint_name == f"identity_number_trial_{column}_no_identity_number"
            cursor.execute(operation.reverse_sql)
            cursor.execute("INSERT INTO identity_number_trial (words) VALUES (%s)", [NUMBER])
        finally:
            cursor.execute("DROP TABLE identity_number_trial")


@pytest.mark.parametrize("operation", [NoIdentityNumbers("a_table", ("a",)), CreateIdentityNumberCheck()])
def test_the_operations_can_be_written_into_a_migration(operation: RunSQL) -> None:
    name, arguments, named = operation.deconstruct()
    again = type(operation)(*arguments, **named)
    assert name == type(operation).__name__
    assert again.sql == operation.sql
    assert operation.sql.isascii()
    assert operation.reversible


def test_a_name_that_postgresql_would_cut_is_refused() -> None:
    with pytest.raises(AssertionError):
        NoIdentityNumbers("a_table_with_a_long_name", ("a_column_with_a_long_name",))
