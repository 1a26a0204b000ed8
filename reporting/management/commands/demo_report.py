import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from organisation.domain import documents
from organisation.models import Document, DocumentJob, JobState, User
from reporting.demo import sub_project_reports, trondheim_2011
from reporting.models import ReportVersion


class Command(BaseCommand):
    help = (
        "Wait until the worker has made the demo's reports that are approved, publish them, and print where the PDF of "
        "Trondheim 2011 is."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--timeout", type=float, default=120, help="Seconds to wait for the worker.")

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("nb")
        version = ReportVersion.objects.get(report__municipality__name="Trondheim", report__year=2011, report__half=1)
        by = User.objects.get(email="koordinator@trondheim.example")
        for row in [version, *sub_project_reports.of_pilot()]:
            if row.document is None:
                raise CommandError("The report was taken back to draft.")
            documents.wake(row.document.job.pk)
            self._wait(row, options["timeout"])
            trondheim_2011.publish_when_made(row, by, timezone.now())
        path = Path(settings.VAR, "reports", "trondheim-2011.pdf")
        path.parent.mkdir(parents=True, exist_ok=True)
        document = Document.objects.get(report_version=version)
        with document.file.open("rb") as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        self.stdout.write(str(path))

    def _wait(self, version: ReportVersion, timeout: float) -> None:
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            job = DocumentJob.objects.get(document__report_version=version)
            if job.state == JobState.DONE:
                return
            if job.state == JobState.FAILED:
                raise CommandError(f"The report failed: {job.error}")
            self.stderr.write(f"{job.get_state_display()} {job.percent} % {job.step}")
            time.sleep(1)
        raise CommandError("No worker made the report in time.")
