"""What holds for every chart, whatever it shows."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from trials.charts import registry
from trials.charts.base import Drawing
from trials.charts.template import COLOURS
from trials.models import FinalModel, Insight, Report, Study, SurrogateView, Trial

TOKENS = Path(__file__).resolve().parents[3] / "static" / "css" / "tokens.css"
HOSTILE = "<b>$accent</b>"
#: Keys under which the page looks for colours.
COLOUR_KEYS = ("color", "colorscale")
SPACE = {
    "parameters": [
        {"name": "a", "type": "categorical", "choices": [HOSTILE, "x"]},
        {"name": "b", "type": "float", "low": 1, "high": 1e5, "log": True},
        {"name": "c", "type": "integer", "low": 1, "high": 9, "when": {"a": ["x"]}},
    ]
}
HALVES = [0.25, 0.75]
AT = {"a": HOSTILE, "b": 10.0}
VIEW = {
    "known": 18,
    "best": 0.05,
    "next": 19,
    "curves": [
        {"name": "a", "at": AT, "units": HALVES, "bands": [[0.1, 0.2]] * 9, "improvement": [0.1, 0.0]}
    ],
    "surfaces": [
        {"names": ["a", "b"], "at": AT, "x": HALVES, "y": [0.0, 1.0]}
        | {key: [[0.1, 0.2], [0.3, None]] for key in ("mean", "deviation", "improvement")}
    ],
    "dependence": [
        {
            "name": "a",
            "units": HALVES,
            "mean": [0.1, 0.2],
            "low": [0.0, 0.1],
            "high": [0.2, 0.3],
            "share": 1.0,
        }
    ],
    "candidates": [],
    "left_out": {"numbers": [*range(6)], "r2": 0.9, "rank": 0.9, "covered": 0.8}
    | {key: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6] for key in ("mean", "low", "high", "actual")},
}
TARGET = {"name": HOSTILE, "truth": [1.0, 2.0], "predicted": [1.1, 2.5], "spread": 0.5}
FINAL = {
    "scoring": HOSTILE,
    "test_rows": 20,
    "resamples": 300,
    "scores": {"best": {HOSTILE: {"value": 0.9, "low": 0.8, "high": 0.95}}},
    "confusion": {"classes": [HOSTILE, "b"], "counts": [[8, 2], [0, 10]]},
    "predictions": {"rows": 20, "targets": [TARGET | {"median_error": 0.3, "bias": 0.3}]},
}


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    """A study with something of everything, and text that tries to be more than text."""
    study = make_study(
        objective={"kind": "external"}, space=SPACE, metrics=[HOSTILE], directions=["minimize"]
    )
    study.trials.all().delete()
    begun = study.created + timedelta(seconds=5)
    trials = []
    for number in range(20):
        state = {12: "failed", 13: "pruned"}.get(number, "complete")
        params = {HOSTILE: number, "a": HOSTILE if number % 3 else "x", "b": 10.0 ** (number % 5)}
        trial = Trial(
            study=study,
            space=study.space,
            number=number,
            state=state,
            params=params,
            worker=HOSTILE,
            value=None if state == "failed" else 1 / (1 + number),
            seconds=1.0 + number % 4,
            started_at=begun + timedelta(seconds=number),
            completed_at=begun + timedelta(seconds=number + 1),
            error={"message": HOSTILE, "exception": HOSTILE} if state == "failed" else None,
            metrics={HOSTILE + "2": float(number)},
        )
        trials.append(trial)
    reports = [
        Report(trial=trial, step=step, value=1 / step)
        for trial in Trial.objects.bulk_create(trials)
        for step in (1, 2, 3)
    ]
    Report.objects.bulk_create(reports)
    counts = {"n_complete": 18, "n_failed": 1, "n_pruned": 1, "next_number": 20}
    Study.objects.filter(pk=study.pk).update(**counts, baseline_value=0.5)
    data = {"names": [HOSTILE, "a"], "share": [0.9, 0.1], "low": [0.7, 0.0], "high": [1.0, 0.2]}
    Insight.objects.create(
        study=study,
        results=12,
        seconds=1,
        data={
            "importance": data | {"r2": 0.8, "n": 12},
            "interactions": [{"names": [HOSTILE, "a"], "share": 0.3, "low": 0.2, "high": 0.4}],
        },
    )
    SurrogateView.objects.create(study=study, before=20, results=20, data=VIEW, seconds=1)
    FinalModel.objects.create(study=study, state="done", data=FINAL)
    study.refresh_from_db()
    return study


#: What has something to show of several objectives alone.
OF_SEVERAL = ("hypervolume", "pareto")


def drawn(name: str, study: Study) -> Drawing:
    chart = registry.get(name)
    assert chart is not None
    if name in OF_SEVERAL:
        study.metrics, study.directions = [HOSTILE, "cost"], ["maximize", "minimize"]
        study.front_size = 12
        for trial in study.trials.filter(state="complete"):
            trial.values, trial.joined_front = [trial.value, -trial.number], trial.number
            trial.save()
    if name == "population":
        study.objective = {"kind": "external", "fidelity": {"name": "epochs", "max": 4}}
        for trial in study.trials.filter(state="complete"):
            trial.fidelity, trial.parent = (
                1 + trial.number // 5,
                trial.number - 5 if trial.number > 4 else None,
            )
            trial.start_from = 0 if trial.number == 6 else None
            trial.save()
    return chart.draw(study)


@pytest.fixture(params=registry.available())
def drawing(request: pytest.FixtureRequest, study: Study) -> Drawing:
    return drawn(request.param, study)


@pytest.fixture(params=[name for name in registry.available() if registry.get(name).drawn_by == "plotly"])
def plotly_drawing(request: pytest.FixtureRequest, study: Study) -> Drawing:
    """Of a chart that Plotly draws; scripts of our own set text as text and colours by style sheets."""
    return drawn(request.param, study)


def colours(part: Any, key: str = "") -> Iterator[str]:
    """Every string that the page takes for a colour."""
    if isinstance(part, dict):
        for name, item in part.items():
            yield from colours(item, name)
    elif isinstance(part, list):
        for item in part:
            yield from colours(item, key)
    elif isinstance(part, str) and key.endswith(COLOUR_KEYS):
        yield part


def painted(part: Any, key: str = "") -> Any:
    """The figure as the page completes it, with one colour for all symbols."""
    if isinstance(part, dict):
        return {name: painted(item, name) for name, item in part.items()}
    if isinstance(part, list):
        return [painted(item, key) for item in part]
    return "#123456" if isinstance(part, str) and key.endswith(COLOUR_KEYS) and part.startswith("$") else part


def test_the_charts_are_found_by_their_files() -> None:
    assert {"convergence", "importance"} <= set(registry.available())
    assert registry.get("template") is None


def test_plotly_accepts_the_figure(plotly_drawing: Drawing) -> None:
    figure = go.Figure(painted(plotly_drawing.figure))  # refuses unknown keys and impossible values
    assert figure.data


def test_the_figure_is_strict_json(drawing: Drawing) -> None:
    text = json.dumps(drawing.figure, allow_nan=False)
    assert json.loads(text) == drawing.figure


def test_every_colour_is_a_symbol_that_light_and_dark_pages_define(plotly_drawing: Drawing) -> None:
    light, _, dark = TOKENS.read_text().partition('[data-theme="dark"]')
    used = set(colours(plotly_drawing.figure)) - {"rgba(0,0,0,0)"}
    names = {re.fullmatch(r"\$([a-z0-9-]+)(@0\.\d+)?", symbol)[1] for symbol in used}  # type: ignore[index]
    assert names
    assert names <= set(COLOURS)
    assert all(f"--{name}:" in light and f"--{name}:" in dark for name in names)


def test_names_and_values_of_parameters_cannot_add_markup(plotly_drawing: Drawing) -> None:
    assert HOSTILE not in json.dumps(plotly_drawing.figure)
    assert "&lt;b&gt;$accent" in json.dumps(plotly_drawing.figure)


def test_the_sentence_begins_with_its_lead(drawing: Drawing) -> None:
    assert drawing.words.lead
    assert str(drawing.words).startswith(drawing.words.lead)
    assert len(str(drawing.words)) > len(drawing.words.lead)


@pytest.mark.parametrize("name", registry.available())
def test_a_study_without_results_has_words_and_no_figure(name: str, make_study: Callable[..., Study]) -> None:
    chart = registry.get(name)
    assert chart is not None
    drawing = chart.draw(make_study())
    assert drawing.figure is None
    assert str(drawing.words)
