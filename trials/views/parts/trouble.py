"""What keeps all studies waiting, and what to do about it: no worker, no broker; two pages say it."""

from django.db.models import F, Sum

from hpo_dashboard.invocation import embedded, start_worker
from trials import wording
from trials.models import Study
from trials.views.frame import Crew
from trials.views.health import broker_trouble

from .notices import Notice


def troubles(crew: Crew) -> tuple[Notice, ...]:
    """Return the banners; one query, and only where something is wrong."""
    found = []
    if "training" not in crew.queues:
        found.append(_nobody_trains())
    elif "optimizers" not in crew.queues:
        found.append(_nobody_suggests())
    if broker_trouble():
        found.append(_no_broker())
    return tuple(found)


def _nobody_trains() -> Notice:
    ours = Study.objects.active().in_background().exclude(objective__kind="external")
    waiting = ours.aggregate(trials=Sum(F("n_queued") + F("n_running")))["trials"] or 0
    trials = wording.count(waiting, "trial")
    text = {
        0: "Nothing waits now. A study that is started goes on by itself once a worker is up:",
        1: f"{trials} is queued and safe. It starts by itself once a worker is up:",
    }.get(waiting, f"{trials} are queued and safe. They start by themselves once a worker is up:")
    return Notice("warn", "cpu", "No worker is listening", text, command=start_worker())


def _nobody_suggests() -> Notice:
    text = "Queued trials are trained, but nobody asks the optimizers for new ones. What does it:"
    return Notice("warn", "cpu", "No worker suggests", text, command=start_worker("optimizers"))


def _no_broker() -> Notice:
    who = "It is started again by itself" if embedded() else "Look after the server that REDIS_URL names"
    text = (
        "Nothing is lost: workers look for work by themselves once a second, so everything goes on, "
        f"a little slower. {who}; /healthz says more."
    )
    return Notice("warn", "plug-connected-x", "The broker does not answer", text)
