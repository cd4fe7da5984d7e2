"""The catalogue of models: one file each, which offers its `MODEL`; files that begin with _ serve a whole
family.
"""

from trials.objectives.catalogue import ModelSpec, available_models, get_model

__all__ = ["ModelSpec", "available_models", "get_model"]
