"""What a family reads about the pages that were opened: the names of addresses and jobs, in plain words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# A suffix says what became of it (families/domain/reading.py).
REFUSED = ":refused"
WORDS = {
    "family-list": gettext_lazy("Lista over egne familier"),
    "family-new": gettext_lazy("Da saken ble åpnet"),
    "family": gettext_lazy("Oversikten over familien"),
    "family-edit": gettext_lazy("Skjema for sone og skjermet adresse"),
    "family-close": gettext_lazy("Skjema for å avslutte saken"),
    "family-reopen": gettext_lazy("Åpne saken igjen"),
    "family-hand-over": gettext_lazy("Gi saken videre"),
    "family-take-over": gettext_lazy("Overta saken"),
    "emergency": gettext_lazy("Bruk av nødtilgang"),
    "family-emergency": gettext_lazy("Bruk av nødtilgang"),
    "family-emergency-list": gettext_lazy("Leders oversikt over nødtilganger"),
    "family-reads": gettext_lazy("Hvem som har lest"),
    "family-reads-csv": gettext_lazy("Hvem som har lest, som fil"),
    "family-insight-list": gettext_lazy("Innsyn"),
    "family-insight-pdf": gettext_lazy("Innsyn, lastet ned som PDF"),
    "family-insight-json": gettext_lazy("Innsyn, lastet ned som datafil"),
    "family-insight-progress": gettext_lazy("Innsyn, mens PDF-en ble laget"),
    "family-insight-again": gettext_lazy("Innsyn, PDF-en laget på nytt"),
    "family-insight-hand-over": gettext_lazy("Innsyn, levert til familien"),
    "insight-document": gettext_lazy("Innsyn, da PDF-en ble laget"),
    "insight-command": gettext_lazy("Innsyn, laget av driften"),
    "erase-expired": gettext_lazy("Sletting når oppbevaringstiden er ute"),
}


def page_in_words(name: str) -> str:
    """The words of a page; the name itself where nobody has given it any."""
    bare = name.removesuffix(REFUSED)
    words = str(WORDS.get(bare, bare))
    return _("%(page)s (avvist på siden)") % {"page": words} if bare != name else words
