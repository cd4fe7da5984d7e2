"""What readers may choose of charts: which parameters they are drawn over. Called by charts with controls."""

from trials.listing import own_name
from trials.models import Study
from trials.wording import model_title

from .base import Control


def ranked_parameters(study: Study) -> list[str]:
    """The names of the present space's parameters, the most important first where that is known."""
    names = list(study.space.space.names)
    insight = getattr(study, "insight", None)
    found = (insight.data or {}).get("importance", {}) if insight else {}
    shares = dict(zip(found.get("names", ()), found.get("share", ()), strict=True))
    return sorted(names, key=lambda name: -shares.get(name, 0.0))


def parameter_title(study: Study, name: str) -> str:
    """A parameter's name for people; of one that belongs to a model, with the model."""
    own, model = own_name(study.space.space, name)
    return f"{own} · {model_title(model)}" if model else name


def parameter_control(study: Study, key: str, title: str, place: int = 0) -> Control:
    """A choice among the parameters; the default is the most important one, or the one at `place`."""
    ranked = ranked_parameters(study)
    options = tuple((name, parameter_title(study, name)) for name in study.space.space.names)
    return Control(key, title, options, ranked[min(place, len(ranked) - 1)])


def one_parameter(study: Study) -> tuple[Control, ...]:
    return (parameter_control(study, "over", "Parameter"),)


def two_parameters(study: Study) -> tuple[Control, ...]:
    across = parameter_control(study, "x", "Across", 0)
    return (across, parameter_control(study, "y", "Up", 1))


def defaults(controls: tuple[Control, ...]) -> dict[str, str]:
    return {control.key: control.default for control in controls}
