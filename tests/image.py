"""The container image without containers: the Dockerfile's steps, carried out in a scratch folder.

Stages share one root, so that COPY --from leaves files where they are. What needs root (users, owners) is
stood in for; pip installs without its index, since the dependencies are here already.
"""

import json
import os
import re
import shlex
import shutil
import site
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
#: Installs ours and nothing else: no index, no dependencies, the build backend that is installed here.
OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_NO_DEPS": "1",
    "PIP_NO_BUILD_ISOLATION": "0",
    "PIP_NO_COMPILE": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}
#: `install` without the option that names an owner, and no new user.
WITHOUT_OWNER = """\
for word; do
  shift
  [ "$word" = hpo ] || [ "$word" = --owner ] || set -- "$@" "$word"
done
exec /usr/bin/install "$@"
"""
VARIABLE = re.compile(r"\$\{(\w+):-([^${}]*)\}")
STAND_INS = {"useradd": "exit 0", "install": WITHOUT_OWNER}


def build_context() -> set[str]:
    """What .dockerignore sends to the build: nothing but the names with an exclamation mark."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert lines[0] == "*"
    return {line[1:] for line in lines if line.startswith("!")}


@dataclass
class Image:
    """The Dockerfile below `root`; once it is built, `environment` and `command` are the image's."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)
    workdir: str = "/"

    def build(self) -> None:
        self._stand_in()
        for line in _instructions((ROOT / "Dockerfile").read_text()):
            word, _, rest = line.partition(" ")
            getattr(self, f"_{word.lower()}")(rest.strip())
        packages = next(self.inside("/app").glob("lib/python*/site-packages"))
        (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()))

    def inside(self, path: str) -> Path:
        """Where a path of the container lies here."""
        return self.root / path.lstrip("/")

    def process_environment(self) -> dict[str, str]:
        """The image's variables, their paths put below the root, and nothing of ours but where to find sh."""
        own = {
            name: re.sub(r"(?<![\w.])/(?=(app|data)\b)", f"{self.root}/", text)
            for name, text in self.environment.items()
        }
        return {"HOME": str(self.root), "LANG": "C.UTF-8"} | own

    def _stand_in(self) -> None:
        folder = self.inside("/stand-ins")
        folder.mkdir(parents=True)
        for name, script in STAND_INS.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        (folder / "python").symlink_to(sys.executable)
        self.environment["PATH"] = f"{folder}:/usr/local/bin:/usr/bin:/bin"

    def _from(self, rest: str) -> None:
        assert re.fullmatch(r"python:3\.\d+-slim( AS build)?", rest), rest

    def _workdir(self, rest: str) -> None:
        self.workdir = rest
        self.inside(rest).mkdir(parents=True, exist_ok=True)

    def _copy(self, rest: str) -> None:
        words = rest.split()
        if words[0] == "--from=build":
            assert words[1] == words[2], "stages share their root here"
            assert self.inside(words[1]).exists()
            return
        for name in words[:-1]:
            assert name in build_context(), f"{name} is not sent to the build"
            target = self.inside(self.workdir) / words[-1]
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, target / name if words[-1].endswith("/") else target)

    def _run(self, rest: str) -> None:
        paths = r"(?<![\w.])/(app|data)\b"
        command = re.sub(paths, lambda found: str(self.inside(found[0])), rest)
        environment = (
            self.process_environment() | OFFLINE | {"PYTHONPATH": os.pathsep.join(site.getsitepackages())}
        )
        done = subprocess.run(
            ["sh", "-ec", command],
            cwd=self.inside(self.workdir),
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"RUN {command}\n{done.stdout}\n{done.stderr}"

    def _env(self, rest: str) -> None:
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            self.environment[name] = value.replace("$PATH", self.environment.get("PATH", ""))

    def _cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def _healthcheck(self, rest: str) -> None:
        self.healthcheck = json.loads(rest.partition("CMD ")[2])

    def _expose(self, rest: str) -> None:
        assert rest == self.environment["PORT"]

    def _volume(self, rest: str) -> None:
        assert self.inside(rest).is_dir(), "a volume keeps the owner of the folder it covers"

    def _user(self, rest: str) -> None:
        assert rest == "hpo"


def _instructions(text: str) -> list[str]:
    joined = text.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def services(variables: dict[str, str]) -> dict[str, Any]:
    """docker-compose.yml's services, ${NAME:-default} filled in as Compose does: inside the parsed texts."""
    found: dict[str, Any] = _filled(yaml.safe_load((ROOT / "docker-compose.yml").read_text()), variables)
    return found["services"]


def _filled(item: Any, variables: dict[str, str]) -> Any:
    if isinstance(item, dict):
        return {key: _filled(value, variables) for key, value in item.items()}
    if isinstance(item, list):
        return [_filled(value, variables) for value in item]
    while isinstance(item, str) and "${" in item:
        item, count = VARIABLE.subn(lambda found: variables.get(found[1]) or found[2], item)
        assert count, f"a variable without a default: {item}"
    return item
