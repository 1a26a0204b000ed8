"""Addresses of schemes, reporting units, grants and the measures they pay for."""

from django.urls import URLPattern, path

from grants import api
from grants.views import funded_measure, grant, grant_list, reporting_unit, scheme

urlpatterns: list[URLPattern] = [
    path("tilskudd/", grant_list.grant_list, name="grant-list"),
    path("tilskudd/tilskudd.csv", grant_list.grant_file, {"file_format": "csv"}, name="grant-list-csv"),
    path("tilskudd/tilskudd.xlsx", grant_list.grant_file, {"file_format": "xlsx"}, name="grant-list-xlsx"),
    path("tilskudd/nytt/", grant.grant_new, name="grant-new"),
    path("tilskudd/ordninger/", scheme.scheme_list, name="scheme-list"),
    path("tilskudd/ordninger/ny/", scheme.scheme_new, name="scheme-new"),
    path("tilskudd/ordninger/<pid:public_id>/", scheme.scheme_detail, name="scheme"),
    path("tilskudd/ordninger/<pid:public_id>/rediger/", scheme.scheme_edit, name="scheme-edit"),
    path("tilskudd/enheter/", reporting_unit.reporting_unit_list, name="reporting-unit-list"),
    path("tilskudd/enheter/ny/", reporting_unit.reporting_unit_new, name="reporting-unit-new"),
    path("tilskudd/enheter/<pid:public_id>/rediger/", reporting_unit.reporting_unit_edit, name="reporting-unit-edit"),
    path(
        "tilskudd/enheter/<pid:public_id>/sla-sammen/",
        reporting_unit.reporting_unit_merge,
        name="reporting-unit-merge",
    ),
    path("tilskudd/tiltak/<pid:public_id>/", funded_measure.funded_measure_detail, name="funded-measure"),
    path("tilskudd/tiltak/<pid:public_id>/rediger/", funded_measure.funded_measure_edit, name="funded-measure-edit"),
    path("tilskudd/<pid:public_id>/", grant.grant_detail, name="grant"),
    path("tilskudd/<pid:public_id>/rediger/", grant.grant_edit, name="grant-edit"),
    path("tilskudd/<pid:public_id>/slett/", grant.grant_delete, name="grant-delete"),
    path("tilskudd/<pid:public_id>/innvilget/", grant.grant_award, name="grant-award"),
    path("tilskudd/<pid:public_id>/avslatt/", grant.grant_refuse, name="grant-refuse"),
    path("tilskudd/<pid:public_id>/rapportert/", grant.grant_reported, name="grant-reported"),
    path("tilskudd/<pid:public_id>/avslutt/", grant.grant_close, name="grant-close"),
    path("tilskudd/<pid:public_id>/tiltak/nytt/", funded_measure.funding_new, name="funding-new"),
    path("tilskudd/<pid:public_id>/tiltak/<pid:funded_id>/", funded_measure.funding_edit, name="funding-edit"),
    path(
        "tilskudd/<pid:public_id>/tiltak/<pid:funded_id>/fjern/", funded_measure.funding_remove, name="funding-remove"
    ),
    path("api/tilskudd/", api.grant_list, name="api-grant-list"),
    path("api/tilskudd/<pid:public_id>/", api.grant_detail, name="api-grant"),
]
