"""How a person starts things here, in a checkout or installed: what pages and messages tell them to type."""

from pathlib import Path

from django.conf import settings

from hpo_dashboard import broker

CHECKOUT = (Path(__file__).resolve().parents[1] / "manage.py").is_file()


def command(words: str) -> str:
    """Return the command line of one of our commands."""
    return f".venv/bin/python manage.py {words}" if CHECKOUT else f"hpo-dashboard {words}"


def start() -> str:
    """Return the command that runs everything on this machine."""
    return "make run" if CHECKOUT else "hpo-dashboard up"


def embedded() -> bool:
    """Whether `up` brings broker and workers along, so that nobody has to start a worker by hand."""
    return broker.url(broker.socket_path(settings.HOME)) == settings.REDIS_URL


def start_worker(queue: str = "training") -> str:
    """Return what starts a worker for a queue: all of it, or one worker that joins the others."""
    if embedded():
        return start()
    option = "" if queue == "training" else f" --queue {queue}"
    return f"DATABASE_URL=… REDIS_URL=… {command('worker' + option)}"
