import datetime
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisation.anchor_file import AnchorError, append_anchor, read_anchors
from organisation.domain.log_chain import Fault, Kind, Link, verify
from organisation.models import Log

SHOWN = 20  # of each kind
SENTENCES = {
    Kind.CHANGED: gettext_lazy("Rad %(row)s i %(log)s eller lenke %(position)s er endret etter at den ble forseglet."),
    Kind.ROW_GONE: gettext_lazy("Rad %(row)s i %(log)s, som lenke %(position)s gjelder, er fjernet."),
    Kind.LINK_GONE: gettext_lazy("Lenke %(position)s til %(last)s er fjernet."),
    Kind.LOOSE: gettext_lazy(
        "Rader i %(log)s uten lenke som ikke er i kø for å få en: %(count)s. Den første er %(row)s."
    ),
    Kind.LOST: gettext_lazy("Rader i %(log)s som ble fjernet før de fikk lenke: %(count)s. Den første er %(row)s."),
    Kind.STALLED: gettext_lazy("En rad i %(log)s har ventet på lenke i %(count)s minutter. Går jobben som forsegler?"),
    Kind.ANCHOR: gettext_lazy(
        "Lenke %(position)s er ikke den ankerfilen har. Kjeden er kortet av eller laget på nytt."
    ),
    Kind.NO_TABLE: gettext_lazy("%(log)s er ikke lenger en vanlig tabell."),
}


class Command(BaseCommand):
    help = "Verify the hash chain over the audit log and the read log. Ends with status 1 when something does not fit."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--anchor", type=Path, help="File kept outside the database with ends of the chain.")
        parser.add_argument("--write-anchor", action="store_true", help="Add the end of the chain to it, if all fits.")
        parser.add_argument(
            "--minutes", type=int, default=15, help="How long a row may wait for its link; the job runs each minute."
        )
        parser.add_argument(
            "--copy", action="store_true", help="A restored copy, in which nobody seals: rows may wait."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["anchor"]
        if options["write_anchor"] and path is None:
            raise CommandError(_("--write-anchor trenger --anchor med navnet på filen."))
        try:
            anchors = read_anchors(path) if path else []
            patience = None if options["copy"] else datetime.timedelta(minutes=options["minutes"])
            end = self._verify(anchors, patience)
            if options["write_anchor"] and path and end.position:
                append_anchor(path, end, at=timezone.now())
                self.stdout.write(_("Slutten på kjeden er skrevet til ankerfilen."))
        except AnchorError as error:
            raise CommandError(str(error)) from error

    def _verify(self, anchors: list[Link], patience: datetime.timedelta | None) -> Link:
        counted: Counter[Kind] = Counter()
        firsts: dict[Kind, Fault] = {}

        def found(fault: Fault) -> None:
            counted[fault.kind] += 1
            firsts.setdefault(fault.kind, fault)
            if counted[fault.kind] <= SHOWN:
                self.stderr.write(sentence(fault))

        end, direct = verify(anchors=anchors, patience=patience, found=found)
        for kind, first in firsts.items():
            if counted[kind] > SHOWN:
                more = {"count": counted[kind] - SHOWN, "first": sentence(first)}
                self.stderr.write(_("Og %(count)s til av samme slag som denne: %(first)s") % more)
        if counted:
            raise CommandError(_("Kjeden holder ikke. Feil: %(count)s") % {"count": counted.total()})
        self.stdout.write(
            _("Kjeden holder. Lenker: %(count)s. Ankere: %(anchors)s. Siste: %(hash)s")
            % {"count": end.position, "anchors": len(anchors), "hash": end.hash.hex()}
        )
        if not direct:
            self.stdout.write(_("Radene er lest gjennom funksjoner i databasen. Eieren av tabellene leser dem selv."))
        return end


def sentence(fault: Fault) -> str:
    """The fault in plain words: numbers of rows and links, never what a row says."""
    return str(SENTENCES[fault.kind]) % {
        "log": dict[str, Any](Log.choices).get(fault.log, fault.log),
        "row": fault.row_id,
        "position": fault.position,
        "last": (fault.position or 0) + fault.count - 1,
        "count": fault.count,
    }
