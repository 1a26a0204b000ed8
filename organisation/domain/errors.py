"""Refusals that a person understands."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule said no. `message` is for the user; `field` names the input it is about, where there is one."""

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message, self.field = message, field


class StaleWrite(DomainError):
    """Somebody else saved the row after the user read it. `current` is the row as it stands now."""

    def __init__(self, current: Any) -> None:
        super().__init__(
            _("Noen andre lagret en endring mens du skrev. Det du skrev, er beholdt. Se over og lagre på nytt.")
        )
        self.current = current
