"""Entry point of `manage.py`, `hpo-dashboard` and `python -m hpo_dashboard`."""

import os
import sys

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
NOT_ON_WINDOWS = """\
HPO Dashboard runs on Linux and macOS: its trainings are forked processes, which Windows does not have.
On Windows, run it inside WSL (wsl --install), or in a container: docker compose up.
The Python client (hpo_dashboard.client) and the library (optimizers) work on Windows as they are."""
#: What people type, in the order in which they need it.
COMMANDS = {
    "up": "run everything on this machine: broker, web server, workers",
    "sign_in_link": "print a new one-time link that signs you in",
    "worker": "train for a database and a broker that several machines share",
    "worker_health": "whether this machine's workers are heard, for a health check",
    "run_study STUDY.json": "run a study here and now, with its progress in the terminal",
    "export_trials ID": "write a study's trials as CSV",
    "backup FILE": "everything there is as one file, while it runs",
    "restore FILE": "bring a backup into an empty installation",
    "token create|list|revoke": "tokens for programs that use the API",
    "migrate": "bring the database up to date (up does it by itself)",
}


def main() -> None:
    """Run the command named on the command line: one of ours, or any of Django's."""
    if sys.platform == "win32":
        sys.exit(NOT_ON_WINDOWS)
    if sys.argv[1:] in ([], ["help"], ["-h"], ["--help"]):
        print(usage(program(sys.argv[0])))
    elif sys.argv[1:] in (["--version"], ["version"]):
        from hpo_dashboard import __version__

        print(f"HPO Dashboard {__version__}")
    else:
        run(sys.argv)


def run(words: list[str]) -> None:
    """Hand over to Django; settings that cannot be used are told without a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hpo_dashboard.settings")
    for name in ONE_THREAD:  # the matrices here are small: threads of BLAS would only wait for each other
        os.environ.setdefault(name, "1")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.DATABASES  # Django itself would swallow the reason here and miss it later
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    execute_from_command_line(words)


def program(path: str) -> str:
    """Return what a person typed before the command."""
    name = os.path.basename(path)
    return {"__main__.py": "python -m hpo_dashboard", "manage.py": "python manage.py"}.get(name, name)


def usage(name: str) -> str:
    """Return our own commands in words; Django's are a further question."""
    width = max(len(command) for command in COMMANDS)
    lines = [f"  {command:{width}}  {words}" for command, words in COMMANDS.items()]
    head = f"Tunes machine-learning models in a web dashboard.\n\nUsage: {name} COMMAND\n"
    foot = f"`{name} COMMAND --help` tells more; `{name} help --commands` names Django's commands, too."
    return "\n".join([head, *lines, "", foot])


if __name__ == "__main__":
    main()
