"""The Django project. Importing it stays light, so that `hpo_dashboard.client` works anywhere."""

__version__ = "0.1.0"
