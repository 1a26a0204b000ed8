import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from families.domain.insight import ask_for_insight
from families.domain.insight_content import insight
from families.domain.reading import reading
from families.domain.vault import open_by_reference
from families.insight_document import on_paper
from organisation.domain.errors import DomainError
from organisation.models import ReadBasis, User
from organisation.pdf.render import RenderFailed, render_pdf

PAGE = "insight-command"


class Command(BaseCommand):
    help = "Everything that is stored on a family, for one of its members, as PDF and JSON. Read as its case holder, and logged."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("reference", help="The case reference.")
        parser.add_argument("--member", required=True, help="The public id of the member who asks.")
        parser.add_argument("--by", required=True, help="The case holder's e-mail address.")
        parser.add_argument("--out", required=True, type=Path, help="A folder that is there and only you can read.")

    def handle(self, *args: Any, **options: Any) -> None:
        reference = options["reference"].replace("-", "").lower()
        out: Path = options["out"]
        files = {name: out / f"innsyn-{reference}.{name}" for name in ("json", "pdf")}
        if not out.is_dir() or any(path.exists() for path in files.values()):
            raise CommandError(_("Mappen finnes ikke, eller det ligger et innsyn i den fra før."))
        try:
            content = self._read(reference, options["member"], options["by"])
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        for path in files.values():
            path.touch(mode=0o600, exist_ok=False)
        files["json"].write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        try:
            render_pdf("families/pdf/insight.html", on_paper(content), files["pdf"], on_progress=lambda *_: None)
        except RenderFailed as error:
            raise CommandError(error.reason) from error
        self.stdout.write("\n".join(str(path) for path in files.values()))

    def _read(self, reference: str, member: str, email: str) -> dict[str, Any]:
        """In one transaction with the lines of the read log. A refusal is logged too, so nothing is raised inside."""
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(_("Ingen bruker har denne adressen."))
        on, at = timezone.localdate(), timezone.now()
        with reading(user):
            vault = open_by_reference(reference=reference, page=PAGE, by=user, on=on, basis=ReadBasis.INSIGHT)
            if vault is not None and vault.is_case_holder:
                asked = ask_for_insight(vault=vault, member=member, by=user, on=on, at=at, with_file=False)
                return insight(vault=vault, member=asked.member, asked_on=on, at=at)
        raise CommandError(
            _("Brukeren er ikke saksansvarlig for en familie med dette saksnummeret. Forsøket er logget.")
        )
