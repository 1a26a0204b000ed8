from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from families.domain.retention import erase_expired, expired_families


class Command(BaseCommand):
    help = "Erase what is kept of families beyond its retention period. Beat does it each night."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say how many families would lose something.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.stdout.write(_("Familier med noe som skal slettes nå: %(count)s") % {"count": len(expired_families())})
            return
        done = erase_expired(on=timezone.localdate())
        self.stdout.write(
            _("Familier det ble slettet noe av: %(families)s. Av dem er anonyme nå: %(anonymised)s.")
            % {"families": done.families, "anonymised": done.anonymised}
        )
        if done.failed:
            raise CommandError(
                _("Familier som ikke kunne slettes, og står som før: %(count)s. Se loggen.")
                % {"count": len(done.failed)}
            )
