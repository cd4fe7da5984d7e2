"""The three charts of a finished study: what they draw and say."""

import pytest

from trials.charts import confusion, final_scores, residuals
from trials.views.parts.result_words import Estimate, interval


def matrix(*counts: list[int]) -> confusion.Confusion:
    names = [f"class {place}" for place in range(len(counts))]
    return confusion.data(None, {"classes": names, "counts": list(counts)})


def test_the_confusion_matrix_names_the_most_frequent_mistake():
    said = str(confusion.words(matrix([9, 1, 0], [3, 6, 1], [0, 0, 10])))
    assert said.startswith("25 of 30 rows right.")
    assert "Most often class 1 is taken for class 0: 3 rows of 10" in said


def test_without_a_mistake_it_does_not_promise_that_there_is_none():
    assert "rare mistake may not have shown" in str(confusion.words(matrix([9, 0], [0, 3])))


def test_each_true_class_is_a_row_of_labelled_cells():
    figure = confusion.figure(matrix([9, 1], [0, 3]))
    assert [trace["text"] for trace in figure["data"]] == [["9", "1"], ["0", "3"]]
    assert figure["data"][0]["marker"]["color"][1].startswith("$bad-mark"), "a mistake"
    assert figure["data"][1]["marker"]["color"][0] == "$sunken", "nothing there"


def test_of_many_classes_empty_cells_have_no_label():
    size = confusion.MANY_CLASSES
    counts = [[5 if taken == truth else 0 for taken in range(size)] for truth in range(size)]
    assert confusion.figure(matrix(*counts))["data"][0]["text"].count("") == size - 1


def test_digits_stay_readable_on_every_tint_of_a_light_and_a_dark_page():
    for trace in confusion.figure(matrix([6, 4], [0, 9]))["data"]:
        shades = [tint for tint in trace["marker"]["color"] if "@" in tint]
        assert all(float(tint.partition("@")[2]) <= 0.58 for tint in shades)
        assert set(trace["textfont"]["color"]) <= {"$ink", "$faint"}


def target(name="y", bias=0.0, truth=(1.0, 2.0, 3.0)):
    predicted = [value + bias for value in truth]
    found = {"name": name, "truth": list(truth), "predicted": predicted, "spread": 2.0}
    return found | {"median_error": 0.5, "bias": bias}


def test_a_lean_to_one_side_is_told():
    drawn = residuals.data(None, {"rows": 3, "targets": [target(bias=-0.4)]})
    said = str(residuals.words(drawn))
    assert "off by less than 0.500" in said
    assert "0.40 too low" in said
    assert "3 rows say little" in said
    assert "neither side" in str(residuals.words(residuals.data(None, {"rows": 3, "targets": [target()]})))


def test_several_targets_share_one_scale():
    drawn = residuals.data(None, {"rows": 3, "targets": [target("a"), target("b", truth=(10.0, 20.0, 30.0))]})
    assert max(drawn.targets[0].truth) == 0.5, "in standard deviations"
    assert "standard deviations" in str(residuals.words(drawn))
    assert len(residuals.figure(drawn)["data"]) == 3, "the line, and a trace for each"


def test_scores_are_labelled_with_the_same_sensible_decimals():
    best = {"value": -57.2522, "low": -64.1, "high": -49.7}
    rows = {
        "data__scoring": "neg_root_mean_squared_error",
        "data__scores": {who: {"neg_root_mean_squared_error": best} for who in ("best", "default", "dummy")},
        "data__resamples": 2000,
        "data__test_rows": 89,
    }
    drawn = final_scores.data(None, rows)
    assert drawn.metric == "RMSE"
    assert drawn.rows[0].interval == (49.7, 64.1)
    texts = [note["text"] for note in final_scores.figure(drawn)["layout"]["annotations"]]
    assert texts == ["best", "57.3", "default", "57.3", "dummy", "57.3"]


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.6203, 0.7304, "0.62–0.73"), (0.931, 0.984, "0.93–0.98"), (0.9612, 0.9831, "0.961–0.983")],
)
def test_an_interval_is_written_as_finely_as_its_width_needs(low: float, high: float, shown: str):
    assert interval(Estimate((low + high) / 2, low, high)) == shown
    assert interval(Estimate(57.25, 49.7, 64.1)) == "50–64"
