"""Trials that get a part of the training: taken up from checkpoints, counted in full trainings, ranked."""

import os
import pickle
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from optimizers import Suggestion
from trials.engine import checkpoints
from trials.engine.advance import advance
from trials.engine.checkpoints import folder, sweep
from trials.engine.claims import Slot
from trials.engine.compute import committed, planned
from trials.engine.creation import check_study
from trials.engine.enqueueing import cancel_trial, retry
from trials.engine.execution import execute
from trials.engine.findings import StudyError
from trials.models import Checkpoint, Study, Trial
from trials.objectives.checkpoint import FileCheckpoint

pytestmark = pytest.mark.django_db(transaction=True)

CURVE = {"kind": "function", "name": "learning_curve"}
PARAMS = {"learning_rate": 0.01, "units": 64, "dropout": 0.2}
MODEL = {
    "kind": "model",
    "model": "mlp_classifier",
    "dataset": "iris",
    "validation": {"kind": "kfold", "folds": 2},
    "fidelity": {"name": "epochs", "min": 1, "max": 9},
}
NETWORK = {"n_layers": 1, "n_units_1": 5, "learning_rate_init": 0.01}


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path


@pytest.fixture
def study_of(make_study, transactional_db):
    return lambda objective=CURVE, **more: make_study(objective=objective, **more)


def suggested(study, params, fidelity, **more) -> Trial:
    """A trial as an optimizer that trains in parts suggests it."""
    with Study.locked(study.pk) as locked:
        number = locked.next_number
        cost = planned(locked, [Suggestion(number, params, fidelity, **more)])[number]
        more |= {"params": params, "fidelity": fidelity, "compute": cost, "space": locked.space}
        trial = Trial.objects.create(study=locked, number=number, **more)
        locked.count(None, "queued", next_number=number + 1)
    return trial


def run(trial, slot="here") -> Trial:
    """Train it, and what else waits."""
    assert list(execute(trial.pk, Slot(slot)))
    trial.refresh_from_db()
    assert trial.state == "complete", (trial.error, trial.log)
    return trial


@pytest.mark.parametrize(
    ("objective", "params"), [(CURVE, PARAMS), (MODEL, NETWORK)], ids=["function", "model"]
)
def test_a_promoted_trial_goes_on_where_it_stopped_and_costs_only_the_rest(study_of, objective, params):
    study = study_of(objective)
    whole = study.full_fidelity
    first = run(suggested(study, params, 3))
    assert first.checkpoint.size == (folder(study.pk) / first.checkpoint.file).stat().st_size
    second = run(suggested(study, params, 9, parent=0))
    alone = run(suggested(study, params, 9))
    assert (first.compute, second.compute, alone.compute) == pytest.approx((3 / whole, 6 / whole, 9 / whole))
    study.refresh_from_db()
    assert study.compute == pytest.approx(18 / whole)
    if objective is CURVE:
        assert second.value == alone.value
    assert not second.log


def test_a_retry_of_a_promoted_trial_goes_on_from_the_same_checkpoint(study_of):
    study = study_of()
    first = run(suggested(study, PARAMS, 3))
    second = suggested(study, PARAMS, 9, parent=0, start_from=0)
    cancel_trial(study.pk, second.number)
    retry(study.pk, [second.number])
    again = run(study.trials.get(retry_of=second.number))
    assert (again.fidelity, again.parent, again.start_from) == (9, 0, 0)
    assert (first.compute, again.compute) == pytest.approx((3 / 27, 6 / 27))


@pytest.mark.parametrize(
    ("objective", "fidelity", "compute"),
    [(CURVE, 9.0, 6 / 27), ({"kind": "function", "name": "noop"}, None, 1.0)],
)
def test_a_retry_of_a_stopped_trial_is_trained_as_far_as_that_was_to_be(
    study_of, objective, fidelity, compute
):
    study = study_of(objective)
    study.trials.create(number=0, space=study.space, params=PARAMS, state="complete", fidelity=3.0)
    stopped = {"name": "median", "step": 5.0, "total": 9.0, "whole": 27.0}
    study.trials.create(
        number=1, space=study.space, params=PARAMS, state="pruned", parent=0, value=1.0, fidelity=5.0,
        compute=0.1, stopped=stopped,
    )  # fmt: skip
    Study.objects.filter(pk=study.pk).update(next_number=2, n_complete=1, n_pruned=1)
    retry(study.pk, [1])
    again = study.trials.get(retry_of=1)
    assert (again.fidelity, again.parent) == (fidelity, 0)
    assert again.compute == pytest.approx(compute)


def spoil(checkpoint: Checkpoint) -> None:
    path = folder(checkpoint.study_id) / checkpoint.file
    path.write_bytes(path.read_bytes()[:-1])


def remove(checkpoint: Checkpoint) -> None:
    (folder(checkpoint.study_id) / checkpoint.file).unlink()
    Checkpoint.objects.update(content=None)


def exchange(checkpoint: Checkpoint) -> None:
    """Another state than the one that the row knows, whole in itself."""
    (folder(checkpoint.study_id) / checkpoint.file).write_bytes(pickle.dumps({"epochs": 2}))


@pytest.mark.parametrize("harm", [spoil, remove, exchange], ids=lambda harm: harm.__name__)
def test_what_is_not_whole_is_never_used_and_the_cost_is_counted(study_of, harm):
    study = study_of()
    first = run(suggested(study, PARAMS, 3))
    harm(first.checkpoint)
    second = run(suggested(study, PARAMS, 9, parent=0))
    assert second.compute == pytest.approx(9 / 27)
    assert second.value == run(suggested(study, PARAMS, 9)).value
    if harm is not remove:
        assert second.log == "The checkpoint is damaged: trained from the start.\n"


def test_another_machine_finds_a_small_checkpoint_in_the_database_and_else_trains_anew(
    study_of, settings, tmp_path
):
    study = study_of()
    run(suggested(study, PARAMS, 3))
    settings.HOME = tmp_path / "another"
    second = run(suggested(study, PARAMS, 9, parent=0), "there")
    begun = 0 if connection.vendor == "sqlite" else 3
    assert second.compute == pytest.approx((9 - begun) / 27)


def test_a_copied_member_goes_on_with_its_own_parameters(study_of):
    study = study_of(MODEL)
    run(suggested(study, NETWORK, 3))
    run(suggested(study, NETWORK | {"learning_rate_init": 0.1}, 3))
    faster = NETWORK | {"learning_rate_init": 0.03}
    copied = run(suggested(study, faster, 6, parent=0, start_from=1))
    assert copied.compute == pytest.approx(3 / 9)


def test_checkpoints_go_when_no_promotion_needs_them(study_of):
    study = study_of()
    for number, until in enumerate((1, 3, 9, 27)):
        line = {"parent": number - 1} if number else {}
        run(suggested(study, PARAMS, until, **line))
    numbers = lambda: sorted(Checkpoint.objects.values_list("trial__number", flat=True))  # noqa: E731
    assert numbers() == [2]  # what trial 3 came from; it is trained fully itself and left nothing
    files = folder(study.pk)
    old = time.time() - 2 * checkpoints.YOUNG_SECONDS
    for file in files.iterdir():
        os.utime(file, (old, old))
    sweep()
    assert [file.name for file in files.iterdir()] == [Checkpoint.objects.get().file]
    with Study.locked(study.pk) as locked:
        locked.end(Study.State.STOPPED, "by me")
    sweep()
    assert numbers() == [2]  # it may be extended
    Study.objects.update(ended="2001-01-01T00:00Z")
    Study.objects.update(deleted="2001-01-01T00:00Z")
    sweep()
    assert (numbers(), files.exists()) == ([], False)


def test_too_many_checkpoints_of_a_study_leave_the_most_promising(study_of, settings):
    study = study_of()
    for dropout in (0.2, 0.8, 0.3):
        run(suggested(study, PARAMS | {"dropout": dropout}, 3))
    settings.HPO_CHECKPOINTS_MB = 2.5 * Checkpoint.objects.first().size / checkpoints.MB
    run(suggested(study, PARAMS | {"dropout": 0.7}, 9))
    assert sorted(Checkpoint.objects.values_list("trial__number", flat=True)) == [0, 3]


def test_one_that_is_too_large_is_not_kept_and_a_full_disk_fails_no_training(study_of, settings, tmp_path):
    settings.HPO_CHECKPOINT_MB = 1e-5
    study = study_of()
    trial = run(suggested(study, PARAMS, 3))
    assert "more than is kept" in trial.log
    settings.HPO_CHECKPOINT_MB = 1
    (tmp_path / "checkpoints" / str(study.pk)).rmdir()
    (tmp_path / "checkpoints").rmdir()
    told = []
    checkpoint = FileCheckpoint({"save": str(tmp_path / "no" / "file"), "most_bytes": 100}, told.append)
    checkpoint.save({"epochs": 3})
    assert checkpoint.saved is None
    assert "could not be kept" in told[0]


WRITER = """
import sys, pickle
from trials.objectives.checkpoint import FileCheckpoint
print("ready", flush=True)
turn = 0
while True:
    turn += 1
    FileCheckpoint({"save": sys.argv[1], "most_bytes": 10**9}, print).save([turn] * 300_000)
"""


def test_whoever_is_killed_while_writing_leaves_the_old_file_or_the_new_one(tmp_path):
    path = tmp_path / "one.pickle"
    for attempt in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        assert writer.stdout.readline() == b"ready\n"
        while not path.exists():
            time.sleep(0.001)
        time.sleep(0.003 * attempt)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        state = pickle.loads(path.read_bytes())
        assert len(state) == 300_000
        assert len(set(state)) == 1


def test_the_best_is_of_the_longest_trained_and_says_so(study_of):
    study = study_of()
    good, bad = PARAMS, PARAMS | {"dropout": 0.8}
    run(suggested(study, good, 9))
    study.refresh_from_db()
    assert (study.best.number, study.best_is_full) == (0, False)
    run(suggested(study, bad, 27))
    study.refresh_from_db()
    assert (study.best.number, study.best_is_full) == (1, True)
    run(suggested(study, good, 9))
    run(suggested(study, good, 27, parent=2))
    run(suggested(study, good, 3))
    study.refresh_from_db()
    assert study.best.number == 3
    assert [trial.number for trial in study.trials.ranked(study)] == [3, 1, 0, 2, 4]
    assert {trial.number for trial in study.trials.full(study)} == {1, 3}


def test_a_target_counts_only_when_a_full_training_reaches_it(study_of):
    study = study_of(budget={"target": 1.0, "trials": 9})
    run(suggested(study, PARAMS, 3))
    study.refresh_from_db()
    assert not study.ending
    run(suggested(study, PARAMS, 27))
    study.refresh_from_db()
    assert study.ending == "The target of 1 is reached"


def test_a_budget_of_full_trainings_ends_the_study(study_of):
    study = study_of(budget={"full_trainings": 2.5}, parallelism=4)
    advance(study.pk)
    study.refresh_from_db()
    assert (study.n_queued, committed(study)) == (3, 3.0)
    assert len(list(execute(study.trials.first().pk, Slot("here")))) == 3
    study.refresh_from_db()
    assert (study.state, study.compute) == ("completed", 3.0)
    assert study.ending == "The budget of 2.5 full trainings is used up: 3"


def test_failed_trials_use_the_budget_up_too(study_of):
    study = study_of({"kind": "function", "name": "fails"}, budget={"full_trainings": 1})
    for nudges in execute(advance(study.pk).trials[0], Slot("here")):
        assert not nudges.trials
    study.refresh_from_db()
    assert (study.state, study.n_failed, study.compute) == ("completed", 1, 1.0)


@pytest.mark.parametrize("given", [0, -1, "many", True])
def test_a_wrong_budget_is_told_beside_its_field(given):
    with pytest.raises(StudyError) as caught:
        check_study({"objective": CURVE, "budget": {"full_trainings": given}})
    assert "above 0" in caught.value.fields["budget.full_trainings"][0]


def test_known_folds_are_not_trained_again(study_of):
    objective = MODEL | {"model": "svc", "validation": {"folds": 4}, "fidelity": {"name": "folds"}}
    study = study_of(objective)
    first = run(suggested(study, {"C": 1.0}, 2))
    second = run(suggested(study, {"C": 1.0}, 4, parent=0))
    assert second.folds[:2] == first.folds
    assert (len(second.folds), second.compute) == (4, 0.5)
    assert not Checkpoint.objects.exists()
