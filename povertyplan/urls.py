from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from organisation.access import SIGNED_IN, access
from organisation.api import ByAccessRule

urlpatterns = [
    path("", include("organisation.urls")),
    path("", include("measures.urls")),
    path("", include("grants.urls")),
    path("", include("families.urls")),
    path("", include("reporting.urls")),
    path(
        "api/schema/",
        access(SIGNED_IN)(SpectacularAPIView.as_view(permission_classes=[ByAccessRule])),
        name="api-schema",
    ),
]

handler403 = "organisation.views.errors.forbidden"
handler404 = "organisation.views.errors.not_found"
handler500 = "organisation.views.errors.server_error"
