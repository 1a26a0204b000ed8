"""The first page of the yearly report on grants: five figures with their change, what is late, what was turned down."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from grants.domain.report_steps import day_of
from grants.models import GrantState, ReportState
from organisation.charts import norwegian
from organisation.charts.numbers import NO_BREAK
from reporting.domain.free_texts import free
from reporting.domain.yearly_grant_counts import Children, year_key
from reporting.domain.yearly_grant_facts import Facts, Told
from reporting.domain.yearly_grant_part import plain

Json = dict[str, Any]
# Beside each of the five: where in the report it is made from.
PLACES = {
    "received": "penger",
    "measures": "tiltakene",
    "children": "tiltakene",
    "ordinary": "ordinaer-drift",
    "accepted": "rapportene",
}
SECTION = "avslag"


def money_in_all(facts: Facts) -> Json:
    """Sums over the grants that were awarded. What is spent and left: of those whose accounts are known, `known` of them."""
    rows = [told.money for told in facts.awarded]
    known = [row for row in rows if row.spent is not None]
    return {
        "applied": plain(_sum(told.grant.applied_nok for told in facts.told)),
        "awarded": plain(_sum(row.awarded for row in rows)) or 0,
        "carried_over": plain(_sum(told.grant.carried_over_nok for told in facts.awarded)),
        "spent": plain(_sum(row.spent for row in known)),
        "left": plain(_sum(row.left for row in known)),
        "known": len(known),
        "grants": len(rows),
    }


def five_figures(facts: Facts, children: Children, money: Json) -> list[Json]:
    """What came in, what it goes to, whom it reached, what has become ordinary, whether it is accounted for.

    A figure is a number (`value`) or a protected count (`cell`); neither is there where nobody knows. `note` says what it is of.
    """
    lines = [line for told in facts.awarded for line in told.lines]
    answered = children.over.get(year_key(facts.year), 0)
    reports = [told.report for told in facts.awarded if told.report]
    accepted = [report for report in reports if report.state == ReportState.ACCEPTED]
    of_lines, of_grants, of_reports = (
        _("ingen tiltak"),
        _("ingen tilskudd dette året"),
        _("ingen rapporter å godkjenne"),
    )
    if lines:
        of_lines = _("i %(n)s av %(all)s tiltak") % {"n": norwegian(answered), "all": norwegian(len(lines))}
    if facts.awarded:
        of_grants = _("fra %(n)s tilskudd") % {"n": norwegian(len(facts.awarded))}
    if reports:
        of_reports = _("av %(all)s som direktoratet skal ha") % {"all": norwegian(len(reports))}
    of_earlier = _("av %(all)s som fikk penger før, men ikke i år") % {"all": norwegian(len(facts.earlier))}
    ordinary = len(facts.now_ordinary) if facts.earlier else None
    return [
        _figure("received", _("Kroner tildelt"), money["awarded"], _money_note(money)),
        _figure("measures", _("Tilskuddstiltak"), len(lines), of_grants),
        _figure("children", _("Barn og unge nådd"), None, of_lines, children.cell(year_key(facts.year))),
        _figure(
            "ordinary",
            _("Tiltak nå i ordinær drift"),
            ordinary,
            of_earlier if facts.earlier else _("ingen tidligere tiltak er registrert"),
        ),
        _figure(
            "accepted",
            _("Rapport godkjent") if len(accepted) == 1 else _("Rapporter godkjent"),
            len(accepted),
            of_reports,
        ),
    ]


def with_change(five: list[Json], since: str, moved: list[Json]) -> list[Json]:
    """Each figure with how it has moved since last year's report, in words; `since` is empty where there was none."""
    found = {row["key"]: row["difference"] for row in moved}
    return [row | {"change": _change(row["key"], since, found)} for row in five]


def late_of(facts: Facts) -> list[Json]:
    """Reports that have not been sent though their day has come, and those that were sent late; the longest wait first."""
    rows = []
    for told in facts.awarded:
        due, grant = told.grant.report_by, told.grant
        if due is None or not grant.scheme.has_reporting_duty:
            continue
        if grant.state == GrantState.GRANTED and due < facts.on:
            returned = told.report is not None and told.report.state == ReportState.RETURNED
            what = _("Rapporten er sendt tilbake, og ikke sendt på nytt") if returned else _("Rapporten er ikke sendt")
            rows.append(_late(told, "missing", what, due, None))
        elif told.sent_on and told.sent_on > due:
            rows.append(_late(told, "sent_late", _("Rapporten ble sendt for sent"), due, told.sent_on))
    return sorted(rows, key=lambda row: (row["done_on"] is not None, row["due"], row["title"]))


def turned_down(facts: Facts) -> list[Json]:
    """Grants that were refused, and reports that were sent back, with the reason that was given."""
    rows = [_refused(told) for told in facts.told if told.grant.state == GrantState.REFUSED]
    for told in facts.awarded:
        steps = told.report.steps.all() if told.report else ()
        rows += [_returned(told, step) for step in steps if step.after == ReportState.RETURNED]
    return rows


def _refused(told: Told) -> Json:
    label = f"{told.title}: {_('Hvorfor søknaden ble avslått')}"
    return {
        "kind": "refused",
        "id": told.id,
        "title": told.title,
        "on": told.grant.state_since.isoformat(),
        "is_open": False,
        "reason": free(f"grant:{told.id}:refused", label, SECTION, told.grant.state_reason),
    }


def _returned(told: Told, step: Any) -> Json:
    label = f"{told.title}: {_('Hvorfor rapporten ble sendt tilbake')}"
    return {
        "kind": "returned",
        "id": told.id,
        "title": told.title,
        "on": day_of(step.at).isoformat(),
        "is_open": bool(told.report and told.report.state == ReportState.RETURNED),
        "reason": free(f"grant:{told.id}:returned:{step.pk}", label, SECTION, step.comment),
    }


def _late(told: Told, kind: str, what: str, due: datetime.date, done: datetime.date | None) -> Json:
    return {
        "kind": kind, "id": told.id, "title": told.title, "what": what, "due": due.isoformat(),
        "done_on": done.isoformat() if done else None,
    }  # fmt: skip


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    """None where nobody has said anything."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _figure(key: str, label: str, value: Any, note: str, cell: Json | None = None) -> Json:
    return {"key": key, "label": label, "value": value, "note": note, "cell": cell, "place": PLACES[key]}


def _money_note(money: Json) -> str:
    if not money["grants"]:
        return _("ingen tilskudd dette året")
    if not money["known"]:
        return _("regnskapet er ikke oppgitt")
    text = _("%(spent)s brukt, %(left)s igjen") % {"spent": norwegian(money["spent"]), "left": norwegian(money["left"])}
    if money["known"] == money["grants"]:
        return text
    missing = money["grants"] - money["known"]
    return _("%(text)s der regnskapet er kjent. %(missing)s av %(all)s regnskap mangler") % {
        "text": text,
        "missing": norwegian(missing),
        "all": norwegian(money["grants"]),
    }


def _change(key: str, since: str, found: dict[str, Any]) -> str:
    if not since:
        return ""
    difference = found.get(key)
    if difference is None:
        return _("kan ikke sammenlignes med %(since)s") % {"since": since}
    if difference == 0:
        return _("uendret siden %(since)s") % {"since": since}
    number, money = norwegian(abs(difference)), key == "received"
    if difference > 0:
        text = _("%(number)s mer enn i %(since)s") if money else _("%(number)s flere enn i %(since)s")
    else:
        text = _("%(number)s mindre enn i %(since)s") if money else _("%(number)s færre enn i %(since)s")
    return text % {"number": number, "since": since.replace(" ", NO_BREAK)}
