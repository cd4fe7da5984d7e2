"""Make a study from its JSON: what the form, the API and `run_study` call."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from trials.models import Event, Space, Study, Trial

from .nudges import Nudges
from .plan import StudyError, StudyPlan, check_study
from .warm_start import keep

__all__ = ["StudyError", "StudyPlan", "check_study", "create_study"]


def create_study(data: Mapping[str, Any], owner: AbstractBaseUser | None) -> tuple[Study, Nudges]:
    """Store a checked study, ready to run; its baseline, if it needs one, is queued first.

    Raises:
        StudyError: with a message for every field that is wrong; nothing is stored.
    """
    plan = check_study(data)
    if data.get("name") in (None, ""):
        plan = replace(plan, name=Study.objects.free_name(plan.name))
    return store(plan, owner)


def store(plan: StudyPlan, owner: AbstractBaseUser | None) -> tuple[Study, Nudges]:
    """Store a plan as a running study."""
    with transaction.atomic():
        study = Study.objects.create(
            name=plan.name,
            owner=owner,
            objective=plan.objective.to_dict(),
            space=Space.objects.create(definition=plan.space.to_dict()),
            optimizer=plan.optimizer,
            metrics=plan.metrics,
            directions=plan.directions,
            constraints=plan.constraints,
            budget=plan.budget,
            parallelism=plan.parallelism,
            seed=plan.seed,
            tags=plan.tags,
            warm_start=[earlier.source for earlier in plan.warm_start],
            stopping=plan.stopping,
        )
        keep(study, plan.warm_start)
        if plan.baseline is not None:
            Trial.objects.create(study=study, number=None, space=study.space, params=plan.baseline)
            study.count(None, "queued")
        study.note(Event.Kind.CREATED, "Created")
    return study, Nudges(studies=(study.pk,))


def study_json(study: Study) -> dict[str, Any]:
    """The study as the JSON that makes it again."""
    return {
        "name": study.name,
        "objective": study.objective,
        "space": study.space.definition,
        "optimizer": study.optimizer,
        "metrics": study.metrics,
        "directions": study.directions,
        "constraints": study.constraints,
        "budget": study.budget,
        "parallelism": study.parallelism,
        "seed": study.seed,
        "tags": study.tags,
        "warm_start": study.warm_start,
        **({"stopping": study.stopping} if study.stopping else {}),
    }
