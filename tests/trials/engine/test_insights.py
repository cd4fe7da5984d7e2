"""What workers find out about a study: what they store, how often, and how a budget of regret follows it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from trials.engine import insights, lessons
from trials.engine.local import run_local
from trials.models import Insight, Study, Trial
from trials.models.access import owner

SPACE = {
    "parameters": [
        {"name": "x", "type": "float", "low": 0.0, "high": 1.0},
        {"name": "y", "type": "float", "low": 0.0, "high": 1.0},
    ]
}


def study_with(make_study: Any, count: int, maximize: bool = True, **more: Any) -> Study:
    """A study whose score is highest at x = 0.3 and hardly depends on y."""
    study = make_study(
        objective={"kind": "external"},
        space=SPACE,
        metrics=["score"],
        directions=["maximize" if maximize else "minimize"],
        **more,
    )
    grow(study, 0, count)
    return Study.objects.get(pk=study.pk)


def grow(study: Study, start: int, stop: int, names: tuple[str, str] = ("x", "y")) -> None:
    x, y = names
    sign = 1.0 if study.maximize else -1.0
    for number in range(start, stop):
        params = {x: (number * 0.618) % 1.0, y: (number * 0.414) % 1.0}
        value = sign * (1.0 - (params[x] - 0.3) ** 2 - 0.01 * params[y])
        Trial.objects.create(
            study=study, number=number, space=study.space, params=params, state=Trial.State.COMPLETE,
            value=value, values=[value], finished_revision=number,
        )  # fmt: skip
    best = study.trials.ranked(study).first()
    Study.objects.filter(pk=study.pk).update(
        n_complete=stop, next_number=stop, best=best, best_value=best.value
    )


@pytest.mark.parametrize("maximize", [True, False])
def test_every_method_the_pairs_and_what_is_left_are_stored(make_study, maximize):
    study = study_with(make_study, 60, maximize)
    Study.objects.filter(pk=study.pk).update(state="completed")
    assert insights.update(study.pk)
    data = Insight.objects.get(study=study).data
    assert set(data["methods"]) == {"ped_anova", "permutation", "mdi"}
    for found in (data["importance"], *data["methods"].values()):
        assert found["names"] == ["x", "y"]
        assert found["share"][0] > 0.9
        assert found["n"] == 60
        assert found["r2"] > 0.5
    assert [pair["names"] for pair in data["interactions"]] == [["x", "y"]]
    left = data["remaining"]
    assert 0.0 <= left["low"] <= left["gain"] <= left["high"] < 0.1


def test_the_dear_part_comes_second_then_when_the_results_have_grown_by_half_and_at_the_end(
    make_study, monkeypatch
):
    monkeypatch.setattr("trials.engine.pace.SHARE", 1e9)
    study = study_with(make_study, 20, budget={"trials": 1000})
    asked = []
    whole = lessons.full
    monkeypatch.setattr(lessons, "full", lambda *given: asked.append(len(given[1])) or whole(*given))
    insights.update(study.pk)
    assert asked == []
    for count in (25, 31, 38):
        grow(study, Insight.objects.get(study=study).results, count)
        insights.update(study.pk)
        data = Insight.objects.get(study=study).data
        assert data["importance"]["n"] == data["methods"]["ped_anova"]["n"] == count
        assert set(data["methods"]) == {"ped_anova", "permutation", "mdi"}
    assert asked == [25, 38]
    grow(study, 38, 40)
    Study.objects.filter(pk=study.pk).update(state="completed")
    insights.update(study.pk)
    assert asked == [25, 38, 40]


def test_a_budget_of_regret_ends_the_study_with_the_reason_in_words(make_study):
    study = study_with(make_study, 40, budget={"regret": 0.5})
    insights.update(study.pk)
    study.refresh_from_db()
    assert study.state == "completed"
    assert study.ending.startswith("Further trials can hardly gain more than 0.0")
    assert study.ending.endswith("; 0.5 was asked for")


@pytest.mark.parametrize(("count", "regret"), [(20, 0.5), (40, 1e-9)])
def test_too_few_results_or_more_to_gain_do_not_end_it(make_study, count, regret):
    study = study_with(make_study, count, budget={"regret": regret})
    insights.update(study.pk)
    study.refresh_from_db()
    assert (study.state, study.ending) == ("running", "")


def test_studies_of_several_objectives_have_no_budget_of_regret(make_study):
    from trials.engine.creation import StudyError, check_study

    body = {"objective": {"kind": "external"}, "space": SPACE, "metrics": ["a", "b"]}
    with pytest.raises(StudyError) as error:
        check_study(body | {"directions": ["minimize", "minimize"], "budget": {"regret": 0.1}})
    assert "one metric" in error.value.fields["budget.regret"][0]


@pytest.mark.django_db(transaction=True)
def test_a_study_in_the_foreground_ends_by_regret_too(make_study, transactional_db, settings, monkeypatch):
    settings.HPO_INSIGHT_SECONDS = 0
    monkeypatch.setattr("trials.engine.pace.SHARE", 1e9)
    study = make_study(
        objective={"kind": "function", "name": "branin"},
        optimizer={"name": "tpe"},
        budget={"trials": 200, "regret": 1e6},
    )
    grow(study, study.next_number, 24, names=("x1", "x2"))  # regret is asked for from about this many on
    ended = run_local(study.pk, workers=1)
    assert ended.state == "completed"
    assert "hardly gain more" in ended.ending
    assert ended.n_complete < 200


def test_the_final_findings_are_awaited_right_after_the_end_and_not_for_ever(make_study):
    study = study_with(make_study, 20)
    assert insights.update(study.pk)
    study.n_complete = 22
    assert not Insight.final_awaited(study), "it still runs"
    study.state, study.ended = Study.State.COMPLETED, timezone.now()
    assert Insight.final_awaited(study)
    study.ended = timezone.now() - timedelta(hours=1)
    assert not Insight.final_awaited(study)
    study.n_complete, study.ended = 20, timezone.now()
    assert not Insight.final_awaited(study), "they are there"


def test_pages_say_so_until_they_are_there(make_study, client):
    study = study_with(make_study, 20)
    assert insights.update(study.pk)
    grow(study, 20, 22)
    Study.objects.filter(pk=study.pk).update(state=Study.State.COMPLETED, ended=timezone.now())
    client.force_login(owner())
    words = "come from 20 of 22 results"
    for tab in ("", "analysis/", "mind/"):
        assert words in client.get(f"/studies/{study.pk}/{tab}").content.decode()
    live = client.get(f"/studies/{study.pk}/live/")
    assert live.headers["X-Live-Every"] != "0"
    assert insights.update(study.pk)
    assert words not in client.get(f"/studies/{study.pk}/").content.decode()
