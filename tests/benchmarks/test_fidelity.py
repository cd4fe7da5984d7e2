"""The benchmark of partial training: problems, what a search pays for, and the figures."""

from __future__ import annotations

import pytest

from benchmarks.fidelity import report, stored
from benchmarks.fidelity.problems import FULL, PROBLEMS, half_of
from benchmarks.fidelity.run import searched
from benchmarks.fidelity.searches import Ledger
from benchmarks.fidelity.stored import Run

TRAINED = [problem for problem in PROBLEMS.values() if problem.file.exists()]


@pytest.mark.parametrize("problem", TRAINED, ids=lambda problem: problem.name)
def test_every_configuration_has_a_curve(problem: object) -> None:
    assert problem.curves.shape == (*problem.shape, FULL)  # type: ignore[attr-defined]
    assert (problem.curves >= 0).all()  # type: ignore[attr-defined]


def test_both_halves_have_every_family() -> None:
    for half in ("tuning", "reported"):
        families = {problem.family for problem in TRAINED if half_of(problem.name) == half}
        assert families == {"boosting", "nets", "sgd"}


def test_only_full_trainings_count_and_all_units_cost() -> None:
    ledger = Ledger(PROBLEMS["sgd_wine"], 60)
    ledger.pay(9, 9, 0.1)
    ledger.pay(18, FULL, 0.5)
    ledger.pay(27, FULL, 0.4)
    ledger.pay(27, FULL, 0.2)  # beyond the budget
    assert ledger.steps == [(27, 0.5), (54, 0.4)]
    assert (ledger.cost, ledger.full) == (81, 3)


@pytest.mark.parametrize("method", ["asha", "random"])
def test_a_search_pays_for_what_it_adds(method: str) -> None:
    run = searched("sgd_wine", method, 0, 6)
    assert run.budget == 6 * FULL
    costs, losses = zip(*run.steps, strict=True)
    assert list(costs) == sorted(costs)
    assert list(losses) == sorted(losses, reverse=True)
    if method == "random":
        assert run.evaluations == run.full == 6
    else:
        assert run.evaluations > 6 > run.full > 0


def test_cost_to_reach_a_peers_value(tmp_path: object) -> None:
    def run(method: str, steps: tuple[tuple[int, float], ...]) -> Run:
        return Run("sgd_wine", method, "1", 0, 1080, 1, 1, steps, 0.0, "2026-11-30")

    stored.store(run("optuna-tpe-asha", ((27, 0.9), (900, 0.5))), tmp_path)  # type: ignore[arg-type]
    stored.store(run("auto", ((27, 0.8), (270, 0.45))), tmp_path)  # type: ignore[arg-type]
    scores = report.Scores(stored.load(tmp_path), ["sgd_wine"])  # type: ignore[arg-type]
    assert scores.cost_ratio("auto", "optuna-tpe-asha", "sgd_wine") == pytest.approx(0.25)
    assert scores.cost_ratio("optuna-tpe-asha", "auto", "sgd_wine") == float("inf")
    assert scores.excess("auto", "optuna-tpe-asha", "sgd_wine") == pytest.approx(-0.1)
