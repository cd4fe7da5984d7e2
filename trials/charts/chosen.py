"""Which trials a chart of single trials draws: all of up to 1,500, else a selection the database makes.

Called by the row steps. All charts of a study make the same selection, so what is marked in one is found in
the others.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from trials.models import Study, Trial
from trials.models.trial import TrialQuerySet
from trials.wording import Shown, count

#: Above this many trials a selection is drawn.
ALL = 1500
#: About how many evenly spread ones it holds, beside the best and the failed.
SPREAD = 900
#: How many of the best, of the failed and of the Pareto front it keeps at most.
BEST, FAILED, FRONT = 100, 300, 200


#: Said in place of where the best lie.
NONE_KEEPS = "No trial keeps the limits yet."


@dataclass(frozen=True)
class Dot:
    """One finished trial; `value` as it is shown, None where there is none."""

    number: int
    state: str
    value: float | None
    params: Mapping[str, Any]
    seconds: float | None = None
    feasible: bool = True
    """Whether it keeps the study's limits; one that breaks a limit is never among the best."""

    @property
    def valued(self) -> bool:
        """Whether it is a full result."""
        return self.state == Trial.State.COMPLETE and self.value is not None


@dataclass(frozen=True)
class Chosen:
    """The trials that are drawn, by number, and out of how many; `failed` of them came to nothing."""

    dots: Sequence[Dot] = ()
    total: int = 0
    failed: int = 0
    every: int = 1
    """The even spread holds each trial whose number this divides."""

    @property
    def even(self) -> list[Dot]:
        """An unbiased sample: without the best and the failed ones that were kept on purpose."""
        return [dot for dot in self.dots if dot.number % self.every == 0]

    @property
    def complete(self) -> list[Dot]:
        return [dot for dot in self.dots if dot.valued]

    @property
    def broken(self) -> list[Dot]:
        """Complete ones that break a limit."""
        return [dot for dot in self.complete if not dot.feasible]

    def broken_words(self) -> str:
        """Say what hollow dots are, where there are any."""
        number = len(self.broken)
        return f"{count(number, 'trial breaks', 'trials break')} a limit: hollow." if number else ""

    def words(self) -> str:
        """Say that it is a selection, where it is one."""
        drawn = len(self.dots)
        if drawn >= self.total:
            return ""
        shown = sum(dot.state == Trial.State.FAILED for dot in self.dots)
        failed = "" if not self.failed else " and failed" if shown >= self.failed else f" and {shown} failed"
        return f"{drawn:,} of {self.total:,} drawn: all best{failed} ones kept."


def finished(study: Study) -> TrialQuerySet:
    """The trials that charts are about: numbered, and over by themselves."""
    states = (Trial.State.COMPLETE, Trial.State.FAILED, Trial.State.PRUNED)
    return study.trials.numbered().filter(state__in=states)


def chosen(study: Study) -> Chosen:
    """Read the finished trials that are drawn; never more than about 1,500 rows."""
    rows, every = finished(study), 1
    if study.n_terminal > ALL:
        every = 1 << ((study.next_number - 1) // SPREAD).bit_length()
        rows = rows.filter(pk__in=_keys(study, every))
    shown = Shown(study.metric, study.maximize)
    columns = ("number", "state", "value", "params", "seconds", "feasible")
    found = rows.order_by("number").values_list(*columns)
    dots = [Dot(n or 0, state, shown.value(value), *rest) for n, state, value, *rest in found]
    return Chosen(dots, study.n_terminal, study.n_failed, every)


def _keys(study: Study, every: int) -> tuple[int, ...]:
    """Primary keys of the best, of each that improved, of the failed, and of an even spread of all."""
    state = (study.pk, study.created, study.revision)
    with _guard:
        if state in _known:
            return _known[state]
    spread = finished(study).alias(turn=F("number") % every).filter(turn=0)
    keys = set(spread.values_list("pk", flat=True))
    keys |= set(study.trials.ranked(study).values_list("pk", flat=True)[:BEST])
    keys |= set(improved(study))
    if study.several:
        front = study.trials.filter(joined_front__isnull=False, left_front=None)
        keys |= set(front.values_list("pk", flat=True)[:FRONT])
    failed = study.trials.numbered().filter(state=Trial.State.FAILED)
    if study.n_failed > FAILED:
        stride = -(-study.n_failed // FAILED)
        failed = failed.alias(turn=(F("number") / every) % stride).filter(turn=0)
    keys |= set(failed.order_by("number").values_list("pk", flat=True)[:FAILED])
    with _guard:
        _known[state] = found = tuple(sorted(keys))
        while len(_known) > _KNOWN:
            _known.popitem(last=False)
    return found


#: What was chosen of the studies looked at last: a page's charts ask for the same at once.
_KNOWN = 32
_known: OrderedDict[tuple[object, ...], tuple[int, ...]] = OrderedDict()
_guard = threading.Lock()


def improved(study: Study) -> list[int]:
    """Primary keys of the latest complete trials that were better than all before them, the best first.

    From the best back: the best among the trials before it, and so on. Each step walks the index of values
    from its good end, which is much quicker than a running minimum over all trials.
    """
    # The sum keeps the database from choosing the index of numbers, by which it would have to sort.
    complete = study.trials.by_value(study).alias(at=F("number") + 0).values_list("pk", "number")
    found: list[int] = []
    before = study.next_number
    while len(found) < BEST:
        best = complete.filter(at__lt=before).first()
        if best is None:
            break
        found.append(best[0])
        before = best[1] or 0
    return found
