"""The one search: what a person may see, found by its words. Titles that are just what was typed come first.

PostgreSQL finds the rows in a table of words (models/search.py), which shows nobody another municipality's. What comes back
are numbers; the rows behind them come from `visible_to`, as on every page, and a number without such a row is nothing.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import DateField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Left
from django.urls import reverse

from families.models import TEAM_ROLES
from grants.models import FundedMeasure, SubProject
from grants.models.call import READING_ROLES
from measures.models import Goal, LogEntry, Measure, Plan
from organisation.models import CASE_ROLES, Role, User
from reporting.domain.passages import marked, plain
from reporting.domain.reading_room import START, STOP
from reporting.domain.search_words import asked, clean
from reporting.models import INSIDE_ROLES, SearchKind

MOST = 200  # of each kind; whoever finds more needs other words, not more pages
DEEPEST = 2000  # as far as PostgreSQL looks, for those who may see only some of a municipality's sub-projects
SHORT_TEXT = 200  # characters of a text that is shown as it is
LONGEST_TEXT = 5000  # characters of a text that are looked through for a passage to show
READERS_OF_REPORTS = (*INSIDE_ROLES, Role.BOARD_MEMBER, Role.ANALYST)
WHO: dict[SearchKind, tuple[Role, ...]] = {
    SearchKind.FAMILY: TEAM_ROLES,
    SearchKind.PLAN: CASE_ROLES,
    SearchKind.GOAL: CASE_ROLES,
    SearchKind.MEASURE: CASE_ROLES,
    SearchKind.SUB_PROJECT: (*READING_ROLES, Role.PARTNER),
    SearchKind.FUNDED_MEASURE: CASE_ROLES,
    SearchKind.LOG: CASE_ROLES,
    SearchKind.REPORT: READERS_OF_REPORTS,
    SearchKind.USER: (Role.ADMINISTRATOR,),
}
# What stands in the tables of words.
BY_WORDS = (
    SearchKind.PLAN, SearchKind.GOAL, SearchKind.MEASURE, SearchKind.SUB_PROJECT, SearchKind.FUNDED_MEASURE, SearchKind.LOG,
)  # fmt: skip
PAGES = {
    SearchKind.PLAN: "plan", SearchKind.GOAL: "goal", SearchKind.MEASURE: "measure", SearchKind.SUB_PROJECT: "sub-project",
    SearchKind.FUNDED_MEASURE: "funded-measure", SearchKind.LOG: "log-versions",
}  # fmt: skip
MARKS = f'StartSel="{START}", StopSel="{STOP}"'
WHOLE = f"{MARKS}, HighlightAll=true"
PASSAGE = f'{MARKS}, MaxWords=32, MinWords=14, MaxFragments=2, ShortWord=0, FragmentDelimiter=" … "'
Pieces = list[tuple[str, bool]]


@dataclass
class Hit:
    """A row that was found: where it is, and its title and a passage of its text with the words marked."""

    kind: SearchKind
    pk: int
    title: str
    url: str
    place: str = ""
    text: str = ""
    on: datetime.date | None = None
    title_pieces: Pieces = field(default_factory=list)
    pieces: Pieces = field(default_factory=list)


def kinds_of(*, by: User) -> list[SearchKind]:
    """What a person has anything to look for in, in the order of the page."""
    return [kind for kind in SearchKind if by.has_role(*WHO[kind])]


def find(
    *, words: str, by: User, kinds: Collection[SearchKind], most: int = MOST, titles_only: bool = False
) -> dict[SearchKind, list[int]]:
    """The rows of each kind that the person may see and the words are in, best first; entries of the log newest first.

    One more than `most` where there are more. Two queries, however much there is.
    """
    question, parameters = asked(words, titles_only=titles_only)
    calls, values = [], []
    for part, towns in _municipalities(kinds, by):
        calls.append(f"SELECT * FROM reporting_find({question}, %s, %s::text[], %s::bigint[], %s)")
        until = most + 1 if _sees_all(part, towns, by) else DEEPEST
        values += [*parameters, clean(words).lower(), [str(kind) for kind in part], sorted(towns), until]
    found: dict[SearchKind, list[int]] = {}
    if calls:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(calls) + " ORDER BY 1, 3", values)
            for kind, row_id, _place in cursor.fetchall():
                found.setdefault(SearchKind(kind), []).append(row_id)
    return {kind: ids[: most + 1] for kind, ids in _seen(found, by).items()}


def _sees_all(kinds: Collection[SearchKind], towns: set[int], by: User) -> bool:
    """Whether the person may see all of these there. Of a partner's, those of others would else take the place of hers."""
    return SearchKind.SUB_PROJECT not in kinds or towns <= by.municipality_ids(*READING_ROLES)


def _municipalities(kinds: Collection[SearchKind], by: User) -> list[tuple[list[SearchKind], set[int]]]:
    """Kinds that are read by the same roles, and where the person has one of those."""
    alike: dict[tuple[Role, ...], list[SearchKind]] = {}
    for kind in BY_WORDS:
        if kind in kinds:
            alike.setdefault(WHO[kind], []).append(kind)
    return [(part, towns) for who, part in alike.items() if (towns := by.municipality_ids(*who))]


def _rows_of(kind: SearchKind, by: User) -> "QuerySet[Any]":
    rows: dict[SearchKind, QuerySet[Any]] = {
        SearchKind.PLAN: Plan.objects.visible_to(by),
        SearchKind.GOAL: Goal.objects.visible_to(by),
        SearchKind.MEASURE: Measure.objects.visible_to(by),
        SearchKind.SUB_PROJECT: SubProject.objects.visible_to(by),
        SearchKind.FUNDED_MEASURE: FundedMeasure.objects.visible_to(by),
        SearchKind.LOG: LogEntry.objects.visible_to(by).current(),
    }
    return rows[kind]


def _seen(found: dict[SearchKind, list[int]], by: User) -> dict[SearchKind, list[int]]:
    """Those of the rows that the person may see, in their order."""
    parts = [
        _rows_of(kind, by).filter(pk__in=ids).order_by().annotate(of_kind=_text(kind)).values_list("of_kind", "pk")
        for kind, ids in found.items()
    ]
    if not parts:
        return {}
    seen = set(parts[0].union(*parts[1:], all=True))
    kept = {kind: [pk for pk in ids if (kind, pk) in seen] for kind, ids in found.items()}
    return {kind: ids for kind, ids in kept.items() if ids}


def hits(
    *, found: dict[SearchKind, list[int]], words: str, by: User, with_texts: bool = True
) -> dict[SearchKind, list[Hit]]:
    """The rows as they are shown, in their order, with the words marked. Two queries; one without the texts."""
    parts = [_shown(kind, _rows_of(kind, by).filter(pk__in=ids)) for kind, ids in found.items() if ids]
    if not parts:
        return {}
    rows = {
        (kind, pk): Hit(
            SearchKind(kind), pk, plain(title), reverse(PAGES[kind], args=[ref]), plain(place), plain(text), on
        )
        for kind, pk, ref, title, place, text, on in parts[0].union(*parts[1:], all=True)
    }
    ordered = {kind: [rows[kind, pk] for pk in ids if (kind, pk) in rows] for kind, ids in found.items()}
    if with_texts:
        _mark([hit for listed in ordered.values() for hit in listed], words)
    return ordered


def _text(value: Any) -> Any:
    return Cast(value if hasattr(value, "resolve_expression") else Value(str(value)), TextField())


def _joined(between: str, first: str, second: str) -> Any:
    return Concat(_text(F(first)), Value(between), _text(F(second)), output_field=TextField())


def _shown(kind: SearchKind, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """The same columns of every kind, so that all come in one query."""
    title, place, text, ref, on = {
        SearchKind.PLAN: (F("title"), F("short_title"), F("description"), F("public_id"), None),
        SearchKind.GOAL: (
            _joined(" ", "number", "title"), F("plan__title"), _joined(" ", "aim", "challenges"), F("public_id"), None,
        ),
        SearchKind.MEASURE: (
            F("title"), _joined(" · ", "responsible_unit__name", "plan__title"), F("note"), F("public_id"), None,
        ),
        SearchKind.SUB_PROJECT: (F("title"), Value(""), _joined(" ", "note", "target_group"), F("public_id"), None),
        SearchKind.FUNDED_MEASURE: (F("title"), F("scheme__name"), F("description"), F("public_id"), None),
        SearchKind.LOG: (F("measure__title"), F("measure__plan__title"), F("text"), F("thread"), F("happened_on")),
    }[kind]  # fmt: skip
    shown: QuerySet[Any] = (
        rows.order_by()
        .annotate(
            of_kind=_text(kind), row_pk=F("pk"), ref=_text(ref), name=_text(title), place=_text(place),
            body=Left(_text(text), LONGEST_TEXT), day=on or Cast(Value(None), DateField()),
        )
        .values_list("of_kind", "row_pk", "ref", "name", "place", "body", "day")
    )  # fmt: skip
    return shown


def _mark(shown: Iterable[Hit], words: str) -> None:
    """Passages of the texts with the words marked, made by PostgreSQL as it has found them."""
    rows = list(shown)
    question, parameters = asked(words)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ts_headline('norwegian', t.title, q.q, %s), ts_headline('norwegian', t.body, q.q, t.how)"
            f" FROM (SELECT {question}) AS q (q),"
            " unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS t (title, body, how, n) ORDER BY t.n",
            [
                WHOLE, *parameters, [row.title for row in rows], [row.text for row in rows],
                [PASSAGE if _is_long(row) else WHOLE for row in rows],
            ],
        )  # fmt: skip
        for row, (title, text) in zip(rows, cursor.fetchall(), strict=True):
            row.title_pieces, row.pieces = list(marked(title, START, STOP)), list(marked(text, START, STOP))
            if _is_long(row):
                row.pieces = [("… ", False), *row.pieces, (" …", False)]


def _is_long(row: Hit) -> bool:
    return len(row.text) > SHORT_TEXT
