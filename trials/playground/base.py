"""What a picture of the playground is: every file of this package that is one ends in one `PICTURE`.

A picture is two pure functions. `data(values)` runs optimizers and is called by a worker; what it returns is
plain JSON, stored and shared by all who ask for the same values. `drawn(data)` makes Plotly figures of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .fields import Field


@dataclass(frozen=True)
class Panel:
    """A card with a chart; `legend` are (CSS classes of the sign, words) in its head."""

    key: str
    title: str
    span: str = ""
    height: int = 300
    note: str = ""
    legend: tuple[tuple[str, str], ...] = ()
    clickable: bool = False
    """Whether a click into the chart adds a point."""


@dataclass(frozen=True)
class Figure:
    """A Plotly figure in symbolic colours. `frames`, where it has any: for each step, the keys that replace
    those of some traces, by the trace's place.
    """

    figure: dict[str, Any]
    sentence: str
    frames: Sequence[Mapping[int, Mapping[str, Any]]] = ()


@dataclass(frozen=True)
class Drawn:
    """A picture: the figure of each panel and what it says; `steps` are the words of each step."""

    figures: Mapping[str, Figure]
    lead: str
    rest: str
    steps: Sequence[str] = ()
    coming: Mapping[str, float] = field(default_factory=dict)
    """Where the optimizer would look next, in the picture whose points are the reader's."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON for the page; traces of a frame are keyed by text then."""
        figures = {
            key: {
                "figure": each.figure,
                "sentence": each.sentence,
                "frames": [{str(place): keys for place, keys in frame.items()} for frame in each.frames],
            }
            for key, each in self.figures.items()
        }
        return {
            "figures": figures,
            "lead": self.lead,
            "rest": self.rest,
            "steps": list(self.steps),
            "coming": dict(self.coming),
        }


@dataclass(frozen=True)
class Picture:
    """A tab of the playground.

    place: among the tabs.  see: what to look at.  learn: what it teaches.  methods: names of the optimizers
    that compute it.  redraw: what the button that draws a new seed is called, "" without one.
    """

    place: int
    title: str
    see: str
    learn: str
    methods: tuple[str, ...]
    fields: tuple[Field, ...]
    panels: tuple[Panel, ...]
    data: Callable[[Mapping[str, Any]], dict[str, Any]]
    drawn: Callable[[Mapping[str, Any]], Drawn]
    redraw: str = ""

    @property
    def controls_at(self) -> int:
        """Before which panel the card with the fields stands: the last one, which it shares a row with."""
        return max(1, len(self.panels) - 1)
