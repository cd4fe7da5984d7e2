"""The Django app that holds studies, spaces and trials."""

from django.apps import AppConfig


class TrialsConfig(AppConfig):
    name = "trials"
    verbose_name = "Studies and trials"
