"""The change log of users, roles and units."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organisation import change_log
from organisation.access import SignedInRequest, access, roles
from organisation.filters import ChangeFilter
from organisation.models import AuditEntry, Role

PAGE_SIZE = 50


@access(roles(Role.ADMINISTRATOR))
@require_safe
def change_list(request: SignedInRequest) -> HttpResponse:
    rows = AuditEntry.objects.administered_by(request.user).order_by("-id")
    found = ChangeFilter(request.GET, queryset=rows, user=request.user)
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("side"))
    context = {"filter": found, "page_obj": page, "lines": change_log.lines(page.object_list, request.user)}
    return render(request, "organisation/settings/change_list.html", context)
