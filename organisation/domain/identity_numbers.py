"""National identity numbers, for what doesn't come through a form: commands, jobs, other systems."""

from organisation.domain.errors import DomainError
from organisation.identity_numbers import MESSAGE, contains_identity_number


def refuse_identity_numbers(*texts: str | None, field: str | None = None) -> None:
    """DomainError, at `field`, when a fødselsnummer or D-number stands in one of the texts. The error doesn't repeat it."""
    if any(text and contains_identity_number(text) for text in texts):
        raise DomainError(MESSAGE, field)
