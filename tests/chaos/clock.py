"""A clock for the processes of a storm that is put forward and back while they run; needs a C compiler."""

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")


class Clock:
    """The machine's clock and so many seconds."""

    def __init__(self, folder: Path) -> None:
        """Make the library that fakes it, in a folder."""
        self._library, self._file = folder / "clock.so", folder / "clock"
        self.offset = 0
        self._file.write_bytes(struct.pack("=q", 0))
        command = ["cc", "-shared", "-fPIC", "-O2", "-o", str(self._library), str(SOURCE), "-ldl"]
        subprocess.run(command, check=True)

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a program and all its children live by it."""
        return {"LD_PRELOAD": str(self._library), "HPO_TEST_CLOCK": str(self._file)}

    def jump(self, seconds: int) -> None:
        """Put it forward, or back."""
        self.offset += seconds
        file = os.open(self._file, os.O_WRONLY)
        os.pwrite(file, struct.pack("=q", self.offset), 0)
        os.close(file)


def possible() -> bool:
    return sys.platform == "linux" and shutil.which("cc") is not None
