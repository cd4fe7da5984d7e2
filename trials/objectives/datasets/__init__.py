"""Data sets by name, shipped and uploaded: facts at once, rows when a training asks for them."""

from .info import Dataset, DatasetInfo, Kind, Task
from .sources import Source, available_datasets, get_dataset, install, is_shipped, load

__all__ = [
    "Dataset",
    "DatasetInfo",
    "Kind",
    "Source",
    "Task",
    "available_datasets",
    "get_dataset",
    "install",
    "is_shipped",
    "load",
]
