"""Finds the rules in `optimizers/early_stopping/rules`, one per file, and makes them by name."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from optimizers.early_stopping import rules
from optimizers.early_stopping.base import Horizon, Rule
from optimizers.errors import OptimizerError, OptionError, did_you_mean
from optimizers.options import build_options


def available() -> tuple[str, ...]:
    """Names of all rules, sorted."""
    found = pkgutil.iter_modules(rules.__path__)
    return tuple(sorted(module.name for module in found if not module.name.startswith("_")))


def get(name: str) -> type[Rule]:
    """The class of a rule; OptionError (option "name") when there is none of that name."""
    if name not in available():
        raise OptionError(
            f"there is no stopping rule {name!r}; {did_you_mean(str(name), available())}", option="name"
        )
    module = importlib.import_module(f"{rules.__name__}.{name}")
    for member in vars(module).values():
        if isinstance(member, type) and issubclass(member, Rule) and vars(member).get("name") == name:
            return member
    raise OptimizerError(f'{module.__name__} has no Rule with name = "{name}"; name it after its file')


def create(name: str, horizon: Horizon, **options: Any) -> Rule:
    """A rule by name; further keywords are its own options.

    Raises OptionError naming the option at fault ("name" for an unknown rule, or one that does not understand
    such reports).
    """
    rule = get(name)
    if horizon.kind not in rule.fits:
        able = [other for other in available() if horizon.kind in get(other).fits]
        raise OptionError(
            f"{name} is for {rule.fits[0]}, and this study reports {horizon.kind}; "
            f"choose one of {', '.join(able)}",
            option="name",
        )
    return rule(horizon, build_options(name, rule.Options, options))
