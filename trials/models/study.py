"""A study: one search, its state machine, its counters and the lease of whoever suggests for it.

    running <-> paused      running, paused -> completed | stopped | failed
    completed, stopped, failed -> running      (extended, enqueued or retried)
    `deleted` lies across: a deleted study is hidden and does nothing, whatever its state.

Every change happens under the row's lock (`Study.locked`) and raises `revision`, so that pages and
API answer 304 while nothing changed. Counters live in the row: no page counts 100,000 trials.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F
from django.db.models.functions import Now

from .event import Event
from .prepared import Prepared
from .space import Space
from .study_leases import StudyLeases
from .study_set import LONGEST_NAME, StudyQuerySet

#: SQLite admits one writer and lets the others sleep and try again; threads of one process queue instead.
_writer = threading.RLock()


def _queue_here() -> AbstractContextManager[Any]:
    return _writer if connection.vendor == "sqlite" else nullcontext()


def default_metrics() -> list[str]:
    return ["value"]


def default_directions() -> list[str]:
    return ["minimize"]


def said(text: str, by: str) -> str:
    """A line of the history: what was done and, where somebody did it, by whom."""
    return f"{text} by {by}" if by else text


class Study(StudyLeases, models.Model):
    """One search: what is evaluated, over which space, by which optimizer, within which budget."""

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        COMPLETED = "completed"
        STOPPED = "stopped"
        FAILED = "failed"

    ENDED = (State.COMPLETED, State.STOPPED, State.FAILED)

    name = models.CharField(max_length=LONGEST_NAME)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    group = models.ForeignKey(
        "StudyGroup", null=True, on_delete=models.SET_NULL, related_name="studies", help_text="Its repeats"
    )
    objective = models.JSONField(help_text='{"kind": "model" | "function" | "external", …}')
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="studies")
    optimizer = models.JSONField(help_text='{"name": "auto", …options}')
    metrics = models.JSONField(default=default_metrics)
    directions = models.JSONField(default=default_directions)
    constraints = models.JSONField(default=list, help_text='[{"metric": "predict_ms", "max": 5}]')
    stopping = models.JSONField(default=dict, help_text="The rule that stops trials early")
    warm_start = models.JSONField(default=list, help_text="Earlier studies whose results are known")
    tags = models.JSONField(default=list, help_text="Words to find it by")
    budget = models.JSONField(default=dict)
    parallelism = models.PositiveIntegerField(default=1)
    seed = models.BigIntegerField()

    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    ending = models.CharField(
        max_length=200, blank=True, help_text="Why no more is asked, once that is decided"
    )
    ends_as = models.CharField(
        max_length=12,
        choices=State,
        default=State.COMPLETED,
        help_text="The state it ends in, once `ending` is decided",
    )
    deleted = models.DateTimeField(null=True, help_text="Hidden since; removed for good a while later")
    exhausted = models.BooleanField(default=False, help_text="The space has no configuration left")
    created = models.DateTimeField(db_default=Now())
    ended = models.DateTimeField(null=True)
    active_since = models.DateTimeField(null=True, db_default=Now())
    active_seconds = models.FloatField(default=0, help_text="Time in state running before active_since")

    revision = models.BigIntegerField(default=0)
    next_number = models.IntegerField(default=0)
    n_queued = models.IntegerField(default=0)
    n_running = models.IntegerField(default=0)
    n_complete = models.IntegerField(default=0)
    n_pruned = models.IntegerField(default=0)
    n_failed = models.IntegerField(default=0)
    n_cancelled = models.IntegerField(default=0)
    failures_in_a_row = models.IntegerField(default=0, help_text="Failed trials since the last that did not")
    train_seconds = models.FloatField(default=0, help_text="Sum over finished trials")
    trainings_saved = models.FloatField(default=0, help_text="By stopping trials early, in full trainings")
    seconds_saved = models.FloatField(default=0, help_text="The same in training time, as estimated")
    compute = models.FloatField(default=0, help_text="Full trainings that finished trials have cost")
    best = models.ForeignKey("Trial", null=True, on_delete=models.SET_NULL, related_name="+")
    best_value = models.FloatField(null=True, help_text="None with several objectives")
    picked = models.BooleanField(default=False, help_text="Whether a person chose `best` from the front")
    front_size = models.PositiveIntegerField(default=0, help_text="Trials that no other one beats")
    best_fidelity = models.FloatField(null=True, help_text="How far the best was trained")
    baseline_value = models.FloatField(null=True, help_text="The default configuration's value")

    demand = models.IntegerField(default=0, help_text="Suggestions that outside workers wait for")
    suggest_token = models.CharField(max_length=32, blank=True)
    suggest_expires = models.DateTimeField(null=True)
    foreground_token = models.CharField(max_length=32, blank=True)
    foreground_expires = models.DateTimeField(null=True)

    objects = StudyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "studies"
        indexes = [models.Index(fields=["state", "-id"])]

    def __str__(self) -> str:
        return self.name

    # --- reading ------------------------------------------------------------------------------------
    @property
    def kind(self) -> str:
        return self.objective["kind"]

    @property
    def external(self) -> bool:
        """Trained elsewhere, through the ask/tell API: never dispatched to our workers."""
        return self.kind == "external"

    @property
    def maximize(self) -> bool:
        return self.directions[0] == "maximize"

    @property
    def metric(self) -> str:
        return self.metrics[0]

    @property
    def several(self) -> bool:
        """Whether it has several objectives: its best is a front then, and no single value says how it is."""
        return len(self.metrics) > 1

    @property
    def default_value(self) -> float | None:
        """What the best is compared with; several objectives have no such number."""
        return None if self.several else self.baseline_value

    @property
    def sign(self) -> float:
        """Turns the study's own value into a minimised one, and back."""
        return -1.0 if self.maximize else 1.0

    @property
    def signs(self) -> tuple[float, ...]:
        """The same for each objective."""
        return tuple(-1.0 if direction == "maximize" else 1.0 for direction in self.directions)

    @property
    def n_terminal(self) -> int:
        """Trials that count against the budget of trials; a cancelled one does not."""
        return self.n_complete + self.n_pruned + self.n_failed

    @property
    def is_over(self) -> bool:
        return self.state in self.ENDED

    @property
    def is_active(self) -> bool:
        """Whether it may ask and start trials now."""
        return self.state == self.State.RUNNING and self.deleted is None

    @property
    def full_fidelity(self) -> float | None:
        """The fidelity of a whole training; None where trials cannot be trained in parts."""
        fidelity = self.objective.get("fidelity")
        return float(fidelity["max"]) if fidelity else None

    def is_full(self, fidelity: float | None) -> bool:
        """Whether a trial of this fidelity gets all of the training."""
        return fidelity is None or self.full_fidelity is None or fidelity >= self.full_fidelity

    @property
    def best_is_full(self) -> bool:
        """Whether the best got all of the training; until one has, that of the longest trained stands in."""
        return self.is_full(self.best_fidelity)

    @property
    def gain(self) -> float | None:
        """Relative improvement of the best over the default configuration; positive is better."""
        if self.best_value is None or not self.default_value:
            return None
        return self.sign * (self.default_value - self.best_value) / abs(self.default_value)

    def better(self, value: float, than: float | None) -> bool:
        return than is None or self.sign * value < self.sign * than

    # --- changing, always under the lock ------------------------------------------------------------
    @classmethod
    @contextmanager
    def locked(cls, pk: int) -> Iterator["Study | None"]:
        """Hold the row's lock for one transaction; every transition of its trials takes it first.

        One order of locks (study, then trial) keeps PostgreSQL free of deadlocks; on SQLite the
        IMMEDIATE transaction is the lock. What `change` collects is written once, at the end.
        """
        with _queue_here(), transaction.atomic():
            study = _under_lock.first(pk)
            if study is not None:
                study._collected = {}  # never nested for one study: the outer would overwrite the inner
            yield study
            if study is not None and study._collected and study.pk is not None:
                cls.objects.filter(pk=pk).update(**study._collected)

    #: Changes waiting for the end of `locked`; None outside of it.
    _collected: dict[str, Any] | None = None

    def change(self, **fields: Any) -> None:
        """Change fields and raise the revision; plain values also reach this instance at once."""
        self.revision += 1
        for name, value in fields.items():
            if not hasattr(value, "resolve_expression"):
                setattr(self, name, value)
        if self._collected is None:
            Study.objects.filter(pk=self.pk).update(revision=F("revision") + 1, **fields)
        else:
            self._collected |= {"revision": self.revision} | fields

    def count(self, came_from: str | None, went_to: str | None, by: int = 1, **fields: Any) -> None:
        """Move `by` trials from one state's counter to another's (None: outside); under the lock."""
        moved: dict[str, int] = {}
        if came_from:
            moved[f"n_{came_from}"] = getattr(self, f"n_{came_from}") - by
        if went_to:
            moved[f"n_{went_to}"] = getattr(self, f"n_{went_to}") + by
        self.change(**moved, **fields)

    @property
    def share_saved(self) -> float:
        """The part of all training that stopping trials early has saved so far."""
        whole = self.trainings_saved + self.compute
        return self.trainings_saved / whole if whole else 0.0

    def saved_by(self, stopped: dict[str, Any]) -> dict[str, float]:
        """The counters of what stopping saves, with those of one more trial; {} where nobody knows."""
        return {
            name: getattr(self, name) + stopped[name]
            for name in ("trainings_saved", "seconds_saved")
            if stopped.get(name) is not None
        }

    def note(self, kind: Event.Kind, text: str, number: int | None = None) -> None:
        Event.objects.create(study=self, kind=kind, text=text[:500], number=number)

    def pause(self, by: str = "") -> bool:
        """running -> paused: nothing more is asked or started; what runs may finish."""
        if self.state != self.State.RUNNING:
            return False
        self.change(state=self.State.PAUSED, **self._clock_stopped())
        self.note(Event.Kind.PAUSED, said("Paused", by))
        return True

    def resume(self, by: str = "") -> bool:
        """paused -> running."""
        if self.state != self.State.PAUSED:
            return False
        self.change(state=self.State.RUNNING, active_since=Now())
        self.note(Event.Kind.RESUMED, said("Resumed", by))
        return True

    def wind_down(self, reason: str, ends_as: str = State.COMPLETED) -> bool:
        """Ask no more, for a reason; the study ends as `ends_as` once what runs has finished."""
        if self.is_over or self.ending:
            return False
        self.change(ending=reason[:200], ends_as=ends_as)
        return True

    def reopen(self, text: str, *, go_on: bool) -> bool:
        """completed, stopped or failed -> running, or out of winding down.

        `go_on`: why it ended is forgotten and the search goes on. Else it only runs what is queued for it,
        and then ends again as it had.
        """
        changes: dict[str, Any] = {}
        if self.is_over:
            changes |= {
                "state": self.State.RUNNING,
                "ended": None,
                "active_since": Now(),
                "ends_as": self.state,
            }
            if self.state == self.State.COMPLETED and self._spent():
                changes["ending"] = ""  # told anew, with the new number of trials
        if go_on and (self.is_over or self.ending):
            changes |= {"ending": "", "ends_as": self.State.COMPLETED}
            changes |= {"failures_in_a_row": 0, "exhausted": False}
        if not changes:
            return False
        self.change(**changes)
        self.note(Event.Kind.REOPENED, text)
        return True

    def _spent(self) -> bool:
        trials, most = self.budget.get("trials"), self.budget.get("full_trainings")
        return (
            self.exhausted
            or (trials is not None and self.n_terminal >= trials)
            or (most is not None and self.compute >= most)
        )

    def delete_softly(self, by: str = "") -> bool:
        """Hide it: whatever its state, it asks and starts nothing until it is restored."""
        if self.deleted is not None:
            return False
        self.change(deleted=Now(), suggest_token="", suggest_expires=None, **self._clock_stopped())
        self.deleted = self.now
        self.note(Event.Kind.DELETED, said("Deleted", by))
        return True

    def restore(self, by: str = "") -> bool:
        """Bring it back as it was."""
        if self.deleted is None:
            return False
        ticking = {"active_since": Now()} if self.state == self.State.RUNNING else {}
        self.change(deleted=None, **ticking)
        self.note(Event.Kind.RESTORED, said("Restored", by))
        return True

    def end(self, state: str, reason: str) -> bool:
        """running or paused -> completed | stopped | failed."""
        if self.is_over:
            return False
        self.change(
            state=state,
            ending=reason,
            ended=Now(),
            suggest_token="",
            suggest_expires=None,
            **self._clock_stopped(),
        )
        self.note(Event.Kind.ENDED, reason)
        if state != self.State.FAILED:
            self.queue_final()
        return True

    def queue_final(self) -> None:
        """Have the best configuration refitted and scored on the test part, where there is such a thing."""
        if self.kind == "model" and self.best_id is not None:
            self.finals.queue(self)

    def _clock_stopped(self) -> dict[str, Any]:
        return {"active_seconds": self.elapsed(), "active_since": None}

    def elapsed(self) -> float:
        """Seconds spent in state running, by the database's clock."""
        if self.active_since is None:
            return self.active_seconds
        now = getattr(self, "now", None) or Study.objects.values_list(Now(), flat=True).get(pk=self.pk)
        return self.active_seconds + max(0.0, (now - self.active_since).total_seconds())


_under_lock = Prepared(Study, lambda pk: Study.objects.select_for_update().annotate(now=Now()).filter(pk=pk))
