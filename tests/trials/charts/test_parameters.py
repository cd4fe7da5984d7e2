"""Charts over parameters on planted functions: slice, ranks, where it looked."""

import json

import pytest

from trials.charts import narrowing, ranks
from trials.charts import slice as slices
from trials.charts.lanes import LANE
from trials.charts.regions import best_tenth

from .made import SPACE, chosen, dot, facts, valley

DOTS = valley(120)


def sliced(name: str, dots=DOTS, **known):
    return slices.data(facts(**known), slices.Rows(SPACE, name, chosen(dots)))


def ranked(dots=DOTS, **known):
    return ranks.data(facts(**known), ranks.Rows(SPACE, ("C", "gamma"), chosen(dots)))


def test_the_slice_finds_where_the_best_lie() -> None:
    said = str(slices.words(sliced("C")))
    assert said.startswith("The best tenth lie at C 5.01 to 25.1.")
    turned = [dot(each.number, -(each.value or 0), **each.params) for each in DOTS]
    assert str(slices.words(sliced("C", turned, maximize=True))).startswith(
        "The best tenth lie at C 5.01 to 25.1."
    )
    assert not str(slices.words(sliced("C", turned))).startswith("The best tenth lie at C 5.01 to 25.1.")


def test_of_few_trials_the_best_five_are_not_called_a_tenth() -> None:
    assert str(slices.words(sliced("C", DOTS[:30]))).startswith("The 5 best lie ")
    assert "5 best" in str(ranks.words(ranked(DOTS[:30])))


def test_the_slice_says_how_many_are_inactive_and_draws_them_in_their_lane() -> None:
    data = sliced("gamma")
    assert "40 trials without it are in the lane on the left." in str(slices.words(data))
    figure = slices.figure(data)
    drawn = {n: x for trace in figure["data"] for n, x in zip(trace["customdata"], trace["x"], strict=True)}
    assert len(drawn) == len(DOTS)
    assert all((drawn[each.number] < 0) == ("gamma" not in each.params) for each in DOTS)


def test_the_slice_keeps_failed_and_pruned_trials_at_its_foot() -> None:
    more = [
        *DOTS,
        dot(200, None, "failed", kernel="rbf", C=1.0, gamma=0.5),
        dot(201, 9.0, "pruned", kernel="linear", C=1.0),
    ]
    traces = slices.figure(sliced("gamma", more))["data"]
    rugs = {
        trace["customdata"][0]: trace["yaxis"]
        for trace in traces
        if trace["customdata"] and trace.get("yaxis")
    }
    assert rugs == {200: "y2", 201: "y2"}


def test_with_few_trials_nothing_is_claimed() -> None:
    assert "Too few to see a region" in str(slices.words(sliced("C", valley(6))))
    assert slices.figure(sliced("C", valley(1))) is None
    assert "Too few to see a region" in str(ranks.words(ranked(valley(6))))


def test_ranks_are_even_and_the_best_lies_on_top() -> None:
    data = ranked()
    assert data.ordered[-1].number == best_tenth(facts(), DOTS)[0].number
    assert data.ranks[-1] == 0.0
    assert max(data.ranks) == 1.0
    upside = ranked(maximize=True)
    assert upside.ordered[-1].value == max(each.value for each in DOTS)
    assert "C 5.01 to 25.1" in str(ranks.words(data))


def narrowed(dots, name="C"):
    return narrowing.data(facts(), narrowing.Rows(SPACE, name, chosen(dots)))


def test_a_search_that_narrows_is_told_from_one_that_does_not() -> None:
    wide = [dot(n, 1.0, kernel="linear", C=10.0 ** ((n * 37 % 60) / 10 - 3)) for n in range(60)]
    close = [*wide, *(dot(60 + n, 1.0, kernel="linear", C=10.0 + n / 10) for n in range(60))]
    assert str(narrowing.words(narrowed(wide))).startswith("The search has not narrowed C")
    assert str(narrowing.words(narrowed(close))).startswith("The search has narrowed C to 1")


def test_the_shares_of_each_time_add_up_with_the_lane() -> None:
    data = narrowed(DOTS, "gamma")
    assert (data.density.sum(axis=0) + data.lane) == pytest.approx([1.0] * data.density.shape[1])
    figure = narrowing.figure(data)
    lane = figure["data"][1]
    assert lane["y"][1] == LANE
    assert sum(lane["z"][1]) > 0
    assert narrowing.figure(narrowed(DOTS[:5])) is None


def test_figures_stay_small() -> None:
    many = valley(1500)
    for figure in (
        slices.figure(sliced("gamma", many)),
        ranks.figure(ranked(many)),
        narrowing.figure(narrowed(many)),
    ):
        assert len(json.dumps(figure)) < 100_000
