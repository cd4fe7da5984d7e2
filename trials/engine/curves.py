"""What the trials of a study have reported, as curves kept in this process: only new rows are read."""

import math
import threading
import time
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from typing import Any

from optimizers.early_stopping import Curve, Kind
from trials.models import Report, Study, Trial

#: Studies kept at once; the least recently used one is dropped first.
CAPACITY = 8
#: Of each study, the best and the latest curves.
MOST_BEST, MOST_LATEST = 50, 450
#: Rows read at once at most.
CHUNK = 200


@dataclass
class Curves:
    """The finished trials' curves of one study, minimised, and up to which revision they are known."""

    study_id: int
    kind: Kind
    sign: float
    revision: int = -1
    read: float = -math.inf
    by_number: dict[int, Curve] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self, fresh: float) -> list[Curve]:
        """The curves of all trials that had finished `fresh` seconds ago, or of the best and the latest."""
        with self.lock:
            if time.monotonic() - self.read > fresh:
                while rows := self._new_rows():
                    self._take(rows)
                self._forget()
                self.read = time.monotonic()
            return list(self.by_number.values())

    def _take(self, rows: list[Any]) -> None:
        reports = _reports([pk for pk, *_ in rows])
        for pk, number, state, revision in rows:
            steps, values = reports[pk]
            minimised = [self.sign * value for value in values]
            self.by_number[number] = Curve(number, steps, minimised, complete=state == Trial.State.COMPLETE)
            self.revision = revision

    def _new_rows(self) -> list[Any]:
        finished = (Trial.State.COMPLETE, Trial.State.PRUNED)
        newer = Trial.objects.numbered().filter(
            study=self.study_id, state__in=finished, finished_revision__gt=self.revision
        )
        columns = newer.order_by("finished_revision").values_list(
            "pk", "number", "state", "finished_revision"
        )
        return list(columns[:CHUNK])

    def _forget(self) -> None:
        """Keep the best by what they came to, and the latest."""
        if len(self.by_number) <= MOST_BEST + MOST_LATEST:
            return
        complete = [curve for curve in self.by_number.values() if curve.complete and len(curve)]
        complete.sort(key=lambda curve: (float(curve.levels(self.kind)[-1]), curve.number))
        best = {curve.number for curve in complete[:MOST_BEST]}
        latest = set(list(self.by_number)[-MOST_LATEST:])
        self.by_number = {
            number: curve for number, curve in self.by_number.items() if number in best | latest
        }


def _reports(trials: list[int]) -> dict[int, tuple[list[float], list[float]]]:
    """Steps and values of each trial, by its key."""
    found: dict[int, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    rows = Report.objects.filter(trial__in=trials).values_list("trial_id", "step", "value")
    for trial, step, value in rows.iterator(chunk_size=10_000):
        found[trial][0].append(step)
        found[trial][1].append(value)
    return found


_kept: OrderedDict[tuple[int, str], Curves] = OrderedDict()
_guard = threading.Lock()


def curves_of(study: Study, kind: Kind) -> Curves:
    """This process's curves of a study."""
    key = (study.pk, study.created.isoformat())
    with _guard:
        curves = _kept.pop(key, None) or Curves(study.pk, kind, study.sign)
        _kept[key] = curves
        while len(_kept) > CAPACITY:
            _kept.popitem(last=False)
    return curves
