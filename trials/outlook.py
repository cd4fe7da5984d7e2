"""What further trials can still gain and whether a smaller space would do, as sentences; for pages, API."""

from collections.abc import Mapping
from typing import Any

from trials import wording
from trials.engine.endings import FEWEST_FOR_REGRET
from trials.models import Insight, Study


def left_to_gain(study: Study, insight: Insight | None) -> str:
    """What a worker last estimated, "" where nothing is known; reads nothing beyond the two rows."""
    left = (insight.data or {}).get("remaining") if insight else None
    if not left or study.best_value is None:
        return ""
    most, expected = _amount(study, left["high"]), _amount(study, left["gain"])
    if left["n"] < FEWEST_FOR_REGRET:
        return f"Further trials may gain up to {most}; with {left['n']} results that is a guess."
    return f"Further trials can hardly gain more than {most}; {expected} is to be expected."


def smaller_space(found: Mapping[str, Any]) -> str:
    """What a suggested smaller space (see `Insight`) comes to."""
    fewer = wording.count(len(found["changes"]), "parameter")
    return f"The results speak for a smaller space: {fewer} would change."


def _amount(study: Study, gain: float) -> str:
    """In the metric's unit, and in per cent of the best where that says something."""
    amount = wording.significant(gain, 2) if gain else "0"
    best = abs(study.best_value or 0.0)
    if not best or gain > best:
        return amount
    share = 100 * gain / best
    shown = f"{share:.1f}" if share >= 0.05 else "under 0.1"
    return f"{amount} ({shown}{wording.THIN}%)"
