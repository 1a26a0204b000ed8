"""The reading room: what has been published, the newest first, and the search in all of it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from organisation.access import SignedInRequest, access, roles
from organisation.charts import norwegian
from organisation.models import CASE_ROLES, Role, User
from organisation.paging import numbered
from reporting.domain.excerpts import Excerpt, excerpt_of
from reporting.domain.reading_room import LARGE, START, STOP, in_reading_room, search
from reporting.models import INSIDE_ROLES, ReportPassage, ReportVersion
from reporting.reading_room_forms import BY_DAY, ReadingRoomForm
from reporting.templatetags.sub_project_figures import cell_text
from reporting.views.version_address import version_address

READERS = (*INSIDE_ROLES, Role.BOARD_MEMBER, Role.ANALYST)
PER_PAGE = 20


@dataclass(frozen=True)
class Hit:
    """A passage that was found, with a sentence of it."""

    passage: ReportPassage
    url: str
    excerpt: Excerpt


@dataclass(frozen=True)
class Listed:
    version: ReportVersion
    url: str


@access(roles(*READERS))
@require_GET
def reading_room(request: SignedInRequest) -> HttpResponse:
    user = request.user
    years = in_reading_room(by=user).values_list("report__year", flat=True).order_by("-report__year").distinct()
    form = ReadingRoomForm(request.GET, years=years)
    chosen = form.chosen()
    versions = in_reading_room(by=user, replaced=bool(chosen["eldre"]))
    if chosen["type"]:
        versions = versions.filter(report__kind=chosen["type"])
    if chosen["ar"]:
        versions = versions.filter(report__year=chosen["ar"])
    context: dict[str, Any] = {
        "form": form,
        "words": chosen["sok"] or "",
        "is_used": any(value for name, value in chosen.items() if name != "sorter"),
        "has_several": has_several(user),
        "works_here": user.has_role(*CASE_ROLES),
        "marks_replaced": bool(chosen["eldre"]),
    }
    context |= (
        _found(request, versions, chosen) if chosen["sok"] else _listed(request, versions, not context["is_used"])
    )
    return render(request, "reporting/reading_room.html", context)


def _found(request: SignedInRequest, versions: QuerySet[ReportVersion], chosen: dict[str, Any]) -> dict[str, Any]:
    """The passages in which the words are."""
    newest = ("-report_version__published_at", "report_version", "position")
    order = newest if chosen["sorter"] == BY_DAY else ("-rank", *newest)
    rows = (
        search(versions=versions, words=chosen["sok"])
        .select_related("report_version__report__municipality")
        .defer("text", *(f"report_version__{name}" for name in LARGE))
        .order_by(*order)
    )
    page = numbered(request, rows, PER_PAGE)
    return {"page_obj": page, "hits": [_hit(row) for row in page]}


def _hit(row: ReportPassage) -> Hit:
    found: str = row.headline  # type: ignore[attr-defined]
    return Hit(row, version_address(row.report_version, row.anchor), excerpt_of(found, start=START, stop=STOP))


def _listed(request: SignedInRequest, versions: QuerySet[ReportVersion], with_card: bool) -> dict[str, Any]:
    """The newest as a card with its figures, where nothing else was asked for, and the others below."""
    rows = versions.select_related("report__municipality").defer(*LARGE).order_by("-published_at", "-pk")
    card = rows.first() if with_card else None
    page = numbered(request, rows.exclude(pk=card.pk) if card else rows, PER_PAGE)
    listed = [Listed(row, version_address(row)) for row in page]
    shown = card if page.number == 1 else None
    context: dict[str, Any] = {"page_obj": page, "listed": listed, "total": page.paginator.count + bool(card)}
    if shown:
        context |= {"card": Listed(shown, version_address(shown)), "figures": _figures(shown)}
    return context


def newest(user: User, older: int) -> dict[str, Any]:
    """For the first page: the newest report as a card with its figures, and some of the older ones. Two queries."""
    rows = in_reading_room(by=user).select_related("report__municipality").defer(*LARGE)
    found = list(rows.order_by("-published_at", "-pk")[: older + 2])
    context: dict[str, Any] = {
        "listed": [Listed(row, version_address(row)) for row in found[1 : older + 1]],
        "has_older": len(found) > older + 1,
        "has_several": has_several(user),
    }
    if found:
        context |= {"card": Listed(found[0], version_address(found[0])), "figures": _figures(found[0])}
    return context


def has_several(user: User) -> bool:
    """Whether the reports are of more than one municipality, and each says of which."""
    return user.has_role(Role.ANALYST) or len(user.municipality_ids(*READERS)) > 1


def _figures(version: ReportVersion) -> list[dict[str, Any]]:
    """The five figures of the first page, each with the way to what it is made from. Older reports have none."""
    rows = ReportVersion.objects.filter(pk=version.pk).values_list("content__first_page__figures", "content__five")
    found = next((part for part in rows[0] if isinstance(part, list)), [])
    return [
        {
            "label": row.get("label", ""),
            "shown": _shown(row.get("cell") or row.get("value")),
            "of": norwegian(row["of"]) if row.get("of") and not row.get("note") else "",
            "change": row.get("change_text") or _words(row.get("change")),
            "note": row.get("note", ""),
            "url": version_address(version, str(row.get("place") or row.get("href") or "").removeprefix("#")),
        }
        for row in found
        if isinstance(row, dict)
    ]


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _shown(value: Any) -> str:
    """A number, a protected one, or nothing."""
    if isinstance(value, dict):
        return cell_text(value) if "shown" in value else "–"
    return "–" if value is None else norwegian(value)
