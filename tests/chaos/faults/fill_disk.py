"""The disk of the data folder is full for a while: nothing can be written."""

import os
from contextlib import suppress

from tests.chaos.storm import Storm

from .base import Fault, sleep_past

BLOCK = b"\0" * 65_536


class FillDisk(Fault):
    name = "disk full"
    short = False

    def missing(self, storm: Storm) -> str:
        return "" if storm.small_disk else "it takes root, and Linux, to mount a small disk"

    def strike(self, storm: Storm) -> bool:
        path = storm.app.home / "ballast"
        with path.open("wb", buffering=0) as ballast:
            for size in (len(BLOCK), 512, 1):
                with suppress(OSError):  # no space left
                    while True:
                        ballast.write(BLOCK[:size])
        sleep_past(storm.chance.uniform(0.5, storm.lease + 2.0))
        os.unlink(path)
        return True
