"""What the accessibility statement says. Only what is true: each line of TESTED is a test in tests/pages."""

import datetime

from django.utils.translation import gettext_lazy as _

# The day somebody last went through the statement.
LAST_REVIEWED = datetime.date(2026, 11, 29)

TESTED = (
    (
        _("Alle sider med axe"),
        _(
            "Et program ser etter brudd på WCAG 2.1 nivå A og AA på hver side, i lyst og mørkt, på bred skjerm "
            "og på telefon."
        ),
    ),
    (
        _("400 prosent forstørrelse"),
        _(
            "Hver side får plass på en skjerm som er 320 piksler bred, uten at siden må rulles sidelengs. Brede "
            "tabeller ruller for seg."
        ),
    ),
    (
        _("Bare tastatur"),
        _(
            "Fokus er synlig på hver side. De viktigste oppgavene er utført uten mus: logge inn, loggføre, "
            "bekrefte et bidrag, vurdere en søknad, godkjenne en utbetaling og sende en rapport til "
            "gjennomgang."
        ),
    ),
    (
        _("Uten JavaScript"),
        _("Hver side åpner, og de samme oppgavene kan gjøres, når nettleseren ikke kjører skript."),
    ),
    (
        _("PDF-er"),
        _("Et program ser etter at overskrifter, tabeller, lister, bilder og språk er merket slik PDF/UA krever."),
    ),
)  # fmt: skip

# What is known to be missing, and what we have not tried.
MISSING = (
    _("Ingen som bruker skjermleser til daglig, har prøvd løsningen ennå."),
    _("Diagrammene kan ikke utforskes punkt for punkt. Tallene står i en tabell bak hvert diagram."),
    _(
        "Vedlegg som folk har lastet opp, er ikke kontrollert. De kan mangle det som trengs for å leses med "
        "hjelpemidler."
    ),
    _("Tekst som folk har skrevet på et annet språk enn sidens, er ikke merket med språket."),
    _("Programmet som ser etter brudd, finner ikke alt. Et menneske kan oppleve hindringer det ikke vet om."),
)  # fmt: skip
