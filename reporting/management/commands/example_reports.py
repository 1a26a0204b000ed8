"""The example reports in docs/examples: the demo's own, rendered as a worker renders them. `make examples`."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils import translation

from organisation.documents import attachments_of, kind_called
from organisation.pdf.render import render_pdf
from reporting.domain.report import DOCUMENT_KIND
from reporting.models import ReportKind, ReportVersion

Content = dict[str, Any]
Versions = QuerySet[ReportVersion]
# The name of each file, and how its report is found; one that is not there is passed over, and said.
EXAMPLES: dict[str, Callable[[Versions], Versions]] = {
    "statusrapport-trondheim-2011.pdf": lambda rows: rows.filter(
        report__kind=ReportKind.PLAN_HALF_YEAR, report__municipality__name="Trondheim", report__year=2011
    ),
    "delprosjekter-pilot-0-24.pdf": lambda rows: rows.filter(
        report__kind=ReportKind.SUB_PROJECTS, report__municipality__name="Trondheim", report__year=2023
    ),
}
PUBLIC_ID = re.compile(r"\b(?:total-[0-9a-f]{10}|[23456789bcdfghjkmnpqrstvwxz]{10})\b")


class Command(BaseCommand):
    help = "Write the example reports of a loaded demo to docs/examples."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--folder", type=Path, default=Path(settings.BASE_DIR, "docs", "examples"))

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        made = 0
        for name, find in EXAMPLES.items():
            version = find(ReportVersion.objects.exclude(content=None)).order_by("-number").first()
            if version is None or version.content is None:
                self.stderr.write(f"{name}: the demo has no such report")
                continue
            self._write(without_chance(version.content), folder / name)
            made += 1
        if not made:
            raise CommandError("There is nothing to write. Load the demo first.")

    def _write(self, content: Content, path: Path) -> None:
        template = kind_called(DOCUMENT_KIND).template
        with translation.override("nb"):
            files = attachments_of(DOCUMENT_KIND, content)
            render_pdf(template, content, path, on_progress=lambda step, percent: None, attachments=files)
        path.chmod(0o644)
        self.stdout.write(str(path))


def without_chance(content: Content) -> Content:
    """The content with its random ids numbered in the order they come: the same data give the same bytes each time."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    numbers: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], f"n{len(numbers):09d}")

    renamed: Content = json.loads(PUBLIC_ID.sub(number, text))
    return renamed
