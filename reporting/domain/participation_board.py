"""The dashboard of participation: per living-condition zone and life area, half-year by half-year (participation.py)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, Value, When
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from families.models import ResultKind
from grants.models import OutcomeKind, SubProject
from organisation.charts import lines, norwegian
from organisation.models import LEADERSHIP_ROLES, Municipality, User
from organisation.models.ordering import by_name
from organisation.periods import HalfYear
from reporting.board_forms import Question
from reporting.domain.board import Board, Figure, Section, Table
from reporting.domain.board_links import other_boards
from reporting.domain.family_release import LABELS
from reporting.domain.participation import Release, ShownSum, by_half_year, sum_of
from reporting.domain.told_results import told_text
from reporting.models import FamilyRelease

HALF_YEARS = 6
FAMILIES, CHILDREN = OutcomeKind.FAMILIES.value, OutcomeKind.CHILDREN.value
# The life areas of what releases count, in the order they are shown.
AREAS: dict[Any, tuple[str, ...]] = {
    gettext_lazy("Bolig"): (OutcomeKind.HOUSING.value, OutcomeKind.OWN_HOME.value),
    gettext_lazy("Arbeid og utdanning"): (OutcomeKind.WORK_OR_EDUCATION.value, OutcomeKind.DRIVING_LICENCES.value),
    gettext_lazy("Fritid"): (ResultKind.LEISURE.value,),
}


def build_participation_board(
    user: User, municipality: Municipality, question: Question, others: Sequence[Municipality] = ()
) -> Board:
    """Of one municipality; four queries. `others` are those that the user may ask about too."""
    halves = _halves(question.period)
    releases = by_half_year(_releases(user, municipality, halves))
    zones = _zones(municipality)
    everything = sorted({owner for release in releases.values() for owner, _figure in release.cells})
    if releases:
        sections = [_by_zone(releases, halves, zones), _zone_table(releases, question.period, zones)]
        sections += [_by_area(releases, halves, everything, label, area) for label, area in AREAS.items()]
    else:
        sections = [_nothing(user, halves)]
    sections.append(_rule(releases, halves))
    if others:
        table = Table([_("Kommune")], [[row.name] for row in others], [f"?kommune={row.public_id}" for row in others])
        sections.append(Section("others", _("Andre kommuner"), table=table))
    sections.append(other_boards(user=user, here="participation-dashboard"))
    return Board(
        title=_("Deltakelse i %(municipality)s") % {"municipality": municipality.name},
        lead=_lead(releases.get(question.period)),
        figures=_figures(releases, question, everything) if releases else (),
        sections=sections,
    )


def _nothing(user: User, halves: Sequence[HalfYear]) -> Section:
    """Who may make the numbers is led to where they are made, others to where they will be."""
    words = {"first": halves[0].label.lower(), "last": halves[-1].label.lower()}
    text = _("Ingen har laget tall fra familiene for %(first)s til %(last)s.") % words
    if user.has_role(*LEADERSHIP_ROLES):
        text += " " + _("Når du lager dem, vises de her med en gang, uten at noen kan kjennes igjen.")
        url, label = reverse("family-release-new"), _("Lag tall fra familiene")
    else:
        text += " " + _("Prosjektlederen eller plankoordinatoren lager dem. Da vises de her med en gang.")
        url, label = reverse("family-release-list"), _("Tall fra familiene")
    return Section("zones", _("Ingen tall ennå"), empty=text, url=url, url_label=label)


def _lead(release: Release | None) -> str:
    text = _("Familier som har vært med i delprosjektene, per levekårssone og livsområde, halvår for halvår.")
    if release is None:
        return text
    return f"{text} " + _("Tallene er publisert, og gjelder %(day)s.") % {"day": date_format(release.until)}


def _halves(last: HalfYear) -> list[HalfYear]:
    found = [last]
    while len(found) < HALF_YEARS:
        found.insert(0, found[0].previous())
    return found


def _releases(user: User, municipality: Municipality, halves: Sequence[HalfYear]) -> list[Release]:
    """The newest of each half-year: one a month would be six times as much to read."""
    half = Case(When(until__month__lte=6, then=Value(1)), default=2)
    rows = (
        FamilyRelease.objects.visible_to(user)
        .filter(municipality=municipality, until__range=(halves[0].first_day, halves[-1].last_day))
        .annotate(of_year=ExtractYear("until"), of_half=half)
        .order_by("of_year", "of_half", "-until", "-id")
        .distinct("of_year", "of_half")
    )
    return [Release.of(row.until, row.content) for row in rows]


def _zones(municipality: Municipality) -> dict[str, tuple[str, list[str]]]:
    """By the zone's public id, its name and the sub-projects that work there. In the order of names."""
    rows = SubProject.zones.through.objects.filter(subproject__municipality=municipality)
    found: dict[str, tuple[str, list[str]]] = {}
    names = ("livingconditionzone__public_id", "livingconditionzone__name", "subproject__public_id")
    for zone, name, sub_project in rows.order_by(by_name("livingconditionzone__name"), "subproject_id").values_list(
        *names
    ):
        found.setdefault(zone, (name, []))[1].append(sub_project)
    return found


def text_of(shown: ShownSum | None) -> str:
    """As `_number_text`, with the day where a number in it is older than the release."""
    day = _day_text(shown)
    return f"{_number_text(shown)} ({day})" if day else _number_text(shown)


def _day_text(shown: ShownSum | None) -> str:
    if shown is None or shown.oldest is None:
        return ""
    return _("eldste tall fra %(day)s") % {"day": date_format(shown.oldest)}


def _number_text(shown: ShownSum | None) -> str:
    """ "18", "minst 18" or "vises ikke", and of one sub-project "<5"; a dash where nothing was counted."""
    if shown is None:
        return "–"
    return told_text(shown.value, is_under=shown.is_under, is_at_least=not shown.is_whole)


def _figures(releases: Mapping[HalfYear, Release], question: Question, everything: Sequence[str]) -> list[Figure]:
    url = reverse("family-release-list")
    found = []
    for figure in (FAMILIES, CHILDREN, *(figure for area in AREAS.values() for figure in area)):
        now = sum_of(releases.get(question.period), everything, figure)
        before = sum_of(releases.get(question.compared), everything, figure)
        label = str(LABELS[figure]).lower()
        change = f"{question.compared.label}: {text_of(before)}" if before else ""
        found.append(Figure(label, _number_text(now), url, change=change, note=_day_text(now)))
    return found[:7]


def _line(
    label: str, releases: Mapping[HalfYear, Release], halves: Sequence[HalfYear], owners: Sequence[str], figure: str
) -> dict[str, Any]:
    sums = [sum_of(releases.get(half), owners, figure) for half in halves]
    return {
        "label": label,
        "values": [row.value if row else None for row in sums],
        "texts": [text_of(row) for row in sums],
        "drawn": ["" if row is None or row.value is None else norwegian(row.value) for row in sums],
    }


def _by_zone(
    releases: Mapping[HalfYear, Release], halves: Sequence[HalfYear], zones: Mapping[str, tuple[str, list[str]]]
) -> Section:
    series = [_line(name, releases, halves, owners, FAMILIES) for name, owners in zones.values()]
    shown = [row for row in series if any(value is not None for value in row["values"])]
    chart = lines(
        id="chart-zones", title=_("Familier i delprosjektene, per levekårssone"), points=[half.short for half in halves],
        series=shown, head=_("Halvår"),
    ) if shown else None  # fmt: skip
    return Section(
        "zones", _("Per levekårssone"), charts=[chart] if chart else (),
        lead=_("Sonen er den delprosjektet arbeider i. Et delprosjekt i to soner står i begge."),
        empty=_(
            "Her kommer tallene når noen har laget tall fra familiene i et halvår, og delprosjektene har levekårssone."
        ),
        url=reverse("family-release-list"), url_label=_("Tall fra familiene"),
    )  # fmt: skip


def _zone_table(
    releases: Mapping[HalfYear, Release], period: HalfYear, zones: Mapping[str, tuple[str, list[str]]]
) -> Section:
    release, listed = releases.get(period), reverse("sub-project-list")
    figures = (FAMILIES, CHILDREN, OutcomeKind.HOUSING.value, OutcomeKind.WORK_OR_EDUCATION.value)
    rows = [
        [name, norwegian(len(owners)), *(text_of(sum_of(release, owners, figure)) for figure in figures)]
        for name, owners in zones.values()
    ]
    head = [_("Levekårssone"), _("Delprosjekter"), *(str(LABELS[figure]) for figure in figures)]
    links = [f"{listed}?sone={zone}" for zone in zones]
    return Section(
        "zone-table", _("Sonene i %(period)s") % {"period": period.label.lower()},
        table=Table(head, rows if release else [], links if release else []),
        lead=_("Tall til og med %(day)s.") % {"day": date_format(release.until)} if release else "",
        empty=_("Det er ikke laget tall fra familiene i dette halvåret."),
    )  # fmt: skip


def _by_area(
    releases: Mapping[HalfYear, Release], halves: Sequence[HalfYear], everything: Sequence[str], label: Any,
    area: Sequence[str],
) -> Section:  # fmt: skip
    series = [_line(str(LABELS[figure]), releases, halves, everything, figure) for figure in area]
    shown = [row for row in series if any(value is not None for value in row["values"])]
    key = f"area-{area[0].replace('_', '-')}"
    chart = lines(
        id=f"chart-{key}", title=str(label), points=[half.short for half in halves], series=shown, head=_("Halvår"),
        description="" if len(shown) > 1 or not shown else str(shown[0]["label"]),
        caption=str(shown[0]["label"]) if len(shown) == 1 else str(label),
    ) if shown else None  # fmt: skip
    return Section(
        key, str(label), charts=[chart] if chart else (),
        empty=_("Ingen tall på dette livsområdet er store nok til å vises i disse halvårene."),
    )  # fmt: skip


def _rule(releases: Mapping[HalfYear, Release], halves: Sequence[HalfYear]) -> Section:
    days = [[half.label, date_format(releases[half].until) if half in releases else _("ikke laget")] for half in halves]
    table = Table([_("Halvår"), _("Tall til og med")], days) if releases else None
    return Section(
        "rule", _("Slik er tallene laget"), table=table,
        lead=_(
            "Siden teller ingen familier. Den viser tall som er laget og vernet under «Tall fra familiene», de nyeste i hvert "
            "halvår, og endrer seg ikke fra dag til dag. Det som ikke vises der, er ikke med i noen sum her: «minst» betyr at "
            "noe er holdt tilbake, «vises ikke» at alt er det, og <5 at ett delprosjekt har færre enn fem. En familie som er "
            "med i to delprosjekter, er talt i begge."
        ),
    )  # fmt: skip
