"""The contract that every optimizer keeps; new ones are found and tested by themselves."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import math
import random
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from optimizers import (
    Boolean,
    Categorical,
    Float,
    Integer,
    Optimizer,
    OptionError,
    Result,
    Space,
    SpaceExhausted,
    Suggestion,
    available,
)
from optimizers.registry import get
from tests.optimizers.drive import ask, begun, bowl, create, plain, play, result_of, results_of
from tests.optimizers.spaces import NETWORK, SVM, TREE

TRIALS = 14

every_optimizer = pytest.mark.parametrize("name", available())


def gridded(space: Space) -> Space:
    """The space with three points for each number, as a grid needs."""
    data = space.to_dict()
    for parameter in data["parameters"]:
        if parameter["type"] == "float":
            parameter["points"] = 3
    return Space.from_dict(data)


@functools.cache
def played(name: str) -> list[Suggestion]:
    """The first trials of an optimizer on the SVM space, one after the other."""
    return play(create(name, SVM, seed=3, budget=60), range(TRIALS))


def late_asks(name: str, results: list[Result]) -> list[dict[str, Any]]:
    """What a fresh optimizer asks, told `results` in this order, without and with trials pending."""
    optimizer = create(name, SVM, seed=3, budget=60)
    optimizer.tell(results)
    first = ask(optimizer, TRIALS)
    second = ask(optimizer, TRIALS + 1, [first])
    third = ask(optimizer, TRIALS + 2, [second, first])
    return [plain(suggestion) for suggestion in (first, second, third)]


@every_optimizer
def test_it_introduces_itself(name: str) -> None:
    optimizer = get(name)
    assert optimizer.name == name
    assert 0 < len(optimizer.title) <= 40
    assert 0 < len(optimizer.summary) <= 140
    for option in fields(optimizer.Options):
        assert getattr(optimizer.Options(), option.name) == option.default
        assert option.metadata["help"]


@every_optimizer
def test_suggestions_are_valid_and_of_native_types(name: str) -> None:
    for suggestion in played(name):
        validated = SVM.validate(suggestion.params)
        assert validated == suggestion.params
        assert [type(value) for value in validated.values()] == [
            type(value) for value in suggestion.params.values()
        ]


@every_optimizer
def test_constraints_and_forbidden_combinations_are_kept(name: str) -> None:
    space = gridded(TREE) if name == "grid" else TREE
    for suggestion in play(create(name, space, seed=1, budget=40), range(TRIALS)):
        assert space.validate(suggestion.params) == suggestion.params


@every_optimizer
def test_a_small_constrained_space_is_used_up(name: str) -> None:
    space = Space(
        {"a": Integer(1, 4), "b": Integer(1, 4), "c": Boolean()},
        constraints=["a + b == 5"],
        forbidden=[{"a": 1, "c": True}],
    )
    optimizer = create(name, space, seed=1)
    suggestions = until_exhausted(optimizer, "all 7")
    assert len({space.key(suggestion.params) for suggestion in suggestions}) == 7
    assert len({space.key(suggestion.params) for suggestion in begun(suggestions)}) == len(begun(suggestions))
    again = create(name, space, seed=1)
    again.tell(results_of(suggestions))
    with pytest.raises(SpaceExhausted, match="all 7"):
        again.ask(len(suggestions))


def until_exhausted(optimizer: Optimizer, words: str) -> list[Suggestion]:
    """Asked and told one after the other, until there is nothing left."""
    played: list[Suggestion] = []
    with contextlib.suppress(SpaceExhausted):
        for number in range(200):
            played += play(optimizer, [number])
    with pytest.raises(SpaceExhausted, match=words):
        optimizer.ask(len(played))
    return played


@every_optimizer
def test_info_is_plain_json(name: str) -> None:
    for suggestion in played(name):
        assert json.loads(json.dumps(suggestion.info, allow_nan=False)) == suggestion.info
        assert suggestion.info["mode"]


@every_optimizer
def test_the_first_trial_is_the_default(name: str) -> None:
    if get(name).default_first:
        assert played(name)[0].params == SVM.default()
    else:
        assert name == "grid"


@every_optimizer
def test_no_configuration_comes_twice(name: str) -> None:
    suggestions = begun(played(name))
    assert len({SVM.key(suggestion.params) for suggestion in suggestions}) == len(suggestions)
    assert len(suggestions) == TRIALS or get(name).needs_fidelity


@every_optimizer
def test_seeds_differ_and_repeat(name: str) -> None:
    again = play(create(name, SVM, seed=3, budget=60), range(TRIALS))
    assert [plain(suggestion) for suggestion in again] == [plain(suggestion) for suggestion in played(name)]
    other = play(create(name, SVM, seed=4, budget=60), range(4))
    if name != "grid":
        assert [each.params for each in other] != [each.params for each in played(name)[:4]]


@every_optimizer
def test_the_order_of_results_makes_no_difference(name: str) -> None:
    results = results_of(played(name))
    shuffled = random.Random(0).sample(results, len(results))
    expected = late_asks(name, results)
    assert late_asks(name, shuffled) == expected

    asked_all_along = create(name, SVM, seed=3, budget=60)
    for number, result in enumerate(shuffled):
        asked_all_along.tell([result])
        asked_all_along.ask(number + 50)
    assert plain(ask(asked_all_along, TRIALS)) == expected[0]


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, Any]:
    """What each optimizer asks in another process, told its results backwards."""
    told = {}
    for name in available():
        with contextlib.suppress(
            Exception
        ):  # a broken optimizer fails its own tests, not those of the others
            told[name] = [list(vars(each).values()) for each in results_of(played(name))[::-1]]
    script = (
        "import json, sys\n"
        "from optimizers import Result\n"
        "from tests.optimizers.test_contract import late_asks\n"
        "told = json.load(sys.stdin)\n"
        "asks = {name: late_asks(name, [Result(*each) for each in own]) for name, own in told.items()}\n"
        "json.dump(asks, sys.stdout)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(told),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


@every_optimizer
def test_another_process_asks_the_same(name: str, elsewhere: dict[str, Any]) -> None:
    assert elsewhere[name] == late_asks(name, results_of(played(name)))


@every_optimizer
def test_telling_twice_changes_nothing_and_mutates_nothing(name: str) -> None:
    results = results_of(played(name))
    pending = [Suggestion(TRIALS, SVM.default() or {})]
    before = copy.deepcopy((results, pending))
    once, twice = (create(name, SVM, seed=3, budget=60) for _ in range(2))
    once.tell(results)
    twice.tell(results)
    ask(twice, TRIALS + 1, pending)
    twice.tell(results[5:])
    twice.tell(results)
    assert plain(ask(twice, TRIALS + 1, pending)) == plain(ask(once, TRIALS + 1, pending))
    assert (results, pending) == before


@every_optimizer
def test_pending_trials_steer_away_duplicates(name: str) -> None:
    optimizer = create(name, NETWORK, seed=0, budget=60, parallelism=4)
    optimizer.tell(results_of(play(create(name, NETWORK, seed=0, budget=60), range(6))))
    pending: list[Suggestion] = []
    for number in range(6, 14):
        pending.append(ask(optimizer, number, pending))
    started = begun(pending)
    assert len({NETWORK.key(suggestion.params) for suggestion in started}) == len(started)


@every_optimizer
@pytest.mark.parametrize("told", [True, False])
def test_a_finite_space_is_exhausted_exactly_once(name: str, told: bool) -> None:
    space = Space(
        {
            "layers": Integer(1, 3, default=2),
            "units": Categorical([16, 64], ordered=True, when={"layers": {"min": 2}}, default=16),
            "rate": Float(0.1, 0.3, step=0.1, default=0.1),
        }
    )
    optimizer = create(name, space, seed=1)
    pending: list[Suggestion] = []
    if told:
        pending = until_exhausted(optimizer, "15")
    else:
        for number in range(15):
            pending.append(ask(optimizer, number, pending))
    expected = {space.key(params) for params in space.grid()}
    started = begun(pending)
    assert len(expected) == 15
    assert len({space.key(suggestion.params) for suggestion in started}) == len(started)
    assert {space.key(suggestion.params) for suggestion in pending} == expected
    if told:
        return
    if optimizer.trains_in_parts:  # one of the pending ones may go on
        assert optimizer.ask(15, pending) is None
        return
    with pytest.raises(SpaceExhausted, match="15"):
        optimizer.ask(15, pending)


@every_optimizer
@pytest.mark.parametrize(
    "value",
    [None, 7.0, 1e300, -1e300, 1e-300, math.nan],
    ids=["failed", "constant", "huge", "low", "tiny", "nan"],
)
def test_no_value_upsets_it(name: str, value: float | None) -> None:
    def objective(number: int, params: dict[str, Any]) -> float | None:
        return value if value in (None, 7.0) else value * (1 + number / 100)  # type: ignore[operator]

    for suggestion in play(create(name, SVM, seed=0, budget=30), range(9), objective):
        SVM.validate(suggestion.params)


@every_optimizer
def test_huge_and_tiny_values_mix(name: str) -> None:
    values = [1e300, 1e-300, -1e300, 0.0, None, 1.0]
    played = play(create(name, SVM, seed=0, budget=30), range(9), lambda number, params: values[number % 6])
    assert len(played) == 9


@every_optimizer
@pytest.mark.parametrize(
    "parameter",
    [Float(0, 1, points=20), Integer(1, 20), Categorical(list("abcdefghijkl"))],
    ids=["float", "integer", "categorical"],
)
def test_one_parameter_is_enough(name: str, parameter: Any) -> None:
    space = Space({"x": parameter})
    started = begun(play(create(name, space, seed=0, budget=20), range(9)))
    assert len({space.key(suggestion.params) for suggestion in started}) == len(started) > 5


@every_optimizer
def test_fifty_parameters_are_not_too_many(name: str) -> None:
    mixed: list[Any] = [Float(1e-3, 10, log=True, points=3), Integer(1, 9), Categorical(["a", "b", "c"])]
    space = Space({f"p{number}": mixed[number % 3] for number in range(50)})
    for suggestion in play(create(name, space, seed=0, budget=20), range(8)):
        assert len(space.validate(suggestion.params)) == 50


@every_optimizer
def test_results_outside_the_space_are_left_out(name: str) -> None:
    edited = Space(
        {
            "kernel": Categorical(["linear", "rbf"], default="rbf"),
            "C": Float(1e-3, 1e3, log=True, default=1.0, points=4),
            "gamma": Float(1e-4, 10.0, log=True, when={"kernel": "rbf"}, default=0.1, points=3),
        }
    )
    misfits = [
        Result(number, {"kernel": "poly", "C": 1.0, "gamma": 1.0, "degree": 2}, -9.0) for number in range(6)
    ]
    told, untold = (create(name, edited, seed=0) for _ in range(2))
    told.tell(misfits)
    assert plain(ask(told, 6)) == plain(ask(untold, 6))
    pending = Suggestion(0, {"kernel": "poly", "C": 1.0})
    assert plain(ask(untold, 6, [pending])) == plain(ask(untold, 6))


@every_optimizer
def test_it_takes_every_hint(name: str) -> None:
    history = [*results_of(played(name)), Result(0, {"gone": 1}, 1.0)]
    optimizer = create(
        name, SVM, seed=2**40, budget=9.5, parallelism=8, min_fidelity=1, max_fidelity=27, history=history
    )
    assert len(optimizer.history) == TRIALS
    for suggestion in play(optimizer, range(5)):
        SVM.validate(suggestion.params)


def two(params: dict[str, Any]) -> tuple[float, float]:
    value = bowl(0, params) or 0.0
    return value, math.log1p(params["C"]) - value


@every_optimizer
def test_several_objectives_are_taken_or_refused_in_words(name: str) -> None:
    if getattr(get(name), "most_objectives", 4) == 1:
        with pytest.raises(OptionError, match="nsga2"):
            create(name, SVM, seed=0, objectives=2)
        return
    optimizer = create(name, SVM, seed=0, budget=20, objectives=2)
    for number in range(12):
        params = ask(optimizer, number).params
        failed = number % 5 == 4
        optimizer.tell([Result(number, params, values=None if failed else two(params))])
    assert SVM.validate(ask(optimizer, 12).params)


@every_optimizer
def test_outcome_constraints_are_welcome(name: str) -> None:
    optimizer = create(name, SVM, seed=0, budget=20)
    for number in range(12):
        asked = ask(optimizer, number)
        size = asked.params["C"]
        limits = () if number % 5 == 4 else (size - 1.0, 0.5 - size)
        result = result_of(asked, bowl(number, asked.params))
        optimizer.tell([replace(result, constraints=limits, seconds=1.0 + number)])
    SVM.validate(ask(optimizer, 12).params)


@every_optimizer
def test_pruned_results_are_welcome(name: str) -> None:
    optimizer = create(name, SVM, seed=0, budget=20)
    for number in range(9):
        result = result_of(asked := ask(optimizer, number), bowl(number, asked.params))
        pruned = number % 2 == 0 and result.value is not None
        optimizer.tell([replace(result, fidelity=0.5, pruned=True) if pruned else result])
    SVM.validate(ask(optimizer, 9).params)
