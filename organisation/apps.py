from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "organisation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from organisation import checks, separation  # noqa: F401  (registers the system checks, and tells connections)
        from organisation.models import CASE_ROLES, Role
        from organisation.notice_kinds import register

        register(
            "comment", label=_("Kommentarer"), roles=(*CASE_ROLES, Role.STEERING_GROUP, Role.PARTNER),
            kinds=["comment_mention", "comment_answer"],
            explanation=_("Når noen nevner deg i en kommentar, og når det kommer et svar i en samtale du er med i."),
        )  # fmt: skip
