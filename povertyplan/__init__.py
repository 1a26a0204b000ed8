"""The Django project: settings, root urls, the Celery app. No domain code."""

from povertyplan.celery import app as celery_app

__all__ = ["celery_app"]
