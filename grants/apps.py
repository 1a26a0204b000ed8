from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "grants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from grants.domain.award_letter import DOCUMENT_KIND as AWARD_LETTER
        from grants.domain.protocol import DOCUMENT_KIND as JURY_PROTOCOL
        from grants.domain.table_edition import DOCUMENT_KIND as TABLES
        from organisation import documents

        documents.register(AWARD_LETTER, template="grants/pdf/award_letter.html")
        documents.register(JURY_PROTOCOL, template="grants/pdf/protocol.html")
        documents.register(TABLES, template="grants/pdf/tables.html")
