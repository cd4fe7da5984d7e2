"""Speaks with a peer in an environment of its own, in JSON lines: see the protocol beside the peers."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

PEERS = Path(__file__).parent / "peers"


class Conversation:
    """A running peer; `version` is its library's.

    python: of its environment.  script, arguments: what is run there.  start: the first message.
    """

    def __init__(self, python: Path, script: Path, start: dict[str, Any], *arguments: str) -> None:
        if not python.exists():
            name = python.parents[1].name
            raise FileNotFoundError(
                f"{python} is missing: python -m benchmarks.optimizers.peers.install --only {name}"
            )
        self._script = script.stem
        self._process = subprocess.Popen(
            [str(python), str(script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONPATH": str(PEERS)},
        )
        self.version = str(self.answer(start)["version"])

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "it ended without an answer"}
        if "error" in answer:
            raise RuntimeError(f"{self._script}: {answer['error']}")
        return answer

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.kill()
        self._process.wait()
