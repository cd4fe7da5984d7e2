"""A parameter along an axis of a Plotly chart, with a lane of its own for trials in which it is inactive.

Called by the figure steps of charts over parameters. Places are units from 0 to 1 as the space scales them;
the lane lies outside, so that inactive is never taken for an end of the range.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizers.space import Space
from trials.listing import MODEL, own_name
from trials.wording import model_title, setting

from .chosen import Dot
from .parallel_axis import Axis, axis_of
from .scale import log_ticks
from .template import colour, label, plain, shortened

#: Where the lane lies, and how far dots spread in it and within a choice.
LANE, HALF = -0.12, 0.045
_TICKS = 5


@dataclass(frozen=True)
class Laned:
    """One parameter's axis; `lane` says whether some trials lack it."""

    axis: Axis
    name: str
    """For people: of a parameter that belongs to a model, with the model."""
    lane: bool

    @property
    def title(self) -> str:
        return f"{self.name} (log)" if getattr(self.axis.parameter, "log", False) else self.name

    def places(self, dots: Sequence[Dot], salt: int = 0) -> list[float]:
        """Where each trial lies; in the lane where the parameter is inactive. Two axes need two salts."""
        units = self.axis.places([(dot.number, 0.0, dot.params) for dot in dots])
        choices = len(self.axis.choices)
        apart = min(0.3 / choices, 0.06) if choices else 0.0
        return [
            LANE + HALF * spread(dot.number, salt)
            if unit is None
            else unit + apart * spread(dot.number, salt)
            for unit, dot in zip(units, dots, strict=True)
        ]

    def words(self, dots: Sequence[Dot]) -> list[str]:
        """The value of each trial for its label."""
        name = self.axis.name
        return [
            plain(shortened(setting(dot.params[name]))) if name in dot.params else "inactive" for dot in dots
        ]

    def keys(self, *, name_lane: bool = False) -> dict[str, Any]:
        """Keys of a Plotly axis: its range and ticks, with one for the lane where there is room."""
        ticks = [(LANE, "inactive")] if self.lane and name_lane else []
        ticks += self._ticks()
        low = LANE - 0.07 if self.lane else -0.03
        return {
            "range": [low, 1.03],
            "tickmode": "array",
            "tickvals": [place for place, _ in ticks],
            "ticktext": [text for _, text in ticks],
        }

    def _ticks(self) -> list[tuple[float, str]]:
        parameter = self.axis.parameter
        if self.axis.choices:
            count = len(self.axis.choices)
            step = math.ceil(count / 10)
            return [((at + 0.5) / count, self._choice(at)) for at in range(0, count, step)]
        whole = parameter.type == "integer"
        low, high = parameter.bounds  # type: ignore[attr-defined]
        if getattr(parameter, "distribution", None) is not None or low == high:
            codes = np.unique(parameter.from_unit(np.linspace(0.0, 1.0, _TICKS)))
            values = [float(code) for code in codes]
        else:
            log = bool(getattr(parameter, "log", False)) and low > 0
            values = log_ticks(math.log10(low), math.log10(high)) if log else _even(low, high, whole)
        units = parameter.to_unit(np.array(values, dtype=float))
        texts = [setting(int(value) if whole else value) for value in values]
        return list(zip([float(unit) for unit in units], texts, strict=True))

    def _choice(self, at: int) -> str:
        choice = self.axis.choices[at]
        text = model_title(str(choice)) if self.axis.name == MODEL else setting(choice)
        return plain(shortened(text, 16))

    def shapes(self, along: str = "x", plot: str = "") -> list[dict[str, Any]]:
        """The lane as a sunken band, along the x or the y axis."""
        if not self.lane:
            return []
        other = "y" if along == "x" else "x"
        ends = {f"{along}0": LANE - 0.06, f"{along}1": LANE + 0.06, f"{other}0": 0, f"{other}1": 1}
        refs = {f"{along}ref": f"{along}{plot}", f"{other}ref": f"{other} domain"}
        return [{"type": "rect", **ends, **refs, "fillcolor": colour("sunken"), "line": {"width": 0},
                 "layer": "below"}]  # fmt: skip

    def notes(self) -> list[dict[str, Any]]:
        """The word in the lane of an x axis, upright since the lane is narrow."""
        if not self.lane:
            return []
        place = {"x": LANE, "xref": "x", "y": 1, "yref": "paper", "yanchor": "top", "textangle": -90}
        return [label("inactive", "muted", name="inactive", **place)]


def laned(space: Space, name: str, dots: Sequence[Dot]) -> Laned:
    """Return the axis of one parameter, wide enough for what earlier spaces allowed."""
    lines = [(dot.number, 0.0, dot.params) for dot in dots]
    axis = axis_of(name, space.parameters[name], lines)
    own, model = own_name(space, name)
    title = f"{own} · {model_title(model)}" if model else name
    lane = any(place is None for place in axis.places(lines))
    return Laned(axis, title, lane)


def spread(number: int, salt: int = 0) -> float:
    """A steady place from -1 to 1 by the trial's number: dots that share a value stay apart."""
    return ((number * (2654435761 + 81_818_181 * salt)) % 4294967296) / 4294967296 * 2 - 1


def _even(low: float, high: float, whole: bool) -> list[float]:
    """About five round values between two ends."""
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough * 0.99)
    step = max(step, 1.0) if whole else step
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [float(f"{place * step:.10g}") for place in range(first, last + 1)]
