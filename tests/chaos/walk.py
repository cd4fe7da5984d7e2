"""The steps of a random walk over one study's life: what workers, clients, people and failing machines do.

After every step the rows are consistent and every answer was right; test_state_machine.py walks it.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
from django.db.models.functions import Now
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from trials.engine import control, enqueueing, external
from trials.engine.advance import advance
from trials.engine.changes import change
from trials.engine.claims import Held, Slot, claim
from trials.engine.creation import create_study
from trials.engine.early_stopping import Terms
from trials.engine.execution import give_back
from trials.engine.findings import StudyError
from trials.engine.finish import Verdict, record
from trials.engine.recovery import reclaim
from trials.models import Study, Trial
from trials.models.trial import Told

from .ledger import Ledger

SPACE = {"parameters": [{"name": "x", "type": "integer", "low": 0, "high": 5, "default": 3}]}
WIDER = {"parameters": [{"name": "x", "type": "integer", "low": 0, "high": 9, "default": 3}]}
OTHER = {"parameters": [{"name": "x", "type": "integer", "low": 2, "high": 5, "default": 3}]}
EXTERNAL = {
    "objective": {"kind": "external"},
    "space": SPACE,
    "metrics": ["loss"],
    "directions": ["minimize"],
}
INTERNAL = {"objective": {"kind": "function", "name": "noop"}}

MOST_TRIALS = 30

kinds = st.sampled_from([EXTERNAL, INTERNAL])
endings = st.sampled_from(["complete", "complete", "complete", "failed", "pruned"])
picks = st.integers(0, 10**6)
values = st.integers(-5, 5).map(float)
steps: Counter[str] = Counter()


def verdict(state: str, value: float) -> Verdict:
    if state == "failed":
        return Verdict("failed", (), {"kind": "exception", "message": "no", "exception": "", "traceback": ""})
    return Verdict(state, (value,))


def where_some(*states: str) -> Callable[[Any], Any]:
    """A rule for when there is a trial in one of these states, as the ledger saw it last."""
    return precondition(lambda self: any(row["state"] in states for row in self.ledger.rows.values()))


class Walk(RuleBasedStateMachine):
    """One study, everybody who may touch it, and what each of them was told."""

    def __init__(self) -> None:
        super().__init__()
        #: Every claim ever made: the trial's key and its token, the latest last.
        self.claims: list[tuple[int, str]] = []
        #: What was recorded, by trial: told once, never again.
        self.recorded: dict[int, tuple[str, str, float]] = {}

    @initialize(
        kind=kinds,
        trials=st.integers(1, 8),
        parallelism=st.integers(1, 3),
        direction=st.sampled_from(["minimize", "maximize"]),
    )
    def make(self, kind: dict[str, Any], trials: int, parallelism: int, direction: str) -> None:
        data = kind | {"budget": {"trials": trials}, "parallelism": parallelism, "seed": 1}
        if kind is EXTERNAL:
            data |= {"directions": [direction]}
        study, _ = create_study(data | {"optimizer": {"name": "random"}}, owner=None)
        self.pk, self.outside = study.pk, kind is EXTERNAL
        self.ledger = Ledger(study.pk)
        advance(self.pk)

    # --- looking -----------------------------------------------------------------------------------------
    @property
    def study(self) -> Study:
        return Study.objects.get(pk=self.pk)

    def trials(self, *states: str) -> list[Trial]:
        return list(
            Trial.objects.filter(study=self.pk, state__in=states or Trial.State.values).order_by("pk")
        )

    def pick(self, pick: int, *states: str) -> Trial | None:
        rows = self.ledger.rows.items()
        found = sorted(key for key, row in rows if not states or row["state"] in states)
        return Trial.objects.get(pk=found[pick % len(found)]) if found else None

    def holder(self, key: int) -> str:
        """The token of whoever claimed this trial last."""
        return next((token for pk, token in reversed(self.claims) if pk == key), "")

    # --- suggesting and training -------------------------------------------------------------------------
    @rule()
    def advance(self) -> None:
        advance(self.pk)

    @where_some(Trial.State.QUEUED)
    @rule(pick=picks, stale=st.booleans())
    def claim(self, pick: int, stale: bool) -> None:
        """A nudge for any trial, also a stale one: it starts at most what may start."""
        trial = self.pick(pick) if stale else self.pick(pick, Trial.State.QUEUED)
        if trial is None or self.outside:
            return
        before = self.study
        held = claim(trial.pk, Slot("worker"))
        may = before.is_active and before.n_running < before.parallelism
        assert (held is not None) == (may and trial.state == Trial.State.QUEUED)
        if held is not None:
            self.claims.append((trial.pk, held.token))

    @rule(count=st.integers(1, 3))
    def ask(self, count: int) -> None:
        """A client asks: it gets what is queued, never more than may run."""
        if not self.outside or self.study.deleted is not None:
            return
        before = self.study
        handout = external.ask(self.pk, count, "client", 15)
        assert handout.over == before.is_over
        room = before.parallelism - before.n_running if before.is_active else 0
        assert len(handout.trials) == max(0, min(count, before.n_queued, room))
        self.claims += [(trial.pk, trial.token) for trial in handout.trials]
        advance(self.pk)

    @precondition(lambda self: self.claims)
    @rule(pick=picks)
    def heartbeat(self, pick: int) -> None:
        """Only the last claimer of a trial that still runs may go on."""
        key, token = self.claims[pick % len(self.claims)]
        trial = Trial.objects.get(pk=key)
        pulse = external.heartbeat(self.pk, trial.number, token)
        mine = trial.state == Trial.State.RUNNING and self.holder(key) == token
        assert (pulse.expires is not None) == mine
        assert pulse.should_stop == (not mine)

    @precondition(lambda self: self.claims)
    @rule(pick=picks, step=st.integers(0, 3), value=values)
    def report(self, pick: int, step: int, value: float) -> None:
        key, token = self.claims[pick % len(self.claims)]
        trial = Trial.objects.get(pk=key)
        mine = trial.state == Trial.State.RUNNING and self.holder(key) == token
        before = trial.reports.count()
        should_stop = external.report(self.pk, trial.number, token, step, value)
        assert mine or should_stop
        assert mine or trial.reports.count() == before, "nobody else writes into it"

    @precondition(lambda self: self.claims)
    @rule(pick=picks, state=endings, value=values)
    def tell(self, pick: int, state: str, value: float) -> None:
        """By anybody who ever held it: one outcome is recorded, the same again is fine, another refused."""
        key, token = self.claims[pick % len(self.claims)]
        trial = Trial.objects.get(pk=key)
        told = record(trial, token, verdict(state, value)).told
        assert told is self._expected(trial, token, state, value)
        if told is Told.RECORDED:
            assert key not in self.recorded, "each result is recorded once"
            self.recorded[key] = (token, state, value)

    def _expected(self, trial: Trial, token: str, state: str, value: float) -> Told:
        if self.holder(trial.pk) != token or trial.state == Trial.State.CANCELLED:
            return Told.LEASE_LOST
        if trial.state in (Trial.State.RUNNING, Trial.State.QUEUED):
            return Told.RECORDED
        if trial.pk not in self.recorded:  # given up: its machine failed it too often
            return Told.REPEATED if state == "failed" else Told.CONFLICT
        _, was, number = self.recorded[trial.pk]
        same = state == was and (state == "failed" or value == number)
        return Told.REPEATED if same else Told.CONFLICT

    @where_some(Trial.State.RUNNING)
    @rule(pick=picks, state=endings)
    def tell_after_it_changed_hands(self, pick: int, state: str) -> None:
        """A worker freezes, its trial is given to another, it wakes up and tells."""
        trial = self.pick(pick, Trial.State.RUNNING)
        if trial is None:
            return
        former = self.holder(trial.pk)
        self.expire(pick)
        self._take()
        trial.refresh_from_db()
        told = record(trial, former, verdict(state, -9.0)).told
        assert told is self._expected(trial, former, state, -9.0)
        if told is Told.RECORDED:  # nobody has claimed it since
            self.recorded[trial.pk] = (former, state, -9.0)

    @precondition(lambda self: self.claims)
    @rule()
    def tell_the_last_twice(self) -> None:
        key, token = self.claims[-1]
        trial = Trial.objects.get(pk=key)
        first = record(trial, token, verdict("complete", 1.0)).told
        if first is Told.RECORDED:
            self.recorded[key] = (token, "complete", 1.0)
            assert record(trial, token, verdict("complete", 1.0)).told is Told.REPEATED
            assert record(trial, token, verdict("complete", 2.0)).told is Told.CONFLICT

    # --- machines that fail ------------------------------------------------------------------------------
    @where_some(Trial.State.RUNNING)
    @rule(pick=picks)
    def expire(self, pick: int) -> None:
        """A worker falls silent for longer than a lease, and somebody else notices."""
        trial = self.pick(pick, Trial.State.RUNNING)
        if trial is None:
            return
        Trial.objects.filter(pk=trial.pk).update(lease_expires=Now() - timedelta(seconds=1))
        reclaim()
        assert not Trial.objects.filter(pk=trial.pk).lapsed().exists()

    @where_some(Trial.State.RUNNING)
    @rule(pick=picks)
    def expire_unnoticed(self, pick: int) -> None:
        trial = self.pick(pick, Trial.State.RUNNING)
        if trial is not None:
            Trial.objects.filter(pk=trial.pk).update(lease_expires=Now() - timedelta(seconds=1))

    @precondition(lambda self: self.claims and not self.outside)
    @rule(pick=picks, lost=st.booleans())
    def give_back(self, pick: int, lost: bool) -> None:
        """An orderly stop, or a training that was killed."""
        key, token = self.claims[pick % len(self.claims)]
        give_back(Held(Trial.objects.get(pk=key), token, {}, Terms.of(self.study)), lost=lost)

    # --- people ------------------------------------------------------------------------------------------
    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        trial = self.pick(pick)
        if trial is None or trial.number is None:
            return
        enqueueing.cancel_trial(self.pk, trial.number)
        if self.study.deleted is None and not trial.is_terminal:
            trial.refresh_from_db()
            assert trial.state == Trial.State.CANCELLED

    @rule(
        action=st.sampled_from(["pause", "resume", "pause", "resume", "resume", "stop-after-running", "stop"])
    )
    def act(self, action: str) -> None:
        control.ACTIONS[action](self.pk, "")

    @rule(deleted=st.booleans())
    def delete_or_restore(self, deleted: bool) -> None:
        if deleted:
            control.delete(self.pk)
        control.restore(self.pk)

    @rule(more=st.integers(1, 4))
    def extend(self, more: int) -> None:
        trials = self.study.budget["trials"] + more
        if trials <= MOST_TRIALS:  # what a walk leaves undone is done at its end
            self._change({"budget": {"trials": trials}})

    @rule(parallelism=st.integers(1, 4))
    def edit_parallelism(self, parallelism: int) -> None:
        self._change({"parallelism": parallelism})

    @rule(space=st.sampled_from([SPACE, WIDER, OTHER]))
    def edit_space(self, space: dict[str, Any]) -> None:
        if self.outside:
            self._change({"space": space})

    def _change(self, data: dict[str, Any]) -> None:
        with suppress(StudyError):  # refused in words: nothing has changed, which the ledger sees
            change(self.pk, data)

    @rule(x=st.integers(2, 5))
    def enqueue(self, x: int) -> None:
        if self.outside:
            enqueueing.enqueue(self.pk, [{"x": x}])

    @where_some("failed", "cancelled", "pruned")
    @rule(pick=picks)
    def retry(self, pick: int) -> None:
        trial = self.pick(pick, "failed", "cancelled", "pruned")
        if trial is not None and trial.number is not None:
            enqueueing.retry(self.pk, [trial.number])

    # --- what holds --------------------------------------------------------------------------------------
    @invariant()
    def the_rows_are_consistent(self) -> None:
        if not hasattr(self, "ledger"):
            return
        steps["all"] += 1
        self.ledger.check()
        for key, (_, state, value) in self.recorded.items():
            row = self.ledger.rows[key]
            assert row["state"] == state, "what was recorded stays recorded"
            assert state == "failed" or row["value"] == value

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self._finish()
            Study.objects.filter(pk=self.pk).update(best=None)
            Study.objects.get(pk=self.pk).delete()

    def _finish(self) -> None:
        """Wherever the walk ended, the study can still be brought to its end."""
        control.restore(self.pk)
        control.resume(self.pk)
        for _ in range(200):
            advance(self.pk)
            self.ledger.check()
            if self.study.is_over:
                break
            Trial.objects.filter(study=self.pk, state="running").update(
                lease_expires=Now() - timedelta(seconds=1)
            )
            reclaim()
            self._work()
        assert self.study.is_over, "a study always comes to its end"

    def _work(self) -> None:
        """One worker takes what it can get and finishes it."""
        for key, token in self._take():
            record(Trial.objects.get(pk=key), token, verdict("complete", 0.5))

    def _take(self) -> list[tuple[int, str]]:
        """One worker takes what it can get: never more than may run, nothing while the study rests."""
        before = self.study
        if not self.outside:
            claimed = [claim(trial.pk, Slot("worker")) for trial in self.trials("queued")]
            held = [(one.trial.pk, one.token) for one in claimed if one is not None]
        else:
            held = [(trial.pk, trial.token) for trial in external.ask(self.pk, 3, "client", 15).trials]
        self.claims += held
        room = before.parallelism - before.n_running if before.is_active else 0
        assert len(held) <= max(0, room)
        return held

    @rule()
    def take(self) -> None:
        if self.study.deleted is None:
            self._take()
