"""The list of one's families, a new one, and the first page of each."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from families.domain.family import open_case
from families.domain.reading import my_family_ids
from families.domain.vault import OpenFamily, household_in_words, open_for_list
from families.forms.case import NewFamilyForm
from families.models import Family
from families.views.family_page import TEAM, family_page, vault_page
from families.views.overview import overview
from families.views.tabs import page
from organisation.access import SignedInRequest, access
from organisation.views.form_page import form_page, posted


@access(TEAM)
@vault_page
def family_list(request: SignedInRequest) -> HttpResponse:
    """The families of one's own teams; each that is shown is logged as read."""
    on = timezone.localdate()
    ids = my_family_ids(by=request.user, on=on)
    sharings = open_for_list(ids=ids, page="family-list", by=request.user, on=on)
    families = Family.objects.visible_to(request.user, on).filter(pk__in=sharings).select_related("unit", "zone")
    return render(request, "families/list.html", {"families": families})


@access(TEAM)
@vault_page
def family_new(request: SignedInRequest) -> HttpResponse:
    form = NewFamilyForm(posted(request), user=request.user)
    return form_page(
        request, form, action=lambda data: open_case(by=request.user, on=timezone.localdate(), **data),
        done=lambda family: reverse("family", args=[family.public_id]), title=_("Ny familie"),
        crumbs=[(_("Familier"), reverse("family-list"))], cancel_url=reverse("family-list"),
        message=_("Familien har fått et saksnummer. Legg til hvem som er i familien, og hvem som er i teamet."),
    )  # fmt: skip


@access(TEAM)
@family_page
def family_detail(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    context = page(vault, "family", household=household_in_words(vault.members), parts=overview(vault))
    return render(request, "families/family.html", context)
