"""Sparklines of the home page: each study's best so far as an SVG path, from its events."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from trials.models import Event

WIDTH, HEIGHT, MARGIN = 90, 26, 3
#: New bests read of one study: its first ones and its latest ones. The picture is 90 px wide.
FIRST, LATEST = 10, 30

Improvement = tuple[int, float]


@dataclass(frozen=True)
class Sparkline:
    """SVG path of the best so far in a box of 90 x 26, turned so that down is better."""

    path: str
    end: tuple[float, float]
    default: float | None


def improvements_of(studies: Sequence[int]) -> dict[int, list[Improvement]]:
    """Return every study's (number, value) at its new bests, oldest first; one query, at most 40 a study."""
    best = Event.objects.filter(study__in=studies, kind=Event.Kind.BEST, number__isnull=False)
    ranked = best.annotate(
        rank=Window(RowNumber(), partition_by=F("study"), order_by="pk"),
        back=Window(RowNumber(), partition_by=F("study"), order_by="-pk"),
    )
    few = ranked.filter(Q(rank__lte=FIRST) | Q(back__lte=LATEST)).order_by("pk")
    found: dict[int, list[Improvement]] = {}
    for study, number, text in few.values_list("study", "number", "text"):
        found.setdefault(study, []).append((number, float(text)))
    return found


def sparkline(
    improvements: Sequence[Improvement], trials: int, default: float | None, maximize: bool
) -> Sparkline | None:
    """Draw the best so far as steps, the default as the line to beat; None before the first result."""
    if not improvements:
        return None
    sign = -1.0 if maximize else 1.0
    heights = [sign * value for _, value in improvements]
    line = None if default is None else sign * default
    y = _Scale.over([*heights, *([] if line is None else [line])])
    last = max(trials - 1, *(number for number, _ in improvements), 1)
    places, reached = [], 0
    for number, _ in improvements:  # a best may have a lower number than the one before it: it took longer
        reached = max(reached, number)
        places.append(round(MARGIN + (WIDTH - 2 * MARGIN) * reached / last, 1))
    path = f"M{places[0]} {y(heights[0])}"
    path += "".join(f"H{x}V{y(height)}" for x, height in zip(places[1:], heights[1:], strict=True))
    end = float(WIDTH - MARGIN)
    return Sparkline(f"{path}H{end}", (end, y(heights[-1])), None if line is None else y(line))


@dataclass(frozen=True)
class _Scale:
    """Where a height lies in the box; SVG's y grows downwards, and so does what is better."""

    low: float
    high: float

    @classmethod
    def over(cls, heights: Sequence[float]) -> "_Scale":
        return cls(min(heights), max(heights))

    def __call__(self, height: float) -> float:
        share = (self.high - height) / (self.high - self.low) if self.high > self.low else 0.5
        return round(MARGIN + (HEIGHT - 2 * MARGIN) * share, 1)
