"""Finds a Chromium for the browser tests, and installs one if there is none: `python -m tests.chromium`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).resolve().parents[1] / ".cache" / "chromium"
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
#: Where the npm installation notes the browser that it unpacked.
UNPACKED = CACHE / "executable.json"
NPM_PACKAGE = "@sparticuz/chromium"
#: The package unpacks its browser into the temporary folder and says where.
UNPACK = "import('@sparticuz/chromium').then(m => m.default.executablePath()).then(p => console.log(p))"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
)


class NoChromium(RuntimeError):
    """No browser was found, and none could be installed."""


def find() -> str | None:
    """Return a Chromium that starts: $CHROMIUM, one on PATH, an application, or the installed one."""
    named = [
        os.environ.get("CHROMIUM"),
        *(shutil.which(name) for name in COMMANDS),
        *APPLICATIONS,
        _unpacked(),
    ]
    return next((path for path in named if path and works(path)), None)


def works(path: str) -> bool:
    """Whether it starts at all: some distributions put a script there that only advises a snap."""
    try:
        answer = subprocess.run([path, "--version", *FLAGS], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "chrom" in answer.stdout.lower()


def require() -> str:
    """Return a Chromium, or raise NoChromium with what to do."""
    if path := find():
        return path
    raise NoChromium(
        "The browser tests need a Chromium and found none. Run `make chromium`, install chromium or "
        "google-chrome, or set CHROMIUM to the path of one."
    )


def install() -> str:
    """Install a Chromium with the system's packages, else from npm into the cache folder."""
    for attempt in (_from_system, _from_npm):
        attempt()
        if path := find():
            return path
    return require()


def _from_system() -> None:
    if not shutil.which("apt-get"):
        return
    privilege = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "chromium"]):
        if not _succeeds([*privilege, *command], environment):
            return


def _from_npm() -> None:
    if not shutil.which("npm"):
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    # Unpacked beside the package, not into /tmp, which is emptied some day.
    environment = {**os.environ, "TMPDIR": str(CACHE)}
    if _succeeds(
        ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(CACHE), NPM_PACKAGE], environment
    ):
        answer = subprocess.run(
            ["node", "-e", UNPACK], cwd=CACHE, env=environment, capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            UNPACKED.write_text(json.dumps(answer.stdout.strip()))


def _unpacked() -> str | None:
    return json.loads(UNPACKED.read_text()) if UNPACKED.exists() else None


def _succeeds(command: list[str], environment: dict[str, str]) -> bool:
    print("$", *command, flush=True)
    try:
        return subprocess.run(command, env=environment, check=False).returncode == 0
    except OSError as error:
        print(error)
        return False


if __name__ == "__main__":
    try:
        print(f"Browser tests use {find() or install()}")
    except NoChromium as problem:
        sys.exit(str(problem))
