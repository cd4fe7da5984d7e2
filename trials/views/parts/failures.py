"""Failed trials grouped by what went wrong, and where in the space it happens; for the Failures tab."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models.fields.json import KeyTextTransform

from trials.models import Study, Trial

from .regions import Region, region_of
from .remedies import Remedy, remedy_of

#: Failures that are read at most, the latest; and trials that worked, to compare them with.
MOST_FAILED, MOST_GOOD = 2000, 2000
#: What makes two messages of one defect differ.
VARYING = re.compile(r"0x[0-9a-f]+|[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
LONGEST_TEXT = 60
#: Groups whose traceback is on the page, and its length in characters.
MOST_TRACES, LONGEST_TRACE = 20, 4000


@dataclass(frozen=True)
class FailureGroup:
    """Failed trials with the same kind, exception and message, numbers aside."""

    key: str
    title: str
    exception: str
    count: int
    first: datetime | None
    last: datetime | None
    example: int
    message: str
    region: Region | None
    remedy: Remedy
    address: str
    to_retry: int
    traceback: str = ""
    """The example's, its last lines; empty where no code of Python failed."""

    @property
    def retried(self) -> int:
        return self.count - self.to_retry


@dataclass(frozen=True)
class Failures:
    """All groups, the largest first; `read` of `total` failures were looked at."""

    groups: tuple[FailureGroup, ...]
    read: int
    total: int


@dataclass(frozen=True)
class _Failed:
    number: int
    params: Mapping[str, Any]
    kind: str
    exception: str
    message: str
    when: datetime | None

    @property
    def pattern(self) -> tuple[str, str, str]:
        return self.kind, self.exception, VARYING.sub("…", self.message)

    @property
    def key(self) -> str:
        return hashlib.sha256("\x1f".join(self.pattern).encode()).hexdigest()[:16]


def failures_of(study: Study) -> Failures:
    """Return the study's failures in groups; four queries, whose size is bounded."""
    failed = _failed(study)
    good = study.trials.numbered().filter(state__in=(Trial.State.COMPLETE, Trial.State.PRUNED))
    worked = list(good.order_by("-number").values_list("params", flat=True)[:MOST_GOOD]) if failed else []
    retried = set(study.trials.filter(retry_of__isnull=False).values_list("retry_of", flat=True))
    groups: dict[str, list[_Failed]] = defaultdict(list)
    for each in failed:
        groups[each.key].append(each)
    ordered = sorted(groups.values(), key=len, reverse=True)
    found = [_group(group, worked, retried) for group in ordered]
    traces = _tracebacks(study, [group.example for group in found[:MOST_TRACES]])
    told = tuple(replace(group, traceback=traces.get(group.example, "")) for group in found)
    return Failures(told, len(failed), study.n_failed)


def _tracebacks(study: Study, numbers: Sequence[int]) -> dict[int, str]:
    """The ends of some trials' tracebacks, where the reason stands."""
    if not numbers:
        return {}
    rows = study.trials.filter(number__in=numbers).annotate(trace=KeyTextTransform("traceback", "error"))
    return {number: (trace or "")[-LONGEST_TRACE:] for number, trace in rows.values_list("number", "trace")}  # type: ignore[misc]


def numbers_of(study: Study, key: str) -> list[int]:
    """The trials of one group."""
    return [each.number for each in _failed(study) if each.key == key]


def _failed(study: Study) -> list[_Failed]:
    """The latest failures, newest first, without their tracebacks."""
    rows = study.trials.numbered().filter(state=Trial.State.FAILED).order_by("-number")
    texts = {name: KeyTextTransform(name, "error") for name in ("kind", "exception", "message")}
    found = rows.annotate(
        **{f"error_{name}": text for name, text in texts.items()}
    ).values_list(
        "number",
        "params",
        "error_kind",
        "error_exception",
        "error_message",
        "completed_at",  # type: ignore[misc]
    )[:MOST_FAILED]
    return [
        _Failed(number, params, kind or "", exception or "", message or "No reason was given.", when)
        for number, params, kind, exception, message, when in found
    ]


def _group(
    group: Sequence[_Failed], worked: Sequence[Mapping[str, Any]], retried: set[int | None]
) -> FailureGroup:
    newest, oldest = group[0], group[-1]
    same = len({each.message for each in group}) == 1
    return FailureGroup(
        key=newest.key,
        title=newest.message if same else newest.pattern[2],
        exception=newest.exception,
        count=len(group),
        first=oldest.when,
        last=newest.when,
        example=newest.number,
        message="" if same else newest.message,
        region=region_of([each.params for each in group], worked),
        remedy=remedy_of(newest.kind, newest.exception, newest.message),
        address="?" + urlencode({"state": "failed", "q": _literal(newest.message)}),
        to_retry=sum(each.number not in retried for each in group),
    )


def _literal(message: str) -> str:
    """The longest piece of a message that all of its group have in common: what the table is searched for."""
    pieces = (piece.strip() for line in message.splitlines() for piece in VARYING.split(line) if piece)
    return max(pieces, key=len, default="")[:LONGEST_TEXT].strip()
