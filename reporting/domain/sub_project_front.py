"""The first page of the report on sub-projects: five figures with what has changed, what is late, what was stopped."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from grants.domain.spending import day_of
from grants.models import SubProjectState, Verdict
from organisation.charts import norwegian
from organisation.charts.numbers import NO_BREAK
from reporting.domain.sub_project_facts import Facts, Told
from reporting.domain.sub_project_part import offered
from reporting.domain.sub_project_results import Results

Json = dict[str, Any]
# Beside each of the five: where in the report it is made from.
PLACES = {
    "running": "delprosjektene",
    "reached": "delprosjektene",
    "reviews": "delprosjektene",
    "families": "resultater",
    "left": "penger",
}


def five_figures(facts: Facts, results: Results, money: Json) -> list[Json]:
    """How many go on, whether the goals are reached, whom it reaches, what is left to pay, whether anybody looks after it.

    A figure is a number (`value`, `of`) or a protected count (`cell`). `note` says what it is out of, in words.
    """
    running = [told for told in facts.told if told.standing.is_running]
    judged = [row for told in facts.told if told.review for row in told.review.judgements.all()]
    reached = [row for row in judged if row.verdict == Verdict.REACHED]
    held, due = [told for told in facts.told if told.review], [told for told in facts.told if is_due(told, facts.until)]
    families = results.total("families") if "families" in results.totals else None
    return [
        _figure("running", _("Delprosjekter i gang"), len(running), len(facts.told), "", _("ingen i halvåret")),
        _figure(
            "reached", _("Resultatmål nådd"), len(reached), len(judged), _("av dem som er vurdert"),
            _("ingen er vurdert i halvåret"),
        ),
        _figure(
            "reviews", _("Stoppunkt holdt"), len(held), len({*_ids(held), *_ids(due)}), _("av dem som skulle holdes"),
            _("ingen skulle holdes i halvåret"),
        ),
        {
            "key": "families",
            "label": _("Familier som er nådd"),
            "value": None,
            "of": None,
            "note": _("i alt siden starten") if families else _("ingen har telt dem ennå"),
            "cell": families,
            "place": PLACES["families"],
        },
        {
            "key": "left",
            "label": _("Kroner igjen"),
            "value": money["left"],
            "of": money["awarded"],
            "note": _("%(paid)s utbetalt av %(awarded)s")
            % {"paid": norwegian(money["paid"]), "awarded": norwegian(money["awarded"])},
            "place": PLACES["left"],
        },
    ]  # fmt: skip


def with_change(five: list[Json], since: str, moved: list[Json]) -> list[Json]:
    """Each figure with how it has moved since the report before, in words; `since` is empty where there was none."""
    found = {row["key"]: row["difference"] for row in moved}
    return [row | {"change": _change(row["key"], since, found)} for row in five]


def is_due(told: Told, until: datetime.date) -> bool:
    """Whether a review should have been held by a day, and was not: its day has come, and the sub-project goes on."""
    return bool(told.open_review and told.open_review.due_on <= until and told.standing.is_running)


def late_of(facts: Facts, on: datetime.date) -> list[Json]:
    """Reviews not held, closing reports not sent, letters not signed by the half-year's last day; the longest wait first.

    What has been done since then says when.
    """
    rows = [row for told in facts.told for row in _late(told, facts.until, on)]
    return sorted(rows, key=lambda row: (row["due"], row["title"], row["kind"]))


def stopped_in(facts: Facts) -> list[Json]:
    """Those stopped in the half-year. Why stands in the sub-project's own part."""
    return [
        {"id": told.id, "title": told.row.title, "on": told.standing.since.isoformat()}
        for told in facts.told
        if told.standing.state == SubProjectState.STOPPED
    ]


def _figure(key: str, label: str, value: int, of: int, note: str, none: str) -> Json:
    """So many out of so many; where there are none to be counted among, no number."""
    return {
        "key": key, "label": label, "value": value if of else None, "of": of,
        "note": note if of else none, "place": PLACES[key],
    }  # fmt: skip


def _ids(rows: list[Told]) -> list[int]:
    return [told.row.pk for told in rows]


def _change(key: str, since: str, found: dict[str, Any]) -> str:
    if not since:
        return ""
    if key not in found:
        return _("ikke med i rapporten for %(since)s") % {"since": since}
    difference = found[key]
    if difference is None:
        return _("endringen siden %(since)s vises ikke") % {"since": since}
    if difference == 0:
        return _("uendret siden %(since)s") % {"since": since}
    number, money = norwegian(abs(difference)), key == "left"
    if difference > 0:
        text = _("%(number)s mer enn i %(since)s") if money else _("%(number)s flere enn i %(since)s")
    else:
        text = _("%(number)s mindre enn i %(since)s") if money else _("%(number)s færre enn i %(since)s")
    return text % {"number": number, "since": since.replace(" ", NO_BREAK)}


def _late(told: Told, until: datetime.date, on: datetime.date) -> list[Json]:
    found = []
    if is_due(told, until) and (review := told.open_review):
        done = review.held_on if review.held_on and review.held_on <= on else None
        found.append(
            _row(
                told, "review", _("Stoppunkt %(number)s er ikke holdt") % {"number": review.number}, review.due_on, done
            )
        )
    report = told.closing_report
    if report and report.started_on <= until and report.due_on <= until:
        sent = day_of(report.submitted_at) if report.submitted_at else None
        if sent is None or sent > until:
            found.append(_row(told, "closing", _("Sluttrapporten er ikke sendt"), report.due_on, sent))
    if (letter := told.offered) and letter.offered_on:
        what, missing = _("Tildelingsbrevet er ikke underskrevet"), offered(letter, until)["missing"]
        found.append(_row(told, "letter", what, letter.offered_on, letter.in_force_on) | {"missing": missing})
    return found  # fmt: skip


def _row(told: Told, kind: str, what: str, due: datetime.date, done: datetime.date | None) -> Json:
    return {
        "kind": kind, "id": told.id, "title": told.row.title, "what": what, "due": due.isoformat(),
        "done_on": done.isoformat() if done else None, "missing": [],
    }  # fmt: skip
