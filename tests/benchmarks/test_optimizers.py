"""The problems are what they say, runs can be repeated and resumed, and scores mean what the report says."""

import argparse
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.optimizers import digest, report, stored
from benchmarks.optimizers.contestants import suits
from benchmarks.optimizers.peers.protocol import active, stepped, unstepped, worst_for_failed
from benchmarks.optimizers.problems import CORE, FAMILIES, EvaluationFailed, all_problems, half_of
from benchmarks.optimizers.problems import train_grids as training
from benchmarks.optimizers.problems.data import load
from benchmarks.optimizers.problems.grids import positions
from benchmarks.optimizers.publish import replaced
from benchmarks.optimizers.run import Task, confirm, is_stored, search, tasks
from benchmarks.optimizers.scores import (
    Scale,
    difference,
    interval,
    mean,
    paired,
    ranks,
    scores_of,
    trials_to_target,
    win,
)
from benchmarks.optimizers.stored import Run

PROBLEMS = list(all_problems().values())


def a_run(values, *, method="auto", seed=0, problem="branin_2", trials=100):
    steps = tuple((trial, value) for trial, value in values)
    return Run(problem, 1, method, "1", seed, 1, trials, 0, steps, (1.0, 1.0, 0.1), "2026-11-21")


def test_each_half_has_every_family_in_equal_parts():
    for family in FAMILIES:
        halves = [half_of(problem.name) for problem in PROBLEMS if problem.family == family]
        assert halves.count("tuning") == halves.count("reported") > 0
    assert all(half_of(name) == "reported" for name in CORE)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_a_problem_answers_anywhere_in_its_space_and_never_below_its_optimum(problem):
    rng = np.random.default_rng(1)
    for draw in range(3):
        try:
            value = problem.evaluate(params := problem.space.sample(rng), draw)
        except EvaluationFailed:
            continue
        values = np.atleast_1d(value)
        assert np.isfinite(values).all()
        assert len(values) == problem.objectives
        exact = value if problem.truth is None else problem.truth(params)
        assert problem.optimum is None or exact >= problem.optimum - 1e-6


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("branin_2", [np.pi, 2.275]),
        ("hartmann_3", [0.114614, 0.555649, 0.852547]),
        ("hartmann_6", [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573]),
        ("rosenbrock_5", [1.0] * 5),
        ("styblinski_tang_8", [-2.903534] * 8),
        ("levy_failing_6", [1.0] * 6),
    ],
)
def test_a_known_optimum_is_reached_where_it_lies(name, at):
    problem = all_problems()[name]
    params = dict(zip(problem.space.names, at, strict=True))
    assert problem.evaluate(params, 0) == pytest.approx(problem.optimum, abs=1e-4)


def test_a_stored_loss_is_that_of_a_training():
    grid, data_name, train = training.TRAINERS["random_forest_diabetes"]
    data = load(data_name)
    params = {"max_depth": 4, "max_features_tenths": 4, "log_leaf": 1}
    losses = [
        train(params, [7], (data.inputs[some], data.targets[some], data.inputs[rest], data.targets[rest]))
        for some, rest in data.folds
    ]
    fresh = np.mean([loss["rmse"][0] for loss in losses])
    assert grid.loss(params | {"n_estimators": 7}, "rmse") == pytest.approx(fresh, rel=1e-5)


def test_every_grid_is_stored_whole():
    for grid, *_ in training.TRAINERS.values():
        with np.load(grid.file) as arrays:
            assert all(arrays[score].shape == grid.shape for score in arrays.files)
        assert grid.shape == tuple(len(positions(axis)) for axis in grid.axes.values())


@pytest.mark.parametrize("name", ["branin_noisy", "tree_size_breast_cancer", "families_digits"])
def test_the_same_search_twice_gives_the_same_run(name):
    task = Task(name, "random", "random", seed=3, batch=4, trials=10)
    first, second = search(task), search(task)
    assert first.steps == second.steps != ()
    assert first.best(10) is not None


def test_a_stored_run_counts_until_the_source_or_the_problem_changes():
    task = Task("branin_2", "random", "random", seed=0, batch=1, trials=5)
    run = search(task)
    assert is_stored(task, run)
    assert is_stored(replace(task, trials=3), run)
    assert not is_stored(replace(task, trials=6), run)
    assert not is_stored(task, replace(run, version="older"))
    assert not is_stored(task, replace(run, problem_version=0))
    assert not is_stored(task, None)


def test_stored_runs_come_back_and_the_newest_of_a_key_counts(tmp_path):
    old, new = a_run([(1, 2.0)]), a_run([(1, 1.0), (4, 0.5)])
    for run in (old, new, a_run([(1, 3.0)], seed=1)):
        stored.store(run, tmp_path)
    assert stored.load(tmp_path)[new.key] == new
    before = stored.load(tmp_path)
    stored.tidy("auto", tmp_path)
    assert stored.load(tmp_path) == before
    assert len((tmp_path / "auto.jsonl").read_text().splitlines()) == 2


def test_a_digest_changes_with_code_and_not_with_words(tmp_path):
    sources = ['"""Old."""\nx = 1\n', '"""New."""\n# more\nx = 1\n', "x = 2\n"]
    files = [tmp_path / f"{number}.py" for number in range(3)]
    for file, source in zip(files, sources, strict=True):
        file.write_text(source)
    same, also, other = (digest._code(file) for file in files)
    assert same == also != other
    assert digest.digest_of("gp") != digest.digest_of("random")


def test_methods_are_asked_for_what_they_can_do():
    one, two = all_problems()["branin_2"], all_problems()["branin_currin"]
    assert suits("nsga2", two)
    assert not suits("cmaes", two)
    assert suits("hyperopt-tpe", one)
    assert not suits("hyperopt-tpe", two)
    given = argparse.Namespace(
        problems="branin_2", core=False, half="all", methods="random:,tpe:startup=5,candidates=9",
        peers=False, seeds=1, label="", batch=1, trials=5,
    )  # fmt: skip
    assert [task.method for task in tasks(given)] == ["random:", "tpe:startup=5,candidates=9"]


def test_the_best_known_scores_0_random_search_1_and_nothing_at_all_2():
    runs = [a_run([(1, value)], method="random", seed=seed) for seed, value in enumerate((2.0, 3.0, 9.0))]
    scale = Scale.of({run.key: run for run in runs}, {"branin_2": 1.0}, [100])
    assert scale.score(a_run([(1, 8.0), (50, 1.0)]), 100) == 0.0
    assert scale.score(a_run([(1, 3.0)]), 100) == 1.0
    assert scale.score(a_run([(1, 99.0)]), 100) == 2.0
    assert scale.score(a_run([]), 100) == 2.0


def test_a_problem_that_random_search_solves_is_left_out():
    run = a_run([(1, 1.0)], method="random")
    scale = Scale.of({run.key: run}, {"branin_2": 1.0}, [100])
    assert scores_of([run], scale, 100) == {}


def test_differences_wins_and_ranks_are_of_the_same_problem_and_seed():
    ours = {"a": {0: 0.2, 1: 0.4}, "b": {0: 0.1}}
    theirs = {"a": {0: 0.6, 1: 0.4}, "c": {0: 0.0}}
    assert mean(paired(ours, theirs, difference)) == pytest.approx(-0.2)
    assert mean(paired(ours, theirs, win)) == 0.75
    assert ranks({"ours": ours, "theirs": theirs}) == {"ours": 1.0, "theirs": 2.0}
    low, high = interval(ours)
    assert low <= mean(ours) <= high


def test_stored_runs_are_of_problems_there_are_and_the_report_shows_them(capsys):
    runs = stored.load()
    assert {run.problem for run in runs.values()} == set(all_problems())
    report.main(["--half", "reported", "--each"])
    shown = capsys.readouterr().out
    assert "| optuna-tpe" in shown
    assert "| svm_diabetes" in shown


def test_a_table_replaces_only_its_own_part_of_the_page():
    page = "before\n<!-- core -->\nold\n<!-- end of core -->\nafter"
    assert replaced(page, "core", "new") == "before\n<!-- core -->\n\nnew\n\n<!-- end of core -->\nafter"
    with pytest.raises(ValueError, match="each problem"):
        replaced(page, "each problem", "new")


def test_peers_see_spaces_as_they_are():
    parameters = all_problems()["mlp_layers_wine"].space.to_dict()["parameters"]
    every = {
        parameter["name"]: parameter.get("low", (parameter.get("choices") or [0])[0])
        for parameter in parameters
    }
    assert "units_2" not in active(parameters, every | {"layers": 1})
    assert set(active(parameters, every | {"layers": 2})) & {"units_2", "units_3"} == {"units_2"}
    assert "momentum" in active(parameters, every | {"solver": "sgd"})
    grid = {"name": "n", "type": "integer", "low": 5, "high": 120, "step": 5}
    assert stepped(grid) == (0, 23)
    assert unstepped(grid, 23) == 120
    assert worst_for_failed([None, 2.0], [7.0]) == [7.0, 2.0]


def test_trials_to_a_target_are_those_of_the_first_best_that_is_good_enough():
    run = a_run([(1, 9.0), (4, 5.0), (30, 2.0)])
    assert trials_to_target(run, 5.0) == 4
    assert trials_to_target(run, 4.9) == 30
    assert trials_to_target(run, 1.0) == np.inf


def test_old_runs_count_again_only_when_every_repeated_step_is_the_same(tmp_path, capsys):
    true = search(Task("branin_2", "random", "random", 0, 1, 5))
    stored.store(replace(true, version="older"), tmp_path)
    confirm("random", 1, tmp_path)
    assert stored.load(tmp_path)[true.key].version == digest.version_of("random")
    wrong = replace(true, version="older", steps=((1, 0.5),))
    stored.store(wrong, tmp_path)
    confirm("random", 1, tmp_path)
    assert stored.load(tmp_path)[true.key].version == "older"
    assert "differs" in capsys.readouterr().out
