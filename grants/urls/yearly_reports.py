"""Addresses of yearly reports."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
