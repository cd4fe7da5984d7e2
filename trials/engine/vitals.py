"""What a worker reports about itself and its machine: cores, load and memory; tasks.py calls it."""

import os
from contextlib import suppress
from dataclasses import dataclass

import psutil

MB = 1024 * 1024


@dataclass(frozen=True)
class Vitals:
    """Columns of the worker's row: `load` is the machine's over a minute, `memory_mb` this process tree's."""

    cores: int
    load: float | None
    memory_mb: float | None


def vitals() -> Vitals:
    """Measure now; about 2 ms, so once in a heartbeat is cheap."""
    try:
        load = psutil.getloadavg()[0]
    except OSError:
        load = None
    return Vitals(cores=os.cpu_count() or 1, load=load, memory_mb=_memory_mb())


def _memory_mb() -> float | None:
    """Memory of this process and of everything it started, pages that several share counted once."""
    own = psutil.Process()
    try:
        processes = [own, *own.children(recursive=True)]
    except psutil.Error:
        processes = [own]
    sizes = []
    for process in processes:
        with suppress(psutil.Error):  # ended since, or forbidden to us
            found = process.memory_full_info()
            sizes.append(getattr(found, "pss", 0) or found.rss)
    return sum(sizes) / MB if sizes else None
