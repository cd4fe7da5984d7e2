"""Starts a scan in a process of its own, bounded in memory and time, so that no file can harm who asks;
called by the engine.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .faults import TableError
from .table import Bounds

logger = logging.getLogger(__name__)

SECONDS = 90
MEMORY = 2 * 1024**3
ROOT = Path(__file__).parents[3]
MODULE = f"{__package__}.scan"


def scan_apart(path: Path, given: Mapping[str, Any], bounds: Bounds) -> dict[str, Any]:
    """What `scan` says of a file; blocks until it is read, at most SECONDS.

    Raises:
        TableError: saying what is wrong with the file, where, and what to do.
    """
    limits = {"seconds": SECONDS, "memory": MEMORY}
    job = {"path": str(path), "given": dict(given), "bounds": asdict(bounds), **limits}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *_inherited_path()])}
    try:
        done = subprocess.run(
            [sys.executable, "-m", MODULE],
            input=json.dumps(job).encode(),
            capture_output=True,
            env=environment | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_slow() from None
    if done.returncode:
        logger.error(
            "A scan ended with %s: %s", done.returncode, done.stderr.decode("utf-8", "replace")[-4000:]
        )
        raise (
            _too_slow()
            if done.returncode < 0
            else TableError("file", "the file could not be read; the dashboard's log says why")
        )
    answer = json.loads(done.stdout)
    if "message" in answer:
        raise TableError(answer["field"], answer["message"])
    return dict(answer["facts"])


def _inherited_path() -> list[str]:
    return [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]


def _too_slow() -> TableError:
    return TableError("file", f"the file could not be read within {SECONDS} s: upload fewer rows or columns")
