"""The charts of a report, drawn once and kept inside of it."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from trials.charts import registry
from trials.models import Study

#: In this order, as far as a study has them.
REPORTED = (
    "convergence", "pareto", "hypervolume", "importance", "parallel", "slice", "interactions",
    "correlation", "learning_curves", "durations", "timeline", "failure_reasons",
)  # fmt: skip
HEIGHT = 300


@dataclass(frozen=True)
class Reported:
    """A chart: `answer` is what the pages' scripts fetch elsewhere."""

    name: str
    title: str
    drawn_by: str
    height: int
    key: tuple[tuple[str, str], ...]
    sentence: str
    answer: dict[str, Any]


def drawn_of(study: Study) -> tuple[Reported, ...]:
    """Return the charts that have something to show."""
    return tuple(found for name in REPORTED if (found := _drawn(study, name)))


def _drawn(study: Study, name: str) -> Reported | None:
    chart = registry.get(name)
    if chart is None or (chart.suits and not chart.suits(study)):
        return None
    drawing = chart.draw(study)
    if drawing.figure is None:
        return None
    words = drawing.words
    # A click on a trial leads to its row in the report's own table.
    answer = {
        "figure": drawing.figure,
        "lead": words.lead,
        "sentence": str(words),
        "revision": study.revision,
        "trial_url": "#trial-{number}",
    }
    shelf = chart.shelf
    height, key = (shelf.height, shelf.key) if shelf else (HEIGHT, ())
    return Reported(name, chart.title, chart.drawn_by, height, key, str(words), answer)


def in_a_script(data: Any) -> SafeString:
    """JSON that may stand in a <script> element: no "<" could end it."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return SafeString(text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026"))
