from django.urls import URLPattern, path

from families.views import support

FAMILY = "familier/<pid:reference>/"
URLS: list[URLPattern] = [
    path(f"{FAMILY}stotte/", support.support_list, name="family-support"),
    path(f"{FAMILY}stotte/ny/", support.support_new, name="family-support-new"),
    path(f"{FAMILY}stotte/<pid:support_id>/", support.support_edit, name="family-support-edit"),
    path(f"{FAMILY}stotte/<pid:support_id>/fjern/", support.support_remove, name="family-support-remove"),
    path(f"{FAMILY}resultater/ny/", support.outcome_new, name="family-outcome-new"),
    path(f"{FAMILY}resultater/<pid:outcome_id>/", support.outcome_edit, name="family-outcome-edit"),
    path(f"{FAMILY}resultater/<pid:outcome_id>/fjern/", support.outcome_remove, name="family-outcome-remove"),
]
