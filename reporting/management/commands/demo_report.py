import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from organisation.domain import documents
from organisation.models import Document, DocumentJob, JobState
from reporting.demo import trondheim_2011
from reporting.models import ReportVersion, VersionState


class Command(BaseCommand):
    help = (
        "Wait until the worker has made the demo's reports, publish them, and print where the PDF on Trondheim 2011 is."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--timeout", type=float, default=600, help="Seconds to wait for the worker, for each report."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("nb")
        ready = ReportVersion.objects.filter(state__in=(VersionState.APPROVED, VersionState.PUBLISHED)).light()
        versions = list(ready.select_related("document__job", "made_by").order_by("report__year", "report__half"))
        for version in versions:
            if version.document is not None:
                documents.wake(version.document.job.pk)
        for version in versions:
            self._wait(version, options["timeout"])
            trondheim_2011.publish_when_made(version, version.made_by, timezone.now())
        self.stdout.write(str(self._copy()))

    def _copy(self) -> Path:
        document = Document.objects.filter(
            report_version__report__municipality__name="Trondheim", report_version__report__year=2011
        ).first()
        if document is None:
            raise CommandError("The report was taken back to draft.")
        path = Path(settings.VAR, "reports", "trondheim-2011.pdf")
        path.parent.mkdir(parents=True, exist_ok=True)
        with document.file.open("rb") as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        return path

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
