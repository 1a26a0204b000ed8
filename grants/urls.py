"""Addresses of sub-projects and calls."""

from typing import Any

from django.urls import URLPattern

CALLS: list[URLPattern] = []
SUB_PROJECTS: list[URLPattern] = []
LETTERS_AND_REVIEWS: list[URLPattern] = []
SPENDING: list[URLPattern] = []
RESULTS: list[URLPattern] = []

urlpatterns: list[Any] = [*CALLS, *SUB_PROJECTS, *LETTERS_AND_REVIEWS, *SPENDING, *RESULTS]
