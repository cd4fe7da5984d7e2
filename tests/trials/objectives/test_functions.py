"""The functions: their optima, their arguments, their misbehaviour that is safe to try in this process."""

import math

import pytest

from trials.objectives import Context, parse
from trials.objectives.kinds.function import FUNCTIONS

WHERE = {
    "branin": {"x1": math.pi, "x2": 2.275},
    "hartmann6": {
        "x1": 0.20169,
        "x2": 0.150011,
        "x3": 0.476874,
        "x4": 0.275332,
        "x5": 0.311652,
        "x6": 0.6573,
    },
    "rosenbrock": {"x1": 1.0, "x2": 1.0},
    "ackley": {"x1": 0.0, "x2": 0.0},
    "rastrigin": {"x1": 0.0, "x2": 0.0},
    "styblinski_tang": {"x1": -2.903534, "x2": -2.903534},
    "additive": {"x": 1.0, "y": -2.0},
    "noop": {"x": 0.3},
    "sleep": {"x": 0.3},
}
#: Of several objectives: a point and what the formulas of the papers say there.
TRADE_OFFS = {
    "zdt1": ({"x1": 0.25, "x2": 0.0, "x3": 0.0, "x4": 0.0}, (0.25, 0.5)),
    "binh_korn": ({"x": 1.0, "y": 2.0}, (20.0, 25.0)),
    "viennet": ({"x": 0.0, "y": 0.0}, (0.0, 15 + 2 + 1 / 27, -0.1)),
}


def function(name, **arguments):
    return parse({"kind": "function", "name": name, **arguments})


def value(objective, params, **context):
    return objective.evaluate(params, Context(0, **context)).values[0]


def test_all_the_functions_of_the_documentation_are_there():
    assert set(FUNCTIONS) == {
        *WHERE,
        *TRADE_OFFS,
        "learning_curve",
        "fails",
        "flaky",
        "hangs",
        "leaks",
        "crashes",
        "nan",
        "prints",
    }


@pytest.mark.parametrize("name", WHERE)
def test_the_least_value_is_where_the_literature_says(name):
    objective = function(name, **({"seconds": 0} if name == "sleep" else {}))
    assert value(objective, WHERE[name]) == pytest.approx(objective.optimum, abs=1e-4)
    objective.default_space().validate(WHERE[name])


@pytest.mark.parametrize("name", TRADE_OFFS)
def test_a_trade_off_is_what_its_paper_says(name):
    objective = function(name)
    params, expected = TRADE_OFFS[name]
    found = objective.evaluate(params, Context(0))
    assert found.values == pytest.approx(expected)
    assert len(found.values) == len(objective.metrics) == len(objective.directions)
    assert set(objective.measurable) == {*objective.metrics, *found.metrics}


@pytest.mark.parametrize("name", ["rosenbrock", "ackley", "rastrigin", "styblinski_tang"])
def test_the_number_of_dimensions_can_be_chosen(name):
    objective = function(name, dims=12)
    assert objective.default_space().names == tuple(f"x{i}" for i in range(1, 13))
    least = {f"x{i}": next(iter(WHERE[name].values())) for i in range(1, 13)}
    assert value(objective, least) == pytest.approx(objective.optimum, abs=1e-4)


def test_parameters_count_by_their_number_and_not_by_their_alphabet():
    objective = function("rosenbrock", dims=11)
    params = {f"x{i}": float(i) for i in range(1, 12)}
    expected = sum(100 * (i + 1 - i * i) ** 2 + (1 - i) ** 2 for i in range(1, 11))
    assert value(objective, params) == pytest.approx(expected)


def test_noise_differs_between_trials_and_is_the_same_for_one():
    objective = function("branin", noise=1.0)
    values = [value(objective, WHERE["branin"], number=number) for number in (1, 1, 2)]
    assert values[0] == values[1] != values[2]


def test_noop_adds_up_whatever_numbers_it_gets():
    assert value(function("noop"), {"x": 0.5, "flag": True, "word": "a"}) == pytest.approx(0.04 + 0.49)


def test_of_the_additive_function_one_parameter_hardly_matters():
    additive = function("additive")
    along_x = value(additive, {"x": 5.0, "y": 0.0}) - value(additive, {"x": 1.0, "y": 0.0})
    along_y = value(additive, {"x": 0.0, "y": 5.0}) - value(additive, {"x": 0.0, "y": -2.0})
    assert along_x > 100 * along_y


def test_a_learning_curve_reports_every_epoch_up_to_its_fidelity():
    reports = []
    objective = function("learning_curve")
    assert objective.fidelity.max == 27
    params = {"learning_rate": 1e-2, "units": 64, "dropout": 0.2}
    partial = value(
        objective, params, fidelity=9, report=lambda step, reported: reports.append((step, reported))
    )
    assert [step for step, _ in reports] == list(range(1, 10))
    assert reports[-1][1] == partial
    assert value(objective, params) < partial


def test_whoever_leads_early_in_a_learning_curve_need_not_win():
    objective = function("learning_curve")
    fast = {"learning_rate": 0.3, "units": 128, "dropout": 0.2}
    good = {"learning_rate": 3e-3, "units": 128, "dropout": 0.2}
    assert value(objective, fast, fidelity=3) < value(objective, good, fidelity=3)
    assert value(objective, fast) > value(objective, good)


def test_flaky_fails_in_its_share_of_trials_and_always_in_the_same():
    objective = function("flaky", share=0.3)

    def fails(number):
        try:
            value(objective, {"x": 0.1}, number=number)
        except RuntimeError:
            return True
        return False

    first = [fails(number) for number in range(200)]
    assert first == [fails(number) for number in range(200)]
    assert 30 < sum(first) < 90


def test_every_function_has_a_line_of_its_own():
    lines = [function.summary for function in FUNCTIONS.values()]
    assert len(set(lines)) == len(lines)
    for name in FUNCTIONS:
        assert parse({"kind": "function", "name": name}).describe().startswith(f"The function {name}. ")
