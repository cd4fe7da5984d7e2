"""A configuration, one row per parameter: its value, and where that lies in its range."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizers.errors import OptimizerError
from optimizers.space import Parameter, Space
from trials import wording


@dataclass(frozen=True)
class ParameterRow:
    """`at` is the mark's place as CSS per cent, None for choices that have no order. `family` is what `name`
    begins with where one of several models is configured.
    """

    name: str
    text: str
    at: str | None = None
    low: str = ""
    high: str = ""
    others: tuple[str, ...] = ()
    family: str = ""

    @property
    def label(self) -> str:
        """The name without the family, which the row of the model says already."""
        return self.name.removeprefix(self.family)


def parameter_rows(
    space: Space, params: Mapping[str, Any], others: Iterable[Mapping[str, Any]] = ()
) -> tuple[ParameterRow, ...]:
    """Return the rows of a configuration in the space's order; `others` are marked hollow on the same ranges.

    Parameters that the space does not know (a baseline, an earlier space) come last, without a range.
    """
    others = list(others)
    known = [name for name in space.names if name in params]
    unknown = [name for name in params if name not in space.parameters]
    rows = [_row(name, space.parameters[name], params[name], others) for name in known]
    rows += [ParameterRow(name, wording.setting(params[name])) for name in unknown]
    family = f"{params['model']}__" if "model" in params else ""
    return tuple(replace(row, family=family) for row in rows)


def _row(name: str, parameter: Parameter, value: Any, others: list[Mapping[str, Any]]) -> ParameterRow:
    ends = _ends(parameter)
    if ends is None:
        return ParameterRow(name, wording.setting(value))
    places = (_place(parameter, other[name]) for other in others if name in other)
    return ParameterRow(
        name=name,
        text=wording.setting(value),
        at=_place(parameter, value),
        low=wording.setting(ends[0]),
        high=wording.setting(ends[1]),
        others=tuple(sorted({place for place in places if place is not None})),
    )


def _ends(parameter: Parameter) -> tuple[Any, Any] | None:
    if parameter.kind == "categorical":
        return None
    if parameter.kind == "ordinal":
        return parameter.choices[0], parameter.choices[-1]  # type: ignore[attr-defined]
    low, high = parameter.bounds  # type: ignore[attr-defined]
    whole = parameter.type == "integer"
    return (int(low), int(high)) if whole else (float(low), float(high))


def _place(parameter: Parameter, value: Any) -> str | None:
    """The value's place on its range, as the space scales it; None for a value it does not know."""
    try:
        unit = float(parameter.to_unit(np.array([parameter.code(value)]))[0])
    except (OptimizerError, TypeError, ValueError):
        return None
    return f"{100 * min(1.0, max(0.0, unit)):.1f}%"
