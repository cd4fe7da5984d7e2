"""What a chart is and what it knows of its study: every chart file ends in one `CHART`, the view draws it.

A chart is four functions. `rows(study)` is the only one that reads the database, in a few lines; `data(facts,
rows)` is pure and decides what is shown; `figure(data)` is pure and returns a Plotly figure as a JSON-safe
dict; `words(data)` is pure and says what the figure shows and how far to trust it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trials.listing import Filters
from trials.models import Study
from trials.wording import Shown


@dataclass(frozen=True)
class StudyFacts:
    """What the pure steps may know of a study, with its metric as it is shown."""

    metric: str
    maximize: bool
    over: bool
    planned: int | None
    handed_out: int
    complete: int
    pruned: int
    failed: int
    default_value: float | None

    @classmethod
    def of(cls, study: Study) -> "StudyFacts":
        """Take the facts from the study's row; reads nothing else."""
        shown = Shown(study.metric, study.maximize)
        return cls(
            metric=study.metric,
            maximize=shown.maximize,
            over=study.is_over,
            planned=study.budget.get("trials"),
            handed_out=study.next_number,
            complete=study.n_complete,
            pruned=study.n_pruned,
            failed=study.n_failed,
            default_value=shown.value(study.baseline_value),
        )

    @property
    def sign(self) -> float:
        """Turns the study's value into a minimised one, and back."""
        return -1.0 if self.maximize else 1.0

    def better(self, value: float, than: float | None) -> bool:
        return than is None or self.sign * value < self.sign * than


@dataclass(frozen=True)
class Words:
    """The sentence under a chart; `lead` is its first few words, set in bold."""

    lead: str
    rest: str = ""

    def __str__(self) -> str:
        return f"{self.lead} {self.rest}".strip()


@dataclass(frozen=True)
class Drawing:
    """A drawn chart; without a figure the words stand alone."""

    figure: dict[str, Any] | None
    words: Words


@dataclass(frozen=True)
class Chart:
    """A chart's title and its steps; `figure` returns None when there is too little to show.

    selected: reads the rows of a chart that follows the filters of the table of trials.
    drawn_by: what draws the figure: Plotly, or a script of the page of that name.
    """

    title: str
    rows: Callable[[Study], Any]
    data: Callable[[StudyFacts, Any], Any]
    figure: Callable[[Any], dict[str, Any] | None]
    words: Callable[[Any], Words]
    selected: Callable[[Study, Filters], Any] | None = None
    drawn_by: str = "plotly"

    def draw(self, study: Study, filters: Filters | None = None) -> Drawing:
        """Read the rows, then run the pure steps."""
        rows = self.selected(study, filters) if self.selected and filters else self.rows(study)
        data = self.data(StudyFacts.of(study), rows)
        return Drawing(figure=self.figure(data), words=self.words(data))
