"""Distributions: any frozen one of scipy.stats, kept by name and arguments. Used by numeric parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import SpaceError, did_you_mean
from optimizers.space.values import finite_number

Floats = NDArray[np.float64]

Argument = int | float | tuple[int | float, ...]

TAIL = 0.001
"""Share of the distribution cut off at each end when no bound is given there."""


@dataclass(frozen=True)
class Distribution:
    """A scipy.stats distribution in scipy's own meaning, such as expon with scale=100."""

    name: str
    args: tuple[tuple[str, Argument], ...]

    @classmethod
    def of(cls, given: Any, field: str) -> Distribution:
        """From `{"name": …, "args": {…}}`, a frozen scipy.stats object or a Distribution; else SpaceError."""
        if isinstance(given, Distribution):
            return given
        if isinstance(given, Mapping):
            return cls._from_json(given, field)
        family = getattr(given, "dist", None)
        if family is not None and hasattr(given, "kwds"):
            return cls._from_arguments(getattr(family, "name", None), given.args, given.kwds, field)
        raise SpaceError(
            f"{field} is {given!r}; give a frozen scipy.stats distribution such as expon(scale=100), "
            'or {"name": "expon", "args": {"scale": 100}}',
            field=field,
        )

    @classmethod
    def _from_json(cls, given: Mapping[str, Any], field: str) -> Distribution:
        if not {"name"} <= set(given) <= {"name", "args"}:
            raise SpaceError(
                f'{field} {dict(given)!r} needs "name" and may have "args", nothing else', field=field
            )
        args = given.get("args", {})
        if isinstance(args, Mapping):
            return cls._from_arguments(given["name"], (), args, field)
        if isinstance(args, list | tuple):
            return cls._from_arguments(given["name"], args, {}, field)
        raise SpaceError(f'{field} args are {args!r}; write {{"scale": 100}}', field=field)

    @classmethod
    def _from_arguments(
        cls, name: Any, positional: Any, keywords: Mapping[str, Any], field: str
    ) -> Distribution:
        shapes, known = _arguments(_family(name, field))
        if len(positional) > len(known):
            raise SpaceError(
                f"{field} {name} takes at most {len(known)} arguments: {', '.join(known)}", field=field
            )
        named = dict(zip(known, positional, strict=False)) | {
            str(key): value for key, value in keywords.items()
        }
        for key in named:
            if key not in known:
                raise SpaceError(
                    f'{field} {name} has no argument "{key}"; it takes {", ".join(known)}', field=field
                )
        missing = [key for key in shapes if key not in named]
        if missing:
            raise SpaceError(f"{field} {name} also needs {', '.join(missing)}", field=field)
        args = tuple(
            (key, _argument(named[key], f"{field} {name} {key}", field)) for key in known if key in named
        )
        distribution = cls(str(name), args)
        if not distribution._exists():
            raise SpaceError(
                f"{field} {name} does not exist for {dict(args)!r}; scipy.stats.{name} tells what it accepts",
                field=field,
            )
        return distribution

    def _exists(self) -> bool:
        """Whether scipy accepts the arguments: it answers NaN, or fails, for others."""
        try:
            with np.errstate(all="ignore"):
                return math.isfinite(self.quantile(0.5))
        except (TypeError, ValueError, IndexError):
            return False

    def to_dict(self) -> dict[str, Any]:
        args = {key: list(value) if isinstance(value, tuple) else value for key, value in self.args}
        return {"name": self.name, "args": args}

    @cached_property
    def _frozen(self) -> Any:
        return _family(self.name, "distribution")(**dict(self.args))

    @property
    def discrete(self) -> bool:
        """Whether all probability sits on `loc + whole numbers`."""
        return hasattr(self._frozen, "pmf")

    @property
    def loc(self) -> float:
        return float(self._frozen.kwds.get("loc", 0))

    def support(self) -> tuple[float, float]:
        """Least and greatest possible value, ±inf where there is none; both included."""
        low, high = self._frozen.support()
        return float(low), float(high)

    def quantile(self, share: float) -> float:
        return float(self._frozen.ppf(share))

    def cdf(self, numbers: Floats) -> Floats:
        return np.asarray(self._frozen.cdf(self._possible(numbers)), dtype=np.float64)

    def ppf(self, shares: Floats) -> Floats:
        return np.asarray(self._frozen.ppf(shares), dtype=np.float64)

    def sf(self, numbers: Floats) -> Floats:
        return np.asarray(self._frozen.sf(self._possible(numbers)), dtype=np.float64)

    def isf(self, shares: Floats) -> Floats:
        return np.asarray(self._frozen.isf(shares), dtype=np.float64)

    def _possible(self, numbers: Floats) -> Floats:
        # Between whole numbers some discrete families answer NaN, though nothing happens there.
        return np.floor(numbers - self.loc) + self.loc if self.discrete else numbers


def _family(name: Any, field: str) -> Any:
    # Imported here: scipy.stats takes longer to load than all the rest, and most spaces do without.
    from scipy import stats

    family = getattr(stats, name, None) if isinstance(name, str) else None
    if isinstance(family, stats.rv_continuous | stats.rv_discrete):
        return family
    known = [
        key
        for key, member in vars(stats).items()
        if isinstance(member, stats.rv_continuous | stats.rv_discrete)
    ]
    hint = (
        did_you_mean(name, known) if len(did_you_mean(name, known)) < 100 else "see scipy.stats for the names"
    )
    raise SpaceError(f"{field}: {name!r} is not a distribution of scipy.stats; {hint}", field=field)


def _argument(value: Any, what: str, field: str) -> Argument:
    """A number, or the list of numbers that a few families take."""
    if isinstance(value, list | tuple | np.ndarray) and np.ndim(value) == 1:
        return tuple(finite_number(number, what, field) for number in value)
    return finite_number(value, what, field)


def _arguments(family: Any) -> tuple[list[str], list[str]]:
    """Names of the shape arguments, all required, and of every argument in scipy's order."""
    shapes = family.shapes.replace(" ", "").split(",") if family.shapes else []
    return shapes, shapes + (["loc", "scale"] if hasattr(family, "pdf") else ["loc"])
