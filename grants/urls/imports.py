"""Addresses of files of amounts and answers."""

from django.urls import URLPattern, path

from grants.views import grant_import

urlpatterns: list[URLPattern] = [
    path("tilskudd/innlesing/", grant_import.grant_import_list, name="grant-import-list"),
    path("tilskudd/innlesing/mal/", grant_import.grant_import_template, name="grant-import-template"),
    path("tilskudd/innlesing/mal/<slug:name>/", grant_import.grant_import_template, name="grant-import-template"),
    path("tilskudd/innlesing/<pid:public_id>/", grant_import.grant_import_detail, name="grant-import"),
    path("tilskudd/innlesing/<pid:public_id>/lagre/", grant_import.grant_import_store, name="grant-import-store"),
    path("tilskudd/innlesing/<pid:public_id>/forkast/", grant_import.grant_import_discard, name="grant-import-discard"),
]
