"""Addresses of files of amounts and answers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
