"""The finished study: what its final model scored on the test part, in words and rows; for the tab Result and
the banner on the overview.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from trials import files, wording
from trials.models import FinalModel, Study
from trials.objectives.script_use import answers

from . import result_words as words

#: How a person calls the three that are scored.
WHO = {"best": "Best", "default": "Default", "dummy": "Dummy"}
#: The usual metrics of which less is better.
ERRORS = ("rmse", "mae", "log_loss")


@dataclass(frozen=True)
class Score:
    """One of the three on the test part: its score and interval."""

    who: str
    key: str
    value: str
    interval: str
    exact: str


@dataclass(frozen=True)
class Measured:
    """A row of the table of measures: the numbers of best, default and dummy, and whether each is the row's
    best.
    """

    title: str
    values: tuple[tuple[str, bool], ...]

    @classmethod
    def of(cls, title: str, numbers: Sequence[float | None], maximize: bool) -> "Measured":
        known = [number for number in numbers if number is not None]
        top = (max if maximize else min)(known, default=None)
        texts = wording.column(numbers)
        best = [number is not None and number == top for number in numbers]
        return cls(title, tuple(zip(texts, best, strict=True)))


@dataclass(frozen=True)
class Result:
    """What the tab shows. `state` chooses the page: waiting, nothing, absent, missing, queued, running, done
    or failed; `final` is None in the first four. `use` writes the snippet, which the banner does not need.
    """

    state: str
    final: FinalModel | None = None
    metric: str = ""
    headline: str = ""
    scores: tuple[Score, ...] = ()
    measures: tuple[Measured, ...] = ()
    sentences: tuple[str, ...] = ()
    looks: str = ""
    chart: str = ""
    card: tuple[tuple[str, str], ...] = ()
    size: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    kept_aside: str = ""
    lead: str = ""
    stale: str = ""
    use: Callable[[], str] = str
    answers: str = ""
    too_large: str = ""
    dataset: dict[str, Any] | None = None

    @property
    def best(self) -> Score | None:
        return self.scores[0] if self.scores else None

    @property
    def polled(self) -> bool:
        """Whether the page should go on asking although the study is over."""
        return self.state in ("queued", "running")


def result_of(study: Study) -> Result:
    """Read the study's newest final model; two small queries."""
    if study.kind != "model":
        return Result("absent")
    final = FinalModel.objects.newest(study)
    if not study.is_over and (final is None or final.state != FinalModel.State.DONE):
        return Result("waiting", kept_aside=words.kept_aside(study.objective))
    if final is None:
        return Result("missing" if study.best_id else "nothing")
    if final.state != FinalModel.State.DONE:
        return Result(final.state, final)
    return _done(study, final)


def _done(study: Study, final: FinalModel) -> Result:
    data = final.data
    shown = wording.Shown(data["scoring"], True)
    tested = bool(data["test_rows"])
    scores = tuple(_scores(data, shown)) if tested else ()
    looked = study.finals.filter(state=FinalModel.State.DONE, data__test_rows__gt=0)
    looks = looked.values("trial").distinct().count()  # the same model again says nothing new
    return Result(
        "done",
        final,
        metric=shown.title,
        headline=words.headline(data, shown),
        scores=scores,
        measures=tuple(_measures(data)) if tested else (),
        sentences=tuple(filter(None, (words.which(study), *words.sentences(data, shown)))),
        looks=words.looks(looks),
        chart=("confusion" if "confusion" in data else "residuals") if tested else "",
        card=words.card(study, final, shown),
        size=words.file_size(final.size),
        versions=tuple(data["versions"].items()),
        lead=words.lead(data, shown) if tested else "",
        stale=words.stale(study, final),
        use=partial(files.usage, study, final),
        answers=answers(data["dataset"]),
        too_large=words.too_large(data),
        dataset=data["dataset"],
    )


def _scores(data: dict[str, Any], shown: wording.Shown) -> list[Score]:
    found = []
    for key, title in WHO.items():
        if key not in data["scores"]:
            continue
        estimate = words.estimate_of(data, key, shown)
        found.append(Score(title, key, words.value(estimate), words.interval(estimate), repr(estimate.value)))
    return found


def _measures(data: dict[str, Any]) -> list[Measured]:
    """The study's further scorers and the usual metrics, each once."""
    rows = []
    present = [key for key in WHO if key in data["scores"]]
    for name in data["scores"]["best"]:
        shown = wording.Shown(name, True)
        values = [shown.value(data["scores"][key][name]["value"]) for key in present]
        rows.append(Measured.of(words.capital(shown.title), values, shown.maximize))
    titles = {row.title for row in rows}
    for name in data["metrics"]["best"]:
        title = words.capital(wording.metric_title(name))
        if title not in titles:
            values = [data["metrics"][key].get(name) for key in present]
            rows.append(Measured.of(title, values, name not in ERRORS))
    return rows
