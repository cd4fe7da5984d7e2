"""Which parameters matter: the importance chart's findings as bars of plain HTML, which need no script."""

from dataclasses import dataclass

from trials import wording
from trials.charts import importance, interactions
from trials.charts.base import StudyFacts, Words
from trials.models import Insight, Study


@dataclass(frozen=True)
class Bar:
    """One parameter; lengths and places are CSS per cent."""

    name: str
    text: str
    width: str
    low: str
    whisker: str
    certain: bool
    interval: str


@dataclass(frozen=True)
class Matters:
    """Without bars the words stand alone; `share` is then how many of the results it takes are there."""

    bars: tuple[Bar, ...]
    words: Words
    share: str
    have: str
    methods: tuple[tuple[str, str, bool], ...]
    """(value in the address, words, chosen), as far as they are computed."""
    pairs: str
    """Which parameters work only together, as a sentence; empty before that was computed."""


def matters_of(study: Study, insight: Insight | None, asked: str = "") -> Matters:
    """Return what the newest insight says by the method asked for; reads nothing beyond the two rows."""
    data = (insight.data or {}) if insight else {}
    known = [method for method in importance.METHODS if importance.stored(data, method)]
    method = asked if asked in known else importance.DEFAULT_METHOD
    found = importance.data(StudyFacts.of(study), importance.stored(data, method))
    missing = study.n_complete < importance.FEWEST_RESULTS
    pairs = interactions.data(StudyFacts.of(study), data)
    return Matters(
        bars=tuple(_bar(bar) for bar in found.bars),
        words=_too_early(study) if missing else importance.words(found),
        share=_css(study.n_complete / importance.FEWEST_RESULTS) if missing else "",
        methods=tuple((each, importance.METHODS[each][0], each == method) for each in known),
        pairs=str(interactions.words(pairs)) if found.bars and pairs.known else "",
        have=f"{study.n_complete} of {wording.count(importance.FEWEST_RESULTS, 'result')}",
    )


def _too_early(study: Study) -> Words:
    so_far = "this study has" if study.is_over else "so far"
    number = wording.count(study.n_complete, "result")
    rest = f"{so_far} {number}." if study.is_over else f"{study.n_complete} {so_far}."
    return Words("", f"A ranking needs ten results; {rest} With fewer it would mostly show chance.")


def _bar(bar: importance.Bar) -> Bar:
    return Bar(
        name=bar.name,
        text=_per_cent(bar.share),
        width=_css(bar.share),
        low=_css(bar.low),
        whisker=_css(max(0.0, bar.high - bar.low)),
        certain=not bar.reaches_zero,
        interval=f"80{wording.THIN}% interval: {_per_cent(bar.low)} to {_per_cent(bar.high)}",
    )


def _css(share: float) -> str:
    return f"{100 * min(1.0, max(0.0, share)):.1f}%"


def _per_cent(share: float) -> str:
    return f"under 1{wording.THIN}%" if 0 < share < 0.005 else f"{100 * share:.0f}{wording.THIN}%"
