"""Carry on through a database outage: a restart must cost no training its result."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connection

logger = logging.getLogger(__name__)
T = TypeVar("T")

#: How long a finished result waits for its database, in seconds.
PATIENCE = 600.0
OUTAGES = (OperationalError, InterfaceError)


def insist(act: Callable[[], T], patience: float = PATIENCE) -> T:
    """Call `act` until the database answers; `act` must be harmless when repeated.

    Raises:
        OperationalError: the database was away for longer than `patience` seconds.
    """
    deadline = time.monotonic() + patience
    delay = 0.1
    while True:
        try:
            return act()
        except OUTAGES as error:
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            logger.warning("The database is away (%s); trying again in %.1f s", error, delay)
            connection.close()
        time.sleep(delay)
        delay = min(2 * delay, 3.0)
        close_old_connections()
