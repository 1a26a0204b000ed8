from django.urls import URLPattern, path

from families.views import case

URLS: list[URLPattern] = [
    path("familier/", case.family_list, name="family-list"),
    path("familier/ny/", case.family_new, name="family-new"),
    path("familier/<pid:reference>/", case.family_detail, name="family"),
]
