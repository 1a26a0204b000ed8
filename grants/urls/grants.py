"""Addresses of schemes, reporting units, grants and the measures they pay for."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
