"""Text search over trials: values of parameters, reasons of failures, workers."""

import math
import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from trials.models import ParameterValue, Study, Trial

from .fields import versions

#: A search that finds no more than this in each place is done by keys.
FEW = 5000
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Found:
    """What a text was found in: keys of trials when they are few, else conditions to test each trial by."""

    keys: tuple[int, ...] | None
    values: list[Q]
    text: str

    def apply(self, rows: QuerySet[Any], prefix: str, key: str) -> QuerySet[Any]:
        """Filter rows of trials, or of something that reaches them by the prefix."""
        if self.keys is not None:
            return rows.filter(**{f"{key}__in": self.keys})
        rows = rows.alias(**_reasons(prefix))
        worker = Q(**{f"{prefix}worker__icontains": self.text})
        held = worker | _failed_for(self.text, prefix)
        if self.values:
            named = reduce(or_, self.values)
            held |= Q(Exists(ParameterValue.objects.filter(named, trial=OuterRef(key))))
        return rows.filter(held)


def search(study: Study, text: str) -> Found:
    """Look for a text in a study's trials.

    A number also finds values that round to it: 0.0131 finds 0.013084. A name or a part of one finds
    choices; parts of messages find failed trials; parts of a worker's name find what it trained.
    """
    values = _values(study, text)
    places = [
        study.trials.filter(worker__icontains=text).values_list("pk", flat=True),
        study.trials.filter(state=Trial.State.FAILED)
        .alias(**_reasons(""))
        .filter(_failed_for(text, ""))
        .values_list("pk", flat=True),
    ]
    if values:
        each = [
            ParameterValue.objects.filter(value, study=study).values_list("trial_id", flat=True)
            for value in values
        ]
        places.append(each[0].union(*each[1:], all=True))
    keys: set[int] = set()
    for place in places:
        keys |= set(place[: FEW + 1])
        if len(keys) > FEW:
            return Found(None, values, text)
    return Found(tuple(keys), values, text)


def _reasons(prefix: str) -> dict[str, KeyTextTransform]:
    return {f"why_{key}": KeyTextTransform(key, F(f"{prefix}error")) for key in ("message", "exception")}


def _failed_for(text: str, prefix: str) -> Q:
    told = Q(why_message__icontains=text) | Q(why_exception__icontains=text)
    return Q(**{f"{prefix}state": Trial.State.FAILED}) & told


def _values(study: Study, text: str) -> list[Q]:
    """Conditions on rows of ParameterValue: choices that contain the text, numbers that round to it."""
    found: list[Q] = []
    ends = rounding(text)
    for space in versions(study):
        for name, parameter in space.space.parameters.items():
            choices = getattr(parameter, "choices", None)
            if choices is not None:
                texts = [str(choice)[:500] for choice in choices if text.lower() in str(choice).lower()]
                found += [Q(name=name, text__in=texts)] if texts else []
            elif ends is not None:
                found += [Q(name=name, number__gte=ends[0], number__lte=ends[1])]
    return found


def rounding(text: str) -> tuple[float, float] | None:
    """The numbers that are written so when rounded: "0.013" is 0.0125 to 0.0135; None for other text."""
    cleaned = text.replace("\N{MINUS SIGN}", "-").replace(",", "")
    match = _NUMBER.fullmatch(cleaned)
    if match is None or len(cleaned) > 30 or not math.isfinite(float(cleaned)):
        return None
    digits = match[1].partition(".")[2]
    half = 0.5 * 10.0 ** (int((match[2] or "e0")[1:]) - len(digits))
    whole = "." not in match[1] and not match[2]
    value = float(cleaned)
    return (value, value) if whole else (value - half, value + half)
