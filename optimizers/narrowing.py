"""A smaller space from what was learned: ranges shrunk to where the good results are, the idle held.

Called to suggest a space to people, and by `narrowed_search`. A range shrinks only where all of the best
results lie in a part of it that leaves out enough others: by chance they would hardly lie there. What does
not matter, by fANOVA, is held at the best value. The smaller space always lies within the old one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from optimizers.base import Result
from optimizers.importance import importance
from optimizers.smaller_space import rebuilt, with_choices, with_ends
from optimizers.space import Space
from optimizers.space.numeric import Numeric
from optimizers.space.parameters import Categorical, Parameter
from optimizers.transfer import transferred

Array = NDArray[np.float64]

#: Fewer results teach too little, and so do few for many parameters.
FEWEST_RESULTS, FEWEST_FOR_EACH = 25, 4
_TOP_SHARE, _FEWEST_TOP = 0.15, 8
# A range must shrink to this share or less; a part must be left out with this confidence.
_LARGEST_PART, _CONFIDENCE = 0.75, 0.99
# What is held explains less than this at the upper end of its interval, by a forest that fits so well.
_IDLE_SHARE, _IDLE_AT_BEST = 0.02, 0.05
_FEWEST_R2, _FEWEST_R2_AT_BEST = 0.5, 0.3


@dataclass(frozen=True)
class Change:
    """What becomes of one parameter.

    kind: "hold" at one value, "shrink" to part of the range or to fewer choices, or "drop", as its condition
    can no longer hold.  low, high: the new ends of a range, or None.  choices: those left, or None.
    part: (from, to) of the old range, in units of its scale.  confidence: 0 to 1.  reason: in words.
    """

    name: str
    kind: Literal["hold", "shrink", "drop"]
    reason: str
    confidence: float
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] | None = None
    part: tuple[float, float] | None = None


@dataclass(frozen=True)
class Narrowing:
    """A smaller space and how it came about; `inside` of `n` results lie in it, whatever is held."""

    space: Space
    changes: tuple[Change, ...]
    inside: int
    n: int

    @property
    def held(self) -> frozenset[str]:
        """The parameters that hardly matter and have a single value from now on."""
        return frozenset(change.name for change in self.changes if change.kind == "hold")


def narrowed(
    space: Space, results: Sequence[Result], *, seed: int = 0, hold: bool = True
) -> Narrowing | None:
    """The smaller space that `results` (minimised) suggest, None where they say too little.

    `hold`: whether to hold what does not matter at one value; without it ranges shrink only. Failed and
    pruned results, those outside the space and those that break a limit are left out. Pure.
    """
    usable = [
        (result, params)
        for result in results
        if result.value is not None and math.isfinite(result.value) and not result.pruned
        and all(limit <= 0.0 for limit in result.constraints)
        and (params := space.adapt(result.params)) is not None
    ]  # fmt: skip
    if len(usable) < max(FEWEST_RESULTS, FEWEST_FOR_EACH * len(space)):
        return None
    usable.sort(key=lambda each: (each[0].value, each[0].number))
    values = np.array([result.value for result, _ in usable], dtype=float)
    if not np.ptp(values):
        return None
    rows = space.encode_many([params for _, params in usable])
    best = usable[0][1]
    idle = _idle(space, [result for result, _ in usable], seed) if hold else {}
    top = max(_FEWEST_TOP, round(_TOP_SHARE * len(values)))
    entries = {entry["name"]: entry for entry in space.to_dict()["parameters"]}
    changes: list[Change] = []
    for column, (name, parameter) in enumerate(space.parameters.items()):
        change = _shrunk(name, parameter, rows[:, column], top) or _held(name, parameter, best, idle)
        if change is None:
            continue
        entry = _entry(entries[name], change, best.get(name))
        if rebuilt(space, {**entries, name: entry}) is not None:
            entries[name] = entry
            changes.append(change)
    smaller = rebuilt(space, entries)
    if not changes or smaller is None:
        return None
    changes += [
        Change(name, "drop", "its condition can no longer hold", 1.0)
        for name in space.names
        if name not in smaller.parameters
    ]
    narrowing = Narrowing(smaller, tuple(changes), 0, len(usable))
    fits = (transferred(smaller, params, narrowing.held) is not None for _, params in usable)
    return replace(narrowing, inside=sum(fits))


def _idle(space: Space, ranked: Sequence[Result], seed: int) -> dict[str, tuple[float, float]]:
    """What each parameter that does not matter explains at most, and how well a forest fits.

    It moves the value neither over all results nor over the better half of them, where what is small beside a
    great effect may still decide; and nothing depends on it. `ranked`: the best first.
    """
    parents = {name for parameter in space.parameters.values() for name in parameter.when}
    over_all = importance(space, ranked, seed=seed)
    at_best = importance(space, ranked[: len(ranked) // 2], seed=seed)
    if over_all.r2 < _FEWEST_R2 or at_best.r2 < _FEWEST_R2_AT_BEST:
        return {}
    columns = zip(over_all.names, over_all.high, at_best.high, strict=True)
    return {
        name: (max(everywhere, there), over_all.r2)
        for name, everywhere, there in columns
        if everywhere < _IDLE_SHARE and there < _IDLE_AT_BEST and name not in parents
    }


def _held(
    name: str, parameter: Parameter, best: Mapping[str, Any], idle: Mapping[str, tuple[float, float]]
) -> Change | None:
    """The parameter held at the best value where it does not matter."""
    if name not in idle or name not in best or parameter.cardinality == 1:
        return None
    most, fit = idle[name]
    reason = f"it explains at most {max(100.0 * most, 0.1):.1f} % of the variation: held at the best value"
    unit = float(parameter.to_unit(np.array([parameter.code(best[name])]))[0])
    return Change(name, "hold", reason, fit, choices=(best[name],), part=(unit, unit))


def _shrunk(name: str, parameter: Parameter, units: Array, top: int) -> Change | None:
    """The part in which all of the best lie, if that is no chance; `units` from the best result on."""
    active = ~np.isnan(units)
    good = units[:top][active[:top]]
    if len(good) < _FEWEST_TOP // 2 or parameter.cardinality == 1:
        return None
    everything = units[active]
    if isinstance(parameter, Categorical) and not parameter.ordered:
        return _fewer_choices(name, parameter, good, everything)
    # The ends of what `good` were drawn from lie a little beyond them.
    beyond = 2.0 * float(np.ptp(good)) / (len(good) - 1) + 0.02
    low, high = max(0.0, float(good.min()) - beyond), min(1.0, float(good.max()) + beyond)
    chance = float(np.mean((everything >= low) & (everything <= high))) ** len(good)
    if high - low > _LARGEST_PART or 1.0 - chance < _CONFIDENCE:
        return None
    reason = f"the best {len(good)} of {len(everything)} results lie there"
    if isinstance(parameter, Categorical):
        ends = np.floor(np.array([low, high]) * len(parameter.choices)).astype(int)
        kept = parameter.choices[ends[0] : min(int(ends[1]), len(parameter.choices) - 1) + 1]
        if len(kept) == len(parameter.choices):
            return None
        return Change(name, "shrink", reason, 1.0 - chance, choices=kept, part=(low, high))
    assert isinstance(parameter, Numeric)
    first, last = _ends(parameter, low, high)
    if not first < last or (first, last) == parameter.bounds:
        return None
    part = parameter.to_unit(np.array([first, last], dtype=float))
    return Change(
        name, "shrink", reason, 1.0 - chance, low=first, high=last, part=(float(part[0]), float(part[1]))
    )


def _fewer_choices(name: str, parameter: Categorical, good: Array, everything: Array) -> Change | None:
    """Without the choices that none of the best have although many others do."""
    count = len(parameter.choices)
    codes, best = (np.minimum((units * count).astype(int), count - 1) for units in (everything, good))
    doubt = {}
    for code in range(count):
        share = float(np.mean(codes == code))
        if share > 0.0 and code not in best and (chance := (1.0 - share) ** len(best)) <= 1.0 - _CONFIDENCE:
            doubt[code] = chance
    if not doubt:
        return None
    kept = tuple(choice for code, choice in enumerate(parameter.choices) if code not in doubt)
    gone = ", ".join(str(parameter.choices[code]) for code in doubt)
    reason = f"none of the best {len(best)} of {len(codes)} results has {gone}"
    return Change(name, "shrink", reason, 1.0 - max(doubt.values()), choices=kept)


def _ends(parameter: Numeric, low: float, high: float) -> tuple[float, float]:
    """The ends of a part of the range as tidy numbers, rounded outwards and never beyond the old ones."""
    first, last = (float(code) for code in parameter.from_unit(np.array([low, high])))
    if parameter.levels is None:
        least, most = parameter.bounds
        size = 10.0 ** (math.floor(math.log10(most - least)) - 2)
        if parameter.log:
            first, last = _tidy(first, math.floor), _tidy(last, math.ceil)
        else:
            first, last = math.floor(first / size) * size, math.ceil(last / size) * size
        first, last = float(f"{first:.12g}"), float(f"{last:.12g}")
    least, most = parameter.bounds
    return parameter.value(max(first, least)), parameter.value(min(last, most))


def _tidy(number: float, rounded: Any) -> float:
    size = 10.0 ** (math.floor(math.log10(abs(number))) - 1) if number else 1.0
    return float(rounded(number / size) * size)


def _entry(entry: Mapping[str, Any], change: Change, best: Any) -> dict[str, Any]:
    """The parameter's JSON with the change; a default outside gives way to the best value."""
    if change.choices is not None:
        return with_choices(entry, change.choices, best)
    assert change.low is not None
    assert change.high is not None
    return with_ends(entry, change.low, change.high, best)
