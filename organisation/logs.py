"""What the process's log may say: no rows of the database, no national identity numbers, no address that is a key."""

import logging
import re
from typing import Any

from organisation.identity_numbers import masked

# Whoever has one of these addresses can use it: what comes after the word is a secret (families/urls/voice.py).
KEYS = re.compile(r"(/stemme/)[^\s?#\"']+", re.IGNORECASE)


class WithoutTexts(logging.Formatter):
    """PostgreSQL adds the whole row to the error when a constraint refuses it. That is left out; the constraint's name stays."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(without_keys(super().format(record)))

    def formatException(self, ei: Any) -> str:
        text = super().formatException(ei)
        error: BaseException | None = ei[1]
        while error is not None:
            head, _, details = str(error).partition("\nDETAIL:")
            if details:
                text = text.replace(str(error), head)
            error = error.__cause__ or error.__context__
        return text


def without_keys(text: str) -> str:
    """The text with stars for what opens something by itself. `/familier/REF/stemme/...` loses its end too: no harm."""
    return KEYS.sub(r"\1***", text)
