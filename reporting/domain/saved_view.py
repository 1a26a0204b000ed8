"""Saved views (lagrede visninger): a dashboard or a list with its filters, that a person finds again under a name of her own."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from organisation.domain.errors import DomainError
from organisation.domain.identity_numbers import refuse_identity_numbers
from organisation.domain.writing import acting, locked, refusing
from organisation.models import User
from reporting.models import SavedView

MOST = 30
# The pages that can be saved, by the names of their addresses: dashboards, and lists with filters. Never one about a family.
PAGES = frozenset(
    (
        "overview", "plan-dashboard", "goal-dashboard", "sub-project-dashboard", "participation-dashboard", "all-measures",
        "measure-list", "sub-project-list", "review-list", "grant-list", "report-list", "application-list",
    )
)  # fmt: skip
LEFT_OUT = ("side", "format", "etter", "for")  # a place in a list or a file, not a choice
LONGEST_QUERY = 1000
TAKEN = {"saved_view_name_unique": (_("Du har allerede en visning med dette navnet."), "name")}


def save_view(*, name: str, path: str, query: str, by: User) -> SavedView:
    """Keep an address of the product under a name. What stands for a page of a list or a file is left out."""
    name = _checked(name)
    path, query = own_address(path), cleaned_query(query)
    with acting(by, "saved_view.save"), refusing(**TAKEN):
        if _has_most(by):
            raise DomainError(_("Du har mange lagrede visninger. Fjern en du ikke bruker, og lagre på nytt."))
        return SavedView.objects.create(user=by, name=name, path=path, query=query)


def rename_view(*, view: SavedView, name: str, version: int, by: User) -> SavedView:
    name = _checked(name)
    with acting(by, "saved_view.rename"), refusing(**TAKEN):
        row = locked(view, version)
        row.name = name
        row.save()
    return row


def remove_view(*, view: SavedView, by: User) -> SavedView:
    """Take a view off the lists. It can be taken back."""
    with acting(by, "saved_view.remove"):
        row = locked(view, None)
        row.removed = True
        row.save()
    return row


def restore_view(*, view: SavedView, by: User) -> SavedView:
    """Take it back, where there is room for it: others may have been saved in the meantime."""
    with acting(by, "saved_view.restore"), refusing(**TAKEN):
        is_full = _has_most(by)
        row = locked(view, None)
        if row.removed and is_full:
            raise DomainError(_("Du har mange lagrede visninger. Fjern en du ikke bruker, så kan du ta denne tilbake."))
        row.removed = False
        row.save()
    return row


def _has_most(by: User) -> bool:
    """The user's row is locked, so that two at once don't make one too many."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    return SavedView.objects.visible_to(by).kept().count() >= MOST


def own_address(path: str) -> str:
    """The path, where it is one of the product's pages that can be saved."""
    try:
        name = resolve(path).url_name if path == urlsplit(path).path and len(path) <= 200 else ""
    except (Resolver404, ValueError):
        name = ""
    if name not in PAGES:
        raise DomainError(_("Denne siden kan ikke lagres som visning."))
    return path


def cleaned_query(query: str) -> str:
    """The choices in an address in one order, without what is empty or no choice."""
    pairs = [(key, value) for key, value in parse_qsl(query) if key not in LEFT_OUT]
    refuse_identity_numbers(*(part for pair in pairs for part in pair))
    found = urlencode(pairs)
    if len(found) > LONGEST_QUERY or "\0" in "".join(part for pair in pairs for part in pair):
        raise DomainError(_("Denne visningen har for mange valg til å lagres."))
    return found


def _checked(name: str) -> str:
    refuse_identity_numbers(name, field="name")
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise DomainError(_("Gi visningen et navn."), "name")
    if len(name) > 80:
        raise DomainError(_("Navnet kan ha høyst 80 tegn."), "name")
    return name
