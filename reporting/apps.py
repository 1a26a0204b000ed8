from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from organisation import documents
        from reporting.domain.report import DOCUMENT_KIND, content_of_document

        documents.register(DOCUMENT_KIND, template="reporting/pdf/report.html", content=content_of_document)
