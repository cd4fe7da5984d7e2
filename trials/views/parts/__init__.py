"""One part of a page each: reads the rows it needs, returns what its template shows as frozen dataclasses."""
