"""Scripts of trials that had a part of the training: they print the very score too."""

import numpy as np
import pytest

from tests.trials.objectives.test_script import SEED, SMALL, VERSIONS, printed
from trials.objectives import Context, parse
from trials.objectives.base import Part
from trials.objectives.catalogue import available_models
from trials.objectives.script import Origin, script_of

#: (model, fidelity, what the trial continues, its params, up to where)
LINES = {
    "more trees": (
        "random_forest_classifier", "n_estimators", [({"max_depth": 3}, 4)], {"max_depth": 9}, 9,
    ),
    "rounds": (
        "hist_gradient_boosting_regressor", "max_iter",
        [({"learning_rate": 0.1}, 3)], {"learning_rate": 0.3}, 7,
    ),
    "a faster network": (
        "mlp_regressor", "epochs", [({"learning_rate_init": 0.001}, 3)], {"learning_rate_init": 0.02}, 6,
    ),
    "one line": ("sgd_classifier", "epochs", [({"alpha": 0.01}, 2)], {"alpha": 0.01}, 5),
    "several targets": ("sgd_regressor", "epochs", [], {"alpha": 0.01}, 4),
    "some rows": ("svc", "rows", [], {"C": 2.0}, 0.4),
    "all rows": ("ridge", "rows", [], {"alpha": 2.0}, 1.0),
    "some folds": ("svc", "folds", [], {"C": 2.0}, 2),
    "boosting": ("lgbm_classifier", "n_estimators", [({}, 3)], {"subsample": 0.5}, 6),
}  # fmt: skip
DATA = SMALL | {"several targets": "linnerud"}


def trial(name):
    model, fidelity, line, params, until = LINES[name]
    task = next(spec.task for spec in available_models() if spec.name == model)
    data = {"kind": "model", "model": model, "dataset": DATA.get(name, SMALL[task])}
    ends = {} if fidelity in ("rows", "folds") else {"max": 10, "min": 2}
    objective = parse(data | {"fidelity": {"name": fidelity, **ends}})
    parts = tuple(Part(*part) for part in line)
    return objective, params, Context(SEED, 9, until, root=3, line=parts)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    scripts = {}
    installed = {spec.name for spec in available_models()}
    for name in [name for name in LINES if LINES[name][0] in installed]:
        objective, params, context = trial(name)
        origin = Origin(name, objective.evaluate(params, context).values[0], VERSIONS)
        scripts[name] = script_of(objective, params, context, origin, with_test=True)
        assert max(map(len, scripts[name].splitlines())) <= 110
    return printed(tmp_path_factory.mktemp("scripts"), scripts)


def test_it_prints_exactly_the_score_of_a_part(outputs):
    assert len(outputs) >= len(LINES) - 1
    assert not [name for name, lines in outputs.items() if "the score as recorded:" not in lines]


@pytest.mark.parametrize("name", ["a faster network", "rounds"])
def test_the_test_part_is_scored_as_the_finished_study_does(outputs, name):
    from trials.objectives.datasets import load
    from trials.objectives.validation import split_test

    objective, params, context = trial(name)
    rows = load(objective.dataset.name, None)
    search, test = split_test(rows, 0.2, SEED)
    model = objective.fitted(params, context, rows.X[search], rows.y[search])
    shown = float(outputs[name][-1].removeprefix("test part: "))
    assert np.isclose(model.score(rows.X[test], rows.y[test]), shown) or shown < 0
