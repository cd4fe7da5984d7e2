"""`manage.py sign_in_link`: print a new one-time sign-in link for the owner."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from hpo_dashboard import address, instance
from hpo_dashboard.database import migrate_when_needed
from trials.models import SignInLink
from trials.models.access import owner


class Command(BaseCommand):
    help = "Print a new link that signs the owner in once, within an hour."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--url", help="where people reach the dashboard; default: where `up` last listened"
        )

    def handle(self, *, url: str | None, **options: Any) -> None:
        migrate_when_needed()
        base = (url or os.environ.get("PUBLIC_URL") or _last_url()).rstrip("/")
        self.stdout.write(base + reverse("sign-in-link", args=[SignInLink.make(owner())]))


def _last_url() -> str:
    last = instance.read(settings.HOME)
    return last.url if last else address.parse(None, os.environ.get("PORT")).url
