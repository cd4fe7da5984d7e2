"""What a chart is and what it knows of its study: every chart file ends in one `CHART`, the view draws it.

A chart is four functions. `rows(study)` is the only one that reads the database, in a few lines; `data(facts,
rows)` is pure and decides what is shown; `figure(data)` is pure and returns a Plotly figure as a JSON-safe
dict; `words(data)` is pure and says what the figure shows and how far to trust it.
"""

from collections.abc import Callable, Mapping
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
    several: bool = False
    """Whether it has several objectives; the metric is the first of them."""

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
            default_value=shown.value(study.default_value),
            several=study.several,
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
class Control:
    """A choice that a chart leaves to its reader; `options` are (value in the address, words)."""

    key: str
    title: str
    options: tuple[tuple[str, str], ...]
    default: str

    def chosen(self, asked: str | None) -> str:
        """What is asked for where that is an option, else the default."""
        return asked if asked is not None and asked in dict(self.options) else self.default


@dataclass(frozen=True)
class Shelf:
    """Where the analysis page shows a chart: section and place in it, and a few words beside the title."""

    section: str
    place: int
    note: str = ""
    wide: bool = False
    height: int = 300
    key: tuple[tuple[str, str], ...] = ()
    """The legend in the card's head: (CSS classes of the sign, words)."""


@dataclass(frozen=True)
class Chart:
    """A chart's title and its steps; `figure` returns None when there is too little to show.

    selected: reads the rows of a chart that follows the filters of the table of trials.
    controls: what the reader may choose of a study's chart; `asked` then reads the rows, given the choices.
    shelf: its place on the analysis page; None where another page shows it.
    suits: whether a study has what it shows, for the analysis page; None: every one has.
    drawn_by: what draws the figure: Plotly, or a script of the page of that name.
    """

    title: str
    rows: Callable[[Study], Any]
    data: Callable[[StudyFacts, Any], Any]
    figure: Callable[[Any], dict[str, Any] | None]
    words: Callable[[Any], Words]
    selected: Callable[[Study, Filters], Any] | None = None
    controls: Callable[[Study], tuple[Control, ...]] | None = None
    asked: Callable[[Study, Mapping[str, str]], Any] | None = None
    shelf: Shelf | None = None
    suits: Callable[[Study], bool] | None = None
    drawn_by: str = "plotly"

    def draw(
        self, study: Study, filters: Filters | None = None, choices: Mapping[str, str] | None = None
    ) -> Drawing:
        """Read the rows, then run the pure steps."""
        data = self.data(StudyFacts.of(study), self._rows(study, filters, choices or {}))
        return Drawing(figure=self.figure(data), words=self.words(data))

    def _rows(self, study: Study, filters: Filters | None, choices: Mapping[str, str]) -> Any:
        if self.asked and self.controls:
            wanted = {each.key: each.chosen(choices.get(each.key)) for each in self.controls(study)}
            return self.asked(study, wanted)
        return self.selected(study, filters) if self.selected and filters else self.rows(study)
