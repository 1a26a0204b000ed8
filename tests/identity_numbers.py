"""Made-up national identity numbers with right check digits, as no person has them: the month is 80 higher."""

from organisation.identity_numbers import FIRST_WEIGHTS, SECOND_WEIGHTS


def with_check_digits(nine: str, *, rest: int = 0) -> str | None:
    """The number whose first nine digits these are; None where it would need a check digit of 10.

    `rest` is that of the first sum: 0 since 1964, 1 to 3 too from 2032.
    """
    first = (rest - _sum(FIRST_WEIGHTS, nine)) % 11
    second = -_sum(SECOND_WEIGHTS, f"{nine}{first}") % 11
    return None if 10 in (first, second) else f"{nine}{first}{second}"


def made_up(serial: int = 0, *, rest: int = 0) -> str:
    """One of many, with a month that no calendar has."""
    numbers = (with_check_digits(f"018190{n:03}", rest=rest) for n in range(1000))
    return [number for number in numbers if number][serial]


def grouped(number: str, shape: str, separator: str = " ") -> str:
    """ "6 5" puts a separator after six digits."""
    parts, at = [], 0
    for length in map(int, shape.split()):
        parts.append(number[at : at + length])
        at += length
    return separator.join(parts)


def _sum(weights: tuple[int, ...], digits: str) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False))
