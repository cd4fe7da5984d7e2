"""The finished study's model, with real processes: refitted, scored once, stored, recovered, tried again."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from trials.engine import control, finals
from trials.engine.claims import Slot
from trials.engine.local import run_local
from trials.engine.recovery import feed
from trials.models import FinalModel, Study
from trials.objectives import resampling

pytestmark = pytest.mark.django_db(transaction=True)

SVC = {
    "objective": {
        "kind": "model",
        "model": "svc",
        "dataset": "breast_cancer",
        "validation": {"kind": "kfold", "folds": 2},
    },
    "budget": {"trials": 2},
}
SLOT = Slot("tester")
#: Loads a pipeline where there is nothing of ours, and predicts.
LOAD = """
import sys, joblib
from sklearn.datasets import load_breast_cancer
X, y = load_breast_cancer(return_X_y=True)
print(joblib.load(sys.argv[1]).score(X, y))
"""


@pytest.fixture
def study(make_study: Callable[..., Study], transactional_db: None) -> Study:
    """A study whose two trials are complete."""
    return make_study(**SVC)


def ended(study: Study, **changes: Any) -> FinalModel:
    """End a study as if its trials had been trained: the refit is what is tested."""
    with Study.locked(study.pk) as locked:
        assert locked is not None
        trial = locked.trials.create(
            number=7, space=locked.space, params={"C": 3.0, "kernel": "linear"}, state="complete", value=0.9
        )
        locked.change(best=trial, best_value=0.9, **changes)
        locked.end(Study.State.COMPLETED, "All 2 trials are done")
    return FinalModel.objects.get(study=study)


def test_a_study_ends_with_a_scored_model_that_loads_anywhere(make_study, tmp_path):
    study = make_study(**SVC | {"objective": SVC["objective"] | {"measures": ["f1"]}})
    study = run_local(study.pk, workers=2)
    final = FinalModel.objects.get(study=study)
    assert (final.state, final.number, final.trial_id) == ("done", 1, study.best_id)
    data = final.data
    assert (data["search_rows"], data["test_rows"]) == (455, 114)
    assert set(data["scores"]) == {"best", "default", "dummy"}
    for found in data["scores"].values():
        assert set(found) == {"accuracy", "f1"}
        score = found["accuracy"]
        assert score["low"] < score["value"] < score["high"] <= 1
    assert sum(map(sum, data["confusion"]["counts"])) == 114
    assert data["confusion"]["classes"] == ["malignant", "benign"]
    file = tmp_path / "model.joblib"
    file.write_bytes(b"".join(final.pieces()))
    assert hashlib.sha256(file.read_bytes()).hexdigest() == final.checksum
    assert file.stat().st_size == final.size
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", LOAD, str(file)], cwd=tmp_path, capture_output=True, text=True
    )
    assert float(loaded.stdout) > 0.9, loaded.stderr
    assert study.events.filter(kind="final").exists()


def test_only_completed_and_stopped_model_studies_with_a_result_have_one(make_study):
    assert not FinalModel.objects.exists()
    with Study.locked(make_study(**SVC).pk) as empty:
        empty.end(Study.State.COMPLETED, "Nothing was found")
    control.stop(make_study().pk)  # a function
    assert not FinalModel.objects.exists()
    assert ended(make_study(**SVC)).state == "queued"


def test_its_nudge_is_repeated_and_a_lost_worker_gives_it_back(study):
    final = ended(study)
    assert feed(0).finals == (), "a busy worker nudges nobody"
    assert feed(1).finals == (final.pk,)
    with Study.locked(study.pk) as locked:
        assert final.claim(locked, "token")
        assert not final.claim(locked, "another"), "one holder at a time"
    assert not finals.reclaim()
    FinalModel.objects.update(lease_expires=Now() - timedelta(seconds=1))
    assert finals.reclaim().finals == (final.pk,)
    final.refresh_from_db()
    assert (final.state, final.lost) == ("queued", 1)
    finals.finalise(final.pk, SLOT)
    finals.finalise(final.pk, SLOT)  # a doubled message does nothing
    final.refresh_from_db()
    assert final.state == "done"


def test_without_a_test_part_there_is_a_model_and_no_score(make_study):
    objective = SVC["objective"] | {"test_share": 0}
    final = ended(make_study(**SVC | {"objective": objective}))
    finals.finalise(final.pk, SLOT)
    final.refresh_from_db()
    assert (final.state, final.stored) == ("done", True)
    assert final.data["test_rows"] == 0
    assert "scores" not in final.data


def test_a_failure_has_its_reason_and_a_person_tries_again(study):
    final = ended(study)
    final.trial.params = {"C": -3.0}
    final.trial.save()
    finals.finalise(final.pk, SLOT)
    final.refresh_from_db()
    assert final.state == "failed"
    assert "C" in final.error["message"]
    final.trial.params = {"C": 3.0}
    final.trial.save()
    assert finals.retry(study.pk).finals == (final.pk,)
    finals.finalise(final.pk, SLOT)
    final.refresh_from_db()
    assert (final.state, final.number, final.error) == ("done", 1, None)


def test_a_pipeline_that_is_too_large_is_scored_and_not_kept(study, monkeypatch):
    monkeypatch.setattr(finals, "MOST_MODEL_BYTES", 100)
    final = ended(study)
    finals.finalise(final.pk, SLOT)
    final.refresh_from_db()
    assert (final.state, final.stored, final.model) == ("done", False, None)
    assert final.data["model"] == {"stored": False, "most_bytes": 100}


def test_a_study_that_goes_on_is_scored_again_under_a_new_number(study):
    first = ended(study)
    finals.finalise(first.pk, SLOT)
    with Study.locked(study.pk) as locked:
        locked.change(state=Study.State.RUNNING, ended=None)
    finals.finalise(first.pk, SLOT)
    with Study.locked(study.pk) as locked:
        locked.end(Study.State.STOPPED, "Stopped")
        locked.change(state=Study.State.RUNNING)
        locked.end(Study.State.COMPLETED, "Again")
    states = list(study.finals.order_by("number").values_list("number", "state"))
    assert states == [(1, "done"), (2, "queued")], "one that nobody has begun is used again"


def test_the_interval_is_that_of_the_scorer_itself():
    """Scores that are means are resampled by a short cut: it must say what scikit-learn says."""
    import numpy as np
    from sklearn.datasets import load_diabetes, load_iris
    from sklearn.linear_model import LogisticRegression, Ridge

    for loader, model in ((load_iris, LogisticRegression(max_iter=500)), (load_diabetes, Ridge())):
        X, y = loader(return_X_y=True)
        recalled = resampling.recall(model.fit(X, y), X)
        rows = np.arange(len(y))
        names = ("accuracy", "neg_log_loss") if loader is load_iris else tuple(resampling.OF_MEANS)[2:]
        for name in names:
            parts, finish = resampling.OF_MEANS[name]
            short_cut = finish(parts(recalled, y).mean(axis=0))
            assert short_cut == pytest.approx(resampling.score_once(name, recalled, y, rows))
