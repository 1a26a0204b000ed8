"""A need over time, as the family itself has rated it: a small line with a dot for each half-year that was answered."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from families.models import HowIsIt, NeedRating
from organisation.charts import lines
from organisation.periods import HalfYear

LONGEST = 12  # half-years: six years


def need_chart(ratings: Iterable[NeedRating], now: HalfYear, *, key: str, label: str) -> dict[str, Any] | None:
    """From the first rating until `now`, the newest twelve half-years; a half-year without an answer is a gap in the line.

    None where nothing is rated.
    """
    by_half = {HalfYear(rating.year, rating.half): HowIsIt(rating.value) for rating in ratings}
    if not by_half:
        return None
    halves = _halves(min(by_half), max(now, *by_half))
    answers = [by_half.get(half) for half in halves]
    return lines(
        id=f"behov-{key}",
        title=_("%(need)s: slik familien har vurdert det") % {"need": label},
        points=[half.short for half in halves],
        series=[
            {
                "label": _("Familiens vurdering"),
                "values": [answer and answer.value for answer in answers],
                "texts": [
                    f"{answer.value}, {answer.label.lower()}" if answer else _("ikke vurdert") for answer in answers
                ],
                "drawn": [str(answer.value) if answer else "" for answer in answers],
            }
        ],
        scale=(min(HowIsIt.values), max(HowIsIt.values)),
        head=_("Halvår"),
    )


def _halves(first: HalfYear, last: HalfYear) -> list[HalfYear]:
    found = [last]
    while found[0] > first and len(found) < LONGEST:
        found.insert(0, found[0].previous())
    return found
