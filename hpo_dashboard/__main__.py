"""Entry point of `manage.py`, `hpo-dashboard` and `python -m hpo_dashboard`."""

import os
import sys


def main() -> None:
    """Run the Django management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hpo_dashboard.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
