"""Tall fra familiene: counts leave the vault here and nowhere else, frozen, and only through the gate (disclosure.py).

`FamilyRelease.content`: {"sub_projects": [{"id", "title", "figures": [cell]}], "voice": [cell], "recorded": int,
"left": [{"sub_project", "figure", "why": "log" | "same_day"}]}, where a cell is {"figure", "label", "shown", "value",
"on"}: the number and the day it was first published, both null where none is shown. Labels are bokmål.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from families.models import Helpful, ResultKind
from grants.domain.outcome import counted_in_log, record_outcome
from grants.models import Outcome, OutcomeKind, SubProject
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import Municipality, User
from organisation.periods import HalfYear
from reporting.domain.disclosure import Cell, Figure, Key, Published, Shown, gate
from reporting.models import FamilyFigure, FamilyRelease

SOURCE = "Familiemodulen"
# Between two releases, so that nobody can read from day to day who has come.
DAYS_BETWEEN = 28


@dataclass(frozen=True)
class _Kind:
    """One figure: whether families are counted, or what each of them adds; and where the number is recorded."""

    name: str
    label: Any
    unit: str
    outcome: OutcomeKind | None = None

    @property
    def counts_families(self) -> bool:
        return self.unit == "families" or self.name.startswith("voice_")


def _of_outcome(kind: OutcomeKind, unit: str) -> _Kind:
    return _Kind(kind.value, kind.label, unit, kind)


# In order of importance: where two can't both be shown, the first one is.
FIGURES = (
    _of_outcome(OutcomeKind.FAMILIES, "families"),
    _of_outcome(OutcomeKind.CHILDREN, "children"),
    _of_outcome(OutcomeKind.HOUSING, "families"),
    _of_outcome(OutcomeKind.OWN_HOME, "families"),
    _of_outcome(OutcomeKind.DRIVING_LICENCES, "licences"),
    _of_outcome(OutcomeKind.WORK_OR_EDUCATION, "work"),
    _Kind(ResultKind.LEISURE.value, _("Begynt i en fritidsaktivitet"), "leisure"),
)
# The families' own answers, each family once. A unit each: which sub-project those who answer are in is in no table.
VOICE = tuple(_Kind(f"voice_{answer.value}", answer.label, f"voice_{answer.value}") for answer in Helpful)
LABELS = {kind.name: kind.label for kind in (*FIGURES, *VOICE)}


def possible_days(*, municipality: Municipality, on: datetime.date) -> list[datetime.date]:
    """The days numbers can be made for: today, and the last day of the half-year before, when the newest are old enough."""
    newest = FamilyRelease.objects.filter(municipality=municipality).newest_first().first()
    days = [on, HalfYear.of(on).previous().last_day]
    return [day for day in days if newest is None or (day - newest.until).days >= DAYS_BETWEEN]


def make_release(
    *, municipality: Municipality, until: datetime.date, by: User, at: datetime.datetime, on: datetime.date
) -> FamilyRelease:
    """Count what is in the vault up to a day, publish what the gate lets through, and record it as results.

    Asked again for the same day it is answered with what was made. Can't be undone: what is published stays published.
    """
    with acting(by, "family_release.make"):
        # One at a time: each has to know what the one before has published.
        Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
        if made := FamilyRelease.objects.filter(municipality=municipality, until=until, made_by=by).first():
            return made
        if until not in possible_days(municipality=municipality, on=on):
            raise DomainError(_too_soon(municipality), "until")
        sub_projects = list(SubProject.objects.filter(municipality=municipality, starts_on__lte=until))
        cells = _through_the_gate(municipality, sub_projects, until)
        recordable, left = _to_record(sub_projects, cells, until)
        with translation.override("nb"):
            content = _content(sub_projects, cells) | {"recorded": len(recordable), "left": left}
        release = FamilyRelease.objects.create(
            municipality=municipality, until=until, content=content, made_at=at, made_by=by
        )
        _remember(release, cells)
        for sub_project, kind, value in recordable:
            record_outcome(
                sub_project=sub_project, kind=kind, value=Decimal(value), counted_on=until, source=SOURCE, by=by, at=at,
                today=on,
            )  # fmt: skip
    return release


def answers_for_report(municipality: Municipality, until: datetime.date) -> list[dict[str, Any]]:
    """The families' own answers as the newest release up to a day has them; none where no number of them is shown."""
    release = FamilyRelease.objects.filter(municipality=municipality, until__lte=until).newest_first().first()
    if release is None or not any(cell["shown"] == Shown.NUMBER for cell in release.content["voice"]):
        return []
    names = ("label", "shown", "value", "on")
    return [
        {name: cell[name] for name in names} | {"until": release.until.isoformat()} for cell in release.content["voice"]
    ]


def _through_the_gate(
    municipality: Municipality, sub_projects: list[SubProject], until: datetime.date
) -> dict[Key, Cell]:
    sets = _sets(municipality, until)
    owners = sorted(row.pk for row in sub_projects)
    figures = [
        _figure((pk, kind.name), kind, sets, base=None if kind.name == "families" else (pk, "families"))
        for kind in FIGURES
        for pk in owners
    ]
    figures += [_figure((None, kind.name), kind, sets) for kind in VOICE]
    past = FamilyFigure.objects.filter(release__municipality=municipality).select_related("release")
    units = {kind.name: kind.unit for kind in (*FIGURES, *VOICE)}
    published, withheld = [], set[Key]()
    for row in past.order_by("release__until", "id"):
        key = (row.sub_project_id, row.figure)
        if row.value is None:
            withheld.add(key)
            continue
        families = None if row.families is None else frozenset(row.families)
        published.append(Published(key, units[row.figure], row.value, families, row.release.until))
    cells = gate(figures=figures, past=published, on=until, withheld=frozenset(withheld))
    return {cell.key: cell for cell in cells}


def _sets(municipality: Municipality, until: datetime.date) -> dict[Key, dict[int, int]]:
    """The families behind each figure and what each adds to it. Protected ones too: who knows how many there are would
    see by a smaller number that one of them is protected."""
    found: dict[Key, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM povertyplan_family_sets(%s, %s)", [municipality.pk, until])
        for sub_project, figure, family, weight in cursor.fetchall():
            if weight:
                found.setdefault((sub_project, figure), {})[family] = weight
    return found


def _figure(key: Key, kind: _Kind, sets: dict[Key, dict[int, int]], base: Key | None = None) -> Figure:
    weights = sets.get(key, {})
    value = len(weights) if kind.counts_families else sum(weights.values())
    return Figure(key, kind.unit, value, frozenset(weights), base)


def _content(sub_projects: list[SubProject], cells: dict[Key, Cell]) -> dict[str, Any]:
    return {
        "sub_projects": [
            {
                "id": row.public_id,
                "title": row.title,
                "figures": [_cell(kind, cells[row.pk, kind.name]) for kind in FIGURES],
            }
            for row in sub_projects
        ],
        "voice": [_cell(kind, cells[None, kind.name]) for kind in VOICE],
    }


def _cell(kind: _Kind, cell: Cell) -> dict[str, Any]:
    standing = cell.standing
    return {
        "figure": kind.name,
        "label": str(kind.label),
        "shown": str(cell.shown),
        "value": standing.value if standing else None,
        "on": standing.on.isoformat() if standing else None,
    }


def _remember(release: FamilyRelease, cells: dict[Key, Cell]) -> None:
    """What the gate has to know next time: each number the first time, and that something was withheld."""
    rows = []
    for (sub_project, name), cell in cells.items():
        row = FamilyFigure(release=release, sub_project_id=sub_project, figure=name)
        if cell.is_new and cell.standing:
            row.value = cell.standing.value
            # Of the families' own answers nothing may be left when they are erased, so nobody remembers whose they were.
            row.families = sorted(cell.standing.families or ()) if sub_project else None
            rows.append(row)
        elif cell.shown == Shown.WITHHELD:
            rows.append(row)
    FamilyFigure.objects.bulk_create(rows)


def _to_record(
    sub_projects: list[SubProject], cells: dict[Key, Cell], until: datetime.date
) -> tuple[list[tuple[SubProject, str, int]], list[dict[str, str]]]:
    """New numbers for the sub-projects' results; and what is left, because the log counts it or a person has written
    another number for the same day."""
    logged = counted_in_log(sub_projects)
    same_day = set(
        Outcome.objects.current()
        .filter(sub_project__in=sub_projects, counted_on=until, label="")
        .values_list("sub_project_id", "kind")
    )
    recordable, left = [], []
    for sub_project, kind in ((row, kind) for row in sub_projects for kind in FIGURES if kind.outcome):
        cell = cells[sub_project.pk, kind.name]
        if not cell.is_new or cell.standing is None:
            continue
        in_log = kind.name in logged.get(sub_project.pk, {})
        if in_log or (sub_project.pk, kind.name) in same_day:
            why = "log" if in_log else "same_day"
            left.append({"sub_project": sub_project.title, "figure": kind.name, "why": why})
        else:
            recordable.append((sub_project, kind.name, cell.standing.value))
    return recordable, left


def _too_soon(municipality: Municipality) -> Any:
    newest = FamilyRelease.objects.filter(municipality=municipality).newest_first().first()
    if newest is None:
        return _("Velg i dag eller siste dag i forrige halvår.")
    first = newest.until + datetime.timedelta(days=DAYS_BETWEEN)
    return _("De nyeste tallene er per %(day)s. Nye kan lages fra %(first)s.") % {
        "day": date_format(newest.until), "first": date_format(first),
    }  # fmt: skip
