from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from organisation.domain.errors import DomainError
from organisation.domain.units import create_unit
from organisation.domain.users import add_user
from organisation.models import Municipality, Role, UnitKind


class Command(BaseCommand):
    help = "Add a municipality with its first administrator, who then makes the other users and the units."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name", help='The name of the municipality, "Lillehammer".')
        parser.add_argument("--number", default="", help="Its official number, four digits.")
        parser.add_argument("--region", default="")
        parser.add_argument("--email", required=True, help="The administrator's address, which she logs in with.")
        parser.add_argument("--administrator", required=True, help="Her name.")

    def handle(self, *args: Any, **options: Any) -> None:
        password = getpass("First password, to be changed by herself: ")
        with translation.override("en"):
            try:
                with transaction.atomic():
                    self._add(options, password)
            except DomainError as error:
                raise CommandError(str(error.message)) from error
        self.stdout.write(f"{options['name']} is added. The administrator can log in.")

    def _add(self, options: dict[str, Any], password: str) -> None:
        municipality = Municipality(name=options["name"], number=options["number"], region=options["region"])
        municipality.full_clean()
        municipality.save()
        root = create_unit(
            municipality=municipality, name=f"{municipality.name} kommune", kind=UnitKind.MUNICIPAL, by=None
        )
        add_user(
            name=options["administrator"], email=options["email"], password=password, unit=root,
            role=Role.ADMINISTRATOR, by=None, valid_from=timezone.localdate(),
        )  # fmt: skip
