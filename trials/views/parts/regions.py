"""Where in the space trials fail, when that is obvious: with the same choices, or beyond a bound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trials import wording

#: Fewer failures show nothing.
FEWEST = 3
#: Share of the trials that worked which may have the same, for it still to be obvious.
SHARED = 0.1

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Region:
    """`conditions` such as "solver = lbfgs"; `sentence` says how telling they are."""

    conditions: tuple[str, ...]
    sentence: str


def region_of(failed: Sequence[Params], worked: Sequence[Params]) -> Region | None:
    """Return what all failed configurations have in common and hardly any that worked; None: not obvious."""
    if len(failed) < FEWEST or not worked:
        return None
    return _choices(failed, worked) or _bound(failed, worked)


def _choices(failed: Sequence[Params], worked: Sequence[Params]) -> Region | None:
    """The fewest equal choices that set the failures apart, the most telling one first."""
    common = {
        name: each
        for name, each in failed[0].items()
        if not isinstance(each, float) and all(_same(params.get(name), each) for params in failed)
    }
    left: Sequence[Params] = worked
    chosen: list[str] = []
    while common and left:
        name = min(common, key=lambda name: sum(_same(params.get(name), common[name]) for params in left))
        fewer = [params for params in left if _same(params.get(name), common[name])]
        if len(fewer) == len(left):
            break
        chosen.append(f"{name} = {wording.setting(common.pop(name))}")
        left = fewer
    return _told(chosen, len(failed), len(left), len(worked))


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _bound(failed: Sequence[Params], worked: Sequence[Params]) -> Region | None:
    """The one number beyond which trials fail."""
    best: tuple[int, str] | None = None
    for name in failed[0]:
        values = [params.get(name) for params in failed]
        others = [params[name] for params in worked if _number(params.get(name))]
        if not all(map(_number, values)) or not others:
            continue
        low, high = min(values), max(values)  # type: ignore[type-var]
        above, below = sum(other >= low for other in others), sum(other <= high for other in others)
        for count, words in ((above, f"{name} ≥ {_short(low)}"), (below, f"{name} ≤ {_short(high)}")):
            if count < len(others) and (best is None or count < best[0]):
                best = (count, words)
    return None if best is None else _told([best[1]], len(failed), best[0], len(worked))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value: Any) -> str:
    return wording.significant(float(value), 3) if isinstance(value, float) else wording.setting(value)


def _told(conditions: Sequence[str], failed: int, shared: int, worked: int) -> Region | None:
    if not conditions or shared > SHARED * worked:
        return None
    so_do = "none" if not shared else f"only {shared:,}"
    sentence = f"True of all {failed:,}, and of {so_do} of the {wording.count(worked, 'trial')} that worked."
    return Region(tuple(conditions), sentence)
