"""Random ids for URLs."""

from organisation.models import new_public_id
from organisation.models.base import PUBLIC_ID_ALPHABET


def test_ids_are_long_random_and_readable() -> None:
    ids = {new_public_id() for _ in range(500)}
    assert len(ids) == 500
    assert all(len(one) == 10 and set(one) <= set(PUBLIC_ID_ALPHABET) for one in ids)


def test_ids_hold_no_character_that_is_read_wrongly() -> None:
    assert not set(PUBLIC_ID_ALPHABET) & set("aeiouy01l")
