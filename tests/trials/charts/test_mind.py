"""Charts of what the surrogate believed: slice, surface, contour, dependence, calibration."""

import pytest

from trials.charts import calibration, contour, dependence, mind_slice, mind_surface
from trials.charts.surrogate import surface_for, turned

from .made import SPACE, chosen, dot, facts, valley

UNITS = [0.0, 0.5, 1.0]
CURVE = {
    "name": "C",
    "at": {"kernel": "rbf", "C": 10.0, "gamma": 0.5},
    "units": UNITS,
    "bands": [[value - 0.5 + step / 8 for value in (3.0, 1.0, 2.0)] for step in range(9)],
    "improvement": [0.0, 0.4, 0.1],
}
SURFACE = {
    "names": ["C", "gamma"],
    "at": {"kernel": "rbf", "C": 10.0, "gamma": 0.5},
    "x": [0.0, 1.0],
    "y": [0.0, 0.5, 1.0],
    "mean": [[1.0, 2.0], [3.0, 4.0], [5.0, None]],
    "deviation": [[0.1, 0.1]] * 3,
    "improvement": [[0.0, 0.2]] * 3,
}
LEFT = {
    "numbers": [0, 1], "mean": [1.0, 2.0], "low": [0.5, 1.5], "high": [2.0, 3.0], "actual": [1.1, 5.0],
    "r2": 0.5, "rank": 0.8, "covered": 0.5,
}  # fmt: skip
VIEW = {
    "known": 30, "best": 0.9, "next": 40, "curves": [CURVE], "surfaces": [SURFACE], "candidates": [],
    "left_out": LEFT, "dependence": [],
}  # fmt: skip
DOTS = valley(60)


def sliced(name="C", before=30, coming=None, view=VIEW, **known):
    rows = mind_slice.Rows(SPACE, name, before, view, chosen(DOTS), coming)
    return mind_slice.data(facts(**known), rows)


def test_the_slice_shows_what_was_known_then_and_nothing_later() -> None:
    data = sliced(before=30)
    assert {each.number for each in data.known} == set(range(30))
    drawn = [trace for trace in mind_slice.figure(data)["data"] if trace.get("meta") == "trials"]
    assert drawn[0]["customdata"] == list(range(30))


def test_results_far_from_the_slice_are_faint() -> None:
    data = sliced()
    near = min(range(30), key=lambda at: data.away[at])
    far = max(range(30), key=lambda at: data.away[at])
    assert data.known[near].params["kernel"] == "rbf"
    assert data.known[far].params["kernel"] == "linear"
    marker = next(trace for trace in mind_slice.figure(data)["data"] if trace.get("meta") == "trials")[
        "marker"
    ]
    assert marker["opacity"][near] > marker["opacity"][far]


def test_bands_are_nested_around_the_mean_and_the_acquisition_lies_under_them() -> None:
    figure = mind_slice.figure(sliced())
    bands = [trace for trace in figure["data"] if trace.get("fill") == "toself"]
    assert len(bands) == 4
    widths = [band["y"][1] - band["y"][-2] for band in bands]
    assert widths == sorted(widths, reverse=True)
    gain = next(trace for trace in figure["data"] if trace.get("yaxis") == "y2")
    assert max(gain["y"]) == 1.0
    assert figure["layout"]["yaxis2"]["domain"][1] < figure["layout"]["yaxis"]["domain"][0]


def test_the_next_trial_is_a_diamond_where_it_has_the_parameter() -> None:
    coming = dot(40, None, "running", kernel="rbf", C=1.0, gamma=0.5)
    figure = mind_slice.figure(sliced(coming=coming))
    diamond = figure["data"][-1]
    assert diamond["marker"]["symbol"] == "diamond"
    assert (diamond["x"], diamond["y"]) == ([0.5], [1.0])
    assert any("next: trial 40" in note["text"] for note in figure["layout"]["annotations"])
    lacking = dot(41, None, "running", kernel="linear", C=1.0)
    others = mind_slice.figure(
        sliced("gamma", coming=lacking, view={**VIEW, "curves": [{**CURVE, "name": "gamma"}]})
    )
    assert all(trace.get("marker", {}).get("symbol") != "diamond" for trace in others["data"])


def test_several_objectives_get_no_promise_of_a_picture() -> None:
    assert "once ten trials" in str(mind_slice.words(sliced(view={})))
    assert "this one has several" in str(mind_slice.words(sliced(view={}, several=True)))


def test_where_nothing_is_stored_words_stand_alone() -> None:
    assert mind_slice.figure(sliced("kernel")) is None
    assert "the six most important are kept" in str(mind_slice.words(sliced("kernel")))
    assert str(mind_slice.words(sliced(view={}))).startswith("No picture yet.")


def test_a_surface_is_turned_to_the_axes_that_are_asked_for() -> None:
    assert surface_for(VIEW, "C", "gamma") is SURFACE
    other = surface_for(VIEW, "gamma", "C")
    assert other["x"] == SURFACE["y"]
    assert other["mean"] == [[1.0, 3.0, 5.0], [2.0, 4.0, None]]
    assert surface_for(VIEW, "C", "kernel") is None


def test_values_of_negated_scores_are_turned_as_a_whole() -> None:
    seen = turned(
        {**VIEW, "dependence": [{"name": "C", "units": UNITS, "mean": [1.0], "low": [0.5], "high": [3.0]}]}
    )
    assert seen["curves"][0]["bands"][0] == [-value for value in CURVE["bands"][-1]]
    assert seen["dependence"][0]["low"] == [-3.0]
    assert seen["left_out"]["high"] == [-0.5, -1.5]
    assert seen["surfaces"][0]["mean"][2] == [-5.0, None]
    assert seen["best"] == -0.9


def drawn(names=("C", "gamma"), surface=SURFACE, known=30, **more):
    return contour.data(facts(**more), contour.Rows(SPACE, names, chosen(DOTS), surface, known))


def test_the_contour_draws_inactive_trials_in_the_lane() -> None:
    figure = contour.figure(drawn())
    trials = figure["data"][-1]
    without = {each.number for each in DOTS if "gamma" not in each.params}
    assert {n for n, y in zip(trials["customdata"], trials["y"], strict=True) if y < 0} == without
    assert figure["data"][0]["z"][2][1] is None
    assert "The others are held: kernel rbf." in str(contour.words(drawn()))
    scale = figure["data"][0]["colorscale"]
    assert contour.figure(drawn(maximize=True))["data"][0]["colorscale"] != scale


def test_a_pair_that_is_not_stored_shows_the_trials_alone() -> None:
    data = drawn(surface=None)
    assert [trace["type"] for trace in contour.figure(data)["data"]] == ["scatter"]
    assert "no surface" in str(contour.words(data))


def test_the_layers_of_the_surface_say_what_dark_means() -> None:
    for layer, said in (
        ("mean", "dark is better"),
        ("deviation", "dark is known"),
        ("improvement", "promises more"),
    ):
        rows = mind_surface.Rows(SPACE, layer, VIEW, SURFACE, DOTS, None)
        data = mind_surface.data(facts(), rows)
        assert said in str(mind_surface.words(data))
        assert mind_surface.figure(data)["data"][0]["customdata"] == SURFACE[layer]
    gone = mind_surface.Rows(SPACE, "mean", {}, None, (), None)
    assert mind_surface.figure(mind_surface.data(facts(), gone)) is None


def averaged(mean, half, **known):
    found = {"name": "C", "units": UNITS, "mean": mean, "low": [m - half for m in mean],
             "high": [m + half for m in mean], "share": 0.5}  # fmt: skip
    return dependence.data(facts(**known), dependence.Rows(SPACE, "C", found, 30, 0.8))


def test_the_dependence_claims_only_what_exceeds_its_uncertainty() -> None:
    sure = str(dependence.words(averaged([3.0, 1.0, 2.0], 0.1)))
    assert sure.startswith("On average C is best near 1: 1.0000.")
    assert "in 50\N{NO-BREAK SPACE}% of the space" in sure
    assert str(dependence.words(averaged([3.0, 1.0, 2.0], 0.1, maximize=True))).startswith(
        "On average C is best near 0.001"
    )
    assert "hardly differs" in str(dependence.words(averaged([3.0, 1.0, 2.0], 1.5)))
    nothing = dependence.data(facts(), dependence.Rows(SPACE, "C", None, 0, 0.0))
    assert dependence.figure(nothing) is None


def predicted(inside, total):
    pairs = [
        calibration.Pair(
            number, 1.0 + number, 0.5 + number, 1.5 + number, (1.2 if number < inside else 9.0) + number
        )
        for number in range(total)
    ]
    return calibration.data(facts(), calibration.Rows(pairs, True))


@pytest.mark.parametrize(
    ("inside", "said"),
    [(8, "surer than it should be"), (24, "as it should be"), (30, "more careful than it need be")],
)
def test_the_calibration_says_whether_the_intervals_are_well_set(inside: int, said: str) -> None:
    words = str(calibration.words(predicted(inside, 30)))
    assert words.startswith(f"{inside} of 30 results fell inside")
    assert "would catch about 24" in words
    assert said in words


def test_few_predictions_are_none() -> None:
    assert calibration.figure(predicted(2, 4)) is None
