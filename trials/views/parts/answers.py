"""Answers that this process has worked out, kept for the next viewer; bounded in bytes. Used by charts."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

#: Bytes kept at most; a chart is under 100 KB.
CAPACITY = 12_000_000


class Answers:
    """Bodies by key, the least recently used dropped first; a key changes with whatever the body shows."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._bodies: OrderedDict[Hashable, bytes] = OrderedDict()
        self._size = 0
        self._guard = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        with self._guard:
            body = self._bodies.get(key)
            if body is not None:
                self._bodies.move_to_end(key)
            return body

    def keep(self, key: Hashable, body: bytes) -> bytes:
        """Remember the body unless it is too large; return it."""
        if len(body) > self._capacity // 4:
            return body
        with self._guard:
            self._size += len(body) - len(self._bodies.pop(key, b""))
            self._bodies[key] = body
            while self._size > self._capacity:
                self._size -= len(self._bodies.popitem(last=False)[1])
        return body
