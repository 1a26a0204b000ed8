"""The chapters of docs/brukerhandbok, made of what the help pages say, so that the two never disagree.

`python -m povertyplan.handbook` writes them and takes the pictures; tests/docs/test_handbook.py holds them to it.
"""

from organisation.help import tour, words
from organisation.models import CASE_ROLES, Role

# The file of each role's chapter.
CHAPTERS = {
    Role.CASEWORKER: "saksbehandler",
    Role.UNIT_LEADER: "enhetsleder",
    Role.PROJECT_LEAD: "prosjektleder",
    Role.COORDINATOR: "plankoordinator",
    Role.STEERING_GROUP: "styringsgruppe",
    Role.PARTNER: "partner",
    Role.JUROR: "jurymedlem",
    Role.BOARD_MEMBER: "formannskap",
    Role.ANALYST: "analytiker",
    Role.ADMINISTRATOR: "administrator",
}

# The picture of a step, and what is to be seen on it, for whoever does not see it.
PICTURES = {
    "min-side": "Min side med det som venter, og tiltakene med det som er forfalt øverst.",
    "loggfor": "På telefon: skjemaet for loggføring står åpent under tiltaket, med feltet «Hva ble gjort?» og dagens dato.",
    "familier": "På telefon: en familie med feltet for å loggføre kontakt øverst, og neste steg under.",
    "bekreft": "Et bidrag med teksten som er laget av loggen, og knappen «Bekreft».",
    "runde": "En runde med målene, og hvem som ikke har bekreftet ennå.",
    "plan": "En plan med nøkkeltall, mål og tiltak.",
    "gjennomgang": "En rapport slik den skal bli, med status og neste steg øverst.",
    "utbetalinger": "Økonomien i et delprosjekt: tildelt, frigitt og brukt, og linjene i regnskapet.",
    "soknader": "En søknad med kriteriene, og valget fra 1 til 5 poeng.",
    "tilskudd": "Et skjema i årsrapporten, med svar som er fylt ut på forhånd og kilden til hvert.",
    "les-rapport": "Lesesalen med den nyeste rapporten og de fem tallene fra førstesiden.",
    "brukere": "Listen over brukere, med roller og enheter.",
}

PRINT_NOTE = "Laget av hjelpesidene med `make handbook`. Rett teksten i `organisation/help/`, ikke her."


def chapters() -> dict[str, str]:
    """The text of each file, by its name. In the language that is active; the handbook is in bokmål."""
    made = {f"{name}.md": _chapter(role) for role, name in CHAPTERS.items()}
    return made | {"README.md": _contents(), "ordliste.md": _glossary()}


def _contents() -> str:
    lines = [
        "# Brukerhåndbok", "",
        "Ett kapittel for hver rolle. De samme tekstene står under **Hjelp** i løsningen. Alle navn på personer er oppdiktet.",
        "", *(f"- [{role.label}]({name}.md)" for role, name in CHAPTERS.items()), "- [Ordliste](ordliste.md)",
        "", PRINT_NOTE,
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _chapter(role: Role) -> str:
    lines = [f"# {role.label}", ""]
    for step in tour.steps_for({role}):
        lines += [f"## {step.title}", "", str(step.lead), "", *(f"- {line}" for line in step.how), ""]
        # The first page on the picture is that of whoever works with measures.
        if step.slug in PICTURES and (step.slug != "min-side" or role in CASE_ROLES):
            lines += [f"![{PICTURES[step.slug]}](bilder/{step.slug}.png)", ""]
    lines.append("[Alle kapitlene](README.md)")
    return "\n".join(lines) + "\n"


def _glossary() -> str:
    lines = ["# Ordliste", "", "Ordene du møter i løsningen, og hva de betyr hos oss.", ""]
    for group in words.GROUPS:
        lines += [f"## {group.title}", "", *(f"- **{word}**: {meaning}" for word, meaning in group.words), ""]
    lines.append("[Alle kapitlene](README.md)")
    return "\n".join(lines) + "\n"
