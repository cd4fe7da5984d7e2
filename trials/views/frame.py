"""What every page's frame shows: where one is, and how many workers there are (a context processor)."""

from dataclasses import dataclass

from django.http import HttpRequest

from trials.models import Worker
from trials.models.prepared import Prepared

#: The page of an address's name, where it is one of the top bar's.
DATA = ("datasets", "dataset", "dataset-receive", "dataset-upload", "dataset-delete")
SECTIONS = {"study-new": "new", "compare": "compare", "workers": "workers", **dict.fromkeys(DATA, "data")}
SECTIONS |= dict.fromkeys(("playground", "playground-picture"), "playground")
SECTIONS |= dict.fromkeys(("spaces", "space", "space-new"), "spaces")


@dataclass(frozen=True)
class Crew:
    """The living workers together: `slots` trainings at once, `busy` of them at work, `queues` served."""

    slots: int
    busy: int
    queues: frozenset[str]


_alive = Prepared(Worker, lambda _: Worker.objects.alive().only("queues", "slots", "busy"))


def crew(request: HttpRequest) -> Crew:
    """Return who is there now; one small query for the page and its frame together."""
    if not hasattr(request, "crew"):
        request.crew = _crew()  # type: ignore[attr-defined]
    return request.crew  # type: ignore[attr-defined]


def _crew() -> Crew:
    alive = _alive.rows()
    training = [worker for worker in alive if "training" in worker.queues.split(",")]
    return Crew(
        slots=sum(worker.slots for worker in training),
        busy=sum(worker.busy for worker in training),
        queues=frozenset(queue for worker in alive for queue in worker.queues.split(",")),
    )


def training_slots() -> int:
    """How many trials the living workers can train at once."""
    return _crew().slots


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of base.html; nothing about workers is told to people who are not signed in."""
    match = request.resolver_match
    section = SECTIONS.get(match.url_name or "", "studies") if match else "studies"
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {"section": section, "workers": crew(request).slots if signed_in else None}
