"""Python that makes a trial's model again outside the dashboard; for best card and trial page."""

import pprint

from trials.engine.lines import whole
from trials.models import Study, Trial
from trials.objectives.base import ObjectiveError, context_of, parse
from trials.objectives.kinds.model import ModelObjective


def code_of(study: Study, trial: Trial) -> str:
    """Return Python source that builds the model a trial trained; for other objectives its parameters."""
    try:
        objective = parse(study.objective)
        if isinstance(objective, ModelObjective):
            return objective.code(trial.params, context_of(whole(study, trial)))
    except ObjectiveError:
        pass  # made by another version: the parameters are still true
    return f"params = {pprint.pformat(dict(trial.params), sort_dicts=False)}\n"
