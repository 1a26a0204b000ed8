from typing import Any

from django.core.management.base import BaseCommand

from organisation.models import Role
from reporting.demo.organisation import PASSWORD, PEOPLE


class Command(BaseCommand):
    help = "Print the demo's log-ins, one per role."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Password for all of them: {PASSWORD}")
        for person in PEOPLE:
            self.stdout.write(f"  {Role(person.role).value:14} {person.town:12} {person.email}")
