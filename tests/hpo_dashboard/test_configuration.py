"""Settings come from the environment: each variable is documented, and a wrong one is refused in words."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hpo_dashboard import __main__, __version__

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED = (ROOT / "docs/configuration.md").read_text()
#: Functions of hpo_dashboard/environment.py whose first argument is a variable's name.
READERS = {"flag", "listed", "number", "log_level"}
#: Set by the system or by libraries; nobody configures us with them.
NOT_OURS = {
    "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "XDG_RUNTIME_DIR", "PYTHONPATH", "DJANGO_SETTINGS_MODULE",
}  # fmt: skip


def variables_read_in(path: Path) -> Iterator[str]:
    """Names read from os.environ, or through one of the readers."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get"), args=[name, *_]
            ):
                yield from constants(name)
            case ast.Call(func=ast.Name(id=reader), args=[name, *_]) if reader in READERS:
                yield from constants(name)
            case ast.Subscript(value=ast.Attribute(attr="environ"), slice=name):
                yield from constants(name)


def constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)


@pytest.mark.parametrize("package", ["hpo_dashboard", "trials"])
def test_every_variable_that_is_read_is_documented(package: str):
    found = {name for path in (ROOT / package).rglob("*.py") for name in variables_read_in(path)} - NOT_OURS
    if package == "hpo_dashboard":
        assert {"HPO_HOME", "DATABASE_URL", "HTTPS_ONLY", "HPO_LEASE_SECONDS", "LOG_LEVEL"} <= found
    assert [name for name in sorted(found) if f"`{name}`" not in DOCUMENTED] == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HPO_LEASE_SECONDS", "soon", "HPO_LEASE_SECONDS is 'soon'; give a number, 0.5 or more."),
        ("HTTPS_ONLY", "maybe", "HTTPS_ONLY is 'maybe'; give 1 or 0."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'LOUD'; give DEBUG"),
        ("DATABASE_URL", "postgres//secret", "DATABASE_URL cannot be read. It looks like postgres://"),
        ("DATABASE_URL", "mysql://a:secret@b/c", "DATABASE_URL names no database that can be used here."),
        ("HPO_HOME", "/dev/null/nowhere", "Set HPO_HOME to a folder of yours."),
    ],
)
def test_a_wrong_variable_is_refused_in_words(name: str, value: str, words: str):
    done = run("check", **{name: value})
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_help_names_our_own_commands_first(capsys: pytest.CaptureFixture[str]):
    text = __main__.usage("hpo-dashboard")
    assert text.index("  up ") < text.index("  run_study STUDY.json ") < text.index("help --commands")
    own = {path.stem for path in (ROOT / "trials/management/commands").glob("[a-z]*.py")}
    named = {command.split()[0] for command in __main__.COMMANDS}
    assert own <= named
    assert named - own == {"migrate"}


def test_the_program_says_its_own_version_and_help():
    assert run("--version").stdout == f"HPO Dashboard {__version__}\n"
    assert "Usage: python manage.py COMMAND" in run().stdout


def test_windows_is_told_what_runs_there(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SystemExit, match="WSL"):
        __main__.main()


def test_a_worker_without_a_shared_broker_says_what_is_missing(home: Path):
    done = run("worker", HPO_HOME=str(home), REDIS_URL="")
    assert done.returncode == 1
    assert "REDIS_URL is not set" in done.stderr


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
