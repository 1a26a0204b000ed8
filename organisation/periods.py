"""Half-years: the periods that are reported on."""

import datetime
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, order=True)
class HalfYear:
    """One half of a calendar year; code "2011-1" is January to June 2011."""

    year: int
    half: int

    def __post_init__(self) -> None:
        if self.half not in (1, 2):
            raise ValueError("A year has two halves.")

    @classmethod
    def parse(cls, code: str) -> "HalfYear":
        """From "2011-1"; raises ValueError."""
        match = re.fullmatch(r"(\d{4})-([12])", code)
        if not match:
            raise ValueError(f"Not a half-year: {code!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: datetime.date) -> "HalfYear":
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def code(self) -> str:
        return f"{self.year}-{self.half}"

    @property
    def label(self) -> str:
        text = _("1. halvår %(year)s") if self.half == 1 else _("2. halvår %(year)s")
        return text % {"year": self.year}

    @property
    def short(self) -> str:
        """ "1. h. 26": on the axis of a chart."""
        return _("%(half)s. h. %(year)s") % {"half": self.half, "year": f"{self.year % 100:02}"}

    @property
    def first_day(self) -> datetime.date:
        return datetime.date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last_day(self) -> datetime.date:
        return datetime.date(self.year, 6, 30) if self.half == 1 else datetime.date(self.year, 12, 31)

    def previous(self) -> "HalfYear":
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)

    def __str__(self) -> str:
        return self.label
