"""Optimizers a worker keeps between tasks, so that it reads only new rows; losing them costs time only."""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import optimizers
from optimizers import Optimizer
from trials.models import Study

from .results import result_columns, results_of
from .warm_start import history_of

#: Studies kept at once; the least recently asked one is dropped first.
CAPACITY = 32


@dataclass
class Memory:
    """One study's optimizer and up to which revision of the study it was told results."""

    fingerprint: str
    optimizer: Optimizer
    revision: int = -1
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self, study: Study) -> Optimizer:
        """Tell the optimizer what finished since; hold `lock`."""
        rows = list(study.trials.told_after(self.revision).only(*result_columns(study)))
        if rows:
            self.optimizer.tell(results_of(study, rows))
            self.revision = rows[-1].finished_revision
        return self.optimizer


def new_optimizer(study: Study) -> Optimizer:
    """Build the study's optimizer, knowing nothing yet.

    Raises:
        OptimizerError: an option or the space does not suit the optimizer.
    """
    options = dict(study.optimizer)
    return optimizers.create(
        options.pop("name"),
        study.space.space,
        seed=study.seed,
        parallelism=study.parallelism,
        objectives=len(study.metrics),
        history=history_of(study),
        **hints(study.objective, study.budget),
        **options,
    )


def hints(objective: Mapping[str, Any], budget: Mapping[str, Any]) -> dict[str, Any]:
    """What every optimizer is told of a study besides: its budget in full trainings, and its fidelity."""
    fidelity = objective.get("fidelity") or {}
    full = budget.get("full_trainings")
    return {
        "budget": budget.get("trials") if full is None else full,
        "min_fidelity": fidelity.get("min"),
        "max_fidelity": fidelity.get("max"),
    }


_memories: OrderedDict[int, Memory] = OrderedDict()
_guard = threading.Lock()


def memory_of(study: Study) -> Memory:
    """Return this process's memory of the study, made anew when its space or its method has changed."""
    told = hints(study.objective, study.budget)
    setup = [study.space_id, study.optimizer, study.seed, told, study.parallelism]
    fingerprint = json.dumps([study.created.isoformat(), *setup], sort_keys=True)
    with _guard:
        memory = _memories.pop(study.pk, None)
        if memory is None or memory.fingerprint != fingerprint:
            memory = Memory(fingerprint, new_optimizer(study))
        _memories[study.pk] = memory
        while len(_memories) > CAPACITY:
            _memories.popitem(last=False)
    return memory
