"""Lines of the log say which study and trial they are about, in words and as JSON."""

import io
import json
import logging

import pytest
from pythonjsonlogger.json import JsonFormatter

from hpo_dashboard import settings
from trials.engine.log_context import Subject, about


@pytest.fixture
def log():
    """A logger that writes as the application does in one of its formats, and what it wrote."""

    def make(name: str) -> tuple[logging.Logger, io.StringIO]:
        options = dict(settings.LOGGING["formatters"][name])
        formatter = (
            JsonFormatter(options["format"], style="{", rename_fields=options["rename_fields"])
            if options.pop("()", None)
            else logging.Formatter(options["format"], style="{")
        )
        written = io.StringIO()
        handler = logging.StreamHandler(written)
        handler.setFormatter(formatter)
        handler.addFilter(Subject())
        logger = logging.Logger("trials.test")
        logger.addHandler(handler)
        return logger, written

    return make


def test_a_line_names_study_and_trial(log):
    logger, written = log("line")
    with about(3, 17):
        logger.warning("lost")
    logger.warning("elsewhere")
    first, second = written.getvalue().splitlines()
    assert first.endswith("trials.test: [study 3, trial 17] lost")
    assert second.endswith("trials.test: elsewhere")


def test_json_has_them_as_numbers(log):
    logger, written = log("json")
    with about(3), about(4, 0):
        logger.error("failed %s", "so")
    found = json.loads(written.getvalue())
    assert (found["study"], found["trial"], found["message"]) == (4, 0, "failed so")
    assert {"time", "level", "logger"} <= set(found)
