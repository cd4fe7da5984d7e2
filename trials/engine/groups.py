"""One study repeated with other optimizers and seeds: made, paused, resumed, stopped and deleted as one.

Called by pages and API. Each repeat is a study like any other; the group only names them together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

import optimizers
from optimizers import OptimizerError
from trials.models import Study, StudyGroup
from trials.objectives.base import unknown

from . import control
from .border import unstorable
from .creation import store, study_json
from .findings import Findings, StudyError, shown
from .memory import hints
from .nudges import Nudges
from .plan import StudyPlan, check_name, check_study, trains_in_parts

KEYS = ("study", "optimizers", "seeds", "budget", "name")
MOST_STUDIES = 100
LARGEST_SEED = 2**63 - 1
LONGEST_NAME = 200


@dataclass(frozen=True)
class GroupPlan:
    """Complete and valid studies that differ by optimizer and seed alone, not yet stored."""

    name: str
    source: Study | None
    studies: tuple[StudyPlan, ...]

    @property
    def trials(self) -> int | None:
        """How many trials they make together; None where something else is the budget."""
        each = [plan.budget["trials"] for plan in self.studies if "trials" in plan.budget]
        return sum(each) if len(each) == len(self.studies) else None


def check_group(data: Mapping[str, Any]) -> GroupPlan:
    """Validate a group's JSON: `study` is an id or a body of POST /studies, `seeds` a list or a number.

    Where one of the optimizers trains in parts, a budget in trials counts full trainings for all of them, so
    that all may spend the same.

    Raises:
        StudyError: with a message for every field that is wrong.
    """
    found = Findings()
    if not isinstance(data, Mapping):
        raise StudyError({"": ["a group is an object such as {“study”: 1, “optimizers”: […], “seeds”: 3}"]})
    if unstored := unstorable(data):
        raise StudyError(unstored)
    for key in data:
        if key not in KEYS:
            found.add(str(key)[:100], unknown("field", key, KEYS))
    source, body = _body(data.get("study"), found)
    chosen = _chosen(data.get("optimizers"), found)
    seeds = _seeds(data.get("seeds"), body.get("seed", 0), found)
    if data.get("name") not in (None, ""):
        check_name(data["name"], found)
    if len(chosen) * len(seeds) > MOST_STUDIES:
        found.add("seeds", f"that makes {len(chosen) * len(seeds)} studies; a group has up to {MOST_STUDIES}")
    found.stop_if_any()
    if data.get("budget"):
        body |= {"budget": data["budget"]}
    plans = _plans(body, chosen, found)
    found.stop_if_any()
    base = _base(source) or body.get("name") or plans[0].name
    return GroupPlan(
        name=str(data.get("name") or f"{str(base)[:180]}, repeated").strip(),
        source=source,
        studies=tuple(
            replace(plan, seed=seed, name=_named(str(base), labels, seed))
            for seed in seeds
            for plan, labels in zip(plans, _labels(chosen), strict=True)
        ),
    )


def create_group(data: Mapping[str, Any], owner: AbstractBaseUser | None) -> tuple[StudyGroup, Nudges]:
    """Store a checked group and start its studies.

    Raises:
        StudyError: with a message for every field that is wrong; nothing is stored.
    """
    plan = check_group(data)
    nudges = Nudges()
    with transaction.atomic():
        group = StudyGroup.objects.create(name=plan.name, source=plan.source, owner=owner)  # type: ignore[misc]
        for each in plan.studies:
            study, more = store(each, owner)
            study.change(group=group)
            nudges |= more
    return group, nudges


def fitting(study: Study) -> tuple[str, ...]:
    """The optimizers that can search this study's space for its objectives."""
    told = {"seed": 0, "parallelism": 1, "objectives": len(study.metrics)} | hints(study.objective, {})
    fit = []
    for name in optimizers.available():
        try:
            optimizers.create(name, study.space.space, **told)
        except OptimizerError:
            continue
        fit.append(name)
    return tuple(fit)


# --- what is asked for --------------------------------------------------------------------------------------
def _body(given: Any, found: Findings) -> tuple[Study | None, dict[str, Any]]:
    """The study that is repeated, and the JSON that makes it."""
    if isinstance(given, Mapping):
        return None, dict(given)
    if isinstance(given, bool) or not isinstance(given, int):
        found.add(
            "study", f"a study is needed: the id of one, or an object that makes one, not {shown(given)}"
        )
        return None, {}
    study = Study.objects.visible().select_related("space").filter(pk=given).first()
    if study is None:
        found.add("study", f"there is no study {given}")
        return None, {}
    return study, study_json(study)


def _chosen(given: Any, found: Findings) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not given:
        found.add("optimizers", 'choose at least one optimizer, as in ["random", "gp"]')
        return []
    chosen: list[dict[str, Any]] = []
    for place, each in enumerate(given):
        wanted = {"name": each} if isinstance(each, str) else each
        if not isinstance(wanted, Mapping) or not isinstance(wanted.get("name"), str):
            found.add(
                f"optimizers.{place}", f"an optimizer is a name or an object with one, not {shown(each)}"
            )
        elif wanted in chosen:
            found.add(f"optimizers.{place}", f"{wanted['name']} is listed twice with the same options")
        else:
            chosen.append(dict(wanted))
    return chosen


def _seeds(given: Any, first: Any, found: Findings) -> list[int]:
    """The seeds: those listed, or so many from the study's own on."""
    whole = isinstance(given, int) and not isinstance(given, bool)
    if whole and 1 <= given <= MOST_STUDIES:
        start = first if isinstance(first, int) and first + given <= LARGEST_SEED else 0
        return list(range(start, start + given))
    seeds = given if isinstance(given, list) else []
    good = [s for s in seeds if isinstance(s, int) and not isinstance(s, bool) and 0 <= s <= LARGEST_SEED]
    if not seeds or len(good) < len(seeds) or len(set(good)) < len(good):
        found.add(
            "seeds",
            f"seeds are how many (1 to {MOST_STUDIES}) or a list of different numbers, not {shown(given)}",
        )
        return []
    return good


def _plans(body: Mapping[str, Any], chosen: list[dict[str, Any]], found: Findings) -> list[StudyPlan]:
    """One plan for each optimizer, all on the same budget."""
    plans = [_plan(body, optimizer, place, found) for place, optimizer in enumerate(chosen)]
    good = [plan for plan in plans if plan is not None]
    in_parts = any(trains_in_parts(plan.objective, plan.optimizer["name"]) for plan in good)
    if in_parts and len(good) == len(plans):
        budget = dict(body.get("budget") or {})
        most = budget.pop("trials", None)
        budget.setdefault("full_trainings", most or max(_trainings(plan) for plan in good))
        return [plan for each in chosen if (plan := _plan({**body, "budget": budget}, each, 0, found))]
    return good


def _trainings(plan: StudyPlan) -> float:
    return plan.budget.get("full_trainings") or plan.budget.get("trials") or 1


def _plan(
    body: Mapping[str, Any], optimizer: dict[str, Any], place: int, found: Findings
) -> StudyPlan | None:
    try:
        return check_study({**body, "optimizer": optimizer})
    except StudyError as error:
        for field, messages in error.fields.items():
            about_it = field.startswith("optimizer")
            for message in messages:
                where = f"optimizers.{place}" if about_it else field
                if about_it or message not in found.fields.get(field, ()):
                    found.add(where, message)
    return None


def _labels(chosen: list[dict[str, Any]]) -> list[str]:
    """A word for each optimizer, with a number where one is there twice with other options."""
    names = [each["name"] for each in chosen]
    return [
        f"{name} {names[: place + 1].count(name)}" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]


def _base(source: Study | None) -> str:
    """The name of the study; of one that repeats another itself, that of the other."""
    if source is None:
        return ""
    return source.name.removesuffix(f", {source.optimizer['name']}, seed {source.seed}")


def _named(base: str, optimizer: str, seed: int) -> str:
    end = f", {optimizer}, seed {seed}"
    return base[: LONGEST_NAME - len(end)] + end


# --- all of a group as one ----------------------------------------------------------------------------------
def act(group_id: int, action: str, by: str = "") -> Nudges | None:
    """Do one of `ACTIONS` to each study of the group; None when there is no such group."""
    if not StudyGroup.objects.filter(pk=group_id).exists():
        return None
    keys = Study.objects.filter(group=group_id).order_by("pk").values_list("pk", flat=True)
    done = [ACTIONS[action](pk, by) for pk in list(keys)]
    return reduce(or_, [nudges for nudges in done if isinstance(nudges, Nudges)], Nudges())


ACTIONS: dict[str, Callable[[int, str], Nudges | bool | None]] = {
    **control.ACTIONS,
    "delete": control.delete,
    "restore": control.restore,
}
