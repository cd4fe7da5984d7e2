"""The rank plot: trials over two parameters, coloured by the rank of their value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trials.models import Study
from trials.wording import count

from .asking import defaults, two_parameters
from .base import Chart, Shelf, StudyFacts, Words
from .chosen import NONE_KEEPS, Chosen, Dot, chosen
from .lanes import Laned, laned
from .regions import FEWEST, best_tenth, called, region_of
from .template import HOLLOW, colour, dots, horizontal, layout, plain, surface_scale, vertical


@dataclass(frozen=True)
class Rows:
    """What is read: the drawn trials and the two parameters."""

    space: Any
    names: tuple[str, str]
    chosen: Chosen


@dataclass(frozen=True)
class Ranks:
    """What is drawn: trials that keep the limits, the best on top, with ranks from 0 (best) to 1."""

    facts: StudyFacts
    rows: Rows
    axes: tuple[Laned, Laned]
    ordered: tuple[Dot, ...]
    ranks: tuple[float, ...]


def rows(study: Study) -> Rows:
    return asked(study, defaults(two_parameters(study)))


def asked(study: Study, choices: Mapping[str, str]) -> Rows:
    return Rows(study.space.space, (choices["x"], choices["y"]), chosen(study))


def data(facts: StudyFacts, rows: Rows) -> Ranks:
    """Rank the trials that keep the limits; equal values share a rank."""
    complete = [dot for dot in rows.chosen.complete if dot.feasible]
    ordered = sorted(complete, key=lambda dot: (-facts.sign * (dot.value or 0.0), -dot.number))
    values = sorted({facts.sign * (dot.value or 0.0) for dot in complete})
    place = {value: at / max(1, len(values) - 1) for at, value in enumerate(values)}
    ranks = tuple(place[facts.sign * (dot.value or 0.0)] for dot in ordered)
    drawn = rows.chosen.complete
    axes = (laned(rows.space, rows.names[0], drawn), laned(rows.space, rows.names[1], drawn))
    return Ranks(facts, rows, axes, tuple(ordered), ranks)


def figure(data: Ranks) -> dict[str, Any] | None:
    """Return the Plotly figure; None until two trials are complete."""
    if len(data.rows.chosen.complete) < 2:
        return None
    across, up = data.axes
    marker = {
        "color": [round(rank, 3) for rank in data.ranks],
        "colorscale": surface_scale(low_is_better=True),
        "cmin": 0,
        "cmax": 1,
        "opacity": 1,
        "size": 9 if len(data.ordered) <= 300 else 6,
        "line": {"width": 0.5, "color": colour("faint")},
    }
    rank = "rank %{marker.color:.0%} from the best"
    return {
        "data": [
            _trace(data, data.rows.chosen.broken, {"size": marker["size"], **HOLLOW}, "breaks a limit"),
            _trace(data, data.ordered, marker, rank),
        ],
        "layout": layout(
            xaxis=horizontal(title=across.title, **across.keys()),
            yaxis=vertical(
                **up.keys(name_lane=True), title={"text": plain(up.title), "font": {"size": 11.5}}
            ),
            shapes=[*across.shapes("x"), *up.shapes("y")],
            annotations=across.notes(),
            margin={"l": 76, "r": 16, "t": 8, "b": 44},
        ),
    }


def _trace(data: Ranks, shown: Sequence[Dot], marker: dict[str, Any], hover: str) -> dict[str, Any]:
    across, up = data.axes
    return dots(
        [dot.number for dot in shown], (across.places(shown), up.places(shown, salt=1)), marker, hover
    )


def words(data: Ranks) -> Words:
    """Say where the best tenth lies in the plane."""
    if len(data.rows.chosen.complete) < 2:
        return Words("One dot for each complete trial.", "The chart begins with the second one.")
    across, up = (axis.name for axis in data.axes)
    note = "Dark is better; equal steps of colour are equal steps of rank, so outliers cannot drown the rest."
    parts = [note, data.rows.chosen.broken_words(), data.rows.chosen.words()]
    if not data.ordered:
        return Words(NONE_KEEPS, " ".join(filter(None, parts)))
    if len(data.ordered) < FEWEST:
        lead = f"{count(len(data.ordered), 'trial')} over {across} and {up}."
        return Words(lead, " ".join(filter(None, ["Too few to see a region in.", *parts])))
    best = best_tenth(data.facts, data.ordered)
    regions = [(axis.name, region_of(axis, best)) for axis in data.axes]
    narrow = [f"{name} {region.words}" for name, region in regions if region.count and region.share <= 0.6]
    lead = (
        f"The {called(best)} lie at {' and '.join(narrow)}."
        if narrow
        else f"The {called(best)} lie all over the plane."
    )
    return Words(lead, " ".join(filter(None, parts)))


CHART = Chart(
    title="Ranks",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    controls=two_parameters,
    asked=asked,
    shelf=Shelf("parameters", 40, "two parameters, coloured by rank", height=320),
)
