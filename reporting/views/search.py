"""The one search: over everything a person may see, by kind; and what the box suggests while she types."""

from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET

from families.domain.cases import MyCase
from families.domain.reading import reading
from organisation.access import SIGNED_IN, SignedInRequest, access
from organisation.models import User
from organisation.models.ordering import by_name
from organisation.paging import numbered
from reporting.domain import search as domain
from reporting.domain.excerpts import excerpt_of
from reporting.domain.reading_room import START, STOP, best_passages, in_reading_room, reports_with
from reporting.domain.search_families import could_be_reference, families_found
from reporting.models import SearchKind
from reporting.search_forms import SearchForm
from reporting.views.version_address import version_address

FEW, PER_PAGE = 5, 20  # hits of a kind among the others, and by itself
SUGGESTED, SUGGESTED_OF_A_KIND = 8, 4


@dataclass
class Group:
    """The hits of one kind: how many there are, and those that are shown."""

    kind: SearchKind
    count: int
    is_more: bool = False
    rows: list[Any] = field(default_factory=list)
    page: "Page[Any] | None" = None

    @property
    def has_others(self) -> bool:
        return self.page is None and self.count > len(self.rows)


@access(SIGNED_IN)
@require_GET
def search(request: SignedInRequest) -> HttpResponse:
    kinds = domain.kinds_of(by=request.user)
    form = SearchForm(request.GET if "q" in request.GET else None, kinds=kinds)
    words, chosen = form.chosen() if form.is_bound else ("", None)
    words = words.strip()
    groups = _groups(request, words, kinds, chosen) if words and kinds else []
    context = {
        "form": form, "words": words, "kinds": kinds, "chosen": chosen, "groups": groups,
        "shown": [group for group in groups if chosen in (None, group.kind)],
        "page_obj": next((group.page for group in groups if group.page), None), "total": sum(group.count for group in groups),
        "is_more": any(group.is_more for group in groups), "most": domain.MOST,
    }  # fmt: skip
    response = render(request, "reporting/search.html", context)
    add_never_cache_headers(response)  # it may name a family
    return response


def _groups(request: SignedInRequest, words: str, kinds: list[SearchKind], chosen: SearchKind | None) -> list[Group]:
    """What was found of each kind, in the order of the page; the rows of the chosen one only, or a few of each."""
    groups = _by_words(request, words, kinds, chosen)
    # Families are opened only where they are shown: each that is found is logged as read.
    if SearchKind.FAMILY in kinds and chosen in (None, SearchKind.FAMILY) and could_be_reference(words=words):
        groups.append(_families(request, words))
    if SearchKind.REPORT in kinds:
        groups.append(_reports(request, words, chosen))
    if SearchKind.USER in kinds:
        groups.append(_users(request, words, chosen))
    order = list(SearchKind)
    return sorted((group for group in groups if group.count), key=lambda group: order.index(group.kind))


def _by_words(request: SignedInRequest, words: str, kinds: list[SearchKind], chosen: SearchKind | None) -> list[Group]:
    found = domain.find(words=words, by=request.user, kinds=kinds, most=domain.MOST)
    groups, wanted = [], {}
    for kind, ids in found.items():
        group = Group(kind, min(len(ids), domain.MOST), is_more=len(ids) > domain.MOST)
        groups.append(group)
        wanted[kind] = _part(request, group, ids[: domain.MOST], chosen)
    hits = domain.hits(found=wanted, words=words, by=request.user)
    for group in groups:
        group.rows = hits.get(group.kind, [])
    return groups


def _part(request: SignedInRequest, group: Group, rows: Any, chosen: SearchKind | None) -> list[Any]:
    """The rows of a group that are shown: its page, the first few, or none where another kind was chosen."""
    if chosen == group.kind:
        group.page = numbered(request, rows, PER_PAGE)
        return list(group.page)
    return list(rows[:FEW]) if chosen is None else []


def _families(request: SignedInRequest, words: str) -> Group:
    """Those of her own teams, logged as read before anything leaves."""
    with reading(request.user):
        cases: list[MyCase] = families_found(words=words, page="search", by=request.user, on=timezone.localdate())
    return Group(SearchKind.FAMILY, len(cases), rows=cases)


def _reports(request: SignedInRequest, words: str, chosen: SearchKind | None) -> Group:
    """Those of the reading room, each once, with its best passage and the way to others."""
    versions = in_reading_room(by=request.user)
    found = reports_with(versions=versions, words=words)
    group = Group(SearchKind.REPORT, len(found))
    if shown := _part(request, group, found, chosen):
        places = dict(found)
        group.rows = [
            _report(passages, places) for passages in best_passages(found=shown, versions=versions, words=words)
        ]
    return group


def _report(passages: list[Any], places_of: dict[int, int]) -> dict[str, Any]:
    best, version = passages[0], passages[0].report_version
    others = [(row.title, version_address(version, row.anchor)) for row in passages[1:] if row.anchor]
    places = max(places_of[version.pk] - 1, 0)
    return {
        "version": version,
        "title": best.title if best.anchor else "",
        "url": version_address(version, best.anchor),
        "excerpt": excerpt_of(best.headline, start=START, stop=STOP)
        if START in best.headline and best.anchor
        else None,
        "places": places,
        "others": others,
        "is_cut": places > len(others),
    }


def _users(request: SignedInRequest, words: str, chosen: SearchKind | None) -> Group:
    """Those the administrator answers for, by name and address, as in her list."""
    rows = User.objects.editable_by(request.user).filter(Q(name__icontains=words) | Q(email__icontains=words))
    found = list(rows.order_by(by_name(), "id")[: domain.MOST + 1])
    group = Group(SearchKind.USER, min(len(found), domain.MOST), is_more=len(found) > domain.MOST)
    group.rows = _part(request, group, found[: domain.MOST], chosen)
    return group


@access(SIGNED_IN)
@require_GET
def suggestions(request: SignedInRequest) -> HttpResponse:
    """A part of the page, below the box: titles that have the words, and the way to the whole search."""
    kinds = [kind for kind in domain.kinds_of(by=request.user) if kind != SearchKind.LOG]
    form = SearchForm(request.GET, kinds=kinds)
    words = form.chosen()[0].strip()
    hits: list[domain.Hit] = []
    if len(words) > 1:
        found = domain.find(words=words, by=request.user, kinds=kinds, most=SUGGESTED_OF_A_KIND, titles_only=True)
        kept = {kind: ids[:SUGGESTED_OF_A_KIND] for kind, ids in found.items()}
        rows = domain.hits(found=kept, words=words, by=request.user, with_texts=False)
        # The best of each kind before the second best of any.
        hits = sorted((hit for listed in rows.values() for hit in listed), key=lambda hit: kept[hit.kind].index(hit.pk))
    context = {"words": words, "hits": hits[:SUGGESTED], "url": reverse("search")}
    return render(request, "reporting/_search_suggestions.html", context)
