"""The tour: one page for each thing that people do, with the roles that do it. The help page of a role is its steps."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, LOGGING_ROLES, Role

Text = str | Promise
EVERYONE = tuple(Role)
TO_FIRST_PAGE = _("Gå til Min side")


@dataclass(frozen=True)
class Step:
    """`page` is the name of the URL where it is done, `button` what the link to it says."""

    slug: str
    title: Text
    lead: Text
    how: tuple[Text, ...]
    roles: tuple[Role, ...]
    page: str = "home"
    button: Text = TO_FIRST_PAGE


def steps_for(roles: Collection[str]) -> list[Step]:
    """The steps of somebody with these roles, in the order of the tour."""
    return [step for step in STEPS if any(role in roles for role in step.roles)]


def find(slug: str) -> Step | None:
    return next((step for step in STEPS if step.slug == slug), None)


def around(step: Step, steps: Iterable[Step]) -> tuple[int, int, Step | None, Step | None]:
    """The step's number among these, how many they are, and the one before and after. A step of others stands alone."""
    rows = list(steps)
    if step not in rows:
        return 0, len(rows), None, None
    at = rows.index(step)
    return at + 1, len(rows), rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None


STEPS = (
    Step(
        "min-side", _("Finn det som venter på deg"),
        _("Min side viser det du skal gjøre nå, med det som haster øverst."),
        (
            _("Du kommer til Min side når du logger inn, og når du trykker på navnet Povertyplan øverst på siden."),
            _(
                "Menyen viser bare det rollen din gir tilgang til. Finner du ikke noe du skulle hatt, så spør "
                "administratoren i kommunen."
            ),
            _(
                "Bjella øverst viser varsler du ikke har lest. Under «Mine innstillinger» velger du hva som også "
                "skal komme på e-post, og hvor ofte."
            ),
        ),
        EVERYONE,
    ),
    Step(
        "loggfor", _("Loggfør det du har gjort"),
        _("Én loggføring på tiltaket blir til rapport, stoppunkt og årsrapport. Du skriver det bare én gang."),
        (
            _(
                "Trykk «Loggfør» ved tiltaket på Min side. Datoen er i dag, og det holder å skrive en setning om "
                "hva som ble gjort. Trykk «Lagre»."
            ),
            _("Har tiltaket måltall, fyller du inn tallet i samme skjema. Legg ved en fil hvis den trengs."),
            _(
                "Skrev du feil, trykker du «Rett». Den gamle teksten blir stående i historikken. «Angre» rett etter "
                "lagring trekker loggføringen tilbake."
            ),
            _(
                "Mister du nettet eller blir logget ut, tar siden vare på det du skrev, og tilbyr deg teksten når "
                "du åpner skjemaet igjen."
            ),
        ),
        LOGGING_ROLES, "home", _("Gå til Min side og loggfør"),
    ),
    Step(
        "skriv-trygt", _("Skriv så ingen kan kjennes igjen"),
        _("Det du loggfører på et tiltak, kan stå i en rapport. Skriv aldri om en person eller familie."),
        (
            _(
                "Skriv hva enheten gjorde, ikke hvem det gjaldt: «Holdt kurs om privatøkonomi», ikke navn, adresse "
                "eller skole."
            ),
            _(
                "Skriv ikke tall under 5 på personer eller familier. Rapportene skjermer små tall i tabellene, men "
                "kan ikke se hva som står i en setning."
            ),
            _("Fødselsnummer kan ikke lagres noe sted. Skjemaet sier fra og beholder resten av teksten."),
        ),
        CASE_ROLES, "plan-list", _("Se planene"),
    ),
    Step(
        "familier", _("Arbeid med en familie"),
        _("Bare teamet rundt familien ser saken, og hver lesing blir skrevet ned."),
        (
            _("Under «Familier» står familiene du er i teamet til. Saken har et tilfeldig nummer, ikke et navn."),
            _("«Loggfør kontakt» tar vare på samtalen og neste steg. Neste steg kommer fram på Min side."),
            _("Samtykkene bestemmer hva de andre tjenestene ser. Trekker noen et samtykke, gjelder det med en gang."),
            _("Familien kan svare selv på tre spørsmål med en engangslenke, uten å logge inn."),
        ),
        (Role.CASEWORKER, Role.UNIT_LEADER, Role.PARTNER), "family-list", _("Gå til familiene"),
    ),
    Step(
        "bekreft", _("Bekreft bidraget til rapporten"),
        _("Når en runde er åpen, er teksten om hvert tiltak laget av loggen. Du leser den og bekrefter."),
        (
            _(
                "På Min side står tiltakene som venter. Stemmer teksten, trykker du «Bekreft». Ellers trykker du "
                "«Endre teksten» og bekrefter etterpå."
            ),
            _("Når du bekrefter, sier du også at teksten ikke viser hvem en person eller familie er."),
            _("Blir loggen endret etterpå, ber siden deg se over teksten på nytt."),
        ),
        (Role.UNIT_LEADER,), "home", _("Se hva som venter på Min side"),
    ),
    Step(
        "runde", _("Åpne og lukk en runde"),
        _("En runde samler ett halvår av en plan. Når du lukker den, blir rapporten til."),
        (
            _(
                "Rundene kan åpne seg selv etter kalenderen. På runden ser du hvem som ikke har bekreftet ennå. De "
                "får påminnelser før fristen."
            ),
            _(
                "Skriv et sammendrag for hvert mål, og trykk «Lukk runden». Tallene fryses, og halvåret tar ikke "
                "imot flere loggføringer."
            ),
            _("Rapporten er nå et utkast. Les tekstene som ingen har bekreftet, og send den til gjennomgang."),
        ),
        (Role.COORDINATOR,), "plan-list", _("Gå til planene"),
    ),
    Step(
        "plan", _("Hold planen oppdatert"),
        _("Planen har mål, og målene har tiltak med ansvarlig enhet."),
        (
            _("Lag planen som utkast, legg inn mål og tiltak, og vedta den når den er behandlet."),
            _(
                "Når planen skal rulleres, velger du for hvert tiltak om det videreføres, endres eller avsluttes. "
                "Historikken følger med."
            ),
            _(
                "Vedtak i formannskapet registrerer du på planen eller rapporten. Hvert punkt får en ansvarlig "
                "enhet og en frist."
            ),
        ),
        (Role.COORDINATOR,), "plan-list", _("Gå til planene"),
    ),
    Step(
        "gjennomgang", _("Les gjennom og godkjenn en rapport"),
        _("En rapport går ikke ut før en annen enn den som skrev den, har lest og godkjent den."),
        (
            _(
                "Du får et varsel når en rapport venter på deg. Les den slik den skal bli, og skriv kommentarer ved "
                "avsnittene."
            ),
            _("Er den god, trykker du «Godkjenn». Ellers trykker du «Send tilbake» og skriver hva som må endres."),
            _(
                "Har du skrevet i rapporten, kan du ikke godkjenne den selv. Plankoordinatoren publiserer når den "
                "er godkjent."
            ),
        ),
        (*LEADERSHIP_ROLES, Role.STEERING_GROUP), "report-list", _("Gå til rapportene"),
    ),
    Step(
        "utbetalinger", _("Avgjør utbetalinger"),
        _("Den ene foreslår, den andre godkjenner. Ingen utbetaling kan bli større enn det som er tildelt og frigitt."),
        (
            _(
                "Forslagene som venter, står under «Delprosjekter». Se hva pengene skal brukes til, og hvor mye som "
                "er igjen."
            ),
            _("Trykk «Godkjenn» eller «Avvis». Du kan ikke godkjenne det du selv har foreslått."),
            _("En linje i regnskapet endres aldri. Er den feil, føres den tilbake."),
        ),
        LEADERSHIP_ROLES, "payments-waiting", _("Se forslagene som venter"),
    ),
    Step(
        "soknader", _("Vurder søknader i juryen"),
        _("Du gir poeng for hvert kriterium uten å se hva de andre i juryen har gitt."),
        (
            _(
                "Under «Jury» står søknadene du skal vurdere. Les søknaden, velg 1 til 5 poeng på hvert kriterium, "
                "og skriv gjerne hvorfor."
            ),
            _("Kjenner du noen som søker, melder du deg inhabil på den søknaden. Da vurderer du den ikke."),
            _("Vurderingen kan lagres som utkast. Den teller først når du trykker «Lever»."),
        ),
        (Role.JUROR,), "jury-list", _("Gå til søknadene"),
    ),
    Step(
        "delprosjekt", _("Følg delprosjektet"),
        _("Delprosjektet har tildelingsbrev, resultater, økonomi og et stoppunkt hvert halvår."),
        (
            _(
                "Tildelingsbrevet gjelder når alle partnerne har godkjent det. Et nytt brev venter på Min side "
                "eller under «Delprosjekter»."
            ),
            _(
                "Før hvert stoppunkt svarer hver partner på et spørreskjema. Loggføringer, resultater og regnskap "
                "følger med av seg selv."
            ),
            _(
                "Vurderingen av samarbeidet bygger på hvordan de andre tjenestene opplever det. Den brukes til å "
                "bli bedre, ikke til å måle enkeltpersoner."
            ),
        ),
        (Role.PROJECT_LEAD, Role.UNIT_LEADER, Role.STEERING_GROUP, Role.PARTNER), "sub-project-list",
        _("Gå til delprosjektene"),
    ),
    Step(
        "tilskudd", _("Svar på årsrapporten om tilskudd"),
        _("Det meste er fylt ut på forhånd fra logg, plan og regnskap. Du svarer på resten og sender inn."),
        (
            _("Under «Tilskudd» og «Årsrapporter» åpner du utkastet. Ved hvert svar står det hvor det er hentet fra."),
            _(
                "Svarer du noe annet enn det som er kjent, eller hopper tallet mye fra i fjor, ber siden deg "
                "forklare hvorfor."
            ),
            _(
                "Skjemaet lagres mens du skriver. Kommer rapporten tilbake med merknader, står de ved spørsmålene "
                "de gjelder."
            ),
        ),
        (Role.COORDINATOR, Role.PROJECT_LEAD), "grant-list", _("Gå til tilskuddene"),
    ),
    Step(
        "direktoratet", _("Gå gjennom årsrapportene"),
        _("Du ser hvem som har levert, godkjenner eller sender tilbake, og henter tabellene."),
        (
            _("Rapportene som venter, står på førstesiden din. Der kan du også minne dem som ikke har levert."),
            _("Godkjente rapporter blir til 41 tabeller, som du kan laste ned som CSV, XLSX, JSON og PDF."),
            _("Tall om få personer vises ikke. Det kan heller ikke regnes ut fra andre tall i tabellene."),
        ),
        (Role.ANALYST,), "directorate", _("Gå til oversikten"),
    ),
    Step(
        "les-rapport", _("Les en rapport"),
        _(
            "Førstesiden er laget for to minutter: forslaget, fem tall, målene, det som er forsinket, og det "
            "som ble stoppet."
        ),
        (
            _(
                "Hvert tall viser endringen siden forrige rapport. «<5» betyr at tallet er for lite til å vises. "
                "«Vises ikke» betyr at et større tall er holdt tilbake, så ingen kan regne ut det lille."
            ),
            _("Last ned rapporten som PDF, eller tallene som CSV og JSON. Diagrammene har en tabell bak."),
            _(
                "Er noe rettet etter at rapporten gikk ut, står det øverst hva som er endret. Den gamle versjonen "
                "blir stående."
            ),
        ),
        (*CASE_ROLES, Role.STEERING_GROUP, Role.BOARD_MEMBER, Role.ANALYST), "reading-room", _("Gå til lesesalen"),
    ),
    Step(
        "brukere", _("Gi roller, og ta dem tilbake"),
        _("Du gir andre tilgang. Selv ser du ingen saker."),
        (
            _(
                "Under «Brukere og enheter» lager du brukere og gir dem en rolle i en enhet, fra en dag og gjerne "
                "til en dag. Rollen gjelder også enhetene under."
            ),
            _("Når noen slutter, avslutter du rollen. Tilgangen forsvinner ved neste klikk."),
            _("Alt du endrer, står i endringsloggen. Ingen kan endre sin egen rolle."),
        ),
        (Role.ADMINISTRATOR,), "user-list", _("Gå til brukere og enheter"),
    ),
    Step(
        "slettefrister", _("Sett frister for sletting"),
        _("Opplysninger om familier slettes etter frister som kommunen bestemmer."),
        (
            _(
                "For hvert formål setter du et antall måneder etter at saken ble avsluttet, og skriver hvilken lov "
                "fristen bygger på."
            ),
            _("Uten en frist slettes ingenting. En ny eller kortere frist gjelder først etter 30 dager."),
            _("E-post som ikke kom fram, står på en egen side. Rett adressen, og prøv igjen."),
        ),
        (Role.ADMINISTRATOR,), "retention-list", _("Gå til fristene"),
    ),
)  # fmt: skip
