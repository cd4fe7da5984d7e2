"""Studies to look at and to start with one click: one file each, pure data; for home page and form."""

from . import boosting, families, forest_grid, forest_random, network, polynomial, support_vectors, tree
from .example import Example

ALL = tuple(
    module.EXAMPLE
    for module in (
        forest_grid, forest_random, support_vectors, network, polynomial, tree, boosting, families,
    )
)  # fmt: skip


def examples() -> tuple[Example, ...]:
    """All examples, in the order in which they are shown."""
    return ALL


def example_named(slug: str) -> Example | None:
    """The example with that address, None when there is none."""
    return next((example for example in ALL if example.slug == slug), None)


__all__ = ["Example", "example_named", "examples"]
