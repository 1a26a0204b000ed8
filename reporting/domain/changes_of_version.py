"""What differs between two versions of a report, in plain words, whatever its kind. No database and no clock.

It walks through both contents side by side. Rows of a list belong together by their id, or else by what they are called;
what a row is called is said in the sentence. Fields and lists have Norwegian names here: a field without one is told by
what it stands under. What people have called something is never repeated from the earlier version, only that it is another.
What is derived from other figures (charts, first page) or for machines only is passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils import formats, translation
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from organisation.charts import norwegian
from reporting.domain.free_texts import HELD

FIELDS = {
    "amount": gettext_noop("Beløp"),
    "approach_label": gettext_noop("Type tiltak"),
    "awarded": gettext_noop("Bevilget"),
    "budget": gettext_noop("Budsjett"),
    "decision_label": gettext_noop("Beslutning"),
    "due_on": gettext_noop("Frist"),
    "held_on": gettext_noop("Holdt"),
    "mean": gettext_noop("Gjennomsnitt"),
    "received": gettext_noop("Mottatt"),
    "sent_on": gettext_noop("Sendt"),
    "verdict_label": gettext_noop("Vurdering"),
    "case_number": gettext_noop("Arkivsaksnummer"),
    "case_references": gettext_noop("Arkivsaker"),
    "count": gettext_noop("Antall"),
    "due": gettext_noop("Frist"),
    "evaluation_by": gettext_noop("Hvem som evaluerer"),
    "left": gettext_noop("Igjen"),
    "measure_count": gettext_noop("Antall tiltak"),
    "next_evaluation": gettext_noop("Neste evaluering"),
    "paid": gettext_noop("Utbetalt"),
    "partners": gettext_noop("Samarbeidspartnere"),
    "result": gettext_noop("Resultat"),
    "spent": gettext_noop("Brukt"),
    "state_label": gettext_noop("Tilstand"),
    "state_since": gettext_noop("Tilstanden siden"),
    "target": gettext_noop("Mål"),
    "total": gettext_noop("Sum"),
    "unit": gettext_noop("Enhet"),
}
# Of the fields, those that people word themselves.
IN_OWN_WORDS = {"evaluation_by"}
LISTS = {
    "goals": gettext_noop("Mål"),
    "grants": gettext_noop("Tilskudd"),
    "indicator_tables": gettext_noop("Tabeller"),
    "late": gettext_noop("Det som er forsinket"),
    "log": gettext_noop("Loggen"),
    "measures": gettext_noop("Tiltak"),
    "not_reported": gettext_noop("Tiltak uten rapport"),
    "overdue": gettext_noop("Forfalte frister og evalueringer"),
    "state_counts": gettext_noop("Tiltakene etter tilstand"),
    "stopped": gettext_noop("Det som er stanset"),
    "sub_projects": gettext_noop("Delprosjekter"),
    "targets": gettext_noop("Resultatmål"),
}
# For machines, derived from what is compared anyway, or about the version itself. How many entries a result was counted in
# is nought where the result is held back.
PASSED_OVER = {
    "as_of", "bases", "change", "changes", "chart", "charts", "closed_on", "code", "correction", "corrections", "count_sums",
    "counted_on", "counts", "entries", "first_page", "five", "goal", "id", "kind", "logo", "measure_id", "schema", "share",
    "state",
}  # fmt: skip
IDENTITIES = ("id", "key", "code", "state", "number", "label", "name", "title")
TITLES = ("measure", "title", "label", "name")
# What stands under these is told under the name of what holds them.
TRANSPARENT = {"cell", "value"}
LONGEST = 80
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Place:
    """Where in the report: what it stands under, outermost first, and the field or list it is in."""

    under: tuple[str, ...] = ()
    field: str = ""
    columns: tuple[str, ...] = ()
    # Whether what stood and what stands may be said, or only that it is another.
    values: bool = True

    def below(self, row: Any) -> "Place":
        label = label_of(row)
        columns = row.get("columns") if isinstance(row, dict) else None
        here = (
            replace(self, columns=tuple(label_of(one) or str(one) for one in columns))
            if isinstance(columns, list)
            else self
        )
        return replace(here, under=(*here.under, label)) if label and label not in here.under else here


def labelled(figures: Any, content: Any) -> Any:
    """The content, with each free text as an object that has its label, as in the figures it was made of."""
    if isinstance(figures, dict) and "free" in figures:
        return {"free": figures["free"], "label": figures["label"], "text": content}
    if isinstance(figures, dict) and isinstance(content, dict):
        return {name: labelled(figures.get(name), value) for name, value in content.items()}
    if isinstance(figures, list) and isinstance(content, list) and len(figures) == len(content):
        return [labelled(one, other) for one, other in zip(figures, content, strict=True)]
    return content


def changes_between(before: Any, after: Any, *, values: bool = True) -> list[str]:
    """A sentence in bokmål for each text and figure that differs, in the order of the later version.

    Without `values` nothing is repeated of the earlier one, which has been taken out of the readers' hands.
    """
    with translation.override("nb"):
        return list(dict.fromkeys(_walk(before, after, Place(values=values))))


def label_of(row: Any) -> str:
    """What a row is called: "Mål 3", "Jobbklubb", "Jobbklubb 1. mars 2026"."""
    if not isinstance(row, dict):
        return ""
    if row.get("kind_label") and row.get("number"):
        return f"{row['kind_label']} {row['number']}"
    title = next((row[name] for name in TITLES if isinstance(row.get(name), str) and row[name]), "")
    day = row.get("on")
    return f"{title} {_said(day)}" if title and isinstance(day, str) and "shown" not in row else title


def _walk(before: Any, after: Any, place: Place) -> Iterator[str]:
    if before == after:
        return
    row = after if isinstance(after, dict) else before
    if isinstance(row, dict) and "free" in row:
        yield _of_text(before, after, row["label"] if row is after or place.values else "")
    elif _is_protected(before) or _is_protected(after):
        yield from _of_value(_protected(before), _protected(after), place)
    elif isinstance(before, dict) and isinstance(after, dict):
        # A measure that stands in full elsewhere is told of there.
        if "see_goal" not in after:
            yield from _of_rows(before, after, place.below(after))
    elif _is_rows(before) and _is_rows(after):
        yield from _of_lists(before, after, place)
    elif isinstance(before, bool) or isinstance(after, bool):
        return
    else:
        told = place.values and _may_be_told(before, after, place.field)
        yield from _of_value(_said(before), _said(after), replace(place, values=told))


def _may_be_told(before: Any, after: Any, field: str) -> bool:
    """Numbers, days, and words that stand for a choice. What people call something may be the very thing that was wrong."""
    in_words = any(
        isinstance(one, list) or (isinstance(one, str) and not DAY.fullmatch(one)) for one in (before, after)
    )
    return not in_words or (field in FIELDS and field not in IN_OWN_WORDS)


def _of_rows(before: dict[str, Any], after: dict[str, Any], place: Place) -> Iterator[str]:
    for name in (*after, *(name for name in before if name not in after)):
        if name not in PASSED_OVER and name not in TITLES[1:]:
            here = place if name in TRANSPARENT else replace(place, field=name)
            yield from _walk(before.get(name), after.get(name), here)
    for name in TITLES[1:]:
        if name in after and "free" not in after:
            yield from _walk(before.get(name), after[name], replace(place, field=""))


def _of_lists(before: list[Any], after: list[Any], place: Place) -> Iterator[str]:
    if place.field == "cells":
        yield from _by_place(before, after, place)
        return
    name = next((name for name in IDENTITIES if _tells_apart(before, name) and _tells_apart(after, name)), None)
    if name is None:
        yield from _by_place(before, after, place)
        return
    was, now = ({row[name]: row for row in rows} for rows in (before, after))
    for key in (*now, *(key for key in was if key not in now)):
        if key in was and key in now:
            yield from _walk(was[key], now[key], place)
        else:
            yield from _come_or_gone(was.get(key), now.get(key), place)


def _by_place(before: list[Any], after: list[Any], place: Place) -> Iterator[str]:
    """Cells, each under the name of its column, and rows that nothing tells apart."""
    for index in range(max(len(before), len(after))):
        column = place.columns[index : index + 1] if place.field == "cells" else ()
        here = replace(place, under=(*place.under, *column), field="" if place.field == "cells" else place.field)
        was, now = (rows[index] if index < len(rows) else None for rows in (before, after))
        both = column or (was is not None and now is not None)
        yield from _walk(was, now, here) if both else _come_or_gone(was, now, here)


def _come_or_gone(before: Any, after: Any, place: Place) -> Iterator[str]:
    label = label_of(after or before)
    if not label:
        return
    where = _(LISTS[place.field]) if place.field in LISTS else _called(place.under)
    if after is None and not place.values:
        yield _("%(where)s: noe er tatt ut") % {"where": where or _("Rapporten")}
        return
    sentence = _("«%(what)s» er kommet til") if before is None else _("«%(what)s» er tatt ut")
    yield (f"{where}: " if where else "") + sentence % {"what": _short(label)}


def _of_text(before: Any, after: Any, label: str) -> str:
    was, now = (row["text"] if isinstance(row, dict) else "" for row in (before, after))
    if not label:
        return _("En tekst er tatt ut")
    if was == HELD:
        return _("Teksten «%(label)s» var holdt tilbake, og vises nå") % {"label": label}
    if not str(was).strip():
        return _("Teksten «%(label)s» er ny") % {"label": label}
    if now == HELD or not str(now).strip():
        return _("Teksten «%(label)s» er tatt ut") % {"label": label}
    return _("Teksten «%(label)s» er endret") % {"label": label}


def _of_value(before: str, after: str, place: Place) -> Iterator[str]:
    if before == after:
        return
    field, under = _(FIELDS[place.field]) if place.field in FIELDS else "", _called(place.under)
    what = _("%(field)s for %(row)s") % {"field": field, "row": under} if field and under else field or under
    what = what or _("Rapporten")
    if not place.values:
        yield _("%(what)s er endret") % {"what": what}
        return
    sentence = _("%(what)s er rettet fra %(before)s til %(after)s")
    yield sentence % {"what": what, "before": _short(before), "after": _short(after)}


def _called(under: tuple[str, ...]) -> str:
    """The two innermost names say enough: the measure and its target, the table's row and column."""
    first, *rest = under[-2:] or ("",)
    return ", ".join([f"«{_short(first)}»", *(_short(one) for one in rest)]) if first else ""


def _is_rows(value: Any) -> bool:
    """A list of rows; among cells some may be empty."""
    return isinstance(value, list) and all(isinstance(row, dict) or row is None for row in value)


def _tells_apart(rows: list[Any], name: str) -> bool:
    keys = [row.get(name) if row else None for row in rows]
    return all(isinstance(key, str | int) for key in keys) and len(set(keys)) == len(keys)


def _is_protected(value: Any) -> bool:
    return isinstance(value, dict) and "shown" in value and "value" in value


def _protected(value: Any) -> str:
    """As it is printed (templates/reporting/report/_protected.html)."""
    if not _is_protected(value):
        return _said(value)
    if value["shown"] == "under":
        return "<5"
    if value["shown"] != "number":
        return _("vises ikke")
    if value.get("on"):
        return _("%(number)s per %(day)s") % {"number": _said(value["value"]), "day": _said(value["on"])}
    return _said(value["value"])


def _said(value: Any) -> str:
    if value is None:
        return _("mangler")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return norwegian(value)
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value if not isinstance(one, dict | list)) or _("ingen")
    if isinstance(value, str) and DAY.fullmatch(value) and (day := parse_date(value)):
        return formats.date_format(day, "DATE_FORMAT")
    return str(value) or _("tomt")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
