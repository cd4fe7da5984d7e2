"""Reads environment variables for the settings, and says in words what is wrong with one."""

import importlib.util
import logging
import os
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
ENGINES = {"sqlite": "django.db.backends.sqlite3", "postgresql": "django.db.backends.postgresql"}


def flag(name: str, default: bool = False) -> bool:
    """Read a switch: 1 or 0."""
    text = os.environ.get(name, str(int(default))).strip().lower()
    if text not in YES | NO:
        raise ImproperlyConfigured(f"{name} is {os.environ[name]!r}; give 1 or 0.")
    return text in YES


def listed(name: str, default: str = "") -> list[str]:
    """Read words separated by commas."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def number(name: str, default: float, at_least: float) -> float:
    """Read a number; an empty variable is as good as none."""
    text = os.environ.get(name, "").strip()
    try:
        value = float(text) if text else default
    except ValueError:
        value = float("nan")
    if not at_least <= value < float("inf"):
        raise ImproperlyConfigured(f"{name} is {text!r}; give a number, {at_least:g} or more.")
    return value


def log_level(name: str) -> str:
    """Read the name of a level of Python's logging."""
    text = os.environ.get(name, "").strip().upper() or "INFO"
    if text not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured(f"{name} is {text!r}; give DEBUG, INFO, WARNING or ERROR.")
    return text


def choice(name: str, choices: tuple[str, ...]) -> str:
    """Read one of a few words; the first is the default."""
    text = os.environ.get(name, "").strip().lower() or choices[0]
    if text not in choices:
        raise ImproperlyConfigured(f"{name} is {text!r}; give {' or '.join(choices)}.")
    return text


def database(default: str) -> dict[str, Any]:
    """Read DATABASE_URL; its text, which holds a password, is never repeated."""
    form = "postgres://user:password@host/name, or sqlite:///path/to/file"
    try:
        found: dict[str, Any] = dict(
            dj_database_url.parse(
                os.environ.get("DATABASE_URL") or default, conn_max_age=None, conn_health_checks=True
            )
        )
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read. It looks like {form}.") from error
    if found.get("ENGINE") not in ENGINES.values():
        raise ImproperlyConfigured(f"DATABASE_URL names no database that can be used here. Give {form}.")
    if found["ENGINE"] == ENGINES["postgresql"] and importlib.util.find_spec("psycopg") is None:
        raise ImproperlyConfigured(
            "DATABASE_URL names a PostgreSQL, and its driver is not installed. "
            "Install it with: pip install 'hpo-dashboard[postgres]'"
        )
    return found
