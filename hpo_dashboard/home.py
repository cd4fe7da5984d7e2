"""Where this installation keeps its data: one folder, private to its user."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from platformdirs import user_data_dir


def home() -> Path:
    """Return the data folder ($HPO_HOME, else the platform's user data folder), created when missing."""
    path = (
        Path(os.environ.get("HPO_HOME") or user_data_dir("hpo-dashboard", appauthor=False))
        .expanduser()
        .resolve()
    )
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {path} cannot be made: {error.strerror}. Set HPO_HOME to a folder of yours."
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(
            f"The data folder {path} belongs to somebody else. Set HPO_HOME to a folder of yours."
        )
    return path


def secret_key(folder: Path) -> str:
    """Return $SECRET_KEY, else the key kept in the folder; two processes that start at once agree on one."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = folder / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    draft = folder / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    try:
        os.link(draft, path)  # atomic: only the first process wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()
