"""What workers store of the surrogate: few moments, all of them in the end, in the study's own direction."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from trials.engine import insights, pace
from trials.engine.surrogate_views import MOST, targets, update
from trials.models import Study, Trial

SPACE = {
    "parameters": [
        {"name": "x", "type": "float", "low": 0, "high": 1},
        {"name": "y", "type": "float", "low": 0, "high": 1},
    ]
}


@pytest.fixture
def fill(make_study: Callable[..., Study]) -> Callable[..., Study]:
    def made(count: int = 14, state: str = "running", turned: bool = False, **body) -> Study:
        study = make_study(objective={"kind": "external"}, space=SPACE, metrics=["loss"],
                           directions=["maximize" if turned else "minimize"], **body)  # fmt: skip
        study.trials.all().delete()
        add(study, count, turned=turned)
        Study.objects.filter(pk=study.pk).update(state=state)
        study.refresh_from_db()
        return study

    return made


def add(study: Study, count: int, turned: bool = False) -> None:
    rng = np.random.default_rng(study.next_number)
    first, trials = study.n_complete, []
    for number in range(first, first + count):
        x, y = rng.random(2).tolist()
        value = 3 + 10 * (x - 0.3) ** 2
        trial = Trial(
            study=study, space=study.space, number=number, state="complete", params={"x": x, "y": y},
            value=-value if turned else value, finished_revision=number + 1, info={"mode": "explore"},
        )  # fmt: skip
        trials.append(trial)
    Trial.objects.bulk_create(trials)
    study.change(n_complete=first + count, next_number=first + count)


def work(study: Study) -> None:
    for _ in range(100):
        if not update(study.pk):
            return
    raise AssertionError("it never ends")


def test_moments_are_few_and_the_later_ones_hold_those_kept_before() -> None:
    assert targets(4, 10) == [4, 5, 6, 7, 8, 9, 10]
    for last in (70, 500, 100_000):
        kept = targets(4, last)
        assert len(kept) <= MOST + 2
        assert kept[-1] == last
        assert set(targets(4, 2 * last)) & set(range(last)) <= set(kept)


def test_while_it_runs_only_the_present_is_kept(fill: Callable[..., Study]) -> None:
    study = fill()
    work(study)
    assert list(study.surrogate_views.values_list("before", flat=True)) == [14]
    data = study.surrogate_views.get().data
    assert data["known"] == 14
    assert {curve["name"] for curve in data["curves"]} == {"x", "y"}
    assert data["dependence"]
    assert data["surfaces"]


def test_once_it_has_ended_every_moment_is_stored_and_nothing_is_left_to_do(
    fill: Callable[..., Study],
) -> None:
    study = fill(state="completed")
    insights.update(study.pk)
    while update(study.pk, seconds=0.0):  # one moment at a time
        pass
    assert list(study.surrogate_views.order_by("before").values_list("before", flat=True)) == list(
        range(4, 15)
    )
    revision = Study.objects.get(pk=study.pk).revision
    assert study.pk not in insights.stale_studies()
    assert not update(study.pk)
    assert Study.objects.get(pk=study.pk).revision == revision
    past = study.surrogate_views.get(before=8).data
    assert past["known"] == 8
    assert past["next"] == 8
    assert "dependence" not in past
    assert past["curves"][0]["at"] == pytest.approx(Trial.objects.get(study=study, number=8).params)


def test_a_study_whose_views_are_missing_is_found_by_the_reconciler(
    fill: Callable[..., Study], settings
) -> None:
    settings.HPO_INSIGHT_SECONDS = 0
    study = fill(state="completed")
    insights.update(study.pk)
    assert study.pk in insights.stale_studies()
    work(study)
    assert study.pk not in insights.stale_studies()


def test_the_former_present_is_made_slim_or_dropped(fill: Callable[..., Study]) -> None:
    study = fill()
    work(study)
    add(study, 3)
    study.surrogate_views.update(seconds=0.0)
    work(study)
    rows = {view.before: view.data for view in study.surrogate_views.all()}
    assert set(rows) == {14, 17}
    assert "dependence" in rows[17]
    assert "dependence" not in rows[14]


def test_values_are_in_the_studys_own_direction(fill: Callable[..., Study]) -> None:
    up, down = fill(turned=True), fill()
    for study in (up, down):
        work(study)
    mirrored, plain = up.surrogate_views.get().data, down.surrogate_views.get().data
    assert mirrored["best"] == pytest.approx(-plain["best"])
    low, high = mirrored["curves"][0]["bands"][0], mirrored["curves"][0]["bands"][-1]
    assert all(a <= b for a, b in zip(low, high, strict=True))
    assert [-value for value in high] == pytest.approx(plain["curves"][0]["bands"][0])
    assert mirrored["left_out"]["actual"] == pytest.approx([-value for value in plain["left_out"]["actual"]])


def test_a_long_search_keeps_little(fill: Callable[..., Study]) -> None:
    study = fill(count=150, state="completed")
    work(study)
    sizes = [len(json.dumps(view.data)) for view in study.surrogate_views.all()]
    assert len(sizes) <= MOST + 1
    assert max(sizes) < 100_000
    assert sum(sizes) < 2_000_000


def test_below_ten_results_and_with_several_objectives_nothing_is_said(
    fill: Callable[..., Study], make_study: Callable[..., Study]
) -> None:
    study = fill(count=9)
    assert not update(study.pk)
    assert not study.surrogate_views.exists()
    several = make_study(objective={"kind": "external"}, space=SPACE, metrics=["a", "b"],
                         directions=["minimize", "minimize"])  # fmt: skip
    Study.objects.filter(pk=several.pk).update(n_complete=12, state="completed")
    work(several)
    assert several.surrogate_views.get().data == {}


def test_while_another_study_trains_an_ended_one_takes_a_small_share_of_a_core(
    fill: Callable[..., Study], make_study: Callable[..., Study]
) -> None:
    ended, other = fill(state="completed"), make_study()
    Study.objects.filter(pk=other.pk).update(n_running=1)
    assert update(ended.pk)
    assert ended.surrogate_views.count() == 1
    ended.surrogate_views.update(seconds=60.0)
    assert not update(ended.pk)
    assert ended.surrogate_views.count() == 1
    Study.objects.filter(pk=other.pk).update(n_running=0)
    work(ended)
    assert ended.surrogate_views.count() == 11


def test_two_workers_do_not_do_it_twice(fill: Callable[..., Study]) -> None:
    study = fill()
    with pace.alone(study.pk) as free:
        assert free
        assert not update(study.pk)
        assert not insights.update(study.pk)
    assert not study.surrogate_views.exists()
    assert update(study.pk) is False
    assert study.surrogate_views.exists()


def test_a_moment_that_cannot_be_computed_is_stored_empty_and_not_tried_for_ever(
    fill: Callable[..., Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    from optimizers.surrogate_view import Viewer

    def broken(*_: object) -> None:
        raise np.linalg.LinAlgError("not positive definite")

    monkeypatch.setattr(Viewer, "after", broken)
    study = fill(state="completed")
    insights.update(study.pk)
    work(study)
    assert study.surrogate_views.get(before=14).data == {}
    assert study.pk not in insights.stale_studies()
