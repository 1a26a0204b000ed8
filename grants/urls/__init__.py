"""The addresses of the app, by what they are about."""

from typing import Any

from grants.models import READING_ROLES
from grants.urls import directorate, grants, imports, sub_projects, tables, yearly_reports
from organisation.access import roles
from organisation.models import CASE_ROLES, Role
from organisation.views.comments import pages_of

urlpatterns: list[Any] = [
    *sub_projects.urlpatterns,
    *yearly_reports.urlpatterns,
    *tables.urlpatterns,
    *imports.urlpatterns,
    *directorate.urlpatterns,
    *pages_of("sub-project", "delprosjekter/<pid:public_id>/", roles(*READING_ROLES, Role.PARTNER)),
    *pages_of("grant", "tilskudd/<pid:public_id>/", roles(*CASE_ROLES)),
    # Last: "tilskudd/ID/" is as wide as an id.
    *grants.urlpatterns,
]
