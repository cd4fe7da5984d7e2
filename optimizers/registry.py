"""Registry: finds the optimizers in `optimizers/algorithms`, one per file, and makes them by name."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from optimizers import algorithms
from optimizers.base import Optimizer, Result
from optimizers.errors import OptimizerError, OptionError, UnknownOptimizer, did_you_mean
from optimizers.options import build_options
from optimizers.space import Space


def available() -> tuple[str, ...]:
    """Names of all optimizers, sorted; files of that name, without those with a leading _."""
    found = pkgutil.iter_modules(algorithms.__path__)
    return tuple(sorted(module.name for module in found if not module.name.startswith("_")))


def get(name: str) -> type[Optimizer]:
    """The class of an optimizer; UnknownOptimizer when there is none of that name."""
    module = sys.modules.get(f"{algorithms.__name__}.{name}")
    if module is None:
        if name not in available():
            raise UnknownOptimizer(f"there is no optimizer {name!r}; {did_you_mean(name, available())}")
        module = importlib.import_module(f"{algorithms.__name__}.{name}")
    for member in vars(module).values():
        if isinstance(member, type) and issubclass(member, Optimizer) and vars(member).get("name") == name:
            return member
    raise OptimizerError(f'{module.__name__} has no Optimizer with name = "{name}"; name it after its file')


def create(
    name: str,
    space: Space,
    *,
    seed: int,
    budget: float | None = None,
    parallelism: int = 1,
    objectives: int = 1,
    min_fidelity: float | None = None,
    max_fidelity: float | None = None,
    history: Iterable[Result] = (),
    narrow: bool = False,
    **options: Any,
) -> Optimizer:
    """An optimizer by name; further keywords are its own options.

    `narrow`: whether the space is narrowed half-way by what was learned (see `NarrowedSearch`).
    Raises UnknownOptimizer, or OptionError naming the hint or option at fault.
    """
    optimizer = get(name)
    if not isinstance(narrow, bool):
        raise OptionError(f"{name} narrow is {narrow!r}; give true or false", option="narrow")
    return _maker(optimizer, narrow)(
        space,
        seed=seed,
        budget=budget,
        parallelism=parallelism,
        objectives=objectives,
        min_fidelity=min_fidelity,
        max_fidelity=max_fidelity,
        history=history,
        options=build_options(name, optimizer.Options, options),
    )


def _maker(optimizer: type[Optimizer], narrow: bool) -> Callable[..., Optimizer]:
    if not narrow:
        return optimizer
    # Imports SciPy, which would double the memory of every process that merely knows a space.
    from optimizers.narrowed_search import NarrowedSearch

    return partial(NarrowedSearch, optimizer)
