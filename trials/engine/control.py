"""A person's hand on a study: pause, resume, stop, delete. Each is idempotent."""

from trials.models import FinalModel, Study

from .endings import cancel
from .nudges import Nudges
from .slots import to_start


def pause(study_id: int) -> Nudges | None:
    """Ask and start nothing more; what runs may finish. None when there is no such study."""
    with Study.locked(study_id) as study:
        if study is None:
            return None
        study.pause()
        return Nudges()


def resume(study_id: int) -> Nudges | None:
    """Go on after a pause."""
    with Study.locked(study_id) as study:
        if study is None:
            return None
        if not study.resume():
            return Nudges()
        return Nudges(trials=to_start(study), studies=(study.pk,))


def stop(study_id: int, reason: str = "Stopped") -> Nudges | None:
    """End the study now: cancel what is queued and what runs."""
    with Study.locked(study_id) as study:
        if study is None:
            return None
        if study.is_over:
            return Nudges()
        cancel(study, running=True)
        study.end(Study.State.STOPPED, reason)
        return Nudges(insights=(study.pk,), finals=FinalModel.objects.due(study))


def delete(study_id: int) -> bool:
    """Remove the study and all its trials; whoever trains one learns by its next heartbeat."""
    with Study.locked(study_id) as study:
        if study is None:
            return False
        space = study.space
        study.delete()
        if not space.studies.exists():
            space.delete()
        return True
