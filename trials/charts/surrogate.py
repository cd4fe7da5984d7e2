"""The stored views of the surrogate, as the charts of the mind and of the parameters read them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from optimizers.space import Space
from trials.models import Study
from trials.wording import Shown, count

from .base import Control
from .chosen import Dot
from .lanes import Laned

#: Half standard deviations from −2 to 2, as stored.
BANDS = 9


def nothing_yet(several: bool) -> str:
    """Why no view is stored, of a study with `several` objectives or one."""
    if several:
        return "The surrogate is fitted to studies of one objective; this one has several."
    return "A worker fits the surrogate once ten trials are complete."


def moments(study: Study) -> list[int]:
    """The numbers of the trials before which the surrogate was kept, the present last."""
    return list(study.surrogate_views.order_by("before").values_list("before", flat=True))


def before_control(study: Study) -> Control:
    """Which moment to show; the present unless asked."""
    options = tuple((str(before), f"before trial {before:,}") for before in moments(study))
    return Control("before", "Moment", options, options[-1][0] if options else "")


def view_of(study: Study, before: str) -> Mapping[str, Any]:
    """What was believed at a moment, values as people see them; empty where nothing is stored."""
    found = study.surrogate_views.filter(before=int(before)) if before.isdigit() else study.surrogate_views
    data = found.order_by("-before").values_list("data", flat=True).first() or {}
    return turned(data) if data and Shown(study.metric, study.maximize).negated else data


def turned(view: Mapping[str, Any]) -> dict[str, Any]:
    """A view with the sign of its values turned: scikit-learn's "neg_…" scores are shown as errors."""
    left = view["left_out"]
    return {
        **view,
        "best": _negative(view["best"]),
        "curves": [{**curve, "bands": _negative(curve["bands"])[::-1]} for curve in view["curves"]],
        "surfaces": [{**each, "mean": _negative(each["mean"])} for each in view["surfaces"]],
        "dependence": [_swapped(each) for each in view.get("dependence", ())],
        "candidates": [{**each, "mean": _negative(each["mean"])} for each in view["candidates"]],
        "left_out": _swapped(left) | {"actual": _negative(left["actual"])},
    }


def _negative(values: Any) -> Any:
    if isinstance(values, list):
        return [_negative(value) for value in values]
    return None if values is None else -values


def _swapped(found: Mapping[str, Any]) -> dict[str, Any]:
    low, high = _negative(found["high"]), _negative(found["low"])
    return {**found, "mean": _negative(found["mean"]), "low": low, "high": high}


def surface_for(view: Mapping[str, Any], x: str, y: str) -> Mapping[str, Any] | None:
    """The stored surface over two parameters, turned where it is stored the other way round."""
    surfaces: Sequence[Mapping[str, Any]] = view.get("surfaces", ())
    for surface in surfaces:
        if surface["names"] == [x, y]:
            return surface
        if surface["names"] == [y, x]:
            meshes = {key: _transposed(surface[key]) for key in ("mean", "deviation", "improvement")}
            return {**surface, "names": [x, y], "x": surface["y"], "y": surface["x"], **meshes}
    return None


def _transposed(mesh: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*mesh, strict=True)]


def distances(space: Space, at: Mapping[str, Any], dots: Sequence[Dot], free: Sequence[str]) -> list[float]:
    """How far each trial lies from a configuration, parameters in `free` aside: 0 to 1 for each other one."""
    names = [name for name in space.names if name not in free]
    if not names or not dots:
        return [0.0] * len(dots)
    columns = [space.names.index(name) for name in names]
    fitting = [space.adapt(dot.params) for dot in dots]
    here = space.encode(space.adapt(at) or at)[columns]
    found = []
    for params in fitting:
        if params is None:
            found.append(1.0)
            continue
        gaps = np.abs(space.encode(params)[columns] - here)
        missing = np.isnan(here) & np.isnan(space.encode(params)[columns])
        found.append(float(np.sqrt(np.mean(np.where(missing, 0.0, np.nan_to_num(gaps, nan=1.0)) ** 2))))
    return found


def widened(
    axis: Laned, units: Sequence[float], *series: Sequence[Any]
) -> tuple[list[float], list[list[Any]]]:
    """A line over choices as steps: between two choices there is nothing."""
    choices = len(axis.axis.choices)
    if not choices:
        return list(units), [list(each) for each in series]
    half = 0.42 / choices
    places = [unit + side for unit in units for side in (-half, half)]
    return places, [[value for value in each for _ in range(2)] for each in series]


def known_words(known: int) -> str:
    return f"It knows {count(known, 'result')}."
