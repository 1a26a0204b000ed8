from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GrantsConfig(AppConfig):
    name = "grants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from grants import commented
        from grants.domain.award_letter import DOCUMENT_KIND as AWARD_LETTER
        from grants.domain.protocol import DOCUMENT_KIND as JURY_PROTOCOL
        from grants.domain.table_edition import DOCUMENT_KIND as TABLES
        from organisation import documents

        documents.register(AWARD_LETTER, template="grants/pdf/award_letter.html")
        documents.register(JURY_PROTOCOL, template="grants/pdf/protocol.html")
        documents.register(TABLES, template="grants/pdf/tables.html")
        commented.register()
        _register_notices()


def _register_notices() -> None:
    from organisation.models import CASE_ROLES, Role
    from organisation.notice_kinds import register

    register(
        "review", label=_("Stoppunkt"), roles=(*CASE_ROLES, Role.PARTNER), kinds=["review"],
        explanation=_("Når et stoppunkt skal holdes eller er på overtid, og når du skal svare på spørreskjemaet."),
    )  # fmt: skip
    register(
        "sub_project", label=_("Delprosjekter"), roles=(*CASE_ROLES, Role.PARTNER),
        kinds=["letter_offered", "stopped", "closing_report", "payment_refused", "recurring_unpaid", "unit_moved"],
        explanation=_("Tildelingsbrev som venter på deg, stans, sluttrapporter og utbetalinger som ikke ble noe av."),
    )  # fmt: skip
    register(
        "call", label=_("Utlysninger og jury"), roles=(*CASE_ROLES, Role.JUROR), kinds=["call", "jury"],
        explanation=_("Svar på søknader du har sendt, og søknader som er klare for juryen."),
    )  # fmt: skip
    register(
        "grant", label=_("Tilskudd"), roles=CASE_ROLES, kinds=["grant", "report_returned", "report_accepted"],
        explanation=_("Frister for å søke om tilskudd og levere årsrapport, og svar fra direktoratet."),
    )  # fmt: skip
