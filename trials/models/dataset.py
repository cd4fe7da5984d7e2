"""Uploaded data: each version of a data set is a row with its facts, and its file in chunks beside it."""

import itertools
import zlib
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

#: zlib's level: most of the gain at a fifth of the time of the usual one.
COMPRESSION = 3
#: Saving a file takes seconds.
ABANDONED = timedelta(hours=1)


class DatasetQuerySet(models.QuerySet["Dataset"]):
    def kept(self) -> "DatasetQuerySet":
        """All but the deleted ones."""
        return self.filter(deleted=None)

    def abandoned(self) -> "DatasetQuerySet":
        """Deleted ones with pieces that nobody removed: their saving was cut off."""
        chunks = DatasetChunk.objects.filter(dataset=models.OuterRef("pk"))
        return self.filter(models.Exists(chunks), deleted__lt=Now() - ABANDONED)

    def named(self, name: str, version: int | None) -> "DatasetQuerySet":
        """One version of a name; for None the newest kept one first, deleted ones after all others."""
        found = self.filter(name=name) if version is None else self.filter(name=name, version=version)
        return found.order_by(models.F("deleted").desc(nulls_first=True), "-version")

    def newest(self) -> "DatasetQuerySet":
        """The newest version of each name, by title."""
        newer = Dataset.objects.kept().filter(
            name=models.OuterRef("name"), version__gt=models.OuterRef("version")
        )
        return self.kept().filter(~models.Exists(newer)).order_by("title", "name")


class Dataset(models.Model):
    """One version of an uploaded table; the newest version of a name is what new studies use."""

    name = models.SlugField(max_length=100, help_text="What studies call it")
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=500, blank=True)
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the file and of how it is read")
    task = models.CharField(max_length=20, help_text="classification or regression")
    target = models.CharField(max_length=200)
    columns = models.JSONField(help_text="[{name, type, used, missing, distinct, …}] in the file's order")
    reading = models.JSONField(help_text="{delimiter, encoding, header, decimal}: how the file is read")
    rows = models.IntegerField()
    class_sizes = models.JSONField(default=list, help_text="[[class, rows], …]; [] for regression")
    size = models.BigIntegerField(help_text="Bytes of the file")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created = models.DateTimeField(auto_now_add=True)
    deleted = models.DateTimeField(
        null=True, help_text="Its rows are gone; the number of the version is not given again"
    )

    objects = DatasetQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_row_per_version")]
        indexes = [models.Index(fields=["checksum"])]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    def store(self, pieces: Iterable[bytes]) -> None:
        """Keep the file, given in pieces, each in a transaction of its own so that nobody waits for all of
        them; only then the data set is there.
        """
        self.chunks.all().delete()
        for position, piece in enumerate(pieces):
            self.chunks.create(position=position, data=zlib.compress(piece, COMPRESSION))
        Dataset.objects.filter(pk=self.pk).update(deleted=None)
        self.deleted = None

    def pieces(self) -> Iterator[bytes]:
        """The file again, piece by piece; nothing for a deleted one."""
        for position in itertools.count():
            chunk = self.chunks.filter(position=position).first()
            if chunk is None:
                return
            yield zlib.decompress(chunk.data)

    def discard(self) -> bool:
        """Delete the rows for good and keep what they were; whether this call did it."""
        won = Dataset.objects.filter(pk=self.pk, deleted=None).update(deleted=Now())
        self.chunks.all().delete()
        return bool(won)


class DatasetChunk(models.Model):
    """A piece of a data set's file, compressed; in the database, so that every machine's workers find it."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "position"], name="one_chunk_per_position")]

    def __str__(self) -> str:
        return f"{self.dataset_id}[{self.position}]"
