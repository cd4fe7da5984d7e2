"""Keeps the log readable: what `/healthz` answers while the application starts is no error."""

import logging


class NotHealth(logging.Filter):
    """Lets everything through but refusals of the health check."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        return getattr(request, "path", "") != "/healthz"
