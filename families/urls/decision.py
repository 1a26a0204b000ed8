from django.urls import URLPattern, path

from families.views import decision, economy

URLS: list[URLPattern] = [
    path("familier/<pid:reference>/vedtak/", decision.decision_list, name="family-decisions"),
    path("familier/<pid:reference>/vedtak/ny/", decision.decision_new, name="family-decision-new"),
    path("familier/<pid:reference>/vedtak/<pid:public_id>/endre/", decision.decision_edit, name="family-decision-edit"),
    path(
        "familier/<pid:reference>/vedtak/<pid:public_id>/forny/", decision.decision_renew, name="family-decision-renew"
    ),
    path("familier/<pid:reference>/vedtak/<pid:public_id>/avslutt/", decision.decision_end, name="family-decision-end"),
    path(
        "familier/<pid:reference>/vedtak/<pid:public_id>/fjern/", decision.decision_remove,
        name="family-decision-remove",
    ),
    path("familier/<pid:reference>/okonomi/", economy.family_economy, name="family-economy"),
]  # fmt: skip
