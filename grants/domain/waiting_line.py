"""One line of what waits for a person, wherever in the app it comes from."""

import datetime
from dataclasses import dataclass

MOST = 20  # lines of a kind; who has more finds the rest in the lists


@dataclass(frozen=True)
class Waiting:
    """One thing to do. `due_on` is None where nothing is due by a day."""

    text: str
    url: str
    due_on: datetime.date | None = None
    is_late: bool = False
