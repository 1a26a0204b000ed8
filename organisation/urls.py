from django.urls import path, register_converter

from organisation.converters import PublicIdConverter
from organisation.views import session

register_converter(PublicIdConverter, "pid")

urlpatterns = [
    path("logg-inn/", session.login, name="login"),
    path("logg-ut/", session.logout, name="logout"),
    path("sprak/", session.choose_language, name="set-language"),
    path("helse/", session.health, name="health"),
    path("innstillinger/", session.my_settings, name="my-settings"),
]
