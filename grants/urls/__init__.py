"""The addresses of the app, by what they are about."""

from typing import Any

from grants.urls import directorate, grants, imports, sub_projects, tables, yearly_reports

urlpatterns: list[Any] = [
    *sub_projects.urlpatterns,
    *yearly_reports.urlpatterns,
    *tables.urlpatterns,
    *imports.urlpatterns,
    *directorate.urlpatterns,
    # Last: "tilskudd/ID/" is as wide as an id.
    *grants.urlpatterns,
]
