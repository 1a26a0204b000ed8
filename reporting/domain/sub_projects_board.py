"""The dashboards of sub-projects: all that a user may see together, and one on its own."""

import datetime
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grants.domain.economy import NOUGHT, format_kroner
from grants.models import OVER_STATES, RUNNING_STATES, Decision, SubProject
from organisation.charts import norwegian, stacked
from organisation.charts.palette import Palette
from organisation.models import User
from organisation.periods import HalfYear
from reporting.board_forms import Question
from reporting.domain.board import Board, Figure, Section, Table
from reporting.domain.board_links import other_boards
from reporting.domain.board_money import MoneyByHalf, money_by_half
from reporting.domain.sub_project_board_parts import brief, kroner, money_section, targets_section
from reporting.domain.sub_project_numbers import Numbers, numbers_of, with_evidence

AHEAD = 60  # days in which reviews are upcoming
MOST_ROWS = 60
NOT_HELD = ""
DECISIONS: Palette = {
    Decision.CONTINUE: ("success", "check"),
    Decision.WITH_CONDITIONS: ("warning", "half"),
    Decision.STOP: ("danger-strong", "square"),
    NOT_HELD: ("neutral", "dashed-ring"),
}


def build_sub_projects_board(user: User, question: Question, on: datetime.date) -> Board:
    """Of all sub-projects that the user may see; nine queries at the most."""
    rows = with_evidence(SubProject.objects.visible_to(user), question.period).order_by("starts_on", "id")
    found = numbers_of(list(rows), min(question.period.last_day, on), on)
    told = [row for row in found if _is_told(row.row, question.period)]
    listed = reverse("sub-project-list")
    return Board(
        title=_("Oversikt over delprosjektene"),
        lead=_("Hva som er i gang, hva stoppunktene har sagt, hvor langt målene er nådd, og hvor pengene er."),
        figures=_figures(found, told, question, on),
        sections=[
            *_none_running(found),
            _table(told, on),
            _decisions(told),
            targets_section(told, names_owner=True),
            money_section(
                _by_half(found, on), question.period, f"{listed}?sorter=-utbetalt", _("Delprosjektene etter utbetalt")
            ),
            _evidence(told, question.period),
            other_boards(user=user, here="sub-projects-dashboard"),
        ],
    )


def build_sub_project_board(row: SubProject, question: Question, on: datetime.date) -> Board:
    """Of one; the row comes from `with_evidence`. Eight queries at the most."""
    (numbers,) = numbers_of([row], min(question.period.last_day, on), on)
    spending = reverse("sub-project-spending", args=[row.public_id])
    return Board(
        title=_("Oversikt: %(title)s") % {"title": row.title},
        figures=_own_figures(numbers, question, on),
        sections=[
            targets_section([numbers], names_owner=False),
            money_section(_by_half([numbers], on), None, spending, _("Økonomien i delprosjektet")),
            _held(numbers),
            _evidence([numbers], question.period),
        ],
    )


def _none_running(found: Sequence[Numbers]) -> list[Section]:
    """Said in words where all the figures would be noughts: what there is instead, and how one comes to be."""
    if any(row.row.state in RUNNING_STATES for row in found):
        return []
    states = Counter(row.row.state for row in found)
    over = sum(states[state] for state in OVER_STATES)
    context = {"over": over, "planned": len(found) - over}
    return [
        Section(
            "none-running", _("Ingen delprosjekter er i gang"), template="reporting/_none_running.html", context=context
        )
    ]


def _by_half(rows: Sequence[Numbers], on: datetime.date) -> MoneyByHalf:
    return money_by_half([(row.money, row.row.ends_on) for row in rows], on)


def _is_told(row: SubProject, period: HalfYear) -> bool:
    """Not those that were over before the half-year, nor those that begin after it."""
    return row.starts_on <= period.last_day and not (row.is_over and row.state_since < period.first_day)


def _figures(found: Sequence[Numbers], told: Sequence[Numbers], question: Question, on: datetime.date) -> list[Figure]:
    listed = reverse("sub-project-list")
    states = Counter(row.row.state for row in found)
    goals = [goal for row in told for goal in row.goals]
    measured, reached = sum(goal.is_measured for goal in goals), sum(goal.is_reached for goal in goals)
    return [
        *(
            Figure(str(state.label).lower(), norwegian(states[state]), f"{listed}?tilstand={state}", exact=states[state])
            for state in RUNNING_STATES
        ),
        _upcoming(found, on),
        Figure(
            _("resultatmål nådd"), _("%(reached)s av %(all)s") % {"reached": reached, "all": len(goals)},
            reverse("result-totals"), note=_("%(number)s har et tall") % {"number": measured},
        ),
        *_money(found, question, f"{listed}?sorter=-tildelt", f"{listed}?sorter=-utbetalt"),
    ]  # fmt: skip


def _upcoming(found: Sequence[Numbers], on: datetime.date) -> Figure:
    reviews = [row.to_hold for row in found if row.to_hold]
    coming = sum(review.due_on <= on + datetime.timedelta(days=AHEAD) for review in reviews)
    late = sum(review.due_on < on for review in reviews)
    return Figure(
        _("stoppunkt de neste 60 dagene"), norwegian(coming), f"{reverse('review-list')}?innen={AHEAD}", exact=coming,
        note=_("%(number)s over fristen") % {"number": late} if late else "", is_late=bool(late),
    )  # fmt: skip


def _money(found: Sequence[Numbers], question: Question, awarded_url: str, paid_url: str) -> list[Figure]:
    """Awarded and paid in the half-year beside the one it is compared with, and what will be left in all."""
    sums = {half: _sums(found, half) for half in (question.period, question.compared)}
    (awarded, paid), before = sums[question.period], sums[question.compared]
    labels = {"period": question.period.label.lower()}
    left = sum((row.money.underspend for row in found if row.row.takes_payments), NOUGHT)
    return [
        Figure(
            _("kroner tildelt i %(period)s") % labels, brief(awarded), awarded_url, exact=awarded,
            change=_change(awarded - before[0], question.compared),
        ),
        Figure(
            _("kroner brukt i %(period)s") % labels, brief(paid), paid_url, exact=paid,
            change=_change(paid - before[1], question.compared),
        ),
        Figure(
            _("kroner ventes ubrukt til slutt"), brief(left), paid_url, exact=left,
            note=_("i dem som er i gang, etter prognosen"),
        ),
    ]  # fmt: skip


def _sums(found: Sequence[Numbers], half: HalfYear) -> tuple[Decimal, Decimal]:
    spent = [own for row in found for own in row.money.halves if own.half == half]
    return sum((own.awarded for own in spent), NOUGHT), sum((own.paid for own in spent), NOUGHT)


def _change(amount: Decimal, compared: HalfYear) -> str:
    if not amount:
        return _("som i %(period)s") % {"period": compared.label.lower()}
    text = _("%(amount)s mer enn i %(period)s") if amount > 0 else _("%(amount)s mindre enn i %(period)s")
    return text % {"amount": format_kroner(abs(amount)), "period": compared.label.lower()}


def _table(told: Sequence[Numbers], on: datetime.date) -> Section:
    """Those whose review is due first on top, then the others; what is over last."""
    never = datetime.date.max
    rows = sorted(told, key=lambda row: (row.row.is_over, row.to_hold.due_on if row.to_hold else never))[:MOST_ROWS]
    table = Table(
        [
            _("Delprosjekt"), _("Tilstand"), _("Siste stoppunkt"), _("Neste stoppunkt"), _("Mål nådd"), _("Brukt av tildelt"),
            _("Ventes ubrukt"),
        ],
        [_line(row, on) for row in rows],
        [reverse("sub-project-dashboard", args=[row.row.public_id]) for row in rows],
    )  # fmt: skip
    return Section(
        "in-the-half-year", _("Delprosjekter i halvåret"), table=table, url=reverse("sub-project-list"),
        url_label=_("Alle delprosjekter"),
        empty=_("Ingen delprosjekter var i gang i halvåret. De kommer hit når de er lagt til og har begynt."),
    )  # fmt: skip


def _line(row: Numbers, on: datetime.date) -> list[str]:
    last, coming, money = row.last_held, row.to_hold, row.money
    share = f"{int(money.paid * 100 / money.awarded)} %" if money.awarded else "–"
    return [
        row.row.title,
        str(row.row.get_state_display()),
        f"{last.get_decision_display()}, {_day(last.held_on)}" if last else _("Ikke holdt"),
        _due(coming.due_on, on) if coming else "–",
        _("%(reached)s av %(all)s") % {"reached": row.reached, "all": len(row.goals)} if row.goals else "–",
        share,
        kroner(money.underspend) if row.row.takes_payments else "–",
    ]


def _due(due_on: datetime.date, on: datetime.date) -> str:
    return _("%(day)s, over fristen") % {"day": _day(due_on)} if due_on < on else _day(due_on)


def _day(day: datetime.date | None) -> str:
    return str(date_format(day)) if day else "–"


def _decisions(told: Sequence[Numbers]) -> Section:
    counted = Counter(row.last_held.decision if row.last_held else NOT_HELD for row in told)
    labels = {**{decision.value: str(decision.label) for decision in Decision}, NOT_HELD: _("Ikke holdt ennå")}
    parts = [{"key": key, "label": label, "count": counted[key]} for key, label in labels.items()]
    chart = stacked(
        id="chart-decisions", title=_("Konklusjonen på siste stoppunkt"), palette=DECISIONS, head=_("Delprosjekter"),
        rows=[{"label": _("Delprosjekter"), "parts": parts}],
    )  # fmt: skip
    return Section(
        "decisions", _("Hva de siste stoppunktene sa"), charts=[chart] if told else (), url=reverse("review-list"),
        url_label=_("Alle stoppunkter"), empty=_("Her kommer konklusjonene når det første stoppunktet er holdt."),
    )  # fmt: skip


def _evidence(rows: Sequence[Numbers], period: HalfYear) -> Section:
    """What the next review can lean on: the log of the half-year, and the partners' answers."""
    shown = [row for row in rows if row.row.measure_id or row.to_hold][:MOST_ROWS]
    table = Table(
        [_("Delprosjekt"), _("Loggført i halvåret"), _("Sist loggført"), _("Partnere som har svart")],
        [
            [
                row.row.title,
                norwegian(getattr(row.row, "entries", None) or 0) if row.row.measure_id else _("ikke i en plan"),
                _day(getattr(row.row, "last_entry", None)),
                _answers(row),
            ]
            for row in shown
        ],
        [reverse("sub-project", args=[row.row.public_id]) + "#log" for row in shown],
    )
    return Section(
        "evidence", _("Dokumentasjon i %(period)s") % {"period": period.label.lower()}, table=table,
        lead=_("Det neste stoppunkt kan bygge på: loggen, og svarene fra partnerne på spørreskjemaet."),
        empty=_("Her kommer loggen når delprosjektet er et tiltak i en plan."),
    )  # fmt: skip


def _answers(row: Numbers) -> str:
    if row.to_hold is None:
        return "–"
    numbers = {"answered": row.to_hold.answered, "asked": row.to_hold.asked}  # type: ignore[attr-defined]
    return _("%(answered)s av %(asked)s") % numbers


def _own_figures(row: Numbers, question: Question, on: datetime.date) -> list[Figure]:
    public_id, money = row.row.public_id, row.money
    spending = reverse("sub-project-spending", args=[public_id])
    reviews = reverse("sub-project-reviews", args=[public_id])
    last, coming = row.last_held, row.to_hold
    entries = getattr(row.row, "entries", None) or 0
    return [
        Figure(
            _("siste stoppunkt"), str(last.get_decision_display()) if last else _("Ikke holdt"), reviews,
            note=_day(last.held_on) if last else "",
        ),
        Figure(
            _("neste stoppunkt"), _day(coming.due_on) if coming else "–", reviews,
            note=_("over fristen") if coming and coming.due_on < on else "",
            is_late=coming is not None and coming.due_on < on,
        ),
        Figure(
            _("resultatmål nådd"), _("%(reached)s av %(all)s") % {"reached": row.reached, "all": len(row.goals)},
            reverse("sub-project-results", args=[public_id]),
            note=_("%(number)s har et tall") % {"number": row.measured},
        ),
        Figure(_("kroner tildelt"), brief(money.awarded), spending, exact=money.awarded),
        Figure(_("kroner brukt"), brief(money.paid), spending, exact=money.paid),
        Figure(_("kroner ventes ubrukt til slutt"), brief(money.underspend), spending, exact=money.underspend),
        Figure(
            _("loggført i %(period)s") % {"period": question.period.label.lower()}, norwegian(entries),
            reverse("sub-project", args=[public_id]) + "#log", exact=entries,
        ),
    ]  # fmt: skip


def _held(row: Numbers) -> Section:
    table = Table(
        [_("Stoppunkt"), _("Holdt"), _("Konklusjon")],
        [[str(review), _day(review.held_on), str(review.get_decision_display())] for review in reversed(row.held)],
        [reverse("review", args=[review.public_id]) for review in reversed(row.held)],
    )
    return Section(
        "held", _("Stoppunktene"), table=table, empty=_("Her kommer konklusjonene når det første stoppunktet er holdt."),
    )  # fmt: skip
