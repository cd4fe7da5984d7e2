"""`manage.py token create|list|revoke`: bearer tokens for the HTTP API and the CSV export."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hpo_dashboard.database import migrate_when_needed
from trials.models import AccessToken
from trials.models.access import owner


class Command(BaseCommand):
    help = "Make, list and revoke bearer tokens for the HTTP API."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        for name, about in (
            ("create", "make a token and print it, this once"),
            ("list", "show names and last use"),
            ("revoke", "make a token useless at once"),
        ):
            action = actions.add_parser(name, help=about)
            action.add_argument("--json", action="store_true", help="print JSON")
            if name != "list":
                action.add_argument("--name", required=True, help="what or whom the token is for")

    def handle(self, *, action: str, json: bool, name: str = "", **options: Any) -> None:
        migrate_when_needed()
        {"create": self.create, "list": self.list, "revoke": self.revoke}[action](name, json)

    def create(self, name: str, as_json: bool) -> None:
        secret = AccessToken.make(owner(), name)
        self.stdout.write(json.dumps({"token": secret}) if as_json else secret)

    def list(self, name: str, as_json: bool) -> None:
        rows = [
            {
                "name": token.name,
                "created": token.created.isoformat(timespec="seconds"),
                "used": token.used.isoformat(timespec="seconds") if token.used else None,
            }
            for token in AccessToken.objects.order_by("name")
        ]
        if as_json:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            self.stdout.write(f"{row['name']}  made {row['created']}  last used {row['used'] or 'never'}")

    def revoke(self, name: str, as_json: bool) -> None:
        count, _ = AccessToken.objects.filter(name=name).delete()
        if not count:
            raise CommandError(f"No token is named {name!r}; `token list` shows those there are.")
        self.stdout.write(json.dumps({"revoked": count}) if as_json else f"Revoked {name}.")
