"""One row's rules, and every state transition. Views, API, engine and commands import models from here."""

from .access import AccessToken, SignInLink
from .event import Event
from .insight import Insight
from .space import Space
from .study import Study
from .trial import ParameterValue, Report, Trial
from .worker import Worker

__all__ = [
    "AccessToken",
    "Event",
    "Insight",
    "ParameterValue",
    "Report",
    "SignInLink",
    "Space",
    "Study",
    "Trial",
    "Worker",
]
