"""One row's rules, and every state transition. Views, API, engine and commands import models from here."""

from . import lookups as lookups
from .access import AccessToken, SignInLink
from .checkpoint import Checkpoint
from .dataset import Dataset, DatasetChunk
from .demonstration import Demonstration
from .earlier import EarlierResults
from .event import Event
from .final import FinalModel
from .group import StudyGroup
from .insight import Insight
from .note import Note, SavedView, Star
from .space import SavedSpace, Space
from .study import Study
from .surrogate_view import SurrogateView
from .trial import ParameterValue, Report, Trial
from .worker import Worker

__all__ = [
    "AccessToken",
    "Checkpoint",
    "Dataset",
    "DatasetChunk",
    "Demonstration",
    "EarlierResults",
    "Event",
    "FinalModel",
    "Insight",
    "Note",
    "ParameterValue",
    "Report",
    "SavedSpace",
    "SavedView",
    "SignInLink",
    "Space",
    "Star",
    "Study",
    "StudyGroup",
    "SurrogateView",
    "Trial",
    "Worker",
]
