"""The Celery application. Celery only wakes workers; what is to be done stands in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertyplan.settings")

app = Celery("povertyplan", task_cls="organisation.separation:SystemTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
