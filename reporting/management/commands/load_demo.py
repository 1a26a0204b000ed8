from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone, translation

from organisation.models import Municipality
from reporting.demo import (
    comments,
    families,
    grant_reports,
    grants_2009,
    investments,
    lillehammer_2016,
    pilot_0_24,
    running_grants,
    running_plan,
    running_sub_projects,
    sub_project_reports,
    trondheim_2011,
)
from reporting.demo.organisation import Town, make_people


class Command(BaseCommand):
    help = "Load the demo: people, plans, sub-projects, families and grants, with an open round and work of today. Once only."

    def handle(self, *args: Any, **options: Any) -> None:
        if Municipality.objects.exists():
            self.stdout.write("The demo is loaded already.")
            return
        today = timezone.localdate()
        with transaction.atomic(), translation.override("nb"):
            towns = {
                "Trondheim": Town.make("Trondheim", "1601", "Midt"),
                "Lillehammer": Town.make("Lillehammer", "0501", "Øst"),
            }
            people = make_people(towns)
            trondheim_2011.load(towns["Trondheim"], people["prosjektleder@trondheim.example"])
            running_plan.load(towns["Trondheim"], people["prosjektleder@trondheim.example"], today)
            pilot_0_24.load(towns["Trondheim"], people["prosjektleder@trondheim.example"])
            lillehammer_2016.load(towns["Lillehammer"], today)
            running_sub_projects.load(towns["Lillehammer"], people, today)
            investments.load(towns, people)
            families.load(towns, people, today)
            grants_2009.load(towns["Trondheim"], people)
            running_grants.load(towns, people, today)
            sub_project_reports.load_pilot(towns["Trondheim"], people["prosjektleder@trondheim.example"])
            sub_project_reports.load_running(towns["Lillehammer"], today)
            grant_reports.load_2009(towns["Trondheim"], people["prosjektleder@trondheim.example"])
            grant_reports.load_running(towns["Trondheim"], people["prosjektleder@trondheim.example"], today)
            comments.load(towns["Trondheim"], people, today)
        self.stdout.write("The demo is loaded.")
