from django.apps import AppConfig


class FamiliesConfig(AppConfig):
    name = "families"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from families.domain.insight import KIND as INSIGHT
        from families.insight_document import insight_content
        from organisation import documents

        documents.register(INSIGHT, template="families/pdf/insight.html", content=insight_content)
