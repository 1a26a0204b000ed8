"""Help: what one does in one's role, a tour made of ordinary pages, words, privacy, and the accessibility statement."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from organisation.access import PUBLIC, SIGNED_IN, SignedInRequest, access
from organisation.help import statement, tour, words
from organisation.models import Membership, Role, User

Crumbs = list[tuple[str, str | None]]


@access(SIGNED_IN)
@require_GET
def help_page(request: SignedInRequest) -> HttpResponse:
    """One's own tasks first, then whom to ask, then the other roles."""
    own = _roles(request.user)
    context = {
        "steps": tour.steps_for(own),
        "others": [(role.label, tour.steps_for({role})) for role in Role if role not in own],
        "administrators": _administrators(request.user),
        "crumbs": [(_("Min side"), reverse("home")), (_("Hjelp"), None)],
    }
    return render(request, "organisation/help/help.html", context)


@access(SIGNED_IN)
@require_GET
def tour_start(request: SignedInRequest) -> HttpResponse:
    """What the tour holds for somebody with her roles."""
    context = {"steps": tour.steps_for(_roles(request.user)), "crumbs": _crumbs(_("Omvisning"))}
    return render(request, "organisation/help/tour.html", context)


@access(SIGNED_IN)
@require_GET
def tour_step(request: SignedInRequest, slug: str) -> HttpResponse:
    step = tour.find(slug)
    if step is None:
        raise Http404
    own = _roles(request.user)
    number, total, before, after = tour.around(step, tour.steps_for(own))
    context = {
        "step": step,
        "number": number,
        "total": total,
        "before": before,
        "after": after,
        # The link leads where her role may go.
        "page_url": reverse(step.page) if own & set(step.roles) else "",
        "crumbs": [*_crumbs(_("Omvisning"), reverse("help-tour")), (step.title, None)],
    }
    return render(request, "organisation/help/step.html", context)


@access(PUBLIC)
@require_GET
def glossary(request: HttpRequest) -> HttpResponse:
    context = {"groups": words.GROUPS, "crumbs": _crumbs(_("Ordliste")) if request.user.is_authenticated else None}
    return render(request, "organisation/help/glossary.html", context)


@access(PUBLIC)
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    context = {"crumbs": _crumbs(_("Personvern")) if request.user.is_authenticated else None}
    return render(request, "organisation/help/privacy.html", context)


@access(PUBLIC)
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    context = {
        "tested": statement.TESTED,
        "missing": statement.MISSING,
        "reviewed_on": statement.LAST_REVIEWED,
        "contact": settings.CONTACT,
    }
    return render(request, "organisation/help/accessibility.html", context)


def _crumbs(here: str, url: str | None = None) -> Crumbs:
    return [(_("Min side"), reverse("home")), (_("Hjelp"), reverse("help")), (here, url)]


def _roles(user: User) -> set[str]:
    return {membership.role for membership in user.current_memberships}


def _administrators(user: User) -> list[str]:
    """Those who give roles in her municipalities, by name."""
    rows = Membership.objects.active(timezone.localdate()).filter(
        role=Role.ADMINISTRATOR, unit__municipality__in=user.municipality_ids(), user__is_active=True
    )
    return sorted(set(rows.values_list("user__name", flat=True)))
