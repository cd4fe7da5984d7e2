"""The Django app that holds studies, spaces and trials."""

from django.apps import AppConfig


class TrialsConfig(AppConfig):
    name = "trials"
    verbose_name = "Studies and trials"

    def ready(self) -> None:
        """Let uploaded data sets be found wherever one is named."""
        from trials.engine.data import Uploads
        from trials.objectives.datasets import install

        install(Uploads())
