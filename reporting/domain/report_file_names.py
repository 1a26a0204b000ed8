"""What the numbers of a report are called in its files, where they stand, and which of them aren't printed: report_files.py."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from reporting.models import ReportKind

UNDER, WITHHELD, MISSING, AT_LEAST, NOTHING = "<5", "vises ikke", "mangler", "minst ", "–"
# What a number is called where its table has no heads of columns, and what stands in the place of one that is missing.
COLUMNS: dict[str, tuple[Any, str]] = {
    "value": (_("Tall"), MISSING),
    "count": (_("Antall"), MISSING),
    "cell": (_("Antall"), ""),
    "of": (_("Av"), ""),
    "target": (_("Måltall"), "ikke satt"),
    "result": (_("Resultat"), "ikke telt"),
    "entries": (_("Loggføringer"), ""),
    "measure_count": (_("Antall tiltak"), ""),
    "before": (_("Før"), ""),
    "after": (_("Nå"), ""),
    "from": (_("Før"), ""),
    "to": (_("Nå"), ""),
    "applied": (_("Søkt om"), ""),
    "awarded": (_("Bevilget"), ""),
    "carried_over": (_("Fra året før"), ""),
    "budget": (_("Kroner"), ""),
    "paid": (_("Utbetalt"), ""),
    "spent": (_("Brukt"), ""),
    "left": (_("Igjen"), ""),
    "children": (_("Barn og unge"), ""),
    "mean": (_("Gjennomsnitt"), ""),
}
# What the page of one kind calls it: the same sum has one word, wherever it stands.
OF_KIND: dict[tuple[str, str], tuple[Any, str]] = {(ReportKind.YEARLY_GRANTS, "awarded"): (_("Tildelt"), "")}
OF_GOAL: tuple[Any, str] = (_("Resultat"), "ikke telt")
WHOLE, KRONER = "I alt", "kroner"  # a total that has no name of its own
FIVE, MONEY = "five:", "money:"  # how the keys of the five figures and of the money begin
# Numbers that are no figures of the report, or are printed within a sentence (a change: "2 flere enn i ...").
UNPRINTED = frozenset(
    (
        *("schema", "year", "half", "number", "position", "level", "version", "letter"),
        *("change", "difference", "known", "grants", "all", "asked", "n", "missing", "available", "budgeted"),
        *("goals_more", "late_more", "stopped_more"),
    )
)
# What the product needs and a reader doesn't: its own ids, what it remembers of small counts, drawings, a picture.
INTERNAL = frozenset(
    (
        *("id", "measure_id", "sub_project", "key", "href", "url", "place", "logo", "chart", "charts"),
        *("counts", "count_sums", "sources", "values"),
    )
)
# Parts of a content that belong to a section which is always there, so that its question doesn't tell; see `_section_of`.
PLACES = {
    "first_page": "forside", "five": "forside", "changes": "endringer", "state_counts": "status", "measure_count": "status",
    "goals": "mal", "log": "logg", "plan": "planen", "results": "resultater", "money": "penger", "children": "tiltakene",
}  # fmt: skip
TITLES: dict[str, Any] = {"forside": _("Første side"), "endringer": _("Endret siden forrige rapport")}
ROWS: dict[str, Any] = {"children": _("Barn og unge nådd"), "measure_count": WHOLE}  # what stands alone
LABELS = ("label", "name", "title", "measure", "question")
