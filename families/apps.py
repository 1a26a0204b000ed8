from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FamiliesConfig(AppConfig):
    name = "families"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from families.domain.insight import KIND as INSIGHT
        from families.insight_document import insight_content
        from families.models import TEAM_ROLES
        from organisation import documents, notice_kinds

        documents.register(INSIGHT, template="families/pdf/insight.html", content=insight_content)
        notice_kinds.register(
            "family", label=_("Familier"), roles=TEAM_ROLES,
            kinds=["voice", "decision", "consent", "family-team", "family-emergency"],
            explanation=_("Vedtak og samtykker som utløper, svar fra familier, team og nødtilgang. Ingen familie nevnes."),
        )  # fmt: skip
