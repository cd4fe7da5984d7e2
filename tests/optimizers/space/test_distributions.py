"""Distributions: every family of scipy.stats can be sampled, in scipy's own meaning."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.stats._distr_params import distcont, distdiscrete

from optimizers import Float, Integer, ParameterError, Space, SpaceError

ARGUMENTS = {
    name: arguments for name, arguments in reversed(distcont + distdiscrete) if isinstance(name, str)
}
"""Sensible shape arguments for each family: those that scipy tests them with."""
FAMILIES = sorted(
    name
    for name, member in vars(stats).items()
    if isinstance(member, stats.rv_continuous | stats.rv_discrete)
)
SLOW = {"studentized_range", "levy_stable"}


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_can_be_sampled(name: str) -> None:
    frozen = getattr(stats, name)(*ARGUMENTS[name])
    tails = frozen.ppf([0.001, 0.999])
    assert np.isfinite(tails).all()
    for make in (Float,) if name in SLOW else (Float, Integer):
        space = Space({"x": make(distribution=frozen)})
        assert Space.from_dict(json.loads(json.dumps(space.to_dict()))) == space
        units = [0.0, 0.5, 1.0] if name in SLOW else np.append(np.random.default_rng(0).random(10), [0, 1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = [params["x"] for params in space.decode_many(np.sort(units)[:, None])]
        low, high = space.parameters["x"].bounds  # type: ignore[attr-defined]
        assert low <= values[0] <= values[-1] <= high
        assert (values[0], values[-1]) == pytest.approx((low, high), abs=1e-6 * (high - low))
        assert values == sorted(values)
        rounding = 0.5 if make is Integer else 1e-9
        assert tails[0] - rounding <= low
        assert high <= tails[1] + rounding
        assert all(type(value) is (float if make is Float else int) for value in values)


@pytest.mark.parametrize(
    ("frozen", "low", "high"),
    [
        (stats.expon(scale=100), 1.0, 1000.0),
        (stats.norm(3, 2), -10.0, 4.0),
        (stats.norm(), 9.0, 10.0),
        (stats.loguniform(1e-4, 1e2), None, None),
        (stats.beta(2, 5), None, None),
    ],
)
def test_samples_follow_the_truncated_distribution(
    frozen: Any, low: float | None, high: float | None
) -> None:
    space = Space({"x": Float(low, high, distribution=frozen)})
    first, last = space.parameters["x"].bounds  # type: ignore[attr-defined]
    rows = np.random.default_rng(0).random((2000, 1))
    samples = [params["x"] for params in space.decode_many(rows)]

    def cdf(x: np.ndarray) -> np.ndarray:
        return (frozen.sf(first) - frozen.sf(x)) / (frozen.sf(first) - frozen.sf(last))

    assert stats.kstest(samples, cdf).pvalue > 0.01


def test_randint_excludes_its_upper_end() -> None:
    for make in (Integer, Float):
        space = Space({"depth": make(distribution=stats.randint(1, 5))})
        counts = np.unique(
            [params["depth"] for params in space.decode_many(np.linspace(0, 1, 4001)[:, None])],
            return_counts=True,
        )
        assert counts[0].tolist() == [1, 2, 3, 4]
        assert np.ptp(counts[1]) <= 2
        assert space.size == 4
        with pytest.raises(ParameterError, match="from 1"):
            space.validate({"depth": 5})


def test_a_wider_range_does_not_widen_the_distribution() -> None:
    space = Space({"depth": Integer(-10, 100, distribution=stats.randint(1, 40))})
    assert [params["depth"] for params in space.grid()] == list(range(1, 40))
    assert space.to_dict()["parameters"][0]["low"] == -10


def test_a_continuous_distribution_is_rounded_for_integers() -> None:
    space = Space({"n": Integer(1, 1000, distribution=stats.expon(scale=100))})
    values = np.array([params["n"] for params in space.decode_many(np.linspace(0, 1, 20001)[:, None])])
    assert (values.min(), values.max()) == (1, 1000)
    mass = stats.expon(scale=100).cdf(1000.5) - stats.expon(scale=100).cdf(0.5)
    assert (
        abs(
            (values <= 70).mean()
            - (stats.expon(scale=100).cdf(70.5) - stats.expon(scale=100).cdf(0.5)) / mass
        )
        < 1e-3
    )


def test_a_binomial_keeps_its_probabilities() -> None:
    space = Space({"k": Integer(distribution=stats.binom(5, 0.3))})
    values = np.array([params["k"] for params in space.decode_many(np.linspace(0, 1, 20001)[:, None])])
    kept = np.arange(values.min(), values.max() + 1)
    expected = stats.binom(5, 0.3).pmf(kept) / stats.binom(5, 0.3).pmf(kept).sum()
    np.testing.assert_allclose([(values == k).mean() for k in kept], expected, atol=1e-3)


def test_steps_divide_a_distribution() -> None:
    space = Space({"n": Integer(10, 500, step=10, distribution=stats.expon(scale=100))})
    values = {params["n"] for params in space.decode_many(np.linspace(0, 1, 5001)[:, None])}
    assert values == set(range(10, 501, 10))
    for value in values:
        assert space.decode(space.encode({"n": value})) == {"n": value}


def test_grid_points_are_quantiles() -> None:
    space = Space({"x": Float(distribution=stats.norm(), points=3)})
    low, middle, high = (params["x"] for params in space.grid())
    assert middle == pytest.approx(0, abs=1e-9)
    assert (low, high) == pytest.approx(stats.norm.ppf([0.001, 0.999]).tolist())


def test_frozen_objects_and_json_mean_the_same() -> None:
    frozen = Space({"x": Float(distribution=stats.norm(1, scale=2), prior=stats.poisson_binom([0.5, 0.25]))})
    entry = {
        "name": "x",
        "type": "float",
        "distribution": {"name": "norm", "args": {"loc": 1, "scale": 2}},
        "prior": {"name": "poisson_binom", "args": {"p": [0.5, 0.25]}},
    }
    assert frozen.to_dict()["parameters"] == [entry]
    assert Space.from_dict({"parameters": [entry]}) == frozen


def test_a_prior_does_not_change_what_is_sampled() -> None:
    plain = Space({"x": Float(0, 1)})
    believed = Space({"x": Float(0, 1, prior=stats.beta(50, 1))})
    assert plain.sample(np.random.default_rng(0)) == believed.sample(np.random.default_rng(0))
    assert believed != plain


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"distribution": {"name": "exponn"}}, 'did you mean "expon"'),
        ({"distribution": {"name": "zzzzzz"}}, "see scipy.stats for the names"),
        ({"distribution": {"name": "describe"}}, "is not a distribution of scipy.stats"),
        ({"distribution": {"name": ["expon"]}}, "is not a distribution of scipy.stats"),
        ({"distribution": {"args": {}}}, 'needs "name"'),
        ({"distribution": {"name": "expon", "args": 3}}, "args are 3"),
        ({"distribution": {"name": "expon", "args": {"rate": 3}}}, 'no argument "rate"; it takes loc, scale'),
        ({"distribution": {"name": "expon", "args": {"scale": "3"}}}, "scale is '3'; give a number"),
        ({"distribution": {"name": "expon", "args": {"scale": -3}}}, "does not exist for {'scale': -3}"),
        ({"distribution": {"name": "poisson_binom", "args": {"p": 0.5}}}, "does not exist for {'p': 0.5}"),
        ({"distribution": {"name": "expon", "args": [0, 1, 2]}}, "takes at most 2 arguments: loc, scale"),
        ({"distribution": {"name": "beta", "args": {"a": 2}}}, "beta also needs b"),
        ({"distribution": "expon"}, "give a frozen scipy.stats distribution"),
        ({"distribution": stats.expon}, "give a frozen scipy.stats distribution"),
        ({"distribution": stats.multivariate_normal([0, 0])}, "give a frozen scipy.stats distribution"),
        ({"distribution": {"name": "expon"}, "low": 1, "high": 2, "log": True}, "exclude each other"),
        ({"distribution": {"name": "expon"}, "low": -3, "high": -1}, "nothing of the distribution"),
        ({"distribution": {"name": "norm"}, "low": 80, "high": 90}, "gives no probability to"),
        ({"distribution": {"name": "expon"}, "low": 5000}, "between low 5000"),
        (
            {"prior": {"name": "expon", "args": {"rate": 3}}, "low": 0, "high": 1},
            'prior expon has no argument "rate"',
        ),
        ({"distribution": {"name": "expon"}, "default": 50}, "default 50 is refused"),
    ],
)
def test_bad_distributions_are_refused_with_a_remedy(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(SpaceError) as refused:
        Float(**arguments)
    assert words in str(refused.value)


def test_a_distribution_without_finite_quantiles_needs_a_bound() -> None:
    endless = {"name": "loglaplace", "args": {"c": 0.005}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(SpaceError, match="no end there; give high"):
            Float(distribution=endless)
        assert Float(high=2, distribution=endless).bounds == (0.0, 2.0)
