"""One part of a page each: reads the rows it needs and returns, as frozen dataclasses, what its template shows."""
