from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from grants.domain.grant_files import MAX_BYTES, Sheet, read_file
from grants.domain.grant_import import check, store
from grants.domain.grant_import_preview import Counts, RowsRefusedError
from grants.domain.grant_import_rows import RowError
from grants.domain.grant_import_scheme import scheme_for_file
from organisation.domain.errors import DomainError


class Command(BaseCommand):
    help = "Read a file of amounts, answers or published figures (docs/grant-files.md): all of it, or nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", help="CSV or XLSX.")
        parser.add_argument("--year", type=int, required=True, help="The year the money is of.")
        parser.add_argument("--scheme", default="", help="The scheme's name, where there are several.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and do nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("nb"):
            try:
                sheet = self._read(Path(options["file"]))
                # The scheme too is only there if the file is stored.
                with transaction.atomic():
                    line = self._take(sheet, options)
                    transaction.set_rollback(options["dry_run"])
            except RowsRefusedError as error:
                raise CommandError(self._listed(error, error.errors)) from error
            except DomainError as error:
                raise CommandError(str(error.message)) from error
        self.stdout.write(line)

    def _read(self, path: Path) -> Sheet:
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        return read_file(path.name, content)

    def _take(self, sheet: Sheet, options: dict[str, Any]) -> str:
        scheme = scheme_for_file(name=options["scheme"], by=None)
        if options["dry_run"]:
            preview = check(sheet=sheet, scheme=scheme, year=options["year"], by=None)
            if preview.errors:
                raise RowsRefusedError(preview.errors)
            return f"Ville lagret: {self._line(preview.counts)}"
        stored = store(sheet=sheet, scheme=scheme, year=options["year"], by=None, at=timezone.now())
        return self._line(stored.counts)

    def _line(self, counts: Counts) -> str:
        text = str(counts).replace("\u00a0", " ")  # for a shell, where amounts are searched for with plain spaces
        return text if counts.changed else f"Ingenting er endret: {text}"

    def _listed(self, error: DomainError, errors: list[RowError]) -> str:
        return "\n".join([str(error.message), *map(str, errors)]).replace("\u00a0", " ")
