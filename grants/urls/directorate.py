"""Addresses of the directorate's view of grants and reports."""

from django.urls import URLPattern, path

from grants.views import directorate

urlpatterns: list[URLPattern] = [
    path("tilskudd/direktoratet/", directorate.directorate_overview, name="directorate"),
    path("tilskudd/direktoratet/enheter/", directorate.directorate_units, name="directorate-units"),
    path("tilskudd/direktoratet/mangler/", directorate.directorate_missing, name="directorate-missing"),
    path("tilskudd/direktoratet/mangler/fil.csv", directorate.directorate_missing_csv, name="directorate-missing-csv"),
    path("tilskudd/direktoratet/mangler/paminn/", directorate.directorate_remind, name="directorate-remind"),
]
