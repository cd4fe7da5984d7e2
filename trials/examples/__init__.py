"""Studies to look at and to start with one click: one file each, pure data; for home page and form."""

from . import forest_grid, forest_random, network, support_vectors
from .example import Example

ALL = (forest_grid.EXAMPLE, forest_random.EXAMPLE, support_vectors.EXAMPLE, network.EXAMPLE)


def examples() -> tuple[Example, ...]:
    """All examples, in the order in which they are shown."""
    return ALL


def example_named(slug: str) -> Example | None:
    """The example with that address, None when there is none."""
    return next((example for example in ALL if example.slug == slug), None)


__all__ = ["Example", "example_named", "examples"]
