"""A trial: one evaluation and its state machine.

    queued -> running -> complete | failed | pruned | cancelled      queued -> cancelled
    running -> queued      (its lease lapsed, or its worker gave it back)

Terminal rows never change; a retry is a new trial. Each transition is one guarded UPDATE inside the
study's lock that says whether it won. The lease is a token made by the claimer plus an expiry on the
database's clock; the token survives a lapse until somebody else claims, so a slow worker still lands
its result.
"""

from datetime import timedelta
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Now

from .event import Event
from .lapse import over
from .space import Space
from .study import Study

#: How often the machine may lose a trial before the trial is given up.
LOST_LIMIT = 5


#: What a worker and the record of its result need of a trial.
JOB_COLUMNS = (
    "study_id", "number", "state", "params", "fidelity", "parent", "start_from", "compute", "token",
    "lease_seconds", "lost", "dispatched_at",
)  # fmt: skip


class Told(Enum):
    """What became of a tell."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    CONFLICT = "conflict"
    LEASE_LOST = "lease_lost"


class TrialQuerySet(models.QuerySet["Trial"]):
    def numbered(self) -> "TrialQuerySet":
        """The search's own trials: all but the baseline."""
        return self.filter(number__isnull=False)

    def terminal(self) -> "TrialQuerySet":
        return self.filter(state__in=Trial.TERMINAL)

    def pending(self) -> "TrialQuerySet":
        return self.filter(state__in=(Trial.State.QUEUED, Trial.State.RUNNING))

    def waiting(self) -> "TrialQuerySet":
        """Queued trials in the order they are handed out: a person's own, the baseline, then by number."""
        number = models.F("number").asc(nulls_first=True)
        return self.filter(state=Trial.State.QUEUED).order_by("-enqueued", number)

    def lapsed(self) -> "TrialQuerySet":
        """Running trials whose lease has run out, by the database's clock.

        A client of the API may have asked for a longer lease than ours: of those nothing is too far ahead.
        """
        ours = Q(lease_expires__lt=Now()) | Q(lease_seconds__lte=settings.HPO_LEASE_SECONDS)
        return self.filter(over("lease_expires"), ours, state=Trial.State.RUNNING)

    def held_by(self, pk: int, token: str) -> "TrialQuerySet":
        """The running trial, as long as `token` holds it."""
        return self.filter(pk=pk, token=token, state=Trial.State.RUNNING)

    def ranked(self, study: Study) -> "TrialQuerySet":
        """The best trials, best first; with several objectives those of the front, by the first."""
        return self.by_value(study).on_front() if study.several else self.by_value(study)

    def by_value(self, study: Study) -> "TrialQuerySet":
        """Complete trials that keep the limits, by the first objective; of equals the earlier one first.

        Those that were trained further stand before those that got only a part.
        """
        complete = self.numbered().filter(state=Trial.State.COMPLETE)
        if study.constraints:
            complete = complete.filter(feasible=True)
        order = ("-value" if study.maximize else "value", "number")
        if study.full_fidelity is None:
            return complete.order_by(*order)
        return complete.order_by(Coalesce("fidelity", Value(study.full_fidelity)).desc(), *order)

    def full(self, study: Study) -> "TrialQuerySet":
        """Those that got all of the training."""
        if study.full_fidelity is None:
            return self
        return self.filter(Q(fidelity=None) | Q(fidelity__gte=study.full_fidelity))

    def as_far_as_the_best(self, study: Study) -> "TrialQuerySet":
        """Those that can be compared with the best: trained as far, or not to their end."""
        if study.full_fidelity is None:
            return self
        least = study.full_fidelity if study.best_fidelity is None else study.best_fidelity
        unfinished = ~Q(state=Trial.State.COMPLETE)
        return self.filter(unfinished | Q(fidelity=None) | Q(fidelity__gte=least))

    def on_front(self) -> "TrialQuerySet":
        """Results of several objectives that no other result of their study beats."""
        return self.filter(joined_front__isnull=False, left_front=None)

    def told_after(self, revision: int) -> "TrialQuerySet":
        """Numbered results an optimizer that knew everything up to `revision` has not seen."""
        return (
            self.numbered()
            .filter(finished_revision__gt=revision)
            .exclude(state=Trial.State.CANCELLED)
            .order_by("finished_revision")
        )


class Trial(models.Model):
    """One evaluation of a configuration; number None marks the default's baseline outside the budget."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        COMPLETE = "complete"
        FAILED = "failed"
        PRUNED = "pruned"
        CANCELLED = "cancelled"

    TERMINAL = (State.COMPLETE, State.FAILED, State.PRUNED, State.CANCELLED)

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="trials", db_index=False)
    number = models.IntegerField(null=True)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    params = models.JSONField()
    info = models.JSONField(default=dict, help_text="Why it was suggested")
    fidelity = models.FloatField(null=True)
    parent = models.IntegerField(null=True)
    start_from = models.IntegerField(null=True)
    retry_of = models.IntegerField(null=True)
    compute = models.FloatField(null=True, help_text="Full trainings it costs; as planned until it is over")
    enqueued = models.BooleanField(default=False, help_text="A person's own configuration: goes first")
    inside = models.BooleanField(default=True, help_text="Whether it lies inside the study's present space")

    value = models.FloatField(null=True)
    values = models.JSONField(null=True, help_text="One value per metric of the study")
    metrics = models.JSONField(default=dict, help_text="Everything else that was measured")
    folds = models.JSONField(default=list, help_text="[{fold, score, fit_seconds, score_seconds, metrics}]")
    constraints = models.JSONField(default=list, help_text="By how much each limit is broken; kept when ≤ 0")
    feasible = models.BooleanField(default=True, help_text="Whether it keeps every limit")
    joined_front = models.PositiveIntegerField(
        null=True, help_text="How many trials had ended when no other one beat this; several objectives"
    )
    left_front = models.PositiveIntegerField(null=True, help_text="The same when another one beat it")
    user_attrs = models.JSONField(default=dict)
    error = models.JSONField(null=True, help_text="{kind, message, exception, traceback}")
    stopped = models.JSONField(
        null=True,
        help_text="What a stopping rule decided: {rule, reason, step, total, trainings_saved, seconds_saved}",
    )
    log = models.TextField(blank=True)
    seconds = models.FloatField(null=True, help_text="Training time")
    peak_memory_mb = models.FloatField(null=True)

    token = models.CharField(max_length=32, blank=True)
    lease_expires = models.DateTimeField(null=True)
    lease_seconds = models.FloatField(default=0, help_text="How far each heartbeat prolongs it")
    worker = models.CharField(max_length=200, blank=True)
    lost = models.IntegerField(default=0, help_text="How often its machine failed it")
    queued_at = models.DateTimeField(db_default=Now())
    dispatched_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    finished_revision = models.BigIntegerField(
        null=True, help_text="The study's revision that made it terminal"
    )

    objects = TrialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="one_trial_per_number"),
            models.UniqueConstraint(
                fields=["study"], condition=Q(number=None), name="one_baseline_per_study"
            ),
        ]
        indexes = [
            models.Index(fields=["study", "state", "number"]),
            models.Index(fields=["study", "state", "value", "number"]),
            models.Index(fields=["study", "finished_revision"]),
            models.Index(
                fields=["study", "-enqueued", "number"], condition=Q(state="queued"), name="trial_waiting"
            ),
            # What the table of trials is sorted by; the number settles ties and begins the next page.
            models.Index(fields=["study", "value", "number"]),
            models.Index(fields=["study", "seconds", "number"]),
            models.Index(fields=["study", "started_at", "number"]),
            models.Index(fields=["study", "worker", "number"]),
            models.Index(fields=["lease_expires"], condition=Q(state="running"), name="trial_running_leases"),
            models.Index(
                fields=["study", "number"], condition=Q(joined_front__isnull=False), name="trial_joined_front"
            ),
            # Few rows each: what /metrics counts.
            models.Index(fields=["lost"], condition=Q(lost__gt=0), name="trial_lost"),
            models.Index(fields=["retry_of"], condition=Q(retry_of__isnull=False), name="trial_retries"),
        ]

    def __str__(self) -> str:
        return "baseline" if self.number is None else f"trial {self.number}"

    @property
    def is_baseline(self) -> bool:
        return self.number is None

    @property
    def is_terminal(self) -> bool:
        return self.state in self.TERMINAL

    @property
    def is_on_front(self) -> bool:
        """Whether no other result beats it; of several objectives."""
        return self.joined_front is not None and self.left_front is None

    # --- transitions; each expects the study's lock to be held ------------------------------------------
    def claim(self, study: Study, token: str, worker: str, seconds: float) -> bool:
        """queued -> running, held by `token`; refused while the study runs all it may."""
        if not study.is_active or study.n_running >= study.parallelism:
            return False
        won = Trial.objects.filter(pk=self.pk, state=self.State.QUEUED).update(
            state=self.State.RUNNING,
            stopped=None,
            token=token,
            worker=worker,
            lease_expires=Now() + timedelta(seconds=seconds),
            lease_seconds=seconds,
            started_at=Now(),
        )
        if won:
            self.token, self.lease_seconds = token, seconds
            if self.lost:
                self.reports.all().delete()  # they were of a training that nobody finished
            study.count("queued", "running")
        return bool(won)

    def renew(self, token: str) -> bool:
        """Prolong the lease; False means that it is no longer ours: stop. Needs no lock."""
        won = Trial.objects.held_by(self.pk, token).update(
            lease_expires=Now() + timedelta(seconds=self.lease_seconds)
        )
        return bool(won)

    def holds(self, token: str) -> bool:
        """Whether the token still holds the running trial; cheap enough to ask several times a second."""
        return Trial.objects.held_by(self.pk, token).exists()

    def tell(self, study: Study, token: str, state: str, **fields: Any) -> Told:
        """running -> complete | failed | pruned; the same tell twice is fine, a different second one is not.

        A trial whose lease lapsed and that nobody has claimed since is still its worker's to tell.
        """
        mine = Trial.objects.filter(pk=self.pk, token=token)
        changes = dict(fields, state=state, lease_expires=None, finished_revision=study.revision + 1)
        for came_from in (self.State.RUNNING, self.State.QUEUED) if token else ():
            if mine.filter(state=came_from).update(completed_at=Now(), **changes):
                break
        else:
            return self._told_before(token, state, fields.get("values"))
        if self.is_baseline:
            study.count(came_from, None)
        else:
            failures = study.failures_in_a_row + 1 if state == self.State.FAILED else 0
            seconds = study.train_seconds + (fields.get("seconds") or 0.0)
            study.count(
                came_from,
                state,
                train_seconds=seconds,
                failures_in_a_row=failures,
                **study.saved_by(fields.get("stopped") or {}),
            )
        return Told.RECORDED

    def _told_before(self, token: str, state: str, values: list[float] | None) -> Told:
        """What to answer a tell that changed nothing."""
        row = Trial.objects.filter(pk=self.pk, token=token).only("state", "values").first()
        if row is None or not token or not row.is_terminal or row.state == self.State.CANCELLED:
            return Told.LEASE_LOST
        return Told.REPEATED if (row.state, row.values) == (state, values) else Told.CONFLICT

    def give_back(self, study: Study, *, lost: bool) -> bool:
        """running -> queued: the machine's fault (counted in `lost`) or an orderly stop.

        A trial lost too often fails, and says that the machine was at fault.
        """
        row = Trial.objects.filter(pk=self.pk, state=self.State.RUNNING).only("lost").first()
        if row is None:
            return False
        if lost and row.lost + 1 > LOST_LIMIT:
            self._give_up(study)
            return True
        Trial.objects.filter(pk=self.pk).update(
            state=self.State.QUEUED, lost=row.lost + int(lost), lease_expires=None, dispatched_at=None
        )
        study.count("running", "queued")
        if lost:
            study.note(Event.Kind.LOST, "Its worker was lost; it is queued again", self.number)
        return True

    def _give_up(self, study: Study) -> None:
        message = (
            f"Its worker was lost {LOST_LIMIT + 1} times, so it was given up. "
            "The machine failed it, not the configuration: look for a shortage of memory."
        )
        Trial.objects.filter(pk=self.pk).update(
            state=self.State.FAILED,
            lost=LOST_LIMIT + 1,
            error={"kind": "lost", "message": message, "exception": "", "traceback": ""},
            completed_at=Now(),
            finished_revision=study.revision + 1,
            lease_expires=None,
        )
        if self.is_baseline:
            study.count("running", None)
        else:
            study.count("running", "failed", failures_in_a_row=study.failures_in_a_row + 1)

    def cancel(self, study: Study) -> bool:
        """queued | running -> cancelled; whoever trains it learns by its next heartbeat."""
        row = Trial.objects.filter(pk=self.pk).pending().only("state").first()
        if row is None:
            return False
        Trial.objects.filter(pk=self.pk).update(
            state=self.State.CANCELLED,
            completed_at=Now(),
            finished_revision=study.revision + 1,
            lease_expires=None,
        )
        study.count(row.state, None if self.is_baseline else "cancelled")
        return True


class ParameterValue(models.Model):
    """One parameter's value of one trial, where the database can sort and filter it by an index."""

    trial = models.ForeignKey(
        Trial, on_delete=models.CASCADE, related_name="parameter_values", db_index=False
    )
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    number = models.FloatField(null=True, help_text="Numeric and boolean values")
    text = models.CharField(max_length=500, null=True, help_text="Every value as text")

    class Meta:
        indexes = [
            # Each holds all that a filter needs, so that the rows themselves are never read.
            models.Index(fields=["study", "name", "number", "trial"]),
            models.Index(fields=["study", "name", "text", "trial"]),
            models.Index(fields=["trial", "name"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.text}"


class Report(models.Model):
    """An intermediate value: the score of fold `step` from 1, or what a training had come to at a step."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="reports")
    step = models.FloatField()
    value = models.FloatField()
    created = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trial", "step"], name="one_report_per_step")]

    def __str__(self) -> str:
        return f"{self.step:g}: {self.value}"
