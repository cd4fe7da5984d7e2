"""What is special about each stopping rule."""

import numpy as np
import pytest
from scipy import stats

from optimizers.early_stopping import Curve, Horizon, create
from optimizers.early_stopping.rules.extrapolation import extrapolate
from optimizers.early_stopping.rules.wilcoxon import worse_by_chance

FOLDS = np.arange(1, 11)


def flat(number, level, steps=10, complete=True):
    at = np.arange(1, steps + 1)
    return Curve(number, at, np.full(steps, float(level)), complete=complete)


@pytest.mark.parametrize("n", [4, 7, 10, 60])
def test_the_signed_rank_test_is_that_of_scipy(n):
    differences = np.random.default_rng(n).normal(0.3, 1.0, n)
    method = "exact" if n <= 50 else "approx"
    expected = stats.wilcoxon(differences, alternative="greater", method=method, correction=True)
    assert worse_by_chance(differences) == pytest.approx(expected.pvalue, rel=0.02)


def test_ties_and_zeros_of_accuracies_are_counted_exactly():
    # Ranks 1.5 (a zero and a zero), 3.5 3.5 (ties), 5: of 8 sign patterns only all-positive reaches the sum.
    assert worse_by_chance(np.array([0.0, 0.0, 1.0, 1.0, 2.0])) == pytest.approx(1 / 8)
    assert worse_by_chance(np.array([1.0, -1.0])) == pytest.approx(3 / 4)
    assert worse_by_chance(np.zeros(5)) == 1.0


def test_wilcoxon_stops_after_as_many_worse_folds_as_its_p_needs():
    best = flat(0, 0.1)
    rule = create("wilcoxon", Horizon("folds", 10), p=0.1, chance=1.0)
    own = [0.11, 0.12, 0.13, 0.14]
    assert not rule.decide(Curve(5, FOLDS[:3], own[:3]), [best]).stop
    looser = create("wilcoxon", Horizon("folds", 10), p=0.13, chance=1.0)
    assert looser.decide(Curve(5, FOLDS[:3], own[:3]), [best]).stop
    stopped = rule.decide(Curve(5, FOLDS[:4], own), [best])
    assert stopped.stop
    assert stopped.reason == (
        "Worse than trial 0, the best, on 4 of 4 folds (p = 0.062): its mean was 0.125 instead of 0.1"
    )


@pytest.mark.parametrize(("worse", "stops"), [(0.02, False), (0.2, True)])
def test_wilcoxon_does_not_stop_what_its_other_folds_can_bring_back(worse, stops):
    """Worse on all of five folds, by little or by much of what trials differ between folds."""
    spread = 0.05 * np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    done = [flat(0, 0.1), *(Curve(number, FOLDS, 0.6 + spread, complete=True) for number in (1, 2, 3))]
    own = Curve(5, FOLDS[:5], 0.1 + worse * np.array([0.5, 1.0, 1.5, 0.8, 1.2]))
    assert create("wilcoxon", Horizon("folds", 10)).decide(own, done).stop == stops
    assert create("wilcoxon", Horizon("folds", 10), chance=1.0).decide(own, done).stop


def test_wilcoxon_pairs_folds_so_that_hard_folds_harm_nobody():
    hard = np.array([0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9])
    best = Curve(0, FOLDS, hard, complete=True)
    rule = create("wilcoxon", Horizon("folds", 10))
    assert rule.decide(Curve(5, FOLDS[:5], hard[:5] + 0.01), [best]).stop
    mixed = hard[:6] + np.array([0.02, -0.015, 0.02, -0.015, 0.01, -0.01])
    assert not rule.decide(Curve(5, FOLDS[:6], mixed), [best]).stop


def peers(rng, spread):
    best = rng.normal(0.0, 1.0, 5)
    return [Curve(0, FOLDS[:5], best, complete=True)] + [
        Curve(n, FOLDS[:5], best + 0.5 + rng.normal(0, spread, 5), complete=True) for n in range(1, 6)
    ]


def test_the_race_needs_one_fold_where_folds_agree_and_more_where_they_do_not():
    rng = np.random.default_rng(0)
    rule = create("race", Horizon("folds", 5))
    calm, wild = peers(rng, 0.02), peers(rng, 2.0)
    assert rule.decide(Curve(9, [1], calm[0].values[:1] + 0.5), calm).stop
    assert not rule.decide(Curve(9, [1], wild[0].values[:1] + 0.5), wild).stop


def test_the_race_is_rarely_wrong():
    """Of trials that would have ended best, few are stopped, though it looks four times."""
    rng = np.random.default_rng(1)
    rule = create("race", Horizon("folds", 5))
    winners = stopped = 0
    while winners < 300:
        others = peers(rng, 1.0)
        own = others[0].values + rng.normal(0.0, 1.0, 5)
        best = min(others, key=lambda each: each.values.mean()).values.mean()
        if own.mean() < best:
            winners += 1
            stopped += any(rule.decide(Curve(9, FOLDS[:k], own[:k]), others).stop for k in range(1, 5))
    assert stopped / winners < 0.1


def test_patience_counts_steps_since_the_last_improvement():
    best = flat(0, 0.0)
    values = [0.9, 0.8, 0.7, 0.699, 0.698, 0.697, 0.696]
    rule = create("patience", Horizon("steps", 10), patience=3, min_delta=0.01)
    found = [rule.decide(Curve(5, FOLDS[:k], values[:k]), [best]).stop for k in range(1, 8)]
    assert found == [False] * 5 + [True] * 2
    eager = create("patience", Horizon("steps", 10), patience=3)
    assert not eager.decide(Curve(5, FOLDS[:7], values), [best]).stop


def test_slow_improvements_add_up_for_patience():
    rule = create("patience", Horizon("steps", 100), patience=5, min_delta=0.01)
    slow = Curve(5, np.arange(1, 31), 1.0 - 0.004 * np.arange(30))
    assert not rule.decide(slow, [flat(0, 0.0, 100)]).stop


def test_percentile_is_stricter_than_the_median():
    others = [flat(n, n / 10) for n in range(10)]
    own = flat(20, 0.42, 3)
    assert not create("median", Horizon("steps", 10)).decide(own, others).stop
    assert create("percentile", Horizon("steps", 10), percentile=25).decide(own, others).stop


def test_the_median_compares_at_equal_steps_only():
    others = [flat(n, 0.2, 3) for n in range(5)] + [flat(n, 0.5, 10) for n in range(5, 10)]
    own = Curve(20, [1, 2, 3, 4], [0.4] * 4)
    assert not create("median", Horizon("steps", 10)).decide(own, others).stop


def power(at, end, rng):
    return end + 0.5 * at**-0.7 + rng.normal(0, 0.003, len(at))


def test_extrapolation_is_calibrated_on_curves_of_another_family():
    """The end lies within two standard deviations nearly always, and knows more the more is seen."""
    rng = np.random.default_rng(3)
    inside, early, late = 0, [], []
    for _ in range(60):
        end, rate = rng.uniform(0.1, 0.5), rng.uniform(0.5, 1.5)
        at = np.arange(1, 28)
        values = end + 0.6 / np.log(np.e + rate * at) + rng.normal(0, 0.004, 27)
        found = extrapolate(at[:10].astype(float), values[:10], 27.0)
        inside += abs(found.mean - values[-1]) < 2 * found.std
        early.append(extrapolate(at[:5].astype(float), values[:5], 27.0).std)
        late.append(extrapolate(at[:20].astype(float), values[:20], 27.0).std)
    assert inside >= 54
    assert np.median(late) < np.median(early) / 2


def test_extrapolation_waits_for_a_curve_that_still_falls_towards_the_best():
    rng = np.random.default_rng(4)
    at = np.arange(1, 28).astype(float)
    others = [Curve(n, at, power(at, 0.3 + 0.05 * n, rng), complete=True) for n in range(6)]
    rule = create("extrapolation", Horizon("steps", 27))
    slow = 0.2 + 0.8 * np.exp(-0.15 * at)  # behind at first, best in the end
    hopeless = power(at, 0.8, rng)
    assert not any(rule.decide(Curve(9, at[:k], slow[:k]), others).stop for k in range(1, 27))
    stops = [rule.decide(Curve(9, at[:k], hopeless[:k]), others).stop for k in range(1, 27)]
    assert stops.index(True) < 10
