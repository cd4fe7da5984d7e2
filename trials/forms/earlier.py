"""Earlier studies that a new one could begin from, the most alike first; for the new study page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trials.models import Study
from trials.wording import count

from .selection import models_of, names_in

#: How many are offered, and how many of the newest are looked through for them.
MOST_OFFERED = 8
LOOKED_THROUGH = 300


@dataclass(frozen=True)
class EarlierChoice:
    """A study to tick: what it was about, and how much it found."""

    pk: str
    name: str
    facts: str
    ticked: bool


def earlier_choices(objective: Mapping[str, Any], ticked: str) -> list[EarlierChoice]:
    """Studies of the same model or function and score: those on the same data first, then the newest.

    `ticked` are the ids that are chosen, with commas; they are listed whatever they are.
    """
    names = names_in(ticked)
    studies = Study.objects.visible().filter(n_complete__gt=0).order_by("-pk")
    newest = studies.only("name", "objective", "metrics", "n_complete")[:LOOKED_THROUGH]
    alike = [study for study in newest if _alike(objective, study.objective)]
    alike.sort(key=lambda study: study.objective.get("dataset") != objective.get("dataset"))
    chosen = list(studies.filter(pk__in=[name for name in names if _is_id(name)]))
    offered = {study.pk: study for study in [*chosen, *alike[: max(0, MOST_OFFERED - len(chosen))]]}
    shown = [
        EarlierChoice(str(study.pk), study.name, _facts(study), str(study.pk) in names)
        for study in offered.values()
    ]
    known = {choice.pk for choice in shown}
    gone = [EarlierChoice(name, f"Study {name}", "not there", True) for name in names if name not in known]
    return shown + gone


def ids_in(text: str) -> list[Any]:
    """The ids that a text lists; what is none stays a text, for the check of the study to refuse."""
    return [int(name) if _is_id(name) else name for name in names_in(text)]


def _is_id(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) < 19


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if one.get("kind") != other.get("kind"):
        return False
    if one.get("kind") == "function":
        return bool(one.get("name") == other.get("name"))
    same_score = one.get("scoring") == other.get("scoring")
    return same_score and bool(set(models_of(one)) & set(models_of(other)))


def _facts(study: Study) -> str:
    about = str(study.objective.get("dataset") or study.objective.get("name") or study.kind).replace("_", " ")
    return f"{about} · {count(study.n_complete, 'result')}"
