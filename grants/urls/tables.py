"""Addresses of the tables made from yearly reports."""

from typing import Any

from django.urls import path

from grants.views import table, table_edition

urlpatterns: list[Any] = [
    path("tilskudd/tabeller/", table.table_list, name="grant-table-list"),
    path("tilskudd/tabeller/alle.xlsx", table.tables_xlsx, name="grant-tables-xlsx"),
    path("tilskudd/tabeller/samlinger/ny/", table_edition.edition_new, name="grant-table-edition-new"),
    path("tilskudd/tabeller/samlinger/<pid:public_id>/", table_edition.edition_detail, name="grant-table-edition"),
    path("tilskudd/tabeller/samlinger/<pid:public_id>/pdf/", table_edition.edition_pdf, name="grant-table-edition-pdf"),
    path(
        "tilskudd/tabeller/samlinger/<pid:public_id>/framdrift/",
        table_edition.edition_progress,
        name="grant-table-edition-progress",
    ),
    path(
        "tilskudd/tabeller/samlinger/<pid:public_id>/pa-nytt/",
        table_edition.edition_again,
        name="grant-table-edition-again",
    ),
    path("tilskudd/tabeller/<int:number>/", table.table_detail, name="grant-table"),
    path("tilskudd/tabeller/<int:number>/fil.csv", table.table_csv, name="grant-table-csv"),
    path("tilskudd/tabeller/<int:number>/fil.xlsx", table.table_xlsx, name="grant-table-xlsx"),
    path("tilskudd/tabeller/<int:number>/fil.json", table.table_json, name="grant-table-json"),
]
