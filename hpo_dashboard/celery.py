"""The Celery application: `celery -A hpo_dashboard.celery worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hpo_dashboard.settings")

app = Celery("hpo_dashboard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
