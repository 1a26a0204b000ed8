"""The words of the pages, explained. Each stands in docs/glossary.md under the same Norwegian word; a test holds it so."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Group:
    slug: str
    title: Text
    words: tuple[tuple[Text, Text], ...]


GROUPS = (
    Group("plan", _("Planer og mål"), (
        (_("plan"), _("Det kommunen har bestemt å gjøre mot fattigdom.")),
        (_("utkast"), _("En plan som ikke er vedtatt ennå, eller en rapport som ikke er sendt til gjennomgang.")),
        (_("vedtatt"), _("Planen gjelder.")),
        (_("mål"), _("Det som skal nås. Et mål kan ha delmål under seg.")),
        (_("livsområde"), _("Der en bedring skal merkes i folks liv, for eksempel bolig eller fritid.")),
        (_("levekårssone"), _("En del av kommunen som planen gir forrang.")),
        (_("rullering"), _("En ny plan laget av den gamle. For hvert tiltak velges hva som skjer med det.")),
        (_("videreført"), _("Tiltaket går inn i den nye planen som det er.")),
    )),
    Group("tiltak", _("Tiltak og logg"), (
        (_("tiltak"), _("Det en enhet gjør for å nå ett eller flere mål.")),
        (_("ansvarlig enhet"), _("Enheten som svarer for tiltaket.")),
        (_("samarbeidspartner"), _("En enhet som er med på tiltaket.")),
        (_("måltall"), _("Noe som telles, med tallet som skal nås.")),
        (_("forfalt"), _("Fristen eller evalueringen er passert.")),
        (_("i ordinær drift"), _("Tiltaket er blitt en del av det enheten gjør til daglig.")),
        (_("lot seg ikke gjennomføre"), _("Det ble prøvd, men gikk ikke.")),
        (_("ikke lenger aktuelt"), _("Noe har skjedd som gjør at tiltaket ikke trengs.")),
        (_("loggføring"), _("Det som ble gjort på et tiltak på en dag.")),
        (_("avvik"), _("En loggføring om noe som ikke gikk som det skulle.")),
        (_("indikator"), _("Tall som følges over tid.")),
        (_("grunnlag"), _("Det et tall bygger på, for eksempel et gjennomsnitt av årets første fire måneder.")),
    )),
    Group("rapport", _("Runder og rapporter"), (
        (_("halvår"), _("Tiden det rapporteres for: januar til juni, eller juli til desember.")),
        (_("runde"), _("Rapporteringen på én plan for ett halvår.")),
        (_("bidrag"), _(
            "Det ansvarlig enhet sier om et tiltak i runden. Teksten er laget av loggen til noen endrer den."
        )),
        (_("bekreftet"), _("En leder står inne for bidraget.")),
        (_("målsammendrag"), _("Plankoordinatorens ord om et mål.")),
        (_("lukket periode"), _("Dager som ikke tar imot flere loggføringer.")),
        (_("frosset"), _("Tallene står slik de var, også om noe endres senere.")),
        (_("statusrapport"), _("Rapporten som en runde blir til.")),
        (_("gjennomgang"), _("En annen leser rapporten, og godkjenner den eller sender den tilbake.")),
        (_("holdt tilbake"), _("En tekst som venter på at noen bekrefter at den ikke viser hvem en person er.")),
        (_("rettelse"), _("En ny utgave av noe som er sendt ut, med en liste over hva som er endret.")),
        (_("vises ikke"), _("Et tall som ville røpet et mindre tall, og derfor ikke står der.")),
        (_("skjerming av små tall"), _("Tall under 5 på personer eller familier vises ikke, og kan ikke regnes ut.")),
        (_("lesesal"), _("Der publiserte rapporter leses og søkes i.")),
        (_("vedtak"), _(
            "Det et politisk organ har bestemt om en plan eller rapport. For en familie: det en tjeneste har "
            "bestemt om en ytelse."
        )),
        (_("punkt i vedtak"), _("Én ting som skal følges opp, med ansvarlig enhet og frist.")),
    )),
    Group("delprosjekt", _("Delprosjekter, søknader og penger"), (
        (_("utlysning"), _("En innbydelse til å søke om penger.")),
        (_("brudd"), _("En regel i utlysningen som søknaden ikke holder.")),
        (_("jury"), _("Innbyggere som vurderer søknadene.")),
        (_("inhabil"), _("Kan ikke vurdere en søknad, for eksempel fordi en kjenner søkeren.")),
        (_("vedtaksført"), _("Mange nok i juryen har vurdert søknaden.")),
        (_("delprosjekt"), _("Tjenester og frivillige som arbeider sammen etter et tildelingsbrev.")),
        (_("tildelingsbrev"), _("Hva som gis, og hva som ventes. Alle partnerne godkjenner det.")),
        (_("effektmål"), _("Det som skal bli annerledes.")),
        (_("resultatmål"), _("Det som skal nås, med tall og dato.")),
        (_("stoppunkt"), _(
            "Hver sjette måned holdes resultatene opp mot brevet, og det avgjøres om delprosjektet går videre."
        )),
        (_("samspill"), _("Hvordan tjenestene i et delprosjekt arbeider sammen.")),
        (_("frigitt"), _("Beløpet som er tildelt for halvårene som har begynt.")),
        (_("tilbakeføring"), _("En linje i regnskapet som tar en hel utbetaling tilbake.")),
        (_("borgerlønn"), _("En fast sum penger, for eksempel for hvert barn hver måned.")),
        (_("ubrukt"), _("Det som er igjen av pengene.")),
        (_("prognose"), _("Det som vil være betalt til slutt, hvis det fortsetter som nå.")),
    )),
    Group("tilskudd", _("Tilskudd"), (
        (_("tilskuddsordning"), _("Penger kommunen kan søke om, med formål og det meste av år et tiltak kan få dem.")),
        (_("rapporterende enhet"), _("Kommunen eller bydelen som får tilskuddet og svarer for det.")),
        (_("tilskuddstiltak"), _("Det tilskuddet går til, fra år til år.")),
        (_("overført"), _("Det som var igjen av fjorårets tilskudd.")),
        (_("årsrapport"), _("Det en rapporterende enhet svarer om ett års tilskudd.")),
        (_("kjent svar"), _("Et svar som er hentet fra logg, plan eller regnskap, med kilden ved siden av.")),
        (_("sprang"), _("Et tall som er så ulikt fjorårets at siden spør hvorfor.")),
    )),
    Group("familie", _("Familier"), (
        (_("teamet"), _("De som arbeider med en familie. Bare de ser saken.")),
        (_("saksansvarlig"), _("Den i teamet som svarer for saken.")),
        (_("saksnummer"), _("Ti tilfeldige bokstaver og tall, som ikke sier noe om familien.")),
        (_("samtykke"), _("Det en person har sagt ja til: hvilke tjenester som kan dele hva, og hvor lenge.")),
        (_("behov"), _("Det som er viktig for familien, med familiens egne ord.")),
        (_("neste steg"), _("Det som er avtalt å gjøre, til noen sier at det er gjort.")),
        (_("nødtilgang"), _("Noen utenfor teamet åpner en sak i 24 timer, med en begrunnelse som blir kontrollert.")),
        (_("lesing"), _("Hver gang noen åpner en familie. Den blir skrevet ned.")),
        (_("innsyn"), _("En i familien får alt som er lagret om familien.")),
        (_("oppbevaringstid, frist"), _("Måneder etter at saken er avsluttet, før opplysningene slettes.")),
    )),
    Group("roller", _("Roller"), (
        (_("saksbehandler"), _("Loggfører det som blir gjort.")),
        (_("enhetsleder"), _("Loggfører, bekrefter bidrag og endrer status på tiltak.")),
        (_("prosjektleder"), _("Leder delprosjekter, og godkjenner rapporter og utbetalinger.")),
        (_("plankoordinator"), _("Har ansvar for planen, åpner og lukker runder og publiserer rapporter.")),
        (_("medlem av styringsgruppa"), _("Leser delprosjekter og søknader, og går gjennom rapporter.")),
        (_("partner i delprosjekt"), _("Svarer for en organisasjon som er med: brev og spørreskjema.")),
        (_("jurymedlem"), _("Vurderer søknader, og ser ingenting annet.")),
        (_("medlem av formannskapet"), _("Leser kommunens publiserte rapporter.")),
        (_("analytiker i direktoratet"), _("Leser publiserte rapporter, og går gjennom årsrapporter om tilskudd.")),
        (_("administrator"), _("Har ansvar for brukere, enheter og roller, og ser ingen saker.")),
    )),
)  # fmt: skip
