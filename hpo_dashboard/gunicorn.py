"""Gunicorn's settings for `up` and Docker: `gunicorn -c python:hpo_dashboard.gunicorn hpo_dashboard.wsgi`."""

import os
from typing import Any

from hpo_dashboard.environment import number
from hpo_dashboard.tether import die_with

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(number("WEB_CONCURRENCY", 1, at_least=1))
threads = int(number("WEB_THREADS", 8, at_least=1))
#: Stopping takes at most this long; a download that goes on longer is cut off.
graceful_timeout = 2
keepalive = 5
loglevel = "warning"
#: Older versions have no control socket and ignore the name.
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """Gunicorn calls this in each new worker, which must not outlive the process that made it."""
    die_with(server.pid)
