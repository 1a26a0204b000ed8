"""The content of an innsyn's PDF. It is stored nowhere: the worker reads the vault, as the one who asked, and logs it."""

import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from families.domain.insight_content import insight
from families.domain.reading import open_families, reading
from families.domain.vault import OpenFamily
from families.models import Family, InsightRequest
from organisation.domain.errors import DomainError
from organisation.models import Document, ReadBasis, User

PAGE = "insight-document"
GONE = gettext_lazy(
    "Den som registrerte innsynet, er ikke lenger saksansvarlig. Saksansvarlig må registrere det på nytt."
)


def insight_content(document: Document) -> dict[str, Any]:
    """What the template templates/families/pdf/insight.html gets, read now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT request, family, asked_by FROM povertyplan_insight_of(%s)", [document.pk])
        found = cursor.fetchone()
    if found is None:
        raise DomainError(GONE)
    request, family, asked_by = found
    on, user = timezone.localdate(), User.objects.get(pk=asked_by)
    content: dict[str, Any] | None = None
    with reading(user):
        # A refusal is a line of the log that must stand, so it is raised afterwards.
        if open_families(ids=[family], page=PAGE, basis=ReadBasis.INSIGHT):
            row = Family.objects.select_related("municipality", "unit", "zone").get(pk=family)
            vault = OpenFamily(row, user, on, sees_all=True)
            asked = InsightRequest.objects.select_related("member").get(pk=request)
            if vault.is_case_holder:
                content = insight(vault=vault, member=asked.member, asked_on=asked.asked_on, at=timezone.now())
    if content is None:
        raise DomainError(GONE)
    return on_paper(content)


def on_paper(content: dict[str, Any]) -> dict[str, Any]:
    """What the first page says, and for each section how much is withheld and why."""
    with override("nb"):
        day = datetime.datetime.fromisoformat(content["made_at"])
        return content | {
            "kind": _("Innsyn"),
            "title": _("Dette er lagret om familien"),
            "dated": day.date().isoformat(),
            "facts": [
                [_("Saksnummer"), content["reference"]],
                [_("Gitt til"), content["asked_by"]],
                [_("Bedt om"), date_format(datetime.datetime.fromisoformat(content["asked_on"]))],
                [_("Laget"), date_format(day)],
            ],
            "sections": [_section(section) for section in content["sections"]],
            "reads": _by_day(content["reads"]),
        }


def _by_day(reads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """On paper what one person opened in one day is one line; the file of data has each read."""
    days: dict[tuple[str, ...], dict[str, Any]] = {}
    for read in reads:
        day = date_format(datetime.date.fromisoformat(read["at"][:10]))
        line = days.setdefault((day, read["who"], read["services"], read["basis"]), read | {"text": day, "pages": []})
        if read["page"] not in line["pages"]:
            line["pages"].append(read["page"])
    return list(days.values())


def _section(section: dict[str, Any]) -> dict[str, Any]:
    withheld: dict[str, int] = {}
    for row in section["rows"]:
        if "withheld" in row:
            withheld[row["text"]] = withheld.get(row["text"], 0) + 1
    return section | {
        "shown": [row for row in section["rows"] if "withheld" not in row],
        "withheld": list(withheld.items()),
    }
