from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "measures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from measures import commented
        from organisation.models import CASE_ROLES
        from organisation.notice_kinds import register

        commented.register()
        register(
            "measure", label=_("Tiltak"), roles=CASE_ROLES, kinds=["measures_moved"],
            explanation=_("Når enheten din får ansvar for tiltak som en annen enhet hadde."),
        )  # fmt: skip
