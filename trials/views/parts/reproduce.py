"""Python that makes a trial's model again outside the dashboard; for best card and trial page."""

import pprint

from trials.models import Study, Trial
from trials.objectives.base import Context, ObjectiveError, parse
from trials.objectives.kinds.model import ModelObjective


def code_of(study: Study, trial: Trial) -> str:
    """Return Python source that builds the model a trial trained; for other objectives its parameters."""
    try:
        objective = parse(study.objective)
        if isinstance(objective, ModelObjective):
            return objective.code(trial.params, Context(study.seed, trial.number))
    except ObjectiveError:
        pass  # made by another version: the parameters are still true
    return f"params = {pprint.pformat(dict(trial.params), sort_dicts=False)}\n"
