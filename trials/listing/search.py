"""Text search over trials: values of parameters, reasons of failures, workers."""

import math
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from trials.models import ParameterValue, Study, Trial

from .fields import versions

#: Rows, and which of their columns is a trial's key.
Place = tuple[QuerySet[Any], str]
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def places(study: Study, text: str) -> Iterator[Place]:
    """Where a study's trials may hold a text; a trial matches that is in any of them.

    A number also finds values that round to it: 0.0131 finds 0.013084. A name or a part of one finds
    choices; parts of messages find failed trials; parts of a worker's name find what it trained.
    """
    trials = study.trials.numbered()
    yield trials.filter(worker__icontains=text), "pk"
    reasons = {f"why_{key}": KeyTextTransform(key, F("error")) for key in ("message", "exception")}
    told = Q(why_message__icontains=text) | Q(why_exception__icontains=text)
    yield trials.filter(state=Trial.State.FAILED).alias(**reasons).filter(told), "pk"
    for condition in _values(study, text):
        yield ParameterValue.objects.filter(condition, study=study), "trial_id"


def _values(study: Study, text: str) -> Iterator[Q]:
    """Conditions on rows of ParameterValue: choices that contain the text, numbers that round to it."""
    choices: set[str] = set()
    chosen, numeric = set(), set()
    for space in versions(study):
        for name, parameter in space.space.parameters.items():
            if not hasattr(parameter, "choices"):
                numeric.add(name)
                continue
            texts = [str(choice)[:500] for choice in parameter.choices if text.lower() in str(choice).lower()]
            choices.update(texts)
            chosen.update([name] if texts else [])
    if choices:
        yield Q(name__in=sorted(chosen), text__in=sorted(choices))
    ends = rounding(text)
    if ends is not None and numeric:
        yield Q(name__in=sorted(numeric), number__gte=ends[0], number__lte=ends[1])


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
