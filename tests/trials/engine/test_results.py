"""Between rows, which hold the study's own direction, and the library, which always minimises."""

from trials.engine.results import own_direction, result_of, suggestion_of
from trials.models import Study, Trial


def study(direction: str) -> Study:
    return Study(directions=[direction], metrics=["score"])


def test_a_value_is_flipped_once_where_the_study_maximises():
    trial = Trial(number=3, params={"x": 1}, state="complete", value=0.9)
    assert result_of(study("maximize"), trial).value == -0.9
    assert result_of(study("minimize"), trial).value == 0.9


def test_a_failed_trial_has_no_value():
    assert result_of(study("minimize"), Trial(number=3, params={}, state="failed")).value is None


def test_predicted_values_are_flipped_back():
    info = {
        "mode": "exploit",
        "predicted_mean": -0.9,
        "predicted_std": 0.1,
        "best": -0.8,
        "acquisition": -3.0,
    }
    assert own_direction(study("maximize"), info) == {**info, "predicted_mean": 0.9, "best": 0.8}
    assert own_direction(study("minimize"), info) == info


def test_a_pending_trial_is_the_suggestion_it_came_from():
    suggestion = suggestion_of(Trial(number=3, params={"x": 1}, parent=2))
    assert (suggestion.number, suggestion.params, suggestion.parent) == (3, {"x": 1}, 2)
