import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grants.domain.table_export import as_csv, as_text
from grants.domain.tables import SPECS, THEN, TODAY, Table, make_table
from grants.models import GrantScheme


class Command(BaseCommand):
    help = "Print one of the 41 tables made from the yearly reports on grants."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("number", type=int, help="The table's number, 1 to 41.")
        parser.add_argument("--year", type=int, required=True, help="The year the grants were for.")
        parser.add_argument("--region", default="", help="Only the units of this region, by its name.")
        parser.add_argument("--scheme", default="", help="The scheme's name; not needed where one reports here.")
        parser.add_argument(
            "--division", choices=[THEN, TODAY],
            help="Merged municipalities as they were then, or as they are today. "
            "Where nothing is said: today in tables over years, then in the others.",
        )  # fmt: skip
        parser.add_argument("--format", choices=["json", "csv", "text"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        number, year, region = options["number"], options["year"], options["region"]
        if number not in SPECS:
            raise CommandError(_("Det er ingen tabell %(number)s. Tabellene har nummer 1 til 41.") % {"number": number})
        scheme = _scheme(options["scheme"])
        table = make_table(number, scheme=scheme, year=year, region=region, division=options["division"])
        if table.is_empty:
            place = f", {region}" if region else ""
            raise CommandError(
                _("Ingen har svart på det som tabell %(number)s handler om: %(scheme)s, %(year)s%(place)s.")
                % {"number": number, "scheme": scheme, "year": year, "place": place}
            )
        self.stdout.write(_written(table, options["format"]), ending="")


def _scheme(name: str) -> GrantScheme:
    national = GrantScheme.objects.filter(municipality=None)
    found = list(national.filter(name__iexact=name) if name else national.reported_here())
    if not found and name:
        raise CommandError(_("Det er ingen nasjonal ordning med navnet «%(name)s».") % {"name": name})
    if not found:
        raise CommandError(_("Det er ingen ordning som rapporteres i Povertyplan."))
    if len(found) > 1:
        names = ", ".join(f"«{row}»" for row in found)
        raise CommandError(_("Velg en ordning med --scheme. Det er flere: %(names)s.") % {"names": names})
    return found[0]


def _written(table: Table, form: str) -> str:
    if form == "json":
        return json.dumps(table.as_json(), ensure_ascii=False, indent=2) + "\n"
    return as_csv(table) if form == "csv" else as_text(table)
