from django.urls import include, path

urlpatterns = [
    path("", include("organisation.urls")),
    path("", include("measures.urls")),
    path("", include("reporting.urls")),
]

handler403 = "organisation.views.errors.forbidden"
handler404 = "organisation.views.errors.not_found"
handler500 = "organisation.views.errors.server_error"
