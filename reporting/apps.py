from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from grants.domain.table_disclosure import set_gate
        from organisation import documents
        from reporting.domain.grant_table_gate import tellable
        from reporting.domain.report import DOCUMENT_KIND, content_of_document
        from reporting.domain.report_files import attachments_of

        documents.register(
            DOCUMENT_KIND, template="reporting/pdf/report.html", content=content_of_document, attachments=attachments_of
        )
        set_gate(tellable)
        _register_notices()


def _register_notices() -> None:
    from organisation.models import CASE_ROLES, Role
    from organisation.notice_kinds import register

    register(
        "round", label=_("Runder og frister"), roles=CASE_ROLES, kinds=["round_opened", "round_deadline", "round_late"],
        explanation=_("Når en runde åpner, når fristen for å rapportere nærmer seg, og når den er ute."),
    )  # fmt: skip
    register(
        "report", label=_("Rapporter"), roles=(*CASE_ROLES, Role.STEERING_GROUP, Role.BOARD_MEMBER, Role.ANALYST),
        kinds=["report_review", "report_published", "resolution_due"],
        explanation=_("Rapporter som venter på deg eller er publisert, og vedtak som skal følges opp."),
    )  # fmt: skip
