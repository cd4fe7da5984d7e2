"""Trainings in processes of their own: results, limits, crashes, and what they leave behind."""

import os
import signal
import threading
import time

import psutil
import pytest

from trials.objectives import launcher, process
from trials.objectives.base import FoldScore, ObjectiveError
from trials.objectives.outcome import Report
from trials.objectives.process import Limits, StartError, start
from trials.objectives.runner import failure_of


def job(name, params=None, **arguments):
    return {
        "objective": {"kind": "function", "name": name, **arguments},
        "params": {"x": 0.5} if params is None else params,
        "study_seed": 0,
        "number": 1,
        "fidelity": None,
    }


def run(name, limits=None, **arguments):
    outcome = start(job(name, **arguments), limits).wait(60)
    assert outcome is not None
    return outcome


def until(condition):
    """Wait until `condition` holds, for half a minute at most."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def gone(pid):
    return not psutil.pid_exists(pid)


def fork_server():
    return psutil.Process(launcher.current("numpy").process.pid)


def test_a_training_gives_its_value():
    outcome = run("noop", Limits(memory_mb=256, cpu_seconds=10, wall_seconds=10))
    assert (outcome.state, outcome.error) == ("complete", None)
    assert outcome.values == (pytest.approx(0.04),)
    assert outcome.seconds > 0
    assert outcome.cpu_seconds > 0


def test_a_model_is_trained_fold_by_fold():
    training = start(
        {
            "objective": {
                "kind": "model",
                "model": "mlp_classifier",
                "dataset": "iris",
                "validation": {"kind": "kfold", "folds": 3},
            },
            "params": {"max_iter": 5},
            "study_seed": 0,
            "number": 0,
            "fidelity": None,
        }
    )
    outcome = training.wait(60)
    assert [fold.fold for fold in outcome.folds] == [0, 1, 2]
    assert training.progress() == list(outcome.folds)
    assert all(isinstance(fold, FoldScore) for fold in outcome.folds)
    assert outcome.log.count("ConvergenceWarning") == 3


def test_reports_arrive_while_the_training_goes_on():
    params = {"learning_rate": 0.01, "units": 64, "dropout": 0.1}
    training = start({**job("learning_curve", params, seconds=0.2), "fidelity": 500.0})
    until(lambda: training.wait(0.05) is None and len(training.progress()) >= 2)
    first, second = training.progress()[:2]
    assert isinstance(first, Report)
    assert (first.step, second.step) == (1, 2)
    assert training.kill().state == "killed"


def test_what_is_printed_is_kept_up_to_a_bound_and_holds_nothing_up():
    outcome = run("prints", megabytes=20)
    assert outcome.state == "complete"
    assert outcome.log.endswith("The last line.\n")
    assert 60_000 < len(outcome.log) <= 64 * 1024


def test_a_training_that_nobody_reads_can_still_be_killed():
    training = start(job("prints", megabytes=50))
    until(lambda: psutil.Process(training.pid).status() == psutil.STATUS_SLEEPING)
    assert training.kill().state == "killed"
    assert gone(training.pid)


def test_an_exception_is_told_in_its_own_words_and_from_its_own_line_on():
    error = run("fails").error
    assert (error.kind, error.exception) == ("exception", "TrainingError")
    assert error.message == "This function fails on purpose; its parameters were {'x': 0.5}."
    assert "in fails" in error.traceback
    assert "runner.py" not in error.traceback


def test_what_scikit_learn_refuses_is_told_in_its_words():
    objective = {"kind": "model", "model": "svc", "dataset": "iris"}
    error = start({**job("noop"), "objective": objective, "params": {"C": -1.0}}).wait(60).error
    assert error.kind == "exception"
    assert error.exception == "InvalidParameterError"
    assert "'C' parameter of SVC" in error.message
    assert error.traceback.lstrip().startswith('File "sklearn/')


def test_an_objective_that_cannot_be_is_told_as_such():
    error = start({**job("noop"), "objective": {"kind": "function", "name": "nop"}}).wait(60).error
    assert (error.kind, error.message) == (
        "objective",
        "name: there is no function 'nop': did you mean noop?",
    )


def test_nan_is_a_failure_and_never_a_value():
    outcome = run("nan")
    assert (outcome.state, outcome.values, outcome.error.kind) == ("failed", (), "non_finite")


def test_a_segmentation_fault_ends_the_training_alone_and_leaves_its_stack_in_the_log():
    outcome = run("crashes")
    assert (outcome.state, outcome.error.kind) == ("failed", "crash")
    assert "signal 11" in outcome.error.message
    assert "in crashes" in outcome.log
    assert "Extension modules" not in outcome.log
    assert run("noop").state == "complete"


def test_a_training_that_exits_by_itself_has_crashed():
    error = run("crashes", how="exit").error
    assert error.kind == "crash"
    assert "exit code 3" in error.message


@pytest.mark.parametrize("how", ["private", "shared"])
def test_too_much_memory_ends_the_training_with_the_limit_in_words(how):
    outcome = run("leaks", Limits(memory_mb=96), megabytes=4000, how=how)
    assert outcome.error.kind == "memory"
    assert outcome.error.message == "Out of memory: it needed more than 96 MB."
    assert outcome.peak_memory_mb > 48


def test_memory_below_the_limit_is_free_to_use():
    outcome = run("leaks", Limits(memory_mb=160), megabytes=96)
    assert outcome.state == "complete"
    assert 80 < outcome.peak_memory_mb < 160


def test_the_wall_limit_ends_a_training_that_sleeps():
    error = run("hangs", Limits(wall_seconds=0.2)).error
    assert (error.kind, error.message) == ("timeout", "Out of time: it took longer than 0.2 s.")


def test_the_processor_limit_ends_a_training_that_computes():
    error = run("hangs", Limits(cpu_seconds=0.5), how="computing").error
    assert error.kind == "timeout"
    assert "0.5 s of processor time" in error.message


def test_waiting_for_a_training_that_goes_on_gives_nothing():
    training = start(job("hangs"))
    assert training.wait(0.05) is None
    assert training.wait(0) is None
    assert training.memory_mb >= 0
    training.kill()


def test_a_kill_ends_the_training_and_its_children_and_reaps_them():
    training = start(job("hangs", how="with a child"))
    until(lambda: training.wait(0.01) is None and len(psutil.Process(training.pid).children()) == 1)
    child = psutil.Process(training.pid).children()[0].pid
    outcome = training.kill()
    assert (outcome.state, outcome.error) == ("killed", None)
    assert gone(training.pid)
    until(lambda: gone(child))
    assert training.kill() is outcome


def test_a_kill_from_another_thread_ends_the_wait():
    training = start(job("hangs"))
    outcomes = []
    waiting = threading.Thread(target=lambda: outcomes.append(training.wait(60)))
    waiting.start()
    outcomes.append(training.kill())
    waiting.join()
    assert [outcome.state for outcome in outcomes] == ["killed", "killed"]


def test_a_kill_after_the_end_changes_nothing():
    training = start(job("noop"))
    assert training.wait(60).state == "complete"
    assert training.kill().state == "complete"


def test_a_training_that_somebody_else_killed_is_lost_and_not_failed():
    training = start(job("hangs"))
    os.kill(training.pid, signal.SIGKILL)
    outcome = training.wait(60)
    assert (outcome.state, outcome.error.kind) == ("killed", "crash")


def test_a_training_leads_a_session_of_its_own():
    training = start(job("hangs"))
    assert os.getsid(training.pid) == os.getpgid(training.pid) == training.pid
    training.kill()


def test_the_fork_server_is_replaced_when_it_was_killed():
    training = start(job("hangs", how="with a child"))
    until(lambda: training.wait(0.01) is None and len(psutil.Process(training.pid).children()) == 1)
    child = psutil.Process(training.pid).children()[0].pid
    old = fork_server()
    old.kill()
    outcome = training.wait(60)
    assert (outcome.state, outcome.error) == ("killed", process.SERVER_LOST)
    until(lambda: gone(training.pid) and gone(child))
    assert run("noop").state == "complete"
    assert fork_server().pid != old.pid
    assert gone(old.pid)


def test_many_threads_train_at_once_and_get_their_own_results():
    results = {}

    def train(thread):
        for step in range(5):
            x = thread + step / 10
            results[x] = start(job("noop", {"x": x}), Limits(memory_mb=256)).wait(60).values[0]

    threads = [threading.Thread(target=train, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 30
    assert all(value == pytest.approx((x - 0.3) ** 2) for x, value in results.items())


def test_nothing_is_left_of_trainings_that_are_over():
    for name in ("noop", "fails", "crashes"):
        run(name)
    start(job("hangs", how="with a child")).kill()
    until(lambda: len(fork_server().children(recursive=True)) <= launcher.FORKED_AHEAD)


def test_descriptors_are_given_back():
    run("noop")
    before = psutil.Process().num_fds(), fork_server().num_fds()
    for name in ("noop", "crashes", "fails"):
        run(name)
    start(job("hangs")).kill()
    # The fork server closes its end when it hears of the death, which is a moment later.
    until(lambda: (psutil.Process().num_fds(), fork_server().num_fds()) == before)


def test_a_fork_server_that_cannot_start_is_the_machines_fault(monkeypatch):
    process.close()
    monkeypatch.setattr(launcher.sys, "executable", "/bin/false")
    with pytest.raises(StartError, match="twice in a row"):
        start(job("noop"))
    monkeypatch.undo()
    assert run("noop").state == "complete"


def test_a_function_is_not_forked_from_all_of_scikit_learn():
    """What has more in memory costs more to fork; a function needs none of it."""
    run("noop")
    server = psutil.Process(launcher.current("numpy").process.pid)
    assert not [mapped.path for mapped in server.memory_maps() if "/sklearn/" in mapped.path]


def test_a_whole_sentence_about_an_objective_needs_no_field_before_it():
    gone = "The data set customers, version 1, was deleted."
    assert failure_of(ObjectiveError("dataset", gone), None).message == gone
    assert failure_of(ObjectiveError("name", "there is none"), None).message == "name: there is none"
