"""The sections that reports are put together of. Each kind of report says which it uses, in which order.

A section has an anchor (its key), a title in the list of contents, a template that gets the content, and a question to
the content whether it is there at all. Comments on a draft stand beside sections, by key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from reporting.domain.changes import goals_in_order
from reporting.models import ReportKind

Content = dict[str, Any]


def _always(_content: Content) -> bool:
    return True


@dataclass(frozen=True)
class Section:
    """`is_in` says whether the report has the section; `in_contents` whether the list of contents names it.

    `on_first_page`: it stands before the list of contents.
    """

    key: str
    title: Any
    template: str
    is_in: Callable[[Content], bool] = _always
    in_contents: bool = True
    on_first_page: bool = False


def has(name: str) -> Callable[[Content], bool]:
    """The section is there when the content has something under this name."""
    return lambda content: bool(content.get(name))


# What page one has room for; a longer proposal stands there with its beginning.
LONG_DECISION = 420


def _is_long_decision(content: Content) -> bool:
    return len(content.get("proposed_decision") or "") > LONG_DECISION


def _has_long_decision(content: Content) -> bool:
    return bool(content.get("first_page")) and _is_long_decision(content)


def _has_results(content: Content) -> bool:
    """Whether a target of any measure has a number to reach."""
    return bool(content.get("first_page")) and any(
        target["target"]
        for goal in goals_in_order(content)
        for measure in goal["measures"]
        for target in measure.get("targets", ())
    )


# --- All kinds ----------------------------------------------------------------------------------------------------

CORRECTIONS = Section("rettelser", _("Rettelser"), "reporting/report/_corrections.html", has("corrections"))

# --- The plan's half-year -----------------------------------------------------------------------------------------

FIRST_PAGE = Section(
    "forside",
    _("Første side"),
    "reporting/report/_first_page.html",
    has("first_page"),
    in_contents=False,
    on_first_page=True,
)
DECISION = Section("forslag", _("Hele forslaget til vedtak"), "reporting/report/_decision.html", _has_long_decision)
CHANGES = Section("endringer", _("Endret siden forrige rapport"), "reporting/report/_changes.html", has("changes"))
RESOLUTIONS = Section("vedtak", _("Oppfølging av vedtak"), "reporting/report/_resolutions.html", has("resolutions"))
RESULTS = Section("resultatmal", _("Resultatmål"), "reporting/report/_results.html", _has_results)
SMALL_NUMBERS = Section(
    "sma-tall", _("Slik er små tall skjermet"), "reporting/report/_small_numbers.html", has("counts")
)
SUMMARY = Section("sammendrag", _("Sammendrag"), "reporting/report/_summary.html", has("summary"))
STATUS = Section("status", _("Status i tall"), "reporting/report/_status.html")
OVERDUE = Section("forfalt", _("Forfalte frister og evalueringer"), "reporting/report/_overdue.html")
NOT_REPORTED = Section(
    "ikke-rapportert", _("Tiltak uten rapport"), "reporting/report/_not_reported.html", has("not_reported")
)
PLAN_FIGURES = Section(
    "tall", _("Tall for hele planen"), "reporting/report/_plan_figures.html", has("indicator_tables")
)
FAMILY_ANSWERS = Section(
    "familienes-svar", _("Familienes egne svar"), "reporting/report/_family_answers.html", has("family_answers")
)
GOALS_OVERVIEW = Section(
    "malene", _("Tilstanden under hvert mål"), "reporting/report/_goals_overview.html", has("goals")
)
GOALS = Section("mal", _("Mål for mål"), "reporting/report/_goals.html")
PLAN = Section("planen", _("Om planen"), "reporting/report/_plan.html")
LOG = Section("logg", _("Vedlegg: loggen for perioden"), "reporting/report/_log.html")

# --- The sub-projects' half-year ----------------------------------------------------------------------------------

_SP = "reporting/report/sub_projects/"
SP_FRONT = Section("forside", _("Første side"), f"{_SP}_first_page.html", in_contents=False, on_first_page=True)
SP_DECISION = Section("forslag", _("Hele forslaget til vedtak"), "reporting/report/_decision.html", _is_long_decision)
SP_CHANGES = Section("endringer", _("Endret siden forrige rapport"), f"{_SP}_changes.html", has("changes"))
SP_OVERVIEW = Section("delprosjektene", _("Delprosjektene i oversikt"), f"{_SP}_overview.html")
SP_LATE = Section("forsinket", _("Det som er forsinket"), f"{_SP}_late.html", has("late"))
SP_RESULTS = Section("resultater", _("Hva delprosjektene har nådd"), f"{_SP}_results.html")
SP_MONEY = Section("penger", _("Penger i hvert halvår"), f"{_SP}_money.html")
SP_PARTS = Section(
    "delprosjekt-for-delprosjekt", _("Delprosjekt for delprosjekt"), f"{_SP}_each.html", has("sub_projects")
)
SP_LOG = Section("logg", _("Vedlegg: loggen for halvåret"), f"{_SP}_log.html")

# --- The grants of a year -----------------------------------------------------------------------------------------

_YG = "reporting/report/yearly/"
YG_FRONT = Section("forside", _("Første side"), f"{_YG}_first_page.html", in_contents=False, on_first_page=True)
YG_DECISION = Section("forslag", _("Hele forslaget til vedtak"), "reporting/report/_decision.html", _is_long_decision)
YG_CHANGES = Section("endringer", _("Endret siden rapporten i fjor"), f"{_YG}_changes.html", has("changes"))
YG_MONEY = Section("penger", _("Tilskuddene og pengene"), f"{_YG}_money.html")
YG_REPORTS = Section("rapportene", _("Rapportene om tilskuddene"), f"{_YG}_reports.html", has("grants"))
YG_TURNED_DOWN = Section("avslag", _("Avslått eller sendt tilbake"), f"{_YG}_turned_down.html", has("turned_down"))
YG_MEASURES = Section("tiltakene", _("Hva pengene har gått til"), f"{_YG}_measures.html")
YG_ORDINARY = Section("ordinaer-drift", _("Tiltak som er gått over i ordinær drift"), f"{_YG}_ordinary.html")
YG_PARTS = Section("tilskudd-for-tilskudd", _("Tilskudd for tilskudd"), f"{_YG}_each.html", has("grants"))
YG_TABLES = Section("tabeller", _("Tabeller fra årsrapportene"), f"{_YG}_tables.html", has("tables"))

SECTIONS_OF: dict[str, tuple[Section, ...]] = {
    ReportKind.PLAN_HALF_YEAR: (
        FIRST_PAGE, CORRECTIONS, DECISION, SUMMARY, CHANGES, RESOLUTIONS, STATUS, OVERDUE, NOT_REPORTED, RESULTS, PLAN_FIGURES,
        FAMILY_ANSWERS, GOALS_OVERVIEW, GOALS, PLAN, SMALL_NUMBERS, LOG,
    ),
    ReportKind.SUB_PROJECTS: (
        SP_FRONT, CORRECTIONS, SP_DECISION, SUMMARY, SP_CHANGES, SP_OVERVIEW, SP_LATE, SP_RESULTS, SP_MONEY, SP_PARTS,
        SMALL_NUMBERS, SP_LOG,
    ),
    ReportKind.YEARLY_GRANTS: (
        YG_FRONT, CORRECTIONS, YG_DECISION, SUMMARY, YG_CHANGES, YG_MONEY, YG_REPORTS, YG_TURNED_DOWN, YG_MEASURES,
        YG_ORDINARY, YG_PARTS, YG_TABLES, SMALL_NUMBERS,
    ),
}  # fmt: skip


def sections_of(content: Content) -> list[Section]:
    """The sections that a report has, in order. Its kind stands in the content; what was published first was on a plan."""
    kind = content.get("kind", ReportKind.PLAN_HALF_YEAR)
    return [section for section in SECTIONS_OF[kind] if section.is_in(content)]
