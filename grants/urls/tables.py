"""Addresses of the tables made from yearly reports."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
