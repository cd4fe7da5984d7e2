"""Entry point of `manage.py`, `hpo-dashboard` and `python -m hpo_dashboard`."""

import os
import sys

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def main() -> None:
    """Run the Django management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hpo_dashboard.settings")
    for name in ONE_THREAD:  # the matrices here are small: threads of BLAS would only wait for each other
        os.environ.setdefault(name, "1")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
