"""The reading room: what has been published, made searchable when it goes out, and told to those it is for.

`deliver` belongs into the transaction that publishes. What was published without it (before there was a reading room, by a
load of a municipality's history) is found by a job and made searchable; nobody is told of that.
"""

import datetime
import logging
import re
from collections.abc import Collection
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import BooleanField, Case, Count, Exists, F, Func, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, override

from organisation.domain.notices import notify, settle
from organisation.domain.writing import acting
from organisation.models import Membership, Notice, Role, User
from reporting.domain.passages import LONGEST_TITLE, passages_in, plain
from reporting.models import Report, ReportPassage, ReportVersion, ReportWords
from reporting.models.published import LANGUAGE

logger = logging.getLogger(__name__)

KIND = "report_published"
# Whom a report is for: the board that decides on it, and the steering group. An analyst reads for the directorate and looks
# when she needs it; who works in the municipality has made it.
TOLD = (Role.BOARD_MEMBER, Role.STEERING_GROUP)
WHOLE = Q(anchor="")  # the passage that is the report itself
MOST_PLACES = 10  # of one report that are named
LARGE = ("figures", "sources", "content", "changes")
START, STOP = "\x02", "\x03"  # around a word that was found; no text has them (passages.plain)


def deliver(*, published: ReportVersion, by: User, on: datetime.date) -> list[Notice]:
    """Make a version that has just been published searchable, and tell the board, each person once for each version.

    The mail goes through the outbox. A correction is told anew: what the board has read no longer stands.
    """
    with acting(by, "report.deliver"):
        make_searchable(published=published, by=by)
        report, number = published.report, published.number
        text = (
            gettext_lazy("«{title}» er publisert og kan leses i lesesalen.")
            if number == 1
            else gettext_lazy("«{title}» er publisert i en rettet utgave, versjon {number}.")
        )
        return notify(
            users=readers_of(report=report, on=on), kind=KIND, key=_key(published), by=by,
            text=format_lazy(text, title=report.title, number=number),
            url_path=reverse("report", args=[report.public_id]),
        )  # fmt: skip


def settle_delivery(*, withdrawn: ReportVersion, by: User) -> None:
    """Nobody is told any more, by a mail that waits either, that she can read what has been withdrawn."""
    settle(key=_key(withdrawn), by=by)


def _key(row: ReportVersion) -> str:
    return f"report-{row.report.public_id}-published-{row.number}"


def tell_of_withdrawal(*, withdrawn: ReportVersion, by: User, on: datetime.date) -> list[Notice]:
    """Tell those who were told of a version that it stands no longer, each person once. Why is on its page, not in the mail."""
    report, number = withdrawn.report, withdrawn.number
    text = (
        gettext_lazy("«{title}» er trukket tilbake. Hvorfor står på siden til rapporten.")
        if number == 1
        else gettext_lazy(
            "Den rettede utgaven av «{title}», versjon {number}, er trukket tilbake. Hvorfor står på siden til rapporten."
        )
    )
    return notify(
        users=readers_of(report=report, on=on), kind=KIND, key=f"report-{report.public_id}-withdrawn-{number}", by=by,
        text=format_lazy(text, title=report.title, number=number),
        url_path=reverse("report-version", args=[report.public_id, number]),
    )  # fmt: skip


def readers_of(*, report: Report, on: datetime.date) -> list[User]:
    """Who is told of a report: the board and the steering group of its municipality."""
    seats = Membership.objects.active(on).filter(
        role__in=TOLD, unit__municipality=report.municipality_id, user__is_active=True
    )
    return list(User.objects.filter(memberships__in=seats).distinct().order_by("pk"))


def make_searchable(*, published: ReportVersion, by: User | None) -> int:
    """Keep the passages of a published version for the search; once, since what has gone out stands. Returns how many."""
    with acting(by, "report.make_searchable"):
        row = ReportVersion.objects.select_for_update(no_key=True).select_related("report__municipality").get(
            pk=published.pk
        )  # fmt: skip
        if row.content is None or not row.is_published or row.passages.exists():
            return 0
        found = [(passage.anchor, passage.title, passage.lines) for passage in passages_in(row.content)]
        rows = [
            ReportPassage(report_version=row, position=position, anchor=anchor, title=title, text=text)
            for position, (anchor, title, text) in enumerate([_whole(row), *found])
        ]
        return len(ReportPassage.objects.bulk_create(rows))


def _whole(row: ReportVersion) -> tuple[str, str, str]:
    """The report itself: found by its title, its municipality, its period, its kind and its case number."""
    report = row.report
    with override("nb"):
        words = (report.municipality.name, str(report.get_kind_display()), report.period_label, report.case_number)
        return "", plain(report.title)[:LONGEST_TITLE], plain(", ".join(word for word in words if word))


def fill() -> int:
    """The job: make searchable what has been published without it. Returns how many versions."""
    without = ~Exists(ReportPassage.objects.filter(report_version=OuterRef("pk")))
    done = 0
    for row in ReportVersion.objects.standing_or_replaced().filter(without).light().order_by("pk"):
        try:
            done += bool(make_searchable(published=row, by=None))
        except Exception:  # one that can't be shown must not keep the others out
            logger.exception("Version %s could not be made searchable", row.pk)
    return done


def in_reading_room(*, by: User, replaced: bool = False) -> QuerySet[ReportVersion]:
    """The published versions that a user may read: those that stand, and with `replaced` also those that others replaced."""
    rows = ReportVersion.objects.visible_to(by)
    return rows.standing_or_replaced() if replaced else rows.standing()


def search(*, versions: QuerySet[ReportVersion], words: str) -> QuerySet[ReportPassage]:
    """The passages in which words are found, in any of their forms, with `rank` and `headline`: the text with them marked.

    `words` as people write them: several must all be there, "two in quotation marks" stand together, -one is not there.
    A word also finds those that begin with it, as Norwegian puts words together: «bolig» finds «boligsosialt».
    """
    query = _asked(words)
    return _found(versions, query).annotate(headline=_headline(query))


def reports_with(*, versions: QuerySet[ReportVersion], words: str) -> list[tuple[int, int]]:
    """The versions in which words are found, each with how many of its parts have them.

    Those that are called so first, then the newest: what a passage is worth is worked out for those that are shown.
    """
    rows = (
        _matching(versions, _asked(words))
        .values("report_version")
        .annotate(is_called=Count("pk", filter=WHOLE), places=Count("pk", filter=~WHOLE))
    )
    rows = rows.order_by("-is_called", "-report_version__published_at", "-report_version")
    return list(rows.values_list("report_version", "places"))


def best_passages(
    *, found: Collection[tuple[int, int]], versions: QuerySet[ReportVersion], words: str
) -> list[list[ReportPassage]]:
    """The passages of each of those versions, best first; the first has its `headline`, and of the others only a few come.

    The report itself, its title and whose it is, comes after its parts.
    """
    query = _asked(words)
    order = (Case(When(WHOLE, then=1), default=0).asc(), F("rank").desc(), F("position").asc())
    place = Window(RowNumber(), F("report_version"), order)
    few = (
        _found(versions.filter(pk__in=[pk for pk, _places in found]), query)
        .annotate(nth=place)
        .filter(nth__lte=MOST_PLACES)
    )
    rows = (
        few.annotate(headline=Case(When(nth=1, then=_headline(query))))
        .select_related("report_version__report__municipality")
        .defer("text", *(f"report_version__{name}" for name in LARGE))
        .order_by("nth")
    )
    by_version: dict[int, list[ReportPassage]] = {}
    for row in rows:
        by_version.setdefault(row.report_version_id, []).append(row)
    return [by_version[pk] for pk, _places in found if pk in by_version]


def _asked(words: str) -> "_Words":
    return _Words(plain(re.sub(r"[\\']", " ", words)), config=LANGUAGE, search_type="websearch")


def _headline(query: "_Words") -> SearchHeadline:
    return SearchHeadline("text", query, config=LANGUAGE, start_sel=START, stop_sel=STOP, highlight_all=True)


def _found(versions: QuerySet[ReportVersion], query: "_Words") -> QuerySet[ReportPassage]:
    return _matching(versions, query).annotate(rank=SearchRank(F("found_by__words"), query, normalization=Value(1)))


def _matching(versions: QuerySet[ReportVersion], query: "_Words") -> QuerySet[ReportPassage]:
    # An array is made before anything else: the index is asked first, and then the policies of what it has found.
    found = ArraySubquery(ReportWords.objects.filter(words=query).values("passage"))
    return ReportPassage.objects.filter(_IsOneOf(F("pk"), found), report_version__in=versions.values("pk"))


class _IsOneOf(Func):
    """A value is one of an array's."""

    template, arg_joiner, arity = "(%(expressions)s))", " = ANY(", 2
    output_field = BooleanField()


class _Words(SearchQuery):
    """Each stem of three letters or more stands for all words that begin with it. No stem has an apostrophe (`search`)."""

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        asked, parameters = super().as_sql(*args, **kwargs)
        return f"regexp_replace(({asked})::text, %s, %s, 'g')::tsquery", [*parameters, r"'([^'\s]{3,})'", "'\\1':*"]
