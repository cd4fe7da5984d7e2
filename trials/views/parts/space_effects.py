"""What an edited space would mean for a study's trials so far; for the page that edits it in flight."""

from dataclasses import dataclass

from optimizers import Space
from trials.models import Study

from .asked import asked_id

#: Of more trials it is told only once the space is saved.
MOST_TRIALS = 3000


@dataclass(frozen=True)
class Effects:
    """How many of the study's trials would lie inside and outside; None where there are too many to look."""

    trials: int
    outside: int | None
    same: bool

    @property
    def inside(self) -> int:
        return self.trials - (self.outside or 0)


def of(pk: str, space: Space | None) -> Effects | None:
    """The effects on the study with this id; None without a study or without a space."""
    study = Study.objects.select_related("space").filter(pk=asked_id(pk), deleted=None).first()
    if space is None or study is None:
        return None
    trials = study.trials.exclude(number=None)
    total, same = trials.count(), space == study.space.space
    if total > MOST_TRIALS:
        return Effects(total, None, same)
    params = trials.values_list("params", flat=True)
    return Effects(total, sum(space.adapt(each) is None for each in params), same)
