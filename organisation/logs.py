"""What the process's log may say: no rows of the database, no national identity numbers."""

import logging
from typing import Any

from organisation.identity_numbers import masked


class WithoutTexts(logging.Formatter):
    """PostgreSQL adds the whole row to the error when a constraint refuses it. That is left out; the constraint's name stays."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))

    def formatException(self, ei: Any) -> str:
        text = super().formatException(ei)
        error: BaseException | None = ei[1]
        while error is not None:
            head, _, details = str(error).partition("\nDETAIL:")
            if details:
                text = text.replace(str(error), head)
            error = error.__cause__ or error.__context__
        return text
