"""A person's hand on a study: pause, resume, stop, change, delete. Each is idempotent and says who did it.

Every function takes `by`, the person's name for the study's history, and returns None when there is no such
study (or it is deleted).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from trials.models import Event, FinalModel, Study, Trial
from trials.models.study import said

from .endings import cancel, settle
from .nudges import Nudges
from .slots import to_start
from .space_edits import edit_space

__all__ = [
    "delete",
    "edit_space",
    "pause",
    "restore",
    "resume",
    "stop",
    "stop_after_running",
]


@contextmanager
def visible(study_id: int) -> Iterator[Study | None]:
    """Hold the lock of a study that is there for its people; None when it is not, or is deleted."""
    with Study.locked(study_id) as study:
        yield study if study is not None and study.deleted is None else None


def pause(study_id: int, by: str = "") -> Nudges | None:
    """Ask and start nothing more; what runs may finish."""
    with visible(study_id) as study:
        if study is None:
            return None
        study.pause(by)
        return Nudges()


def resume(study_id: int, by: str = "") -> Nudges | None:
    """Go on after a pause."""
    with visible(study_id) as study:
        if study is None:
            return None
        return follow_up(study) if study.resume(by) else Nudges()


def stop(study_id: int, by: str = "") -> Nudges | None:
    """End the study now: cancel what is queued and what runs."""
    with visible(study_id) as study:
        if study is None:
            return None
        if study.is_over:
            return Nudges()
        cancel(study, running=True)
        study.end(Study.State.STOPPED, said("Stopped", by))
        return follow_up(study)


def stop_after_running(study_id: int, by: str = "") -> Nudges | None:
    """End the study once what runs now has finished; what is queued is cancelled."""
    with visible(study_id) as study:
        if study is None:
            return None
        if study.is_over or (study.ends_as == Study.State.STOPPED and not study.n_queued):
            return Nudges()
        cancel(study, running=False)
        study.change(ending=said("Stopped", by), ends_as=Study.State.STOPPED)
        if not settle(study):
            study.note(Event.Kind.CHANGED, said("Stopping after the running trials", by))
        return follow_up(study)


def delete(study_id: int, by: str = "") -> bool | None:
    """Hide the study for a day, then it is removed for good.

    Its workers are free at once: what trains goes back into the queue, so that nothing is lost when the study
    is restored.
    """
    with Study.locked(study_id) as study:
        if study is None:
            return None
        if not study.delete_softly(by):
            return False
        for trial in study.trials.filter(state=Trial.State.RUNNING).only("pk", "number"):
            trial.give_back(study, lost=False)
        return True


def restore(study_id: int, by: str = "") -> Nudges | None:
    """Undo a deletion: the study goes on where it was."""
    with Study.locked(study_id) as study:
        if study is None:
            return None
        return follow_up(study) if study.restore(by) else Nudges()


def follow_up(study: Study) -> Nudges:
    """What may start and is to be asked after a change; under the study's lock."""
    if study.is_over:
        return Nudges(insights=(study.pk,), finals=FinalModel.objects.due(study))
    return Nudges(trials=to_start(study), studies=(study.pk,))


#: Actions without anything to fill in, by the word in their address.
ACTIONS: dict[str, Callable[[int, str], Nudges | None]] = {
    "pause": pause,
    "resume": resume,
    "stop": stop,
    "stop-after-running": stop_after_running,
}
