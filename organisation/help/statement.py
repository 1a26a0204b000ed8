"""What the accessibility statement says. Only what is true: each line of TESTED names the tests that it tells of."""

import datetime

from django.utils.translation import gettext_lazy as _

# The day somebody last went through the statement.
LAST_REVIEWED = datetime.date(2026, 11, 29)

# What was tested, how, and by what; tests/organisation/help/test_statement.py sees to it that those are there.
TESTED = (
    (
        _("Alle sider med axe"),
        _(
            "Et program ser etter brudd på WCAG 2.1 nivå A og AA på hver side slik den åpner, i lyst og mørkt, på bred skjerm "
            "(1280 piksler) og på smal (390). Hver side er prøvd som én rolle som kan se den, første side som hver av rollene, "
            "og feilsidene på smal skjerm i mørkt."
        ),
        (
            "tests/pages/test_look.py::test_every_page_is_accessible_and_fits",
            "tests/pages/test_first_page.py::test_every_role_has_one_that_is_accessible_and_fits",
            "tests/pages/test_states.py::test_the_pages_for_what_went_wrong",
        ),
    ),
    (
        _("400 prosent forstørrelse"),
        _(
            "Hver side får plass på en skjerm som er 320 piksler bred, uten at siden må rulles sidelengs og uten at tekst "
            "kuttes. Brede tabeller ruller for seg."
        ),
        ("tests/pages/test_every_page.py::test_every_page_at_400_percent_and_by_keyboard",),
    ),
    (
        _("Bare tastatur"),
        _(
            "På hver side kan alt som kan trykkes på eller fylles ut, få fokus, og fokus vises. Disse oppgavene er gjort fra "
            "start til slutt uten mus: logge inn, loggføre, bekrefte et bidrag, vurdere en søknad, godkjenne en utbetaling, "
            "sende en rapport til gjennomgang, finne fram i hjelpen, og velge mellom to personers endringer."
        ),
        (
            "tests/pages/test_every_page.py::test_every_page_at_400_percent_and_by_keyboard",
            "tests/pages/test_flows.py::test_the_main_tasks",
            "tests/pages/test_merge_pages.py::test_the_keyboard_goes_from_the_summary_to_the_choice_to_the_field_and_back",
        ),
    ),
    (
        _("Uten JavaScript og på telefon"),
        _(
            "Hver side åpner når nettleseren ikke kjører skript. De samme oppgavene er gjort uten skript, og med berøring på "
            "en skjerm som er 390 piksler bred."
        ),
        (
            "tests/pages/test_every_page.py::test_every_page_opens_without_scripts",
            "tests/pages/test_flows.py::test_the_main_tasks",
        ),
    ),
    (
        _("PDF-er av rapportene"),
        _(
            "Et program ser etter at overskrifter, tabeller, lister, bilder og språk er merket slik PDF/UA krever, i statusen "
            "for delprosjektene, rapporten om tilskudd og et prøvedokument med alt vi bruker i PDF-er. Det er ingen "
            "fullstendig kontroll av standarden."
        ),
        (
            "tests/reporting/pdf/test_sub_project_pdf.py",
            "tests/reporting/pdf/test_yearly_grants_pdf.py",
            "tests/organisation/pdf/test_structure.py",
        ),
    ),
)  # fmt: skip

# What is known to be missing, and what we have not tried.
MISSING = (
    _("Ingen som bruker skjermleser til daglig, har prøvd løsningen ennå."),
    _("Vi har prøvd i nettleseren Chromium, ikke i Safari eller Firefox, og ikke på en virkelig telefon."),
    _(
        "Sidene er prøvd på bokmål med oppdiktet innhold. På engelsk er bare feilsidene prøvd. Åpne menyer, feilmeldinger i "
        "skjemaer og sider midt i en oppgave er prøvd noen steder, ikke alle."
    ),
    _("Diagrammene kan ikke utforskes punkt for punkt. Tallene står i en tabell bak hvert diagram."),
    _(
        "Statusrapporten for en plan, tildelingsbrev, juryprotokoller, tabeller og innsyn blir PDF-er på samme måte som de "
        "andre, men merkingen i dem er ikke kontrollert i sin helhet."
    ),
    _(
        "Vedlegg som folk har lastet opp, er ikke kontrollert. De kan mangle det som trengs for å leses med "
        "hjelpemidler."
    ),
    _("Tekst som folk har skrevet på et annet språk enn sidens, er ikke merket med språket."),
    _("Programmet som ser etter brudd, finner ikke alt. Et menneske kan oppleve hindringer det ikke vet om."),
)  # fmt: skip
