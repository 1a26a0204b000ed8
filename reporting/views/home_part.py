"""What the first page is put together of."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from organisation.models import User


@dataclass(frozen=True)
class Visit:
    """Who looks, on which day, and what the address says."""

    user: User
    on: datetime.date
    query: QueryDict


@dataclass(frozen=True)
class Part:
    """A section with a heading of its own, `id=key`. `count` is what is behind it, where a number says something."""

    key: str
    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    count: int | None = None
    style: str = ""  # a style sheet of its own
