"""Switches one part of the product off, in the processes of a storm: on their PYTHONPATH, Python imports this
at its start. HPO_TEST_SABOTAGE names the part; nothing in the product knows about it.
"""

import os
import sys
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


def without_the_fence(module: ModuleType) -> None:
    """Whoever tells is believed, whatever token they hold."""
    trials, tell = module.Trial.objects, module.Trial.tell

    def believed(self: Any, study: Any, token: str, state: str, **fields: Any) -> Any:
        return tell(self, study, trials.get(pk=self.pk).token or token, state, **fields)

    module.Trial.tell = believed


def without_the_claim_guard(module: ModuleType) -> None:
    """A message is an order: its trial is claimed, whoever has it and whatever has become of it."""
    trials, claim = module.Trial.objects, module.claim

    def taken(trial_id: int, slot: Any) -> Any:
        trials.filter(pk=trial_id).update(state="queued")
        return claim(trial_id, slot)

    module.claim = taken


def without_the_reconciler(module: ModuleType) -> None:
    """No round finds anything to do."""
    module.Reconciler.round = lambda self, worker, idle_slots: module.Nudges()


def without_immediate(module: ModuleType) -> None:
    """SQLite's transactions begin as readers, as Django has it by default."""
    del module.DATABASES["default"]["OPTIONS"]["transaction_mode"]


def without_the_suggest_lease(module: ModuleType) -> None:
    """Whoever wants to suggest for a study does, also while another does."""
    from datetime import timedelta

    from django.db.models.functions import Now

    def taken(self: Any, token: str, seconds: float) -> bool:
        expires = Now() + timedelta(seconds=seconds)
        return bool(self._row.active().update(suggest_token=token, suggest_expires=expires))

    module.StudyLeases.take_suggest_lease = taken


#: What can be switched off: the module it is in, and how.
PARTS: dict[str, tuple[str, Callable[[ModuleType], None]]] = {
    "the fence on tell": ("trials.models.trial", without_the_fence),
    "the claim guard": ("trials.engine.claims", without_the_claim_guard),
    "the reconciler": ("trials.engine.recovery", without_the_reconciler),
    "IMMEDIATE transactions": ("hpo_dashboard.settings", without_immediate),
    "the suggest lease": ("trials.models.study_leases", without_the_suggest_lease),
}


class Saboteur(MetaPathFinder):
    """Lets one module be imported as ever, and then changes it."""

    def __init__(self, name: str, change: Callable[[ModuleType], None]) -> None:
        self.name, self.change = name, change

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        assert spec is not None
        assert spec.loader is not None
        spec.loader = Changing(spec.loader, self.change)
        return spec


class Changing(Loader):
    """A module's own loader, and one thing more when it is done."""

    def __init__(self, loader: Loader, change: Callable[[ModuleType], None]) -> None:
        self.loader, self.change = loader, change

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        self.change(module)


if part := os.environ.get("HPO_TEST_SABOTAGE"):
    sys.meta_path.insert(0, Saboteur(*PARTS[part]))
