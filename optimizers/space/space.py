"""Space: named parameters with their conditions; samples, checks, encodes and enumerates configurations.

Called by optimizers (rows of the unit cube), studies (validation, JSON) and forms (size, number of grid
points). A configuration ("params") is a dict of native values that holds the active parameters only. A row
is its encoding: D floats in [0, 1], NaN where a parameter is inactive.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import ParameterError, SpaceError, did_you_mean
from optimizers.space.counting import all_configurations, grid_of
from optimizers.space.encoding import Encoding
from optimizers.space.enumeration import Edge, Enumeration
from optimizers.space.graph import Graph
from optimizers.space.parameters import Kind, Parameter
from optimizers.space.repair import Feasible
from optimizers.space.rules import Rules
from optimizers.space.serial import check_name, space_from_dict, space_to_dict

Floats = NDArray[np.float64]
Params = dict[str, Any]


@dataclass(frozen=True)
class Dimension:
    """A column of the encoding: `kind` tells how values relate, `cardinality` how many there are (None: ∞).

    kind: continuous; integer (numbers in steps, floats too); ordinal (ordered choices); categorical.
    """

    name: str
    kind: Kind
    cardinality: int | None


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Space:
    """An immutable search space.

    parameters: name to parameter, in the order of pages, columns and rows.
    constraints: comparisons such as "2 * min_samples_leaf <= min_samples_split".
    forbidden: combinations such as {"solver": "lbfgs", "penalty": "l1"}.
    A rule that names an inactive parameter has nothing to say there.
    Raises SpaceError naming the parameter, the value and the remedy.

        space = Space({"C": Float(1e-3, 1e3, log=True, default=1.0)})
        space.sample(np.random.default_rng(0))  # {"C": 15.39…}
    """

    _parameters: dict[str, Parameter]
    _graph: Graph
    _rules: Rules

    def __init__(
        self,
        parameters: Mapping[str, Parameter],
        *,
        constraints: Sequence[Any] = (),
        forbidden: Sequence[Any] = (),
    ) -> None:
        if not isinstance(parameters, Mapping) or not parameters:
            raise SpaceError(f"a space needs at least one parameter, and got {parameters!r}")
        for name, parameter in parameters.items():
            check_name(name)
            if not isinstance(parameter, Parameter):
                raise SpaceError(
                    f"is {parameter!r}; use Float, Integer, Categorical or Boolean",
                    parameter=name,
                    field="type",
                )
        object.__setattr__(self, "_parameters", dict(parameters))
        object.__setattr__(self, "_graph", Graph.of(self._parameters))
        object.__setattr__(self, "_rules", Rules.of(self._parameters, constraints or (), forbidden or ()))
        if self._rules:
            self._check_rules()

    def _check_rules(self) -> None:
        """SpaceError when the default breaks a rule, or when nothing can be found that keeps all of them."""
        default = self.default()
        broken = None if default is None else self._rules.broken(self.codes_of(default))
        if broken is not None:
            named = ", ".join(f"{name} = {(default or {})[name]!r}" for name in broken.columns)
            field = "constraints" if broken in self._rules.constraints else "forbidden"
            raise SpaceError(f"the default {named} breaks {broken.text}; change one of them", field=field)
        if default is None:
            self._feasible.require_some()

    @property
    def constrained(self) -> bool:
        """Whether there are constraints or forbidden combinations."""
        return bool(self._rules)

    @property
    def constraints(self) -> tuple[str, ...]:
        return tuple(constraint.text for constraint in self._rules.constraints)

    @property
    def forbidden(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(MappingProxyType(dict(combination.written)) for combination in self._rules.forbidden)

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return MappingProxyType(self._parameters)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(self._parameters)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Names, parents before children."""
        return tuple(self.names[column] for column in self._graph.order)

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        return tuple(
            Dimension(name, parameter.kind, parameter.cardinality)
            for name, parameter in self._parameters.items()
        )

    def __len__(self) -> int:
        return len(self._parameters)

    @cached_property
    def _columns(self) -> tuple[Parameter, ...]:
        return tuple(self._parameters.values())

    @cached_property
    def _encoding(self) -> Encoding:
        return Encoding(self._columns, self._graph)

    @cached_property
    def _feasible(self) -> Feasible:
        return Feasible(self._encoding, self._rules, self._some_feasible)

    def _some_feasible(self) -> Floats:
        """Codes of a few configurations that keep the rules, found without luck; none where that is hard."""
        default = self.default()
        if default is not None:
            return np.array([self.codes_of(default)])
        points = self.configurations
        if points is None or not points.size:
            return np.empty((0, len(self)))
        return points.at_many(np.unique(np.linspace(0, points.size - 1, 64).astype(np.int64)))

    # Configurations

    def active(self, params: Mapping[str, Any]) -> tuple[str, ...]:
        """Names of the parameters that are active given the values in `params`, parents first.

        Raises ParameterError for a parent's value that is not one of its choices.
        """
        return self._fill(params, defaults=False)[0]

    def _fill(self, given: Mapping[str, Any], *, defaults: bool) -> tuple[tuple[str, ...], Params]:
        """The active names, and their values from `given` or else (when asked for) their defaults."""
        codes = [math.nan] * len(self)
        names: list[str] = []
        params: Params = {}
        for column in self._graph.order:
            if not all(edge.holds(codes[edge.parent]) for edge in self._graph.edges[column]):
                continue
            name = self.names[column]
            names.append(name)
            if name in given:
                params[name] = given[name]
            elif defaults and self._columns[column].has_default:
                params[name] = self._columns[column].default
            if name in params and column in self._graph.parents:
                codes[column] = self._code(name, params[name])
        return tuple(names), params

    def _ordered(self, params: Params) -> Params:
        return {name: params[name] for name in self.names if name in params}

    def validate(self, params: Mapping[str, Any]) -> Params:
        """`params` with native types, in the space's order.

        Raises ParameterError for a value out of range and for unknown, missing and inactive names.
        """
        if not isinstance(params, Mapping):
            raise ParameterError("params", params, "give an object of names and values")
        for name in params:
            if name not in self._parameters:
                raise ParameterError(
                    str(name), params[name], f"no such parameter: {did_you_mean(name, self.names)}"
                )
        plain = {name: self._normalise(name, value) for name, value in params.items()}
        active = self.active(plain)
        for name in active:
            if name not in plain:
                raise ParameterError(name, None, "it is active here and has no value: give one")
        for name in plain:
            if name not in active:
                raise ParameterError(
                    name, plain[name], f"leave it out: it is active only when {self._needs(name)}"
                )
        broken = self._rules.broken(self.codes_of(plain)) if self._rules else None
        if broken is not None:
            name = next(iter(broken.columns))
            raise ParameterError(name, plain[name], f"together with the others it breaks {broken.text}")
        return self._ordered(plain)

    def adapt(self, params: Mapping[str, Any]) -> Params | None:
        """`params` of another version of this space as this one writes them, None when they do not fit.

        New parameters get their default; values out of range, names that are gone or inactive, and what
        breaks a rule do not fit.
        """
        if any(name not in self._parameters for name in params):
            return None
        try:
            plain = {name: self._normalise(name, value) for name, value in params.items()}
        except ParameterError:
            return None
        active, filled = self._fill(plain, defaults=True)
        fits = len(filled) == len(active) and all(name in filled for name in plain)
        if fits and self._rules:
            fits = self._rules.broken(self.codes_of(filled)) is None
        return self._ordered(filled) if fits else None

    def default(self) -> Params | None:
        """The default configuration; None when an active parameter has no default."""
        active, params = self._fill({}, defaults=True)
        return self._ordered(params) if len(params) == len(active) else None

    def key(self, params: Mapping[str, Any]) -> Hashable:
        """What makes a valid configuration itself: equal for equal ones, different for 1, 1.0 and True."""
        return tuple(
            (name, self._parameters[name].key(params[name])) for name in self.names if name in params
        )

    def _normalise(self, name: str, value: Any) -> Any:
        try:
            return self._parameters[name].normalise(value)
        except ParameterError as error:
            raise ParameterError(name, error.value, error.remedy) from None

    def _code(self, name: str, value: Any) -> float:
        try:
            return self._parameters[name].code(value)
        except ParameterError as error:
            raise ParameterError(name, error.value, error.remedy) from None

    def _needs(self, name: str) -> str:
        when = self._parameters[name].when
        return " and ".join(
            f"{parent} is {json.dumps(condition.to_json())}" for parent, condition in when.items()
        )

    # Encoding

    def sample(self, rng: np.random.Generator) -> Params:
        """One configuration, each active parameter drawn from its range or distribution."""
        return self.decode(self._feasible.sample(rng, 1)[0] if self._rules else rng.random(len(self)))

    def sample_many(self, rng: np.random.Generator, n: int) -> Floats:
        """(n, D) rows of random configurations."""
        if self._rules:
            return self._feasible.sample(rng, n)
        return self.snap_many(rng.random((n, len(self))))

    def encode(self, params: Mapping[str, Any]) -> Floats:
        """(D,) row of a valid configuration."""
        return np.asarray(self.encode_many([params])[0])

    def encode_many(self, configurations: Sequence[Mapping[str, Any]]) -> Floats:
        """(n, D) rows of n valid configurations; a parameter counts as active when it is there."""
        rows = np.full((len(configurations), len(self)), np.nan)
        for column, name in enumerate(self.names):
            held = [row for row, params in enumerate(configurations) if name in params]
            if held:
                codes = np.array([self._code(name, configurations[row][name]) for row in held])
                rows[held, column] = self._columns[column].to_unit(codes)
        return rows

    def decode(self, row: Sequence[float] | Floats) -> Params:
        """The configuration of a (D,) row: clipped, snapped to steps, conditions applied parents first.

        An active NaN becomes the default or, without one, the middle; what breaks a rule becomes something
        near that does not.
        """
        return self.decode_many(np.asarray(row, dtype=np.float64)[None, :])[0]

    def decode_many(self, rows: Floats) -> list[Params]:
        """The n configurations of (n, D) rows, as `decode` does."""
        rows = np.asarray(rows, dtype=np.float64)
        codes = self._encoding.codes(self.snap_many(rows) if self._rules else rows)
        return [self.params_of(row) for row in codes.tolist()]

    def snap_many(self, rows: Floats, *, repair: bool = True) -> Floats:
        """(n, D) rows as the encodings of their configurations: `encode(decode(row))` for all at once.

        Without `repair`, what breaks a rule stays so: for rows that are not complete yet.
        """
        snapped = self._encoding.snap(np.asarray(rows, dtype=np.float64))
        return self._feasible.repaired(snapped) if repair and self._rules else snapped

    def feasible_many(self, rows: Floats) -> NDArray[np.bool_]:
        """(n,): which of (n, D) snapped rows keep the constraints and are not forbidden."""
        return self._feasible.mask(rows) if self._rules else np.ones(len(rows), dtype=bool)

    def params_of(self, codes: Sequence[float]) -> Params:
        """The configuration of D codes, NaN where inactive."""
        return {
            name: parameter.value(code)
            for (name, parameter), code in zip(self._parameters.items(), codes, strict=True)
            if not math.isnan(code)
        }

    def codes_of(self, params: Mapping[str, Any]) -> list[float]:
        """D codes of a valid configuration, NaN where inactive: what an Enumeration finds the index of."""
        return [self._code(name, params[name]) if name in params else math.nan for name in self.names]

    # Counting

    @cached_property
    def configurations(self) -> Enumeration | None:
        """All configurations by index; None when there are infinitely many, or too many to check each."""
        return all_configurations(self._columns, self._flat_edges, self._rules)

    @property
    def size(self) -> int | float:
        """Number of distinct configurations; `math.inf` with a continuous parameter, or where too many
        would have to be checked for constraints."""
        return math.inf if self.configurations is None else self.configurations.size

    @cached_property
    def grid_configurations(self) -> Enumeration:
        """The grid's configurations by index; SpaceError naming a float that has neither step nor points,
        for a constrained grid with too many points to check, and for one of which nothing is left.
        """
        return grid_of(self._parameters, self._flat_edges, self._rules)

    @property
    def grid_size(self) -> int:
        """Number of grid points, counted without listing them; SpaceError as for `grid_configurations`."""
        return self.grid_configurations.size

    def grid(self) -> Iterator[Params]:
        """Every grid point once, the first parameter varying slowest."""
        points = self.grid_configurations
        return (self.params_of(points.at(index)) for index in range(points.size))

    @cached_property
    def _flat_edges(self) -> list[Edge]:
        return [edge for edges in self._graph.edges for edge in edges]

    # JSON

    def to_dict(self) -> dict[str, Any]:
        """As JSON; `from_dict` gives an equal space back."""
        return space_to_dict(self._parameters, self._rules)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Space:
        """From JSON; SpaceError naming the parameter and the field for anything that is not understood."""
        return cls(**space_from_dict(data))

    def _canonical(self) -> str:
        return json.dumps(self.to_dict())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Space) and self._canonical() == other._canonical()

    def __hash__(self) -> int:
        return hash(self._canonical())

    def __repr__(self) -> str:
        rules = f", constraints={list(self.constraints)!r}" if self.constraints else ""
        rules += f", forbidden={[dict(entry) for entry in self.forbidden]!r}" if self.forbidden else ""
        return f"Space({self._parameters!r}{rules})"
