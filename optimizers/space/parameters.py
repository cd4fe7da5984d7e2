"""Parameters without numbers, and what every parameter has in common. Numeric ones are in `numeric`."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import ParameterError, SpaceError
from optimizers.space.conditions import When
from optimizers.space.levels import Lattice, Levels
from optimizers.space.values import Identity, Scalar, identity, native, scalar

Floats = NDArray[np.float64]
Kind = Literal["continuous", "integer", "ordinal", "categorical"]


_MOST_WEIGHT = 1e9
UNSET: Any = object()
"""Stands for "no default given" where None may itself be a choice."""


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Parameter(ABC):
    """One parameter of a space; immutable; its name is held by the Space.

    Inside, a value travels as its *code* (a float): the number itself, or the position among the choices.
    `to_unit` and `from_unit` map codes to the unit interval and back, on arrays of any length.
    default: None when there is none, but also where None is a choice: `has_default` tells.
    levels: every possible value, or None for a continuous parameter.
    """

    type: ClassVar[str]
    default: Any
    when: When
    has_default: bool = field(init=False)
    levels: Levels | None = field(init=False)

    @property
    @abstractmethod
    def kind(self) -> Kind:
        """continuous; integer (numbers with a step, floats too); ordinal (ordered choices); categorical."""

    @property
    @abstractmethod
    def grid_levels(self) -> Levels:
        """The values of a grid; SpaceError for a continuous parameter without `points`."""

    @abstractmethod
    def normalise(self, value: Any) -> Any:
        """`value` as its native type; ParameterError (with an empty name) for one it cannot have."""

    @abstractmethod
    def code(self, value: Any) -> float:
        """Code of a valid value; ParameterError (with an empty name) for an unknown choice."""

    @abstractmethod
    def value(self, code: float) -> Any:
        """The native value of a code made by `from_unit`, `code` or one of the levels."""

    @abstractmethod
    def key(self, value: Any) -> Hashable:
        """What makes a valid value itself: equal for equal values only."""

    @abstractmethod
    def to_unit(self, codes: Floats) -> Floats:
        """Units in [0, 1] of codes: the middle of the share that the value has of the interval."""

    @abstractmethod
    def from_unit(self, units: Floats) -> Floats:
        """Codes at units; clips to [0, 1] and snaps to the values there are."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """As JSON, without the name."""

    def prior_cells(self) -> tuple[Floats, Floats] | None:
        """(k + 1,) units from 0 to 1 and the prior's probability (k,) between them; None without a prior."""
        return None

    @property
    def cardinality(self) -> int | None:
        """Number of possible values, None when continuous."""
        return None if self.levels is None else self.levels.count

    @cached_property
    def default_unit(self) -> float:
        """Unit of the default, or of the middle when there is none."""
        codes = np.array([self.code(self.default)]) if self.has_default else self.from_unit(np.array([0.5]))
        return float(self.to_unit(codes)[0])

    def _set_default(self, default: Any) -> None:
        given = default is not UNSET
        if given:
            try:
                default = self.normalise(default)
            except ParameterError as error:
                raise SpaceError(
                    f"default {error.value!r} is refused; {error.remedy}", field="default"
                ) from None
        object.__setattr__(self, "default", default if given else None)
        object.__setattr__(self, "has_default", given)

    def _tail_dict(self) -> dict[str, Any]:
        tail: dict[str, Any] = {"default": self.default} if self.has_default else {}
        return tail | ({"when": self.when.to_json()} if self.when else {})

    def _canonical(self) -> str:
        # As text, because 1 == 1.0 == True in Python and they are different choices.
        return json.dumps(self.to_dict(), sort_keys=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parameter) and self._canonical() == other._canonical()

    def __hash__(self) -> int:
        return hash(self._canonical())

    def __repr__(self) -> str:
        given = (f"{key}={value!r}" for key, value in self.to_dict().items() if key != "type")
        return f"{type(self).__name__}({', '.join(given)})"


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Categorical(Parameter):
    """One of several JSON scalars, told apart by type: 1, 1.0, True and "1" differ.

    ordered: neighbouring choices are alike.  default: None means "no default" unless None is itself a choice.
    prior: a belief, one weight for each choice, 3 against 1 being three times as likely to be good.
    """

    type: ClassVar[str] = "categorical"
    choices: tuple[Scalar, ...]
    ordered: bool
    prior: tuple[float, ...] | None
    levels: Lattice = field(init=False)

    def __init__(
        self,
        choices: Iterable[Scalar],
        *,
        ordered: bool = False,
        default: Any = UNSET,
        when: Mapping[str, Any] | None = None,
        prior: Iterable[float] | None = None,
    ) -> None:
        object.__setattr__(self, "choices", _parse_choices(choices))
        object.__setattr__(self, "prior", None if prior is None else _parse_weights(prior, self.choices))
        if not isinstance(ordered, bool):
            raise SpaceError(f"ordered is {ordered!r}; give true or false", field="ordered")
        object.__setattr__(self, "ordered", ordered)
        object.__setattr__(self, "levels", Lattice.between(0.0, len(self.choices) - 1.0, 1.0))
        object.__setattr__(self, "when", When(when))
        unset = default is None and identity(None) not in self._positions
        self._set_default(UNSET if unset else default)

    @property
    def kind(self) -> Kind:
        return "ordinal" if self.ordered else "categorical"

    @property
    def grid_levels(self) -> Levels:
        return self.levels

    @cached_property
    def _positions(self) -> dict[Identity, int]:
        return {identity(choice): position for position, choice in enumerate(self.choices)}

    def key(self, value: Any) -> Hashable:
        return identity(native(value))

    def normalise(self, value: Any) -> Any:
        return self.choices[int(self.code(value))]

    def code(self, value: Any) -> float:
        plain = native(value)
        try:
            return float(self._positions[identity(plain)])
        except (KeyError, TypeError):
            raise ParameterError("", plain, f"choose one of {_shown(self.choices)}") from None

    def value(self, code: float) -> Any:
        return self.choices[int(code)]

    def to_unit(self, codes: Floats) -> Floats:
        return (codes + 0.5) / len(self.choices)

    def from_unit(self, units: Floats) -> Floats:
        return np.clip(np.floor(units * len(self.choices)), 0, len(self.choices) - 1)

    def prior_cells(self) -> tuple[Floats, Floats] | None:
        if self.prior is None:
            return None
        return np.linspace(0.0, 1.0, len(self.choices) + 1), np.array(self.prior, dtype=float)

    def to_dict(self) -> dict[str, Any]:
        return {"type": self.type, "choices": list(self.choices), "ordered": self.ordered} | self._tail_dict()

    def _tail_dict(self) -> dict[str, Any]:
        return super()._tail_dict() | ({} if self.prior is None else {"prior": list(self.prior)})


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Boolean(Categorical):
    """False or True; a prior weighs them in this order."""

    type: ClassVar[str] = "boolean"

    def __init__(
        self,
        default: bool | None = None,
        when: Mapping[str, Any] | None = None,
        prior: Iterable[float] | None = None,
    ) -> None:
        super().__init__((False, True), default=default, when=when, prior=prior)

    def to_dict(self) -> dict[str, Any]:
        return {"type": self.type} | self._tail_dict()


def _parse_choices(given: Any) -> tuple[Scalar, ...]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise SpaceError(f"choices are {given!r}; give a list", field="choices")
    choices = tuple(scalar(choice, "choices", "choices") for choice in given)
    if not choices:
        raise SpaceError("choices are empty; list at least one", field="choices")
    seen: set[Identity] = set()
    for choice in choices:
        if identity(choice) in seen:
            raise SpaceError(f"choices list {choice!r} twice; list each once", field="choices")
        seen.add(identity(choice))
    return choices


def _parse_weights(given: Any, choices: tuple[Scalar, ...]) -> tuple[float, ...]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise SpaceError(f"prior is {given!r}; give a list of weights, one for each choice", field="prior")
    weights = tuple(native(weight) for weight in given)
    for weight in weights:
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not number or not 0.0 <= weight <= _MOST_WEIGHT:
            raise SpaceError(
                f"prior has the weight {weight!r}; give numbers from 0 to {_MOST_WEIGHT:g}", field="prior"
            )
    if len(weights) != len(choices):
        words = f"prior has {len(weights)} weights for {len(choices)} choices"
        raise SpaceError(f"{words}; give one for each", field="prior")
    if not sum(weights) > 0.0:
        raise SpaceError("prior has only zeros; give a good choice a weight above 0", field="prior")
    return tuple(int(weight) if weight == int(weight) else float(weight) for weight in weights)


def _shown(choices: tuple[Scalar, ...]) -> str:
    listed = ", ".join(json.dumps(choice, ensure_ascii=False) for choice in choices[:10])
    return listed if len(choices) <= 10 else f"{listed} … ({len(choices)} choices)"
