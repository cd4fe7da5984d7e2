"""The end of a study: its best configuration refitted, and scored once on the part that was kept aside."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.db.models.functions import Now, Substr

from .event import Event
from .lapse import over
from .study import Study
from .trial import LOST_LIMIT, Trial

#: Bytes of a model's file read at a time: a large one never is in memory as a whole.
PIECE_BYTES = 1024 * 1024


def _lease_end() -> models.Expression:
    return Now() + timedelta(seconds=settings.HPO_LEASE_SECONDS)


class FinalModelQuerySet(models.QuerySet["FinalModel"]):
    def light(self) -> "FinalModelQuerySet":
        """Without the model's file, which may be large."""
        return self.defer("model")

    def newest(self, study: Study) -> "FinalModel | None":
        """The study's newest final model."""
        return self.light().filter(study=study).order_by("-number").first()

    def queue(self, study: Study) -> None:
        """Queue the final model of a study that ends; one that nobody has begun is used again."""
        of_study = self.filter(study=study)
        if of_study.filter(state=FinalModel.State.QUEUED).update(trial=study.best_id):
            return
        last = of_study.aggregate(n=Max("number"))["n"] or 0
        self.create(study=study, trial_id=study.best_id, number=last + 1)

    def due(self, study: Study) -> tuple[int, ...]:
        """Keys of what waits for a study that has just ended, to be nudged."""
        if not study.is_over:
            return ()
        return tuple(self.filter(study=study, state=FinalModel.State.QUEUED).values_list("pk", flat=True))

    def waiting(self) -> "FinalModelQuerySet":
        """Those a worker may begin: the study is over, there, and in nobody's foreground."""
        background = Q(study__foreground_expires=None) | Q(study__foreground_expires__lt=Now())
        return self.filter(
            background, state=FinalModel.State.QUEUED, study__state__in=Study.ENDED, study__deleted=None
        )

    def pending(self) -> "FinalModelQuerySet":
        return self.filter(state__in=(FinalModel.State.QUEUED, FinalModel.State.RUNNING))

    def lapsed(self) -> "FinalModelQuerySet":
        """Running ones whose lease has run out, by the database's clock."""
        return self.filter(over("lease_expires"), state=FinalModel.State.RUNNING)

    def held_by(self, pk: int, token: str) -> "FinalModelQuerySet":
        return self.filter(pk=pk, token=token, state=FinalModel.State.RUNNING)


class FinalModel(models.Model):
    """The tuned model of a study and its scores on the test part, beside the default's and a dummy's.

    queued -> running -> done | failed; a lapsed lease puts it back, and a person may retry a failed one.
    A study that goes on and ends again gets a new row: `number` counts the looks at the test part.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="finals")
    trial = models.ForeignKey(Trial, null=True, on_delete=models.SET_NULL, related_name="+")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    data = models.JSONField(
        default=dict, help_text="Scores, intervals, confusion matrix or residuals, versions"
    )
    error = models.JSONField(null=True, help_text="{kind, message, exception, traceback}")
    model = models.BinaryField(null=True, help_text="The fitted pipeline, by joblib")
    checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the model's file")
    size = models.BigIntegerField(default=0, help_text="Bytes of the model's file")
    token = models.CharField(max_length=32, blank=True)
    lease_expires = models.DateTimeField(null=True)
    lost = models.IntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True)

    objects = FinalModelQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="one_final_per_number")]

    def __str__(self) -> str:
        return f"final model {self.number} of study {self.study_id}"

    @property
    def stored(self) -> bool:
        """Whether the model's file is kept: a very large one is not."""
        return self.state == self.State.DONE and bool(self.checksum)

    def pieces(self) -> Iterator[bytes]:
        """The model's file, piece by piece."""
        rows = FinalModel.objects.filter(pk=self.pk)
        for start in range(1, self.size + 1, PIECE_BYTES):
            piece = Substr("model", start, PIECE_BYTES, output_field=models.BinaryField())
            yield bytes(rows.values_list(piece, flat=True).get())

    # --- transitions; each expects the study's lock to be held ------------------------------------------
    def claim(self, study: Study, token: str) -> bool:
        """queued -> running, held by `token`; refused while the study goes on."""
        if not study.is_over or study.deleted:
            return False
        self.trial_id = study.best_id
        return self._move(
            study,
            FinalModel.objects.filter(pk=self.pk, state=self.State.QUEUED),
            state=self.State.RUNNING,
            trial=study.best_id,
            token=token,
            lease_expires=_lease_end(),
        )

    def renew(self, token: str) -> bool:
        """Prolong the lease; False means that it is no longer ours: stop. Needs no lock."""
        mine = FinalModel.objects.held_by(self.pk, token)
        return bool(mine.update(lease_expires=_lease_end()))

    def holds(self, token: str) -> bool:
        """Whether the token still holds it; cheap enough to ask several times a second."""
        return FinalModel.objects.held_by(self.pk, token).exists()

    def complete(self, study: Study, token: str, data: dict[str, Any], model: bytes | None) -> bool:
        """running -> done; `data["model"]` knows the file's size and checksum, `model` is the file itself."""
        facts = data.get("model") or {}
        won = self._end(
            study,
            token,
            self.State.DONE,
            data=data,
            model=model,
            size=facts.get("size", 0),
            checksum=facts.get("checksum", "") if model else "",
        )
        if won:
            scored = " and scored on the test part" if data.get("test_rows") else ""
            study.note(Event.Kind.FINAL, f"The best configuration was refitted{scored}")
        return won

    def fail(self, study: Study, token: str, error: dict[str, Any]) -> bool:
        """running -> failed, with a reason in words."""
        won = self._end(study, token, self.State.FAILED, error=error)
        if won:
            study.note(Event.Kind.FINAL, f"The final model could not be made: {error['message']}")
        return won

    def _end(self, study: Study, token: str, state: str, **fields: Any) -> bool:
        """Like a trial's, the token is good until somebody else claims, so a slow worker still lands."""
        open_states = (self.State.RUNNING, self.State.QUEUED)
        mine = FinalModel.objects.filter(pk=self.pk, token=token, state__in=open_states)
        return self._move(study, mine, state=state, lease_expires=None, finished=Now(), **fields)

    def give_back(self, study: Study, *, lost: bool) -> bool:
        """running -> queued: the machine's fault (counted in `lost`) or an orderly stop.

        One that was lost too often fails, and says that the machine was at fault.
        """
        mine = FinalModel.objects.filter(pk=self.pk, state=self.State.RUNNING)
        before = mine.values_list("lost", flat=True).first()
        if lost and before is not None and before >= LOST_LIMIT:
            message = (
                f"Its worker was lost {LOST_LIMIT + 1} times, so it was given up. "
                "The machine failed it, not the configuration: look for a shortage of memory."
            )
            error = {"kind": "lost", "message": message, "exception": "", "traceback": ""}
            return self._move(
                study, mine, state=self.State.FAILED, lease_expires=None, finished=Now(), error=error
            )
        back = models.F("lost") + int(lost)
        return self._move(study, mine, state=self.State.QUEUED, lease_expires=None, lost=back)

    def retry(self, study: Study) -> bool:
        """failed -> queued, because a person asked for it."""
        failed = FinalModel.objects.filter(pk=self.pk, state=self.State.FAILED)
        return self._move(study, failed, state=self.State.QUEUED, error=None, lost=0, token="", finished=None)

    @staticmethod
    def _move(study: Study, rows: FinalModelQuerySet, **fields: Any) -> bool:
        """One guarded UPDATE; the pages learn of it by the study's revision."""
        won = rows.update(**fields)
        if won:
            study.change()
        return bool(won)
